"""Words of the server's vocabularies, referred to as ``{"id": …}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..types import Path
from ..vocabularies import NOT_DEPOSITABLE, Kind, Term, known, suggest
from .report import Report, legible, shown
from .shape import Obj, Part, Text

_KINDS: Mapping[Kind, tuple[str, str]] = {
    "resource_types": ("resource type", "dataset"),
    "roles": ("role", "datacollector"),
    "relations": ("relation", "issupplementto"),
    "date_types": ("date type", "collected"),
    "title_types": ("title type", "subtitle"),
    "description_types": ("description type", "methods"),
    "languages": ("language", "eng"),
    "licenses": ("licence", "cc-by-4.0"),
    "development_statuses": ("development status", "active"),
    "programming_languages": ("programming language", "python"),
}


@dataclass(frozen=True)
class Known:
    """The id of a term in a vocabulary that comes with the SDK.

    Attributes:
        kind: The vocabulary.
        depositable: Of the resource types, only those that a record itself may have.
    """

    kind: Kind
    depositable: bool = False

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge an id."""
        kept = Text().read(value, at, report)
        if isinstance(kept, str) and not isinstance(kept, Term) and not report.kept:
            self._look_up(kept, at, report)
        return kept

    def _look_up(self, word: str, at: Path, report: Report) -> None:
        if self.depositable and word == "publication-thesis":
            report.changed(at, "replaced", "The server stores 'publication-dissertation'.")
        elif self.depositable and word in NOT_DEPOSITABLE:
            report.refused(
                at,
                "unknown-term",
                f"'{word}' may be the type of a related work, not of a record.",
                "Write another type, such as 'other'.",
                "Not a valid value.",
            )
        elif word not in known(self.kind):
            name, example = _KINDS[self.kind]
            near = suggest(self.kind, word)[:3] if report.may_guess else []
            fix = f"Did you mean {_listed(near)}?" if near else f"Write an id such as '{example}'."
            report.refused(
                at,
                "unknown-term",
                f"{shown(word)} is no {name} that Zenodo knows.",
                fix,
                f"Invalid value {legible(word)}.",
            )


@dataclass(frozen=True)
class Form:
    """The form of ids that a vocabulary beyond this package has, such as the grants.

    Attributes:
        pattern: What the whole id must match.
        name: What such an id is called.
        example: One of them, and how it is made.
    """

    pattern: str
    name: str
    example: str

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge the form of an id."""
        kept = Text().read(value, at, report)
        if not isinstance(kept, str) or isinstance(kept, Term):
            return kept
        if not re.fullmatch(self.pattern, kept):
            report.refused(
                at,
                "unknown-term",
                f"{shown(kept)} is not {self.name}.",
                f"Write {self.example}; or leave 'id' out and tell it in words.",
                f"Invalid value {legible(kept)}.",
            )
        return kept


_ROR_PATTERN = "0[a-z0-9]{6}[0-9]{2}"
ROR = Form(
    _ROR_PATTERN, "a ROR id", "it as '01ggx4157': in small letters, without https://ror.org/"
)
INSTITUTION = Form(
    # Zenodo's list has European marine institutes as well
    rf"{_ROR_PATTERN}|edmo:[0-9]+",
    "the id of an institution",
    "its ROR id, such as '01ggx4157': in small letters, without https://ror.org/",
)
AWARD = Form(
    rf"{_ROR_PATTERN}::\S.*",
    "the id of a grant",
    "it as '00k4n6c32::101017452': the funder's ROR id, two colons, the number",
)
SUBJECT = Form("(?s:.+)", "the id of a subject", "the id that the server's list of subjects has")


def term(kind: Kind, *, depositable: bool = False) -> Obj:
    """Make the reader for a reference to a term: ``{"id": "dataset"}``."""
    name, example = _KINDS[kind]
    fix = f"""Write {{"id": "{example}"}}, or the id of another {name}."""
    return Obj(
        {"id": Part(Known(kind, depositable), required=True, fix=fix)},
        ignored=frozenset(("title",)),
        example=f'{{"id": "{example}"}}',
    )


def _listed(words: list[str]) -> str:
    return " or ".join(f"'{word}'" for word in words)
