"""The embedded server's reviews, requests and what Zenodo's owners may ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.embedded import (
    DENIED,
    NOBODY,
    RDM_JSON,
    Json,
    People,
    community,
    invalid,
    people,
    refusal,
)
from zenodo_sdk.testing.local import LocalZenodo

NO_REVIEW = refusal(404, "Review for draft not found")
GONE = refusal(404, "Not found.")


def review(community_id: str) -> Json:
    return {"receiver": {"community": community_id}, "type": "community-submission"}


def submitted(us: People, community_id: str, title: str = "Reviewed") -> tuple[str, str]:
    """A draft whose review waits; its id, and the address of the request."""
    draft = us.draft(title)
    request = us.alice.put(f"/api/records/{draft}/draft/review", json=review(community_id)).json()
    answer = us.alice.post(f"/api/records/{draft}/draft/actions/submit-review", json={})
    assert answer.status_code == 202
    return draft, f"/api/requests/{request['id']}"


def test_a_review_is_set_read_and_deleted(us: People) -> None:
    id_ = community(us.bob, "review-crud", review_policy="closed")
    draft = us.draft()
    address = f"/api/records/{draft}/draft/review"
    assert us.alice.get(address).json() == NO_REVIEW
    assert us.alice.delete(address).json() == NO_REVIEW
    submit = us.alice.post(f"/api/records/{draft}/draft/actions/submit-review", json={})
    assert submit.json() == NO_REVIEW
    assert us.alice.put(address, json=review("review-crud")).json() == GONE
    assert us.alice.put(address, json=review(NOBODY)).json() == GONE
    wrong = invalid(("type", "Invalid review type."))
    assert us.alice.put(address, json={}).json() == wrong
    assert us.alice.put(address, json={**review(id_), "type": "x"}).json() == wrong
    assert us.bob.put(address, json=review(id_)).json() == DENIED
    made = us.alice.put(address, json=review(id_))
    names = {made.json()["id"]: "REQUEST", id_: "COMMUNITY", draft: "DRAFT", us.alice_id: "ALICE"}
    told = us.told(made, names)
    assert list(told) == sorted(told)
    shown = us.alice.get(address)
    api = "/api/requests/REQUEST"
    expected: Json = {
        "id": "REQUEST",
        "created": "WHEN",
        "updated": "WHEN",
        "links": {
            "self": api,
            "self_html": "/me/requests/REQUEST",
            "comments": f"{api}/comments",
            "timeline": f"{api}/timeline",
            "timeline_focused": f"{api}/timeline_focused",
            "lock": f"{api}/lock",
            "unlock": f"{api}/unlock",
            "actions": {"submit": f"{api}/actions/submit"},
        },
        "revision_id": 2,
        "type": "community-submission",
        "title": "",
        "number": made.json()["number"],
        "status": "created",
        "is_closed": False,
        "is_open": False,
        "expires_at": None,
        "is_expired": False,
        "last_reply": None,
        "last_activity_at": "WHEN",
        "created_by": {"user": "ALICE"},
        "receiver": {"community": "COMMUNITY"},
        "topic": {"record": "DRAFT"},
        "files": {"enabled": True},
    }
    assert {key: told[key] for key in expected} == expected
    kept = [key for key in us.told(shown) if key != "is_locked"]
    assert (shown.headers["etag"], kept) == ('"2"', list(expected))
    assert us.bob.get(f"/api/requests/{made.json()['id']}").json() == DENIED
    parent = us.alice.get(f"/api/records/{draft}/draft", headers={"Accept": RDM_JSON}).json()
    assert us.plain(parent["parent"]["review"], names) == {
        "id": "REQUEST",
        "links": {},
        "type": "community-submission",
        "title": "",
        "status": "created",
        "receiver": {"community": "COMMUNITY"},
    }
    assert parent["status"] == "draft_with_review"
    assert "submit-review" in parent["links"]
    assert us.alice.post(f"/api/records/{draft}/draft/actions/publish").status_code == 400
    assert us.alice.delete(address).status_code == 204
    assert us.alice.get(f"/api/requests/{made.json()['id']}").json() == GONE


def test_zenodo_tells_of_locks_and_dates(zenodo: People) -> None:
    id_ = community(zenodo.bob, "dates", review_policy="closed")
    draft = zenodo.draft()
    address = f"/api/records/{draft}/draft/review"
    zenodo.alice.put(address, json=review(id_))
    shown = zenodo.alice.get(address, headers={"Accept": RDM_JSON}).json()
    day = datetime.now(UTC)
    assert shown["is_locked"] is False
    assert shown["ui"]["version"] is None
    assert shown["ui"]["created_date_l10n_long"].endswith(f"{day:, %Y}")


def test_a_review_is_submitted_and_accepted(us: People) -> None:
    id_ = community(us.bob, "accepting", review_policy="closed")
    draft = us.draft("Reviewed")
    own = f"/api/records/{draft}/draft"
    made = us.alice.put(f"{own}/review", json=review(id_)).json()
    request = f"/api/requests/{made['id']}"
    wrong = us.alice.post(f"{own}/actions/submit-review", json={"require_review": "x"})
    assert wrong.json() == invalid(("require_review", "Must be a boolean, true or false"))
    said = {"payload": {"content": "please <script>x</script>", "format": "html"}}
    answer = us.alice.post(f"{own}/actions/submit-review", json=said)
    told = answer.json()
    assert (answer.status_code, told["status"], told["revision_id"]) == (202, "submitted", 3)
    assert told["title"] == "Reviewed"
    assert told["links"]["next_html"] == told["links"]["self_html"]
    assert list(told["links"]["actions"]) == ["cancel"]
    assert us.told(answer, {us.alice_id: "ALICE"})["last_reply"] == {
        "created": "WHEN",
        "created_by": {"user": "ALICE"},
        "id": "UUID",
        "links": {},
        "parent_id": None,
        "permissions": {},
        "revision_id": 1,
        "type": "C",
        "updated": "WHEN",
    }
    assert us.alice.post(f"{own}/actions/submit-review", json={}).status_code == 500
    text = "An open review cannot be deleted."
    assert us.alice.delete(f"{own}/review").json() == refusal(400, text)
    assert us.alice.put(f"{own}/review", json=review(id_)).json() == refusal(400, text)
    assert us.alice.delete(own).status_code == 400
    assert us.bob.get(own, headers={"Accept": RDM_JSON}).json()["status"] == "in_review"
    assert list(us.bob.get(request).json()["links"]["actions"]) == ["accept", "decline"]
    assert us.guest.get(request).json() == DENIED
    assert us.alice.post(f"{request}/actions/accept").json() == DENIED
    assert us.alice.post(f"{request}/actions/bogus").json() == refusal(
        400, "Error for action 'bogus': No such action available"
    )
    assert us.alice.post(f"{request}/actions/submit").json() == refusal(
        400, "Error for action 'submit': Could not execute the action"
    )
    accepted = us.bob.post(
        f"{request}/actions/accept", json={"payload": {"content": "ok", "format": "html"}}
    )
    assert (accepted.status_code, accepted.headers["etag"]) == (200, '"4"')
    assert accepted.json()["status"] == "accepted"
    assert accepted.json()["is_closed"] is True
    assert accepted.json()["links"]["actions"] == {}
    record = us.guest.get(f"/api/records/{draft}", headers={"Accept": RDM_JSON}).json()
    communities = record["parent"]["communities"]
    assert (communities["ids"], communities["default"]) == ([id_], id_)
    assert "review" not in record["parent"]
    assert us.alice.get(f"{own}/review").json() == GONE
    found = us.guest.get("/api/communities/accepting/records").json()
    assert found["hits"]["total"] == 1


def test_without_a_review_ones_own_community_publishes_at_once(us: People) -> None:
    id_ = community(us.alice, "direct", review_policy="open")
    draft = us.draft("Direct")
    own = f"/api/records/{draft}/draft"
    us.alice.put(f"{own}/review", json=review(id_))
    answer = us.alice.post(f"{own}/actions/submit-review", json={"require_review": False})
    told = answer.json()
    assert (told["status"], told["revision_id"]) == ("accepted", 4)
    assert told["last_reply"]["created_by"] == {"user": "system"}
    assert told["links"]["next_html"] == f"{us.url}/records/{draft}"
    timeline = us.alice.get(f"/api/requests/{told['id']}/timeline").json()["hits"]["hits"]
    assert [each["type"] for each in timeline] == ["L", "C"]
    assert timeline[0]["payload"] == {"event": "accepted", "format": "html"}
    assert timeline[1]["payload"]["content"] == (
        "This request has been automatically accepted, as the uploader can submit to community"
        " directly without review."
    )
    assert us.guest.get(f"/api/records/{draft}").status_code == 200
    required = us.draft("Asked all the same")
    us.alice.put(f"/api/records/{required}/draft/review", json=review(id_))
    waiting = us.alice.post(
        f"/api/records/{required}/draft/actions/submit-review", json={"require_review": True}
    )
    assert list(waiting.json()["links"]["actions"]) == ["accept", "cancel", "decline"]


def test_cancelled_and_declined_reviews(us: People) -> None:
    id_ = community(us.bob, "closing", review_policy="closed")
    draft, request = submitted(us, id_)
    own = f"/api/records/{draft}/draft"
    assert us.bob.post(f"{request}/actions/cancel").json() == DENIED
    assert us.alice.post(f"{request}/actions/cancel").json()["status"] == "cancelled"
    assert us.alice.get(f"{own}/review").json() == NO_REVIEW
    assert us.alice.get(own, headers={"Accept": RDM_JSON}).json()["status"] == "draft"
    assert us.bob.get(own).json() == DENIED
    draft, request = submitted(us, id_)
    own = f"/api/records/{draft}/draft"
    assert us.bob.post(f"{request}/actions/decline").json()["status"] == "declined"
    assert us.alice.get(f"{own}/review").json()["status"] == "declined"
    assert us.alice.get(own, headers={"Accept": RDM_JSON}).json()["status"] == "declined"
    assert us.alice.delete(f"{own}/review").status_code == 204
    assert us.alice.get(request).json()["status"] == "declined"


def test_only_first_versions_of_complete_drafts_are_reviewed(us: People) -> None:
    id_ = community(us.bob, "first-only", review_policy="closed")
    record = us.record()
    new = us.alice.post(f"/api/records/{record}/versions").json()["id"]
    assert us.alice.put(f"/api/records/{new}/draft/review", json=review(id_)).json() == refusal(
        400, "You cannot create a review for a new version of a published record."
    )
    us.alice.post(f"/api/records/{record}/draft")
    again = us.alice.put(f"/api/records/{record}/draft/review", json=review(id_))
    assert again.json() == refusal(
        400, "You cannot create a review for an already published record."
    )
    body = {"metadata": {"title": "Only a title"}, "files": {"enabled": True}}
    bare = us.alice.post("/api/records", json=body).json()["id"]
    us.alice.put(f"/api/records/{bare}/draft/review", json=review(id_))
    answer = us.alice.post(f"/api/records/{bare}/draft/actions/submit-review", json={})
    missing = "Missing data for required field."
    assert answer.json() == invalid(
        ("metadata.resource_type", missing),
        ("metadata.creators", missing),
        ("metadata.publication_date", missing),
    )
    closed = community(us.bob, "first-closed", record_submission_policy="closed")
    draft = us.draft()
    us.alice.put(f"/api/records/{draft}/draft/review", json=review(closed))
    answer = us.alice.post(f"/api/records/{draft}/draft/actions/submit-review", json={})
    assert answer.json() == refusal(
        403, "Submission to this community is only allowed to community members."
    )


def test_comments_and_replies(us: People) -> None:
    id_ = community(us.bob, "talking", review_policy="closed")
    _, request = submitted(us, id_)
    hi = {"payload": {"content": "hi", "format": "html"}}
    answer = us.alice.post(f"{request}/comments", json=hi)
    comment = f"{request}/comments/{answer.json()['id']}"
    names = {request.rpartition("/")[2]: "R", answer.json()["id"]: "C", us.alice_id: "ALICE"}
    api = "/api/requests/R/comments/C"
    expected: Json = {
        "id": "C",
        "created": "WHEN",
        "updated": "WHEN",
        "links": {
            "self": api,
            "self_html": "/me/requests/R#commentevent-C",
            "reply": f"{api}/reply",
            "replies": f"{api}/replies",
            "replies_focused": f"{api}/replies_focused",
        },
        "revision_id": 1,
        "type": "C",
        "created_by": {"user": "ALICE"},
        "permissions": {
            "can_update_comment": True,
            "can_delete_comment": True,
            "can_reply_comment": True,
        },
        "parent_id": None,
        "payload": {"content": "hi", "format": "html"},
    }
    told = us.told(answer, names)
    assert (answer.status_code, answer.headers["etag"], told) == (201, '"1"', expected)
    assert list(told) == list(expected)
    missing = "Missing data for required field."
    assert us.alice.post(f"{request}/comments", json={}).json() == invalid(("payload", missing))
    bad = {"payload": {"content": "", "format": "x"}}
    assert us.alice.post(f"{request}/comments", json=bad).json() == invalid(
        ("payload.content", "Shorter than minimum length 1."),
        ("payload.format", "Must be one of: html."),
    )
    assert us.bob.put(comment, json=hi).json() == refusal(
        403, "You do not have permission to update this comment."
    )
    changed = us.alice.put(comment, json={"payload": {"content": "ho"}})
    assert (changed.headers["etag"], changed.json()["payload"]["content"]) == ('"2"', "ho")
    reply = us.bob.post(f"{comment}/reply", json=hi).json()
    assert list(reply["links"]) == ["self", "self_html"]
    assert reply["parent_id"] == answer.json()["id"]
    replies = us.alice.get(f"{comment}/replies").json()
    assert list(replies) == ["hits", "sortBy", "page", "links"]
    assert replies["hits"]["hits"][0]["children_count"] == 0
    hits = us.alice.get(f"{request}/timeline").json()["hits"]["hits"]
    assert [(hit["payload"]["content"], hit["children_count"]) for hit in hits] == [("ho", 1)]
    assert hits[0]["children"][0]["id"] == reply["id"]
    assert us.alice.delete(comment).status_code == 204
    deleted = us.alice.get(comment)
    assert (deleted.json()["type"], deleted.headers["etag"]) == ("L", '"4"')
    assert deleted.json()["payload"] == {
        "event": "comment_deleted",
        "content": "comment was deleted",
        "format": "html",
    }
    assert us.alice.get(f"{request}/comments/{NOBODY}").json() == GONE


def test_zenodo_locks_conversations(zenodo: People) -> None:
    id_ = community(zenodo.bob, "locking", review_policy="closed")
    _, request = submitted(zenodo, id_)
    assert zenodo.alice.get(f"{request}/lock").json() == DENIED
    assert zenodo.bob.get(f"{request}/lock").status_code == 204
    said = {"payload": {"content": "hi"}}
    assert zenodo.alice.post(f"{request}/comments", json=said).json() == refusal(
        403, "Commenting is now locked for this conversation."
    )
    assert zenodo.alice.get(request).json()["is_locked"] is True
    assert zenodo.bob.get(f"{request}/unlock").status_code == 204
    assert zenodo.alice.post(f"{request}/comments", json=said).status_code == 201


def test_a_stock_server_locks_nothing() -> None:
    with people("inveniordm") as us:
        id_ = community(us.bob, "locking", review_policy="closed")
        _, request = submitted(us, id_)
        assert us.bob.get(f"{request}/lock").json() == DENIED
        assert "is_locked" not in us.alice.get(request).json()


def test_lists_of_requests(us: People) -> None:
    id_ = community(us.bob, "lists", review_policy="closed")
    draft, request = submitted(us, id_)
    own = request.rpartition("/")[2]
    addresses = [
        (us.alice, f"/api/requests/?topic=record:{draft}"),
        (us.alice, f"/api/user/requests?topic=record:{draft}"),
        (us.bob, f"/api/communities/{id_}/requests"),
        (us.bob, f"/api/requests/?q=topic.record:{draft}&is_open=true"),
    ]
    for client, address in addresses:
        answer = client.get(address).json()
        assert [hit["id"] for hit in answer["hits"]["hits"]] == [own], address
        assert list(answer) == ["hits", "aggregations", "sortBy", "links"]
        kinds = answer["aggregations"]["type"]["buckets"]
        assert kinds == [
            {
                "key": "community-submission",
                "doc_count": 1,
                "label": "Draft review",
                "is_selected": False,
            }
        ]
    found = us.alice.get(f"/api/requests/?topic=record:{draft}&is_open=false").json()
    assert found["hits"]["total"] == 0
    links = us.alice.get(f"/api/requests/?topic=record:{draft}").json()["links"]
    assert links == {"self": f"{us.url}/api/requests/?page=1&size=25&sort=newest"}
    assert us.alice.get(f"/api/communities/{id_}/requests").json() == DENIED
    assert us.bob.get("/api/communities/lists/requests").json() == DENIED
    assert us.guest.get("/api/requests/").json() == DENIED
    moved = us.alice.get("/api/requests?is_open=true")
    assert (moved.status_code, moved.headers["location"]) == (
        308,
        f"{us.url}/api/requests/?is_open=true",
    )
    assert us.alice.get(f"/api/requests/{NOBODY}").json() == GONE
    assert us.alice.get("/api/requests/nothing").status_code == 404
    record = us.record()
    us.alice.post(f"/api/records/{record}/communities", json={"communities": [{"id": id_}]})
    theirs = us.alice.get(f"/api/records/{record}/requests").json()["hits"]["hits"]
    assert [hit["type"] for hit in theirs] == ["community-inclusion"]


def test_a_request_is_changed(us: People) -> None:
    id_ = community(us.bob, "changes", review_policy="closed")
    _, request = submitted(us, id_)
    changed = us.bob.put(request, json={"title": "new", "description": "more"})
    assert (changed.headers["etag"], changed.json()["title"]) == ('"4"', "new")
    assert changed.json()["description"] == "more"
    assert us.guest.put(request, json={}).json() == DENIED
    assert us.alice.delete(request).json() == DENIED


# --- what owners may ask for on Zenodo ------------------------------------------


def test_a_record_is_deleted(zenodo: People) -> None:
    record = zenodo.record("RDM draft")
    address = f"/api/records/{record}/request-deletion"
    wrong = invalid(("_schema", "Invalid removal reason"))
    assert zenodo.alice.post(address, json={}).json() == wrong
    assert zenodo.alice.post(address, json={"reason": "spam"}).json() == wrong
    assert zenodo.bob.post(address, json={"reason": "test-record"}).json() == DENIED
    answer = zenodo.alice.post(address, json={"reason": "test-record"})
    told = answer.json()
    assert (answer.status_code, told["status"], told["revision_id"]) == (200, "accepted", 4)
    assert told["title"] == 'Deletion request for "RDM draft"'
    assert told["payload"] == {"policy_id": "grace-period-v1", "reason": "test-record"}
    assert (told["receiver"], told["links"]["actions"]) == (None, {})
    tombstone: Json = {
        "note": "",
        "removed_by": {"user": "ALICE"},
        "removal_date": "WHEN",
        "citation_text": (
            f"Doe, J. (2024). RDM draft [Dataset]. Zenodo. https://doi.org/10.5281/zenodo.{record}"
        ),
        "is_visible": True,
        "removal_reason": {"id": "test-record"},
        "deletion_policy": {"id": "grace-period-v1"},
    }
    expected = {**refusal(410, "Record deleted"), "tombstone": tombstone}
    own = f"/api/records/{record}"
    for path in (own, f"{own}/files", f"{own}/files/a.txt", f"{own}/files/a.txt/content"):
        gone = zenodo.guest.get(path)
        assert (gone.status_code, zenodo.told(gone, {zenodo.alice_id: "ALICE"})) == (410, expected)
    found = zenodo.alice.get(f"/api/records?q=id:{record}").json()
    assert found["hits"]["total"] == 0
    again = zenodo.alice.post(address, json={"reason": "test-record"})
    assert again.json() == refusal(400, "Record in unexpected deletion status.")


def test_files_of_a_published_record_are_changed(zenodo: People) -> None:
    record = zenodo.record("Files")
    address = f"/api/records/{record}/file-modification"
    own = f"/api/records/{record}/draft"
    assert zenodo.alice.post(address, json={}).json() == GONE
    zenodo.alice.post(own)
    answer = zenodo.alice.post(address, json={})
    assert answer.json()["payload"] == {"policy_id": "file-modification-grace-period-v1"}
    assert answer.json()["title"] == 'File modification request for "Files"'
    assert zenodo.alice.delete(f"{own}/files/a.txt").status_code == 204
    zenodo.alice.post(f"{own}/files", json=[{"key": "b.txt"}])
    octets = {"Content-Type": "application/octet-stream"}
    put = zenodo.alice.put(f"{own}/files/b.txt/content", content=b"xyz", headers=octets)
    assert put.status_code == 200
    zenodo.alice.post(f"{own}/files/b.txt/commit")
    files = zenodo.alice.get(f"{own}/files").json()["entries"]
    assert [file["key"] for file in files] == ["b.txt"]


def test_more_space(zenodo: People) -> None:
    draft = zenodo.draft("Large")
    address = f"/api/records/{draft}/quota-increase"
    assert zenodo.bob.post(address, json={"quota_size": "60"}).json() == DENIED
    assert zenodo.alice.post(address, json={"quota_size": "much"}).status_code == 500
    answer = zenodo.alice.post(address, json={"quota_size": "60"}).json()
    assert (answer["status"], answer["payload"]) == ("accepted", {"quota_size": "60"})
    assert zenodo.alice.post(address, json={"quota_size": "600"}).json() == DENIED


def test_after_some_weeks_nothing_is_deleted_at_once() -> None:
    clock: dict[str, Any] = {"now": datetime(2026, 1, 1, tzinfo=UTC)}
    with LocalZenodo(now=lambda: clock["now"]) as server:
        us = People(server)
        record = us.record()
        clock["now"] += timedelta(days=31)
        for name in ("request-deletion", "file-modification"):
            answer = us.alice.post(f"/api/records/{record}/{name}", json={"reason": "test-record"})
            assert answer.json() == DENIED
        us.close()


def test_a_stock_server_grants_none_of_this() -> None:
    with people("inveniordm") as us:
        record = us.record()
        for name in ("request-deletion", "file-modification", "quota-increase"):
            answer = us.alice.post(f"/api/records/{record}/{name}", json={})
            assert answer.json() == DENIED
            assert us.alice.get(f"/api/records/{record}/{name}").status_code == 405
