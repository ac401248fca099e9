"""What a record says about itself."""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from pydantic import Field, JsonValue, PrivateAttr, field_validator

from ..errors import Problem
from ..types import JsonObject
from ..vocabularies import ResourceType, Term
from . import _metadata_rdm
from ._part import Part
from ._strict import signed
from ._values import (
    DateText,
    Word,
    as_date,
    as_identifier,
    as_language,
    as_word,
)
from .descriptive import AdditionalDescription, AdditionalTitle, Date, Subject
from .domain import DomainFields
from .file_options import FileOptions
from .funding import Funding
from .identifiers import Identifier, Reference, RelatedIdentifier, placed
from .people import Contributor, Creator
from .places import Location
from .publication import Imprint, Journal, Meeting, Software, Thesis
from .rights import Access, License

if TYPE_CHECKING:
    from .imported import ImportedMetadata, Source


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


class Metadata(Part):
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
        domain: Zenodo's fields for biology and media.
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

    _depth = 1
    _may_lack = frozenset(
        ("title", "resource_type", "creators", "publication_date", "publisher", "files")
    )
    _spellings = {
        "resource_type": as_word,
        "publication_date": as_date,
        "languages": as_language,
        "doi": as_identifier("doi"),
    }

    title: str | None = None
    """Title."""
    resource_type: Word | None = None
    """Id of the resource type."""
    creators: list[Creator] = []
    """Who made it."""
    contributors: list[Contributor] = []
    """Who helped."""
    publication_date: DateText | None = Field(default_factory=_today)
    """EDTF text; a server's answer is never given a default."""
    publisher: str | None = None
    """Publisher."""
    description: str | None = None
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
    languages: list[Word] = []
    """ISO 639-3 codes."""
    dates: list[Date] = []
    """Further dates."""
    version: str | None = None
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
    domain: DomainFields | None = None
    """Zenodo's fields for biology and media."""
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

    @signed
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
        domain: DomainFields | None = None,
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
        metadata = cls._read(_metadata_rdm.read(record))
        if metadata.subjects and metadata.keywords:
            came = _metadata_rdm.order_of(record)
            if came != tuple(key for key, _ in _metadata_rdm.subjects(metadata)):
                metadata._subject_order = came
        return metadata

    def to_rdm(self) -> JsonObject:
        """Write the body that creates or replaces a draft.

        Returns:
            The RDM JSON, without anything that is output only. ``pids`` is there only for an
            external DOI: left out, a reserved DOI stays reserved.
        """
        return _metadata_rdm.write(self, self._subject_order)

    def problems(self) -> list[Problem]:
        """Judge it as the server would, and tell everything that is wrong or missing.

        Nothing is sent. What only a server can know (whether it has an award, a funder, an
        institution) is judged by its form.

        Returns:
            What would stop saving or publication, then what the server would leave out or
            change; empty if it would publish this as it is. The date that embargoes are
            measured against is today (UTC), and the publisher is taken to be filled in.

        Example:
            >>> soil = Metadata(title="Soil grid", resource_type="dataset", publisher="Press")
            >>> [(problem.path, problem.code) for problem in soil.problems()]
            [('metadata.creators', 'missing')]
        """
        # not at import: the rules and their vocabularies are for those who write
        from ..rules.judge import judge
        from ._problems import worst_first
        from ._wording import told

        body = self.to_rdm()
        found = judge(body, publisher_default=True)
        return [*worst_first(told(finding, body) for finding in found)]

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "ImportedMetadata":
        """Read a metadata file of any of the known formats, recognised by name and content.

        Args:
            path: ``.zenodo.json``, ``CITATION.cff``, ``codemeta.json``,
                ``ro-crate-metadata.json``, or the JSON of a record.

        Returns:
            The metadata, with what could not be taken over in ``import_problems``.

        Raises:
            UnreadableDocument: The file cannot be read; says where and what to do.
        """
        from .imported import imported

        return imported(None, path)

    @classmethod
    def from_zenodo_json(cls, source: "Source") -> "ImportedMetadata":
        """Read ``.zenodo.json``, or the ``metadata`` of Zenodo's older API, as the server does.

        Args:
            source: Path of the file, its content as bytes, or the object that it holds.

        Returns:
            The metadata; wanted communities and a reserved DOI, which no draft can hold, are
            its ``communities`` and ``reserved_doi``.

        Raises:
            UnreadableDocument: The file cannot be read; says where and what to do.

        Example:
            >>> found = Metadata.from_zenodo_json(
            ...     {"title": "Soil grid", "communities": [{"identifier": "soil"}]}
            ... )
            >>> found.title, found.communities
            ('Soil grid', ('soil',))
        """
        from .imported import imported

        return imported("zenodo_json", source)

    @classmethod
    def from_citation_cff(cls, source: "Source") -> "ImportedMetadata":
        """Read ``CITATION.cff``; needs the extra ``zenodo-sdk[cff]`` unless it gets an object.

        Args:
            source: Path of the file, its content as bytes, or the object that it holds.

        Raises:
            UnreadableDocument: The file cannot be read; says where and what to do.
        """
        from .imported import imported

        return imported("cff", source)

    @classmethod
    def from_codemeta(cls, source: "Source") -> "ImportedMetadata":
        """Read ``codemeta.json``.

        Args:
            source: Path of the file, its content as bytes, or the object that it holds.

        Raises:
            UnreadableDocument: The file cannot be read; says where and what to do.
        """
        from .imported import imported

        return imported("codemeta", source)

    @classmethod
    def from_ro_crate(cls, source: "Source") -> "ImportedMetadata":
        """Read ``ro-crate-metadata.json``.

        Args:
            source: Path of the file, its content as bytes, or the object that it holds.

        Raises:
            UnreadableDocument: The file cannot be read; says where and what to do.
        """
        from .imported import imported

        return imported("ro_crate", source)

    def to_zenodo_json(self) -> JsonObject:
        """Write the content of ``.zenodo.json``; what it has no words for is left out."""
        from ..interop.zenodo_json import write

        return write(self.to_rdm())[0]

    def to_citation_cff(self) -> JsonObject:
        """Write the content of ``CITATION.cff``, an object for a YAML writer."""
        from ..interop.cff import write

        return write(self.to_rdm())[0]

    def to_codemeta(self) -> JsonObject:
        """Write the content of ``codemeta.json``; what it has no words for is left out."""
        from ..interop.codemeta import write

        return write(self.to_rdm())[0]

    def export_problems(self, kind: Literal["zenodo_json", "cff", "codemeta"]) -> list[Problem]:
        """Tell what a file of another format cannot hold, and ``to_…()`` leaves out.

        Args:
            kind: The format.

        Example:
            >>> work = Metadata(title="Soil grid", creators=[Creator("Lee, Bo", role="editor")])
            >>> work.export_problems("zenodo_json")[0].path
            'metadata.creators[0].role'
        """
        from ..interop import cff, codemeta, zenodo_json
        from ._wording import told

        body = self.to_rdm()
        write = {"zenodo_json": zenodo_json.write, "cff": cff.write, "codemeta": codemeta.write}
        return [told(finding, body) for finding in write[kind](body)[1]]

    def _fragment(self) -> JsonObject:
        return _metadata_rdm.write_own(self)

    def _settle(self, values: dict[str, Any]) -> None:
        super()._settle(values)
        if values.get("identifiers"):
            from ..identifiers.schemes import WORKS

            values["identifiers"] = placed(values["identifiers"], WORKS)

    def _unspoken(self) -> dict[str, Any]:
        return {"order": list(self._subject_order)} if self._subject_order else {}

    def _recall(self, unspoken: Mapping[str, Any]) -> None:
        self._subject_order = tuple(unspoken.get("order", ()))
