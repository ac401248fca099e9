"""The embedded server's vocabularies, accounts and statistics, over HTTP."""

from __future__ import annotations

import pytest

from tests.support.embedded import (
    DENIED,
    RDM_JSON,
    Json,
    People,
    invalid,
    refusal,
)

NO_PID = refusal(404, "The persistent identifier does not exist.")
NOT_FOUND = refusal(404, "Not found.")
NOWHERE = refusal(
    404,
    "The requested URL was not found on the server. If you entered the URL manually please check"
    " your spelling and try again.",
)


def test_one_entry(us: People) -> None:
    answer = us.guest.get("/api/vocabularies/languages/eng")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    expected: Json = {
        "id": "eng",
        "created": "WHEN",
        "updated": "WHEN",
        "links": {"self": "/api/vocabularies/languages/eng"},
        "revision_id": 1,
        "title": {"en": "English"},
        "tags": ["individual", "living"],
        "props": {"alpha_2": "en"},
        "type": "languages",
    }
    told = us.told(answer)
    assert told == expected
    assert list(told) == list(expected)
    short = us.guest.get("/api/vocabularies/languages/eng", headers={"Accept": RDM_JSON})
    assert short.json() == {
        "id": "eng",
        "title_l10n": "English",
        "props": {"alpha_2": "en"},
        "tags": ["individual", "living"],
    }


def test_a_funder(zenodo: People) -> None:
    answer = zenodo.guest.get("/api/funders/00k4n6c32")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert zenodo.told(answer) == {
        "id": "00k4n6c32",
        "created": "WHEN",
        "updated": "WHEN",
        "links": {"self": "/api/funders/00k4n6c32"},
        "revision_id": 2,
        "title": {"en": "European Commission"},
        "name": "European Commission",
        "country": "BE",
        "country_name": "Belgium",
        "location_name": "Brussels",
        "identifiers": [
            {"identifier": "00k4n6c32", "scheme": "ror"},
            {"identifier": "10.13039/501100000780", "scheme": "doi"},
            {"identifier": "grid.270680.b", "scheme": "grid"},
        ],
        "acronym": "EC",
        "status": "active",
        "types": ["government", "funder"],
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/vocabularies/licenses/nope", NO_PID),
        ("/api/vocabularies/nonsense", NOT_FOUND),
        ("/api/vocabularies/nonsense/x", NO_PID),
        ("/api/funders/nope", NOT_FOUND),
        ("/api/funders/10.13039/501100000780", NOT_FOUND),
        ("/api/awards/nope", NOT_FOUND),
        ("/api/affiliations/nope", NOT_FOUND),
        ("/api/names/nope", NOT_FOUND),
        ("/api/subjects/nope", NO_PID),
        ("/api/licenses/cc-by-4.0", NOWHERE),
        ("/api/grants/", NOWHERE),
    ],
)
def test_what_is_not_there(us: People, path: str, expected: Json) -> None:
    answer = us.alice.get(path)
    assert (answer.status_code, answer.json()) == (404, expected)


def test_a_list(us: People) -> None:
    answer = us.guest.get("/api/vocabularies/licenses?size=1&tags=recommended").json()
    assert list(answer) == ["hits", "sortBy", "page", "links"]
    address = f"{us.url}/api/vocabularies/licenses"
    assert answer["links"] == {
        "self": f"{address}?page=1&size=1&sort=title",
        "next": f"{address}?page=2&size=1&sort=title",
    }
    assert len(answer["hits"]["hits"]) == 1
    short = us.guest.get("/api/vocabularies/licenses?size=1", headers={"Accept": RDM_JSON}).json()
    assert list(short) == ["hits", "links", "sortBy"]
    assert "title_l10n" in short["hits"]["hits"][0]


