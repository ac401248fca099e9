"""The embedded Zenodo's search finds, sorts, counts and refuses as the real one does."""

from __future__ import annotations

import copy
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.testing._server.answers import ApiError
from zenodo_sdk.testing._server.profiles import INVENIORDM, ZENODO, Profile
from zenodo_sdk.testing._server.search import (
    Kind,
    SearchArgs,
    SearchResult,
    compile_query,
    envelope,
    parse_args,
    search,
)

_SHARED = Path(os.environ.get("ZENODO_SDK_SHARED", Path(__file__).parents[3] / "shared"))
_RECORDINGS = _SHARED / "recordings"
_SIGNS = ("a", "b", "ocean", "&&", "AND", "OR", *':()[]{}"~^*?/\\+-!')
_UUID = "8ad8c9cf-82bd-483c-ad20-e2a096cf5272"


def _record(number: int, title: str, **metadata: Any) -> dict[str, Any]:
    kind = metadata.pop("kind", "dataset")
    return {
        "id": str(number),
        "created": f"2026-11-{number:02}T12:09:04.123456+00:00",
        "updated": f"2026-11-{30 - number:02}T12:00:00.000000+00:00",
        "links": {"self": "https://example.org/hidden"},
        "is_published": True,
        "is_draft": False,
        "status": "published",
        "parent": {"id": str(100 + number), "communities": {"ids": []}},
        "pids": {"doi": {"identifier": f"10.5281/zenodo.{number}", "provider": "datacite"}},
        "versions": {"index": 1, "is_latest": True, "is_latest_draft": True},
        "access": {"record": "public", "files": "public", "status": "open"},
        "files": {
            "enabled": True,
            "count": 1,
            "total_bytes": 10 * number,
            "entries": {"a.b.csv": {"key": "a.b.csv", "ext": "csv", "size": 10 * number}},
        },
        "custom_fields": {},
        "metadata": {
            "title": title,
            "resource_type": {"id": kind, "title": {"en": kind.capitalize()}},
            "publication_date": f"20{number:02}-05-06",
            "creators": [{"person_or_org": {"name": "Müller, José", "family_name": "Müller"}}],
            **metadata,
        },
    }


def _documents() -> list[dict[str, Any]]:
    ocean = _record(
        1,
        "Ocean temperatures of the North Atlantic",
        description="Café and <b>salt</b>",
        subjects=[{"subject": "ocean"}, {"subject": "climate change"}],
        version="1.0.0",
    )
    ocean["parent"]["communities"]["ids"] = [_UUID]
    review = _record(2, "Ocean currents: a review", kind="publication-article")
    review["custom_fields"] = {"journal:journal": {"title": "Deep Waters", "volume": "7"}}
    desert = _record(3, "Software for the desert, version 2.5", kind="software")
    desert["access"]["status"] = "restricted"
    older = _record(4, "The desert in winter")
    older["versions"] = {"index": 1, "is_latest": False, "is_latest_draft": False}
    draft = _record(5, "C++ & R/x draft")
    draft.update(is_published=False, is_draft=True, status="draft", expires_at="2027-01-01")
    draft["versions"]["is_latest"] = False
    return [ocean, review, desert, older, draft]


def _slug_to_uuid(slug: str) -> str | None:
    return _UUID if slug == "biosyslit" else None


