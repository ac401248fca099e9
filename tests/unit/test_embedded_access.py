"""The embedded server's secret links, grants and requests for access."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.embedded import (
    DENIED,
    NOBODY,
    RDM_JSON,
    Json,
    People,
    invalid,
    people,
    refusal,
)
from zenodo_sdk.testing import LocalZenodo

RESTRICTED = {"record": "restricted", "files": "restricted"}
FILES_ONLY = {"record": "public", "files": "restricted"}
NO_LINK = refusal(404, "No secret link found with the given ID.")
NO_GRANT = refusal(404, "No grant found with the given ID.")
NO_USER = refusal(404, "No grant found by given user id.")
NO_SUBJECT = invalid(("subject.id", "Could not find the specified subject."))


def link(us: People, record: str, permission: str, **more: str) -> Json:
    """A secret link."""
    body = {"permission": permission, **more}
    answer = us.alice.post(f"/api/records/{record}/access/links", json=body)
    assert answer.status_code == 201
    made: Json = answer.json()
    return made


def test_a_link_is_made_and_listed(us: People) -> None:
    record = us.record(access=FILES_ONLY)
    address = f"/api/records/{record}/access/links"
    assert us.alice.get(address).json() == {"hits": {"hits": [], "total": 0}}
    first = us.alice.post(address, json={"permission": "view"})
    expected = {
        "id": "UUID",
        "created_at": "WHEN",
        "permission": "view",
        "description": "",
        "token": "TOKEN",
    }
    assert (first.status_code, us.told(first)) == (201, expected)
    assert list(first.json()) == list(expected)
    body = {"permission": "preview", "expires_at": "2099-01-02", "description": "for x"}
    second = us.alice.post(address, json=body)
    assert us.told(second) == {
        "id": "UUID",
        "created_at": "WHEN",
        "expires_at": "2099-01-02",
        "permission": "preview",
        "description": "for x",
        "token": "TOKEN",
    }
    both = {"hits": {"hits": [first.json(), second.json()], "total": 2}}
    assert us.alice.get(address).json() == both
    assert us.alice.get(f"{address}/{first.json()['id']}").json() == first.json()
    shown = us.alice.get(f"/api/records/{record}", headers={"Accept": RDM_JSON}).json()
    ids = [{"id": first.json()["id"]}, {"id": second.json()["id"]}]
    assert shown["parent"]["access"]["links"] == ids
    assert (
        "links"
        not in us.guest.get(f"/api/records/{record}", headers={"Accept": RDM_JSON}).json()[
            "parent"
        ]["access"]
    )


def test_what_is_wrong_with_a_link(us: People) -> None:
    record = us.record()
    address = f"/api/records/{record}/access/links"

    def said(body: Json) -> object:
        answer = us.alice.post(address, json=body)
        assert answer.status_code == 400
        return answer.json()

    assert said({}) == invalid(("permission", "An access permission level is required"))
    assert said({"permission": "manage", "zz": 1}) == invalid(
        ("permission", "Must be one of: view, preview, edit."), ("zz", "Unknown field.")
    )
    assert said({"permission": "view", "expires_at": "2020-01-01"}) == invalid(
        ("expires_at", "Expiration date must be set to the future")
    )
    for wrong in ("soon", "2099-01-02T03:04:05+00:00"):
        assert said({"permission": "view", "expires_at": wrong}) == invalid(
            ("expires_at", "Not a valid date.")
        )
    nothing = us.alice.post(address, headers={"Content-Type": "application/json"})
    assert nothing.json() == invalid(("_schema", "Invalid input type."))
    for client in (us.bob, us.guest):
        assert client.get(address).json() == DENIED
    assert us.bob.post(address, json={"permission": "view"}).json() == DENIED
    missing = us.alice.get("/api/records/zzzzz-zzz00/access/links").json()
    assert missing == refusal(404, "The persistent identifier does not exist.")


def test_a_link_is_changed_and_deleted(us: People) -> None:
    record = us.record()
    made = link(us, record, "view")
    address = f"/api/records/{record}/access/links/{made['id']}"
    assert us.alice.put(address, json={"permission": "view"}).status_code == 405
    changed = us.alice.patch(address, json={"description": "new"})
    assert changed.json() == {**made, "description": "new"}
    shorter = us.alice.patch(address, json={"expires_at": "2099-02-02"}).json()
    assert list(shorter)[2] == "expires_at"
    assert us.alice.patch(address, json={"expires_at": "2099-03-03"}).json() == invalid(
        ("expires_at", "Cannot postpone expiration of links")
    )
    elsewhere = f"/api/records/{record}/access/links/{NOBODY}"
    assert us.alice.patch(elsewhere, json={"permission": "view"}).json() == NO_LINK
    assert us.alice.get(elsewhere).json() == NO_LINK
    assert us.bob.delete(address).json() == DENIED
    assert us.alice.delete(address).status_code == 204
    assert us.alice.delete(address).json() == NO_LINK


def test_a_link_opens_a_restricted_record(stock: People) -> None:
    record = stock.record(access=RESTRICTED)
    own = f"/api/records/{record}"
    view = link(stock, record, "view")
    token = {"token": str(view["token"])}
    assert stock.guest.get(own).json() == DENIED
    assert stock.bob.get(f"{own}/files/a.txt/content").json() == DENIED
    assert stock.guest.get(own, params={"token": "abc"}).json() == DENIED
    shown = stock.guest.get(own, params=token, headers={"Accept": RDM_JSON}).json()
    assert list(shown["parent"]["access"]) == ["owned_by", "settings"]
    assert "is_latest_draft" not in shown["versions"]
    files = stock.guest.get(f"{own}/files", params=token).json()
    assert [file["key"] for file in files["entries"]] == ["a.txt"]
    assert stock.guest.get(f"{own}/files/a.txt/content", params=token).content == b"abc"
    assert stock.bob.get(f"{own}/files/a.txt/content", params=token).content == b"abc"
    stock.alice.post(f"{own}/draft")
    assert stock.guest.get(f"{own}/draft", params=token).json() == DENIED
    preview = {"token": str(link(stock, record, "preview")["token"])}
    seen = stock.guest.get(f"{own}/draft", params=preview).json()
    assert "is_latest_draft" not in seen["versions"]
    edit = {"token": str(link(stock, record, "edit")["token"])}
    draft = stock.bob.get(f"{own}/draft", params=edit)
    assert draft.json()["versions"]["is_latest_draft"] is True
    body = {**draft.json(), "metadata": {**draft.json()["metadata"], "title": "By Bob"}}
    saved = stock.bob.put(f"{own}/draft", params=edit, json=body)
    assert saved.json()["metadata"]["title"] == "By Bob"
    stock.alice.delete(f"{own}/access/links/{view['id']}")
    assert stock.guest.get(own, params=token).json() == DENIED


def test_a_link_opens_a_draft(us: People) -> None:
    draft = us.draft()
    own = f"/api/records/{draft}/draft"
    token = {"token": str(link(us, draft, "preview")["token"])}
    assert us.guest.get(own).json() == DENIED
    assert us.guest.get(own, params={"token": "zz"}).json() == DENIED
    assert us.guest.get(own, params=token).status_code == 200
    content = us.guest.get(f"{own}/files/a.txt/content", params=token)
    assert content.content == b"abc"


def test_files_behind_a_link(us: People) -> None:
    record = us.record(access=FILES_ONLY)
    content = f"/api/records/{record}/files/a.txt/content"
    token = {"token": str(link(us, record, "view")["token"])}
    assert us.guest.get(f"/api/records/{record}").status_code == 200
    assert us.guest.get(content).json() == DENIED
    assert us.guest.get(content, params=token).content == b"abc"


def test_grants(us: People) -> None:
    record = us.record(access=FILES_ONLY)
    address = f"/api/records/{record}/access/grants"
    subject = {"type": "user", "id": us.bob_id}
    wish = {"grants": [{"permission": "view", "subject": subject, "message": "hi"}]}
    assert us.alice.get(address).json() == {"hits": {"hits": [], "total": 0}}
    assert us.bob.get(address).json() == DENIED
    made = us.alice.post(address, json=wish)
    grant: Json = {
        "permission": "view",
        "subject": {"id": us.bob_id, "type": "user"},
        "origin": f"api:{us.alice_id}",
    }
    listed = {"hits": {"hits": [{**grant, "id": 0}], "total": 1}}
    assert (made.status_code, made.json()) == (201, listed)
    assert us.alice.post(address, json=wish).json() == refusal(
        400, "Grant for this user/role already exists within this record."
    )
    assert us.alice.get(address).json() == listed
    assert us.alice.get(f"{address}/0").json() == grant
    assert us.alice.get(f"{address}/9").json() == NO_GRANT
    content = f"/api/records/{record}/files/a.txt/content"
    assert us.bob.get(content).content == b"abc"
    changed = us.alice.patch(f"{address}/0", json={"permission": "edit"})
    assert changed.json() == {**grant, "permission": "edit"}
    body = {"permission": "edit", "subject": subject}
    assert us.alice.put(f"{address}/0", json=body).json() == NO_SUBJECT
    kept = us.alice.put(f"{address}/0", json={**body, "origin": "me"}).json()
    assert kept == {**grant, "permission": "edit", "origin": "me"}
    assert us.alice.delete(f"{address}/9").json() == NO_GRANT
    assert us.alice.delete(f"{address}/0").status_code == 204
    assert us.bob.get(content).json() == DENIED


def test_what_is_wrong_with_a_grant(us: People) -> None:
    record = us.record()
    address = f"/api/records/{record}/access/grants"

    def said(body: Json) -> object:
        return us.alice.post(address, json=body).json()

    assert said({}) == NO_GRANT
    assert said({"grants": []}) == invalid(("grants", "Length must be between 1 and 100."))
    kind = {"permission": "view", "subject": {"type": "zz", "id": "1"}}
    assert said({"grants": [kind]}) == invalid(
        ("grants.0.subject.type", "Must be one of: user, role, system_role.")
    )
    assert said({"grants": [{"permission": "view"}]}) == invalid(
        ("grants.0.subject", "Missing data for required field.")
    )
    nobody = {"permission": "view", "subject": {"type": "user", "id": "99999"}}
    assert said({"grants": [nobody]}) == NO_SUBJECT


def test_what_one_user_is_granted(us: People) -> None:
    draft = us.draft()
    own = f"/api/records/{draft}/access"
    subject = {"type": "user", "id": us.bob_id}
    wish = {"grants": [{"permission": "preview", "subject": subject}]}
    us.alice.post(f"{own}/grants", json=wish)
    assert us.bob.get(f"/api/records/{draft}/draft").status_code == 200
    assert us.bob.get(f"{own}/links").json() == DENIED
    user = f"{own}/users/{us.bob_id}"
    assert us.alice.get(f"{own}/users").json()["hits"]["total"] == 1
    assert us.alice.get(user).json()["permission"] == "preview"
    changed = us.alice.patch(user, json={"permission": "manage"})
    assert changed.json()["permission"] == "manage"
    assert us.bob.get(f"{own}/links").status_code == 200
    assert us.alice.get(f"{own}/users/9999").json() == NO_USER
    assert us.alice.patch(f"{own}/users/9999", json={"permission": "view"}).json() == NO_USER
    assert us.alice.delete(user).status_code == 204
    assert us.alice.delete(user).json() == NO_USER


def test_groups_are_for_stock_servers(stock: People) -> None:
    record = stock.record()
    own = f"/api/records/{record}/access/groups"
    assert stock.alice.get(own).json() == {"hits": {"hits": [], "total": 0}}
    assert stock.alice.get(f"{own}/x").json() == refusal(404, "No grant found by given group id.")
    with people("zenodo") as us:
        record = us.record()
        assert us.alice.get(f"/api/records/{record}/access/groups").json() == DENIED


def test_settings(us: People) -> None:
    record = us.record(access=FILES_ONLY)
    address = f"/api/records/{record}/access"
    wish = {
        "allow_user_requests": True,
        "allow_guest_requests": True,
        "accept_conditions_text": "<p>be nice</p><script>1</script>",
        "secret_link_expiration": 30,
    }
    assert us.bob.put(address, json=wish).json() == DENIED
    answer = us.alice.put(address, json=wish)
    expected = {
        "accept_conditions_text": "<p>be nice</p>1",
        "allow_guest_requests": True,
        "allow_user_requests": True,
        "secret_link_expiration": 30,
    }
    told = answer.json()
    assert (answer.status_code, told["parent"]["access"]["settings"]) == (200, expected)
    assert list(told) == sorted(told)
    assert told["metadata"]["resource_type"] == {"id": "dataset"}
    wrong = {"allow_user_requests": "zz", "secret_link_expiration": -1, "bogus": 1}
    text = "Must be greater than or equal to 0 and less than or equal to 365."
    assert us.alice.put(address, json=wrong).json() == invalid(
        ("allow_user_requests", "Not a valid boolean."),
        ("secret_link_expiration", text),
        ("bogus", "Unknown field."),
    )
    reset = us.alice.put(address, json={}).json()["parent"]["access"]["settings"]
    assert reset == {
        "accept_conditions_text": None,
        "allow_guest_requests": False,
        "allow_user_requests": False,
        "secret_link_expiration": 0,
    }


def test_asking_for_access(us: People) -> None:
    record = us.record("Request me", access=FILES_ONLY)
    address = f"/api/records/{record}/access/request"
    wish = {
        "email": "bob@example.org",
        "full_name": "Bob",
        "message": "<p>please</p>",
        "consent_to_share_personal_data": "true",
    }
    answer = us.bob.post(address, json=wish)
    told = answer.json()
    assert (answer.status_code, told["status"], told["revision_id"]) == (200, "submitted", 3)
    assert told["payload"] == {"message": "<p>please</p>", "permission": "view"}
    assert told["receiver"] == {"user": us.alice_id}
    assert told["title"] == "Request me"
    assert list(told["links"]["actions"]) == ["cancel"]
    assert us.bob.post(address, json=wish).json() == refusal(
        400, f"Identical access requests already exist: {told['id']}"
    )
    mine = us.alice.post(address, json={"email": "alice@example.org", "message": "x"})
    assert mine.json() == DENIED
    asked = us.alice.get(f"/api/records/{record}/requests").json()
    assert asked["hits"]["hits"][0]["id"] == told["id"]
    assert asked["aggregations"]["type"]["buckets"][0]["label"] == "User access"
    request = f"/api/requests/{told['id']}"
    assert us.bob.post(f"{request}/actions/accept").json() == DENIED
    content = f"/api/records/{record}/files/a.txt/content"
    assert us.bob.get(content).json() == DENIED
    assert us.alice.post(f"{request}/actions/accept").json()["status"] == "accepted"
    assert us.bob.get(content).content == b"abc"
    grants = us.alice.get(f"/api/records/{record}/access/grants").json()["hits"]["hits"]
    assert grants[0]["origin"] == f"request:{told['id']}"


def test_asking_under_another_address(us: People) -> None:
    record = us.record(access=FILES_ONLY)
    address = f"/api/records/{record}/access/request"
    wish = {"email": "x@example.org", "full_name": "X", "consent_to_share_personal_data": "true"}
    assert us.bob.post(address, json=wish).json() == {
        "message": "Verification link sent out, please check your e-mail inbox"
    }
    assert us.bob.post(address, json={**wish, "email": "zz"}).json() == invalid(
        ("email", "Not a valid email address.")
    )
    wrong = {**wish, "consent_to_share_personal_data": "maybe", "bogus": 1}
    assert us.bob.post(address, json=wrong).json() == invalid(
        ("consent_to_share_personal_data", "Must be one of: true, false."),
        ("bogus", "Unknown field."),
    )
    assert us.bob.post(address, json={"message": "please"}).status_code == 500


def test_embargoes_and_searches_go_by_the_clock_of_the_server() -> None:
    embargo = {"active": True, "until": "2001-02-01"}
    access = {"record": "public", "files": "restricted", "embargo": embargo}
    clock = [datetime(2001, 1, 31, 12, tzinfo=UTC)]
    with LocalZenodo(now=lambda: clock[0]) as server:
        us = People(server)
        us.record(access=access)
        found = us.alice.get("/api/records", params={"q": "created:[now-1d TO now]"}).json()
        assert found["hits"]["total"] == 1
        clock[0] += timedelta(days=1)
        late = us.draft(access=access)
        answer = us.alice.post(f"/api/records/{late}/draft/actions/publish")
        assert [wrong["field"] for wrong in answer.json()["errors"]] == ["access.embargo.until"]
        us.close()
