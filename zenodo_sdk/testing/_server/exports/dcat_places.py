"""Places in DCAT, each in three notations."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers import Json
from .dcat_names import CRS, uri
from .xmltext import Tag

Point = tuple[str, str]
"""Longitude and latitude as they are written."""


def place(location: Json) -> Iterator[Tag]:
    """One of DataCite's geoLocations; nothing of an empty one."""
    inside = [*_named(location), *_point(location), *_box(location), *_polygon(location)]
    if inside:
        yield Tag("dct:spatial", [Tag("dct:Location", inside)])


def _named(location: Json) -> Iterator[Tag]:
    name = " ".join(location.get("geoLocationPlace", "").split())
    if name:
        yield Tag("rdf:type", None, {"rdf:resource": uri("skos:Concept")})
        yield Tag("skos:prefLabel", name)
        yield Tag("locn:geographicName", name)


def _point(location: Json) -> Iterator[Tag]:
    if "geoLocationPoint" in location:
        longitude, latitude = _pair(location["geoLocationPoint"])
        yield from _notations(
            "dcat:centroid",
            f"POINT({longitude} {latitude})",
            f'<gml:Point srsName="{CRS}"><gml:pos srsDimension="2">{longitude} {latitude}'
            "</gml:pos></gml:Point>",
            f'{{"type":"Point","coordinates":[{longitude},{latitude}]}}',
        )


def _box(location: Json) -> Iterator[Tag]:
    if "geoLocationBox" in location:
        box = location["geoLocationBox"]
        west, east = box["westBoundLongitude"], box["eastBoundLongitude"]
        south, north = box["southBoundLatitude"], box["northBoundLatitude"]
        corners = [(west, north), (east, north), (east, south), (west, south), (west, north)]
        ring = ",".join(f"[{longitude},{latitude}]" for longitude, latitude in corners)
        yield from _notations(
            "dcat:bbox",
            f"POLYGON(({_joined(corners, ',')}))",
            f'<gml:Envelope srsName="{CRS}"><gml:lowerCorner>{west} {south}</gml:lowerCorner>'
            f"<gml:upperCorner>{east} {north}</gml:upperCorner></gml:Envelope>",
            f'{{"type":"Polygon","coordinates":[[{ring}]]}}',
        )


def _polygon(location: Json) -> Iterator[Tag]:
    if "geoLocationPolygon" in location:
        points = [_pair(each["polygonPoint"]) for each in location["geoLocationPolygon"]]
        # not JSON at all, but this is what the real server writes
        ring = f"[[{_joined(points, ',][')}]]"
        yield from _notations(
            "locn:geometry",
            f"POLYGON(({_joined(points, ',')}))",
            f'<gml:Polygon srsName="{CRS}"><gml:exterior><gml:LinearRing>'
            f'<gml:posList srsDimension="2">{_joined(points, " ")}</gml:posList>'
            "</gml:LinearRing></gml:exterior></gml:Polygon>",
            f'{{"type":"Polygon","coordinates":[[[{ring}]]]}}',
        )


def _pair(point: Json) -> Point:
    return point["pointLongitude"], point["pointLatitude"]


def _joined(points: list[Point], between: str) -> str:
    return between.join(f"{longitude} {latitude}" for longitude, latitude in points)


def _notations(name: str, wkt: str, gml: str, geojson: str) -> Iterator[Tag]:
    for notation, text in (("wkt", wkt), ("gml", gml), ("geoJSON", geojson)):
        yield Tag(name, text, {"rdf:datatype": uri(f"gsp:{notation}Literal")}, cdata=True)
