"""The older JSON of a record, which zenodo.org gives unless asked for another."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..answers import Json
from .common import (
    file_entries,
    filled,
    listed,
    part,
    pick,
    told,
    tripped,
)
from .legacy_names import (
    FUNDER_ACRONYMS,
    FUNDER_DOIS,
    LICENCES,
    RELATIONS,
    ROLES,
)

_JOURNAL = ("issue", "pages", "title", "volume")
_MEETING = ("title", "acronym", "dates", "place", "url", "session", "session_part")
_OWN_KEYS = ("legacy:", "thesis:", "imprint:", "meeting:", "journal:", "part_of:")
_PATH = "/!$&'()*+,;=:@"


def legacy(document: Json) -> Json:
    """A record or draft in the older form.

    Raises:
        ApiError: 500 for what the server itself cannot write in this form.
    """
    doi = _doi(document)
    return filled(
        {
            "created": document["created"],
            "modified": document["updated"],
            "id": int(document["id"]),
            "conceptrecid": document["parent"]["id"],
            "doi": doi,
            "conceptdoi": _doi(document["parent"]),
            "doi_url": document["links"].get("doi"),
            "metadata": legacy_metadata(document) | _record_metadata(document),
            "title": document["metadata"].get("title", ""),
            "links": document["links"],
            "updated": document["updated"],
            "recid": document["id"],
            "revision": document["revision_id"],
            "files": _files(document),
        }
    ) | (
        pick(document, "swh")
        | {"owners": [{"id": (document["parent"]["access"]["owned_by"] or {}).get("user")}]}
        | {"status": "draft" if document["is_draft"] else "published"}
        | ({"stats": _stats(document["stats"])} if "stats" in document else {})
        | legacy_state(document)
    )


def legacy_state(document: Json) -> Json:
    """How far the deposit is."""
    published, draft = document["is_published"], document["is_draft"]
    state = "inprogress" if draft else "done"
    return {"state": state if published else "unsubmitted", "submitted": published}


def legacy_metadata(document: Json) -> Json:
    """The metadata that records and deposits have in common."""
    metadata, fields = document["metadata"], part(document, "custom_fields")
    languages, locations = metadata.get("languages"), metadata.get("locations")
    rest = {key: value for key, value in fields.items() if not key.startswith(_OWN_KEYS)}
    common = {
        "title": metadata.get("title"),
        "doi": _doi(document),
        "publication_date": metadata.get("publication_date"),
        "description": metadata.get("description"),
        "access_right": _access_right(document["access"]),
        "embargo_date": part(document["access"], "embargo").get("until"),
        "creators": _each(metadata, "creators", legacy_person),
        "contributors": _each(metadata, "contributors", _contributor),
        "keywords": _keywords(metadata) or None,
        "subjects": fields.get("legacy:subjects"),
        "related_identifiers": _each(metadata, "related_identifiers", _related),
        "locations": [_location(each) for each in locations["features"]] if locations else None,
        "dates": _each(metadata, "dates", _date),
        "version": metadata.get("version"),
        "references": [each["reference"] for each in listed(metadata, "references")] or None,
        "language": languages[0]["id"] if languages else None,
        "custom": rest or None,
    }
    return filled(common)


def legacy_notes(metadata: Json) -> Json:
    """The additional descriptions that have a place in the older form."""
    notes, method = "", ""
    for entry in listed(metadata, "additional_descriptions"):
        kind, text = entry["type"]["id"], entry.get("description", "")
        if kind == "notes":
            notes = notes or text
        elif kind == "methods":
            method = text
    return {key: text for key, text in (("notes", notes), ("method", method)) if text}


def legacy_person(person: Json) -> Json:
    """A creator: one affiliation, and identifiers of two kinds."""
    who, affiliations = person["person_or_org"], person.get("affiliations")
    fields: Json = {"name": who.get("name")} if "name" in who else {}
    fields["affiliation"] = affiliations[0].get("name") if affiliations else None
    return fields | _known_ids(who)


def legacy_licence(metadata: Json) -> str | None:
    """The older spelling of the first licence."""
    rights = metadata.get("rights") or [{}]
    known = rights[0].get("id")
    return LICENCES.get(known, known) if known else None


def legacy_communities(document: Json) -> list[str]:
    """The communities, wished for or joined."""
    wished = listed(part(document, "custom_fields"), "legacy:communities")
    entries = listed(part(document["parent"], "communities"), "entries")
    return list(dict.fromkeys([*wished, *(entry["slug"] for entry in entries)]))


def legacy_grant(funding: Json) -> Json | None:
    """An award with its funder; None where either lacks a number or id."""
    award, funder = part(funding, "award"), part(funding, "funder")
    number, funder_id = award.get("number"), funder.get("id")
    if not (number and funder_id):
        return None
    funder_id = FUNDER_DOIS.get(funder_id) or str(funder_id)
    titles = part(award, "title")
    addresses = {
        each["scheme"]: each["identifier"]
        for each in listed(award, "identifiers")
        if each["scheme"] in ("url", "doi")
    }
    return {
        "code": number,
        "internal_id": f"{funder_id}::{number}",
        "funder": _funder(funder, funder_id),
        **told(
            {
                "title": titles.get("en") or next(iter(titles.values()), None),
                "acronym": award.get("acronym"),
                "program": award.get("program"),
            }
            | addresses
        ),
    }


def _record_metadata(document: Json) -> Json:
    """What only the JSON of records has, after the common part."""
    metadata, fields = document["metadata"], part(document, "custom_fields")
    grants = [grant for each in listed(metadata, "funding") if (grant := legacy_grant(each))]
    licence, communities = legacy_licence(metadata), legacy_communities(document)
    others = [{"identifier": each["identifier"]} for each in listed(metadata, "identifiers")]
    parts = {
        "resource_type": _resource_type(metadata),
        "journal": _part(fields, "journal:journal", *_JOURNAL),
        "meeting": _part(fields, "meeting:meeting", *_MEETING),
        "imprint": _part(fields, "imprint:imprint", "place", "isbn"),
        "thesis": _part(fields, "thesis:thesis", "university"),
        "alternate_identifiers": others or None,
        "license": {"id": licence} if licence else None,
        "grants": grants or None,
        "communities": [{"id": slug} for slug in communities] or None,
        "relations": {"version": [_version(document)]},
    }
    return filled(parts) | legacy_notes(metadata)


def _doi(holder: Json) -> str | None:
    doi = part(holder, "pids").get("doi")
    return doi["identifier"] if doi else None


def _each(metadata: Json, field: str, write: Any) -> list[Json] | None:
    return [write(entry) for entry in metadata[field]] if field in metadata else None


def _part(fields: Json, name: str, *keys: str) -> Json | None:
    return pick(fields[name], *keys) if name in fields else None


def _access_right(access: Json) -> str:
    if access["files"] == "public":
        return "open"
    return "embargoed" if part(access, "embargo").get("active") else "restricted"


def _known_ids(who: Json) -> Json:
    return {
        each["scheme"]: each["identifier"].replace(f"{each['scheme']}:", "")
        for each in listed(who, "identifiers")
        if each["scheme"] in ("orcid", "gnd")
    }


def _contributor(person: Json) -> Json:
    who, fields = person["person_or_org"], legacy_person(person)
    role = ROLES.get(part(person, "role").get("id", ""))
    return pick(fields, "name", "affiliation") | {"type": role} | _known_ids(who)


def _keywords(metadata: Json) -> list[str]:
    free = (each for each in listed(metadata, "subjects") if not each.get("id"))
    return [each["subject"] for each in free if each.get("subject")]


def _related(related: Json) -> Json:
    return filled(
        {
            "identifier": related["identifier"],
            "relation": RELATIONS.get(part(related, "relation_type").get("id", "")),
            "resource_type": part(related, "resource_type").get("id"),
            "scheme": related.get("scheme"),
        }
    )


def _date(date: Json) -> Json:
    fields = {"type": date["type"]["id"]} if "type" in date else {}
    fields |= pick(date, "description")
    start, slash, end = date.get("date", "").partition("/")
    return fields | ({"start": start, "end": end} if slash else {})


def _location(feature: Json) -> Json:
    fields = told(pick(feature, "place", "description"))
    coordinates = part(feature, "geometry").get("coordinates")
    if not coordinates:
        return fields
    if len(coordinates) == 1:
        raise tripped()
    return fields | {"lon": coordinates[0], "lat": coordinates[1]}


def _resource_type(metadata: Json) -> Json | None:
    if "resource_type" not in metadata:
        return None
    kind = metadata["resource_type"]
    main, _, detail = kind["id"].partition("-")
    title = part(kind, "title").get("en")
    return filled({"title": title, "type": main, "subtype": detail or None})


def _funder(funder: Json, funder_id: str) -> Json:
    known = listed(funder, "identifiers")
    dois = [each["identifier"] for each in known if each["scheme"] == "doi"]
    own = funder_id if funder_id.startswith("10.13039/") else None
    return {
        "name": funder["name"],
        **told(
            {
                "doi": dois[-1] if dois else own,
                "country": funder.get("country"),
                "acronym": FUNDER_ACRONYMS.get(funder_id) or funder.get("acronym"),
            }
        ),
    }


def _version(document: Json) -> Json:
    return {
        "index": document["versions"]["index"] - 1,
        "is_last": document["versions"]["is_latest"],
        "parent": {"pid_type": "recid", "pid_value": document["parent"]["id"]},
    }


def _files(document: Json) -> list[Json]:
    address = document["links"].get("files")
    return [
        {
            **{key: entry.get(key) for key in ("id", "key", "size", "checksum")},
            "links": {"self": f"{address}/{quote(entry['key'], safe=_PATH)}/content"},
        }
        for entry in file_entries(document)
        if address
    ]


def _stats(stats: Json) -> Json:
    names = ("downloads", "unique_downloads", "views", "unique_views")
    every, this = stats["all_versions"], stats["this_version"]
    return {name: every[name] for name in names} | {
        f"version_{name}": this[name]
        for name in ("downloads", "unique_downloads", "unique_views", "views")
    }
