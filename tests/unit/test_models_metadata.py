"""Metadata as a whole: every mistake at once, by path, with a suggestion; values that behave."""

from __future__ import annotations

import copy
import doctest
import importlib
import pickle
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

import zenodo_sdk.models
from zenodo_sdk import (
    Access,
    AdditionalTitle,
    Affiliation,
    Contributor,
    Creator,
    Date,
    Embargo,
    Funder,
    Funding,
    License,
    Location,
    Meeting,
    Metadata,
    Reference,
    RelatedIdentifier,
    Software,
    Subject,
)


def full() -> Metadata:
    return Metadata(
        title="Soil moisture grid 2025",
        resource_type="dataset",
        creators=[
            Creator(name="Okafor, Ada", orcid="0000-0002-1825-0097", affiliation="Uni X"),
            Creator.organization("CERN", ror="01ggx4157"),
        ],
        contributors=[Contributor(name="Lee, Bo", role="editor")],
        publication_date="2026-11-22",
        publisher="Zenodo",
        description="<p>Daily grid.</p>",
        additional_titles=[AdditionalTitle(title="Böden", type="translated-title", language="de")],
        licenses=["cc-by-4.0"],
        keywords=["soil", "water"],
        subjects=[Subject("http://id.nlm.nih.gov/mesh/D012987")],
        languages=["en"],
        dates=[Date(date="2025", type="collected")],
        version="1.0",
        references=["Doe 2020", Reference("Roe 2021", identifier="10.1234/x")],
        locations=[Location(lat=0, lon=0)],
        related_identifiers=[RelatedIdentifier("10.1234/y", "cites")],
        funding=[Funding(funder=Funder(id="00k4n6c32"))],
        meeting=Meeting(title="EGU"),
        software=Software(repository="https://example.org/r"),
        custom_fields={"dwc:genus": ["Apis"]},
        access=Access.embargoed("2127-01-31"),
        doi="10.1234/mine",
    )


def test_the_body_of_a_draft() -> None:
    assert full().to_rdm() == {
        "metadata": {
            "title": "Soil moisture grid 2025",
            "resource_type": {"id": "dataset"},
            "creators": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "name": "Okafor, Ada",
                        "family_name": "Okafor",
                        "given_name": "Ada",
                        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                    },
                    "affiliations": [{"name": "Uni X"}],
                },
                {
                    "person_or_org": {
                        "type": "organizational",
                        "name": "CERN",
                        "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}],
                    }
                },
            ],
            "contributors": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "name": "Lee, Bo",
                        "family_name": "Lee",
                        "given_name": "Bo",
                    },
                    "role": {"id": "editor"},
                }
            ],
            "publication_date": "2026-11-22",
            "publisher": "Zenodo",
            "description": "<p>Daily grid.</p>",
            "additional_titles": [
                {"title": "Böden", "type": {"id": "translated-title"}, "lang": {"id": "deu"}}
            ],
            "rights": [{"id": "cc-by-4.0"}],
            "subjects": [
                {"id": "http://id.nlm.nih.gov/mesh/D012987"},
                {"subject": "soil"},
                {"subject": "water"},
            ],
            "languages": [{"id": "eng"}],
            "dates": [{"date": "2025", "type": {"id": "collected"}}],
            "version": "1.0",
            "references": [
                {"reference": "Doe 2020"},
                {"reference": "Roe 2021", "identifier": "10.1234/x", "scheme": "doi"},
            ],
            "locations": {"features": [{"geometry": {"type": "Point", "coordinates": [0.0, 0.0]}}]},
            "related_identifiers": [
                {"identifier": "10.1234/y", "scheme": "doi", "relation_type": {"id": "cites"}}
            ],
            "funding": [{"funder": {"id": "00k4n6c32"}}],
        },
        "custom_fields": {
            "dwc:genus": ["Apis"],
            "meeting:meeting": {"title": "EGU"},
            "code:codeRepository": "https://example.org/r",
        },
        "access": {
            "record": "public",
            "files": "restricted",
            "embargo": {"active": True, "until": "2127-01-31"},
        },
        "pids": {"doi": {"identifier": "10.1234/mine", "provider": "external"}},
    }


def test_an_empty_one() -> None:
    assert Metadata(publication_date=None).to_rdm() == {"metadata": {}, "custom_fields": {}}


