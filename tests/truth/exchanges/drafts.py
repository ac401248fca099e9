"""Reading, saving and deleting drafts."""

from __future__ import annotations

from tests.truth.script import (
    JSON,
    OPEN,
    Steps,
    alice,
    bob,
    complete,
    draft_of,
    guest,
    metadata,
    record_of,
    script,
    total,
    without_files,
)


@script
def read(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    for who in (alice, bob, guest):
        yield who("GET", draft_of(made))
        yield who("GET", record_of(made))
    yield alice("HEAD", draft_of(made))
    yield alice("GET", draft_of(made), accept=JSON)
    yield alice("GET", draft_of(made), accept="text/html")
    yield alice("GET", draft_of(made), accept="application/x-bibtex")
    yield alice("GET", f"{draft_of(made)}?expand=1")
    yield alice("GET", draft_of(made) + "/")
    yield alice("GET", draft_of(made), headers={"If-None-Match": '"4"'})


@script
def unknown(word: str) -> Steps:
    for id_ in ("abcde-fgh12", "77777-77777", "123", "nonsense", "a" * 300):
        for who in (alice, guest):
            yield who("GET", f"/api/records/{id_}")
            yield who("GET", f"/api/records/{id_}/draft")
        yield alice("PUT", f"/api/records/{id_}/draft", json=complete(word))
        yield alice("DELETE", f"/api/records/{id_}/draft")
        yield alice("POST", f"/api/records/{id_}/draft")
        yield alice("POST", f"/api/records/{id_}/draft/actions/publish")
        yield alice("POST", f"/api/records/{id_}/versions")
        yield alice("GET", f"/api/records/{id_}/versions")
        yield alice("GET", f"/api/records/{id_}/versions/latest")
        yield alice("GET", f"/api/records/{id_}/files")
        yield alice("GET", f"/api/records/{id_}/draft/files")
        yield alice("POST", f"/api/records/{id_}/draft/files", json=[{"key": "a"}])
        yield alice("GET", f"/api/records/{id_}/draft/review")
        yield alice("GET", f"/api/records/{id_}/access/links")
        yield alice("GET", f"/api/records/{id_}/communities")


@script
def save(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    yield alice("PUT", here, json=complete(word))
    yield alice("PUT", here, json=complete(word, {"title": f"Changed {word}"}))
    yield alice("PUT", here, json={"metadata": metadata(word)})
    yield alice("PUT", here, json={"metadata": {"title": "ab"}})
    yield alice("GET", here)
    yield alice("PUT", here, json={})
    yield alice("PUT", here)
    yield alice("PUT", here, json=[])
    yield alice("PUT", here, body="{", media_type=JSON)
    yield alice("PUT", here, body="{}", media_type="text/plain")
    yield alice("PUT", here, json={"access": {"files": "restricted"}})
    yield alice(
        "PUT", here, json=complete(word, access={"record": "public", "files": "restricted"})
    )
    yield alice("PUT", here, json={"files": {"enabled": False}})
    yield alice("PUT", here, json=complete(word, {"rights": [{"id": "nonsense"}]}))
    yield alice("GET", here)
    for who in (bob, guest):
        yield who("PUT", here, json=complete(word))


@script
def if_match(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    right = str(made["revision_id"])
    for value in ("0", "999", f'"{right}"', "*", "nonsense", "", "-1", f"W/{right}", f"{right}, 9"):
        yield alice("PUT", here, json=complete(word), headers={"If-Match": value})
    now = yield alice("GET", here)
    right = str(now["revision_id"])
    yield alice("PUT", here, json=complete(word), headers={"If-Match": right})
    yield alice("PUT", here, json=complete(word), headers={"If-Match": right})
    yield alice("DELETE", here, headers={"If-Match": right})
    yield alice("DELETE", here, headers={"If-Match": "nonsense"})
    now = yield alice("GET", here)
    yield alice("DELETE", here, headers={"If-Match": str(now["revision_id"])})


@script
def delete(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word))
    here = draft_of(made)
    yield bob("DELETE", here)
    yield guest("DELETE", here)
    yield alice("DELETE", here)
    yield alice("DELETE", here)
    yield alice("GET", here)
    yield alice("GET", record_of(made))
    yield alice("PUT", here, json=complete(word))
    yield alice("POST", f"{here}/actions/publish")
    yield alice("GET", f"{here}/files")


@script
def revisions(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    yield alice("POST", f"{here}/files", json=[{"key": "a.txt"}])
    yield alice("GET", here)
    yield alice("DELETE", f"{here}/files/a.txt")
    yield alice("GET", here)
    yield alice("POST", f"{here}/pids/doi")
    yield alice("GET", here)


@script
def expanded(word: str) -> Steps:
    made = yield alice("POST", "/api/records?expand=1", json=without_files(word))
    here, record = draft_of(made), record_of(made)
    community = yield guest("GET", f"/api/communities/{OPEN}")
    review = {"type": "community-submission", "receiver": {"community": community["id"]}}
    yield alice("PUT", f"{here}/review", json=review)
    for value in ("1", "true", "0", "nonsense", ""):
        yield alice("GET", f"{here}?expand={value}")
    yield alice("GET", f"{here}?expand=1", accept=JSON)
    yield alice("PUT", f"{here}?expand=1", json=without_files(word))
    yield alice("PUT", f"{here}?expand=1", json={})
    yield alice("PUT", here, json=without_files(word))
    yield alice("POST", f"{here}/actions/submit-review")
    for who in (alice, bob, guest):
        yield who("GET", f"{record}?expand=1")
    yield guest("GET", f"{record}/versions?expand=1", until=total(1))
    yield guest("GET", f"/api/communities/{OPEN}/records?q={word}&expand=1")
    yield alice("GET", f"/api/user/records?q={word}&expand=false")
    yield alice("GET", f"/api/user/records?q={word}&expand=nonsense")
    yield alice("POST", f"{here}?expand=1")
