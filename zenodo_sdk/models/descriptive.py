"""What a record says about itself beside title and description."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import JsonValue

from ..types import JsonObject
from ..vocabularies import DateType, DescriptionType, Term, TitleType
from ._base import Model, Unreadable, Wire, beside, refusal, term, written
from ._values import (
    AtLeastThree,
    DateTypeId,
    DescriptionTypeId,
    EdtfMoment,
    LanguageCode,
    Needed,
    TitleTypeId,
)
from .identifiers import Identifier


class AdditionalTitle(Model):
    """A subtitle, a translated or an alternative title.

    Args:
        title: The title.
        type: ``"subtitle"``, ``"translated-title"``, ``"alternative-title"`` or ``"other"``.
        language: Its language (``"eng"``, or ``"en"``).
    """

    title: AtLeastThree
    """The title."""
    type: Needed[TitleTypeId]
    """What kind of title."""
    language: LanguageCode | None = None
    """ISO 639-3 code."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            title: str,
            type: TitleType | str | Term,
            language: str | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        title = wire.text("title")
        if title is None:
            raise Unreadable
        return cls.model_construct(
            title=title, type=wire.term("type"), language=wire.term("lang"), extra=wire.rest
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, title=self.title, type=term(self.type), lang=term(self.language))


class AdditionalDescription(Model):
    """Notes, methods, a table of contents and the like, as HTML.

    Args:
        description: The text, HTML.
        type: ``"notes"``, ``"methods"``, ``"abstract"``, …
        language: Its language (``"eng"``, or ``"en"``).
    """

    description: AtLeastThree
    """The text, HTML."""
    type: Needed[DescriptionTypeId]
    """What kind of description."""
    language: LanguageCode | None = None
    """ISO 639-3 code."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            description: str,
            type: DescriptionType | str | Term,
            language: str | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        description = wire.text("description")
        if description is None:
            raise Unreadable
        return cls.model_construct(
            description=description,
            type=wire.term("type"),
            language=wire.term("lang"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            description=self.description,
            type=term(self.type),
            lang=term(self.language),
        )


class Subject(Model):
    """A subject from a controlled vocabulary (free words are ``Metadata.keywords``).

    Args:
        id: Its id in the vocabulary, usually a URL.
    """

    id: str | None = None
    """Id in the vocabulary."""
    subject: str | None = None
    """Label; filled in by the server."""
    scheme: str | None = None
    """Vocabulary; filled in by the server."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("id")
        subject, scheme = wire.text("subject"), wire.text("scheme")
        return cls.model_construct(
            id=identifier, subject=subject, scheme=scheme, extra=beside(identifier, wire)
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form: with an id the label is the server's business."""
        if self.id is not None:
            return {"id": self.id}
        return written(self.extra, subject=self.subject, scheme=self.scheme)


class Date(Model):
    """A date beside the publication date, such as when something was collected.

    Args:
        date: EDTF level 0 text (a day, a month, a year or an interval ``a/b``), a day with its
            time to the second, or a date.
        type: ``"collected"``, ``"valid"``, …
        description: What happened then.

    Example:
        >>> Date(date="2019-05/2019-08", type="collected").type
        'collected'
    """

    date: EdtfMoment
    """EDTF text."""
    type: Needed[DateTypeId]
    """What the date says."""
    description: str | None = None
    """What happened then."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            date: str | dt.date,
            type: DateType | str | Term,
            description: str | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        date = wire.text("date")
        if date is None:
            raise Unreadable
        return cls.model_construct(
            date=date,
            type=wire.term("type"),
            description=wire.text("description"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra, date=self.date, type=term(self.type), description=self.description
        )


class Geometry(Model):
    """A GeoJSON geometry other than a single point.

    Args:
        type: ``"Polygon"``, ``"MultiPoint"``, …
        coordinates: As GeoJSON nests them, longitude before latitude.
    """

    type: str
    """GeoJSON type."""
    coordinates: JsonValue
    """GeoJSON coordinates, longitude first."""

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


class Location(Model):
    """A place that the work is about.

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

    lat: float | None = None
    """Latitude in degrees."""
    lon: float | None = None
    """Longitude in degrees."""
    place: str | None = None
    """Name of the place."""
    description: str | None = None
    """What happened there."""
    identifiers: list[Identifier] = []
    """Wikidata or GeoNames ids."""
    geometry: Geometry | None = None
    """A shape that is not a single point."""

    if TYPE_CHECKING:

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
    def _spelled_out(cls, given: dict[str, Any]) -> dict[str, Any]:
        if (given.get("lat") is None) != (given.get("lon") is None):
            raise refusal("half_a_point", "a point needs both lat and lon")
        return given

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
        geometry = self.geometry
        if geometry is None and self.lat is not None and self.lon is not None:
            geometry = Geometry(type="Point", coordinates=[self.lon, self.lat])
        return written(
            self.extra,
            geometry=None if geometry is None else geometry.to_rdm(),
            place=self.place,
            description=self.description,
            identifiers=[identifier.to_rdm() for identifier in self.identifiers],
        )


def _point(geometry: Geometry | None) -> tuple[float | None, float | None]:
    if geometry is None or geometry.type != "Point" or geometry.extra:
        return None, None
    match geometry.coordinates:
        case [int() | float() as lon, int() | float() as lat]:
            return lon, lat
        case _:
            return None, None
