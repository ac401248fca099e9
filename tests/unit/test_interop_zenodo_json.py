"""What becomes of a ``.zenodo.json`` document, value by value."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.errors import Effect
from zenodo_sdk.interop.imported import Imported
from zenodo_sdk.interop.zenodo_json import read, write
from zenodo_sdk.interop.zenodo_json.wording import worded
from zenodo_sdk.interop.zenodo_json.words import KEYS
from zenodo_sdk.rules.finding import Finding
from zenodo_sdk.rules.judge import judge

Json = Any
TODAY = dt.date(2026, 11, 22)
GOOD: dict[str, Json] = {
    "title": "Soil grid",
    "upload_type": "dataset",
    "creators": [{"name": "Okafor, Ada"}],
    "publication_date": "2026-11-01",
    "license": "cc-by-4.0",
    "imprint_publisher": "Zenodo",
}


def imported(**changes: Json) -> Imported:
    return read({**GOOD, **changes}, today=TODAY)


def metadata(**changes: Json) -> Json:
    return imported(**changes).body["metadata"]


def found(**changes: Json) -> list[tuple[tuple[str | int, ...], str, Effect]]:
    return [(f.path, f.code, f.effect) for f in imported(**changes).findings]


def test_a_complete_document_is_taken_over_without_a_word() -> None:
    assert imported() == Imported(
        {
            "metadata": {
                "title": "Soil grid",
                "resource_type": {"id": "dataset"},
                "creators": [
                    {
                        "person_or_org": {
                            "type": "personal",
                            "family_name": "Okafor",
                            "given_name": "Ada",
                            "name": "Okafor, Ada",
                        }
                    }
                ],
                "publication_date": "2026-11-01",
                "rights": [{"id": "cc-by-4.0"}],
                "publisher": "Zenodo",
            },
            "custom_fields": {},
            "access": {"record": "public", "files": "public"},
            "pids": {},
        },
        imported().origin,
    )


def test_what_the_server_adds_is_said_where_it_matters() -> None:
    left = {"title": "Soil grid"}
    assert read(left, today=TODAY).body["metadata"] == {
        "title": "Soil grid",
        "publication_date": "2026-11-22",
        "publisher": "Zenodo",
        "rights": [{"id": "cc-by-4.0"}],
    }
    said = {(f.path, f.effect) for f in read(left, today=TODAY).findings if f.code == "default"}
    keys = ("publication_date", "license")  # that Zenodo publishes on Zenodo surprises nobody
    assert said == {((key,), "changed") for key in keys}


@pytest.mark.parametrize(
    ("document", "rights"),
    [
        ({"upload_type": "dataset"}, [{"id": "cc0-1.0"}]),
        ({"upload_type": "software"}, [{"id": "cc-by-4.0"}]),
        ({"access_right": "embargoed", "embargo_date": "2030-01-01"}, [{"id": "cc-by-4.0"}]),
        ({"access_right": "restricted"}, None),
        ({"access_right": "closed"}, None),
        ({"access_right": None}, None),
        ({}, None),
    ],
)
def test_the_licence_that_is_added_hangs_on_type_and_access(document: Json, rights: Json) -> None:
    assert read(document).body["metadata"].get("rights") == rights


@pytest.mark.parametrize(
    ("kind", "sub", "id"),
    [
        ("publication", "article", "publication-article"),
        ("publication", "thesis", "publication-dissertation"),
        ("image", "figure", "image-figure"),
        ("software", "computationalnotebook", "software-computationalnotebook"),
        ("poster", None, "poster"),
    ],
)
def test_type_and_sub_type_are_one_id(kind: str, sub: str | None, id: str) -> None:
    read_as = metadata(upload_type=kind, **({f"{kind}_type": sub} if sub else {}))
    assert read_as["resource_type"] == {"id": id}


def test_the_sub_type_of_another_type_is_lost() -> None:
    assert found(publication_type="article") == [(("publication_type",), "unknown-field", "lost")]


def test_names_are_parted_at_their_only_comma() -> None:
    person = metadata(creators=[{"name": " de la Cruz ,  Ana M. "}])["creators"][0]
    assert person["person_or_org"]["family_name"] == "de la Cruz"
    assert person["person_or_org"]["given_name"] == "Ana M."


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("Ana de la Cruz", '"Cruz, Ana de la"'), ("Doe, Jane, PhD", '"Doe, Jane PhD"')],
)
def test_a_name_without_exactly_one_comma_is_a_family_name(name: str, spelling: str) -> None:
    (finding,) = imported(creators=[{"name": name}]).findings
    assert (finding.path, finding.code) == (("creators", 0, "name"), "name-comma")
    assert finding.effect == "changed"
    assert "family name" in finding.message
    assert spelling in finding.fix
    person = metadata(creators=[{"name": name}])["creators"][0]["person_or_org"]
    assert person == {"type": "personal", "family_name": name, "name": name}


def test_supervisors_stand_before_the_other_contributors() -> None:
    document = {
        "thesis_supervisors": [{"name": "A, B"}],
        "contributors": [{"name": "C, D", "type": "DataCurator"}],
    }
    roles = [one["role"] for one in metadata(**document)["contributors"]]
    assert roles == [{"id": "supervisor"}, {"id": "datacurator"}]
    assert imported(**document).source_of(
        ("metadata", "contributors", 1, "person_or_org", "family_name")
    ) == ("contributors", 0, "name")


@pytest.mark.parametrize(
    "written",
    [
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        "http://orcid.org/0000000218250097",
        "0000 0002 1825 0097",
    ],
)
def test_an_orcid_is_stored_bare(written: str) -> None:
    person = metadata(creators=[{"name": "A, B", "orcid": written}])["creators"][0]
    assert person["person_or_org"]["identifiers"] == [
        {"identifier": "0000-0002-1825-0097", "scheme": "orcid"}
    ]


@pytest.mark.parametrize(
    ("key", "word"), [("orchid", "orcid"), ("oricid", "orcid"), ("affilation", "affiliation")]
)
def test_a_misspelt_key_is_lost_and_the_right_one_is_named(key: str, word: str) -> None:
    (finding,) = imported(creators=[{"name": "A, B", key: "x"}]).findings
    assert finding.path == ("creators", 0, key)
    assert finding.effect == "lost"
    assert word in finding.fix


def test_creators_have_no_type() -> None:
    (finding,) = imported(creators=[{"name": "A, B", "type": "Editor"}]).findings
    assert finding.effect == "lost"
    assert "contributors" in finding.fix


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("CC-BY-4.0", "cc-by-4.0"),
        ("cc-zero", "cc0-1.0"),
        ("MIT", "mit"),
        ({"id": "GPL-3.0"}, "gpl-3.0-only"),
    ],
)
def test_historic_licences_are_understood(written: Json, id: str) -> None:
    assert metadata(license=written)["rights"] == [{"id": id}]
    assert found(license=written) == []


def test_a_licence_in_words_is_refused_but_not_forgotten() -> None:
    (finding,) = imported(license="BSD 3-Clause License").findings
    assert (finding.path, finding.effect) == (("license",), "refused")
    assert "bsd-3-clause" in finding.fix
    assert finding.server == "Invalid license provided: BSD 3-Clause License"
    assert metadata(license="BSD 3-Clause License")["rights"] == [
        {"title": {"en": "BSD 3-Clause License"}}
    ]


def test_a_licence_without_successor_becomes_its_name() -> None:
    assert metadata(license="fal")["rights"] == [{"title": {"en": "Free Art License"}}]
    assert found(license="fal") == [(("license",), "replaced", "changed")]


@pytest.mark.parametrize(
    ("document", "path", "server"),
    [
        ({"title": None}, ("title",), "Field may not be null."),
        ({"title": 5}, ("title",), "Not a valid string."),
        ({"version": 1.0}, ("version",), "Not a valid string."),
        ({"creators": {"name": "A, B"}}, ("creators",), "Not a valid list."),
        ({"contributors": ["A, B"]}, ("contributors", 0), "Not a valid mapping type."),
        ({"access_right": "public"}, ("access_right",), "Unknown access type."),
        ({"access_right": "embargoed"}, ("embargo_date",), "Unknown access type."),
        ({"dates": [{"type": "Valid"}]}, ("dates", 0), "Invalid date provided."),
        (
            {"language": "English"},
            ("language",),
            "Language must be either ISO-639-1 or 639-2 compatible.",
        ),
        (
            {"communities": ["zenodo"]},
            ("communities",),
            "Communities must be an array of objects with an 'identifier' key.",
        ),
        (
            {"related_identifiers": [{"identifier": "nonsense", "relation": "cites"}]},
            ("related_identifiers", 0, "identifier"),
            "No valid scheme recognized for identifier.",
        ),
        ({"license": 5}, ("license",), None),
        ({"resource_type": {"id": "x"}}, ("resource_type",), "Not a valid string."),
    ],
)
def test_what_the_server_refuses(document: Json, path: Json, server: str | None) -> None:
    refused = [f for f in imported(**document).findings if f.effect == "refused"]
    assert [f.path for f in refused] == [path]
    assert refused[0].fix
    assert server is None or refused[0].server == server


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"related_identifiers": [{"relation": "cites"}]}, ("related_identifiers", 0)),
        (
            {"related_identifiers": [{"identifier": "10.1234/a"}]},
            ("related_identifiers", 0, "relation"),
        ),
        ({"grants": [{"number": "1"}]}, ("grants", 0)),
        ({"grants": ["101017452"]}, ("grants", 0)),
        ({"locations": [{"lat": 1.5, "lon": 2.5}]}, ("locations", 0)),
        ({"dates": [{"start": "2026"}]}, ("dates", 0, "type")),
        ({"custom": "dwc:order"}, ("custom",)),
        ({"keywords": 5}, ("keywords",)),
        ({"creators": ["A, B"]}, ("creators", 0)),
        ({"creators": [{"name": 5}]}, ("creators", 0, "name")),
        ({"creators": [{"name": "A, B", "gnd": "none"}]}, ("creators", 0, "gnd")),
        ({"creators": [{"name": "A, B", "gnd": " 118540238"}]}, ("creators", 0, "gnd")),
        (
            {"contributors": [{"name": "A, B", "type": {"id": "Editor"}}]},
            ("contributors", 0, "type"),
        ),
        ({"license": {"title": "MIT"}}, ("license",)),
        ({"doi": 10.1234}, ("doi",)),
        ({"subjects": ["Soil"]}, ("subjects", 0)),
        ({"thesis_supervisors": ["A, B"]}, ("thesis_supervisors", 0)),
    ],
)
def test_what_the_server_fails_at(document: Json, path: Json) -> None:
    refused = [f for f in imported(**document).findings if f.effect == "refused"]
    assert [f.path for f in refused] == [path]
    assert refused[0].server == "500 Internal Server Error"


def test_keywords_as_one_text_are_split_into_letters() -> None:
    assert found(keywords="soil") == [(("keywords",), "wrong-type", "lost")]
    subjects = metadata(keywords="soil")["subjects"]
    assert [one["subject"] for one in subjects] == ["s", "o", "i", "l"]


def test_a_coordinate_of_zero_loses_both() -> None:
    places = [{"place": "Gulf of Guinea", "lat": 0, "lon": 3.5}]
    assert metadata(locations=places)["locations"] == {"features": [{"place": "Gulf of Guinea"}]}
    assert found(locations=places) == [(("locations", 0), "replaced", "lost")]


def test_closed_is_restricted() -> None:
    assert imported(access_right="closed").body["access"] == {
        "record": "public",
        "files": "restricted",
    }
    assert found(access_right="closed") == [(("access_right",), "replaced", "changed")]


@pytest.mark.parametrize("right", ["public", "embargoed", 5, ["open"]])
def test_an_access_that_is_not_understood_opens_nothing(right: Json) -> None:
    assert imported(access_right=right).body["access"]["files"] == "restricted"


@pytest.mark.parametrize(
    ("document", "dates"),
    [
        ({"start": "2026-01", "end": "2026-02"}, "2026-01/2026-02"),
        ({"start": "2026-01", "end": "2026-01"}, "2026-01"),
        ({"start": "2026-01"}, "2026-01"),
        ({"end": "2026-02"}, "2026-02"),
    ],
)
def test_start_and_end_make_one_date(document: Json, dates: str) -> None:
    made = metadata(dates=[{**document, "type": "Collected"}])["dates"]
    assert made == [{"date": dates, "type": {"id": "collected"}}]


def test_grants_name_funder_and_award() -> None:
    made = metadata(grants=[{"id": "10.13039/501100000780::101017452"}, {"id": "604102"}])
    assert made["funding"] == [
        {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::101017452"}},
        {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::604102"}},
    ]


def test_alternate_identifiers_are_the_records_own() -> None:
    made = metadata(
        related_identifiers=[
            {"identifier": "https://doi.org/10.1234/a", "relation": "isAlternateIdentifier"},
            {"identifier": "https://example.org/b", "relation": "isSupplementTo"},
        ]
    )
    assert made["identifiers"] == [{"identifier": "10.1234/a", "scheme": "doi"}]
    assert made["related_identifiers"] == [
        {
            "identifier": "https://example.org/b",
            "scheme": "url",
            "relation_type": {"id": "issupplementto"},
        }
    ]


def test_what_no_draft_holds_stands_beside_the_body() -> None:
    own = imported(doi="10.5281/zenodo.7", communities=[{"identifier": "soil"}])
    assert (own.reserved_doi, own.communities, own.body["pids"]) == (
        "10.5281/zenodo.7",
        ("soil",),
        {},
    )
    reserved = imported(prereserve_doi={"doi": "10.5281/zenodo.8", "recid": 8})
    assert reserved.reserved_doi == "10.5281/zenodo.8"
    other = imported(doi="https://doi.org/10.1234/a")
    assert other.reserved_doi is None
    assert other.body["pids"] == {"doi": {"identifier": "10.1234/a", "provider": "external"}}


def test_custom_fields_from_flat_keys_and_from_custom() -> None:
    made = imported(
        journal_title="Soil",
        conference_title="EGU",
        partof_pages="1-2",
        thesis_university="Uni X",
        custom={"dwc:order": ["Fagales"], "journal:journal": {"title": "Geo"}, "empty": {"a": []}},
    )
    assert made.body["custom_fields"] == {
        "journal:journal": {"title": "Geo"},
        "meeting:meeting": {"title": "EGU"},
        "imprint:imprint": {"pages": "1-2"},
        "thesis:thesis": {"university": "Uni X"},
        "dwc:order": ["Fagales"],
    }
    assert made.source_of(("custom_fields", "meeting:meeting", "title")) == ("conference_title",)
    title = ("custom_fields", "journal:journal", "title")
    assert made.source_of(title) == ("custom", *title[1:])


def test_a_wrapped_document_is_the_same_with_paths_inside() -> None:
    wrapped = read({"metadata": {**GOOD, "orchid": "x"}, "files": [], "note": "x"}, today=TODAY)
    assert wrapped.body == imported().body
    assert {(f.path, f.effect) for f in wrapped.findings} == {
        (("metadata", "orchid"), "lost"),
        (("note",), "refused"),
    }
    assert wrapped.source_of(("metadata", "title")) == ("metadata", "title")


def test_what_the_rules_miss_is_said_in_the_words_of_the_format() -> None:
    empty = read({"contributors": [{}]}, today=TODAY)
    said = {
        empty.source_of(finding.path): worded(finding).message
        for finding in judge(empty.body, today=TODAY)
        if finding.code == "missing"
    }
    assert said == {
        ("title",): "There is no title.",
        ("upload_type",): "There is no upload_type.",
        ("creators",): "There are no creators.",
        ("contributors", 0, "name"): "A contributor has no name.",
        ("contributors", 0, "type"): "A contributor has no type.",
    }


def test_other_findings_keep_their_words() -> None:
    finding = Finding(("metadata", "version"), "too-long", "Too long.", "Shorten it.", "lost")
    assert worded(finding) is finding


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
anything: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "id",
                    "name",
                    "title",
                    "identifier",
                    "relation",
                    "orcid",
                    "gnd",
                    "affiliation",
                    "affiliations",
                    "type",
                    "start",
                    "end",
                    "place",
                    "lat",
                    "lon",
                    "description",
                    "scheme",
                    "resource_type",
                    "doi",
                    "term",
                    "en",
                )
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(KEYS)) | st.text(max_size=8), anything, max_size=6))
def test_nothing_at_all_makes_it_raise(document: Json) -> None:
    for whole in (document, {"metadata": document}):
        body = read(whole).body
        judge(body)
        write(body)


def test_deep_nesting_is_no_error() -> None:
    deep: Json = "x"
    for _ in range(5_000):
        deep = {"a": [deep]}
    result = read({**GOOD, "custom": {"dwc:order": deep}, "keywords": deep, "title": deep})
    write(result.body)
    assert result.body["custom_fields"]


@pytest.mark.parametrize(
    "document",
    [
        {
            "creators": [
                {"name": f"Ada B. Okafor {n}", "orcid": "x", "oricid": "y"} for n in range(5000)
            ]
        },
        {"creators": [{"name": ", ".join(["Okafor"] * 500_000)}]},
        {"keywords": "k" * 10_000_000},
        {"description": "<p>" * 3_000_000, "license": "x" * 10_000_000},
        {"language": "x" * 10_000_000, "x" * 10_000_000: 1, "upload_type": "x" * 1_000_000},
        {"related_identifiers": [{"identifier": "1" * 1_000_000, "relation": "x" * 1_000_000}]},
    ],
    ids=["creators", "commas", "keywords", "markup", "words", "identifier"],
)
def test_time_is_bounded(document: Json) -> None:
    start = time.process_time()
    result = read({**GOOD, **document}, today=TODAY)
    assert time.process_time() - start < 10
    assert all(len(finding.message) + len(finding.fix) < 2_000 for finding in result.findings)