def _find(q: str | None, *, profile: Profile = ZENODO, kind: Kind = "user_records") -> str:
    score = compile_query(q, profile=profile, slug_to_uuid=_slug_to_uuid, kind=kind)
    return "".join(document["id"] for document in _documents() if score(document) > 0)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        (None, "12345"),
        ("", "12345"),
        ("ocean", "12"),
        ("OCEAN", "12"),
        ("oceans", ""),
        ("ocean desert", "1234"),
        ("ocean AND currents", "2"),
        ("ocean && currents", "2"),
        ("ocean || desert", "1234"),
        ("ocean AND NOT currents", "1"),
        ("ocean !currents", "1"),
        ("ocean -currents", "1"),
        ("+ocean +currents", "2"),
        ("NOT ocean", "345"),
        # no precedence, as in Lucene
        ("ocean OR desert AND software", "3"),
        ("(ocean OR desert) AND NOT winter", "123"),
        ('"ocean temperatures"', "1"),
        ('"temperatures ocean"', ""),
        ('"ocean of"~2', "1"),
        ("temperatres~", "1"),
        ("temper*", "1"),
        ("t?mperatures", "1"),
        ("/des.*/", "34"),
        ("desert^3 winter", "34"),
        ("muller", "1234"),
        ("metadata.creators.person_or_org.family_name:muller", ""),
        ("cafe", "1"),
        ("salt", ""),
        (r"metadata.title:C\+\+", "5"),
        ("title:ocean", "12"),
        ("title:(ocean currents)", "12"),
        ("title:(+ocean +currents)", "2"),
        ('doi:"10.5281/zenodo.3"', "3"),
        ("doi:10.5281/zenodo.3", "3"),
        ("recid:2", "2"),
        ("conceptrecid:102", "2"),
        ("communities:biosyslit", "1"),
        ("communities:nobody", ""),
        ("type:publication", "2"),
        ("resource_type.subtype:publication-article", "2"),
        ("journal.title:waters", "2"),
        (r"custom_fields.journal\:journal.volume:7", "2"),
        ("creators.name:José", "12345"),
        ("keywords:climate", "1"),
        ("filename:*.csv", "12345"),
        ("filetype:csv AND size:>30", "45"),
        ("version:1", "12345"),
        ("metadata.publication_date:[2002 TO 2004]", "23"),
        ("created:[2026-11-02T12:09:04 TO 2026-11-03]", "23"),
        ("created:{2026-11-02 TO *]", "345"),
        ("created:[* TO 2026-11-02}", "1"),
        ("created:2026-11-02", "2"),
        ("created:>=2026-11-04", "45"),
        ("files.totalbytes:[20 TO 40}", "23"),
        ("is_published:true", "1234"),
        ("is_published:false", "5"),
        ("is_draft:true", ""),
        ("status:draft", ""),
        ("_exists_:expires_at", "5"),
        ("_exists_:metadata.subjects", "1"),
        ("NOT _exists_:custom_fields", "1345"),
        ("metadata.subjects.subject.keyword:ocean", "1"),
        ("nothing:x", ""),
        ("*", "12345"),
        ("*:*", "12345"),
        # no query: any of the words
        ("ocean AND (currents", "12"),
        ("title:(desert", "34"),
    ],
)
def test_queries(q: str | None, found: str) -> None:
    assert _find(q) == found


@pytest.mark.parametrize(
    ("q", "status"),
    [
        ("a:b:c", 400),
        ("x/1", 400),
        ('foo"bar', 400),
        ("title:-ocean", 400),
        ("title:!ocean", 400),
        ("ocean !!a", 400),
        ("NOT NOT a", 400),
        ("&& a", 400),
        ("a !", 400),
        ("/[/", 400),
        ("is_published:foo", 400),
        ("versions.index:foo", 400),
        ("created:2026*", 400),
        ("created:foo", 500),
        ('created:["2026-11-22" TO *]', 500),
        ('"a b"~1.5', 500),
    ],
)
def test_queries_that_are_refused(q: str, status: int) -> None:
    with pytest.raises(ApiError) as refused:
        _find(q)
    assert refused.value.status == status


def test_stock_inveniordm_does_not_know_the_old_names() -> None:
    assert _find("title:ocean", profile=INVENIORDM) == ""
    with pytest.raises(ApiError, match="400 Invalid query string syntax"):
        _find("doi:10.5281/zenodo.1", profile=INVENIORDM)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_search(q: str) -> None:
    for profile in (ZENODO, INVENIORDM):
        with suppress(ApiError):
            _find(q, profile=profile)


