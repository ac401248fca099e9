"""What an export does not keep: found by reading back what was written."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from ...rules.finding import Finding
from ...types import JsonObject, Path
from .values import EMPTY

_SERVERS_OWN = {"parent", "links", "id", "created", "updated", "revision_id", "versions", "ui"}


def losses(body: JsonObject, back: JsonObject, format: str) -> tuple[Finding, ...]:
    """Compare a body with what its export says when it is read again.

    Args:
        body: What was to be written.
        back: What reading the written document gives.
        format: The document's format, for messages.

    Returns:
        A finding for each value that is lost or not the same; paths are the body's.
    """
    return tuple(
        Finding(path, "unmapped", f"{format} has no place for this.", effect="lost")
        if gone
        else Finding(path, "text-changed", f"{format} says it in other words.", effect="changed")
        for path, gone in _unlike(body, back, ())
    )


def _unlike(value: JsonValue, back: JsonValue, path: Path) -> Iterator[tuple[Path, bool]]:
    """Go through what differs, and whether it is gone."""
    if value == back or value in EMPTY:
        return
    if isinstance(value, dict) and isinstance(back, dict):
        for key, item in value.items():
            if not (path == () and key in _SERVERS_OWN):
                yield from _unlike(item, back.get(key), (*path, key))
    elif isinstance(value, list) and isinstance(back, list):
        yield from _unlike_items(value, back, path)
    else:
        yield path, back in EMPTY


def _unlike_items(
    items: list[JsonValue], back: list[JsonValue], path: Path
) -> Iterator[tuple[Path, bool]]:
    """Compare lists: by what is still there, or in step where both are as long."""
    left = {repr(item) for item in back}
    if len(items) == len(back) and not left.issuperset(map(repr, items)):
        for at, (item, other) in enumerate(zip(items, back, strict=True)):
            yield from _unlike(item, other, (*path, at))
        return
    for at, item in enumerate(items):
        if repr(item) not in left:
            yield (*path, at), True
