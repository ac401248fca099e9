"""Locations: places, descriptions, identifiers and geometries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from ..answers import Json
from .fields import REQUIRED, Text
from .identifiers import PLACES, identifier_of

_NUMBERS = fields.List(fields.Float())
_COORDINATES: Mapping[str, fields.List] = {
    "Point": _NUMBERS,
    "MultiPoint": fields.List(_NUMBERS),
    "Polygon": fields.List(fields.List(_NUMBERS)),
}


class Geometry(fields.Field):
    """A GeoJSON point, some points or a polygon.

    What is wrong in the coordinates is not told: the server keeps the geometry without them,
    and then fails to store it (see ``storage``).
    """

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Json:
        if not isinstance(value, dict):
            raise ValidationError({"_schema": [f"Invalid data type: {value}"]})
        kind: Any = value.get("type")
        if kind is None:
            raise ValidationError({"type": [REQUIRED]})
        if isinstance(kind, dict | list):
            raise ValidationError({"type": [f"Invalid value: {kind}"]})
        if kind not in _COORDINATES:
            raise ValidationError({"type": [f"Unsupported value: {kind}"]})
        schema = Schema.from_dict({"coordinates": _COORDINATES[kind], "type": fields.String()})
        try:
            return cast("Json", schema(unknown=RAISE).load(value))
        except ValidationError as error:
            raise ValidationError(error.messages, valid_data={"type": kind}) from None


class LocationSchema(Schema):
    """A place that the work is about."""

    geometry = Geometry()
    place = Text()
    identifiers = fields.List(identifier_of(PLACES))
    description = Text()

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """Something is said about it."""
        if not any(data.get(key) for key in ("geometry", "place", "identifiers", "description")):
            raise ValidationError({"locations": _NOTHING_SAID})


class LocationsSchema(Schema):
    """All places; GeoJSON's collection of features."""

    features = fields.List(fields.Nested(LocationSchema))


# The run of spaces comes from a line break inside the server's own text.
_NOTHING_SAID = (
    "At least one of ['geometry', 'place',                 identifiers', 'description'] "
    "must be present."
)