@given(st.lists(st.sampled_from(_SIGNS)))
@settings(max_examples=300, deadline=None)
def test_no_row_of_signs_breaks_the_search(parts: list[str]) -> None:
    for q in (" ".join(parts), "".join(parts)):
        with suppress(ApiError):
            _find(q)


@given(st.text(st.characters(categories=("L", "Nd", "Zs", "P")), min_size=1, max_size=40))
@settings(deadline=None)
def test_a_quoted_title_finds_its_document(title: str) -> None:
    document = _record(1, title)
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    found = compile_query(f'"{escaped} end"', profile=ZENODO, slug_to_uuid=_slug_to_uuid)
    document["metadata"]["title"] = f"{title} end"
    assert found(document) > 0


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ApiError):
        _find("(" * 5000 + "a" + ")" * 5000)


def test_a_thousand_documents_are_searched_quickly() -> None:
    documents = [_record(1 + n % 28, f"Title {n} of the ocean") for n in range(1000)]
    score = compile_query("ocean AND title:999", profile=ZENODO, slug_to_uuid=_slug_to_uuid)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        assert sum(score(document) > 0 for document in documents) == 1
        seconds.append(time.process_time() - start)
    # ten times what it takes on a quiet machine
    assert min(seconds) < 0.3


# ---- Arguments ----


def _args(query: str, kind: Kind = "records", **more: Any) -> SearchArgs:
    asked = {"profile": ZENODO, "authenticated": False, **more}
    return parse_args(parse_qsl(query, keep_blank_values=True), kind=kind, **asked)


def _search(query: str, kind: Kind = "records", **more: Any) -> SearchResult:
    return search(_documents()[:4], _args(query, kind, **more), slug_to_uuid=_slug_to_uuid)


def _ids(result: SearchResult) -> str:
    return "".join(hit["id"] for hit in result.page)


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("page=0", "page", "Must be greater than or equal to 1."),
        ("size=x", "size", "Not a valid integer."),
        ("size=", "size", "Not a valid integer."),
        ("sort=foo", "_schema", "Invalid sort option 'foo'."),
        ("allversions=maybe", "allversions", "Not a valid boolean."),
    ],
)
def test_arguments_that_are_refused(query: str, field: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        _args(query)
    assert refused.value.errors == [{"field": field, "messages": [message]}]


def test_pages_have_limits() -> None:
    with pytest.raises(ApiError) as refused:
        _args("size=101", authenticated=True)
    assert refused.value.errors == [
        {"field": "size", "messages": ["Page size cannot be greater than 100."]}
    ]
    assert _args("size=1000", profile=INVENIORDM).size == 1000
    for query in ("size=1000&page=11", "q=a&suggest=b", "suggest=b"):
        with pytest.raises(ApiError, match="Invalid querystring parameters") as refused:
            _args(query, profile=INVENIORDM)
        assert refused.value.errors is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "321"),
        ("allversions=true", "4321"),
        ("all_versions", "4321"),
        ("sort=oldest&size=2", "12"),
        ("sort=oldest&size=2&page=2", "3"),
        ("sort=updated-desc", "123"),
        ("sort=publication-asc", "123"),
        ("sort=journal", "321"),
        ("q=ocean+review", "21"),
        ("communities=biosyslit", "1"),
        ("communities=nobody", "321"),
        ("type=publication", "2"),
        ("type=publication&subtype=article", "2"),
        ("type=publication&subtype=book", ""),
        ("subtype=article", "321"),
        ("status=x&bounds=1&custom=y", "321"),
        ("access_status=open", "21"),
        ("resource_type=publication::publication-article&resource_type=software", "32"),
        ("subject=ocean", "1"),
        ("file_type=csv&access_status=restricted", "3"),
    ],
)
def test_searches(query: str, found: str) -> None:
    assert _ids(_search(query)) == found


