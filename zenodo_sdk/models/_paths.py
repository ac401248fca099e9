"""The server's paths, told as the Python objects name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import JsonValue

from ..rules.finding import bracketed
from ..types import Path

OWN_SCHEMES = ("orcid", "gnd", "isni", "ror")
"""Schemes of people's identifiers that have a field of their own."""

_SOFTWARE = {
    "code:codeRepository": "repository",
    "code:programmingLanguage": "languages",
    "code:developmentStatus": "status",
}
_ORG = "organizational"
_OBJECTS = ("journal", "meeting", "imprint", "thesis")


def to_python_path(field: str, body: Mapping[str, JsonValue] | None = None) -> str:
    """Translate a dotted path of the server.

    Args:
        field: ``metadata.creators.0.person_or_org.family_name``
        body: The JSON that the path leads into; without it, a list that Python keeps apart by
            kind (keywords and subjects, a person's identifiers) keeps the server's name.

    Returns:
        ``metadata.creators[0].family_name``. A path that is not known stays as it is.
    """
    steps = (int(step) if step.isdecimal() else step for step in field.split("."))
    return bracketed(python_path(tuple(steps), body)) if field else ""


def python_path(path: Path, body: Mapping[str, JsonValue] | None = None) -> Path:
    """Translate a path into the server's JSON.

    Args:
        path: ``("metadata", "rights", 0, "title")``
        body: The JSON that it leads into.

    Returns:
        ``("metadata", "licenses", 0, "title")``. A path that is not known stays as it is.
    """
    return _without_id(_translated(path, body))


def _translated(path: Path, body: Mapping[str, JsonValue] | None) -> Path:
    match path:
        case ("files", "enabled"):
            return ("files",)
        case (("files" | "media_files"), ("enabled" | "order" | "default_preview"), *_):
            return ("metadata", *path)
        case ("pids", "doi", *_):
            return ("metadata", "doi")
        case ("access", *rest):
            return ("metadata", "access", *rest)
        case ("custom_fields", *rest):
            return ("metadata", *_custom(rest))
        case ("metadata", str() as name, *rest):
            value = inside(inside(body, "metadata"), name)
            return ("metadata", *_described(name, rest, value))
        case _:
            return path


def _without_id(path: Path) -> Path:
    """A word of a vocabulary is an object on the wire and a text in Python."""
    match path:
        case (*_, ("role" | "resource_type" | "relation" | "type" | "language" | "status"), "id"):
            return path[:-1]
        case (*_, "languages", int(), "id"):
            return path[:-1]
        case _:
            return path


def _custom(path: list[str | int]) -> Path:
    match path:
        case [str() as key, *rest] if key in _SOFTWARE:
            return ("software", _SOFTWARE[key], *rest)
        case [str() as key, *rest] if (parts := key.partition(":"))[0] in _OBJECTS:
            # journal:journal and the like
            return (parts[0], *rest) if parts[0] == parts[2] else ("custom_fields", key, *rest)
        case [str() as key, *rest] if (own := _domain_field(key)) is not None:
            return ("domain", *own, *rest)
        case _:
            return ("custom_fields", *path)


def _domain_field(key: str) -> tuple[str, str] | None:
    # not at import: few records have any
    from .domain import FIELD_OF_KEY

    return FIELD_OF_KEY.get(key)


def _described(name: str, path: list[str | int], value: JsonValue) -> Path:
    match name, path:
        case (("creators" | "contributors"), [int() as n, *rest]):
            return (name, n, *_person(rest, inside(value, n)))
        case (("additional_titles" | "additional_descriptions"), [n, "lang", *rest]):
            return (name, n, "language", *rest)
        case "related_identifiers", [n, "relation_type", *rest]:
            return (name, n, "relation", *rest)
        case "subjects", [int() as n, *rest] if isinstance(value, list):
            return _subject(n, rest, value)
        case "rights", rest:
            return ("licenses", *rest)
        case "locations", ["features", *rest]:
            return ("locations", *rest)
        case _:
            return (name, *path)


def _person(path: list[str | int], value: JsonValue) -> Path:
    match path:
        case ["person_or_org", "identifiers", int() as n, *rest]:
            found: JsonValue = inside(inside(value, "person_or_org"), "identifiers")
            return _identifier(n, rest, found) if isinstance(found, list) else ("identifiers", n)
        case ["person_or_org", "name"] if inside(inside(value, "person_or_org"), "type") == _ORG:
            return ("organization_name",)
        case ["person_or_org", *rest]:
            return tuple(rest)
        case ["affiliations", n, "id", *rest]:
            return ("affiliations", n, "ror", *rest)
        case _:
            return tuple(path)


def _identifier(position: int, rest: list[str | int], found: list[JsonValue]) -> Path:
    """Tell which field an identifier of a person is read into, as ``Creator.from_rdm`` does."""
    own: list[str] = []
    others = 0
    where: Path = ()
    for entry in found[: position + 1]:
        scheme = _own_scheme(entry)
        if scheme is not None and scheme not in own:
            own.append(scheme)
            where = (scheme,)
        else:
            where = ("identifiers", others, *rest)
            others += 1
    return where if position < len(found) else ("identifiers", position, *rest)


def _own_scheme(entry: JsonValue) -> str | None:
    """Tell the scheme of a person's identifier, if it can be a field of its own."""
    match entry:
        case {"scheme": str() as scheme, "identifier": str(), **rest}:
            return scheme if scheme in OWN_SCHEMES and not rest else None
        case _:
            return None


def _subject(position: int, rest: list[str | int], entries: list[JsonValue]) -> Path:
    """Tell keywords from controlled subjects, as ``Metadata.from_rdm`` does."""
    if position >= len(entries):
        return ("subjects", position, *rest)
    free = [free_word(entry) is not None for entry in entries[: position + 1]]
    nth = free.count(free[-1]) - 1
    return ("keywords", nth) if free[-1] else ("subjects", nth, *rest)


def free_word(entry: JsonValue) -> str | None:
    """Tell the word of a subject that is nothing but a word."""
    match entry:
        case {"subject": str() as word, **rest} if not rest:
            return word
        case _:
            return None


def inside(value: object, step: str | int) -> Any:
    """The value under a key or at a place in a list; None where there is none."""
    if isinstance(value, dict):
        return cast("dict[object, Any]", value).get(step)
    items = cast("Sequence[Any]", value) if isinstance(value, list) else ()
    return items[step] if isinstance(step, int) and step < len(items) else None