def test_what_lists_refuse(us: People) -> None:
    wrong = refusal(400, "Invalid querystring parameters.")
    licenses = "/api/vocabularies/licenses"
    for query in ("q=a&suggest=b", "page=999&size=100"):
        assert us.alice.get(f"{licenses}?{query}").json() == wrong
    assert us.alice.get(f"{licenses}?sort=bogus").json() == invalid(
        ("_schema", "Invalid sort option 'bogus'.")
    )
    assert us.alice.get(f"{licenses}?page=0").json() == invalid(
        ("page", "Must be greater than or equal to 1.")
    )
    kinds = "application/json, application/vnd.inveniordm.v1+json"
    assert us.alice.get(licenses, headers={"Accept": "text/plain"}).json() == refusal(
        406, f"Invalid 'Accept' header. Expected one of: {kinds}"
    )


def test_suggestions_and_queries(us: People) -> None:
    found = us.guest.get("/api/affiliations?suggest=CERN").json()
    assert found["hits"]["hits"][0]["id"] == "01ggx4157"
    nothing = us.guest.get("/api/subjects?suggest=x").json()
    assert (nothing["hits"]["total"], nothing["sortBy"]) == (0, "bestmatch")
    titled = us.guest.get("/api/vocabularies/licenses?q=id:cc-by-4.0").json()
    assert [hit["id"] for hit in titled["hits"]["hits"]] == ["cc-by-4.0"]


def test_awards_are_narrowed_to_funders(us: People) -> None:
    all_ = us.guest.get("/api/awards").json()
    buckets = {each["key"]: each for each in all_["aggregations"]["funders"]["buckets"]}
    some = us.guest.get("/api/awards?funders=00k4n6c32").json()
    assert some["hits"]["total"] == buckets["00k4n6c32"]["doc_count"]
    assert {hit["funder"]["id"] for hit in some["hits"]["hits"]} == {"00k4n6c32"}
    chosen = {each["key"]: each for each in some["aggregations"]["funders"]["buckets"]}
    assert chosen["00k4n6c32"]["is_selected"] is True
    assert chosen["00k4n6c32"]["label"] == "European Commission (BE)"


def test_names_are_for_accounts(us: People) -> None:
    assert us.guest.get("/api/names?size=1").json() == DENIED
    assert us.alice.get("/api/names?size=1").status_code == 200


def test_all_vocabularies(us: People) -> None:
    moved = us.guest.get("/api/vocabularies")
    address = f"{us.url}/api/vocabularies/"
    assert (moved.status_code, moved.headers["location"]) == (308, address)
    answer = us.guest.get("/api/vocabularies/").json()
    assert answer["links"] == {"self": f"{address}?facets=%7B%7D"}
    first = answer["hits"]["hits"][0]
    assert (first["id"], first["pid_type"]) == ("affiliations", "aff")
    assert first["is_custom_vocabulary"] is True
    short = us.guest.get("/api/vocabularies/", headers={"Accept": RDM_JSON}).json()
    assert short["hits"]["hits"][0] == {"id": "affiliations"}


def test_nobody_writes(us: People) -> None:
    assert us.alice.post("/api/vocabularies/licenses", json={"id": "x"}).json() == DENIED
    assert us.alice.put("/api/vocabularies/licenses/cc-by-4.0", json={}).json() == DENIED
    assert us.alice.delete("/api/vocabularies/licenses/cc-by-4.0").json() == DENIED
    assert us.alice.post("/api/funders", json={}).json() == DENIED
    assert us.alice.get("/api/oaipmh/sets").json() == DENIED


def test_licences_moved_on_zenodo(zenodo: People, stock: People) -> None:
    moved = zenodo.alice.get("/api/licenses/")
    location = "/api/vocabularies/licenses"
    assert (moved.status_code, moved.headers["location"]) == (301, location)
    assert moved.headers["content-type"] == "text/html; charset=utf-8"
    assert moved.text.strip() == (
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"
        "<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: "
        f'<a href="{location}">{location}</a>. If not, click the link.'
    )
    assert stock.alice.get("/api/licenses/").json() == NOWHERE


