"""How the metadata of InvenioRDM are spelled in ``.zenodo.json``, as far as they can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from pydantic import JsonValue

from ...rules.finding import Finding
from ...types import JsonObject, Path
from ...vocabularies import free_text_licence
from ..common.values import id_of, numbered, object_of, text_of
from .lost import lost
from .reading import read
from .words import ALTERNATE, CUSTOM, relation_word, role_word

Writer: TypeAlias = Callable[[JsonObject], JsonValue]

_TEXTS = ("title", "description", "publication_date", "version")
_FREE_TEXT = ("fal", "gfdl")
_FLAT_DESCRIPTIONS = {"notes": "notes", "methods": "method"}


def write(body: JsonObject) -> tuple[JsonObject, tuple[Finding, ...]]:
    """Write RDM JSON as a ``.zenodo.json`` document.

    What is written is read again and compared, so that nothing is lost in silence.

    Args:
        body: RDM JSON.

    Returns:
        The document, and a finding with its path in `body` for everything that the format cannot
        hold, or that Zenodo would not take from such a document.

    Example:
        >>> document, findings = write({"metadata": {"languages": [{"id": "eng"}, {"id": "deu"}]}})
        >>> document["language"], findings[0].path
        ('eng', ('metadata', 'languages', 1))
    """
    document, left_out = _document(body)
    again = read(document)
    places: dict[Path, Path] = {}
    for target, source in again.origin.items():
        places.setdefault(source, target)
    refused = (
        replace(finding, path=_place(finding.path, places))
        for finding in again.findings
        if finding.effect in ("refused", "blocked", "lost")
    )
    return document, (*lost(body, again.body, left_out), *refused)


def _place(path: Path, places: Mapping[Path, Path]) -> Path:
    """Tell where in the body a place of the document comes from, or the next place above it."""
    known = (places[path[:end]] for end in range(len(path), -1, -1) if path[:end] in places)
    return next(known, ("metadata",))


def _document(body: JsonObject) -> tuple[JsonObject, frozenset[Path]]:
    """Write what the format can hold.

    Args:
        body: RDM JSON.

    Returns:
        The document, and the places of those entries of lists that are left out as a whole.
    """
    metadata = object_of(body.get("metadata"))
    left_out: set[Path] = set()
    document: JsonObject = {
        **_type(metadata),
        **{key: metadata[key] for key in _TEXTS if metadata.get(key) is not None},
        **_access(object_of(body.get("access"))),
        **_descriptions(metadata, left_out),
        "creators": _people(metadata, "creators", left_out),
        "contributors": _people(metadata, "contributors", left_out),
        "imprint_publisher": metadata.get("publisher"),
        "license": _licence(metadata, left_out),
        "keywords": _chosen(metadata, "subjects", _keyword, left_out),
        "language": _language(metadata, left_out),
        "dates": _chosen(metadata, "dates", _date, left_out),
        "locations": _places(metadata, left_out),
        "references": _chosen(metadata, "references", _reference, left_out),
        "grants": _chosen(metadata, "funding", _grant, left_out),
        "related_identifiers": [
            *_chosen(metadata, "related_identifiers", _related, left_out),
            *_chosen(metadata, "identifiers", _alternate, left_out),
        ],
        "doi": _doi(object_of(body.get("pids"))),
        **_custom(object_of(body.get("custom_fields"))),
    }
    filled: JsonObject = {
        key: value for key, value in document.items() if value not in (None, [], {})
    }
    return filled, frozenset(left_out)


def _chosen(metadata: JsonObject, part: str, write: Writer, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in numbered(metadata.get(part)):
        entry = write(object_of(item))
        if entry is None:
            left_out.add(("metadata", part, index))
        else:
            found.append(entry)
    return found


def _type(metadata: JsonObject) -> JsonObject:
    kind, _, sub = id_of(metadata.get("resource_type")).partition("-")
    if not kind:
        return {}
    # the word of the documentation; the server renames it
    sub = "thesis" if (kind, sub) == ("publication", "dissertation") else sub
    return {"upload_type": kind, f"{kind}_type": sub} if sub else {"upload_type": kind}


def _access(access: JsonObject) -> JsonObject:
    embargo = object_of(access.get("embargo"))
    if embargo.get("active") and embargo.get("until"):
        return {"access_right": "embargoed", "embargo_date": embargo["until"]}
    files = access.get("files")
    return {"access_right": "restricted" if files == "restricted" else "open"} if access else {}


def _descriptions(metadata: JsonObject, left_out: set[Path]) -> JsonObject:
    found: JsonObject = {}
    for index, item in numbered(metadata.get("additional_descriptions")):
        key = _FLAT_DESCRIPTIONS.get(id_of(object_of(item).get("type")))
        text = object_of(item).get("description")
        if key is None or not text or key in found:
            left_out.add(("metadata", "additional_descriptions", index))
        else:
            found[key] = text
    return found


def _people(metadata: JsonObject, part: str, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in numbered(metadata.get(part)):
        if isinstance(item, dict):
            found.append(_person(item, ("metadata", part, index), left_out))
        else:
            left_out.add(("metadata", part, index))
    return found


def _person(item: JsonObject, at: Path, left_out: set[Path]) -> JsonObject:
    person = object_of(item.get("person_or_org"))
    family, given = text_of(person.get("family_name")), text_of(person.get("given_name"))
    name = f"{family}, {given}" if given else family
    if person.get("type") == "organizational":
        name = text_of(person.get("name"))
    entry: JsonObject = {"name": name} if name else {}
    for index, one in numbered(item.get("affiliations")):
        affiliation = text_of(object_of(one).get("name"))
        if affiliation and "affiliation" not in entry:
            entry["affiliation"] = affiliation
        else:
            left_out.add((*at, "affiliations", index))
    for index, one in numbered(person.get("identifiers")):
        scheme, value = object_of(one).get("scheme"), text_of(object_of(one).get("identifier"))
        if scheme in ("orcid", "gnd") and value and scheme not in entry:
            entry[str(scheme)] = value
        else:
            left_out.add((*at, "person_or_org", "identifiers", index))
    role = id_of(item.get("role"))
    if role and at[1] == "contributors":
        entry["type"] = role_word(role)
    return entry


def _licence(metadata: JsonObject, left_out: set[Path]) -> str | None:
    found: str | None = None
    for index, item in numbered(metadata.get("rights")):
        right = object_of(item)
        name = id_of(right) or text_of(object_of(right.get("title")).get("en"))
        if name and found is None:
            found = next((word for word in _FREE_TEXT if free_text_licence(word) == name), name)
        else:
            left_out.add(("metadata", "rights", index))
    return found


def _language(metadata: JsonObject, left_out: set[Path]) -> str | None:
    found: str | None = None
    for index, item in numbered(metadata.get("languages")):
        code = id_of(item)
        if code and len(code) == 3 and found is None:
            found = code
        else:
            left_out.add(("metadata", "languages", index))
    return found


def _keyword(item: JsonObject) -> str | None:
    return None if "id" in item else text_of(item.get("subject")) or None


def _date(item: JsonObject) -> JsonObject | None:
    start, slash, end = text_of(item.get("date")).partition("/")
    kind = id_of(item.get("type"))
    if not kind or not start or (slash and not end):
        return None
    entry: JsonObject = {"start": start, "end": end or start, "type": kind.capitalize()}
    return {**entry, "description": item["description"]} if item.get("description") else entry


def _places(metadata: JsonObject, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in numbered(object_of(metadata.get("locations")).get("features")):
        feature = object_of(item)
        if not feature.get("place"):
            left_out.add(("metadata", "locations", "features", index))
            continue
        entry: JsonObject = {"place": feature["place"]}
        match feature.get("geometry"):
            case {"type": "Point", "coordinates": [lon, lat]} if lon and lat:
                entry |= {"lat": lat, "lon": lon}
            case _:
                pass
        if feature.get("description"):
            entry["description"] = feature["description"]
        found.append(entry)
    return found


def _reference(item: JsonObject) -> str | None:
    return text_of(item.get("reference")) or None


def _grant(item: JsonObject) -> JsonObject | None:
    funder, award = id_of(item.get("funder")), id_of(item.get("award"))
    if not funder or not award or not award.startswith(f"{funder}::"):
        return None
    return {"id": award}


def _related(item: JsonObject) -> JsonObject | None:
    entry: JsonObject = {}
    if relation := id_of(item.get("relation_type")):
        entry["relation"] = relation_word(relation)
    if kind := id_of(item.get("resource_type")):
        entry["resource_type"] = kind
    return _identified(item, entry)


def _alternate(item: JsonObject) -> JsonObject | None:
    return _identified(item, {"relation": ALTERNATE})


def _identified(item: JsonObject, entry: JsonObject) -> JsonObject | None:
    identifier, scheme = text_of(item.get("identifier")), text_of(item.get("scheme"))
    if not identifier:
        return None
    return {"identifier": identifier, **entry, **({"scheme": scheme} if scheme else {})}


def _doi(pids: JsonObject) -> str | None:
    doi = object_of(pids.get("doi"))
    return text_of(doi.get("identifier")) or None if doi.get("provider") == "external" else None


def _custom(fields: JsonObject) -> JsonObject:
    """Flat keys where they suffice; else the whole field goes into ``custom``."""
    found: JsonObject = {}
    whole: JsonObject = {}
    for name, value in fields.items():
        flat = CUSTOM.get(name)
        if name == "legacy:subjects":
            found["subjects"] = value
        elif flat and isinstance(value, dict) and set(value) <= set(flat):
            found |= {flat[part]: item for part, item in value.items()}
        else:
            whole[name] = value
    return {**found, "custom": whole}
