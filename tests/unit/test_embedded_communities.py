"""The embedded server's communities answer as a live InvenioRDM and the recorded Zenodo did."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.embedded import (
    DENIED,
    NOBODY,
    RDM_JSON,
    People,
    community,
    invalid,
    people,
    refusal,
)

ACCESS = {
    "visibility": "public",
    "member_policy": "open",
    "record_policy": "open",
    "review_policy": "open",
}
CLOSED_TO_ALL = "Submission to this community is only allowed to community members."


def links(slug: str) -> dict[str, str]:
    api, page = "/api/communities/ID", f"/communities/{slug}"
    return {
        "self": api,
        "self_html": f"{page}/",
        "settings_html": f"{page}/settings",
        "logo": f"{api}/logo",
        "rename": f"{api}/rename",
        "members": f"{api}/members",
        "public_members": f"{api}/members/public",
        "invitations": f"{api}/invitations",
        "requests": f"{api}/requests",
        "records": f"{api}/records",
        "collection_trees": f"{api}/collection-trees",
        "membership_requests": f"{api}/membership-requests",
    }


def test_a_community_is_made_and_read(us: People) -> None:
    body = {
        "slug": "Made",
        "access": ACCESS,
        "metadata": {"title": "Own", "type": {"id": "topic"}},
    }
    made = us.alice.post("/api/communities", json=body)
    names = {made.json()["id"]: "ID"}
    told = us.told(made, names)
    kind = told["metadata"].pop("type")
    assert (kind["id"], kind["title"]["en"]) == ("topic", "Topic")
    assert list(kind["title"]) == ["ar", "cs", "de", "en", "es", "sv"]
    expected: Any = {
        "id": "ID",
        "created": "WHEN",
        "updated": "WHEN",
        "links": links("made"),
        "revision_id": 2,
        "slug": "made",
        "metadata": {"title": "Own"},
        "access": {
            "visibility": "public",
            "members_visibility": "public",
            "member_policy": "open",
            "record_submission_policy": "open",
            "review_policy": "open",
        },
        "custom_fields": {},
        "deletion_status": {"is_deleted": False, "status": "P"},
        "children": {"allow": False},
    }
    assert (made.status_code, made.headers["etag"], told) == (201, '"2"', expected)
    assert list(told) == list(expected)
    for client in (us.alice, us.guest):
        for name in ("made", made.json()["id"]):
            assert client.get(f"/api/communities/{name}").json() == made.json()
    ui = us.alice.get("/api/communities/made", headers={"Accept": RDM_JSON}).json()["ui"]
    assert ui == {
        "type": {"id": "topic", "title_l10n": "Topic"},
        "organizations": [],
        "custom_fields": {},
        "permissions": {
            "can_include_directly": True,
            "can_update": True,
            "can_submit_record": True,
            "can_manage_collections": False,
        },
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"slug": "x y"},
            [
                ("slug", "The identifier should contain only letters, numbers, or dashes."),
                ("metadata", "Missing data for required field."),
                ("access", "Missing data for required field."),
            ],
        ),
        (
            {"access": {}, "metadata": {}},
            [
                ("slug", "Missing data for required field."),
                ("metadata.title", "Missing data for required field."),
            ],
        ),
        (
            {
                "slug": "l" * 101,
                "access": {"visibility": "zz", "bogus": 1},
                "metadata": {"title": "t" * 251, "website": "nourl", "zz": 1},
                "unknown": 1,
            },
            [
                ("slug", "Field cannot be blank or longer than 100 characters."),
                ("metadata.title", "Field cannot be blank or longer than 250 characters."),
                ("metadata.website", "Not a valid URL."),
                ("metadata.zz", "Unknown field."),
                ("access.visibility", "Must be one of: public, restricted."),
                ("access.bogus", "Unknown field."),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_community(us: People, body: Any, expected: Any) -> None:
    answer = us.alice.post("/api/communities", json=body)
    assert (answer.status_code, answer.json()) == (400, invalid(*expected))


def test_slugs_are_taken_once_and_are_no_uuids(us: People) -> None:
    community(us.alice, "taken")
    body = {"slug": "taken", "access": ACCESS, "metadata": {"title": "T"}}
    text = "A community with this identifier already exists."
    assert us.alice.post("/api/communities", json=body).json() == invalid(("slug", text))
    errors = us.alice.post("/api/communities", json={**body, "slug": NOBODY}).json()["errors"]
    text = "The ID must not be an Universally Unique IDentifier (UUID)."
    assert errors == [{"field": "slug", "messages": [*text]}]


def test_change_rename_delete(us: People) -> None:
    id_ = community(us.alice, "changing")
    own = f"/api/communities/{id_}"
    body = {"slug": "changing", "access": ACCESS, "metadata": {"title": "New"}}
    assert us.bob.put(own, json=body).json() == DENIED
    changed = us.alice.put(own, json=body)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"3"')
    assert changed.json()["metadata"] == {"title": "New"}
    assert us.alice.put(own, json=body, headers={"If-Match": "99"}).json() == refusal(
        412, "Revision id provided(99) doesn't match record's one(3)"
    )
    text = "The ID should be modified through the renaming URL instead."
    assert us.alice.put(own, json={**body, "slug": "b"}).json() == invalid(("slug", text))
    assert us.bob.post(f"{own}/rename", json={"slug": "renamed"}).json() == DENIED
    renamed = us.alice.post(f"{own}/rename", json={"slug": "renamed"})
    assert (renamed.json()["slug"], renamed.headers["etag"]) == ("renamed", '"5"')
    assert us.bob.delete(own).json() == DENIED
    gone = us.alice.delete(own)
    assert (gone.status_code, gone.content) == (204, b"")
    for name in (id_, "renamed"):
        answer = us.alice.get(f"/api/communities/{name}")
        assert answer.json() == refusal(410, "The record has been deleted.")


def test_a_community_that_is_asked_stays(us: People) -> None:
    id_ = community(us.bob, "asked", review_policy="closed")
    record = us.record()
    us.alice.post(f"/api/records/{record}/communities", json={"communities": [{"id": id_}]})
    assert us.bob.delete(f"/api/communities/{id_}").json() == refusal(
        400,
        "There is 1 request open for this community. Please, resolve it before deleting this"
        " community.",
    )


def test_what_is_not_there(us: People) -> None:
    missing = refusal(404, "The persistent identifier does not exist.")
    for name in ("nothing", NOBODY, "nothing/records"):
        assert us.alice.get(f"/api/communities/{name}").json() == missing
    nowhere = (
        "The requested URL was not found on the server. If you entered the URL manually please"
        " check your spelling and try again."
    )
    assert us.alice.get("/api/communities/").json() == refusal(404, nowhere)
    community(us.alice, "plain")
    logo = us.alice.get("/api/communities/plain/logo")
    assert logo.json() == refusal(404, "No logo exists for this community.")
    assert us.alice.get("/api/communities/plain/featured").json() == DENIED
    assert us.guest.get("/api/user/communities").json() == DENIED


def test_lists(us: People) -> None:
    community(us.alice, "listed")
    answer = us.bob.get("/api/communities?q=slug:listed").json()
    assert [hit["slug"] for hit in answer["hits"]["hits"]] == ["listed"]
    assert list(answer) == ["hits", "aggregations", "sortBy", "page", "links"]
    own = f"{us.url}/api/communities"
    assert answer["links"] == {"self": f"{own}?page=1&q=slug:listed&size=25&sort=bestmatch"}
    ui = us.bob.get("/api/communities?q=slug:listed", headers={"Accept": RDM_JSON}).json()
    assert list(ui) == ["hits", "aggregations", "links", "sortBy"]
    mine = us.alice.get("/api/user/communities?q=slug:listed").json()
    assert mine["hits"]["total"] == 1
    assert us.bob.get("/api/user/communities?q=slug:listed").json()["hits"]["total"] == 0
    featured = us.alice.get("/api/communities/featured").json()
    assert (featured["hits"]["total"], featured["sortBy"]) == (0, "featured")


def test_members_and_invitations(us: People) -> None:
    id_ = community(us.alice, "crew")
    own = f"/api/communities/{id_}"
    bob = {"members": [{"type": "user", "id": us.bob_id}]}
    assert us.bob.get(f"{own}/members").json() == DENIED
    assert us.alice.get("/api/communities/crew/members").json() == invalid(
        ("pid_value", "Not a valid UUID.")
    )
    assert us.alice.post(f"{own}/invitations", json={"members": [], "role": "x"}).json() == invalid(
        ("members", "Length must be between 1 and 100."), ("role", "Invalid role.")
    )
    assert us.bob.post(f"{own}/invitations", json={**bob, "role": "reader"}).json() == DENIED
    assert us.alice.post(f"{own}/invitations", json={**bob, "role": "reader"}).status_code == 204
    again = us.alice.post(f"{own}/invitations", json={**bob, "role": "reader"})
    text = (
        "One of the submitted entity is already a member or pending a decision. The entire action"
        " was cancelled."
    )
    assert again.json() == refusal(400, text)
    hit = us.told(us.alice.get(f"{own}/invitations"))["hits"]["hits"][0]
    assert hit["permissions"] == {"can_cancel": True, "can_update_role": True}
    assert hit["request"] == {
        "id": "UUID",
        "status": "submitted",
        "is_open": True,
        "expires_at": "WHEN",
        "type": "community-invitation",
    }
    invited = us.alice.get(f"{own}/invitations").json()["hits"]["hits"][0]["request"]["id"]
    request = us.bob.get(f"/api/requests/{invited}").json()
    assert request["title"] == 'Invitation to join "Crew"'
    assert request["description"] == 'You will join as "Reader".'
    assert list(request["links"]["actions"]) == ["accept", "decline"]
    page = f"{us.url}/communities/crew/requests/{invited}"
    assert request["links"]["self_html"] == page
    accepted = us.bob.post(f"/api/requests/{invited}/actions/accept")
    assert (accepted.json()["status"], accepted.headers["etag"]) == ("accepted", '"3"')
    members = us.told(us.alice.get(f"{own}/members"), {us.alice_id: "A", us.bob_id: "B"})
    assert members["hits"]["hits"][1] == {
        "id": "UUID",
        "member": {
            "type": "user",
            "id": "B",
            "name": "Bob Tester",
            "description": "",
            "avatar": f"/api/users/{us.bob_id}/avatar.svg",
        },
        "role": "reader",
        "visible": False,
        "group_notification_enabled": None,
        "is_current_user": False,
        "permissions": {
            "can_leave": False,
            "can_delete": True,
            "can_update_role": True,
            "can_update_visible": False,
            "can_update_group_notification": False,
        },
        "created": "WHEN",
        "updated": "WHEN",
        "revision_id": 3,
        "links": {},
    }
    assert us.alice.put(f"{own}/members", json={**bob, "role": "curator"}).status_code == 204
    assert us.bob.put(f"{own}/members", json={**bob, "visible": True}).status_code == 204
    public = us.guest.get(f"{own}/members/public").json()["hits"]["hits"]
    assert [hit["member"]["name"] for hit in public] == ["Bob Tester"]
    alice = {"members": [{"type": "user", "id": us.alice_id}]}
    text = "A community must have at least one owner."
    left = us.alice.request("DELETE", f"{own}/members", json=alice)
    assert left.json() == invalid(("_schema", text))
    assert us.bob.request("DELETE", f"{own}/members", json=bob).status_code == 204
    assert us.alice.get(f"{own}/members").json()["hits"]["total"] == 1


def test_records_are_taken_in_or_the_community_is_asked(us: People) -> None:
    own = community(us.alice, "mine", review_policy="open")
    theirs = community(us.bob, "theirs", review_policy="closed")
    record = us.record()
    address = f"/api/records/{record}/communities"
    wishes = {
        "communities": [
            {"id": "mine"},
            {"id": theirs, "comment": {"payload": {"content": "pls"}}},
            {"id": "nothing"},
        ]
    }
    answer = us.alice.post(address, json=wishes)
    body = answer.json()
    assert answer.status_code == 200
    assert body["errors"] == [{"community_id": "nothing", "message": "Community not found."}]
    first, second = body["processed"]
    assert list(first) == ["community_id", "request", "request_id"]
    assert (first["community_id"], first["request"]["status"]) == ("mine", "accepted")
    assert first["request"]["last_reply"]["created_by"] == {"user": "system"}
    assert (second["request"]["status"], second["request"]["revision_id"]) == ("submitted", 3)
    assert list(second["request"]["links"]["actions"]) == ["cancel"]
    assert sorted(second["request"]) == list(second["request"])
    again = us.alice.post(address, json={"communities": [{"id": own}, {"id": theirs}]})
    messages = [error["message"] for error in again.json()["errors"]]
    assert (again.status_code, messages) == (
        400,
        [
            "The record is already included in this community.",
            "There is already an open inclusion request for this community.",
        ],
    )
    accepted = us.bob.post(f"/api/requests/{second['request_id']}/actions/accept")
    assert accepted.json()["status"] == "accepted"
    shown = us.guest.get(f"/api/records/{record}", headers={"Accept": RDM_JSON}).json()
    communities = shown["parent"]["communities"]
    assert (communities["ids"], communities["default"]) == (sorted([own, theirs]), own)
    listed = us.guest.get("/api/communities/theirs/records").json()["hits"]["hits"]
    assert [str(hit["id"]) for hit in listed] == [record]
    slugs = [hit["slug"] for hit in us.guest.get(address).json()["hits"]["hits"]]
    assert sorted(slugs) == ["mine", "theirs"]


def test_what_is_wrong_with_a_wish(us: People) -> None:
    id_ = community(us.alice, "wish")
    record = us.record()
    address = f"/api/records/{record}/communities"

    def said(body: Any) -> Any:
        return us.alice.post(address, json=body).json()

    required = "Missing data for required field."
    assert said({}) == invalid(("communities", required))
    assert said({"communities": []}) == invalid(("communities", "Shorter than minimum length 1."))
    assert said({"communities": [{"id": id_, "x": 1}]}) == invalid(
        ("communities.0.x", "Unknown field.")
    )
    many = [{"id": f"n{number}"} for number in range(11)]
    text = "Too many communities passed, 10 max allowed."
    assert said({"communities": many}) == invalid(("communities", text))
    twice = [{"id": id_}, {"id": id_}]
    text = f"Duplicated communities {{'{id_}'}}."
    assert said({"communities": twice}) == invalid(("communities", text))
    assert us.bob.post(address, json={"communities": [{"id": id_}]}).json() == DENIED
    draft = us.draft()
    unpublished = us.alice.post(
        f"/api/records/{draft}/communities", json={"communities": [{"id": id_}]}
    )
    assert unpublished.json() == refusal(404, "The persistent identifier is not registered.")


def test_closed_communities_take_members_only(us: People) -> None:
    id_ = community(us.bob, "closed", record_submission_policy="closed")
    record = us.record()
    address = f"/api/records/{record}/communities"
    refused = us.alice.post(address, json={"communities": [{"id": id_}]})
    assert refused.json() == {"errors": [{"community_id": id_, "message": CLOSED_TO_ALL}]}


def test_records_leave_communities(us: People) -> None:
    id_ = community(us.alice, "left")
    record = us.record()
    address = f"/api/records/{record}/communities"
    wish = {"communities": [{"id": id_}]}
    us.alice.post(address, json=wish)
    denied = us.bob.request("DELETE", address, json=wish)
    assert denied.json() == {"errors": [{"community": id_, "message": "Permission denied."}]}
    slug = us.alice.request("DELETE", address, json={"communities": [{"id": "left"}]})
    assert (slug.status_code, us.told(slug)) == (
        400,
        {
            "errors": [
                {
                    "community": "left",
                    "message": "The record UUID in not included in the community left.",
                }
            ]
        },
    )
    gone = us.alice.request("DELETE", address, json=wish)
    assert (gone.status_code, gone.json()) == (200, {})
    shown = us.alice.get(f"/api/records/{record}", headers={"Accept": RDM_JSON}).json()
    assert shown["parent"]["communities"] == {}


def test_curators_send_records_away(us: People) -> None:
    id_ = community(us.alice, "away")
    record = us.record()
    us.alice.post(f"/api/records/{record}/communities", json={"communities": [{"id": id_}]})
    address = f"/api/communities/{id_}/records"
    wanted = {"records": [{"id": record}, {"id": "nothing"}]}
    assert us.bob.request("DELETE", address, json=wanted).json() == DENIED
    gone = us.alice.request("DELETE", address, json=wanted)
    assert (gone.status_code, gone.json()) == (
        200,
        {"errors": [{"record": "nothing", "message": "The record does not exist."}]},
    )
    assert us.guest.get(address).json()["hits"]["total"] == 0


def test_the_default_community(us: People) -> None:
    id_ = community(us.alice, "first")
    record = us.record()
    address = f"/api/records/{record}/communities"
    us.alice.post(address, json={"communities": [{"id": id_}]})
    assert us.alice.put(address, json={"default": NOBODY}).json() == refusal(
        400, "Cannot set community as the default. The record has not been added to the community."
    )
    unset = us.alice.put(address, json={"default": None}).json()
    assert unset["communities"] == {"ids": [id_]}
    again = us.alice.put(address, json={"default": id_}).json()
    assert again["communities"] == {"default": id_, "ids": [id_]}


def test_suggestions_leave_out_what_is_asked_or_in(us: People) -> None:
    community(us.alice, "suggested")
    record = us.record()
    address = f"/api/records/{record}/communities-suggestions?q=slug:suggested"
    assert us.alice.get(address).json()["hits"]["total"] == 1
    mine = us.alice.get(f"{address}&membership=true").json()
    assert mine["links"]["self"] == (
        f"{us.url}/api/user/communities?membership=True&page=1&q=slug:suggested&size=25"
        "&sort=bestmatch"
    )
    wish = {"communities": [{"id": "suggested"}]}
    us.alice.post(f"/api/records/{record}/communities", json=wish)
    assert us.alice.get(address).json()["hits"]["total"] == 0


def test_restricted_communities_are_for_members() -> None:
    with people("inveniordm") as us:
        id_ = community(us.alice, "hidden", visibility="restricted")
        assert us.bob.get("/api/communities/hidden").json() == DENIED
        assert us.guest.get(f"/api/communities/{id_}").json() == DENIED
        assert us.alice.get("/api/communities/hidden").status_code == 200
        record = us.record()
        wish = {"communities": [{"id": id_}]}
        answer = us.alice.post(f"/api/records/{record}/communities", json=wish)
        text = "A public record cannot be included in a restricted community."
        assert answer.json() == {"errors": [{"community_id": id_, "message": text}]}


def test_zenodo_has_no_restricted_communities_but_the_older_filter() -> None:
    with people("zenodo") as us:
        access = {**ACCESS, "visibility": "restricted"}
        body = {"slug": "hidden", "access": access, "metadata": {"title": "H"}}
        assert us.alice.post("/api/communities", json=body).json() == DENIED
        community(us.alice, "filter", review_policy="open")
        record = us.record()
        us.record()
        wish = {"communities": [{"id": "filter"}]}
        us.alice.post(f"/api/records/{record}/communities", json=wish)
        found = us.guest.get("/api/records?communities=filter").json()["hits"]["hits"]
        assert [str(hit["id"]) for hit in found] == [record]
