"""The rules say what a user can act on, whatever they are given, and soon."""

from __future__ import annotations

import copy
import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.rules.finding import Finding, dotted
from zenodo_sdk.rules.judge import judge
from zenodo_sdk.vocabularies import Term

Json = Any

TODAY = dt.date(2026, 11, 22)
GOOD: Json = {
    "metadata": {
        "resource_type": {"id": "dataset"},
        "title": "Soil grid",
        "publication_date": "2026-02-01",
        "publisher": "Zenodo",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Okafor",
                    "given_name": "Ada",
                }
            }
        ],
    }
}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def with_metadata(**fields: Json) -> Json:
    """The good body with other metadata."""
    body = copy.deepcopy(GOOD)
    body["metadata"] |= fields
    return body


def with_person(**person: Json) -> Json:
    """The good body with one creator."""
    return with_metadata(creators=[{"person_or_org": {"type": "personal", **person}}])


def the_only(body: Json) -> Finding:
    """What is said of a body of which one thing is said."""
    (finding,) = judge(body, today=TODAY)
    return finding


def test_nothing_is_said_of_what_is_right() -> None:
    assert judge(GOOD, today=TODAY) == []


@given(st.sampled_from(["metadata", "custom_fields", "access", "pids", "files", "parent"]), values)
def test_no_part_makes_it_fail(part: str, value: Json) -> None:
    assert isinstance(judge({**GOOD, part: value}), list)


@settings(max_examples=300)
@given(
    st.sampled_from(
        [
            "resource_type",
            "creators",
            "title",
            "additional_titles",
            "publisher",
            "publication_date",
            "subjects",
            "dates",
            "contributors",
            "languages",
            "identifiers",
            "related_identifiers",
            "sizes",
            "formats",
            "version",
            "rights",
            "copyright",
            "description",
            "additional_descriptions",
            "locations",
            "funding",
            "references",
        ]
    ),
    values,
    st.sampled_from(["bare", "listed", "keyed"]),
    st.sampled_from(
        [
            "id",
            "title",
            "identifier",
            "scheme",
            "date",
            "type",
            "geometry",
            "features",
            "funder",
            "award",
        ]
    ),
)
def test_no_value_makes_it_fail(field: str, value: Json, form: str, key: str) -> None:
    written = {"bare": value, "listed": [value], "keyed": [{key: value}]}[form]
    for finding in judge(with_metadata(**{field: written})):
        assert finding.message
        assert finding.path


def test_what_a_terminal_should_not_get_is_spelled_out() -> None:
    finding = the_only(with_metadata(**{"\x1b[2J\ud800": 1}))
    assert finding.message.isprintable()
    assert "\\u001b[2J\\ud800" in finding.message


def test_deep_nesting_is_no_trouble() -> None:
    lists: Json = []
    objects: Json = {}
    for _ in range(50_000):
        lists, objects = [lists], {"en": objects, "coordinates": [], "type": "Polygon"}
    for field in ("title", "creators", "locations", "rights", "funding", "subjects"):
        for value in (lists, objects):
            assert isinstance(judge(with_metadata(**{field: value})), list)
            assert isinstance(judge(with_metadata(**{field: [{"title": value}]})), list)
    place = {"geometry": {"type": "Polygon", "coordinates": lists}}
    assert isinstance(judge(with_metadata(locations={"features": [place]})), list)


BIG: dict[str, Callable[[], Json]] = {
    "a text": lambda: {"description": "x" * 10_000_000},
    "open brackets": lambda: {"description": "<" * 1_000_000},
    "open comments": lambda: {"description": "<!--" * 250_000},
    "open quotes": lambda: {"description": "<a b='" * 150_000},
    "tags": lambda: {"description": "<b>x</b>" * 100_000},
    "zero-width spaces": lambda: {"title": "\u200b" * 1_000_000},
    "entities": lambda: {"title": "&amp;" * 200_000},
    "a date": lambda: {"publication_date": "2020-" * 1_000_000},
    "a number": lambda: {"version": 10**50_000},
    "a language": lambda: {"languages": [{"id": "soil " * 200_000}]},
    "an identifier": lambda: {"identifiers": [{"identifier": "1" * 100_000}]},
    "an address": lambda: {"rights": [{"title": {"en": "x"}, "link": "https://" + "a." * 500_000}]},
    "a name": lambda: {
        "creators": [{"person_or_org": {"type": "personal", "family_name": "A, b, " * 100_000}}]
    },
    "creators": lambda: {"creators": [{"person_or_org": {"type": "personal"}}] * 5_000},
    "no creators": lambda: {"creators": [5] * 5_000},
    "identifiers": lambda: {"identifiers": [{"identifier": f"10.1234/{n}"} for n in range(5_000)]},
    "subjects": lambda: {"subjects": [{"subject": "soil"}] * 20_000},
    "fields": lambda: {f"field {number}": 1 for number in range(2_000)},
}


