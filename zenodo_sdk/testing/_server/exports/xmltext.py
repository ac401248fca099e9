"""XML as text, laid out as the real server's library does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


@dataclass(frozen=True)
class Tag:
    """An element: a name with its prefix, attributes, and text or elements inside.

    Args:
        name: The name as it is written.
        inside: Text, also an empty one; elements; or nothing at all.
        attributes: The attributes; one that is None is left out.
        cdata: The text goes into a CDATA section.
    """

    name: str
    inside: str | Iterable[Tag] | None = None
    attributes: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    cdata: bool = False


def document(root: Tag) -> str:
    """The whole document with its declaration."""
    lines = ["<?xml version='1.0' encoding='utf-8'?>"]
    lines.extend(_lines(root, ""))
    return "\n".join(lines) + "\n"


def _lines(tag: Tag, indent: str) -> list[str]:
    start = f"{indent}<{tag.name}{_attributes(tag.attributes)}"
    if isinstance(tag.inside, str):
        text = f"<![CDATA[{tag.inside}]]>" if tag.cdata else escape(tag.inside, {"\r": "&#13;"})
        return [f"{start}>{text}</{tag.name}>"]
    children = [line for child in tag.inside or () for line in _lines(child, indent + "  ")]
    if not children:
        return [f"{start}/>"]
    return [f"{start}>", *children, f"{indent}</{tag.name}>"]


def _attributes(attributes: Mapping[str, str | None]) -> str:
    return "".join(
        f' {name}="{escape(value, _IN_ATTRIBUTES)}"'
        for name, value in attributes.items()
        if value is not None
    )
