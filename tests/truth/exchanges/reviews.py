"""The review of a draft by a community, and requests in general."""

from __future__ import annotations

from tests.truth.script import (
    JSON,
    OPEN,
    REVIEWED,
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

SUBMISSION = "community-submission"
COMMENT = {"payload": {"content": "<p>A word</p>", "format": "html"}}


def wish(uuid: str) -> dict[str, object]:
    return {"receiver": {"community": uuid}, "type": SUBMISSION}


def with_review(word: str, slug: str) -> Steps:
    """A draft of alice that waits for a submission; gives it and the community's uuid."""
    known = yield alice("GET", f"/api/communities/{slug}")
    made = yield alice("POST", "/api/records", json=without_files(word))
    review = yield alice("PUT", f"{draft_of(made)}/review", json=wish(known["id"]))
    return made, review


@script
def set_review(word: str) -> Steps:
    opened = yield alice("GET", f"/api/communities/{OPEN}")
    reviewed = yield alice("GET", f"/api/communities/{REVIEWED}")
    made = yield alice("POST", "/api/records", json=without_files(word))
    here = f"{draft_of(made)}/review"
    yield alice("GET", here, accept=JSON)
    yield alice("DELETE", here)
    for body in (
        {},
        wish(OPEN),
        wish(word),
        wish("00000000-0000-4000-8000-000000000000"),
        {"receiver": {"community": opened["id"]}},
        {"receiver": {"community": opened["id"]}, "type": "nonsense"},
    ):
        yield alice("PUT", here, json=body)
    yield bob("PUT", here, json=wish(opened["id"]))
    yield alice("PUT", here, json=wish(opened["id"]))
    yield alice("GET", here, accept=JSON)
    yield bob("GET", here, accept=JSON)
    yield alice("PUT", here, json=wish(reviewed["id"]))
    yield alice("GET", draft_of(made))
    yield alice("POST", f"{draft_of(made)}/actions/publish")
    yield alice("DELETE", here)
    yield alice("GET", here, accept=JSON)
    yield alice("POST", f"{draft_of(made)}/actions/submit-review")
    yield alice("POST", f"{draft_of(made)}/actions/publish")
    yield alice("PUT", here, json=wish(opened["id"]))


@script
def created_with_review(word: str) -> Steps:
    known = yield alice("GET", f"/api/communities/{OPEN}")
    parent = {"review": wish(known["id"])}
    made = yield alice("POST", "/api/records", json=without_files(word, parent=parent))
    yield alice("GET", f"{draft_of(made)}/review", accept=JSON)


@script
def submit_to_own(word: str) -> Steps:
    made, _ = yield from with_review(word, OPEN)
    act = f"{draft_of(made)}/actions/submit-review"
    yield bob("POST", act)
    yield guest("POST", act)
    yield alice("POST", act, json={"require_review": "maybe"})
    yield alice("POST", act, json={"payload": {"content": "hi", "format": "nonsense"}})
    request = yield alice("POST", act, json={**COMMENT, "require_review": False})
    yield alice("GET", f"/api/requests/{request['id']}")
    yield guest("GET", record_of(made))
    yield alice("GET", draft_of(made))


@script
def submit_incomplete(word: str) -> Steps:
    known = yield alice("GET", f"/api/communities/{OPEN}")
    made = yield alice("POST", "/api/records", json=complete(word, {"title": None}))
    yield alice("PUT", f"{draft_of(made)}/review", json=wish(known["id"]))
    yield alice("POST", f"{draft_of(made)}/actions/submit-review")


def submitted(word: str) -> Steps:
    """A draft of alice that bob reviews, and the request."""
    made, _ = yield from with_review(word, REVIEWED)
    request = yield alice("POST", f"{draft_of(made)}/actions/submit-review", json=COMMENT)
    return made, f"/api/requests/{request['id']}"


@script
def accept(word: str) -> Steps:
    made, request = yield from submitted(word)
    for who in (alice, bob, guest):
        yield who("GET", request)
    yield alice("GET", draft_of(made))
    yield bob("GET", draft_of(made))
    yield alice("PUT", draft_of(made), json=without_files(word, {"title": f"Later {word}"}))
    yield alice("DELETE", draft_of(made))
    yield alice("POST", f"{draft_of(made)}/actions/publish")
    yield alice("DELETE", f"{draft_of(made)}/review")
    for action in ("submit", "nonsense", "accept", "decline"):
        yield alice("POST", f"{request}/actions/{action}")
    yield guest("POST", f"{request}/actions/accept")
    yield bob("POST", f"{request}/actions/cancel")
    yield bob("POST", f"{request}/actions/accept", json=COMMENT)
    yield bob("POST", f"{request}/actions/accept")
    yield bob("GET", request)
    yield guest("GET", record_of(made))
    yield alice("GET", draft_of(made))


@script
def decline(word: str) -> Steps:
    made, request = yield from submitted(word)
    yield bob("POST", f"{request}/actions/decline", json=COMMENT)
    yield alice("GET", request)
    yield alice("GET", draft_of(made))
    yield alice("POST", f"{request}/actions/cancel")
    yield alice("GET", f"{draft_of(made)}/review", accept=JSON)
    yield alice("DELETE", f"{draft_of(made)}/review")
    yield alice("POST", f"{draft_of(made)}/actions/publish")


@script
def cancel(word: str) -> Steps:
    made, request = yield from submitted(word)
    yield alice("POST", f"{request}/actions/cancel")
    yield alice("GET", request)
    yield bob("POST", f"{request}/actions/accept")
    yield alice("GET", draft_of(made))
    yield alice("DELETE", draft_of(made))
    yield alice("GET", request)


@script
def comments(word: str) -> Steps:
    _, request = yield from submitted(word)
    here = f"{request}/comments"
    first: Answer = yield alice("POST", here, json=COMMENT)
    for body in (
        {},
        {"payload": {}},
        {"payload": {"content": ""}},
        {"payload": {"content": "hi"}},
        {"payload": {"content": "hi", "format": "nonsense"}},
        {"payload": {"content": "<script>x</script>", "format": "html"}},
    ):
        yield alice("POST", here, json=body)
    yield guest("POST", here, json=COMMENT)
    yield guest("GET", f"{request}/timeline")
    comment = f"{here}/{first['id']}"
    yield bob("GET", comment)
    yield bob("PUT", comment, json=COMMENT)
    changed = {"payload": {"content": "<p>Better</p>", "format": "html"}}
    yield alice("PUT", comment, json=changed)
    yield bob("DELETE", comment)
    yield alice("DELETE", comment)
    yield alice("GET", comment)
    yield bob("POST", here, json=COMMENT)


@script
def find(word: str) -> Steps:
    yield from submitted(word)
    yield alice("GET", f"/api/user/requests?q={word}", until=total(1))
    yield bob("GET", f"/api/communities/{REVIEWED}/requests?q={word}")
    yield alice("GET", f"/api/communities/{REVIEWED}/requests?q={word}")
    yield alice("GET", f"/api/requests/?q={word}")
    yield alice("GET", f"/api/user/requests?q={word}&is_open=false")
    yield alice("GET", f"/api/user/requests?q={word}&is_open=true")
    yield alice("GET", f"/api/user/requests?q={word}&sort=nonsense")


@script
def unknown(word: str) -> Steps:
    for id_ in ("00000000-0000-4000-8000-000000000000", "nonsense", "7"):
        here = f"/api/requests/{id_}"
        yield alice("GET", here, accept=JSON)
        yield alice("POST", f"{here}/actions/accept")
        yield alice("POST", f"{here}/comments", json=COMMENT)
        yield alice("GET", f"{here}/timeline")
    record = yield from publish(alice, word, without_files(word))
    yield alice("GET", f"{draft_of(record)}/review")
    yield alice("POST", draft_of(record))
    known = yield alice("GET", f"/api/communities/{OPEN}")
    yield alice("PUT", f"{draft_of(record)}/review", json=wish(known["id"]))
