"""Writing a record's metadata as CITATION.cff 1.2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from pydantic import JsonValue

from ...rules.finding import Finding
from ...types import JsonObject
from ..common import licences, works
from ..common.losses import losses
from ..common.prose import as_text
from ..common.values import id_of, object_of, objects_of, text_of
from .people import written_person
from .reading import read
from .words import DEFAULT_MESSAGE, PREFERRED, REFERENCE, RELATED, TYPES, UNKNOWN

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
_URL = re.compile(r"(https?|s?ftp)://.+")


def write(body: JsonObject) -> tuple[JsonObject, tuple[Finding, ...]]:
    """Write a body as the content of a CITATION.cff, version 1.2.0.

    The result is valid by the format's schema: where title or authors are missing it says
    "Untitled" and "Unknown".

    Args:
        body: RDM JSON.

    Returns:
        The document, keys in the order in which people read them; and a finding for every value
        of the body that it does not hold. Paths are the body's.

    Example:
        >>> document, lost = write({"metadata": {"title": "Soil tools", "version": "1.10"}})
        >>> document["title"], document["version"], lost
        ('Soil tools', '1.10', ())
    """
    document = _document(body)
    return document, losses(body, _read_again(document, body), "CITATION.cff")


def _read_again(document: JsonObject, body: JsonObject) -> JsonObject:
    """Tell what the document says, with the DOI that reading hands over beside the body."""
    back = read(document)
    if back.reserved_doi is None:
        return back.body
    own = object_of(object_of(body.get("pids")).get("doi"))
    if own.get("identifier") == back.reserved_doi:
        return {**back.body, "pids": body["pids"]}
    alternate: JsonObject = {"scheme": "doi", "identifier": back.reserved_doi}
    metadata = object_of(back.body["metadata"])
    identifiers: list[JsonValue] = [alternate, *objects_of(metadata.get("identifiers"))]
    return {**back.body, "metadata": {**metadata, "identifiers": identifiers}}


def cff_text(document: JsonObject) -> str:
    """Write the content of a CITATION.cff as YAML.

    Needs the extra ``cff``.

    Args:
        document: What :func:`write` gave.

    Returns:
        The file's text, in which every text that YAML could take for something else is quoted.

    Raises:
        ImportError: PyYAML is not installed; says how to install it.
    """
    try:
        import yaml
    except ImportError:
        raise ImportError(
            "PyYAML is needed to write CITATION.cff: pip install 'zenodo-sdk[cff]'"
        ) from None
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _document(body: JsonObject) -> JsonObject:
    metadata = object_of(body.get("metadata"))
    kind = id_of(metadata.get("resource_type"))
    doi = text_of(object_of(object_of(body.get("pids")).get("doi")).get("identifier"))
    day = text_of(metadata.get("publication_date"))
    code = text_of(object_of(body.get("custom_fields")).get("code:codeRepository"))
    document: JsonObject = {
        "cff-version": "1.2.0",
        "message": _message(metadata),
        "title": text_of(metadata.get("title")) or "Untitled",
        "authors": _people(metadata.get("creators")) or cast("list[JsonValue]", [dict(UNKNOWN)]),
        "type": {"dataset": "dataset"}.get(kind.partition("-")[0], "software"),
        "version": text_of(metadata.get("version")),
        "date-released": day if _DAY.fullmatch(day) else "",
        "doi": doi if _DOI.fullmatch(doi) else "",
        "abstract": as_text(text_of(metadata.get("description"))),
        **_licence(metadata.get("rights")),
        "keywords": _distinct(
            text_of(subject.get("subject")) for subject in objects_of(metadata.get("subjects"))
        ),
        "repository-code": code if _URL.fullmatch(code) else "",
        **_pages(metadata),
        "identifiers": _distinct(_identifiers(metadata)),
        "contact": _people(
            [
                person
                for person in objects_of(metadata.get("contributors"))
                if id_of(person.get("role")) == "contactperson"
            ]
        ),
        **_cited(metadata),
    }
    return {key: value for key, value in document.items() if value not in ("", [], {})}


def _message(metadata: JsonObject) -> str:
    for description in objects_of(metadata.get("additional_descriptions")):
        if id_of(description.get("type")) == "notes" and (
            text := as_text(text_of(description.get("description")))
        ):
            return text
    return DEFAULT_MESSAGE


def _people(value: JsonValue) -> list[JsonValue]:
    return _distinct(written_person(person) for person in objects_of(value))


def _licence(value: JsonValue) -> JsonObject:
    """Write licences by their SPDX ids, or the address of one that has none."""
    ids = _distinct(licences.spdx(right) for right in objects_of(value))
    links = [
        link for right in objects_of(value) if _URL.fullmatch(link := text_of(right.get("link")))
    ]
    if ids:
        return {"license": ids[0] if len(ids) == 1 else ids}
    return {"license-url": links[0]} if links else {}


def _pages(metadata: JsonObject) -> JsonObject:
    """Write the pages that reading made related identifiers of."""
    found: JsonObject = {}
    for related in objects_of(metadata.get("related_identifiers")):
        relation, address = id_of(related.get("relation_type")), text_of(related.get("identifier"))
        for key, word in RELATED.items():
            if word == relation and key not in found and _URL.fullmatch(address):
                found[key] = address
                break
    return found


def _identifiers(metadata: JsonObject) -> Iterator[JsonObject]:
    for identifier in objects_of(metadata.get("identifiers")):
        value, scheme = text_of(identifier.get("identifier")), identifier.get("scheme")
        if value and scheme == "doi" and _DOI.fullmatch(value):
            yield {"type": "doi", "value": value}
        elif value and scheme == "url" and _URL.fullmatch(value):
            yield {"type": "url", "value": value}
        elif value:
            yield {"type": "other", "value": value}
    for related in objects_of(metadata.get("related_identifiers")):
        value = text_of(related.get("identifier"))
        if id_of(related.get("relation_type")) == "isversionof" and works.is_zenodos(value):
            yield {"type": "doi", "value": value, "description": "DOI of all versions"}


def _cited(metadata: JsonObject) -> JsonObject:
    """Write references; what is related as such gives their types, and what to cite instead."""
    cited = {
        repr((related.get("scheme"), related.get("identifier"))): related
        for related in objects_of(metadata.get("related_identifiers"))
        if id_of(related.get("relation_type")) in (PREFERRED, REFERENCE)
    }
    preferred: JsonObject = {}
    references: list[JsonObject] = []
    for reference in objects_of(metadata.get("references")):
        key = repr((reference.get("scheme"), reference.get("identifier")))
        related = cited.pop(key, None)
        written = _reference(text_of(reference.get("reference")), related or reference, related)
        if (
            related is not None
            and id_of(related.get("relation_type")) == PREFERRED
            and not preferred
        ):
            preferred = written
        else:
            references.append(written)
    for related in cited.values():
        written = _reference(works.written(related), related, related)
        if id_of(related.get("relation_type")) == PREFERRED and not preferred:
            preferred = written
        else:
            references.append(written)
    return {"preferred-citation": preferred, "references": _distinct(iter(references))}


def _reference(title: str, work: JsonObject, related: JsonObject | None) -> JsonObject:
    """Write one reference: the whole citation is its title."""
    kind = text_of(object_of((related or {}).get("resource_type")).get("id"))
    value, scheme = text_of(work.get("identifier")), work.get("scheme")
    found: JsonObject = {
        "type": {kind: word for word, kind in reversed(TYPES.items())}.get(kind, "generic"),
        "title": title or value or "Untitled",
        "authors": [dict(UNKNOWN)],
    }
    if scheme == "doi" and _DOI.fullmatch(value):
        found["doi"] = value
    elif scheme == "isbn":
        found["isbn"] = value
    elif _URL.fullmatch(value):
        found["url"] = value
    elif value:
        found["identifiers"] = [{"type": "other", "value": value}]
    return found


def _distinct(items: Iterator[JsonObject | None] | Iterator[str | None]) -> list[JsonValue]:
    """Keep the first of equal items: lists of the format have no item twice."""
    found: dict[str, JsonValue] = {}
    for item in items:
        if item:
            found.setdefault(repr(item), item)
    return list(found.values())
