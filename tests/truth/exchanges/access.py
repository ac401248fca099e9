"""Who may see what: restricted and embargoed records, links, grants, settings."""

from __future__ import annotations

from tests.truth.script import (
    Answer,
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
    without_files,
)

RESTRICTED_FILES = {"record": "public", "files": "restricted"}
RESTRICTED = {"record": "restricted", "files": "restricted"}
EMBARGO = {"active": True, "until": "2099-01-01", "reason": "a patent"}


def look(record: Answer, token: str = "") -> Steps:
    """Everything there is to read of a record, by everybody."""
    here, question = record_of(record), f"?token={token}" if token else ""
    for who in (alice, bob, guest):
        yield who("GET", f"{here}{question}")
        yield who("GET", f"{here}/files{question}")
        yield who("GET", f"{here}/files/a.txt{question}")
        yield who("GET", f"{here}/files/a.txt/content{question}", accept=None)
        yield who("GET", f"{here}/files-archive{question}", accept=None)


@script
def restricted_files(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, access=RESTRICTED_FILES))
    yield from look(record)
    for who in (alice, guest):
        yield who("GET", f"/api/records?q=metadata.title:{word}", until=total(1))


@script
def restricted_record(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, access=RESTRICTED))
    yield from look(record)
    yield alice("GET", f"/api/records?q=metadata.title:{word}", until=total(1))
    yield guest("GET", f"/api/records?q=metadata.title:{word}")
    yield guest("GET", f"/api/records/{record['parent']['id']}")
    yield guest("GET", f"{record_of(record)}/versions/latest")
    yield guest("GET", f"{record_of(record)}/versions")


@script
def embargoed_files(word: str) -> Steps:
    access = {**RESTRICTED_FILES, "embargo": EMBARGO}
    record = yield from publish(alice, word, complete(word, access=access))
    yield from look(record)


@script
def embargoed_record(word: str) -> Steps:
    access = {**RESTRICTED, "embargo": EMBARGO}
    record = yield from publish(alice, word, complete(word, access=access))
    yield guest("GET", record_of(record))
    yield alice("GET", record_of(record))


@script
def lift_embargo(word: str) -> Steps:
    access = {**RESTRICTED_FILES, "embargo": EMBARGO}
    record = yield from publish(alice, word, complete(word, access=access))
    yield alice("POST", draft_of(record))
    yield alice("PUT", draft_of(record), json=complete(word))
    yield alice("POST", f"{draft_of(record)}/actions/publish")
    yield guest("GET", f"{record_of(record)}/files/a.txt/content", accept=None)


@script
def links(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, access=RESTRICTED))
    here = f"{record_of(record)}/access/links"
    yield alice("GET", here)
    link = yield alice("POST", here, json={"permission": "view"})
    yield from look(record, link["token"])
    yield guest("GET", record_of(record), headers={"Authorization": "Bearer nonsense"})
    yield guest("GET", f"{record_of(record)}?token=nonsense")
    described = {"permission": "view", "expires_at": "2099-01-01", "description": "for a friend"}
    yield alice("POST", here, json=described)
    yield alice("GET", here)
    one = f"{here}/{link['id']}"
    yield alice("GET", one)
    yield alice("PATCH", one, json={"permission": "preview"})
    yield alice("PATCH", one, json={"description": "changed"})
    yield alice("PATCH", one, json={"permission": "nonsense"})
    yield alice("PUT", one, json={"permission": "view"})
    for who in (bob, guest):
        yield who("GET", here)
        yield who("POST", here, json={"permission": "view"})
        yield who("GET", one)
        yield who("DELETE", one)
    yield alice("DELETE", one)
    yield alice("DELETE", one)
    yield alice("GET", one)
    yield guest("GET", f"{record_of(record)}?token={link['token']}")


@script
def bad_links(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word))
    here = f"{record_of(made)}/access/links"
    for body in (
        {},
        [],
        {"permission": "nonsense"},
        {"permission": "manage"},
        {"permission": "view", "expires_at": "2001-01-01"},
        {"permission": "view", "expires_at": "nonsense"},
        {"permission": "view", "expires_at": ""},
        {"permission": "view", "nonsense": 1},
        {"permission": "view", "description": 7},
    ):
        yield alice("POST", here, json=body)
    yield alice("GET", f"{here}/nonsense")
    yield alice("GET", f"{here}/00000000-0000-4000-8000-000000000000")


