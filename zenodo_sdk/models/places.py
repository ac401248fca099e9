"""Places that a work is about."""

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

from pydantic import JsonValue

from ..types import JsonObject
from ._part import Part
from ._strict import refusal, signed
from ._wire import Unreadable, Wire, written
from .identifiers import Identifier, placed

LatLon: TypeAlias = tuple[float, float]
"""Latitude and longitude of a point, in degrees and in this order."""


class Geometry(Part):
    """A GeoJSON geometry other than a single point.

    Args:
        type: ``"Point"``, ``"MultiPoint"`` or ``"Polygon"``; the server drops others.
        coordinates: As GeoJSON nests them, longitude before latitude.

    Example:
        >>> Geometry("MultiPoint", [[6.05, 46.2], [7.45, 46.95]]).type
        'MultiPoint'
    """

    _place = ("metadata", "locations", "features", 0, "geometry")

    type: str
    """GeoJSON type."""
    coordinates: JsonValue
    """GeoJSON coordinates, longitude first."""

    @signed
    def __init__(
        self, type: str, coordinates: JsonValue, *, extra: dict[str, JsonValue] = ...
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read GeoJSON."""
        wire = Wire(value)
        kind = wire.text("type")
        if kind is None or "coordinates" not in wire.rest:
            raise Unreadable
        coordinates = wire.rest.pop("coordinates")
        return cls.model_construct(type=kind, coordinates=coordinates, extra=wire.rest)

    def to_rdm(self) -> JsonObject:
        """Write GeoJSON."""
        return {**self.extra, "type": self.type, "coordinates": self.coordinates}


class Location(Part):
    """A place that the work is about.

    At least one of a point or shape, a name, a description and an identifier has to be given.

    Args:
        lat: Latitude in degrees.
        lon: Longitude in degrees.
        place: Name of the place.
        description: What happened there.
        identifiers: Wikidata or GeoNames ids.
        geometry: A shape in place of ``lat`` and ``lon``.

    Example:
        >>> Location(lat=0, lon=6.05, place="CERN").lat
        0.0
    """

    _place = ("metadata", "locations", "features", 0)

    lat: float | None = None
    """Latitude in degrees."""
    lon: float | None = None
    """Longitude in degrees."""
    place: str | None = None
    """Name of the place."""
    description: str | None = None
    """What happened there."""
    identifiers: list[Identifier] = []
    """Wikidata or GeoNames ids, each at most once."""
    geometry: Geometry | None = None
    """A shape that is not a single point."""

    @signed
    def __init__(
        self,
        *,
        lat: float | None = None,
        lon: float | None = None,
        place: str | None = None,
        description: str | None = None,
        identifiers: Sequence[Identifier] = (),
        geometry: Geometry | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def points(
        cls, points: Sequence[LatLon], *, place: str | None = None, description: str | None = None
    ) -> Self:
        """Several points.

        Args:
            points: Latitude and longitude of each, in degrees.
            place: Name of the place.
            description: What happened there.

        Example:
            >>> Location.points([(46.2, 6.05), (46.95, 7.45)]).geometry.coordinates
            [[6.05, 46.2], [7.45, 46.95]]
        """
        shape = Geometry("MultiPoint", _turned(points))
        return cls(geometry=shape, place=place, description=description)

    @classmethod
    def polygon(
        cls,
        outline: Sequence[LatLon],
        *holes: Sequence[LatLon],
        place: str | None = None,
        description: str | None = None,
    ) -> Self:
        """An area.

        Zenodo stores an area without a hole, and from then on fails whenever it has to show it:
        such a one is refused. Give its corners as :meth:`points` instead.

        Args:
            outline: Latitude and longitude of each corner, in degrees; it is closed for you.
            *holes: Areas in it that are not part of it, likewise.
            place: Name of the place.
            description: What happened there.
        """
        rings: list[JsonValue] = []
        for ring in (outline, *holes):
            corners = _turned(ring)
            rings.append(corners if corners[:1] == corners[-1:] else [*corners, *corners[:1]])
        return cls(geometry=Geometry("Polygon", rings), place=place, description=description)

    @classmethod
    def _spelled_out(cls, given: dict[str, Any]) -> dict[str, Any]:
        if (given.get("lat") is None) != (given.get("lon") is None):
            raise refusal("half-a-point", "a point needs both lat and lon")
        return given

    def _settle(self, values: dict[str, Any]) -> None:
        if values.get("identifiers"):
            from ..identifiers.schemes import PLACES

            values["identifiers"] = placed(values["identifiers"], PLACES)

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read a GeoJSON-like feature."""
        wire = Wire(value)
        geometry = wire.one("geometry", Geometry.from_rdm)
        lon, lat = _point(geometry)
        return cls.model_construct(
            lat=lat,
            lon=lon,
            place=wire.text("place"),
            description=wire.text("description"),
            identifiers=wire.each("identifiers", Identifier.from_rdm),
            geometry=None if lat is not None else geometry,
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write a GeoJSON-like feature."""
        shape = None if self.geometry is None else self.geometry.to_rdm()
        if shape is None and self.lat is not None and self.lon is not None:
            shape = {"type": "Point", "coordinates": [self.lon, self.lat]}
        return written(
            self.extra,
            geometry=shape,
            place=self.place,
            description=self.description,
            identifiers=[identifier.to_rdm() for identifier in self.identifiers],
        )


def _turned(points: Sequence[LatLon]) -> list[JsonValue]:
    """Bring points into the order of GeoJSON."""
    return [[lon, lat] for lat, lon in points]


def _point(geometry: Geometry | None) -> tuple[float | None, float | None]:
    if geometry is None or geometry.type != "Point" or geometry.extra:
        return None, None
    match geometry.coordinates:
        case [int() | float() as lon, int() | float() as lat]:
            return lon, lat
        case _:
            return None, None
