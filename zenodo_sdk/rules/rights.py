"""Licences: of the vocabulary, or in the depositor's words."""

from __future__ import annotations

from dataclasses import dataclass

from ..types import Path
from .report import GONE, Object, Report, as_list, as_object, shown
from .shape import ListOf, Obj, Part, Text, named
from .terms import Known
from .urls import web_address

_EXAMPLE = '{"id": "cc-by-4.0"} or {"title": {"en": "My licence"}, "link": "https://…"}'


@dataclass(frozen=True)
class InEnglish:
    """A text by language, of which the server knows English alone here."""

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a text by language."""
        texts = as_object(value)
        fix = 'Write {"en": "…"}.'
        if texts is None:
            report.wrong(
                at,
                "wrong-type",
                f"{named(at)} is a text by language, and {shown(value)} is none.",
                fix,
                "Not a valid mapping type.",
            )
            return GONE
        if len(texts) > 1:
            report.wrong(
                at,
                "too-many",
                f"{named(at)} is in {len(texts)} languages, and the server takes one.",
                "Keep the English one: " + fix.removeprefix("Write "),
                "Only one value is accepted.",
            )
            return GONE
        if texts and "en" not in texts:
            report.wrong(
                at,
                "unknown-term",
                f"{named(at)} is in {shown(next(iter(texts)))}; the server takes 'en' alone.",
                fix,
                "Not a valid locale.",
            )
            return GONE
        if any(as_object(text) for text in _all_of(texts.get("en"))):
            report.crashes(at, f"{named(at)} is an object within another.", fix)
        return texts


def _all_of(value: object) -> list[object]:
    items = as_list(value)
    return [value] if items is None else items


def _one_or_the_other(entry: Object, at: Path, report: Report) -> None:
    if not entry.get("id") and not entry.get("title"):
        report.wrong(
            at,
            "missing",
            "The licence has neither an id nor a title.",
            f"Write {_EXAMPLE}.",
            "An existing id or a free text title must be present",
        )
    if entry.get("id") and len(entry) > 1:
        more = ", ".join(f"'{key}'" for key in entry if key != "id")
        report.wrong(
            at,
            "too-many",
            f"A licence with an id is told by that alone; the server leaves out {more}.",
            'Write {"id": "' + shown(entry["id"]).strip("'") + '"}.',
            "Only an existing id or free text title/description/link is accepted, but not both "
            "cases at the same time",
        )


RIGHTS = ListOf(
    Obj(
        {
            "id": Part(Known("licenses")),
            "title": Part(InEnglish()),
            "description": Part(InEnglish()),
            "props": Part(
                Obj({"url": Part(Text(web_address)), "scheme": Part(Text())}, example="{ … }")
            ),
            "link": Part(Text(web_address)),
        },
        checks=(_one_or_the_other,),
        example=_EXAMPLE,
    )
)
"""The ``rights`` of a record."""
