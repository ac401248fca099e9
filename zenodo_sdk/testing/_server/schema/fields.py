"""Fields that several parts of a draft share: cleaned text, HTML, days, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate
from marshmallow_utils.html import sanitize_html, sanitize_unicode

REQUIRED = "Missing data for required field."

_TAGS = (
    "a abbr acronym b blockquote br code div em h1 h2 h3 h4 h5 i li ol p pre span strike strong "
    "sub sup table tbody td th tr u ul"
)
_ATTRIBUTES = {
    "*": ["class"],
    "a": ["href", "title", "name", "class", "rel"],
    "abbr": ["title"],
    "acronym": ["title"],
}


class Broken(Exception):
    """The real server fails here instead of refusing."""


class Text(fields.String):
    """Text without stray spaces, broken encodings and control characters."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        return str(sanitize_unicode(super()._deserialize(value, attr, data, **kwargs)))


class Html(fields.String):
    """HTML reduced to harmless tags."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return str(sanitize_html(text, tags=_TAGS.split(), attrs=_ATTRIBUTES))


class Day(fields.Field):
    """A day, kept as ``YYYY-MM-DD``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        day: Any = fields.Date().deserialize(value)
        return str(day.isoformat())


def web_address(error: str = "Not a valid URL.") -> validate.URL:
    """The rule for addresses that a browser can open."""
    return validate.URL(error=error)
