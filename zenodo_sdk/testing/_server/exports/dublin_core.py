"""Dublin Core XML."""

from __future__ import annotations

from ..answers import Json
from .common import (
    community_addresses,
    custom,
    listed,
    names,
    part,
)
from .libraries import escaped, web_address
from .vocabulary import KINDS
from .xmltext import Tag
from .xmltext import document as xml_document

_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_ROOT = {
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:oai_dc": _OAI_DC,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{_OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
}


def dublin_core(document: Json) -> str:
    """The record as Dublin Core in the wrapping of OAI-PMH."""
    metadata = document["metadata"]
    values: dict[str, list[str | None]] = {
        "contributor": [*names(listed(metadata, "contributors"))],
        "creator": [*names(listed(metadata, "creators"))],
        "date": [metadata.get("publication_date"), _embargo(document["access"])],
        "description": [*map(escaped, _descriptions(metadata))],
        "format": listed(metadata, "formats"),
        "identifier": [*_identifiers(document)],
        "language": [language["id"] for language in listed(metadata, "languages")],
        "publisher": [metadata.get("publisher")],
        "relation": [*_relations(document)],
        "rights": _rights(document),
        "source": [*_sources(document)],
        "subject": [subject.get("subject") for subject in listed(metadata, "subjects")],
        "title": [metadata.get("title")],
        "type": [_type(metadata)],
    }
    tags = [Tag(f"dc:{name}", text) for name, texts in values.items() for text in texts if text]
    return xml_document(Tag("oai_dc:dc", tags, _ROOT))


def eurepo_type(metadata: Json) -> str | None:
    """The type in the terms of info:eu-repo."""
    kind = KINDS[metadata["resource_type"]["id"]].eurepo
    return f"info:eu-repo/semantics/{kind}" if kind else None


def _type(metadata: Json) -> str | None:
    return eurepo_type(metadata) if "resource_type" in metadata else None


def _embargo(access: Json) -> str | None:
    if access["status"] != "embargoed":
        return None
    return f"info:eu-repo/date/embargoEnd/{access['embargo']['until']}"


def _descriptions(metadata: Json) -> list[str]:
    main = [metadata["description"]] if metadata.get("description") else []
    more = listed(metadata, "additional_descriptions")
    return main + [entry["description"] for entry in more]


def _written(identifier: str, scheme: str) -> str:
    """A web address if there is one, else the identifier with its scheme in front."""
    prefixed = identifier if identifier.startswith(scheme) else f"{scheme}:{identifier}"
    return web_address(identifier, scheme) or prefixed


def _identifiers(document: Json) -> list[str]:
    pids = part(document, "pids")
    written = [_written(pid["identifier"], scheme) for scheme, pid in pids.items()]
    others = listed(document["metadata"], "identifiers")
    return written + [_written(other["identifier"], other["scheme"]) for other in others]


def _relations(document: Json) -> list[str]:
    related = listed(document["metadata"], "related_identifiers")
    written = [_written(each["identifier"], each["scheme"]) for each in related]
    written += community_addresses(document)
    whole = part(document, "parent", "pids").get("doi")
    return [*written, _written(whole["identifier"], "doi")] if whole else written


def _rights(document: Json) -> list[str | None]:
    status = document["access"]["status"]
    word = "closed" if status == "metadata-only" else status
    texts: list[str | None] = [f"info:eu-repo/semantics/{word}Access"]
    for right in listed(document["metadata"], "rights"):
        address = part(right, "props").get("url") if right.get("id") else right.get("link")
        texts += [right["title"].get("en"), address]
    return texts


def _sources(document: Json) -> list[str]:
    journal, meeting = custom(document, "journal:journal"), custom(document, "meeting:meeting")
    volume, issue = journal.get("volume"), journal.get("issue")
    published = document["metadata"].get("publication_date")
    printed = (
        journal.get("title"),
        f"{volume}({issue})" if volume and issue else volume or issue,
        journal.get("pages"),
        published and f"({published})",
    )
    held = [meeting.get(key) for key in ("acronym", "title", "place", "dates")]
    return [
        ", ".join(part for part in parts if part)
        for given, parts in ((journal, printed), (meeting, held))
        if given
    ]
