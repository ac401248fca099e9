"""Dates: of the publication, and in the life of the work."""

from __future__ import annotations

from dataclasses import dataclass

from ..types import Path
from .edtf import is_day, read_date
from .report import GONE, Report, shown
from .shape import ListOf, Obj, Part, Text
from .terms import term

_FORMS = "2026, 2026-11, 2026-11-22, or an interval 2026-11/2027-02"
_NO_DATE = "Please provide a valid date or interval."


@dataclass(frozen=True)
class Edtf:
    """A date in EDTF, kept as it is written.

    Attributes:
        moments: Days with a time are taken.
        level_2: Uncertain dates are taken.
        shown: The server writes it in words whenever it shows the record.
    """

    moments: bool = False
    level_2: bool = False
    shown: bool = False

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a date."""
        text = Text(verbatim=True).read(value, at, report)
        if not isinstance(text, str):
            return GONE
        verdict = read_date(text, moments=self.moments, level_2=self.level_2)
        if verdict == "bad":
            forms = _FORMS + (", or 2026-11-22T10:00:00Z" if self.moments else "")
            report.wrong(
                at,
                "bad-date",
                f"{shown(text)} is no date that the server knows.",
                f"Write {forms}.",
                _NO_DATE,
            )
            return GONE
        if verdict == "crashes":
            report.crashes(at, f"{shown(text)} is no usable date.", f"Write {_FORMS}.")
        elif verdict == "breaks" and self.shown:
            report.breaks(
                at,
                f"{shown(text)} is stored, and from then on the server fails (error 500) on every "
                "page that lists this record, your own uploads included.",
                f"Write {_FORMS}.",
            )
        return text


@dataclass(frozen=True)
class Day:
    """A day, written ``2026-11-22``."""

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a day."""
        if isinstance(value, str) and is_day(value):
            year, month, day = value.strip().split("-")
            return f"{year}-{month:0>2}-{day:0>2}"
        report.wrong(
            at, "bad-date", f"{shown(value)} is no day.", "Write 2026-11-22.", "Not a valid date."
        )
        return GONE


PUBLICATION_DATE = Edtf(shown=True)
"""When it was published: a date or an interval."""

DATES = ListOf(
    Obj(
        {
            "date": Part(Edtf(moments=True), required=True, fix=f"Write {_FORMS}."),
            "type": Part(
                term("date_types"),
                required=True,
                fix='Add "type": {"id": "collected"}, or another.',
            ),
            "description": Part(Text()),
        },
        example='{"date": "2026-11", "type": {"id": "collected"}}',
    )
)
"""Further dates, each with its type."""
