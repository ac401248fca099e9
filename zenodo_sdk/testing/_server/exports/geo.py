"""GeoJSON of the places that a record tells."""

from __future__ import annotations

from ..answers import Json
from .common import tripped


def geojson(document: Json) -> Json:
    """The places as a collection of features.

    Raises:
        ApiError: 500 if a place has no coordinates.
    """
    locations = document["metadata"].get("locations", {"features": []})
    return {
        "features": [_feature(each) for each in locations["features"]],
        "type": "FeatureCollection",
    }


def _feature(feature: Json) -> Json:
    if "geometry" not in feature:
        raise tripped()
    geometry = feature["geometry"]
    return {
        "type": "Feature",
        "geometry": {"type": geometry["type"], "coordinates": geometry["coordinates"]},
        "properties": {key: feature[key] for key in feature if key != "geometry"},
    }
