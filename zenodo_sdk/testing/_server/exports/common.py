"""What several formats need: parts of a document, texts without markup, dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from ..answers import ApiError, Json

# what may stand in a path as it is
_PATH = "!$&'()*+,/:;=@"


def filled(fields: Mapping[str, Any]) -> Json:
    """The fields that have a value; an absent one is not sent at all."""
    return {key: value for key, value in fields.items() if value is not None}


def told(fields: Mapping[str, Any]) -> Json:
    """The fields that say something: neither absent nor empty."""
    return {key: value for key, value in fields.items() if value}


def part(source: Json, *keys: str) -> Json:
    """The object at the end of the path; an empty one if there is none."""
    for key in keys:
        source = source.get(key) or {}
    return source


def listed(source: Json, key: str) -> list[Any]:
    """The list under the key; an empty one if there is none."""
    return source.get(key) or []


def pick(source: Json, *keys: str) -> Json:
    """Those of the keys that the source has, in this order."""
    return {key: source[key] for key in keys if key in source}


def doi_of(document: Json) -> str | None:
    """The record's DOI, or one among its other identifiers."""
    registered = part(document, "pids").get("doi")
    if registered:
        return str(registered["identifier"])
    return identifier_of(document, "doi")


def identifier_of(document: Json, scheme: str) -> str | None:
    """The first of the other identifiers that is of the scheme."""
    others = listed(document["metadata"], "identifiers")
    return next((other["identifier"] for other in others if other["scheme"] == scheme), None)


def custom(document: Json, name: str) -> Json:
    """A custom field made of parts, for example ``journal:journal``."""
    return part(document, "custom_fields").get(name) or {}


def names(people: Iterable[Json]) -> list[str]:
    """The names of creators or contributors."""
    return [person["person_or_org"]["name"] for person in people]


def community_slugs(document: Json) -> list[str]:
    """The short names of the communities that the record is in."""
    entries = listed(part(document, "parent", "communities"), "entries")
    return [entry["slug"] for entry in entries]


def community_addresses(document: Json) -> list[str]:
    """The pages of the communities that the record is in."""
    return [f"{site(document)}/communities/{slug}/" for slug in community_slugs(document)]


def file_page(document: Json, key: str) -> str:
    """Where a person downloads a file."""
    return f"{site(document)}/records/{document['id']}/files/{quote(key, safe=_PATH)}"


def archived_id(document: Json) -> str | None:
    """The identifier that Software Heritage gave to the code.

    Raises:
        ApiError: 500, where the server trips over a search hit that says null.
    """
    archived: Json | None = document.get("swh", {})
    if archived is None:
        raise tripped()
    return archived.get("swhid")


def tripped() -> ApiError:
    """500, as if the server had not caught an exception."""
    return ApiError(
        500,
        "The server encountered an internal error and was unable to complete your request. "
        "Either the server is overloaded or there is an error in the application.",
    )


def file_entries(document: Json) -> list[Json]:
    """The files that the reader may see."""
    entries: Mapping[str, Json] = part(document, "files", "entries")
    return list(entries.values())


def site(document: Json) -> str:
    """The address of the site, without a slash at the end."""
    address: str = document["links"]["self_html"]
    return address.partition("/records/")[0].partition("/uploads/")[0]


def preferred(schemes: Iterable[str], identifiers: Iterable[Json]) -> Json | None:
    """The identifier of the most wanted scheme."""
    known = {identifier.get("scheme", "Other"): identifier for identifier in identifiers}
    return next((known[scheme] for scheme in schemes if scheme in known), None)
