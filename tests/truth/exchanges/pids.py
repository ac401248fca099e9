"""DOIs: reserved, brought along, refused."""

from __future__ import annotations

from typing import Any

from tests.truth.script import (
    Steps,
    alice,
    bob,
    complete,
    draft_of,
    guest,
    publish,
    record_of,
    script,
    without_files,
)


def external(word: str, suffix: str = "") -> dict[str, Any]:
    return {"doi": {"identifier": f"10.1234/{word}{suffix}", "provider": "external"}}


@script
def reserve(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word))
    here = draft_of(made)
    yield alice("DELETE", f"{here}/pids/doi")
    yield bob("POST", f"{here}/pids/doi")
    yield guest("POST", f"{here}/pids/doi")
    reserved = yield alice("POST", f"{here}/pids/doi")
    yield alice("POST", f"{here}/pids/doi")
    yield alice("GET", here)
    yield alice("PUT", here, json=without_files(word))
    yield alice("PUT", here, json=without_files(word, pids=reserved["pids"]))
    yield bob("DELETE", f"{here}/pids/doi")
    yield alice("DELETE", f"{here}/pids/doi")
    yield alice("DELETE", f"{here}/pids/doi")
    yield alice("POST", f"{here}/pids/doi")
    yield alice("PUT", here, json=without_files(word, pids={}))
    yield alice("POST", f"{here}/pids/doi")
    yield alice("POST", f"{here}/actions/publish")
    yield alice("POST", here)
    yield alice("DELETE", f"{here}/pids/doi")
    yield alice("POST", f"{here}/pids/doi")
    yield alice("PUT", here, json=without_files(word, pids={}))
    yield alice("POST", f"{here}/actions/publish")
    yield alice("POST", f"{here}/pids/oai")
    yield alice("POST", f"{here}/pids/nonsense")


@script
def brought(word: str) -> Steps:
    body = without_files(word, pids=external(word))
    first = yield from publish(alice, word, body)
    yield guest("GET", record_of(first))
    yield alice("POST", "/api/records", json=body)
    yield alice("POST", draft_of(first))
    yield alice("PUT", draft_of(first), json=without_files(word, pids=external(word, "-b")))
    yield alice("POST", f"{draft_of(first)}/actions/publish")
    second = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("PUT", draft_of(second), json=without_files(word, pids=external(word, "-b")))
    yield alice("PUT", draft_of(second), json=without_files(word, pids=external(word, "-c")))
    yield alice("POST", f"{draft_of(second)}/actions/publish")


@script
def refused(word: str) -> Steps:
    for doi in (
        {"identifier": f"10.5072/{word}", "provider": "external"},
        {"identifier": "nonsense", "provider": "external"},
        {"identifier": f"https://doi.org/10.1234/{word}", "provider": "external"},
        {"identifier": f"  10.1234/{word}  ", "provider": "external"},
        {"identifier": "", "provider": "external"},
        {"identifier": f"10.1234/{word}"},
        {"identifier": f"10.1234/{word}", "provider": ""},
        {"identifier": f"10.1234/{word}", "provider": "datacite", "client": "datacite"},
        {"identifier": f"10.5072/{word}", "provider": "datacite", "client": "datacite"},
        {"identifier": f"10.5072/{word}", "provider": "datacite"},
        {"identifier": f"10.1234/{word}", "provider": "external", "nonsense": 1},
        {},
        None,
    ):
        yield alice("POST", "/api/records", json=without_files(word, pids={"doi": doi}))
    for pids in ({}, None, [], "10.1/x", {"ark": {"identifier": "x", "provider": "external"}}):
        yield alice("POST", "/api/records", json=without_files(word, pids=pids))


@script
def refused_at_publish(word: str) -> Steps:
    taken = without_files(word, pids=external(word))
    yield from publish(alice, word, taken)
    for pids in (external(word), {"doi": {"identifier": "nonsense", "provider": "external"}}):
        made = yield alice("POST", "/api/records", json=without_files(word, pids=pids))
        yield alice("GET", draft_of(made))
        yield alice("POST", f"{draft_of(made)}/actions/publish")
    unpublished = without_files(word, {"publisher": None}, pids=external(word, "-p"))
    yield from publish(alice, word, unpublished)


@script
def external_with_files(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, pids=external(word)))
    yield alice("POST", draft_of(record))
    yield alice("PUT", draft_of(record), json=complete(word, pids={}))
    yield alice("POST", f"{draft_of(record)}/actions/publish")