def test_accounts(us: People) -> None:
    own = f"/api/users/{us.alice_id}"
    names = {us.alice_id: "ALICE"}
    told = us.told(us.alice.get(own), names)
    assert list(told) == [
        "id",
        "created",
        "updated",
        "links",
        "revision_id",
        "active",
        "confirmed",
        "blocked",
        "verified",
        "is_current_user",
        "email",
        "domain",
        "identities",
        "username",
        "profile",
        "preferences",
    ]
    assert (told["email"], told["username"]) == ("alice@example.org", "alice")
    other = us.bob.get(own).json()
    assert other == {
        "id": us.alice_id,
        "links": {
            "self": f"{us.url}{own}",
            "avatar": f"{us.url}{own}/avatar.svg",
            "records_html": f"{us.url}/search?q=parent.access.owned_by.user:{us.alice_id}",
        },
        "is_current_user": False,
        "identities": {},
        "username": "alice",
        "profile": {"full_name": "Alice Tester", "affiliations": ""},
    }
    nobody = {"status": 404, "message": None}
    assert us.alice.get("/api/users/9999").json() == nobody
    assert us.guest.get(own).json() == nobody
    assert us.alice.get("/api/users/x").status_code == 500
    assert us.guest.get("/api/users").json() == DENIED


def test_people_are_found_where_accounts_are_public(stock: People, zenodo: People) -> None:
    for us, found in (
        (stock, [stock.alice.get(f"/api/users/{stock.alice_id}").json()]),
        (zenodo, []),
    ):
        assert us.alice.get("/api/users?q=alice").json() == {
            "hits": {"hits": found, "total": len(found)},
            "sortBy": "bestmatch",
            "links": {"self": f"{us.url}/api/users?page=1&q=alice&size=10&sort=bestmatch"},
        }


def test_groups(stock: People, zenodo: People) -> None:
    assert stock.alice.get("/api/groups").json() == {
        "hits": {"hits": [], "total": 0},
        "aggregations": {"is_managed": {"buckets": [], "label": "Management state"}},
        "sortBy": "name",
        "links": {"self": f"{stock.url}/api/groups?page=1&size=20&sort=name"},
    }
    assert stock.guest.get("/api/groups").json() == DENIED
    assert zenodo.alice.get("/api/groups").json() == DENIED


def test_statistics(stock: People, zenodo: People) -> None:
    views = {"v": {"stat": "record-view", "params": {"recid": "1"}}}
    text = 'You do not have a permission to query the statistic "record-view" with those parameters'
    assert stock.alice.post("/api/stats", json=views).json() == refusal(403, text)
    assert zenodo.guest.post("/api/stats", json=views).json() == {
        "v": {"views": 0.0, "unique_views": 0.0}
    }
    downloads = {"d": {"stat": "record-download-all-versions", "params": {"parent_recid": "1"}}}
    assert zenodo.guest.post("/api/stats", json=downloads).json() == {
        "d": {"downloads": 0.0, "unique_downloads": 0.0, "data_volume": 0.0}
    }


def test_what_statistics_refuse(us: People) -> None:
    shape = refusal(
        400,
        'Invalid Input. It should be of the form { STATISTIC_NAME: { "stat": STAT_TYPE, "params":'
        " STAT_PARAMS }}",
    )
    more = {"stat": "record-view", "params": {"recid": "1"}, "x": 1}
    bodies: list[Json] = [{"v": {}}, {"v": 1}, {"v": more}]
    for body in bodies:
        assert us.alice.post("/api/stats", json=body).json() == shape
    unknown = {"v": {"stat": "bogus", "params": {}}}
    assert us.alice.post("/api/stats", json=unknown).json() == refusal(
        400, "Unknown statistic 'bogus'"
    )
    assert us.alice.post("/api/stats", json={}).json() == {}
    assert us.alice.post("/api/stats", json=[]).status_code == 500
    assert us.alice.get("/api/stats").status_code == 405
