"""Funding: who paid, and with which grant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..identifiers.schemes import AWARDS
from ..types import Path
from .identifiers import one_per_scheme
from .report import GONE, Object, Report, as_object, shown
from .shape import ListOf, Obj, Part, Text, named
from .terms import AWARD, ROR


@dataclass(frozen=True)
class ByLanguage:
    """A text by language, under codes of two letters."""

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a text by language."""
        texts = as_object(value)
        if texts is None:
            report.wrong(
                at,
                "wrong-type",
                f"{named(at)} is a text by language, and {shown(value)} is none.",
                'Write {"en": "…"}.',
                "Not a valid mapping type.",
            )
            return GONE
        kept: Object = {}
        for language, text in texts.items():
            found = Part(Text()).read(texts, (*at, language), report)
            if not re.fullmatch("[a-z]{2}", language):
                report.wrong(
                    (*at, language),
                    "unknown-term",
                    f"{shown(language)} is no language code of two letters.",
                    'Write one such as "en".',
                    "String does not match expected pattern.",
                )
            elif text is not None and found is not GONE:
                kept[language] = found
        return kept or GONE if texts else kept


def _funder(entry: Object, at: Path, report: Report) -> None:
    if not (entry.get("id") or entry.get("name")):
        report.wrong(
            at,
            "missing",
            "The funder has neither an id nor a name.",
            'Write {"name": "Soil Fund"} or {"id": "00k4n6c32"} (a ROR id).',
            "An existing id or a free text name must be present.",
        )


def _award(entry: Object, at: Path, report: Report) -> None:
    if not (entry.get("id") or entry.get("number") or entry.get("title")):
        report.wrong(
            at,
            "missing",
            "Nothing tells which grant it is.",
            'Write {"id": "00k4n6c32::101017452"}, or its "number" or "title".',
            "An existing id or either number or title must be present.",
        )


FUNDER = Obj(
    {"id": Part(ROR), "name": Part(Text(shortest=1, blank="Name cannot be blank."))},
    checks=(_funder,),
    example='{"name": "Soil Fund"}',
)
"""An organisation that gives money."""

GRANT = Obj(
    {
        "id": Part(AWARD),
        "number": Part(Text()),
        "title": Part(ByLanguage()),
        "identifiers": Part(one_per_scheme(AWARDS, needed=False)),
        "acronym": Part(Text()),
        "program": Part(Text()),
    },
    checks=(_award,),
    example='{"number": "G-1", "title": {"en": "Soil"}}',
)
"""A grant, known or described."""

FUNDING = ListOf(
    Obj(
        {
            "funder": Part(
                FUNDER,
                required=True,
                fix='Add "funder": {"name": "Soil Fund"} or {"id": "00k4n6c32"} (a ROR id).',
            ),
            "award": Part(GRANT),
        },
        example='{"funder": {"name": "Soil Fund"}, "award": {"number": "G-1"}}',
    )
)
"""The ``funding`` of a record."""
