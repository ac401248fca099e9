"""Creators and contributors: short to write, strict, and the server's form."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from zenodo_sdk import Affiliation, Contributor, Creator, Identifier, Term

ADA = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Okafor, Ada", "Okafor", "Ada"),
        ("Okafor,Ada", "Okafor", "Ada"),
        (" Okafor ,  Ada B. ", "Okafor", "Ada B."),
        ("Ada Okafor", "Ada Okafor", None),
        ("Okafor,", "Okafor", None),
        ("Okafor, Ada, PhD", "Okafor, Ada, PhD", None),
    ],
)
def test_a_name_is_split_at_its_only_comma(name: str, family: str, given: str | None) -> None:
    creator = Creator(name=name)
    assert (creator.type, creator.family_name, creator.given_name) == ("personal", family, given)
    assert creator == Creator(family_name=family, given_name=given)


def test_a_name_can_be_assigned() -> None:
    creator = Creator(name="Okafor, Ada")
    creator.name = "Roe, Jane"
    assert (creator.family_name, creator.given_name, creator.name) == ("Roe", "Jane", "Roe, Jane")
    creator.name = "Roe"
    assert creator.given_name is None
    lab = Creator.organization("Lab")
    lab.name = "Lab, new"
    assert lab.to_rdm() == {"person_or_org": {"type": "organizational", "name": "Lab, new"}}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Creator.organization("CERN", ror="01ggx4157"),
        lambda: Creator(name="CERN", type="organizational", ror="01ggx4157"),
        lambda: Creator(organization_name="CERN", ror="01ggx4157"),
    ],
)
def test_an_organisation(make: Any) -> None:
    creator = make()
    assert creator.name == "CERN"
    assert creator.to_rdm() == {
        "person_or_org": {
            "type": "organizational",
            "name": "CERN",
            "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}],
        }
    }


def test_an_organisation_keeps_its_commas() -> None:
    creator = Creator.organization("Institute of Ice, Bern")
    assert (creator.organization_name, creator.family_name) == ("Institute of Ice, Bern", None)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"affiliation": "Uni X"}, ["Uni X"]),
        ({"affiliation": Affiliation(name="Uni X")}, ["Uni X"]),
        ({"affiliations": ["Uni X", Affiliation(name="Uni Y")]}, ["Uni X", "Uni Y"]),
        ({"affiliation": "Uni X", "affiliations": ["Uni Y"]}, ["Uni X", "Uni Y"]),
        ({"affiliation": "Uni X", "affiliations": None}, ["Uni X"]),
        ({"affiliations": ("Uni X",)}, ["Uni X"]),
    ],
)
def test_affiliations(given: dict[str, Any], names: list[str]) -> None:
    assert [one.name for one in Creator(name="Okafor", **given).affiliations] == names


@pytest.mark.parametrize("more", [{}, {"affiliation": "Uni X"}])
def test_one_text_is_no_list_of_affiliations(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="affiliations"):
        Creator(name="Okafor", affiliations="Uni Y", **more)


def test_a_ror_id_stands_alone() -> None:
    affiliation = Affiliation(ror="https://ror.org/01GGX4157", name="CERN")
    assert affiliation.ror == "01ggx4157"
    assert affiliation.to_rdm() == {"id": "01ggx4157"}


@pytest.mark.parametrize("orcid", [ADA, f"https://orcid.org/{ADA}", f" {ADA} "])
def test_spellings_of_an_orcid(orcid: str) -> None:
    assert Creator(name="Okafor, Ada", orcid=orcid).orcid == ADA


def test_a_wrong_orcid_is_refused_when_made_and_when_assigned() -> None:
    with pytest.raises(ValidationError, match="is no valid ORCID"):
        Creator(name="Okafor", orcid="0000-0002-1825-0098")
    creator = Creator(name="Okafor", orcid=ADA)
    with pytest.raises(ValidationError, match="is no valid ORCID"):
        creator.orcid = "Ada"
    assert creator.orcid == ADA


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": ""},
        {"name": " , Ada"},
        {"name": None},
        {"name": 5},
        {"given_name": "Ada"},
        {"type": "organizational"},
        {"type": "organizational", "family_name": "Okafor"},
        {"type": "personal", "organization_name": "CERN"},
    ],
)
def test_nobody_is_without_a_name(given: dict[str, Any]) -> None:
    with pytest.raises(
        ValidationError, match=r"needs a(n?) (family )?name|text is wanted|has no family"
    ):
        Creator(**given)


@pytest.mark.parametrize(
    "part", [{"family_name": "Roe"}, {"given_name": "Jane"}, {"organization_name": "CERN"}]
)
def test_two_names_are_one_too_many(part: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="not both"):
        Creator(name="Okafor, Ada", **part)


def test_a_contributor_says_what_they_did() -> None:
    assert Contributor(name="Lee, Bo", role="Editor").role == "editor"
    given: dict[str, Any] = {"name": "Lee, Bo"}
    for bad in (given, {**given, "role": None}):
        with pytest.raises(ValidationError, match="role"):
            Contributor(**bad)
    with pytest.raises(ValidationError, match="role"):
        Contributor.organization("CERN")
    assert Contributor.organization("CERN", role="sponsor").role == "sponsor"


def test_an_assignment_touches_nothing_else() -> None:
    creator = Creator.from_rdm({"person_or_org": {"type": "personal", "given_name": "Ada"}})
    creator.role = "editor"
    assert creator.to_rdm()["person_or_org"] == {"type": "personal", "given_name": "Ada"}


def test_roles_are_checked() -> None:
    with pytest.raises(ValidationError, match=r"'data collector' .* Did you mean 'datacollector'"):
        Creator(name="Lee, Bo", role="data collector")
    assert Creator(name="Lee, Bo", role=Term("muse")).role == "muse"


def test_the_servers_form() -> None:
    creator = Creator(
        name="Okafor, Ada",
        orcid=ADA,
        gnd="gnd:4079154-3",
        isni="0000 0001 2103 2683",
        identifiers=[Identifier(identifier="123", scheme="edmo")],
        affiliation=Affiliation(ror="01ggx4157"),
        role="datamanager",
    )
    assert creator.to_rdm() == {
        "person_or_org": {
            "type": "personal",
            "name": "Okafor, Ada",
            "family_name": "Okafor",
            "given_name": "Ada",
            "identifiers": [
                {"scheme": "orcid", "identifier": ADA},
                {"scheme": "gnd", "identifier": "gnd:4079154-3"},
                {"scheme": "isni", "identifier": "0000 0001 2103 2683"},
                {"scheme": "edmo", "identifier": "edmo:123"},
            ],
        },
        "affiliations": [{"id": "01ggx4157"}],
        "role": {"id": "datamanager"},
    }
    assert Creator.from_rdm(creator.to_rdm()) == creator


def test_identifiers_keep_the_order_in_which_they_came() -> None:
    entries: list[Any] = [
        {"scheme": "gnd", "identifier": "1"},
        {"scheme": "edmo", "identifier": "2"},
        {"scheme": "orcid", "identifier": ADA},
        {"scheme": "edmo", "identifier": "2"},
        {"scheme": "gnd", "identifier": "1", "new": True},
    ]
    creator = Creator.from_rdm({"person_or_org": {"family_name": "O", "identifiers": entries}})
    assert (creator.orcid, creator.gnd) == (ADA, "1")
    assert _identifiers(creator) == entries
    creator.isni = "0000000121032683"
    creator.gnd = None
    left = [entries[1], entries[2], entries[3], entries[4]]
    assert _identifiers(creator) == [*left, {"scheme": "isni", "identifier": "0000000121032683"}]


def _identifiers(creator: Creator) -> Any:
    person: Any = creator.to_rdm()["person_or_org"]
    return person["identifiers"]


@pytest.mark.parametrize(
    "person",
    [
        {"type": "personal", "name": "Okafor, Ada", "family_name": "Okafor", "given_name": "Ada"},
        {"type": "personal", "name": "Ada O.", "family_name": "Okafor"},
        {"type": "personal", "family_name": "Okafor", "identifiers": [{"identifier": "bad"}]},
        {"type": "personal", "name": ""},
        {"type": "personal", "name": None},
        {"type": "robot", "name": "R2"},
        {"name": "Nobody"},
        {"type": "organizational", "name": "CERN", "family_name": "kept"},
        {"type": "organizational"},
    ],
)
def test_what_a_draft_holds_goes_back(person: dict[str, Any]) -> None:
    assert Creator.from_rdm({"person_or_org": person}).to_rdm() == {"person_or_org": person}
