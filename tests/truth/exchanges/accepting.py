"""Every kind of address, asked for in every media type."""

from __future__ import annotations

from tests.truth.script import (
    JSON,
    OPEN,
    VND,
    Steps,
    alice,
    complete,
    draft_of,
    guest,
    publish,
    record_of,
    script,
    upload,
)

ACCEPTS = (VND, JSON, "*/*", None, "text/html", f"text/html, {JSON};q=0.5", "nonsense")


@script
def reading(word: str) -> Steps:
    record = yield from publish(alice, word)
    made = yield alice("POST", "/api/records", json=complete(word))
    yield from upload(alice, draft_of(made))
    for path in (
        record_of(record),
        f"{record_of(record)}/files",
        f"{record_of(record)}/files/a.txt",
        f"{record_of(record)}/files/a.txt/content",
        f"{record_of(record)}/files-archive",
        f"{record_of(record)}/versions",
        f"{record_of(record)}/versions/latest",
        f"{record_of(record)}/communities",
        f"/api/records/{record['parent']['id']}",
        draft_of(made),
        f"{draft_of(made)}/files",
        f"{draft_of(made)}/files/a.txt",
        f"{draft_of(made)}/files/a.txt/content",
        f"{record_of(made)}/access/links",
        f"{record_of(made)}/access/grants",
        f"/api/user/records?q={word}nothing",
        f"/api/records?q={word}nothing",
        f"/api/communities/{OPEN}",
        f"/api/communities?q=slug:{word}",
        f"/api/user/requests?q={word}",
        "/api/vocabularies/titletypes/other",
        "/api/vocabularies/titletypes?q=id:other",
        "/api/funders/00k4n6c32",
        "/api/me",
        "/api/records/abcde-fgh12",
    ):
        for accept in ACCEPTS:
            yield alice("GET", path, accept=accept)


@script
def writing(word: str) -> Steps:
    for accept in ACCEPTS:
        made = yield alice("POST", "/api/records", json=complete(word))
        here = draft_of(made)
        yield alice("PUT", here, json=complete(word), accept=accept)
        yield alice("POST", f"{here}/files", json=[{"key": "a.txt"}], accept=accept)
        content = f"{here}/files/a.txt/content"
        yield alice("PUT", content, body=b"x", media_type="application/octet-stream", accept=accept)
        yield alice("POST", f"{here}/files/a.txt/commit", accept=accept)
        yield alice("POST", f"{here}/pids/doi", accept=accept)
        yield alice("POST", f"{record_of(made)}/access/links", json={}, accept=accept)
        yield guest("POST", "/api/records", json={}, accept=accept)
        yield alice("DELETE", f"{here}/files/a.txt", accept=accept)
        yield alice("DELETE", here, accept=accept)
