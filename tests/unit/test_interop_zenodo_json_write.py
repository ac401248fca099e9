"""RDM JSON as a ``.zenodo.json`` document, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.interop.zenodo_json import read, write
from zenodo_sdk.types import Path

Json = Any
TODAY = dt.date(2026, 11, 22)


def person(family: str, given: str = "", **rest: Json) -> Json:
    names = {"family_name": family, **({"given_name": given} if given else {})}
    return {"type": "personal", **names, "name": f"{family}, {given}" if given else family, **rest}


FULL: Json = {
    "metadata": {
        "title": "Soil grid",
        "resource_type": {"id": "publication-dissertation"},
        "creators": [
            {
                "person_or_org": person(
                    "Okafor",
                    "Ada",
                    identifiers=[
                        {"identifier": "0000-0002-1825-0097", "scheme": "orcid"},
                        {"identifier": "gnd:118540238", "scheme": "gnd"},
                    ],
                ),
                "affiliations": [{"name": "Uni X"}],
            }
        ],
        "contributors": [{"person_or_org": person("Lee", "Bo"), "role": {"id": "datacurator"}}],
        "publication_date": "2026-11-01",
        "publisher": "Uni X",
        "description": "<p>Daily grid.</p>",
        "additional_descriptions": [
            {"description": "A note.", "type": {"id": "notes"}},
            {"description": "A method.", "type": {"id": "methods"}},
        ],
        "subjects": [{"subject": "soil"}, {"subject": "moisture"}],
        "languages": [{"id": "eng"}],
        "version": "1.0",
        "rights": [{"id": "cc-by-4.0"}],
        "dates": [
            {"date": "2026-01", "type": {"id": "collected"}},
            {"date": "2026-01/2026-02", "type": {"id": "valid"}, "description": "Valid."},
        ],
        "locations": {
            "features": [
                {
                    "place": "Field 7",
                    "geometry": {"type": "Point", "coordinates": [3.5, -2.25]},
                    "description": "Wet.",
                }
            ]
        },
        "references": [{"reference": "Doe 2020"}],
        "related_identifiers": [
            {
                "identifier": "10.1234/a",
                "scheme": "doi",
                "relation_type": {"id": "issupplementto"},
                "resource_type": {"id": "publication-article"},
            }
        ],
        "identifiers": [{"identifier": "https://example.org/a", "scheme": "url"}],
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::101017452"}}],
    },
    "custom_fields": {
        "journal:journal": {"title": "Soil", "volume": "1"},
        "meeting:meeting": {"title": "EGU", "identifiers": [{"identifier": "x"}]},
        "thesis:thesis": {"university": "Uni X"},
        "dwc:order": ["Fagales"],
        "legacy:subjects": [{"term": "Soil", "identifier": "https://example.org", "scheme": "url"}],
    },
    "access": {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": "2030-01-01"},
    },
    "pids": {"doi": {"identifier": "10.1234/own", "provider": "external"}},
}


def test_everything_that_the_format_holds_comes_back() -> None:
    document, findings = write(FULL)
    assert findings == ()
    assert read(document, today=TODAY).body == FULL


def test_it_is_spelled_as_people_do() -> None:
    document, _ = write(FULL)
    assert document["upload_type"] == "publication"
    assert document["publication_type"] == "thesis"
    assert document["creators"] == [
        {
            "name": "Okafor, Ada",
            "affiliation": "Uni X",
            "orcid": "0000-0002-1825-0097",
            "gnd": "gnd:118540238",
        }
    ]
    assert document["contributors"] == [{"name": "Lee, Bo", "type": "DataCurator"}]
    assert document["keywords"] == ["soil", "moisture"]
    assert document["license"] == "cc-by-4.0"
    assert document["grants"] == [{"id": "00k4n6c32::101017452"}]
    assert document["access_right"] == "embargoed"
    assert document["journal_title"] == "Soil"
    assert document["related_identifiers"][0] == {
        "identifier": "10.1234/a",
        "relation": "isSupplementTo",
        "resource_type": "publication-article",
        "scheme": "doi",
    }


def changed(part: str, value: Json) -> Json:
    return {**FULL, "metadata": {**FULL["metadata"], part: value}}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            changed("creators", [{"person_or_org": {"type": "organizational", "name": "CERN"}}]),
            ("metadata", "creators", 0, "person_or_org", "type"),
        ),
        (
            changed("creators", [{"person_or_org": person("A", "B"), "role": {"id": "editor"}}]),
            ("metadata", "creators", 0, "role"),
        ),
        (
            changed(
                "creators",
                [
                    {
                        "person_or_org": person("A"),
                        "affiliations": [{"id": "01ggx4157", "name": "C"}],
                    }
                ],
            ),
            ("metadata", "creators", 0, "affiliations", 0, "id"),
        ),
        (
            changed(
                "creators",
                [{"person_or_org": person("A"), "affiliations": [{"name": "C"}, {"name": "D"}]}],
            ),
            ("metadata", "creators", 0, "affiliations", 1),
        ),
        (
            changed(
                "creators",
                [
                    {
                        "person_or_org": person(
                            "A", identifiers=[{"identifier": "01ggx4157", "scheme": "ror"}]
                        )
                    }
                ],
            ),
            ("metadata", "creators", 0, "person_or_org", "identifiers", 0),
        ),
        (changed("rights", [{"id": "mit"}, {"id": "apache-2.0"}]), ("metadata", "rights", 1)),
        (changed("rights", [{"title": {"en": "Ours"}}]), ("metadata", "rights")),
        (changed("rights", []), ("metadata", "rights")),
        (changed("rights", [{"id": "qtpl"}]), ("metadata", "rights", 0, "id")),
        (changed("subjects", [{"id": "http://id.example/1"}]), ("metadata", "subjects", 0)),
        (changed("languages", [{"id": "eng"}, {"id": "deu"}]), ("metadata", "languages", 1)),
        (
            changed("additional_titles", [{"title": "Other"}]),
            ("metadata", "additional_titles"),
        ),
        (
            changed(
                "additional_descriptions", [{"description": "Abc.", "type": {"id": "abstract"}}]
            ),
            ("metadata", "additional_descriptions", 0),
        ),
        (
            changed("dates", [{"date": "2026/2026", "type": {"id": "valid"}}]),
            ("metadata", "dates", 0, "date"),
        ),
        (
            changed(
                "locations",
                {
                    "features": [
                        {"place": "A", "geometry": {"type": "Point", "coordinates": [0, 1]}}
                    ]
                },
            ),
            ("metadata", "locations", "features", 0, "geometry"),
        ),
        (
            changed("identifiers", [{"identifier": "12345678", "scheme": "other"}]),
            ("metadata", "identifiers", 0, "scheme"),
        ),
        (
            changed("funding", [{"funder": {"name": "Fund"}}]),
            ("metadata", "funding", 0),
        ),
        (
            changed("references", [{"reference": "A", "identifier": "10.1/a", "scheme": "doi"}]),
            ("metadata", "references", 0, "identifier"),
        ),
        (changed("sizes", ["1 MB"]), ("metadata", "sizes")),
        (changed("publisher", None), ("metadata", "publisher")),
        ({**FULL, "access": {"record": "restricted", "files": "restricted"}}, ("access", "record")),
        ({**FULL, "files": {"enabled": False}}, ("files", "enabled")),
        (
            {**FULL, "pids": {"doi": {"identifier": "10.5281/zenodo.1", "provider": "datacite"}}},
            ("pids", "doi"),
        ),
    ],
)
def test_what_it_cannot_hold_is_named(body: Json, path: Path) -> None:
    _, findings = write(body)
    assert path in [finding.path for finding in findings]
    assert all(finding.fix and finding.message for finding in findings)


words = st.text("abcäöü ,/", min_size=1, max_size=6)
terms = st.builds(
    lambda word: {"id": word}, st.sampled_from(["a", "editor", "notes", "eng", "mit"])
)
people = st.fixed_dictionaries(
    {
        "person_or_org": st.fixed_dictionaries(
            {"type": st.sampled_from(["personal", "organizational"])},
            optional={"family_name": words, "given_name": words, "name": words},
        )
    },
    optional={"role": terms, "affiliations": st.lists(st.builds(lambda n: {"name": n}, words))},
)
bodies: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "title": words,
                "resource_type": st.builds(
                    lambda word: {"id": word},
                    st.sampled_from(["dataset", "publication-article", "image-figure", "a-", "-"]),
                ),
                "creators": st.lists(people, max_size=3),
                "contributors": st.lists(people, max_size=3),
                "publication_date": st.sampled_from(["2026", "2026-01-01"]),
                "publisher": words,
                "subjects": st.lists(st.builds(lambda s: {"subject": s}, words) | terms),
                "languages": st.lists(terms, max_size=2),
                "rights": st.lists(
                    terms | st.builds(lambda t: {"title": {"en": t}}, words), max_size=2
                ),
                "additional_descriptions": st.lists(
                    st.builds(lambda d, t: {"description": d, "type": t}, words, terms), max_size=3
                ),
                "dates": st.lists(
                    st.builds(lambda d, t: {"date": d, "type": t}, words, terms), max_size=2
                ),
                "references": st.lists(st.builds(lambda r: {"reference": r}, words), max_size=2),
                "formats": st.lists(words, max_size=1),
            },
        ),
    },
    optional={
        "custom_fields": st.dictionaries(
            st.sampled_from(["journal:journal", "imprint:imprint", "dwc:order"]),
            st.dictionaries(st.sampled_from(["title", "pages", "x"]), words, max_size=2),
            max_size=2,
        ),
        "access": st.fixed_dictionaries(
            {
                "record": st.sampled_from(["public", "restricted"]),
                "files": st.sampled_from(["public", "restricted"]),
            }
        ),
    },
)


def without(value: Json, paths: set[Path], at: Path = ()) -> Json:
    """The same without what is reported, without what is empty, and lists of kinds in order."""
    if isinstance(value, dict):
        # the full name of a person follows from its parts
        composed = value.get("type") == "personal" or (*at, "type") in paths
        left = {
            key: without(item, paths, (*at, key))
            for key, item in value.items()
            if (*at, key) not in paths and not (key == "name" and composed)
        }
        return {key: item for key, item in left.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        left_over = [
            without(item, paths, (*at, index))
            for index, item in enumerate(value)
            if (*at, index) not in paths
        ]
        return sorted(left_over, key=str) if at[-1:] == ("additional_descriptions",) else left_over
    return value


@settings(max_examples=200, deadline=None)
@given(bodies)
def test_what_is_not_reported_comes_back(body: Json) -> None:
    document, findings = write(body)
    left_out = {f.path for f in findings if isinstance(f.path[-1], int)}
    others = {f.path for f in findings} - left_out
    back = read(document).body
    given_access = body.get("access", {"record": "public", "files": "public"})
    sent = without({"pids": {}, **body, "access": given_access}, left_out)
    assert without(sent, moved(others, left_out)) == without(back, moved(others, left_out))


def moved(paths: set[Path], left_out: set[Path]) -> set[Path]:
    """Paths as they are when the entries that were left out are gone."""

    def position(path: Path, end: int) -> str | int:
        step = path[end]
        if not isinstance(step, int):
            return step
        return step - sum((*path[:end], before) in left_out for before in range(step))

    return {tuple(position(path, end) for end in range(len(path))) for path in paths}
