"""Vocabularies and the look-up of affiliations, funders, awards, names and subjects."""

from __future__ import annotations

from tests.truth.script import JSON, Steps, alice, guest, script

TYPES = (
    "communitytypes",
    "contributorsroles",
    "creatorsroles",
    "datetypes",
    "descriptiontypes",
    "relationtypes",
    "removalreasons",
    "resourcetypes",
    "titletypes",
)


@script
def lists(word: str) -> Steps:
    for kind in TYPES:
        yield guest("GET", f"/api/vocabularies/{kind}?size=100")
    yield guest("GET", "/api/vocabularies/languages?size=100")
    yield guest("GET", "/api/vocabularies/licenses?q=id:mit")
    yield guest("GET", "/api/vocabularies/nonsense")
    yield guest("GET", "/api/vocabularies")
    yield guest("GET", "/api/vocabularies/")


@script
def items(word: str) -> Steps:
    for item in (
        "resourcetypes/dataset",
        "resourcetypes/publication-article",
        "licenses/cc-by-4.0",
        "licenses/mit",
        "languages/eng",
        "languages/xxx",
        "licenses/nonsense",
        "nonsense/nonsense",
        "creatorsroles/datamanager",
        "relationtypes/cites",
        "datetypes/collected",
        "titletypes/subtitle",
        "descriptiontypes/methods",
        "removalreasons/spam",
        "communitytypes/event",
    ):
        yield guest("GET", f"/api/vocabularies/{item}")
    yield guest("GET", "/api/vocabularies/resourcetypes/dataset", accept=JSON)
    yield guest("GET", "/api/vocabularies/resourcetypes/dataset", accept="text/html")
    yield alice("PUT", "/api/vocabularies/resourcetypes/dataset", json={})
    yield alice("POST", "/api/vocabularies/resourcetypes", json={})


@script
def search(word: str) -> Steps:
    for question in (
        "licenses?q=id:cc-by-4.0",
        "licenses?q=nonsensical",
        "licenses?suggest=bittorrent",
        "licenses?tags=recommended",
        "languages?suggest=german",
        "languages?q=german&suggest=german",
        "resourcetypes?suggest=data",
        "resourcetypes?sort=nonsense",
        "resourcetypes?size=0",
        "resourcetypes?page=0",
        "resourcetypes?q=a:b:c",
        "resourcetypes?tags=depositable&size=100",
    ):
        yield guest("GET", f"/api/vocabularies/{question}")


@script
def entities(word: str) -> Steps:
    for kind, known in (
        ("affiliations", "04d836q62"),
        ("funders", "00k4n6c32"),
        ("awards", "00k4n6c32::777541"),
        ("names", "0000-0002-1825-0097"),
        ("subjects", "https://example.org/subjects/astronomy"),
    ):
        yield guest("GET", f"/api/{kind}/{known}")
        yield alice("GET", f"/api/{kind}/{known}", accept=JSON)
        yield alice("GET", f"/api/{kind}/{known}")
        yield alice("GET", f"/api/{kind}/nonsense")
        yield alice("GET", f"/api/{kind}?q=nonsensical")
        yield alice("GET", f"/api/{kind}?q=a:b:c")
        yield alice("GET", f"/api/{kind}?q=a&suggest=b")
        yield alice("GET", f"/api/{kind}?sort=nonsense")
        yield alice("GET", f"/api/{kind}?size=0")
        yield guest("GET", f"/api/{kind}?q=nonsensical")
    for question in (
        "affiliations?suggest=wien",
        "funders?suggest=european",
        "awards?suggest=nexus",
        "awards?q=number:777541",
        "names?suggest=carberry",
        "subjects?suggest=astro",
        "subjects?q=subject:Astronomy",
        "subjects?scheme=SDK&sort=subject",
        "names/orcid/0000-0002-1825-0097",
        "subjects/https%3A%2F%2Fexample.org%2Fsubjects%2Fastronomy",
        "awards/00k4n6c32%3A%3A777541",
    ):
        yield alice("GET", f"/api/{question}")


@script
def users(word: str) -> Steps:
    me = yield alice("GET", "/api/me")
    for who in (alice, guest):
        yield who("GET", f"/api/users/{me['id']}")
        yield who("GET", "/api/users/987654")
        yield who("GET", "/api/users?q=alice")
