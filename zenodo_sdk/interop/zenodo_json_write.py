"""How the metadata of InvenioRDM are spelled in ``.zenodo.json``, as far as they can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pydantic import JsonValue

from .. import vocabularies
from ..types import JsonObject, Path
from .zenodo_json_words import ALTERNATE, CUSTOM, relation_word, role_word

Writer: TypeAlias = Callable[[JsonObject], JsonValue]

_TEXTS = ("title", "description", "publication_date", "version")
_FLAT_DESCRIPTIONS = {"notes": "notes", "methods": "method"}


def written(body: JsonObject) -> tuple[JsonObject, frozenset[Path]]:
    """Write what the format can hold.

    Args:
        body: RDM JSON.

    Returns:
        The document, and the places of those entries of lists that are left out as a whole.
    """
    metadata = as_object(body.get("metadata"))
    left_out: set[Path] = set()
    document: JsonObject = {
        **_type(metadata),
        **{key: metadata[key] for key in _TEXTS if metadata.get(key) is not None},
        **_access(as_object(body.get("access"))),
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
        "doi": _doi(as_object(body.get("pids"))),
        **_custom(as_object(body.get("custom_fields"))),
    }
    filled: JsonObject = {
        key: value for key, value in document.items() if value not in (None, [], {})
    }
    return filled, frozenset(left_out)


def as_object(value: JsonValue) -> JsonObject:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def each(value: JsonValue) -> Iterator[tuple[int, JsonValue]]:
    """The entries of a list with their positions; nothing of what is no list."""
    return enumerate(value) if isinstance(value, list) else iter(())


def term_id(value: JsonValue) -> str | None:
    """The id of an entry of a vocabulary."""
    found = as_object(value).get("id")
    return found if isinstance(found, str) and found else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _chosen(metadata: JsonObject, part: str, write: Writer, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in each(metadata.get(part)):
        entry = write(as_object(item))
        if entry is None:
            left_out.add(("metadata", part, index))
        else:
            found.append(entry)
    return found


def _type(metadata: JsonObject) -> JsonObject:
    kind, _, sub = (term_id(metadata.get("resource_type")) or "").partition("-")
    if not kind:
        return {}
    # the word of the documentation; the server renames it
    sub = "thesis" if (kind, sub) == ("publication", "dissertation") else sub
    return {"upload_type": kind, f"{kind}_type": sub} if sub else {"upload_type": kind}


def _access(access: JsonObject) -> JsonObject:
    embargo = as_object(access.get("embargo"))
    if embargo.get("active") and embargo.get("until"):
        return {"access_right": "embargoed", "embargo_date": embargo["until"]}
    files = access.get("files")
    return {"access_right": "restricted" if files == "restricted" else "open"} if access else {}


def _descriptions(metadata: JsonObject, left_out: set[Path]) -> JsonObject:
    found: JsonObject = {}
    for index, item in each(metadata.get("additional_descriptions")):
        key = _FLAT_DESCRIPTIONS.get(term_id(as_object(item).get("type")) or "")
        text = as_object(item).get("description")
        if key is None or not text or key in found:
            left_out.add(("metadata", "additional_descriptions", index))
        else:
            found[key] = text
    return found


def _people(metadata: JsonObject, part: str, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in each(metadata.get(part)):
        if isinstance(item, dict):
            found.append(_person(item, ("metadata", part, index), left_out))
        else:
            left_out.add(("metadata", part, index))
    return found


def _person(item: JsonObject, at: Path, left_out: set[Path]) -> JsonObject:
    person = as_object(item.get("person_or_org"))
    family, given = _text(person.get("family_name")), _text(person.get("given_name"))
    name = f"{family}, {given}" if given else family
    if person.get("type") == "organizational":
        name = _text(person.get("name"))
    entry: JsonObject = {"name": name} if name else {}
    for index, one in each(item.get("affiliations")):
        affiliation = _text(as_object(one).get("name"))
        if affiliation and "affiliation" not in entry:
            entry["affiliation"] = affiliation
        else:
            left_out.add((*at, "affiliations", index))
    for index, one in each(person.get("identifiers")):
        scheme, value = as_object(one).get("scheme"), _text(as_object(one).get("identifier"))
        if scheme in ("orcid", "gnd") and value and scheme not in entry:
            entry[str(scheme)] = value
        else:
            left_out.add((*at, "person_or_org", "identifiers", index))
    role = term_id(item.get("role"))
    if role and at[1] == "contributors":
        entry["type"] = role_word(role)
    return entry


def _licence(metadata: JsonObject, left_out: set[Path]) -> str | None:
    found: str | None = None
    for index, item in each(metadata.get("rights")):
        right = as_object(item)
        name = term_id(right) or _text(as_object(right.get("title")).get("en"))
        if name and found is None:
            found = next(filter(lambda word: _free_text(word) == name, ("fal", "gfdl")), name)
        else:
            left_out.add(("metadata", "rights", index))
    return found


def _free_text(historic: str) -> str | None:
    return vocabularies.free_text_licence(historic)


def _language(metadata: JsonObject, left_out: set[Path]) -> str | None:
    found: str | None = None
    for index, item in each(metadata.get("languages")):
        code = term_id(item)
        if code and len(code) == 3 and found is None:
            found = code
        else:
            left_out.add(("metadata", "languages", index))
    return found


def _keyword(item: JsonObject) -> str | None:
    return None if "id" in item else _text(item.get("subject")) or None


def _date(item: JsonObject) -> JsonObject | None:
    start, slash, end = _text(item.get("date")).partition("/")
    kind = term_id(item.get("type"))
    if not kind or not start or (slash and not end):
        return None
    entry: JsonObject = {"start": start, "end": end or start, "type": kind.capitalize()}
    return {**entry, "description": item["description"]} if item.get("description") else entry


def _places(metadata: JsonObject, left_out: set[Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index, item in each(as_object(metadata.get("locations")).get("features")):
        feature = as_object(item)
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
    return _text(item.get("reference")) or None


def _grant(item: JsonObject) -> JsonObject | None:
    funder, award = term_id(item.get("funder")), term_id(item.get("award"))
    if not funder or not award or not award.startswith(f"{funder}::"):
        return None
    return {"id": award}


def _related(item: JsonObject) -> JsonObject | None:
    entry: JsonObject = {}
    if relation := term_id(item.get("relation_type")):
        entry["relation"] = relation_word(relation)
    if kind := term_id(item.get("resource_type")):
        entry["resource_type"] = kind
    return _identified(item, entry)


def _alternate(item: JsonObject) -> JsonObject | None:
    return _identified(item, {"relation": ALTERNATE})


def _identified(item: JsonObject, entry: JsonObject) -> JsonObject | None:
    identifier, scheme = _text(item.get("identifier")), _text(item.get("scheme"))
    if not identifier:
        return None
    return {"identifier": identifier, **entry, **({"scheme": scheme} if scheme else {})}


def _doi(pids: JsonObject) -> str | None:
    doi = as_object(pids.get("doi"))
    return _text(doi.get("identifier")) or None if doi.get("provider") == "external" else None


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
