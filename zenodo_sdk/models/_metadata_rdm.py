"""All of a record's metadata as the server's JSON, field by field in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import JsonValue

from ..types import JsonObject
from ._part import each_written
from ._paths import free_word
from ._wire import (
    Unreadable,
    Wire,
    as_object,
    as_term,
    as_text,
    copied,
    in_order,
    name_of,
    term,
    undisplayed,
    written,
)
from .descriptive import AdditionalDescription, AdditionalTitle, Date, Subject
from .domain import DomainFields
from .file_options import FileOptions
from .funding import Funding
from .identifiers import Identifier, Reference, RelatedIdentifier
from .people import Contributor, Creator
from .places import Location
from .publication import Imprint, Journal, Meeting, Software, Thesis
from .rights import Access, License

if TYPE_CHECKING:
    from .metadata import Metadata

# what a record's metadata is made of; the rest is the server's
_PARTS = ("metadata", "custom_fields", "access", "pids", "files", "media_files")


def read(record: Mapping[str, JsonValue]) -> dict[str, object]:
    """Read the fields of :class:`Metadata` out of a record or draft; nothing is refused."""
    # a copy, so that changing a nested value here does not change the JSON that was read
    document = Wire({part: copied(record[part]) for part in _PARTS if part in record})
    wire = document.one("metadata", Wire) or Wire({})
    custom = document.one("custom_fields", Wire) or Wire({})
    entries = wire.each("subjects", as_object)
    keywords = [word for entry in entries if (word := free_word(entry)) is not None]
    subjects = [Subject.from_rdm(entry) for entry in entries if free_word(entry) is None]
    return {
        "title": wire.text("title"),
        "resource_type": wire.term("resource_type"),
        "creators": wire.each("creators", Creator.from_rdm),
        "contributors": wire.each("contributors", Contributor.from_rdm),
        "publication_date": wire.text("publication_date"),
        "publisher": wire.text("publisher"),
        "description": wire.text("description"),
        "additional_titles": wire.each("additional_titles", AdditionalTitle.from_rdm),
        "additional_descriptions": wire.each(
            "additional_descriptions", AdditionalDescription.from_rdm
        ),
        "licenses": wire.each("rights", License.from_rdm),
        "copyright": wire.text("copyright"),
        "keywords": keywords,
        "subjects": subjects,
        "languages": wire.each("languages", as_term),
        "dates": wire.each("dates", Date.from_rdm),
        "version": wire.text("version"),
        "sizes": wire.each("sizes", as_text),
        "formats": wire.each("formats", as_text),
        "references": wire.each("references", Reference.from_rdm),
        "locations": wire.one("locations", _features) or [],
        "identifiers": wire.each("identifiers", Identifier.from_rdm),
        "related_identifiers": wire.each("related_identifiers", RelatedIdentifier.from_rdm),
        "funding": wire.each("funding", Funding.from_rdm),
        "journal": custom.one("journal:journal", Journal.from_rdm),
        "meeting": custom.one("meeting:meeting", Meeting.from_rdm),
        "imprint": custom.one("imprint:imprint", Imprint.from_rdm),
        "thesis": custom.one("thesis:thesis", Thesis.from_rdm),
        "software": Software.take_from(custom),
        "domain": DomainFields.take_from(custom),
        "custom_fields": custom.rest,
        "access": document.one("access", Access.from_rdm),
        "doi": document.one("pids", external_doi),
        "files": document.one("files", FileOptions.from_rdm),
        "media_files": document.one("media_files", FileOptions.from_rdm),
        "extra": {key: undisplayed(value) for key, value in wire.rest.items()},
    }


def write(metadata: Metadata, order: tuple[str, ...]) -> JsonObject:
    """Write the body that creates or replaces a draft.

    Args:
        metadata: What to write.
        order: The order in which keywords and subjects came.
    """
    described = written(
        metadata.extra,
        title=metadata.title,
        resource_type=term(metadata.resource_type),
        creators=each_written("metadata.creators", metadata.creators),
        contributors=each_written("metadata.contributors", metadata.contributors),
        publication_date=metadata.publication_date,
        publisher=metadata.publisher,
        description=metadata.description,
        additional_titles=each_written("metadata.additional_titles", metadata.additional_titles),
        additional_descriptions=each_written(
            "metadata.additional_descriptions", metadata.additional_descriptions
        ),
        rights=each_written("metadata.licenses", metadata.licenses),
        copyright=metadata.copyright,
        subjects=list(in_order(subjects(metadata), order)),
        languages=[term(language) for language in metadata.languages],
        dates=each_written("metadata.dates", metadata.dates),
        version=metadata.version,
        sizes=list(metadata.sizes),
        formats=list(metadata.formats),
        references=each_written("metadata.references", metadata.references),
        locations={"features": each_written("metadata.locations", metadata.locations)}
        if metadata.locations
        else None,
        identifiers=each_written("metadata.identifiers", metadata.identifiers),
        related_identifiers=each_written(
            "metadata.related_identifiers", metadata.related_identifiers
        ),
        funding=each_written("metadata.funding", metadata.funding),
    )
    custom_fields = written(
        metadata.custom_fields,
        **{
            **(metadata.domain.to_rdm() if metadata.domain else {}),
            "journal:journal": metadata.journal and metadata.journal.to_rdm(),
            "meeting:meeting": metadata.meeting and metadata.meeting.to_rdm(),
            "imprint:imprint": metadata.imprint and metadata.imprint.to_rdm(),
            "thesis:thesis": metadata.thesis and metadata.thesis.to_rdm(),
            **(metadata.software.to_rdm() if metadata.software else {}),
        },
    )
    body: JsonObject = {"metadata": described, "custom_fields": custom_fields}
    if metadata.access is not None and (access := metadata.access.to_rdm()):
        body["access"] = access
    if metadata.files is not None:
        body["files"] = metadata.files.to_rdm()
    if metadata.media_files is not None:
        body["media_files"] = metadata.media_files.to_rdm()
    if metadata.doi is not None:
        # `client` beside an external DOI makes the server fail
        body["pids"] = {"doi": {"identifier": metadata.doi, "provider": "external"}}
    return body


def write_own(metadata: Metadata) -> JsonObject:
    """Write what is not within another model, and the lists whose items must differ."""
    body: JsonObject = {
        "metadata": written(
            {},
            title=metadata.title,
            resource_type=term(metadata.resource_type),
            publication_date=metadata.publication_date,
            publisher=metadata.publisher,
            description=metadata.description,
            copyright=metadata.copyright,
            subjects=[{"subject": word} for word in metadata.keywords],
            languages=[term(language) for language in metadata.languages],
            version=metadata.version,
            sizes=[*metadata.sizes],
            formats=[*metadata.formats],
            identifiers=[one.to_rdm() for one in metadata.identifiers],
        ),
        "custom_fields": metadata.custom_fields,
    }
    if metadata.doi is not None:
        body["pids"] = {"doi": {"identifier": metadata.doi, "provider": "external"}}
    return body


def subjects(metadata: Metadata) -> list[tuple[str, JsonObject]]:
    """Write subjects and keywords, each with the name that :func:`order_of` gives it."""
    words: list[JsonObject] = [{"subject": word} for word in metadata.keywords]
    entries = [*(subject.to_rdm() for subject in metadata.subjects), *words]
    return [(name_of(entry), entry) for entry in entries]


def order_of(record: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Tell in which order keywords and subjects came."""
    described = record.get("metadata")
    entries = Wire(described if isinstance(described, dict) else {}).each("subjects", as_object)
    return tuple(name_of(Subject.from_rdm(entry).to_rdm()) for entry in entries)


def external_doi(pids: JsonValue) -> str | None:
    """Tell the DOI that the user brought, if the record has one of these."""
    match pids:
        case {"doi": {"provider": "external", "identifier": str() as doi}}:
            return doi
        case _:
            return None


def _features(value: JsonValue) -> list[Location]:
    wire = Wire(value)
    places = wire.each("features", Location.from_rdm)
    if wire.rest:
        raise Unreadable
    return places
