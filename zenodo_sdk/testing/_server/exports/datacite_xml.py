"""DataCite XML, written from DataCite JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..answers import Json
from .common import listed
from .datacite import datacite
from .xmltext import Tag
from .xmltext import document as xml_document

_KERNEL = "http://datacite.org/schema/kernel-4"
_ROOT = {
    "xmlns": _KERNEL,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{_KERNEL} http://schema.datacite.org/meta/kernel-4.5/metadata.xsd",
}


def datacite_xml(document: Json, *, openaire: bool = False) -> str:
    """The record as DataCite XML; see `datacite` for the arguments."""
    fields = datacite(document, openaire=openaire)
    inside = [part for name, write in _PARTS.items() if name in fields for part in write(fields)]
    return xml_document(Tag("resource", inside, _ROOT))


def _simple(name: str, tag: str) -> Callable[[Json], list[Tag]]:
    return lambda fields: [Tag(tag, fields[name])] if fields[name] else []


def _many(name: str, one: Callable[[Json], Tag]) -> Callable[[Json], list[Tag]]:
    return lambda fields: [Tag(name, [one(entry) for entry in fields[name]])]


def _strings(name: str, tag: str) -> Callable[[Json], list[Tag]]:
    def write(fields: Json) -> list[Tag]:
        return [Tag(name, [Tag(tag, text) for text in fields[name]])] if fields[name] else []

    return write


def _attributes(entry: Json, *names: str) -> dict[str, str | None]:
    return {name: entry.get(name) or None for name in names}


def _alternate(entry: Json) -> Tag:
    attributes = _attributes(entry, "alternateIdentifierType")
    return Tag("alternateIdentifier", entry["alternateIdentifier"], attributes)


def _creator(person: Json) -> Tag:
    return Tag("creator", _person(person, "creatorName"))


def _contributor(person: Json) -> Tag:
    inside = _person(person, "contributorName")
    return Tag("contributor", inside, _attributes(person, "contributorType"))


def _person(person: Json, name: str) -> list[Tag]:
    tags = [Tag(name, person["name"], _attributes(person, "nameType"))]
    tags += [Tag(part, person[part]) for part in ("givenName", "familyName") if person.get(part)]
    tags += [
        Tag("nameIdentifier", each["nameIdentifier"], _attributes(each, "nameIdentifierScheme"))
        for each in person["nameIdentifiers"]
    ]
    known = ("affiliationIdentifier", "affiliationIdentifierScheme")
    tags += [
        Tag("affiliation", each["name"], _attributes(each, *known))
        for each in listed(person, "affiliation")
    ]
    return tags


def _title(entry: Json) -> Tag:
    attributes = {"xml:lang": entry.get("lang")} | _attributes(entry, "titleType")
    return Tag("title", entry["title"], attributes)


def _description(entry: Json) -> Tag:
    attributes = _attributes(entry, "descriptionType") | {"xml:lang": entry.get("lang")}
    return Tag("description", entry["description"], attributes)


def _subject(entry: Json) -> Tag:
    return Tag("subject", entry["subject"], _attributes(entry, "subjectScheme"))


def _date(entry: Json) -> Tag:
    return Tag("date", entry["date"], _attributes(entry, "dateType", "dateInformation"))


def _type(fields: Json) -> list[Tag]:
    types = fields["types"]
    return [Tag("resourceType", types["resourceType"], _attributes(types, "resourceTypeGeneral"))]


def _related(entry: Json) -> Tag:
    names = ("relationType", "resourceTypeGeneral", "relatedIdentifierType")
    return Tag("relatedIdentifier", entry["relatedIdentifier"], _attributes(entry, *names))


def _right(entry: Json) -> Tag:
    attributes = {"rightsURI": entry.get("rightsUri")}
    attributes |= _attributes(entry, "rightsIdentifierScheme", "rightsIdentifier")
    return Tag("rights", entry.get("rights"), attributes)


def _numbers(entry: Json) -> Iterable[Tag]:
    return [Tag(name, number) for name, number in entry.items()]


def _location(entry: Json) -> Tag:
    tags: list[Tag] = []
    if "geoLocationPlace" in entry:
        tags.append(Tag("geoLocationPlace", entry["geoLocationPlace"]))
    for name in ("geoLocationPoint", "geoLocationBox"):
        if name in entry:
            tags.append(Tag(name, _numbers(entry[name])))
    if "geoLocationPolygon" in entry:
        points = [
            Tag("polygonPoint", _numbers(point["polygonPoint"]))
            for point in entry["geoLocationPolygon"]
        ]
        tags.append(Tag("geoLocationPolygon", points))
    return Tag("geoLocation", tags)


def _funding(entry: Json) -> Tag:
    tags = [Tag("funderName", entry["funderName"])]
    if "funderIdentifier" in entry:
        attributes = _attributes(entry, "funderIdentifierType")
        tags.append(Tag("funderIdentifier", entry["funderIdentifier"], attributes))
    # the address of the award is lost on the way to XML
    tags += [Tag(name, entry[name]) for name in ("awardNumber", "awardTitle") if name in entry]
    return Tag("fundingReference", tags)


_PARTS: dict[str, Callable[[Json], list[Tag]]] = {
    "alternateIdentifiers": _many("alternateIdentifiers", _alternate),
    "creators": _many("creators", _creator),
    "titles": _many("titles", _title),
    "publisher": lambda fields: [Tag("publisher", fields["publisher"]["name"])],
    "publicationYear": _simple("publicationYear", "publicationYear"),
    "subjects": _many("subjects", _subject),
    "contributors": _many("contributors", _contributor),
    "dates": _many("dates", _date),
    "language": _simple("language", "language"),
    "types": _type,
    "doi": lambda fields: [Tag("identifier", fields["doi"], {"identifierType": "DOI"})],
    "relatedIdentifiers": _many("relatedIdentifiers", _related),
    "sizes": _strings("sizes", "size"),
    "formats": _strings("formats", "format"),
    "version": _simple("version", "version"),
    "rightsList": _many("rightsList", _right),
    "descriptions": _many("descriptions", _description),
    "geoLocations": _many("geoLocations", _location),
    "fundingReferences": _many("fundingReferences", _funding),
}