# ------------------------------------------------------------------------------------------------
# mistakes


@pytest.mark.parametrize(
    ("make", "path", "message"),
    [
        (
            lambda: Metadata(titel="Soil"),
            ("titel",),
            "Metadata has no field 'titel'; did you mean 'title'?",
        ),
        (
            lambda: Metadata(licences=["mit"]),
            ("licences",),
            "Metadata has no field 'licences'; did you mean 'licenses'?",
        ),
        (lambda: Metadata(qqqq=1), ("qqqq",), "Metadata has no field 'qqqq'"),
        (
            lambda: Creator(name="Okafor", afiliation="X"),
            ("afiliation",),
            "Creator has no field 'afiliation'; did you mean 'affiliation'?",
        ),
        (
            lambda: Contributor(nam="Lee", family_name="Lee", role="editor"),
            ("nam",),
            "Contributor has no field 'nam'; did you mean 'name'?",
        ),
        (
            lambda: Metadata(creators=[{"name": "Okafor", "orchid": "x"}]),
            ("creators", 0, "orchid"),
            "Creator has no field 'orchid'; did you mean 'orcid'?",
        ),
        (
            lambda: Metadata(creators=[{"name": "O", "affiliations": [{"rorr": "x"}]}]),
            ("creators", 0, "affiliations", 0, "rorr"),
            "Affiliation has no field 'rorr'; did you mean 'ror'?",
        ),
        (
            lambda: Metadata(access={"embargo": {"untill": "2027-01-31"}}),
            ("access", "embargo", "untill"),
            "Embargo has no field 'untill'; did you mean 'until'?",
        ),
        (
            lambda: Metadata(funding=[{"funder": {"nam": "EC"}}]),
            ("funding", 0, "funder", "nam"),
            "Funder has no field 'nam'; did you mean 'name'?",
        ),
        (
            lambda: Metadata(locations=[{"geometry": {"type": "P", "coordinates": [], "kind": 1}}]),
            ("locations", 0, "geometry", "kind"),
            "Geometry has no field 'kind'",
        ),
    ],
)
def test_an_unknown_field(
    make: Callable[[], object], path: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    told = [(error["type"], error["loc"], error["msg"]) for error in caught.value.errors()]
    assert ("unknown-field", path, message) in told


@pytest.mark.parametrize(
    ("model", "wrong", "right"),
    [
        (Metadata(), "titel", "title"),
        (Creator(name="Okafor"), "family", "family_name"),
        (Creator(name="Okafor"), "affiliation", "affiliations"),
        (Affiliation(name="X"), "nam", "name"),
        (License(id="mit"), "identifier", None),
        (Embargo(), "reasn", "reason"),
    ],
)
def test_an_unknown_attribute(model: Any, wrong: str, right: str | None) -> None:
    before = model.model_copy()
    with pytest.raises(ValidationError) as caught:
        setattr(model, wrong, "x")
    (error,) = caught.value.errors()
    hint = f"; did you mean '{right}'?" if right else ""
    assert error["msg"] == f"{type(model).__name__} has no field '{wrong}'{hint}"
    assert model == before


def test_a_wrong_value_is_not_assigned() -> None:
    metadata = full()
    for field, value in [
        ("title", "So"),
        ("version", "v" * 192),
        ("keywords", "soil"),
        ("files", 3),
    ]:
        with pytest.raises(ValidationError):
            setattr(metadata, field, value)
    assert metadata == full()


def test_everything_that_is_wrong_is_said_at_once_by_path() -> None:
    with pytest.raises(ValidationError) as caught:
        Metadata.model_validate(
            {
                "title": " a ",
                "resource_type": "datset",
                "creators": [
                    {"name": "Okafor, Ada", "orcid": "0000-0002-1825-0098"},
                    {"given_name": "Bo", "role": "boss"},
                    "Lee, Bo",
                ],
                "contributors": [{"name": "Lee, Bo"}],
                "publication_date": "soon",
                "licenses": "mit",
                "languages": ["en", "english"],
                "related_identifiers": [{"relation": "cites"}],
                "locations": [{"lat": 1}, {"place": 5}],
                "keyword": ["soil"],
            }
        )
    assert {error["loc"] for error in caught.value.errors()} == {
        ("title",),
        ("resource_type",),
        ("creators", 0, "orcid"),
        ("creators", 1, "family_name"),
        ("creators", 1, "role"),
        ("creators", 2),
        ("contributors", 0, "role"),
        ("publication_date",),
        ("licenses",),
        ("languages", 1),
        ("related_identifiers", 0, "identifier"),
        ("related_identifiers", 0, "scheme"),
        ("locations", 0),
        ("locations", 1),
        ("locations", 1, "place"),
        ("keyword",),
    }
    assert "did you mean 'keywords'?" in str(caught.value)
    assert "Did you mean 'dataset'?" in str(caught.value)


# ------------------------------------------------------------------------------------------------
# values that behave


def test_repr_hides_what_is_not_there() -> None:
    assert repr(Creator(name="Okafor, Ada")) == (
        "Creator(type='personal', family_name='Okafor', given_name='Ada')"
    )
    metadata = Metadata(title="Soil", publication_date="2026")
    assert repr(metadata) == "Metadata(title='Soil', publication_date='2026')"
    assert "secret" not in repr(Metadata.from_rdm({"metadata": {"new": "secret"}}))
    assert repr(Location(lat=0, lon=0)) == "Location(lat=0.0, lon=0.0)"


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda value: pickle.loads(pickle.dumps(value)),
        lambda value: value.model_copy(deep=True),
        lambda value: Metadata.model_validate(value.model_dump()),
    ],
    ids=["copy", "deepcopy", "pickle", "model_copy", "dump"],
)
def test_copies_are_equal(copied: Callable[[Metadata], Metadata]) -> None:
    metadata = full()
    other = copied(metadata)
    assert other == metadata
    assert other is not metadata
    assert other.to_rdm() == metadata.to_rdm()
    other.title = "Another title"
    assert other != metadata
    assert metadata.title == "Soil moisture grid 2025"


