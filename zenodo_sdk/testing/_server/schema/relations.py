"""The terms that a draft names: whether they exist, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..answers import ApiError, Json
from .custom_fields import TERMS
from .fields import Broken
from .lookup import Lookup


@dataclass(frozen=True)
class Relation:
    """Where terms stand, and of which vocabulary they are.

    Args:
        path: The way to them; lists on it are walked through.
        kind: The vocabulary.
        tag: What the term must be marked as.
    """

    path: tuple[str, ...]
    kind: str
    tag: str | None = None


RELATIONS = (
    Relation(("metadata", "creators", "affiliations"), "affiliations"),
    Relation(("metadata", "contributors", "affiliations"), "affiliations"),
    Relation(("metadata", "funding", "funder"), "funders"),
    Relation(("metadata", "funding", "award"), "awards"),
    Relation(("metadata", "languages"), "languages"),
    Relation(("metadata", "resource_type"), "resourcetypes", "depositable"),
    Relation(("metadata", "subjects"), "subjects"),
    Relation(("metadata", "rights"), "licenses"),
    Relation(("metadata", "related_identifiers", "resource_type"), "resourcetypes", "linkable"),
    Relation(("metadata", "additional_titles", "type"), "titletypes"),
    Relation(("metadata", "additional_titles", "lang"), "languages"),
    Relation(("metadata", "creators", "role"), "creatorsroles"),
    Relation(("metadata", "contributors", "role"), "contributorsroles"),
    Relation(("metadata", "additional_descriptions", "type"), "descriptiontypes"),
    Relation(("metadata", "additional_descriptions", "lang"), "languages"),
    Relation(("metadata", "dates", "type"), "datetypes"),
    Relation(("metadata", "related_identifiers", "relation_type"), "relationtypes"),
    *(Relation(("custom_fields", name), kind) for name, kind in TERMS.items()),
)
"""In the order in which the server looks."""


def settle_terms(data: Json, lookup: Lookup) -> None:
    """Check the terms of a draft, and reduce each to its id.

    Raises:
        ApiError: A term is not in its vocabulary.
        Broken: The server overlooks that, and fails later.
    """
    for relation in RELATIONS:
        _check(relation, data, lookup)
    for relation in RELATIONS:
        for entry in _entries(data, relation.path):
            if "id" not in entry:
                continue
            if lookup.vocabulary(relation.kind, entry["id"]) is None:
                raise Broken  # it went unchecked, and cannot be shown
            _reduce(entry)


def _check(relation: Relation, data: Json, lookup: Lookup) -> None:
    for entry in _entries(data, relation.path):
        if "id" not in entry:
            return  # the server gives up on the rest of the list
        term = lookup.vocabulary(relation.kind, entry["id"])
        if term is None:
            raise ApiError(400, f"Invalid value {entry['id']}.")
        if relation.tag and relation.tag not in term.get("tags", ()):
            raise ApiError(400, "Not a valid value.")


def _reduce(entry: Json) -> None:
    known = entry["id"]
    entry.clear()
    entry["id"] = known


def _entries(data: Any, path: tuple[str, ...]) -> Iterator[Json]:
    """The objects at the end of a path."""
    if isinstance(data, list):
        items: list[Any] = data
        for item in items:
            yield from _entries(item, path)
    elif not path:
        yield data
    elif path[0] in data:
        yield from _entries(data[path[0]], path[1:])
