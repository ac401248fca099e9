"""Locations: places, descriptions, identifiers and geometries."""

from __future__ import annotations

from dataclasses import dataclass

from ..identifiers.schemes import PLACES
from ..types import Path
from .identifiers import identifier
from .report import GONE, Object, Report, as_list, as_object, legible, shown
from .shape import REQUIRED, ListOf, Obj, Part, Text, number

_KINDS = {
    "Point": "[longitude, latitude]",
    "MultiPoint": "[[longitude, latitude], …]",
    "Polygon": "[[[longitude, latitude], …]], where each ring has 4 points or more and ends where "
    "it begins",
}
_DEPTHS = {"Point": 1, "MultiPoint": 2, "Polygon": 3}
_SMALLEST_RING = 4
# The run of spaces comes from a line break inside the server's own text.
_NOTHING_SAID = (
    "At least one of ['geometry', 'place',                 identifiers', 'description'] "
    "must be present."
)


@dataclass(frozen=True)
class Geometry:
    """A GeoJSON point, some points, or a polygon.

    What is wrong with the coordinates is not told by the server: it fails over them.
    """

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a geometry."""
        geometry = as_object(value)
        if geometry is None:
            fix = 'Write {"type": "Point", "coordinates": [longitude, latitude]}.'
            message = f"A geometry is an object, and {shown(value)} is none."
            report.wrong(at, "bad-geometry", message, fix, f"Invalid data type: {_spelled(value)}")
            return GONE
        kind = geometry.get("type")
        if not isinstance(kind, str) or kind not in _KINDS:
            self._unknown(kind, (*at, "type"), report)
            return GONE
        coordinates = _filled(geometry.get("coordinates"), _DEPTHS[kind])
        if geometry.keys() != {"type", "coordinates"} or not _fits(coordinates, kind):
            report.crashes(
                at,
                f"These are not the coordinates of a {kind}.",
                f"Write {_KINDS[kind]}, numbers alone, and nothing but 'type' and 'coordinates'.",
            )
        elif len(coordinates) == 1:
            _tell_break(kind, at, report)
        return geometry

    def _unknown(self, kind: object, at: Path, report: Report) -> None:
        known = ", ".join(_KINDS)
        if kind is None:
            report.wrong(at, "missing", "The geometry has no type.", f"Write {known}.", REQUIRED)
            return
        fix = report.did_you_mean(kind, _KINDS) if isinstance(kind, str) else ""
        report.wrong(
            at,
            "bad-geometry",
            f"{shown(kind)} is no kind of geometry that the server takes.",
            fix or f"Write one of {known}.",
            f"Unsupported value: {_spelled(kind)}",
        )


def _spelled(value: object) -> str:
    """A value as the server writes it into its sentences."""
    return legible(value) if isinstance(value, str) else shown(value)


def _tell_break(kind: str, at: Path, report: Report) -> None:
    one, instead = {
        "MultiPoint": ("point", 'Write {"type": "Point", "coordinates": [longitude, latitude]}.'),
        "Polygon": ("ring", "Write a Point in its middle, or its corners as a MultiPoint."),
    }[kind]
    report.breaks(
        at,
        f"A {kind} of one {one} is stored, and from then on the server's older API fails (error "
        "500) on this record and on every page that lists it, your own uploads included.",
        instead,
    )


def _filled(value: object, depth: int) -> list[object]:
    """Coordinates without the empty lists that the server takes out."""
    items = as_list(value) or []
    if depth == 1:
        return items
    below = [item if as_list(item) is None else _filled(item, depth - 1) for item in items]
    return [item for item in below if item != []]


def _fits(coordinates: list[object], kind: str) -> bool:
    if not _positions(coordinates, _DEPTHS[kind]):
        return False
    return kind != "Polygon" or all(map(_is_closed, coordinates))


def _positions(value: object, depth: int) -> bool:
    """Whether a value is lists of positions, so deep."""
    items = as_list(value)
    if not items:
        return False
    if depth == 1:
        return len(items) in (2, 3) and all(number(item) is not None for item in items)
    return all(_positions(item, depth - 1) for item in items)


def _is_closed(value: object) -> bool:
    ring = [as_list(position) or [] for position in as_list(value) or ()]
    return len(ring) >= _SMALLEST_RING and [*map(number, ring[0])] == [*map(number, ring[-1])]


def _says_something(place: Object, at: Path, report: Report) -> None:
    if not any(place.get(key) for key in ("geometry", "place", "identifiers", "description")):
        report.wrong(
            at,
            "missing",
            "Nothing is said about the location.",
            'Write its "place", "description", "geometry" or "identifiers".',
            _NOTHING_SAID,
        )


LOCATION = Obj(
    {
        "geometry": Part(Geometry()),
        "place": Part(Text()),
        "identifiers": Part(ListOf(identifier(PLACES))),
        "description": Part(Text()),
    },
    checks=(_says_something,),
    example='{"place": "Lagos"}',
)
"""A place that the work is about."""

LOCATIONS = Obj({"features": Part(ListOf(LOCATION))}, example='{"features": [{"place": "Lagos"}]}')
"""The ``locations`` of a record."""
