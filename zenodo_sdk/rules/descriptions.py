"""Titles, descriptions and other texts of a record."""

from __future__ import annotations

from .shape import ListOf, Obj, Part, Text
from .terms import term

_SHORTEST = 3
_LONGEST_VERSION = 191

TITLE = Text(shortest=_SHORTEST)
"""The title: three characters or more."""

DESCRIPTION = Text(shortest=_SHORTEST, html=True)
"""The description: HTML, of which the server keeps harmless tags alone."""

COPYRIGHT = Text(shortest=1, html=True)
VERSION = Text(longest=_LONGEST_VERSION)
SIZES = ListOf(Text(shortest=1, blank="Size cannot be a blank string."))
FORMATS = ListOf(Text(shortest=1, blank="Format cannot be a blank string."))

ADDITIONAL_TITLES = ListOf(
    Obj(
        {
            "title": Part(TITLE, required=True, fix="Write at least 3 characters."),
            "type": Part(
                term("title_types"),
                required=True,
                fix='Add "type": {"id": "subtitle"}, or another.',
            ),
            "lang": Part(term("languages")),
        },
        example='{"title": "A subtitle", "type": {"id": "subtitle"}}',
    )
)
"""Further titles, each with its type."""

ADDITIONAL_DESCRIPTIONS = ListOf(
    Obj(
        {
            "description": Part(DESCRIPTION, required=True, fix="Write at least 3 characters."),
            "type": Part(
                term("description_types"),
                required=True,
                fix='Add "type": {"id": "methods"}, or another.',
            ),
            "lang": Part(term("languages")),
        },
        example='{"description": "How it was measured.", "type": {"id": "methods"}}',
    )
)
"""Further descriptions, each with its type."""
