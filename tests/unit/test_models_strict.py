"""What a caller writes: short, in any spelling, and judged by the rules of the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from zenodo_sdk import (
    Access,
    AdditionalDescription,
    AdditionalTitle,
    Affiliation,
    AudiovisualCore,
    Award,
    Creator,
    DarwinCore,
    Date,
    DomainFields,
    Funder,
    Funding,
    Gbif,
    HostRelation,
    Identifier,
    Imprint,
    Journal,
    License,
    Location,
    Meeting,
    Metadata,
    Mixs,
    Obo,
    Reference,
    RelatedIdentifier,
    Software,
    Subject,
    Term,
    Thesis,
)
from zenodo_sdk.models.domain import FIELD_OF_KEY, NAMESPACES
from zenodo_sdk.rules.judge import judge


def errors(make: Callable[[], object]) -> list[tuple[tuple[str | int, ...], str]]:
    """Paths and kinds of what is wrong."""
    with pytest.raises(ValidationError) as caught:
        make()
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


# ------------------------------------------------------------------------------------------------
# arguments without names


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (Creator("Okafor, Ada"), Creator(name="Okafor, Ada")),
        (Affiliation("CERN"), Affiliation(name="CERN")),
        (Identifier("10.1234/x", "doi"), Identifier(identifier="10.1234/x", scheme="doi")),
        (
            RelatedIdentifier("10.1234/x", "cites"),
            RelatedIdentifier(identifier="10.1234/x", relation="cites"),
        ),
        (Reference("Doe 2020"), Reference(reference="Doe 2020")),
        (Date("2026", "valid"), Date(date="2026", type="valid")),
        (AdditionalTitle("Soils", "subtitle"), AdditionalTitle(title="Soils", type="subtitle")),
        (
            AdditionalDescription("How", "notes"),
            AdditionalDescription(description="How", type="notes"),
        ),
        (Subject("s:1"), Subject(id="s:1")),
        (License("mit"), License(id="mit")),
        (Meeting("EGU"), Meeting(title="EGU")),
        (Journal("Soils"), Journal(title="Soils")),
        (Imprint("Soils"), Imprint(title="Soils")),
        (Thesis("X"), Thesis(university="X")),
        (Software("https://example.org/r"), Software(repository="https://example.org/r")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_comes_first_needs_no_name(short: object, long: object) -> None:
    assert short == long


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Metadata("Soil"), r"Metadata\(\) got 1 arguments without a name and takes none"),
        (lambda: Date("2026", "valid", "why"), r"takes 2 without a name \(date, type\)"),
        (lambda: Creator("Okafor", name="Ada"), "multiple values for argument 'name'"),
    ],
)
def test_too_much_without_a_name(make: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


# ------------------------------------------------------------------------------------------------
# any spelling in, the server's out


@pytest.mark.parametrize(
    ("model", "wire"),
    [
        (
            Identifier("https://doi.org/10.1234/x", "DOI"),
            {"identifier": "10.1234/x", "scheme": "doi"},
        ),
        (
            RelatedIdentifier("doi:10.1234/x", "IsSupplementTo", resource_type=" Software "),
            {
                "identifier": "10.1234/x",
                "scheme": "doi",
                "relation_type": {"id": "issupplementto"},
                "resource_type": {"id": "software"},
            },
        ),
        (
            Reference("Doe", identifier="https://example.org/doe"),
            {"reference": "Doe", "identifier": "https://example.org/doe", "scheme": "url"},
        ),
        (License("CC-BY"), {"id": "cc-by-4.0"}),
        (License("cc-zero"), {"id": "cc0-1.0"}),
        (Funder(id="https://ror.org/00K4N6C32"), {"id": "00k4n6c32"}),
        (
            Funding.ec(101017452),
            {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::101017452"}},
        ),
        (
            Award(number="1", identifiers=[Identifier("https://doi.org/10.1234/grant")]),
            {"number": "1", "identifiers": [{"identifier": "10.1234/grant", "scheme": "doi"}]},
        ),
        (
            Location(place="Bern", identifiers=[Identifier("Q70")]),
            {"place": "Bern", "identifiers": [{"identifier": "Q70", "scheme": "wikidata"}]},
        ),
        (
            Thesis("X", date_submitted=dt.date(2026, 5, 1)),
            {"university": "X", "date_submitted": "2026-05-01"},
        ),
        (
            Software(" https://example.org/r ", languages=["Python"], status="WIP"),
            {
                "code:codeRepository": "https://example.org/r",
                "code:programmingLanguage": [{"id": "python"}],
                "code:developmentStatus": {"id": "wip"},
            },
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_spellings(model: Any, wire: dict[str, Any]) -> None:
    assert model.to_rdm() == wire


def test_spellings_of_metadata() -> None:
    metadata = Metadata(
        resource_type="Dataset",
        publication_date=" 2026 / 2027 ",
        languages=["EN", "Deu"],
        doi="https://doi.org/10.1234/Mine",
        identifiers=[Identifier("978-3-16-148410-0")],
        creators=[Creator("Okafor, Ada", identifiers=[Identifier("0000-0002-1825-0097")])],
    )
    assert metadata.resource_type == "dataset"
    assert metadata.publication_date == "2026/2027"
    assert metadata.languages == ["eng", "deu"]
    assert metadata.doi == "10.1234/Mine"
    assert metadata.identifiers[0].scheme == "isbn"
    # the same digits mean something else of a person
    assert metadata.creators[0].identifiers[0].scheme == "orcid"


def test_an_identifier_given_to_two_places_is_not_changed_by_either() -> None:
    one = Identifier("0000-0002-1825-0097")
    creator = Creator("Okafor, Ada", identifiers=[one])
    assert (one.scheme, creator.identifiers[0].scheme) == (None, "orcid")


def test_another_identifier_brings_its_scheme() -> None:
    related = RelatedIdentifier("10.1234/x", "cites")
    related.identifier = "https://example.org/y"
    assert related.scheme == "url"
    related.identifier = "https://doi.org/10.1234/z"
    assert (related.identifier, related.scheme) == ("https://doi.org/10.1234/z", "url")


# ------------------------------------------------------------------------------------------------
# everything at once, by the rules of the verdict


def test_errors_of_type_do_not_hide_the_others() -> None:
    told = errors(
        lambda: Metadata(
            title="So",
            keywords="soil",
            version="v" * 192,
            creators=[{"orcid": "0000-0002-1825-0098"}],
            locations=[{"place": 5, "identifiers": [{"identifier": "Q70"}]}],
        )
    )
    assert set(told) == {
        (("title",), "too-short"),
        (("keywords",), "wrong-type"),
        (("version",), "too-long"),
        (("creators", 0, "orcid"), "bad-identifier"),
        (("locations", 0, "place"), "wrong-type"),
    }


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Metadata(keywords=["soil", "", "\u200b"]), [("keywords", 1), ("keywords", 2)]),
        (lambda: Metadata(title="a\u200b\u200b\u200b"), [("title",)]),
        (lambda: Metadata(doi="mine"), [("doi",)]),
        (lambda: Metadata(sizes=["1 MB", " "]), [("sizes", 1)]),
        (
            lambda: Metadata(identifiers=[Identifier("10.1234/x"), Identifier("10.1234/x")]),
            [("identifiers",)],
        ),
        (lambda: Identifier("0-00", "isbn"), [("identifier",)]),
        (lambda: Journal(issn="1234-5678"), [("issn",)]),
        (lambda: Meeting(url="no address"), [("url",)]),
        (lambda: Software(languages=["pythn"]), [("languages", 0)]),
        (lambda: Access.embargoed("2020-01-01"), [("until",)]),
        (lambda: Location(), [()]),
        (lambda: Creator("Okafor", affiliations=["X", "X"]), [("affiliations",)]),
        (lambda: DarwinCore(event_date=["soon"]), [("event_date", 0)]),
        (lambda: AudiovisualCore(digitization_date=["soon"]), [("digitization_date", 0)]),
    ],
)
def test_rules_by_path(make: Callable[[], object], told: list[tuple[str | int, ...]]) -> None:
    assert [path for path, _ in errors(make)] == told


def test_the_words_are_those_of_the_verdict() -> None:
    (finding,) = [
        one for one in judge({"metadata": {"title": "So"}}) if one.path == ("metadata", "title")
    ]
    with pytest.raises(ValidationError) as caught:
        Metadata(title="So")
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == (finding.code, f"{finding.message} {finding.fix}")


texts = st.text(alphabet="aé 1-/.:X\u200b<&", max_size=8)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": texts,
            "publication_date": texts | st.sampled_from(["2026", "2026-02-30", "2020/", "20XX"]),
            "version": texts,
            "description": texts,
            "keywords": st.lists(texts, max_size=2),
            "sizes": st.lists(texts, max_size=2),
            "languages": st.lists(st.sampled_from(["en", "eng", "xx"]), max_size=2),
            "doi": texts | st.just("10.1234/x"),
            "resource_type": st.sampled_from(["dataset", "datset"]),
        },
    )
)
def test_what_passes_has_no_problem_and_what_has_one_does_not_pass(given: dict[str, Any]) -> None:
    try:
        metadata = Metadata(**given)
    except ValidationError:
        return
    missing = {"metadata.title", "metadata.creators", "metadata.resource_type"}
    assert [
        problem
        for problem in metadata.problems()
        if problem.effect != "changed" and problem.path not in missing
    ] == []


# ------------------------------------------------------------------------------------------------
# what passes all the same


def test_words_of_the_repositorys_own() -> None:
    metadata = Metadata(
        resource_type=Term("Drill-Core"),
        licenses=[License(Term("House"))],
        identifiers=[Identifier("core-7", Term("house"))],
    )
    assert isinstance(metadata.resource_type, Term)
    problems = {problem.code for problem in metadata.problems()}
    assert "unknown-term" not in problems
    metadata = Metadata.model_validate_json(metadata.model_dump_json())
    assert metadata.to_rdm()["metadata"]["rights"] == [{"id": "House"}]


def test_what_depends_on_the_repository_passes() -> None:
    assert Access.restricted(record="restricted").record == "restricted"
    assert Metadata(custom_fields={"geo:core": 7}).custom_fields == {"geo:core": 7}


def test_an_assignment_is_judged_for_itself() -> None:
    metadata = Metadata.from_rdm(
        {
            "metadata": {
                "title": "So",
                "creators": [{"person_or_org": {"type": "personal"}}],
                "related_identifiers": [{"identifier": "nonsense"}],
            }
        }
    )
    metadata.version = "1.0"
    metadata.creators = [*metadata.creators, Creator("Okafor, Ada")]
    metadata.related_identifiers[0].relation = "cites"
    with pytest.raises(ValidationError, match="at least 3 characters"):
        metadata.title = "Sa"
    assert metadata.title == "So"


def test_a_name_without_a_comma_is_told_and_not_refused() -> None:
    metadata = Metadata(creators=[Creator("Ada Okafor")])
    found = [problem for problem in metadata.problems() if problem.code == "name-comma"]
    assert [(one.path, one.severity) for one in found] == [
        ("metadata.creators[0].family_name", "warning")
    ]


# ------------------------------------------------------------------------------------------------
# biology and media


def test_domain_fields() -> None:
    fields = DomainFields(
        dwc=DarwinCore(class_=["Insecta"], event_date=[dt.date(2026, 5, 1)], decimal_latitude=[0]),
        gbif=Gbif(amplicon_size=[450], dna_sequence=["ACGT"]),
        mixs=Mixs(env_medium=["soil"]),
        obo=Obo(host_of=[HostRelation(subject=["Apis"], object=["Varroa"])]),
    )
    wire = {
        "dwc:class": ["Insecta"],
        "dwc:eventDate": ["2026-05-01"],
        "dwc:decimalLatitude": [0],
        "gbif:ampliconSize": [450],
        "gbif:DNA_sequence": ["ACGT"],
        "mixs:0000014": ["soil"],
        "obo:RO_0002453": [{"subject": ["Apis"], "object": ["Varroa"]}],
    }
    assert fields.to_rdm() == wire
    metadata = Metadata.from_rdm({"custom_fields": {**wire, "own:field": 1}})
    assert metadata.domain == fields
    assert metadata.custom_fields == {"own:field": 1}


def test_every_domain_field_is_one_that_the_rules_know() -> None:
    assert len(FIELD_OF_KEY) == 81
    values = {"decimal_latitude": 1, "decimal_longitude": 1, "organism_quantity": 1}
    for key, (space, field) in FIELD_OF_KEY.items():
        assert field in NAMESPACES[space].model_fields
        value: Any = values.get(field, "2026-11-22")
        if field == "amplicon_size":
            value = 4
        if field == "host_of":
            value = {"subject": ["a"], "object": ["b"]}
        found = [one for one in judge({"custom_fields": {key: [value]}}) if key in one.path]
        assert found == [], key


# ------------------------------------------------------------------------------------------------
# imports


def test_imported_metadata() -> None:
    source = {
        "title": "Soil grid",
        "upload_type": "dataset",
        "communities": [{"identifier": "soil"}],
        "doi": "10.5281/zenodo.12",
        "colour": "brown",
    }
    found = Metadata.from_zenodo_json(source)
    assert (found.title, found.resource_type) == ("Soil grid", "dataset")
    assert found.communities == ("soil",)
    assert found.reserved_doi == "10.5281/zenodo.12"
    assert "colour" in [problem.path for problem in found.import_problems]
    assert found.to_zenodo_json()["title"] == "Soil grid"


def test_a_file_is_recognised(tmp_path: Any) -> None:
    file = tmp_path / ".zenodo.json"
    file.write_text('{"title": "Soil grid", "upload_type": "dataset"}')
    assert Metadata.from_file(file).title == Metadata.from_zenodo_json(str(file)).title
    assert Metadata.from_zenodo_json(file.read_bytes()).resource_type == "dataset"
