"""New versions of a record."""

from __future__ import annotations

from tests.truth.script import (
    Steps,
    alice,
    bob,
    complete,
    draft_of,
    guest,
    metadata,
    publish,
    record_of,
    script,
    total,
    upload,
    without_files,
)


@script
def next_version(word: str) -> Steps:
    first = yield from publish(alice, word, complete(word, {"version": "1"}))
    yield bob("POST", f"{record_of(first)}/versions")
    yield guest("POST", f"{record_of(first)}/versions")
    second = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("POST", f"{record_of(first)}/versions")
    here = draft_of(second)
    yield alice("GET", here)
    yield guest("GET", record_of(second))
    yield alice("GET", draft_of(first))
    yield alice("GET", f"{here}/files")
    yield alice("POST", f"{here}/actions/publish")
    yield bob("POST", f"{here}/actions/files-import")
    yield alice("POST", f"{here}/actions/files-import")
    yield alice("POST", f"{here}/actions/files-import")
    yield alice("GET", here)
    yield alice("GET", f"{here}/files")
    yield alice("PUT", here, json={"metadata": metadata(word, publication_date=None)})
    yield alice("POST", f"{here}/actions/publish")
    yield alice("PUT", here, json=complete(word, {"version": "2"}))
    yield alice("POST", f"{here}/actions/publish")
    yield guest("GET", record_of(first))
    yield guest("GET", record_of(second))
    yield guest("GET", f"/api/records/{first['parent']['id']}")
    yield guest("GET", f"{record_of(first)}/versions/latest")
    yield guest("GET", f"{record_of(second)}/versions/latest")
    yield guest("GET", f"{record_of(first)}/versions?sort=version", until=total(2))
    yield guest("GET", f"/api/records?q=metadata.title:{word}", until=total(1))
    yield guest(
        "GET",
        f"/api/records?q=metadata.title:{word}&allversions=true&sort=version",
        until=total(2),
    )
    yield alice("POST", f"{record_of(first)}/versions")


@script
def changed_files(word: str) -> Steps:
    first = yield from publish(alice, word)
    second = yield alice("POST", f"{record_of(first)}/versions")
    here = draft_of(second)
    yield from upload(alice, here, "b.txt", b"second\n")
    yield alice("POST", f"{here}/actions/files-import")
    yield alice("DELETE", f"{here}/files")
    yield alice("POST", f"{here}/actions/files-import")
    yield from upload(alice, here, "c.txt", b"second\n")
    yield alice("DELETE", f"{here}/files/a.txt")
    yield alice("PUT", here, json=complete(word))
    yield alice("POST", f"{here}/actions/publish")
    yield guest("GET", f"{record_of(first)}/files")
    yield guest("GET", f"{record_of(second)}/files")
    yield guest("GET", f"{record_of(second)}/files/c.txt/content", accept=None)


@script
def dropped(word: str) -> Steps:
    first = yield from publish(alice, word)
    second = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("DELETE", draft_of(second))
    yield alice("GET", draft_of(second))
    third = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("GET", draft_of(third))
    yield guest("GET", record_of(first))


@script
def of_drafts(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    yield alice("POST", f"{record_of(made)}/versions")
    yield alice("GET", f"{record_of(made)}/versions")
    yield alice("GET", f"{record_of(made)}/versions/latest")
    yield alice("POST", f"{draft_of(made)}/actions/files-import")
    yield alice("POST", draft_of(made))


@script
def of_no_files(word: str) -> Steps:
    first = yield from publish(alice, word, without_files(word))
    second = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("POST", f"{draft_of(second)}/actions/files-import")
    yield alice("PUT", draft_of(second), json=without_files(word))
    yield alice("POST", f"{draft_of(second)}/actions/publish")


@script
def while_editing(word: str) -> Steps:
    first = yield from publish(alice, word)
    yield alice("POST", draft_of(first))
    second = yield alice("POST", f"{record_of(first)}/versions")
    yield alice("GET", draft_of(first))
    yield from upload(alice, draft_of(second))
    yield alice("PUT", draft_of(second), json=complete(word))
    yield alice("POST", f"{draft_of(second)}/actions/publish")
    yield alice("POST", f"{draft_of(first)}/actions/publish")
