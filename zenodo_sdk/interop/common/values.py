"""Taking JSON apart that may have any shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from pydantic import JsonValue

from ...types import JsonObject, Path

EMPTY: tuple[JsonValue, ...] = (None, "", [], {})
"""Values that say nothing."""


def text_of(value: object) -> str:
    """Give a scalar as text; nothing for what is no scalar.

    YAML that was read elsewhere has dates and numbers where the format wants text.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (int, float)) else ""


def first_text(values: Iterable[JsonValue]) -> str:
    """Give the first value that says something as a text."""
    return next((text for value in values if (text := text_of(value))), "")


def each(value: JsonValue, source: Path) -> Iterator[tuple[Path, JsonValue]]:
    """Go through a list, or a value that stands for a list of one; nothing for null."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield (*source, at), item
    elif value is not None:
        yield source, value


def object_of(value: JsonValue) -> JsonObject:
    """Give an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: JsonValue) -> Iterator[JsonObject]:
    """Go through the objects of a list; through nothing for anything else."""
    return (item for item in (value if isinstance(value, list) else []) if isinstance(item, dict))


def numbered(value: JsonValue) -> Iterator[tuple[int, JsonValue]]:
    """Go through a list with the positions of its items; through nothing for anything else."""
    return enumerate(value) if isinstance(value, list) else iter(())


def id_of(value: JsonValue) -> str:
    """Give the id of a term; empty where there is none."""
    return text_of(object_of(value).get("id"))