def test_deep_copies_share_nothing() -> None:
    metadata = full()
    other = copy.deepcopy(metadata)
    other.creators[0].name = "Roe, Jane"
    other.keywords.append("moss")
    other.custom_fields["dwc:genus"] = []
    assert metadata == full()


def test_a_copy_keeps_the_order_of_subjects() -> None:
    subjects: list[Any] = [{"subject": "a"}, {"id": "s:1"}, {"subject": "b"}, {"subject": "a"}]
    metadata = Metadata.from_rdm({"metadata": {"subjects": subjects}})
    assert (metadata.keywords, [one.id for one in metadata.subjects]) == (["a", "b", "a"], ["s:1"])
    for other in (copy.deepcopy(metadata), pickle.loads(pickle.dumps(metadata))):
        assert other.to_rdm()["metadata"] == {"subjects": subjects}
    metadata.keywords.append("c")
    assert metadata.to_rdm()["metadata"] == {"subjects": [*subjects, {"subject": "c"}]}
    metadata.keywords = []
    assert metadata.to_rdm()["metadata"] == {"subjects": [{"id": "s:1"}]}


def test_lists_are_the_models_own() -> None:
    keywords = ["soil"]
    metadata = Metadata(keywords=keywords)
    metadata.keywords.append("water")
    assert keywords == ["soil"]
    assert Metadata().keywords == []


def test_metadata_of_one_record_can_be_given_to_another() -> None:
    record: dict[str, Any] = {
        "metadata": {"title": "Soil", "creators": [{"person_or_org": {"family_name": "O"}}]},
        "pids": {"doi": {"identifier": "10.5281/zenodo.1", "provider": "datacite", "client": "x"}},
    }
    metadata = Metadata.from_rdm(record)
    assert metadata.doi is None
    assert "pids" not in metadata.to_rdm()
    assert Metadata(title="Copy", creators=metadata.creators).creators == metadata.creators


def test_examples_in_the_documentation() -> None:
    found = pkgutil.iter_modules(zenodo_sdk.models.__path__, "zenodo_sdk.models.")
    modules = [importlib.import_module(module.name) for module in found]
    examples = [doctest.testmod(module, extraglobs=vars(zenodo_sdk)) for module in modules] + [
        doctest.testmod(zenodo_sdk.vocabularies._words)
    ]
    assert sum(result.failed for result in examples) == 0
    assert sum(result.attempted for result in examples) >= 15
