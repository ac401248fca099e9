"""Dates, languages, licences, access, places and words of vocabularies."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from zenodo_sdk import (
    Access,
    AdditionalDescription,
    AdditionalTitle,
    Award,
    Date,
    Embargo,
    FileOptions,
    Funder,
    Funding,
    Geometry,
    Identifier,
    Imprint,
    Journal,
    License,
    Location,
    Meeting,
    Metadata,
    Reference,
    RelatedIdentifier,
    Software,
    Subject,
    Term,
    Thesis,
)
from zenodo_sdk.models._base import Model
from zenodo_sdk.vocabularies import LANGUAGES, RELATIONS, Relation

# ------------------------------------------------------------------------------------------------
# dates


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2026", "2026"),
        ("2026-11", "2026-11"),
        ("2024-02-29", "2024-02-29"),
        (" 2026-11-22 ", "2026-11-22"),
        ("2020/2021", "2020/2021"),
        ("2026 / 2027", "2026/2027"),
        ("2020/2020-06-01", "2020/2020-06-01"),
        ("2020-06-01/2020", "2020-06-01/2020"),
        (dt.date(2026, 11, 22), "2026-11-22"),
        (dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC), "2026-11-22"),
    ],
)
def test_dates(given: str | dt.date, stored: str) -> None:
    assert Metadata(publication_date=given).publication_date == stored
    assert Date(date=given, type="valid").date == stored


# of these the server only fails to show a publication date
SHOWN_AMONG_DATES = ["2020/", "/2020", "20XX", "202X"]
POISON = ["2020/..", "../2020", "2020/", "/2020", "20XX", "202X", "2020-21", "0000"]


@pytest.mark.parametrize(
    "given",
    [
        *POISON,
        "yesterday",
        "22.11.2026",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "20261122",
        "2026-1",
        "2021/2020",
        "2021-02/2021-01",
        "2020/2021/2022",
        "\uff12\uff10\uff12\uff16",
        "",
    ],
)
def test_what_is_no_date(given: str) -> None:
    with pytest.raises(ValidationError, match=r"type=(bad-date|breaks-lists|crashes)"):
        Metadata(publication_date=given)
    if given not in SHOWN_AMONG_DATES:
        with pytest.raises(ValidationError, match=r"type=(bad-date|breaks-lists|crashes)"):
            Date(given, "valid")


def test_a_further_date_may_tell_the_time() -> None:
    for moment in ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00+01:00", "2026-01-01T10:00:00"):
        assert Date(date=moment, type="collected").date == moment
        with pytest.raises(ValidationError, match="type=bad-date"):
            Metadata(publication_date=moment)
    for wrong in ("2026-01-01T10:00", "2026-01-01T25:00:00Z", "2026-01-01T10:00:00Z/2027"):
        with pytest.raises(ValidationError, match="type=bad-date"):
            Date(date=wrong, type="collected")


def test_today_is_the_default_of_callers_and_not_of_answers() -> None:
    assert Metadata().publication_date == dt.datetime.now(dt.UTC).date().isoformat()
    assert Metadata(publication_date=None).publication_date is None
    assert Metadata.from_rdm({"metadata": {"title": "Soil"}}).publication_date is None


# ------------------------------------------------------------------------------------------------
# vocabularies


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Metadata(resource_type="datset"),
            "no resource type that Zenodo knows. Did you mean 'dataset'",
        ),
        (
            lambda: Date(date="2026", type="colected"),
            "no date type that Zenodo knows. Did you mean 'collected'",
        ),
        (
            lambda: AdditionalTitle(title="Soils", type="sub-title"),
            "no title type that Zenodo knows. Did you mean 'subtitle'",
        ),
        (
            lambda: AdditionalDescription(description="How", type="method"),
            "no description type that Zenodo knows. Did you mean 'methods'",
        ),
        (
            lambda: RelatedIdentifier(identifier="10.1234/x", relation="isSupplementOf"),
            "no relation that Zenodo knows. Did you mean 'issupplementto'",
        ),
        (
            lambda: RelatedIdentifier(
                identifier="10.1234/x", relation="cites", resource_type="sofware"
            ),
            "no resource type that Zenodo knows. Did you mean 'software'",
        ),
        (
            lambda: Metadata(languages=["english"]),
            "no language that Zenodo knows. Did you mean 'eng'",
        ),
        (lambda: Metadata(languages=["xx"]), "no language that Zenodo knows"),
        (lambda: Metadata(resource_type="qqqq"), "no resource type that Zenodo knows"),
    ],
)
def test_words_that_no_vocabulary_has(make: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make()


def test_words_are_checked_on_assignment() -> None:
    metadata = Metadata(resource_type="dataset")
    with pytest.raises(ValidationError, match="Did you mean 'software'"):
        metadata.resource_type = "softwre"
    assert metadata.resource_type == "dataset"


@pytest.mark.parametrize("word", ["isSupplementTo", "ISSUPPLEMENTTO", " issupplementto "])
def test_relations_in_any_case(word: str) -> None:
    assert RelatedIdentifier("10.1234/x", word).relation == "issupplementto"


def test_every_relation_of_the_type_is_one_of_the_list() -> None:
    for word in get_args(Relation):
        assert RelatedIdentifier("10.1234/x", word).relation in RELATIONS


def test_a_term_passes_as_it_is() -> None:
    metadata = Metadata(
        resource_type=Term("Drill-Core"),
        languages=[Term("x-old")],
        licenses=[Term("House-Licence")],
        dates=[Date(date="2026", type=Term("Thawed"))],
        related_identifiers=[RelatedIdentifier("10.1234/x", Term("isNear"))],
        additional_titles=[AdditionalTitle(title="Core", type=Term("Nick"), language=Term("q"))],
    )
    assert metadata.to_rdm()["metadata"] == {
        "publication_date": metadata.publication_date,
        "resource_type": {"id": "Drill-Core"},
        "languages": [{"id": "x-old"}],
        "rights": [{"id": "House-Licence"}],
        "dates": [{"date": "2026", "type": {"id": "Thawed"}}],
        "related_identifiers": [
            {"identifier": "10.1234/x", "scheme": "doi", "relation_type": {"id": "isNear"}}
        ],
        "additional_titles": [{"title": "Core", "type": {"id": "Nick"}, "lang": {"id": "q"}}],
    }


def test_languages() -> None:
    assert Metadata(languages=["en", "DE", "fra", " swe "]).languages == [
        "eng",
        "deu",
        "fra",
        "swe",
    ]
    assert len(LANGUAGES) > 180
    assert all(len(two) == 2 and len(three) == 3 for two, three in LANGUAGES.items())


@pytest.mark.parametrize(
    "make",
    [
        lambda **type_: AdditionalTitle(title="Soils", **type_),
        lambda **type_: AdditionalDescription(description="How", **type_),
        lambda **type_: Date(date="2026", **type_),
    ],
)
def test_a_type_has_to_be_said(make: Any) -> None:
    for nothing in ({}, {"type": None}):
        with pytest.raises(ValidationError, match="type"):
            make(**nothing)


def test_a_relation_has_to_be_said() -> None:
    with pytest.raises(ValidationError, match="relation"):
        RelatedIdentifier.model_validate({"identifier": "10.1234/x"})


# ------------------------------------------------------------------------------------------------
# licences, access, places


def test_licences() -> None:
    licences = Metadata(licenses=["CC-BY-4.0 ", License(id="MIT"), License(title="Ours")]).licenses
    assert [licence.to_rdm() for licence in licences] == [
        {"id": "cc-by-4.0"},
        {"id": "mit"},
        {"title": {"en": "Ours"}},
    ]
    own = License(title={"en": "Ours"}, description="All of it", link="https://example.org/l")
    assert own.to_rdm() == {
        "title": {"en": "Ours"},
        "description": {"en": "All of it"},
        "link": "https://example.org/l",
    }


def test_access() -> None:
    assert Access.open().to_rdm() == {"record": "public", "files": "public"}
    assert Access.restricted().to_rdm() == {"record": "public", "files": "restricted"}
    assert Access.restricted(record="restricted").to_rdm()["record"] == "restricted"
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=70)
    embargoed = Access.embargoed(until, reason="Review")
    assert embargoed.to_rdm() == {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": until.isoformat(), "reason": "Review"},
    }
    assert Access.embargoed(until.isoformat(), record="restricted").record == "restricted"


@pytest.mark.parametrize("until", ["2027", "2027-01", "2027-02-30", "2027-01-01/2028", "soon"])
def test_an_embargo_ends_on_a_day(until: str) -> None:
    with pytest.raises(ValidationError, match="type=bad-date"):
        Access.embargoed(until)


@pytest.mark.parametrize(
    "embargo",
    [{"active": False, "reason": None}, {"until": "2027-01-31"}, {"active": "yes"}, {}],
)
def test_an_embargo_is_not_made_up(embargo: dict[str, Any]) -> None:
    access: dict[str, Any] = {"record": "public", "files": "public", "embargo": embargo}
    assert Access.from_rdm({**access, "status": "open"}).to_rdm() == access


def test_access_words() -> None:
    with pytest.raises(ValidationError, match="files"):
        Access.model_validate({"files": "closed"})


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (46.2, 6.05), (-90, 180)])
def test_a_point(lat: float, lon: float) -> None:
    location = Location(lat=lat, lon=lon, place="There")
    assert location.to_rdm() == {
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "place": "There",
    }
    assert Location.from_rdm(location.to_rdm()) == location


@pytest.mark.parametrize("half", [{"lat": 0.0}, {"lon": 0.0}, {"lat": 1, "lon": None}])
def test_half_a_point_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="both lat and lon"):
        Location(**half)


def test_a_point_can_be_moved() -> None:
    location = Location(place="There")
    location.lat = 1.0
    location.lon = 2.0
    assert location.to_rdm()["geometry"] == {"type": "Point", "coordinates": [2.0, 1.0]}


def test_shapes() -> None:
    points = Location.points([(0, 1), (2, 3)], place="Here")
    assert points.to_rdm() == {
        "geometry": {"type": "MultiPoint", "coordinates": [[1, 0], [3, 2]]},
        "place": "Here",
    }
    hole = [(1, 1), (1, 2), (2, 2), (1, 1)]
    area = Location.polygon([(0, 0), (0, 9), (9, 9)], hole)
    assert area.to_rdm()["geometry"] == {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [9, 0], [9, 9], [0, 0]],
            [[1, 1], [2, 1], [2, 2], [1, 1]],
        ],
    }
    deep: dict[str, Any] = {"geometry": {"type": "Point", "coordinates": [1, 2, 30]}}
    assert Location.from_rdm(deep).lat is None
    assert Location.from_rdm(deep).to_rdm() == deep


@pytest.mark.parametrize(
    ("kind", "coordinates", "code"),
    [
        ("Polygon", [[[0, 0], [1, 0], [1, 1], [0, 0]]], "breaks-lists"),
        ("Point", [1], "crashes"),
        ("LineString", [[0, 0], [1, 1]], "bad-geometry"),
    ],
)
def test_shapes_that_a_server_fails_over(kind: str, coordinates: Any, code: str) -> None:
    with pytest.raises(ValidationError, match=f"type={code}"):
        Geometry(kind, coordinates)


# ------------------------------------------------------------------------------------------------
# the rest, in the server's form


@pytest.mark.parametrize(
    ("model", "wire"),
    [
        (
            AdditionalTitle(title="Böden", type="translated-title", language="de"),
            {"title": "Böden", "type": {"id": "translated-title"}, "lang": {"id": "deu"}},
        ),
        (
            AdditionalDescription(description="How", type="methods", language="en"),
            {"description": "How", "type": {"id": "methods"}, "lang": {"id": "eng"}},
        ),
        (Subject(id="s:1", subject="Soil", scheme="S"), {"id": "s:1"}),
        (Subject(subject="Soil", scheme="S"), {"subject": "Soil", "scheme": "S"}),
        (
            Date(date="2026", type="valid", description="Why"),
            {"date": "2026", "type": {"id": "valid"}, "description": "Why"},
        ),
        (Identifier("4006381333931", "ean13"), {"identifier": "4006381333931", "scheme": "ean13"}),
        (
            RelatedIdentifier("10.1234/x", "cites", resource_type="software", scheme="doi"),
            {
                "identifier": "10.1234/x",
                "scheme": "doi",
                "relation_type": {"id": "cites"},
                "resource_type": {"id": "software"},
            },
        ),
        (
            Reference("Doe 2020", identifier="10.1234/x", scheme="doi"),
            {"reference": "Doe 2020", "identifier": "10.1234/x", "scheme": "doi"},
        ),
        (
            Location(place="Bern", identifiers=[Identifier(identifier="Q70", scheme="wikidata")]),
            {"place": "Bern", "identifiers": [{"identifier": "Q70", "scheme": "wikidata"}]},
        ),
        (Funder(id="00k4n6c32", name="EC"), {"id": "00k4n6c32"}),
        (Funder(name="EC"), {"name": "EC"}),
        (Award(id="00k4n6c32::1", number="1", title="Ice"), {"id": "00k4n6c32::1"}),
        (
            Award(number="1", title="Ice", identifiers=[Identifier("https://x.org/1", "url")]),
            {
                "number": "1",
                "title": {"en": "Ice"},
                "identifiers": [{"identifier": "https://x.org/1", "scheme": "url"}],
            },
        ),
        (
            Funding(funder=Funder(name="EC"), award=Award(title={"en": "Ice"})),
            {"funder": {"name": "EC"}, "award": {"title": {"en": "Ice"}}},
        ),
        (Journal("Nature", issn="0317-8471"), {"title": "Nature", "issn": "0317-8471"}),
        (
            Imprint("Soils", isbn="978-3-16-148410-0", edition="2"),
            {"title": "Soils", "isbn": "978-3-16-148410-0", "edition": "2"},
        ),
        (
            Thesis(university="X", date_defended="2026"),
            {"university": "X", "date_defended": "2026"},
        ),
        (
            Meeting("EGU", identifiers=[Identifier("10.1234/egu")]),
            {"title": "EGU", "identifiers": [{"identifier": "10.1234/egu", "scheme": "doi"}]},
        ),
        (
            Software(repository="https://example.org/r", languages=["python"], status="wip"),
            {
                "code:codeRepository": "https://example.org/r",
                "code:programmingLanguage": [{"id": "python"}],
                "code:developmentStatus": {"id": "wip"},
            },
        ),
        (FileOptions(enabled=False), {"enabled": False}),
        (
            FileOptions(default_preview="a.txt", order=["a.txt"]),
            {"enabled": True, "default_preview": "a.txt", "order": ["a.txt"]},
        ),
        (
            Embargo(active=True, until="2127-01-31"),
            {"active": True, "until": "2127-01-31"},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Model) else "",
)
def test_the_servers_form(model: Any, wire: dict[str, Any]) -> None:
    assert model.to_rdm() == wire
    if not isinstance(model, Software):
        assert type(model).from_rdm(wire).to_rdm() == wire
