"""Problems of objects are told in the words of Python, and say what to write."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from zenodo_sdk import (
    Access,
    AdditionalTitle,
    Affiliation,
    Award,
    Contributor,
    Creator,
    Date,
    Embargo,
    FileOptions,
    Funder,
    Funding,
    Identifier,
    Imprint,
    Journal,
    License,
    Location,
    Metadata,
    RelatedIdentifier,
    Subject,
    check,
)


def refusal(make: Callable[[], object]) -> str:
    """What the constructor says."""
    with pytest.raises(ValidationError) as caught:
        make()
    (error,) = caught.value.errors()
    return error["msg"]


@pytest.mark.parametrize(
    ("make", "fix"),
    [
        (lambda: Contributor("Lee, Bo"), 'role="datacollector"'),
        (lambda: Creator(), 'Creator("Okafor, Ada")'),
        (lambda: Contributor(role="editor"), 'Contributor("Okafor, Ada")'),
        (lambda: Creator.organization(""), 'Creator.organization("…")'),
        (lambda: Affiliation(), 'Affiliation("University of Lagos")'),
        (lambda: Affiliation(ror="x"), "Write ror as '01ggx4157'"),
        (lambda: License(), 'License("cc-by-4.0")'),
        (lambda: License(title={"de": "Lizenz"}), "plain text, in English"),
        (lambda: Subject(), "Leave it out"),
        (lambda: Date("2026"), 'type="collected"'),
        (lambda: AdditionalTitle("Soils"), 'type="subtitle"'),
        (lambda: RelatedIdentifier("10.1234/x"), 'relation="isSupplementTo"'),
        (lambda: Funding(), 'funder=Funder(name="Soil Fund")'),
        (lambda: Funding(funder=Funder(name="A"), award=Award()), "Award(id="),
        (lambda: Location(), "lat and lon"),
        (lambda: Location.points([(1, 2)]), "Location(lat=…, lon=…)"),
        (lambda: Embargo(active=False, until="2999-01-01"), "active=True"),
        (lambda: Metadata(doi="soil"), 'doi="10.1234/abc"'),
        (lambda: Metadata(keywords=[""]), "The keyword is empty. Leave it out."),
    ],
)
def test_a_constructor_says_what_to_write_in_python(make: Callable[[], object], fix: str) -> None:
    said = refusal(make)
    assert fix in said
    assert '{"' not in said
    assert '": ' not in said
    assert "your uploads fails" not in said  # nothing is there yet that could break it


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Creator("A, B", orcid="0000-0002-1825-0098"), "last digit would be 7"),
        (
            lambda: Creator("A, B", orcid="https://orcid.org/0000-0002-1825-0098"),
            "last digit would be 7",
        ),
        (lambda: Imprint("Soils", isbn="978-3-16-148410-1"), "last digit would be 0"),
        (lambda: Journal("Soils", issn="1562-6864"), "last digit would be 5"),
        (lambda: Journal("Soils", issn="ISSN 1562-6865"), "Write '1562-6865'."),
        (lambda: RelatedIdentifier("978-3-16-148410-1", "cites"), "last digit would then be 0"),
        (lambda: RelatedIdentifier("10.1/x", "cites", scheme="url"), "'10.1/x'"),
        (lambda: RelatedIdentifier("10.1234/x", "cites", scheme="url"), "looks like scheme 'doi'"),
        (lambda: Identifier("swh:1:dir:" + "d1" * 20), "https://archive.softwareheritage.org/swh"),
        (lambda: Identifier("soil", "soils"), "'soils' is no scheme"),
    ],
)
def test_an_identifier_that_is_none_is_told_why(make: Callable[[], object], why: str) -> None:
    assert why in refusal(make)


def fixes(metadata: Metadata) -> Mapping[str, str]:
    return {problem.path: problem.fix for problem in metadata.problems()}


def test_what_publication_needs_is_told_in_python() -> None:
    metadata = Metadata(publication_date=None)
    assert fixes(metadata) == {
        "metadata.title": 'Add title="…", of at least 3 characters.',
        "metadata.resource_type": 'Say what it is: resource_type="dataset", or another.',
        "metadata.creators": 'Name at least one: creators=[Creator("Okafor, Ada")].',
        "metadata.publication_date": (
            'Add publication_date="2026-11-22", the day of first publication.'
        ),
        "metadata.publisher": "",
    }
    assert metadata.problems() == check(metadata)


def test_a_name_is_split_as_the_constructor_takes_it() -> None:
    metadata = Metadata(
        creators=[Creator("Ada Okafor")], contributors=[Contributor("Bo Lee", role="editor")]
    )
    found = fixes(metadata)
    assert found["metadata.creators[0].family_name"] == (
        'Write Creator(family_name="Okafor", given_name="Ada") or Creator(family_name="Ada", '
        'given_name="Okafor"); or Creator.organization("…").'
    )
    assert 'Contributor(family_name="Lee"' in found["metadata.contributors[0].family_name"]


def test_what_zenodo_forbids_is_told_in_python() -> None:
    found = fixes(
        Metadata(
            access=Access(record="restricted"),
            media_files=FileOptions(enabled=True),
            doi="10.5281/zenodo.12",
        )
    )
    assert "Access.restricted()" in found["metadata.access.record"]
    assert 'doi="10.1234/abc"' in found["metadata.doi"]
    assert "Leave media_files out." in found.values()


RECORD: dict[str, Any] = {
    "metadata": {
        "resource_type": None,
        "creators": [
            {"person_or_org": {"type": "organizational"}},
            {"person_or_org": {"family_name": "Okafor"}},
        ],
        "contributors": [{"person_or_org": {"type": "personal", "family_name": "X"}, "role": {}}],
        "rights": [{"title": {"de": "Lizenz"}}, {}],
        "subjects": [{"subject": "soil"}, {"subject": ""}],
        "related_identifiers": [{"identifier": "10.1234/x"}],
        "funding": [{"award": {"number": "1"}}],
        "locations": {"features": [{}]},
        "references": [{"identifier": "0000-0002-1825-0098"}],
    },
    "access": {"embargo": {"active": True}},
}


def test_a_draft_that_was_read_is_told_of_in_python_too() -> None:
    problems = Metadata.from_rdm(RECORD).problems()
    said = {problem.path: f"{problem.message} {problem.fix}" for problem in problems}
    assert said["metadata.keywords[1]"] == "The keyword is empty. Leave it out."
    assert said["metadata.contributors[0].role"].endswith(
        'Add role="datacollector", or another role.'
    )
    assert "resource_type=" in said["metadata.resource_type"]
    assert "License(" in said["metadata.licenses[1]"]
    assert 'type="personal"' in said["metadata.creators[1].type"]
    assert [text for text in said.values() if '{"' in text or "person_or_org" in text] == []


@pytest.mark.parametrize(
    ("make", "place", "text"),
    [
        (lambda: Metadata(creators=["Okafor, Ada"]), ("creators", 0), "Creator('Okafor, Ada')"),
        (lambda: Metadata(creators=Creator("Okafor, Ada")), ("creators",), "[Creator(…)]"),
        (lambda: Metadata(keywords="soil"), ("keywords",), "['soil']"),
        (lambda: Metadata(version=1.5), ("version",), "'1.5'"),
        (lambda: Metadata(journal="Nature"), ("journal",), "Journal(…)"),
        (lambda: Location(lat="north", lon=0), ("lat",), "'north'"),
    ],
)
def test_a_value_of_another_type_is_answered_with_what_to_write(
    make: Callable[[], object], place: tuple[object, ...], text: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    [found] = [one for one in caught.value.errors() if one["type"] == "wrong-type"]
    assert found["loc"] == place
    assert text in found["msg"]


def test_a_short_name_that_stands_for_no_funder() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'nsf'.*give the ROR id"):
        Funding.of("nsff", "1565068")


def test_what_a_file_cannot_hold_is_told() -> None:
    metadata = Metadata(title="Soil grid", creators=[Creator("Okafor, Ada", role="researcher")])
    told = metadata.export_problems("zenodo_json")
    assert (told[0].path, told[0].severity) == ("metadata.creators[0].role", "warning")
    assert Metadata(title="Soil grid", keywords=["soil"]).export_problems("codemeta") == []


def test_a_thing_found_twice_is_told_once() -> None:
    metadata = Metadata.from_rdm({"access": {"embargo": {"until": "2999-01-01"}}})
    told = [(one.path, one.code) for one in metadata.problems()]
    assert len(told) == len(set(told))


def test_copies_keep_what_was_imported_beside_the_metadata() -> None:
    found = Metadata.from_zenodo_json(
        {"title": "Soil grid", "communities": [{"identifier": "soil"}], "nonsense": 1}
    )
    for copied in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert copied == found
        assert copied.communities == ("soil",)
        assert copied.import_problems == found.import_problems != ()
