"""Where the rules write down what they find, and how values are named in messages."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from typing import Final, TypeAlias, cast, final

from ..problems import Effect
from ..types import Path
from .finding import Finding


@final
class _Gone:
    """The place of a value that is not there, or that the server does not keep."""

    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()
"""Stands for a value that is missing or was not kept."""

Object: TypeAlias = dict[str, object]

_LONGEST_WORD = 60
_MOST_GUESSES = 200


class Report:
    """What is found in one reading of a body.

    The server reads a body twice: when it is saved, keeping what it can, and when it is
    published, then looking at what it has kept. So do the rules: a finding of the first reading
    is a loss unless the second one finds something in the same place.

    Args:
        today: The day on which the embargo is judged (UTC).
        kept: This is the second reading, of what the first has kept.
    """

    def __init__(self, today: dt.date, *, kept: bool = False) -> None:
        self.today = today
        self.kept = kept
        self.findings: list[Finding] = []
        self.errors = 0

    def wrong(
        self, at: Path, code: str, message: str, fix: str, server: str, effect: Effect = "lost"
    ) -> None:
        """Note that the server finds fault with a value."""
        self.errors += 1
        self.findings.append(Finding(at, code, message, fix, effect, server))

    def refused(self, at: Path, code: str, message: str, fix: str, server: str = "") -> None:
        """Note that the server would not even save it."""
        if not self.kept:
            self.wrong(at, code, message, fix, server, "refused")

    def crashes(self, at: Path, message: str, fix: str) -> None:
        """Note that the server fails (500) over a value instead of refusing it."""
        self.refused(at, "crashes", f"{message} The server fails over this (error 500).", fix)

    def changed(self, at: Path, code: str, message: str, fix: str = "") -> None:
        """Note that the server stores something else; no fault, just to be known."""
        if not self.kept:
            self.findings.append(Finding(at, code, message, fix, "changed"))

    @property
    def may_guess(self) -> bool:
        """Whether to look for what was meant: not after so many findings, as it takes long."""
        return len(self.findings) < _MOST_GUESSES

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """Say which known word may have been meant; nothing where none is near."""
        return did_you_mean(word, known) if self.may_guess else ""

    def breaks(self, at: Path, message: str, fix: str) -> None:
        """Note that the server stores it and then fails to show it, lists included."""
        if not self.kept:
            self.findings.append(Finding(at, "breaks-lists", message, fix, "breaks"))


def as_object(value: object) -> Object | None:
    """The value if it is a JSON object."""
    return cast("Object", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """The value if it is a JSON list."""
    return cast("list[object]", value) if isinstance(value, list) else None


def shown(value: object) -> str:
    """Name a value in a message: short, and safe whatever it is.

    Args:
        value: Any JSON value.

    >>> shown("soil"), shown(5), shown([1, 2]), shown(None)
    ("'soil'", '5', 'a list', 'null')
    """
    if isinstance(value, str):
        return f"'{legible(value)}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return "a long number" if abs(value) >= 10**_LONGEST_WORD else str(value)
    if isinstance(value, float):
        return str(value)
    if value is None:
        return "null"
    return "an object" if isinstance(value, dict) else "a list"


def legible(text: str) -> str:
    """A text as a message and a terminal may get it: short, and without control characters.

    Args:
        text: What was written, whatever that is.
    """
    short = text if len(text) <= _LONGEST_WORD else text[: _LONGEST_WORD - 1] + "…"
    return "".join(map(_visible, short))


def _visible(character: str) -> str:
    """A character as a terminal may get it."""
    return character if character.isprintable() else f"\\u{ord(character):04x}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say which known word may have been meant; nothing where none is near.

    >>> did_you_mean("datset", ["dataset", "image"])
    "Did you mean 'dataset'?"
    """
    # a word that is much longer than all that are known is near none, and slow to compare
    near = difflib.get_close_matches(word.lower(), known, n=1) if len(word) <= _LONGEST_WORD else []
    return f"Did you mean '{near[0]}'?" if near else ""
