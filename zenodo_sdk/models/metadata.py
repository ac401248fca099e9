"""What a record says about itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Self, cast

from pydantic import Field, JsonValue, PrivateAttr, field_validator

from ..types import JsonObject
from ..vocabularies import ResourceType, Term
from ._base import (
    Model,
    Unreadable,
    Wire,
    as_object,
    as_term,
    as_text,
    each_written,
    in_order,
    name_of,
    term,
    undisplayed,
    written,
)
from ._values import AtLeastThree, EdtfDate, LanguageCode, ResourceTypeId
from .descriptive import AdditionalDescription, AdditionalTitle, Date, Location, Subject
from .funding import Funding
from .identifiers import Identifier, Reference, RelatedIdentifier
from .people import Contributor, Creator
from .publication import Imprint, Journal, Meeting, Software, Thesis
from .rights import Access, License

# what a record's metadata is made of; the rest is the server's
_PARTS = ("metadata", "custom_fields", "access", "pids", "files", "media_files")


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


class FileOptions(Model):
    """Whether a record has files, and how its page shows them.

    Args:
        enabled: False makes a metadata-only record, where the repository allows it (Zenodo
            does not).
        default_preview: Name of the file that the page shows first.
        order: File names in the order of the page.
    """

    enabled: bool = True
    """Whether the record has files."""
    default_preview: str | None = None
    """Name of the file that the page shows first."""
    order: list[str] = []
    """File names in the order of the page."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        enabled = wire.flag("enabled")
        if enabled is None:
            raise Unreadable
        wire.drop("count", "total_bytes", "entries", "links")
        return cls.model_construct(
            enabled=enabled,
            default_preview=wire.text("default_preview"),
            order=wire.each("order", as_text),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return {
            **written(self.extra, default_preview=self.default_preview, order=list(self.order)),
            "enabled": self.enabled,
        }


class Metadata(Model):
    """Everything that a caller can say about a record: one model for drafts and publications.

    Everything is optional here, because drafts may be incomplete; what is missing stops
    ``publish()``. A record's own DOI is not part of it: ``doi`` is only ever an external DOI of
    yours, so the metadata of one record can be given to another.

    Args:
        title: At least 3 characters.
        resource_type: ``"dataset"``, ``"software"``, ``"publication-article"``, …
        creators: Who made it; at least one is needed to publish.
        contributors: Who helped.
        publication_date: EDTF level 0 text or a date; today (UTC) when left out.
        publisher: ``"Zenodo"`` on Zenodo when left out; needed elsewhere.
        description: HTML; the server keeps a safe part of it.
        additional_titles: Subtitles and translations.
        additional_descriptions: Notes, methods and the like.
        licenses: Licence ids (``"cc-by-4.0"``) or :class:`License` objects.
        copyright: Copyright statement.
        keywords: Free words.
        subjects: Subjects from controlled vocabularies.
        languages: ISO 639-3 (``"eng"``); ``"en"`` is accepted.
        dates: Further dates.
        version: Version label, such as ``"1.2.0"``.
        sizes: Sizes in free text.
        formats: Formats in free text.
        references: Reference list.
        locations: Places.
        identifiers: Other identifiers of this same work.
        related_identifiers: Other works and how this one stands to them.
        funding: Who paid.
        journal: Where it was published.
        meeting: Where it was presented.
        imprint: The book that it is part of.
        thesis: The thesis that it is.
        software: Where its code lives.
        custom_fields: Other custom fields by their full name.
        access: Who may read it; None leaves that as it is (a new deposition is open).
        doi: Your own DOI from elsewhere, if the work has one.
        files: Whether there are files; None leaves that as it is.
        media_files: The same for the hidden files that some repositories keep.

    Raises:
        pydantic.ValidationError: Something is wrong; every problem is listed, by path.

    Example:
        >>> metadata = Metadata(
        ...     title="Soil moisture grid 2025",
        ...     resource_type="dataset",
        ...     creators=[Creator(name="Okafor, Ada", orcid="0000-0002-1825-0097")],
        ...     licenses=["cc-by-4.0"],
        ...     keywords=["soil"],
        ... )
        >>> metadata.licenses[0].id
        'cc-by-4.0'
    """

    title: AtLeastThree | None = None
    """Title."""
    resource_type: ResourceTypeId | None = None
    """Id of the resource type."""
    creators: list[Creator] = []
    """Who made it."""
    contributors: list[Contributor] = []
    """Who helped."""
    publication_date: EdtfDate | None = Field(default_factory=_today)
    """EDTF text; a server's answer is never given a default."""
    publisher: str | None = None
    """Publisher."""
    description: AtLeastThree | None = None
    """HTML."""
    additional_titles: list[AdditionalTitle] = []
    """Subtitles and translations."""
    additional_descriptions: list[AdditionalDescription] = []
    """Notes, methods and the like."""
    licenses: list[License] = []
    """Licences."""
    copyright: str | None = None
    """Copyright statement."""
    keywords: list[str] = []
    """Free words."""
    subjects: list[Subject] = []
    """Subjects from controlled vocabularies."""
    languages: list[LanguageCode] = []
    """ISO 639-3 codes."""
    dates: list[Date] = []
    """Further dates."""
    version: str | None = Field(default=None, max_length=191)
    """Version label."""
    sizes: list[str] = []
    """Sizes in free text."""
    formats: list[str] = []
    """Formats in free text."""
    references: list[Reference] = []
    """Reference list."""
    locations: list[Location] = []
    """Places."""
    identifiers: list[Identifier] = []
    """Other identifiers of this same work."""
    related_identifiers: list[RelatedIdentifier] = []
    """Other works."""
    funding: list[Funding] = []
    """Who paid."""
    journal: Journal | None = None
    """Where it was published."""
    meeting: Meeting | None = None
    """Where it was presented."""
    imprint: Imprint | None = None
    """The book that it is part of."""
    thesis: Thesis | None = None
    """The thesis that it is."""
    software: Software | None = None
    """Where its code lives."""
    custom_fields: dict[str, JsonValue] = {}
    """Other custom fields by their full name."""
    access: Access | None = None
    """Who may read it; None leaves that as it is."""
    doi: str | None = None
    """An external DOI of your own."""
    files: FileOptions | None = None
    """Whether there are files; None leaves that as it is."""
    media_files: FileOptions | None = None
    """Whether there are hidden files; None leaves that as it is."""

    _subject_order: tuple[str, ...] = PrivateAttr(default=())

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            title: str | None = None,
            resource_type: ResourceType | str | Term | None = None,
            creators: Sequence[Creator] = (),
            contributors: Sequence[Contributor] = (),
            publication_date: str | dt.date | None = ...,
            publisher: str | None = None,
            description: str | None = None,
            additional_titles: Sequence[AdditionalTitle] = (),
            additional_descriptions: Sequence[AdditionalDescription] = (),
            licenses: Sequence[str | License] = (),
            copyright: str | None = None,
            keywords: Sequence[str] = (),
            subjects: Sequence[Subject] = (),
            languages: Sequence[str] = (),
            dates: Sequence[Date] = (),
            version: str | None = None,
            sizes: Sequence[str] = (),
            formats: Sequence[str] = (),
            references: Sequence[str | Reference] = (),
            locations: Sequence[Location] = (),
            identifiers: Sequence[Identifier] = (),
            related_identifiers: Sequence[RelatedIdentifier] = (),
            funding: Sequence[Funding] = (),
            journal: Journal | None = None,
            meeting: Meeting | None = None,
            imprint: Imprint | None = None,
            thesis: Thesis | None = None,
            software: Software | None = None,
            custom_fields: Mapping[str, JsonValue] = ...,
            access: Access | None = None,
            doi: str | None = None,
            files: FileOptions | None = None,
            media_files: FileOptions | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @field_validator("licenses", mode="before")
    @classmethod
    def _licences_by_id(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        items = cast("Sequence[Any]", value)
        return [{"id": item} if isinstance(item, str) else item for item in items]

    @field_validator("references", mode="before")
    @classmethod
    def _references_as_printed(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        items = cast("Sequence[Any]", value)
        return [{"reference": item} if isinstance(item, str) else item for item in items]

    @classmethod
    def from_rdm(cls, record: Mapping[str, JsonValue]) -> Self:
        """Read the metadata out of a record or draft as InvenioRDM sends it.

        Nothing is refused and nothing is lost: what does not have the expected shape is kept
        in ``extra`` and goes back as it came.

        Args:
            record: The JSON of a record or draft (``application/vnd.inveniordm.v1+json``).

        Example:
            >>> Metadata.from_rdm({"metadata": {"title": "Soil grid"}}).title
            'Soil grid'
        """
        # a copy, so that changing a nested value here does not change the JSON that was read
        document = Wire({part: deepcopy(record[part]) for part in _PARTS if part in record})
        wire = document.one("metadata", Wire) or Wire({})
        custom = document.one("custom_fields", Wire) or Wire({})
        entries = wire.each("subjects", as_object)
        keywords = [word for entry in entries if (word := _free_word(entry)) is not None]
        subjects = [Subject.from_rdm(entry) for entry in entries if _free_word(entry) is None]
        metadata = cls.model_construct(
            title=wire.text("title"),
            resource_type=wire.term("resource_type"),
            creators=wire.each("creators", Creator.from_rdm),
            contributors=wire.each("contributors", Contributor.from_rdm),
            publication_date=wire.text("publication_date"),
            publisher=wire.text("publisher"),
            description=wire.text("description"),
            additional_titles=wire.each("additional_titles", AdditionalTitle.from_rdm),
            additional_descriptions=wire.each(
                "additional_descriptions", AdditionalDescription.from_rdm
            ),
            licenses=wire.each("rights", License.from_rdm),
            copyright=wire.text("copyright"),
            keywords=keywords,
            subjects=subjects,
            languages=wire.each("languages", as_term),
            dates=wire.each("dates", Date.from_rdm),
            version=wire.text("version"),
            sizes=wire.each("sizes", as_text),
            formats=wire.each("formats", as_text),
            references=wire.each("references", Reference.from_rdm),
            locations=wire.one("locations", _features) or [],
            identifiers=wire.each("identifiers", Identifier.from_rdm),
            related_identifiers=wire.each("related_identifiers", RelatedIdentifier.from_rdm),
            funding=wire.each("funding", Funding.from_rdm),
            journal=custom.one("journal:journal", Journal.from_rdm),
            meeting=custom.one("meeting:meeting", Meeting.from_rdm),
            imprint=custom.one("imprint:imprint", Imprint.from_rdm),
            thesis=custom.one("thesis:thesis", Thesis.from_rdm),
            software=Software.take_from(custom),
            custom_fields=custom.rest,
            access=document.one("access", Access.from_rdm),
            doi=document.one("pids", external_doi),
            files=document.one("files", FileOptions.from_rdm),
            media_files=document.one("media_files", FileOptions.from_rdm),
            extra={key: undisplayed(value) for key, value in wire.rest.items()},
        )
        came = tuple(name_of(Subject.from_rdm(entry).to_rdm()) for entry in entries)
        if came != tuple(key for key, _ in metadata._subjects()):
            metadata._subject_order = came
        return metadata

    def to_rdm(self) -> JsonObject:
        """Write the body that creates or replaces a draft.

        Returns:
            The RDM JSON, without anything that is output only. ``pids`` is there only for an
            external DOI: left out, a reserved DOI stays reserved.
        """
        metadata = written(
            self.extra,
            title=self.title,
            resource_type=term(self.resource_type),
            creators=each_written("metadata.creators", self.creators),
            contributors=each_written("metadata.contributors", self.contributors),
            publication_date=self.publication_date,
            publisher=self.publisher,
            description=self.description,
            additional_titles=each_written("metadata.additional_titles", self.additional_titles),
            additional_descriptions=each_written(
                "metadata.additional_descriptions", self.additional_descriptions
            ),
            rights=each_written("metadata.licenses", self.licenses),
            copyright=self.copyright,
            subjects=list(in_order(self._subjects(), self._subject_order)),
            languages=[term(language) for language in self.languages],
            dates=each_written("metadata.dates", self.dates),
            version=self.version,
            sizes=list(self.sizes),
            formats=list(self.formats),
            references=each_written("metadata.references", self.references),
            locations={"features": each_written("metadata.locations", self.locations)}
            if self.locations
            else None,
            identifiers=each_written("metadata.identifiers", self.identifiers),
            related_identifiers=each_written(
                "metadata.related_identifiers", self.related_identifiers
            ),
            funding=each_written("metadata.funding", self.funding),
        )
        custom_fields = written(
            self.custom_fields,
            **{
                "journal:journal": self.journal and self.journal.to_rdm(),
                "meeting:meeting": self.meeting and self.meeting.to_rdm(),
                "imprint:imprint": self.imprint and self.imprint.to_rdm(),
                "thesis:thesis": self.thesis and self.thesis.to_rdm(),
                **(self.software.to_rdm() if self.software else {}),
            },
        )
        body: JsonObject = {"metadata": metadata, "custom_fields": custom_fields}
        if self.access is not None and (access := self.access.to_rdm()):
            body["access"] = access
        if self.files is not None:
            body["files"] = self.files.to_rdm()
        if self.media_files is not None:
            body["media_files"] = self.media_files.to_rdm()
        if self.doi is not None:
            # `client` beside an external DOI makes the server fail
            body["pids"] = {"doi": {"identifier": self.doi, "provider": "external"}}
        return body

    def _subjects(self) -> list[tuple[str, JsonObject]]:
        words: list[JsonObject] = [{"subject": word} for word in self.keywords]
        entries = [*(subject.to_rdm() for subject in self.subjects), *words]
        return [(name_of(entry), entry) for entry in entries]


def external_doi(pids: JsonValue) -> str | None:
    """Tell the DOI that the user brought, if the record has one of these."""
    match pids:
        case {"doi": {"provider": "external", "identifier": str() as doi}}:
            return doi
        case _:
            return None


def _free_word(entry: JsonObject) -> str | None:
    match entry:
        case {"subject": str() as word, **rest} if not rest:
            return word
        case _:
            return None


def _features(value: JsonValue) -> list[Location]:
    wire = Wire(value)
    places = wire.each("features", Location.from_rdm)
    if wire.rest:
        raise Unreadable
    return places