@pytest.mark.parametrize("what", BIG)
def test_size_costs_no_more_than_its_share(what: str) -> None:
    body = with_metadata(**BIG[what]())
    began = time.process_time()
    judge(body, today=TODAY)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("name", "first_reading"),
    [
        ("Ada Okafor", '"family_name": "Okafor", "given_name": "Ada"'),
        ("Okafor, Ada", '"family_name": "Okafor", "given_name": "Ada"'),
        ("Okafor, Ada, PhD", '"family_name": "Okafor", "given_name": "Ada PhD"'),
    ],
)
def test_a_whole_name_as_family_name_is_told_with_its_readings(
    name: str, first_reading: str
) -> None:
    finding = the_only(with_person(family_name=name))
    assert (finding.code, finding.effect) == ("name-comma", "changed")
    assert first_reading in finding.fix


@pytest.mark.parametrize("name", ["Okafor", "van der Berg", "O'Neil", "de la Cruz", "Okafor-Bell"])
def test_a_family_name_is_left_alone(name: str) -> None:
    assert judge(with_person(family_name=name), today=TODAY) == []


@pytest.mark.parametrize("date", ["20XX", "202X", "2020/", "/2020", "2020?/2021"])
def test_dates_that_break_the_owners_lists_are_told(date: str) -> None:
    finding = the_only(with_metadata(publication_date=date))
    assert (finding.code, finding.effect) == ("breaks-lists", "breaks")
    assert "your own uploads" in finding.message


def test_a_polygon_of_one_ring_is_told() -> None:
    ring = [[0, 0], [9, 0], [9, 9], [0, 0]]
    place = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    finding = the_only(with_metadata(locations={"features": [place]}))
    assert finding.effect == "breaks"
    assert dotted(finding.path) == "metadata.locations.features.0.geometry"


def test_a_title_in_no_language_is_told() -> None:
    award = {"number": "1", "title": {"xx": "Soil"}}
    finding = the_only(with_metadata(funding=[{"funder": {"name": "Soil Fund"}, "award": award}]))
    assert finding.effect == "breaks"


def test_html_that_goes_is_named() -> None:
    finding = the_only(with_metadata(description='<p>Soil <img src="x.png"></p>'))
    assert (finding.code, finding.effect) == ("html-removed", "changed")
    assert "<img>" in finding.message


@pytest.mark.parametrize(
    ("field", "value", "code", "said"),
    [
        ("title", "  Soil grid ", "text-changed", "Soil grid"),
        ("title", "Soil\u200bgrid", "text-changed", "Soilgrid"),
        ("identifiers", [{"identifier": "https://doi.org/10.1234/x"}], "replaced", "10.1234/x"),
        ("resource_type", {"id": "publication-thesis"}, "replaced", "publication-dissertation"),
    ],
)
def test_what_is_stored_otherwise_is_told(field: str, value: Json, code: str, said: str) -> None:
    finding = the_only(with_metadata(**{field: value}))
    assert (finding.code, finding.effect) == (code, "changed")
    assert said in finding.message


@pytest.mark.parametrize(
    ("field", "value", "fix"),
    [
        ("resource_type", {"id": "datset"}, "dataset"),
        ("rights", [{"id": "CC-BY-4.0"}], "cc-by-4.0"),
        ("languages", [{"id": "en"}], "eng"),
        ("titel", "Soil", "title"),
        ("version", 2, '"2"'),
        ("creators", {}, "[ … ]"),
        ("publication_date", "22.11.2026", "2026-11-22"),
    ],
)
def test_the_fix_says_what_to_write(field: str, value: Json, fix: str) -> None:
    assert fix in the_only(with_metadata(**{field: value})).fix


def test_a_term_of_another_repository_passes() -> None:
    assert judge(with_metadata(resource_type={"id": Term("herbarium-sheet")})) == []
    assert judge(with_metadata(languages=[{"id": Term("x-own")}])) == []
    own = {"identifier": "soil-1", "scheme": Term("sample-id")}
    assert judge(with_metadata(identifiers=[own])) == []


def test_a_missing_publisher_can_be_left_to_the_one_who_fills_it_in() -> None:
    body = copy.deepcopy(GOOD)
    del body["metadata"]["publisher"]
    assert the_only(body).effect == "blocked"
    (finding,) = judge(body, publisher_default=True)
    assert finding.effect == "changed"
    assert "Zenodo" in finding.message


@pytest.mark.parametrize(
    ("until", "effects"), [("2026-11-22", ["blocked"]), ("2026-11-23", [])], ids=str
)
def test_an_embargo_ends_after_today(until: str, effects: list[str]) -> None:
    embargo = {"active": True, "until": until}
    access = {"record": "public", "files": "restricted", "embargo": embargo}
    found = judge({**GOOD, "access": access}, today=TODAY)
    assert [finding.effect for finding in found] == effects


def test_a_draft_that_breaks_a_list_meanwhile_says_so() -> None:
    finding = the_only(with_metadata(identifiers=[{"identifier": "no identifier"}]))
    assert finding.effect == "blocked"
    assert "the list of all your uploads fails" in finding.message
