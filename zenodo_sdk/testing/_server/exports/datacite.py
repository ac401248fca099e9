"""DataCite JSON, version 4.5 of its schema."""

from __future__ import annotations

from typing import Any

from ..answers import Json
from .common import (
    archived_id,
    community_addresses,
    custom,
    filled,
    listed,
    part,
    preferred,
)
from .libraries import first_year, is_address, is_ror, plain
from .vocabulary import KINDS, RELATIONS, ROLES, camel

_UPPER = (
    "ark cstr doi ean13 eissn gnd grid igsn isbn isni issn istc lissn lsid orcid pmid purl ror "
    "rrid upc url urn"
)
SCHEMES = {scheme: scheme.upper() for scheme in _UPPER.split()} | {
    "ads": "bibcode",
    "arxiv": "arXiv",
    "crossreffunderid": "Crossref Funder ID",
    "handle": "Handle",
    "other": "Other",
    "wikidata": "Other",
}
_RELATED = (
    "ark arxiv bibcode doi ean13 eissn handle igsn isbn issn istc lissn pmid purl upc url urn w3id"
)
_RELATABLE = frozenset(_RELATED.split())
_FUNDER_SCHEMES = {
    "ror": "ROR",
    "doi": "Crossref Funder ID",
    "grid": "GRID",
    "isni": "ISNI",
    "gnd": "GND",
}
_IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
_ARCHIVE = "https://archive.softwareheritage.org"


def datacite(document: Json, *, openaire: bool = False) -> Json:
    """The record as DataCite JSON.

    Args:
        document: The record.
        openaire: The rights end with how open the record is, in the terms of OpenAIRE.
    """
    metadata = document["metadata"]
    publisher, languages = metadata.get("publisher"), metadata.get("languages")
    return filled(
        {
            "doi": part(document, "pids", "doi").get("identifier"),
            "types": _types(metadata),
            "titles": _texts(metadata, "title", None),
            "creators": _people(metadata, "creators"),
            "contributors": _people(metadata, "contributors"),
            "publisher": {"name": publisher} if publisher else None,
            "publicationYear": _year(metadata.get("publication_date")),
            "subjects": [_subject(each) for each in listed(metadata, "subjects")] or None,
            "dates": _dates(document) or None,
            "language": languages[0]["id"] if languages else None,
            "alternateIdentifiers": _alternates(document) or None,
            "relatedIdentifiers": _related(document) or None,
            "sizes": metadata.get("sizes"),
            "formats": metadata.get("formats"),
            "version": metadata.get("version"),
            "rightsList": _rights(document, openaire) or None,
            "descriptions": _texts(metadata, "description", "Abstract"),
            "geoLocations": _locations(metadata) or None,
            "fundingReferences": [_funding(each) for each in listed(metadata, "funding")] or None,
            "schemaVersion": "http://datacite.org/schema/kernel-4",
        }
    )


def datacite_scheme(identifier: Json) -> str:
    """DataCite's name of an identifier's scheme; its own where DataCite has none."""
    return SCHEMES.get(identifier["scheme"]) or str(identifier["scheme"])


def _types(metadata: Json) -> Json | None:
    if "resource_type" not in metadata:
        return None
    kind = KINDS[metadata["resource_type"]["id"]]
    return {"resourceTypeGeneral": kind.datacite, "resourceType": kind.detail}


def _texts(metadata: Json, field: str, main_type: str | None) -> list[Json] | None:
    """The title or description and the additional ones."""
    texts: list[Json] = []
    if metadata.get(field):
        texts.append(filled({field: plain(metadata[field]), f"{field}Type": main_type}))
    for more in listed(metadata, f"additional_{field}s"):
        kind, language = part(more, "type").get("id"), part(more, "lang").get("id")
        extra = {f"{field}Type": camel(kind) if kind else None, "lang": language}
        texts.append({field: plain(more[field])} | filled(extra))
    return texts or None


def _people(metadata: Json, field: str) -> list[Json] | None:
    if field not in metadata:
        return None
    return [_person(person, field == "contributors") for person in metadata[field]]


def _person(person: Json, contributes: bool) -> Json:
    who = person["person_or_org"]
    role = person.get("role") if contributes else None
    return filled(
        {
            "name": who.get("name"),
            "nameType": who["type"].capitalize(),
            "givenName": who.get("given_name"),
            "familyName": who.get("family_name"),
            "nameIdentifiers": [
                {
                    "nameIdentifier": each["identifier"],
                    "nameIdentifierScheme": datacite_scheme(each),
                }
                for each in listed(who, "identifiers")
            ],
            "affiliation": [_affiliation(each) for each in listed(person, "affiliations")] or None,
            "contributorType": ROLES.get(role["id"], "") if role else None,
        }
    )


def _affiliation(affiliation: Json) -> Json:
    identifiers = affiliation.get("identifiers")
    if not (affiliation.get("id") and identifiers):
        return {"name": affiliation["name"]}
    known = preferred(("ror", "isni", "gnd"), identifiers)
    scheme = known["scheme"].upper() if known else "OTHER"
    value = (known or identifiers[0])["identifier"]
    return {
        "name": affiliation["name"],
        "affiliationIdentifier": f"https://ror.org/{value}" if scheme == "ROR" else value,
        "affiliationIdentifierScheme": scheme,
    }


def _year(published: str | None) -> str | None:
    return first_year(published) if published else None


def _subject(subject: Json) -> Json:
    entry: Json = {"subject": subject.get("subject")}
    if subject.get("id"):
        entry["subjectScheme"] = subject.get("scheme")
        if is_address(subject["id"]):
            entry["valueURI"] = subject["id"]
    return entry


