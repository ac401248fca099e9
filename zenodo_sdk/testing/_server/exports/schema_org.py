"""JSON-LD in the terms of schema.org."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from ..answers import Json
from .common import filled, listed, part
from .csl import journal_fields
from .libraries import (
    date_start,
    is_date,
    language_name,
    web_address,
)

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_CREATIVE_COMMONS = re.compile(
    r"https://creativecommons\.org/(licenses/[a-z-]+/\d\.\d|publicdomain/zero/1\.0)"
)


def schema_org(document: Json) -> Json:
    """The record as a CreativeWork: the server never finds a better type."""
    metadata = document["metadata"]
    doi = part(document, "pids", "doi").get("identifier")
    address = f"https://doi.org/{doi.lower()}" if doi else None
    publisher = metadata.get("publisher")
    size = _size(part(document, "files").get("total_bytes"))
    creators = _people(metadata, "creators")
    told = {
        "@context": "http://schema.org",
        "@id": address,
        "@type": "https://schema.org/CreativeWork" if "resource_type" in metadata else None,
        "identifier": address or part(document, "links").get("self"),
        "name": metadata.get("title"),
        "creator": creators,
        "author": creators,
        "editor": _people(metadata, "contributors"),
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
        "keywords": _keywords(metadata),
        "dateCreated": document.get("created"),
        "dateModified": document.get("updated"),
        "datePublished": date_start(metadata.get("publication_date")),
        "temporal": _temporal(metadata) or None,
        "inLanguage": _language(metadata),
        "contentSize": size,
        "size": size,
        "encodingFormat": _single(metadata.get("formats")),
        "version": metadata.get("version"),
    }
    more = {
        "description": metadata.get("description"),
        "funding": [_funding(each) for each in listed(metadata, "funding")] or None,
        "isPartOf": _works(metadata, "ispartof") or None,
        "hasPart": _works(metadata, "haspart") or None,
        "sameAs": _works(metadata, "isidenticalto") or None,
        "citation": _works(metadata, "cites", "references") or None,
        "url": part(document, "links").get("self_html"),
    }
    licence = _licence(listed(metadata, "rights"))
    return filled(told) | licence | filled(more) | journal_fields(document)


def _people(metadata: Json, field: str) -> list[Json] | None:
    return [_person(person) for person in metadata[field]] if field in metadata else None


def _person(person: Json) -> Json:
    who = person["person_or_org"]
    affiliations = [_affiliation(each) for each in listed(person, "affiliations")]
    return filled(
        {
            "name": who.get("name"),
            "givenName": who.get("given_name"),
            "familyName": who.get("family_name"),
            "affiliation": affiliations or None,
            "@id": _first_address(listed(who, "identifiers")),
            "@type": "Organization" if who.get("type") == "organizational" else "Person",
        }
    )


def _affiliation(affiliation: Json) -> Json:
    identifiers = listed(affiliation, "identifiers") if affiliation.get("id") else []
    named: Json = {"@type": "Organization", "name": affiliation["name"]}
    return named | ({"@id": _first_address(identifiers) or ""} if identifiers else {})


def _first_address(identifiers: list[Json]) -> str | None:
    for identifier in identifiers[:1]:
        if identifier["scheme"] == "isni":
            return f"http://isni.org/isni/{identifier['identifier']}"
        return web_address(identifier["identifier"], identifier["scheme"])
    return None


def _keywords(metadata: Json) -> str | None:
    subjects = metadata.get("subjects")
    if not subjects:
        return None
    return ", ".join(each["subject"] for each in subjects if each.get("subject") is not None)


def _temporal(metadata: Json) -> list[str]:
    return [each["date"] for each in listed(metadata, "dates") if is_date(each["date"])]


def _language(metadata: Json) -> Json | None:
    for language in listed(metadata, "languages")[:1]:
        name = language_name(language["id"])
        if name:
            return {"alternateName": language["id"], "@type": "Language", "name": name}
    return None


def _size(count: int | None) -> str | None:
    if not count:
        return None
    power = int(math.log(count, 1024))
    return f"{round(count / 1024**power, 2)} {_UNITS[power]}"


def _single(values: list[str] | None) -> Any:
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def _licence(rights: list[Json]) -> Json:
    """The first known licence, else the first own one; null if neither has a web address."""
    for right in rights:
        if right.get("id"):
            return {"license": _spdx().get(right["id"])}
    links = (right["link"] for right in rights if right.get("link"))
    link = next(links, None)
    return {"license": _secure(link)} if link else {}


def _secure(link: str) -> str | None:
    if not link.startswith(("http://", "https://")):
        return None
    address = link.replace("http://", "https://", 1).rstrip("/")
    return f"{address}/legalcode" if _CREATIVE_COMMONS.fullmatch(address) else address


@cache
def _spdx() -> dict[str, str]:
    """The first address of each licence in SPDX's list (CC0) of 2025-04-25."""
    table = files("zenodo_sdk.testing._server.exports").joinpath("spdx.txt")
    return dict(line.split(" ", 1) for line in table.read_text("utf-8").splitlines())


def _funding(funding: Json) -> Json:
    funder, award = funding.get("funder"), funding.get("award")
    entry: Json = {}
    if funder:
        named = {"@type": "Organization", "@id": funder.get("id"), "name": funder.get("name")}
        entry["funder"] = filled(named)
    return entry | (_award(award) if award else {})


def _award(award: Json) -> Json:
    title, number = part(award, "title").get("en"), award.get("number")
    addresses = (each for each in listed(award, "identifiers") if each.get("scheme") == "url")
    return filled(
        {
            "name": f"{title} ({number})" if title and number else title or number,
            "identifier": award.get("id"),
            "url": next(addresses, None),
        }
    )


def _works(metadata: Json, *relations: str) -> list[Json]:
    addresses: Iterable[str | None] = (
        web_address(each["identifier"], each["scheme"])
        for each in listed(metadata, "related_identifiers")
        if part(each, "relation_type").get("id") in relations
    )
    return [{"@type": "CreativeWork", "@id": address} for address in addresses if address]
