"""Reading a record and writing it back changes nothing, whatever the record holds."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.rdm import without_output_only
from zenodo_sdk import (
    Access,
    AdditionalDescription,
    AdditionalTitle,
    Affiliation,
    Award,
    Contributor,
    Creator,
    DarwinCore,
    Date,
    DomainFields,
    FileOptions,
    Funder,
    Funding,
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
    Thesis,
)
from zenodo_sdk.models.file import read_files
from zenodo_sdk.models.record import DepositionData, RecordData
from zenodo_sdk.vocabularies import DATE_TYPES, RELATIONS, RESOURCE_TYPES, ROLES

Json = Any
Strategy = st.SearchStrategy[Json]

same_every_time = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# ------------------------------------------------------------------------------------------------
# JSON of records: documented shapes, and anything else in their place

words = st.text(alphabet="abcé 中,-/:<>&0", max_size=8)
some_ids = st.sampled_from(["a", "b", "eng", "cc-by-4.0", "01ggx4157", ""])
localized = st.dictionaries(st.sampled_from(["en", "de"]), words, min_size=1, max_size=2)
shown_terms = st.fixed_dictionaries({"id": some_ids, "title": localized})
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | words
junk: Strategy = st.recursive(
    scalars | shown_terms,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "title", "name", "zz"]), inner, max_size=2)
    ),
    max_leaves=4,
)


# of every namespace one, and one that Python could not name
SOME_TEXTS = (
    "ac:digitizationDate",
    "dc:creator",
    "dwc:class",
    "dwc:eventDate",
    "dwc:genus",
    "gbif-dwc:recordedByID",
    "gbif:DNA_sequence",
    "mixs:0000090",
    "openbiodiv:TaxonomicConceptLabel",
    "own:field",
)


class Shapes:
    """Strategies of records; ``wild`` ones hold unknown keys and wrong types at every level."""

    def __init__(self, *, wild: bool) -> None:
        self.wild = wild
        text = self.any(words)
        term = self.object({"id": some_ids}, title=localized, props=st.just({"x": "y"}))
        identifier = self.object(
            {"identifier": words},
            scheme=st.sampled_from(["doi", "orcid", "gnd", "isni", "ror", "url"]),
        )
        identifiers = self.list(identifier)
        affiliation = self.object({}, id=some_ids, name=text, identifiers=identifiers)
        person = self.object(
            {},
            type=st.sampled_from(["personal", "organizational"]),
            name=st.sampled_from(["Okafor, Ada", "Okafor", "CERN", "Ada Okafor", ""]),
            family_name=st.sampled_from(["Okafor", ""]),
            given_name=st.sampled_from(["Ada", ""]),
            identifiers=identifiers,
        )
        creator = self.object(
            {"person_or_org": person}, role=term, affiliations=self.list(affiliation)
        )
        point = st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Point", "MultiPoint"]),
                "coordinates": st.lists(
                    st.integers(-90, 90) | st.floats(-90, 90), min_size=1, max_size=3
                ),
            }
        )
        place = self.object(
            {},
            geometry=self.any(point),
            place=text,
            description=text,
            identifiers=identifiers,
        )
        locations = self.object({"features": self.list(place)})
        award = self.object(
            {},
            id=some_ids,
            number=text,
            title=localized,
            acronym=text,
            program=text,
            identifiers=identifiers,
        )
        funding = self.object({}, funder=self.object({}, id=some_ids, name=text), award=award)
        licence = self.object(
            {}, id=some_ids, title=localized, description=localized, link=text, props=st.just({})
        )
        subject = st.one_of(
            st.fixed_dictionaries({"subject": st.sampled_from(["soil", "ice", ""])}),
            self.object({}, id=some_ids, subject=text, scheme=text, title=localized),
        )
        metadata = self.object(
            {},
            resource_type=term,
            title=text,
            publication_date=text,
            publisher=text,
            description=text,
            copyright=text,
            version=text,
            creators=self.list(creator),
            contributors=self.list(creator),
            additional_titles=self.list(self.object({"title": words}, type=term, lang=term)),
            additional_descriptions=self.list(
                self.object({"description": words}, type=term, lang=term)
            ),
            rights=self.list(licence),
            subjects=st.lists(self.any(subject), max_size=5),
            languages=self.list(term),
            dates=self.list(self.object({"date": words}, type=term, description=text)),
            sizes=self.list(words),
            formats=self.list(words),
            references=self.list(self.object({"reference": words}, identifier=text, scheme=text)),
            locations=locations,
            identifiers=identifiers,
            related_identifiers=self.list(
                self.object(
                    {"identifier": words}, scheme=text, relation_type=term, resource_type=term
                )
            ),
            funding=self.list(funding),
        )
        custom = self.object(
            {},
            **{
                "journal:journal": self.object({}, title=text, issue=text, issn=text),
                "imprint:imprint": self.object({}, title=text, isbn=text, place=text),
                "thesis:thesis": self.object({}, university=text, date_defended=text),
                "meeting:meeting": self.object({}, title=text, identifiers=identifiers),
                "code:codeRepository": text,
                "code:programmingLanguage": self.list(term),
                "code:developmentStatus": term,
                **{key: self.list(words) for key in SOME_TEXTS},
                "dwc:decimalLatitude": self.list(st.floats(-90, 90) | st.integers(-90, 90)),
                "gbif:ampliconSize": self.list(st.integers(0, 900)),
                "obo:RO_0002453": self.list(
                    self.object({}, subject=self.list(words), object=self.list(words))
                ),
            },
        )
        seen = st.sampled_from(["public", "restricted"])
        embargo = self.object({}, active=st.booleans(), until=words, reason=st.none() | words)
        access = self.object({}, record=seen, files=seen, embargo=embargo, status=words)
        files = self.object(
            {"enabled": st.booleans()},
            order=st.lists(words, max_size=2),
            default_preview=st.none() | words,
            count=st.integers(0, 9),
            total_bytes=st.integers(0, 9),
            entries=st.dictionaries(words, st.fixed_dictionaries({"size": st.integers()})),
        )
        doi = self.object(
            {"identifier": words, "provider": st.sampled_from(["datacite", "external"])},
            client=words,
        )
        communities = self.object(
            {},
            ids=self.list(words),
            entries=self.list(self.object({"id": words}, slug=words, metadata=self.object({}))),
        )
        parent = self.object({}, id=words, pids=self.object({}, doi=doi), communities=communities)
        usage = self.object({}, views=st.integers(0, 9), data_volume=st.floats(0, 9))
        self.records = self.object(
            {},
            id=words,
            created=st.sampled_from(["2026-11-22T11:00:15.9+00:00", "2026-11-22", "?"]),
            revision_id=st.integers(0, 9),
            is_published=st.booleans(),
            is_draft=st.booleans(),
            metadata=metadata,
            custom_fields=custom,
            access=access,
            files=files,
            media_files=files,
            pids=self.object({}, doi=doi, oai=doi),
            parent=parent,
            versions=self.object({}, index=st.integers(1, 9), is_latest=st.booleans()),
            links=st.dictionaries(words, words, max_size=2),
            errors=self.list(self.object({}, field=words, messages=self.list(words))),
            stats=self.object({}, this_version=usage, all_versions=usage),
            swh=self.object({}, swhid=words),
            status=words,
        )

    def any(self, good: Strategy) -> Strategy:
        """Something of the right shape; of a wild record, now and then, anything."""
        return st.one_of(good, good, good, junk) if self.wild else good

    def object(self, required: dict[str, Strategy], **optional: Strategy) -> Strategy:
        """An object, of a wild record with keys that nobody knows."""
        if not self.wild:
            return st.fixed_dictionaries(required, optional=optional)
        known = st.fixed_dictionaries(
            {}, optional={name: self.any(good) for name, good in {**required, **optional}.items()}
        )
        unknown = st.dictionaries(st.sampled_from(["zz", "x:new"]), junk, max_size=1)
        return st.builds(lambda one, other: {**one, **other}, known, unknown)

    def list(self, good: Strategy) -> Strategy:
        """A list; of a wild record also of mixed items."""
        return st.lists(self.any(good), max_size=3)


documented = Shapes(wild=False).records
wild = Shapes(wild=True).records


@pytest.mark.parametrize("records", [documented, wild], ids=["documented", "wild"])
def test_a_record_goes_back_as_it_came(records: Strategy) -> None:
    @same_every_time
    @given(records)
    def check(record: Json) -> None:
        untouched = copy.deepcopy(record)
        body = Metadata.from_rdm(record).to_rdm()
        assert record == untouched
        assert body == without_output_only(record)
        assert Metadata.from_rdm(body).to_rdm() == body
        json.dumps(body)

    check()


@pytest.mark.parametrize("records", [documented, wild], ids=["documented", "wild"])
def test_a_copy_of_a_record_is_as_good(records: Strategy) -> None:
    @same_every_time
    @given(records)
    def check(record: Json) -> None:
        metadata = Metadata.from_rdm(record)
        for other in (
            copy.deepcopy(metadata),
            pickle.loads(pickle.dumps(metadata)),
            Metadata.model_validate(metadata.model_dump()),
            Metadata.model_validate_json(metadata.model_dump_json()),
        ):
            assert other == metadata
            assert other.to_rdm() == metadata.to_rdm()

    check()


CHANGES: list[tuple[str, Json, str]] = [
    ("title", "Another title", "metadata.title"),
    ("resource_type", "software", "metadata.resource_type"),
    ("creators", [Creator(name="Roe, Jane")], "metadata.creators"),
    ("contributors", [Contributor(name="Roe, Jane", role="editor")], "metadata.contributors"),
    ("publication_date", dt.date(2026, 11, 22), "metadata.publication_date"),
    ("publisher", "Press", "metadata.publisher"),
    ("description", "<p>More</p>", "metadata.description"),
    (
        "additional_titles",
        [AdditionalTitle(title="Sub", type="subtitle")],
        "metadata.additional_titles",
    ),
    (
        "additional_descriptions",
        [AdditionalDescription(description="How", type="methods")],
        "metadata.additional_descriptions",
    ),
    ("licenses", ["mit"], "metadata.rights"),
    ("copyright", "(c) us", "metadata.copyright"),
    ("keywords", ["moss"], "metadata.subjects"),
    ("subjects", [Subject("s:1")], "metadata.subjects"),
    ("languages", ["de"], "metadata.languages"),
    ("dates", [Date(date="2026", type="valid")], "metadata.dates"),
    ("version", "2.0", "metadata.version"),
    ("sizes", ["3 pages"], "metadata.sizes"),
    ("formats", ["text/csv"], "metadata.formats"),
    ("references", ["Doe 2020"], "metadata.references"),
    ("locations", [Location(place="Bern")], "metadata.locations"),
    ("identifiers", [Identifier("10.1234/x")], "metadata.identifiers"),
    (
        "related_identifiers",
        [RelatedIdentifier(identifier="10.1234/x", relation="cites")],
        "metadata.related_identifiers",
    ),
    ("funding", [Funding(funder=Funder(name="ERC"))], "metadata.funding"),
    ("journal", Journal(title="Nature"), "custom_fields.journal:journal"),
    ("meeting", Meeting(title="EGU"), "custom_fields.meeting:meeting"),
    ("imprint", Imprint(title="Soils"), "custom_fields.imprint:imprint"),
    ("thesis", Thesis(university="X"), "custom_fields.thesis:thesis"),
    (
        "domain",
        DomainFields(dwc=DarwinCore(kingdom=["Fungi"])),
        "custom_fields.dwc:kingdom",
    ),
    ("access", Access.restricted(), "access"),
    ("doi", "10.1234/mine", "pids"),
    ("files", FileOptions(enabled=False), "files"),
    ("media_files", FileOptions(), "media_files"),
]


@same_every_time
@given(wild, st.sampled_from(CHANGES))
def test_a_change_of_one_field_changes_its_key_alone(
    record: Json, change: tuple[str, Json, str]
) -> None:
    field, value, path = change
    metadata = Metadata.from_rdm(record)
    before = metadata.to_rdm()
    setattr(metadata, field, value)
    after = metadata.to_rdm()
    assert _differing(before, after) <= {path}
    assert _at(after, path) is not None


def test_the_changes_cover_every_field() -> None:
    apart = {"software", "custom_fields", "extra"}  # tested below
    assert {field for field, _, _ in CHANGES} == set(Metadata.model_fields) - apart


@same_every_time
@given(wild)
def test_software_and_custom_fields_change_alone(record: Json) -> None:
    metadata = Metadata.from_rdm(record)
    before = metadata.to_rdm()
    metadata.custom_fields["own:other"] = ["Apidae"]
    assert _differing(before, metadata.to_rdm()) == {"custom_fields.own:other"}
    metadata.software = Software(repository="https://example.org/r", status="active")
    changed = _differing(before, metadata.to_rdm()) - {"custom_fields.own:other"}
    assert all(path.startswith("custom_fields.code:") for path in changed)


@same_every_time
@given(wild)
def test_the_json_that_was_read_is_not_shared(record: Json) -> None:
    deposition = DepositionData.from_rdm(record)
    untouched = copy.deepcopy(record)
    _spoil(deposition.metadata.custom_fields)
    _spoil(deposition.metadata.extra)
    for location in deposition.metadata.locations:
        _spoil(location.extra)
    assert deposition.raw == untouched


def _differing(before: Json, after: Json) -> set[str]:
    parts = {*before, *after}
    found = {part for part in parts if before.get(part) != after.get(part)}
    deep = found & {"metadata", "custom_fields"}
    return (found - deep) | {
        f"{part}.{key}"
        for part in deep
        for key in {*before[part], *after[part]}
        if before[part].get(key) != after[part].get(key)
    }


def _at(body: Json, path: str) -> Json:
    part, _, key = path.partition(".")
    return body.get(part, {}).get(key) if key else body.get(part)


def _spoil(value: Json) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _spoil(item)
        value["spoiled"] = True
    elif isinstance(value, list):
        for item in value:
            _spoil(item)
        value.append("spoiled")


# ------------------------------------------------------------------------------------------------
# whole answers


@same_every_time
@given(documented | wild | st.dictionaries(words, junk, max_size=4))
def test_no_answer_is_refused(answer: Json) -> None:
    deposition, record = DepositionData.from_rdm(answer), RecordData.from_rdm(answer)
    assert deposition.raw == record.raw == answer
    assert isinstance(deposition.id, str)
    assert deposition.state in ("draft", "published", "editing")
    assert deposition.metadata == record.metadata
    assert deposition.file_entries == read_files(answer)
    assert repr(deposition)
    texts = (deposition.url, deposition.record_url, deposition.title, deposition.access_status)
    assert all(text is None or isinstance(text, str) for text in texts)


# ------------------------------------------------------------------------------------------------
# metadata that a caller makes

titles = st.text(alphabet="abcé中", min_size=3, max_size=6)
names = st.text(alphabet="abcé中", min_size=1, max_size=6)
days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
orcids = st.sampled_from([None, "0000-0002-1825-0097", "0000-0002-1694-233X"])
dois = names.map(lambda name: f"10.1234/{name}")
rors = st.sampled_from(["01ggx4157", "00k4n6c32"])
made_identifiers = st.builds(Identifier, identifier=dois)
made_affiliations = st.lists(
    st.builds(Affiliation, name=names) | st.builds(Affiliation, ror=rors) | names,
    max_size=2,
    unique_by=lambda one: one if isinstance(one, str) else one.ror or one.name,
)
made_people = {
    "orcid": orcids,
    "gnd": st.sampled_from([None, "4079154-3"]),
    "identifiers": st.lists(st.just(Identifier("123", "edmo")), max_size=1),
    "affiliations": made_affiliations,
}
made_creators = st.builds(
    Creator,
    family_name=names,
    given_name=st.none() | names,
    role=st.sampled_from(ROLES),
    **made_people,
) | st.builds(Creator.organization, names, ror=st.none() | rors)
made = st.builds(
    Metadata,
    title=st.none() | titles,
    resource_type=st.none() | st.sampled_from(RESOURCE_TYPES),
    creators=st.lists(made_creators, max_size=2),
    contributors=st.lists(
        st.builds(Contributor, family_name=names, role=st.sampled_from(ROLES), **made_people),
        max_size=2,
    ),
    publication_date=days,
    keywords=st.lists(names, max_size=3),
    subjects=st.lists(st.just(Subject("http://id.nlm.nih.gov/mesh/D1")), max_size=2),
    licenses=st.lists(
        st.sampled_from(["cc-by-4.0", "GPL-3.0"])
        | st.builds(License.custom, names, link=st.just("https://example.org/l")),
        max_size=2,
    ),
    languages=st.lists(st.sampled_from(["en", "deu"]), max_size=2),
    dates=st.lists(st.builds(Date, date=days, type=st.sampled_from(DATE_TYPES)), max_size=2),
    references=st.lists(names | st.builds(Reference, reference=names, identifier=dois), max_size=2),
    locations=st.lists(
        st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-90, 90), place=names)
        | st.just(Location.points([(1, 2), (3, 4)])),
        max_size=2,
    ),
    identifiers=st.lists(made_identifiers, max_size=2, unique_by=lambda one: one.identifier),
    related_identifiers=st.lists(
        st.builds(RelatedIdentifier, identifier=dois, relation=st.sampled_from(RELATIONS)),
        max_size=2,
    ),
    funding=st.lists(
        st.builds(
            Funding,
            funder=st.builds(Funder, id=rors) | st.builds(Funder, name=names),
            award=st.none()
            | st.just(Award(id="00k4n6c32::101017452"))
            | st.builds(Award, number=names, title=names),
        ),
        max_size=2,
    ),
    journal=st.none() | st.builds(Journal, title=names, issue=st.none() | names),
    meeting=st.none()
    | st.builds(
        Meeting,
        title=names,
        identifiers=st.lists(made_identifiers, max_size=2, unique_by=lambda one: one.identifier),
    ),
    software=st.none() | st.just(Software("https://example.org/r", languages=["python"])),
    domain=st.none()
    | st.builds(
        lambda genera, days: DomainFields(dwc=DarwinCore(genus=genera, event_date=days)),
        st.lists(names, min_size=1),
        st.lists(days),
    ),
    access=st.none()
    | st.builds(Access.restricted)
    | st.builds(Access.embargoed, st.just("9999-01-31"), reason=st.none() | names),
    doi=st.none() | dois,
    files=st.none() | st.builds(FileOptions, enabled=st.booleans(), order=st.lists(names)),
)


@same_every_time
@given(made)
def test_what_a_caller_made_is_read_back_equal(metadata: Metadata) -> None:
    assert Metadata.from_rdm(metadata.to_rdm()) == metadata


@same_every_time
@given(made)
def test_what_a_caller_made_survives_pydantic_json(metadata: Metadata) -> None:
    assert Metadata.model_validate_json(metadata.model_dump_json()) == metadata
