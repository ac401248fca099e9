"""JSON-LD in the words of schema.org, as codemeta.json and RO-Crate have it.

Only as much of JSON-LD is read as these formats use: prefixes and full addresses of keys, values
wrapped in objects, and references to other nodes of the same file, which are followed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common.values import each, text_of

Fields: TypeAlias = dict[str, tuple[str, JsonValue]]
"""Values of a node by their short names, each with the key as it is written."""

_SHORT = {"id": "@id", "type": "@type", "value": "@value"}


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a file that others refer to.

    Attributes:
        known: Nodes and their places, by id.
    """

    known: Mapping[str, tuple[Path, JsonObject]] = field(
        default_factory=dict[str, tuple[Path, JsonObject]]
    )

    def follow(self, value: JsonValue, path: Path) -> tuple[JsonValue, Path]:
        """Give the node that a reference means, with its place; anything else as it is.

        References are followed one step, so a circle of them ends.
        """
        if isinstance(value, dict) and set(value) <= {"@id", "@type", "id", "type"}:
            name = value.get("@id", value.get("id"))
            if isinstance(name, str) and name in self.known:
                place, node = self.known[name]
                return node, place
        return value, path

    def each(self, value: JsonValue, path: Path) -> Iterator[tuple[Path, JsonValue]]:
        """Go through one value or several, references followed."""
        if isinstance(value, dict) and "@list" in value:
            value, path = value["@list"], (*path, "@list")
        for place, item in each(value, path):
            node, at = self.follow(item, place)
            yield at, node


def short(key: str) -> str:
    """Give a key without its prefix or address.

    Example:
        >>> short("schema:name"), short("http://schema.org/name"), short("id")
        ('name', 'name', '@id')
    """
    if key.startswith("@"):
        return key
    word = key.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
    return _SHORT.get(word, word)


def fields(node: Mapping[str, JsonValue]) -> Fields:
    """Give the values of a node by short names; the first of equal ones counts."""
    found: Fields = {}
    for key, value in node.items():
        if value not in (None, "", [], {}):
            found.setdefault(short(key), (key, value))
    return found


def types(node: Fields) -> list[str]:
    """Tell the types of a node, in lower case and without prefixes."""
    value = node.get("@type", ("", None))[1]
    return [short(item).lower() for _, item in each(value, ()) if isinstance(item, str)]


def label(value: JsonValue) -> str:
    """Give a value as one text: itself, what it wraps, or the name of what it describes."""
    if isinstance(value, list):
        return next((found for item in value if (found := label(item))), "")
    if not isinstance(value, dict):
        return text_of(value)
    node = fields(value)
    for key in ("@value", "name", "title", "url", "@id"):
        if key in node and not isinstance(inner := node[key][1], (dict, list)):
            return text_of(inner)
    return ""


def address(value: JsonValue) -> str:
    """Give the address or identifier that a value is or has."""
    if not isinstance(value, dict):
        return text_of(value)
    node = fields(value)
    for key in ("@value", "url", "@id", "identifier", "sameAs"):
        if key in node and isinstance(inner := node[key][1], str):
            return inner.strip()
    return ""


def text(node: Fields, key: str) -> str:
    """Give one field of a node as a text; empty where there is none."""
    return label(node[key][1]) if key in node else ""
