"""Publishing, editing what is published, and reading it."""

from __future__ import annotations

from tests.truth.script import (
    JSON,
    OCTETS,
    Steps,
    alice,
    bob,
    complete,
    draft_of,
    guest,
    publish,
    record_of,
    script,
    total,
    upload,
    without_files,
)


@script
def refused(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    act = f"{draft_of(made)}/actions/publish"
    for who in (alice, bob, guest):
        yield who("POST", act)
    yield alice("POST", f"{draft_of(made)}/files", json=[{"key": "a.txt"}])
    yield alice("POST", act)
    yield alice("PUT", f"{draft_of(made)}/files/a.txt/content", body=b"x", media_type=OCTETS)
    yield alice("POST", act)
    yield alice("POST", f"{draft_of(made)}/files/a.txt/commit")
    for missing in ("title", "resource_type", "publication_date", "creators", "publisher"):
        yield alice("PUT", draft_of(made), json=complete(word, {missing: None}))
        yield alice("POST", act)
    yield alice("PUT", draft_of(made), json={})
    yield alice("POST", act)
    yield alice("PUT", draft_of(made), json=complete(word))
    yield bob("POST", act)
    yield alice("POST", act)
    yield alice("POST", act)
    yield alice("GET", draft_of(made))


@script
def invalid_parts(word: str) -> Steps:
    for changes in (
        {"sizes": [""]},
        {"dates": [{"date": "nonsense", "type": {"id": "collected"}}]},
        {"identifiers": [{"identifier": "nonsense"}]},
        {"additional_titles": [{"title": "Other"}]},
        {"version": "v" * 192},
        {"description": "ab"},
        {"subjects": [{"subject": ""}]},
        {"rights": [{"id": "cc-by-4.0", "title": {"en": "x"}}]},
        {"creators": [{"person_or_org": {"type": "personal"}}]},
        {"nonsense": 1},
    ):
        made = yield alice("POST", "/api/records", json=without_files(word, changes))
        yield alice("GET", draft_of(made))
        yield alice("POST", f"{draft_of(made)}/actions/publish")


@script
def without_any_file(word: str) -> Steps:
    record = yield from publish(alice, word, without_files(word))
    yield guest("GET", record_of(record))
    yield guest("GET", f"{record_of(record)}/files")
    yield guest("GET", f"{record_of(record)}/files-archive")


@script
def read(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = record_of(record)
    for who in (alice, bob, guest):
        yield who("GET", here)
        yield who("GET", f"{here}/draft")
    yield guest("GET", here, accept=JSON)
    yield guest("GET", here, accept=None)
    yield guest("GET", f"{here}/")
    yield guest("HEAD", here)
    yield guest("GET", f"{here}?expand=true")
    yield alice("GET", f"{here}?expand=true")
    yield guest("GET", here, headers={"If-None-Match": '"3"'})
    concept = f"/api/records/{record['parent']['id']}"
    yield guest("GET", concept)
    yield guest("GET", f"{concept}/versions/latest")
    yield guest("GET", f"{concept}/files")
    yield alice("GET", f"{concept}/draft")
    yield guest("GET", f"{here}/versions/latest")
    yield guest("GET", f"{here}/versions", until=total(1))
    yield guest("GET", f"{here}/pids/doi")
    yield alice("GET", f"{here}/requests")
    yield guest("GET", f"{here}/communities-suggestions")


@script
def edit(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = draft_of(record)
    for who in (bob, guest):
        yield who("POST", here)
    yield alice("POST", here)
    yield alice("POST", here)
    yield alice("GET", here)
    yield guest("GET", here)
    yield alice("GET", f"{here}/files")
    yield alice("GET", f"{here}/files/a.txt")
    yield alice("GET", f"{here}/files/a.txt/content", accept=None)
    yield alice("POST", f"{here}/files", json=[{"key": "b.txt"}])
    yield alice("PUT", f"{here}/files/b.txt/content", body=b"x", media_type=OCTETS)
    yield alice("DELETE", f"{here}/files/b.txt")
    yield alice("DELETE", f"{here}/files/a.txt")
    yield alice("POST", f"{here}/actions/files-import")
    yield alice("PUT", here, json=complete(word, {"title": f"Edited {word}"}))
    yield guest("GET", record_of(record))
    yield alice("PUT", here, json=complete(word, {"title": None}))
    yield alice("POST", f"{here}/actions/publish")
    yield alice("PUT", here, json=complete(word, {"title": f"Edited {word}"}))
    yield alice("POST", f"{here}/actions/publish")
    yield guest("GET", record_of(record))
    yield alice("GET", here)


@script
def discard(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = draft_of(record)
    yield alice("DELETE", here)
    yield alice("POST", here)
    yield alice("PUT", here, json=complete(word, {"title": f"Edited {word}"}))
    yield bob("DELETE", here)
    yield alice("DELETE", here)
    yield alice("GET", here)
    yield alice("DELETE", here)
    yield guest("GET", record_of(record))
    yield alice("POST", here)


@script
def edit_access(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = draft_of(record)
    yield alice("POST", here)
    closed = {"record": "public", "files": "restricted"}
    yield alice("PUT", here, json=complete(word, access=closed))
    yield alice("POST", f"{here}/actions/publish")
    yield guest("GET", f"{record_of(record)}/files/a.txt/content")
    yield alice("POST", here)
    yield alice("PUT", here, json=complete(word, files={"enabled": False}))
    yield alice("POST", f"{here}/actions/publish")


@script
def not_for_owners(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = record_of(record)
    for who in (alice, bob, guest):
        yield who("POST", f"{here}/request-deletion", json={"reason": "duplicate"})
        yield who("POST", f"{here}/file-modification", json={})
        yield who("POST", f"{here}/quota-increase", json={"quota_size": "60"})
        yield who("GET", f"{here}/revisions")
        yield who("DELETE", here)
        yield who("DELETE", f"{here}/delete", json={"removal_reason": {"id": "spam"}})


@script
def in_one_go(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    yield from upload(alice, draft_of(made), "data.csv", b"a,b\n1,2\n")
    record = yield alice("POST", f"{draft_of(made)}/actions/publish", accept=JSON)
    yield guest("GET", record_of(record), accept=JSON)
    yield guest("GET", f"/api/records?q=metadata.title:{word}", until=total(1))
