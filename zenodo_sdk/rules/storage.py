"""What the server's database makes of a body that was read: it is stricter than the fields."""

from __future__ import annotations

from collections.abc import Iterator

from ..types import Path
from .report import GONE, Object, Report, as_list, as_object

_KNOWN_BY_ID = (
    ("creators", "affiliations"),
    ("creators", "role"),
    ("contributors", "affiliations"),
    ("contributors", "role"),
    ("funding", "funder"),
    ("funding", "award"),
    ("languages",),
    ("resource_type",),
    ("subjects",),
    ("rights",),
)
_LICENCE = ("id", "title", "description", "link")
_SUBJECT = ("id", "subject")
_AWARD = ("id", "number", "title", "identifiers")
_DEEPEST = 50


def stored(metadata: Object, at: Path, report: Report) -> Object:
    """Give what is stored of metadata, and report what the database fails over.

    Entries that name something known are reduced to its id, and what is empty goes.

    Args:
        metadata: What was kept of it.
        at: Where that is.
        report: Takes the findings.
    """
    found = as_object(without_empties(metadata)) or {}
    for path in _KNOWN_BY_ID:
        for entry, _ in _entries(found, path, ()):
            if "id" in entry and len(entry) > 1:
                for key in [key for key in entry if key != "id"]:
                    del entry[key]
    _look_for_strangers(found, at, report)
    _look_for_repetitions(found, at, report)
    for place, where in _entries(found, ("locations", "features"), at):
        for key in ("place", "description"):
            if place.get(key) == "":
                report.crashes((*where, key), f"'{key}' is blank.", "Leave it out.")
    return found


def without_empties(value: object, depth: int = 0) -> object:
    """The same without nulls, empty objects and empty lists, at any depth.

    Items of lists leave a gap, so that the others keep their places.
    """
    if value is None:
        return GONE
    if depth > _DEEPEST or isinstance(value, str):
        return value
    if (items := as_list(value)) is not None:
        there = [without_empties(item, depth + 1) for item in items]
        return there if any(item is not GONE for item in there) else GONE
    owner = as_object(value)
    if owner is None:
        return value
    left: Object = {}
    for key, item in owner.items():
        if (found := without_empties(item, depth + 1)) is not GONE:
            left[key] = found
    return left or GONE if depth else left


def _look_for_strangers(metadata: Object, at: Path, report: Report) -> None:
    """Report keys that the fields take and the database does not."""
    for path, known in (
        (("rights",), _LICENCE),
        (("subjects",), _SUBJECT),
        (("funding", "award"), _AWARD),
    ):
        for entry, where in _entries(metadata, path, at):
            for key in entry:
                if key not in known:
                    report.crashes(
                        (*where, key), f"'{key}' may stand only beside an 'id'.", "Leave it out."
                    )


def _look_for_repetitions(metadata: Object, at: Path, report: Report) -> None:
    """Report identifiers that stand twice where the database wants each once."""
    owners: list[tuple[Object, Path]] = [(metadata, at)]
    for path in (
        ("creators", "person_or_org"),
        ("contributors", "person_or_org"),
        ("locations", "features"),
    ):
        owners += _entries(metadata, path, at)
    for owner, where in owners:
        seen: set[tuple[tuple[str, str], ...]] = set()
        for entry, place in _entries(owner, ("identifiers",), where):
            spelled = tuple(sorted((key, str(value)) for key, value in entry.items()))
            if spelled in seen:
                report.crashes(place, "The same identifier stands here twice.", "Leave one out.")
            seen.add(spelled)


def _entries(owner: object, path: Path, at: Path) -> Iterator[tuple[Object, Path]]:
    """The objects at the end of a path, and where they are."""
    if (found := as_object(owner)) is not None:
        if not path:
            yield found, at
        elif path[0] in found:
            yield from _entries(found[str(path[0])], path[1:], (*at, path[0]))
    else:
        for index, item in enumerate(as_list(owner) or ()):
            yield from _entries(item, path, (*at, index))
