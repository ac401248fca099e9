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

_WRITABLE = frozenset(
    """aa ab af ak am an ar as az ba be bg bh bm bn bo br bs ca ce co cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy ia id ie ig ii in io is
    it iu iw ja ji jv jw ka ki kk kl km kn ko ks ku kw ky la lb lg ln lo lt lu lv mg mi mk ml mn mo
    mr ms mt my nb nd ne nl nn no nr nv ny oc om or os pa pl ps pt qu rm rn ro ru rw sa sc sd se sg
    si sk sl sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ug uk ur uz ve vi vo
    wa wo xh yi yo za zh zu""".split()  # noqa: SIM905 - words, not a list
)
"""The languages whose names the server can write: those of the Unicode CLDR."""


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
    for language in as_object(entry.get("title")) or {}:
        if language not in _WRITABLE and not entry.get("id"):
            report.breaks(
                (*at, "title", language),
                f"The server does not know the language {shown(language)}: it stores the title, "
                "and from then on fails (error 500) on every page that lists this record, your own "
                "uploads included.",
                'Write it under another language, such as "en".',
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