def test_orders_without_a_query() -> None:
    assert _search("sort=bestmatch").sort_by == "newest"
    assert _search("", "user_records", profile=INVENIORDM).sort_by == "updated-desc"
    assert _search("", "versions").sort_by == "version"
    assert _ids(_search("q=ocean&sort=version", "versions")) == "12"


def test_facets_count_what_was_found_before_the_choice() -> None:
    facets = _search("resource_type=publication&q=ocean").aggregations
    assert list(facets) == ["access_status", "resource_type", "subject", "file_type"]
    assert facets["resource_type"] == {
        "buckets": [
            {
                "key": "dataset",
                "doc_count": 1,
                "label": "Dataset",
                "is_selected": False,
                "inner": {"buckets": []},
            },
            {
                "key": "publication",
                "doc_count": 1,
                "label": "Publication",
                "is_selected": True,
                "inner": {
                    "buckets": [
                        {
                            "key": "publication-article",
                            "doc_count": 1,
                            "label": "Article",
                            "is_selected": False,
                        }
                    ]
                },
            },
        ],
        "label": "Resource types",
    }


def test_links_repeat_the_arguments() -> None:
    args = _args('q=a b:"c/d" é%2B%26;,@!*()&size=2&page=2&access_status=open&foo=x')
    result = SearchResult(5, [], {}, "bestmatch")
    body = envelope(result, args, "http://localhost/api/records", hits=[])
    query = "q=a+b:%22c/d%22+%C3%A9%2B%26;,@!*()&size=2&sort=bestmatch"
    start = "http://localhost/api/records?access_status=open&page="
    assert list(body) == ["hits", "links", "sortBy"]
    assert body["links"] == {
        "prev": f"{start}1&{query}",
        "self": f"{start}2&{query}",
        "next": f"{start}3&{query}",
    }


def test_suggestions_find_the_beginnings_of_names() -> None:
    licenses = [
        {"id": "cc-by-4.0", "title": {"en": "Creative Commons Attribution"}, "tags": []},
        {"id": "mit", "title": {"en": "MIT License"}, "tags": ["recommended"]},
    ]
    for query, found in (("suggest=attrib", "cc-by-4.0"), ("tags=recommended", "mit")):
        args = _args(query, "vocabularies")
        assert _ids(search(licenses, args, slug_to_uuid=_slug_to_uuid)) == found


def test_searching_changes_no_document() -> None:
    documents = _documents()
    before = copy.deepcopy(documents)
    search(documents, _args("q=ocean&sort=journal"), slug_to_uuid=_slug_to_uuid)
    assert documents == before


# ---- Recordings ----

_RECORDED = (
    "503-search-page2",
    "505-search-size26-guest",
    "506-search-q",
    "509-search-communities",
    "512-search-type-subtype",
    "516-search-page-too-far",
    "517-search-q-bad-syntax",
    "519-search-q-creator",
    "520-search-q-date-range",
    "521-search-bounds",
    "522-search-custom",
    "523-search-auth-size100",
    "526-search-accept-zenodo",
    "1207-search",
)


@pytest.mark.parametrize("name", _RECORDED)
def test_recorded_searches(name: str) -> None:
    path = _RECORDINGS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is missing")
    exchange = json.loads(path.read_text("utf-8"))
    asked, answer = exchange["request"], exchange["response"]["body"]
    address = urlsplit(asked["path"])
    authenticated = "Authorization" in asked["headers"]
    if exchange["response"]["status"] == 400:
        with pytest.raises(ApiError) as refused:
            _args(address.query, authenticated=authenticated)
        assert refused.value.body() == answer
        return
    args = _args(address.query, authenticated=authenticated)
    compile_query(args.q, profile=ZENODO, slug_to_uuid=_slug_to_uuid)
    result = SearchResult(
        answer["hits"]["total"], answer["hits"]["hits"], answer["aggregations"], args.sort
    )
    base = f"https://zenodo.example{address.path}"
    body = envelope(result, args, base, style="zenodo")
    assert json.dumps(body) == json.dumps(answer)
