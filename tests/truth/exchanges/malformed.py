"""Addresses that nobody should send, and some that look as if."""

from __future__ import annotations

from tests.truth.script import (
    JSON,
    Steps,
    alice,
    complete,
    draft_of,
    guest,
    publish,
    record_of,
    script,
)


@script
def paths(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    id_ = str(made["id"])
    for path in (
        f"/api/records/{id_.replace('-', '%2D')}/draft",
        f"/api/records/%{ord(id_[0]):02x}{id_[1:]}/draft",
        f"/api/records/{id_.upper()}/draft",
        f"/api/records/{id_.replace('-', '')}/draft",
        f"/api/records/{id_}%20/draft",
        f"/api/records/{id_}%2Fdraft",
        f"/api/records/{id_}/draft%3Fx",
        f"/api/records/./{id_}/draft",
        f"/api/records/x/../{id_}/draft",
        f"/api/records/..%2F..%2Fapi/records/{id_}",
        f"/api/records/{id_}/draft/files/..",
        f"/api/records/{id_}/draft/files/../../draft",
        f"/api/records/{id_}/draft/files/%2E%2E/content",
        "/api/records/%ff",
        "/api/records/%zz",
        "/api/records/%E6%B0%B4",
        "/api/records/" + "1" * 1000,
        "/api/records/-1",
        "/api/records/0",
        "/api/records/1.5",
        "/api/records/'; drop table records",
        "/api/vocabularies/licenses/%2e%2e",
    ):
        yield alice("GET", path.replace(" ", "%20"))


@script
def queries(word: str) -> Steps:
    record = yield from publish(alice, word)
    yield guest("GET", f"{record_of(record)}?")
    yield guest("GET", f"{record_of(record)}?a=b&a=c&&=&x")
    yield guest("GET", f"{record_of(record)}?%zz=%ff")
    yield guest("GET", f"/api/records?q={word}&q=other")
    yield guest("GET", f"/api/records?q={word}%00")
    yield guest("GET", f"/api/records?q={word}%ff")
    yield guest("GET", f"/api/records?q={word}[]{{}}|^`<>")
    yield guest("GET", f"/api/records?size=1;q={word}&q={word}nothing")
    yield guest("GET", f"/api/records?q={word}" + "a" * 3000)
    yield guest("GET", f"/api/records?size=1e3&q={word}")
    yield guest("GET", f"/api/records?size=%2B1&q={word}nothing")
    yield guest("GET", f"/api/records?size=&q={word}nothing")
    yield guest("GET", f"/api/records?sort=&q={word}nothing")


@script
def bodies(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    for body in (
        '{"metadata": {"title": NaN}}',
        '{"metadata": {"title": "a", "title": "twice the key"}}',
        '\ufeff{"metadata": {}}',
        '{"metadata": {"title": "\\ud800 lone"}}',
        "{'metadata': {}}",
        "{} trailing",
    ):
        yield alice("PUT", here, body=body, media_type=JSON)
    yield alice("GET", here, body="{}", media_type=JSON)
    yield alice("DELETE", here, body="{", media_type=JSON)