def _dates(document: Json) -> list[Json]:
    metadata = document["metadata"]
    published, updated = metadata.get("publication_date"), document.get("updated")
    given = [
        filled(
            {
                "date": each["date"],
                "dateType": camel(each["type"]["id"]),
                "dateInformation": each.get("description") or None,
            }
        )
        for each in listed(metadata, "dates")
    ]
    dates = [{"date": published, "dateType": "Issued"}] if published else []
    dates += given
    if updated and not any(each["dateType"] == "Updated" for each in given):
        dates.append({"date": updated.partition("T")[0], "dateType": "Updated"})
    return dates


def _alternates(document: Json) -> list[Json]:
    pairs = [(document["links"]["self_html"], "URL")] if document.get("links") else []
    pids = part(document, "pids")
    pairs += [(pid["identifier"], scheme) for scheme, pid in pids.items() if scheme != "doi"]
    pairs += [
        (each["identifier"], datacite_scheme(each))
        for each in listed(document["metadata"], "identifiers")
    ]
    return [
        {"alternateIdentifier": value, "alternateIdentifierType": scheme} for value, scheme in pairs
    ]


def _related(document: Json) -> list[Json]:
    entries = [
        _relation(each["identifier"], RELATIONS[each["relation_type"]["id"]], scheme)
        | _related_kind(each)
        for each in listed(document["metadata"], "related_identifiers")
        if (scheme := datacite_scheme(each)).lower() in _RELATABLE
    ]
    whole = part(document, "parent", "pids").get("doi")
    if whole:
        entries.append(_relation(whole["identifier"], "IsVersionOf", "DOI"))
    entries += [_relation(address, "IsPartOf", "URL") for address in community_addresses(document)]
    archived = archived_id(document)
    if archived:
        entries.append(_relation(f"{_ARCHIVE}/{archived}", "IsIdenticalTo", "URL"))
    issn = custom(document, "journal:journal").get("issn")
    if issn:
        journal = _relation(issn, "IsPartOf", "ISSN")
        entries.append(journal | {"resourceTypeGeneral": "Collection"})
    return entries


def _relation(identifier: str, relation: str, scheme: str) -> Json:
    return {
        "relatedIdentifier": identifier,
        "relationType": relation,
        "relatedIdentifierType": scheme,
    }


def _related_kind(related: Json) -> Json:
    kind = part(related, "resource_type").get("id")
    return {"resourceTypeGeneral": KINDS[kind].datacite} if kind else {}


def _rights(document: Json, openaire: bool) -> list[Json]:
    metadata, status = document["metadata"], part(document, "access").get("status")
    entries = [_right(each) for each in listed(metadata, "rights")]
    if openaire and status:
        word = "closed" if status == "metadata-only" else status
        entries.append({"rightsUri": f"info:eu-repo/semantics/{word}Access"})
    if metadata.get("copyright"):
        entries.append({"rights": metadata["copyright"], "rightsUri": _IN_COPYRIGHT})
    return entries


def _right(right: Json) -> Json:
    props = part(right, "props")
    entry: Json = {"rights": part(right, "title").get("en")}
    if right.get("id"):
        entry["rightsIdentifier"] = right["id"]
        entry["rightsIdentifierScheme"] = props.get("scheme")
    address = props.get("url") or right.get("link")
    if address:
        entry["rightsUri"] = address
    return entry


def _locations(metadata: Json) -> list[Json]:
    return [_location(each) for each in listed(part(metadata, "locations"), "features")]


def _location(feature: Json) -> Json:
    place, geometry = feature.get("place"), feature.get("geometry")
    entry: Json = {"geoLocationPlace": place} if place else {}
    if geometry and geometry["type"] == "Point":
        entry["geoLocationPoint"] = _point(geometry["coordinates"])
    elif geometry and geometry["type"] == "Polygon":
        # holes, the rings after the first, are not told
        entry |= _area(geometry["coordinates"][0])
    return entry


def _point(position: list[Any]) -> Json:
    return {"pointLongitude": str(position[0]), "pointLatitude": str(position[1])}


def _area(ring: list[list[Any]]) -> Json:
    longitudes = sorted({position[0] for position in ring})
    latitudes = sorted({position[1] for position in ring})
    if len(ring) in (4, 5) and len(longitudes) == 2 and len(latitudes) == 2:
        return {
            "geoLocationBox": {
                "westBoundLongitude": str(longitudes[0]),
                "eastBoundLongitude": str(longitudes[1]),
                "southBoundLatitude": str(latitudes[0]),
                "northBoundLatitude": str(latitudes[1]),
            }
        }
    return {"geoLocationPolygon": [{"polygonPoint": _point(position)} for position in ring]}


def _funding(funding: Json) -> Json:
    funder, award = part(funding, "funder"), part(funding, "award")
    identifiers = list(listed(funder, "identifiers"))
    if funder.get("id") and is_ror(funder["id"]):
        identifiers.append({"identifier": funder["id"], "scheme": "ror"})
    entry: Json = {"funderName": funder["name"]}
    if identifiers:
        known = preferred(_FUNDER_SCHEMES, identifiers)
        entry["funderIdentifier"] = (known or identifiers[0])["identifier"]
        entry["funderIdentifierType"] = _FUNDER_SCHEMES[known["scheme"]] if known else "Other"
    address = preferred(("doi", "url"), listed(award, "identifiers"))
    return entry | filled(
        {
            "awardTitle": part(award, "title").get("en") or None,
            "awardNumber": award.get("number") or None,
            "awardURI": address["identifier"] if address else None,
        }
    )
