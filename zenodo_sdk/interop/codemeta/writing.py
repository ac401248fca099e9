"""Writing a record's metadata as codemeta.json, version 3.0."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from ...rules.finding import Finding
from ...types import JsonObject
from ...vocabularies import known
from ..common import licences, works
from ..common.losses import losses
from ..common.prose import as_html, as_text
from ..common.values import EMPTY, first_text, id_of, object_of, objects_of, text_of
from ..schema_org.people import written_organisation, written_person
from ..schema_org.words import DATES, RELATIONS, ROLES, STATUS_PAGE, WRITTEN_TYPES
from .reading import read

CONTEXT = "https://w3id.org/codemeta/3.0"
"""What says that a file is CodeMeta 3.0."""


def write(body: JsonObject) -> tuple[JsonObject, tuple[Finding, ...]]:
    """Write a body as the content of a codemeta.json, version 3.0.

    Args:
        body: RDM JSON.

    Returns:
        The document, and a finding for every value of the body that it does not hold. Paths are
        the body's.

    Example:
        >>> document, lost = write({"metadata": {"title": "Soil tools"}})
        >>> document["name"], lost
        ('Soil tools', ())
    """
    document = _document(body)
    return document, losses(body, _read_again(document, body), "codemeta.json")


def _read_again(document: JsonObject, body: JsonObject) -> JsonObject:
    """Tell what the document says, with the DOI that reading hands over beside the body."""
    back = read(document)
    own = object_of(object_of(body.get("pids")).get("doi"))
    if back.reserved_doi is not None and own.get("identifier") == back.reserved_doi:
        return {**back.body, "pids": body["pids"]}
    return back.body


def _document(body: JsonObject) -> JsonObject:
    metadata, custom = object_of(body.get("metadata")), object_of(body.get("custom_fields"))
    kind = id_of(metadata.get("resource_type"))
    status = text_of(object_of(custom.get("code:developmentStatus")).get("id"))
    document: JsonObject = {
        "@context": CONTEXT,
        "@type": WRITTEN_TYPES.get(kind)
        or WRITTEN_TYPES.get(kind.partition("-")[0], "SoftwareSourceCode"),
        "name": text_of(metadata.get("title")),
        "alternateName": [
            text_of(title.get("title"))
            for title in objects_of(metadata.get("additional_titles"))
            if id_of(title.get("type")) == "alternative-title"
        ],
        "description": _description(text_of(metadata.get("description"))),
        "author": _people(metadata.get("creators")),
        **_contributors(metadata),
        "version": text_of(metadata.get("version")),
        "datePublished": text_of(metadata.get("publication_date")),
        **_dates(metadata),
        "publisher": _publisher(text_of(metadata.get("publisher"))),
        "license": [
            found for right in objects_of(metadata.get("rights")) if (found := _licence(right))
        ],
        "keywords": [
            word
            for subject in objects_of(metadata.get("subjects"))
            if (word := text_of(subject.get("subject")))
        ],
        "inLanguage": [
            language
            for term in objects_of(metadata.get("languages"))
            if (language := text_of(term.get("id")))
        ],
        "identifier": list(_identifiers(body, metadata)),
        "codeRepository": text_of(custom.get("code:codeRepository")),
        "programmingLanguage": [
            known("programming_languages").get(name, name)
            for term in objects_of(custom.get("code:programmingLanguage"))
            if (name := text_of(term.get("id")))
        ],
        "developmentStatus": f"{STATUS_PAGE}{status}" if status else "",
        **_funding(metadata),
        **_related(metadata),
    }
    return {key: _one(key, value) for key, value in document.items() if value not in EMPTY}


def _one(key: str, value: JsonValue) -> JsonValue:
    """Write a list of one as that one; a single keyword stays a list, or commas would part it."""
    return value[0] if isinstance(value, list) and len(value) == 1 and key != "keywords" else value


def _description(markup: str) -> str:
    """Write plain text where nothing is lost by it, else HTML."""
    plain = as_text(markup)
    return plain if as_html(plain) == markup else markup


def _people(value: JsonValue) -> list[JsonValue]:
    return [found for person in objects_of(value) if (found := written_person(person))]


def _contributors(metadata: JsonObject) -> JsonObject:
    keys = {role: key for key, role in reversed(ROLES.items())}
    found: dict[str, JsonValue] = {}
    for person in objects_of(metadata.get("contributors")):
        key = keys.get(id_of(person.get("role")), "contributor")
        if node := written_person(person):
            listed = found.setdefault(key, [])
            if isinstance(listed, list):
                listed.append(node)
    return found


def _dates(metadata: JsonObject) -> JsonObject:
    keys = {kind: key for key, kind in DATES.items()}
    found: JsonObject = {}
    for date in objects_of(metadata.get("dates")):
        if key := keys.get(id_of(date.get("type"))):
            found.setdefault(key, text_of(date.get("date")))
    return found


def _publisher(name: str) -> JsonValue:
    return {"@type": "Organization", "name": name} if name else ""


def _licence(right: JsonObject) -> JsonValue:
    if spelled := licences.spdx(right):
        return f"https://spdx.org/licenses/{spelled}"
    identifier = text_of(right.get("id"))
    titles = object_of(right.get("title"))
    name = identifier or first_text(titles.values())
    link = text_of(right.get("link"))
    node: JsonObject = {"@type": "CreativeWork", "name": name, "url": link}
    return {key: value for key, value in node.items() if value} if name or link else ""


def _identifiers(body: JsonObject, metadata: JsonObject) -> Iterator[JsonValue]:
    doi = text_of(object_of(object_of(body.get("pids")).get("doi")).get("identifier"))
    if doi:
        yield f"https://doi.org/{doi}"
    for identifier in objects_of(metadata.get("identifiers")):
        if address := works.written(identifier):
            yield address


def _funding(metadata: JsonObject) -> JsonObject:
    funders: list[JsonValue] = []
    grants: list[JsonValue] = []
    for funding in objects_of(metadata.get("funding")):
        funder, award = object_of(funding.get("funder")), object_of(funding.get("award"))
        payer = written_organisation(funder) if funder else {}
        if award:
            grants.append(_grant(award, payer))
        elif payer:
            funders.append(payer)
    return {"funder": funders, "funding": grants}


def _grant(award: JsonObject, payer: JsonObject) -> JsonObject:
    titles = object_of(award.get("title"))
    pages = (works.written(identifier) for identifier in objects_of(award.get("identifiers")))
    grant: JsonObject = {
        "@type": "Grant",
        "identifier": text_of(award.get("number")) or text_of(award.get("id")),
        "name": text_of(titles.get("en")) or first_text(titles.values()),
        "url": next(pages, ""),
        "funder": payer,
    }
    return {key: value for key, value in grant.items() if value}


def _related(metadata: JsonObject) -> JsonObject:
    keys = {relation: key for key, relation in reversed(RELATIONS.items())}
    found: dict[str, JsonValue] = {}
    for related in objects_of(metadata.get("related_identifiers")):
        address = works.written(related)
        key = keys.get(id_of(related.get("relation_type")))
        if not key or not address:
            continue
        kind = WRITTEN_TYPES.get(id_of(related.get("resource_type")))
        node: JsonValue = {"@type": kind, "@id": address} if kind else address
        listed = found.setdefault(key, [])
        if isinstance(listed, list):
            listed.append(node)
    texts = [
        text
        for reference in objects_of(metadata.get("references"))
        if (text := text_of(reference.get("reference")))
    ]
    if texts:
        cited = found.get("citation")
        found["citation"] = [*(cited if isinstance(cited, list) else []), *texts]
    return found
