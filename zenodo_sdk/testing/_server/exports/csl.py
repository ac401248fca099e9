"""CSL JSON: a record as citation programs want it."""

from __future__ import annotations

from ..answers import Json
from .common import custom, doi_of, filled, identifier_of, told
from .libraries import date_parts, plain
from .vocabulary import KINDS


def csl(document: Json) -> Json:
    """The record as one CSL item."""
    metadata = document["metadata"]
    parts = date_parts(metadata.get("publication_date"))
    languages = metadata.get("languages")
    return filled(
        {
            "id": document["id"],
            "type": KINDS[metadata["resource_type"]["id"]].csl
            if "resource_type" in metadata
            else None,
            "title": metadata.get("title"),
            "abstract": plain(metadata["description"]) if "description" in metadata else None,
            "author": [_person(creator["person_or_org"]) for creator in metadata["creators"]]
            if "creators" in metadata
            else None,
            "issued": {"date-parts": parts} if parts else None,
            "language": languages[0]["id"] if languages else None,
            "version": metadata.get("version"),
            "DOI": doi_of(document),
            "ISBN": identifier_of(document, "isbn"),
            "ISSN": identifier_of(document, "issn"),
            "publisher": metadata.get("publisher"),
        }
    ) | _printed_in(document)


def _person(person: Json) -> Json:
    family = person.get("family_name") or person["name"]
    return filled({"family": family, "given": person.get("given_name")})


def _printed_in(document: Json) -> Json:
    journal = journal_fields(document)
    imprint = custom(document, "imprint:imprint")
    meeting = custom(document, "meeting:meeting")
    book = {
        "container_title": imprint.get("title"),
        "page": imprint.get("pages"),
        "publisher_place": imprint.get("place"),
        "ISBN": imprint.get("isbn"),
        "edition": imprint.get("edition"),
    }
    title, acronym = meeting.get("title"), meeting.get("acronym")
    event = {
        "event": f"{title} ({acronym})" if title and acronym else title or acronym,
        "event_place": meeting.get("place"),
    }
    return journal | told(book) | told(event)


def journal_fields(document: Json) -> Json:
    """What CSL and schema.org say of the journal."""
    journal = custom(document, "journal:journal")
    return told(
        {
            "container_title": journal.get("title"),
            "page": journal.get("pages"),
            "volume": journal.get("volume"),
            "issue": journal.get("issue"),
            "ISSN": journal.get("issn"),
        }
    )
