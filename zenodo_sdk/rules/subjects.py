"""Subjects, which are keywords or terms of a controlled list, and languages."""

from __future__ import annotations

from ..identifiers.schemes import SUBJECTS as SCHEMES
from ..types import Path
from .identifiers import one_per_scheme
from .report import Object, Report
from .shape import ListOf, Obj, Part, Text
from .terms import SUBJECT, term


def _known_or_free(entry: Object, at: Path, report: Report) -> None:
    if not (entry.get("id") or entry.get("subject")):
        report.wrong(
            at,
            "missing",
            "The subject is empty.",
            'Write {"subject": "soil"}, or leave it out.',
            "An existing id or a free text subject must be present.",
        )


SUBJECTS = ListOf(
    Obj(
        {
            "id": Part(SUBJECT),
            "subject": Part(Text()),
            "identifiers": Part(one_per_scheme(SCHEMES, needed=False)),
        },
        checks=(_known_or_free,),
        tolerant=True,
        ignored=frozenset(("scheme", "title", "props")),
        example='{"subject": "soil"}',
    )
)
"""The ``subjects`` of a record."""

LANGUAGES = ListOf(term("languages"))
"""The ``languages`` of a record."""