@script
def links_to_drafts(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{record_of(made)}/access/links"
    for permission in ("view", "preview", "edit"):
        link = yield alice("POST", here, json={"permission": permission})
        question = f"?token={link['token']}"
        for who in (bob, guest):
            yield who("GET", f"{draft_of(made)}{question}")
            yield who("GET", f"{draft_of(made)}/files{question}")
            yield who("PUT", f"{draft_of(made)}{question}", json=complete(word))
            yield who("POST", f"{draft_of(made)}/actions/publish{question}")


@script
def grants(word: str) -> Steps:
    me = yield bob("GET", "/api/me")
    bobs_id = str(me["id"])
    record = yield from publish(alice, word, complete(word, access=RESTRICTED))
    here = f"{record_of(record)}/access"
    subject = {"type": "user", "id": bobs_id}
    yield alice("GET", f"{here}/grants")
    yield alice("GET", f"{here}/users")
    for body in (
        {},
        {"grants": []},
        {"grants": [{}]},
        {"grants": [{"permission": "nonsense", "subject": subject}]},
        {"grants": [{"permission": "view", "subject": {"type": "nonsense", "id": bobs_id}}]},
        {"grants": [{"permission": "view", "subject": {"type": "user", "id": "987654"}}]},
        {"grants": [{"permission": "view"}]},
    ):
        yield alice("POST", f"{here}/grants", json=body)
    told = {"grants": [{"permission": "view", "subject": subject}]}
    yield bob("POST", f"{here}/grants", json=told)
    yield alice("POST", f"{here}/grants", json=told)
    yield alice("POST", f"{here}/grants", json=told)
    yield bob("GET", record_of(record))
    yield bob("GET", f"{record_of(record)}/files/a.txt/content", accept=None)
    yield bob("POST", draft_of(record))
    yield alice("GET", f"{here}/grants")
    yield alice("GET", f"{here}/grants/0")
    yield alice("GET", f"{here}/grants/9")
    yield alice("GET", f"{here}/users")
    yield alice("GET", f"{here}/users/{bobs_id}")
    yield alice("PATCH", f"{here}/users/{bobs_id}", json={"permission": "edit"})
    yield bob("POST", draft_of(record))
    yield bob("GET", draft_of(record))
    yield alice("PATCH", f"{here}/users/{bobs_id}", json={"permission": "nonsense"})
    yield alice("GET", f"{here}/users/987654")
    yield alice("DELETE", f"{here}/users/{bobs_id}")
    yield alice("DELETE", f"{here}/users/{bobs_id}")
    yield bob("GET", record_of(record))
    yield alice("GET", f"{here}/groups")


@script
def settings(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, access=RESTRICTED_FILES))
    here = f"{record_of(record)}/access"
    told = {
        "allow_user_requests": True,
        "allow_guest_requests": True,
        "accept_conditions_text": "<p>Be kind</p>",
        "secret_link_expiration": 30,
    }
    for who in (alice, bob, guest):
        yield who("GET", here)
        yield who("PUT", here, json=told)
    for body in (
        {},
        {"allow_user_requests": False},
        {"secret_link_expiration": 366},
        {"secret_link_expiration": -1},
        {"allow_user_requests": "maybe"},
        {"nonsense": 1},
        [],
    ):
        yield alice("PUT", here, json=body)
    yield alice("PUT", here, json=told)
    yield guest("GET", record_of(record))


@script
def ask(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, access=RESTRICTED_FILES))
    here = f"{record_of(record)}/access/request"
    wish = {"message": "please", "full_name": "Bob", "email": "bob@example.org"}
    yield bob("POST", here, json=wish)
    told = {"allow_user_requests": True, "allow_guest_requests": True}
    yield alice("PUT", f"{record_of(record)}/access", json=told)
    yield guest("POST", here, json={**wish, "email": "nonsense"})
    yield bob("POST", here, json=wish)
    yield bob("POST", here, json=wish)
