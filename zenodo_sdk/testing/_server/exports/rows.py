"""CSV: one row a record."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from ..answers import Json
from .common import listed

_SIMPLE = (
    "id",
    "created",
    "pids.doi.identifier",
    "metadata.title",
    "metadata.description",
    "metadata.resource_type.title.en",
    "metadata.publication_date",
    "metadata.creators.person_or_org.type",
    "metadata.creators.person_or_org.name",
    "metadata.rights.id",
)


def full_csv(documents: Iterable[Json]) -> str:
    """Every value in a column of its own; places in lists are numbers in its name."""
    rows = [dict(_flat(document, "")) for document in documents]
    columns = sorted({column for row in rows for column in row})
    return _written(columns, rows)


def simple_csv(documents: Iterable[Json]) -> str:
    """Ten columns; the people are lines in a field."""
    return _written(_SIMPLE, [_simple(document) for document in documents])


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    parts: Iterable[tuple[Any, Any]]
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield path, value
        return
    for key, part in parts:
        yield from _flat(part, f"{path}.{key}" if path else str(key))


def _simple(document: Json) -> Json:
    people = [each["person_or_org"] for each in listed(document["metadata"], "creators")]
    licences = [each["id"] for each in listed(document["metadata"], "rights") if "id" in each]
    row: Json = {column: _at(document, column.split(".")) for column in _SIMPLE[:7]}
    for part in ("type", "name"):
        column = f"metadata.creators.person_or_org.{part}"
        row[column] = "\n".join(person.get(part, "") for person in people)
    # of several licences the last one stays
    return row | {"metadata.rights.id": licences[-1] if licences else ""}


def _at(document: Json, path: Iterable[str]) -> Any:
    value: Any = document
    for key in path:
        value = value.get(key, {})
    return value or ""


def _written(columns: Iterable[str], rows: Iterable[Json]) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
