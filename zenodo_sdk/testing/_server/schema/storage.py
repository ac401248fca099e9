"""What the database and the index take: they are stricter than the fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from ..answers import Json
from .dates import can_be_indexed

_LICENCE = {"id", "title", "description", "link"}
_SUBJECT = {"id", "subject"}
_AWARD = {"id", "number", "title", "identifiers"}
_SMALLEST_POSITION, _SMALLEST_RING = 2, 4


def without_empties(value: Any) -> Any:
    """The same without nulls, empty objects and empty lists, at any depth."""
    if isinstance(value, dict):
        object_ = cast("Json", value)
        cleaned = {key: without_empties(item) for key, item in object_.items()}
        return {key: item for key, item in cleaned.items() if not _is_empty(item)}
    if isinstance(value, list):
        old: list[Any] = value
        items = [without_empties(item) for item in old]
        return [item for item in items if not _is_empty(item)]
    return value


def can_be_stored(metadata: Json, custom_fields: Json) -> bool:
    """Whether the database and the search index take it; if not, the server fails."""
    return all(
        (
            all(map(can_be_indexed, _dates(metadata, custom_fields))),
            all(entry.keys() <= _LICENCE for entry in metadata.get("rights", ())),
            all(entry.keys() <= _SUBJECT for entry in metadata.get("subjects", ())),
            all(entry.get("award", {}).keys() <= _AWARD for entry in metadata.get("funding", ())),
            all(map(_is_place, metadata.get("locations", {}).get("features", ()))),
            all(map(_are_distinct, _identifier_lists(metadata))),
        )
    )


def _is_empty(value: Any) -> bool:
    return value is None or value == {} or value == []


def _dates(metadata: Json, custom_fields: Json) -> Iterator[str]:
    if "publication_date" in metadata:
        yield metadata["publication_date"]
    yield from (entry["date"] for entry in metadata.get("dates", ()) if "date" in entry)
    yield from custom_fields.get("ac:digitizationDate", ())


def _identifier_lists(metadata: Json) -> Iterator[list[Json]]:
    yield metadata.get("identifiers", [])
    for entry in (*metadata.get("creators", ()), *metadata.get("contributors", ())):
        yield entry.get("person_or_org", {}).get("identifiers", [])
    for place in metadata.get("locations", {}).get("features", ()):
        yield place.get("identifiers", [])


def _are_distinct(identifiers: list[Json]) -> bool:
    return all(item not in identifiers[:index] for index, item in enumerate(identifiers))


def _is_place(place: Json) -> bool:
    texts = (place.get("place", "-"), place.get("description", "-"))
    return all(texts) and ("geometry" not in place or _is_geometry(place["geometry"]))


def _is_geometry(geometry: Json) -> bool:
    if geometry.keys() != {"type", "coordinates"}:
        return False
    coordinates: list[Any] = geometry["coordinates"]
    if geometry["type"] == "Point":
        return _is_position(coordinates)
    if geometry["type"] == "MultiPoint":
        return all(map(_is_position, coordinates))
    return all(
        len(ring) >= _SMALLEST_RING and all(map(_is_position, ring)) and ring[0] == ring[-1]
        for ring in coordinates
    )


def _is_position(position: list[Any]) -> bool:
    return len(position) in {_SMALLEST_POSITION, _SMALLEST_POSITION + 1}
