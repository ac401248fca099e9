"""What of a record's JSON is the user's: written from the contract, not from the models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = Any
Reduce = Callable[[Json], Json]


def without_output_only(record: dict[str, Json]) -> dict[str, Json]:
    """Reduce a record or draft to what a client sends back to keep it as it is.

    Display values beside the ids of vocabulary entries go, and so does what the server
    computes. What has not the shape that the contract gives it stays as it came, except that
    anything in ``metadata`` that looks like a vocabulary term is still reduced to its id.
    """
    body: dict[str, Json] = {
        "metadata": {
            key: _METADATA.get(key, terms)(value)
            for key, value in _object(record.get("metadata")).items()
        },
        "custom_fields": {
            key: _CUSTOM.get(key, _same)(value)
            for key, value in _object(record.get("custom_fields")).items()
        },
    }
    access = _object(record.get("access"))
    if told := {key: value for key, value in access.items() if key != "status"}:
        body["access"] = told
    for key in ("files", "media_files"):
        options = _object(record.get(key))
        if isinstance(options.get("enabled"), bool):
            computed = ("count", "total_bytes", "entries", "links")
            body[key] = {name: value for name, value in options.items() if name not in computed}
    match record.get("pids"):
        case {"doi": {"identifier": str() as doi, "provider": "external"}}:
            body["pids"] = {"doi": {"identifier": doi, "provider": "external"}}
        case _:
            pass
    return body


def terms(value: Json) -> Json:
    """Reduce whatever looks like a vocabulary term, at any depth."""
    if isinstance(value, list):
        return [terms(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("id"), str) and isinstance(value.get("title"), dict):
        return {"id": value["id"]}
    return {key: terms(item) for key, item in value.items()}


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _same(value: Json) -> Json:
    return value


def _has_id(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def _entry(value: Json) -> Json:
    """An id stands alone."""
    return {"id": value["id"]} if _has_id(value) else value


def _entries(value: Json) -> Json:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [_entry(item) for item in value]
    return value


def _term_list(value: Json) -> Json:
    return _entries(value) if isinstance(value, list) and all(map(_has_id, value)) else value


def _fields(**known: Reduce) -> Reduce:
    return lambda item: {key: known.get(key, _same)(value) for key, value in item.items()}


def _each(readable: Callable[[dict[str, Json]], bool], reduce: Reduce) -> Reduce:
    """A list is reduced item by item if it has the shape; else it is an unknown value."""

    def reduce_all(value: Json) -> Json:
        if isinstance(value, list) and all(isinstance(i, dict) and readable(i) for i in value):
            return [reduce(item) for item in value]
        return terms(value)

    return reduce_all


def _texts(*names: str) -> Callable[[dict[str, Json]], bool]:
    return lambda item: all(isinstance(item.get(name), str) for name in names)


def _filled(value: Json) -> bool:
    return isinstance(value, dict) and bool(value)


def _locations(value: Json) -> Json:
    features = _object(value).get("features")
    well_formed = isinstance(features, list) and bool(features) and len(value) == 1
    if well_formed and all(isinstance(feature, dict) for feature in features):
        return value
    return terms(value)


_people = _each(
    lambda item: _filled(item.get("person_or_org")),
    _fields(role=_entry, affiliations=_entries),
)
_METADATA: dict[str, Reduce] = {
    "resource_type": lambda value: _entry(value) if _has_id(value) else terms(value),
    "creators": _people,
    "contributors": _people,
    "additional_titles": _each(_texts("title"), _fields(type=_entry, lang=_entry)),
    "additional_descriptions": _each(_texts("description"), _fields(type=_entry, lang=_entry)),
    "rights": _each(lambda _: True, _entry),
    "subjects": _each(lambda _: True, _entry),
    "languages": _each(_has_id, _entry),
    "dates": _each(_texts("date"), _fields(type=_entry)),
    "locations": _locations,
    "identifiers": _each(_texts("identifier"), _same),
    "related_identifiers": _each(
        _texts("identifier"), _fields(relation_type=_entry, resource_type=_entry)
    ),
    "references": _each(_texts("reference"), _same),
    "funding": _each(
        lambda item: _filled(item.get("funder")) or _filled(item.get("award")),
        _fields(funder=_entry, award=_entry),
    ),
}
_CUSTOM: dict[str, Reduce] = {
    "code:programmingLanguage": _term_list,
    "code:developmentStatus": _entry,
}
