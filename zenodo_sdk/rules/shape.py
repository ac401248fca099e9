"""What a JSON value must look like, told once: texts, numbers, lists, objects.

A reader takes a value, reports what the server would find wrong with it, and gives back what
the server would keep of it (:data:`~zenodo_sdk.rules.report.GONE` for nothing). Lists keep their
length, so that a place in what was kept is the same place in what was written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from ..types import Path
from .report import GONE, Object, Report, as_list, as_object, shown
from .text import change, cleaned, html_has_at_least

_SHORT = 120
_MOST_TAGS = 8
NULL = "Field may not be null."
REQUIRED = "Missing data for required field."
NO_OBJECT = "Invalid input type."

Rule = Callable[[str, Path, Report], object]
"""A further rule for a text; gives back what is kept of it."""
Check = Callable[[Object, Path, Report], None]
"""A rule for a whole object."""


class Reader(Protocol):
    """Judges one value."""

    def read(self, value: object, at: Path, report: Report) -> object:
        """Report what is wrong with a value, and give back what is kept of it."""
        ...


@dataclass(frozen=True)
class Part:
    """One key of an object.

    Attributes:
        reader: Judges its value.
        required: The server wants it.
        fix: What to write, for the message that it is missing or of the wrong kind.
        nullable: ``null`` may stand for nothing.
        server: What the server says where it is missing.
    """

    reader: Reader
    required: bool = False
    fix: str = ""
    nullable: bool = False
    server: str = REQUIRED

    def read(self, owner: Object, at: Path, report: Report) -> object:
        """Judge the value under the last key of a path."""
        name = str(at[-1])
        if name in owner:
            return self.read_value(owner[name], at, report)
        if self.required:
            fix = self.fix or "Add it."
            report.wrong(at, "missing", f"{named(at)} is missing.", fix, self.server)
        return GONE

    def read_value(self, value: object, at: Path, report: Report) -> object:
        """Judge a value that is there, be it null."""
        if value is not None:
            return self.reader.read(value, at, report)
        if not self.nullable:
            _wrong_null(at, self.fix if self.required else "", report)
        return GONE


@dataclass(frozen=True)
class Text:
    """A text.

    Attributes:
        rule: A further rule for the cleaned text.
        shortest: Fewest characters, counted after cleaning.
        longest: Most characters.
        blank: What the server says of a text that is too short, where it has a sentence.
        html: Tags are allowed, and forbidden ones are taken out before it is measured.
        verbatim: Stored as it is, spaces included.
    """

    rule: Rule | None = None
    shortest: int = 0
    longest: int | None = None
    blank: str = ""
    html: bool = False
    verbatim: bool = False

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a text."""
        if not isinstance(value, str):
            self._no_text(value, at, report)
            return GONE
        # what was kept is clean
        is_stored_so = self.verbatim or report.kept
        text = value if is_stored_so else cleaned(value)
        enough = html_has_at_least(text, self.shortest) if self.html else len(text) >= self.shortest
        if not enough:
            self._too_short(value, at, report)
            return GONE
        if self.longest is not None and len(text) > self.longest:
            report.wrong(
                at,
                "too-long",
                f"{named(at)} has {len(text)} characters; the server takes {self.longest}.",
                "Shorten it.",
                f"Longer than maximum length {self.longest}.",
            )
            return GONE
        if not is_stored_so:
            self._tell_changes(value, text, at, report)
        # a Term stays one: it says that its word need not be in the lists
        kept: object = value if text == value else text
        return kept if self.rule is None else self.rule(str(kept), at, report)

    def _no_text(self, value: object, at: Path, report: Report) -> None:
        digits = _is_number(value) and f': "{shown(value)}"'
        fix = f"Put it in quotes{digits}." if digits else "Write one text, in quotes."
        report.wrong(
            at,
            "wrong-type",
            f"{named(at)} must be text, and {shown(value)} is none.",
            fix,
            "Not a valid string.",
        )

    def _too_short(self, text: str, at: Path, report: Report) -> None:
        wanted = f"at least {self.shortest} character{'s' if self.shortest > 1 else ''}"
        said = "is blank" if not cleaned(text) else f"is too short: {shown(text)}"
        report.wrong(
            at,
            "too-short",
            f"{named(at)} {said}.",
            f"Write {wanted}, not counting spaces around it.",
            self.blank or f"Shorter than minimum length {self.shortest}.",
        )

    def _tell_changes(self, text: str, kept: str, at: Path, report: Report) -> None:
        if self.html and "<" in text and (gone := _forbidden_markup(text)):
            listed = ", ".join(gone[:_MOST_TAGS]) + (", …" if len(gone) > _MOST_TAGS else "")
            report.changed(
                at,
                "html-removed",
                f"The server takes this out of the HTML: {listed}. The text in it stays.",
                "Use tags that it keeps, such as p, br, ul, li, a, strong, em, code, pre, table.",
            )
        if text != kept and (how := change(text, kept)):
            report.changed(at, "text-changed", f"The server stores {shown(kept)}: {how}.")


@dataclass(frozen=True)
class Number:
    """A number; text that spells one counts.

    Attributes:
        whole: It is a whole one, and not spelled out.
    """

    whole: bool = False

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a number."""
        found = number(value)
        if found is not None and (not self.whole or isinstance(value, int)):
            return value if self.whole else found
        said = "Not a valid integer." if self.whole else "Not a valid number."
        if not self.whole and _is_special(value):
            said = "Special numeric values (nan or infinity) are not permitted."
        kind = "a whole number" if self.whole else "a number"
        report.wrong(
            at, "wrong-type", f"{shown(value)} is not {kind}.", "Write digits, such as 12.", said
        )
        return GONE


def number(value: object) -> float | None:
    """Read a number as the server does, or None if it is none.

    >>> number("6.05"), number(True), number("soil")
    (6.05, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True)
class Flag:
    """A yes or no; the words that YAML knows count."""

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a yes or no."""
        if isinstance(value, str | int | float):
            word = value.lower() if isinstance(value, str) and _one_case(value) else value
            if word in ("t", "true", "on", "y", "yes", "1", 1):
                return True
            if word in ("f", "false", "off", "n", "no", "0", 0):
                return False
        report.wrong(
            at,
            "wrong-type",
            f"{named(at)} is yes or no, and {shown(value)} is neither.",
            "Write true or false.",
            "Not a valid boolean.",
        )
        return GONE


@dataclass(frozen=True)
class ListOf:
    """A list whose items are all of one kind.

    Attributes:
        item: Judges each item.
        check: A rule for the items, if each is right in itself; False means that the server
            drops the whole list.
    """

    item: Reader
    check: Callable[[list[object], Path, Report], bool] | None = None

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a list."""
        items = as_list(value)
        if items is None:
            report.wrong(
                at,
                "wrong-type",
                f"{named(at)} must be a list, and {shown(value)} is none.",
                "Put it in square brackets: [ … ].",
                "Not a valid list.",
            )
            return GONE
        before = report.errors
        kept = [self._item(item, (*at, index), report) for index, item in enumerate(items)]
        if self.check and report.errors == before:
            there = [item for item in kept if item is not GONE]
            if not self.check(there, at, report):
                return GONE
        return kept

    def _item(self, value: object, at: Path, report: Report) -> object:
        if value is GONE:
            return GONE
        if value is None:
            _wrong_null(at, "", report)
            return GONE
        return self.item.read(value, at, report)


@dataclass(frozen=True)
class Obj:
    """An object with known keys.

    Attributes:
        parts: Its keys.
        prepare: Changes what was written before it is judged.
        checks: Rules for the whole, asked where every part is right in itself.
        settle: Changes what is kept where nothing is wrong.
        example: What to write, for the message that the value is no object.
        tolerant: The server ignores keys that it does not know; else it lists them as errors.
        ignored: Keys that the server takes and forgets without a word.
        crashes: The server fails over a value that is no object.
    """

    parts: Mapping[str, Part]
    prepare: Callable[[Object, Path, Report], Object] | None = None
    checks: tuple[Check, ...] = ()
    settle: Callable[[Object, Path, Report], Object] | None = None
    example: str = "{ … }"
    tolerant: bool = False
    ignored: frozenset[str] = frozenset()
    crashes: bool = False

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that may not be left out."""
        return tuple(name for name, part in self.parts.items() if part.required)

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge an object."""
        owner = as_object(value)
        if owner is None:
            self._no_object(value, at, report)
            return GONE
        if self.prepare:
            owner = self.prepare(owner, at, report)
        before, kept = report.errors, dict[str, object]()
        for name, value in owner.items():
            if part := self.parts.get(name):
                found = part.read_value(value, (*at, name), report)
                if found is not GONE:
                    kept[name] = found
            elif name not in self.ignored:
                self._unknown(name, at, report)
        for name in self.required:
            if name not in owner:
                self.parts[name].read(owner, (*at, name), report)
        if report.errors == before:
            for check in self.checks:
                check(kept, at, report)
        if self.settle and report.errors == before:
            kept = self.settle(kept, at, report)
        return kept

    def _no_object(self, value: object, at: Path, report: Report) -> None:
        said = f"{named(at)} must be an object, and {shown(value)} is none."
        if self.crashes:
            report.crashes(at, said, f"Write {self.example}.")
        else:
            report.wrong(at, "wrong-type", said, f"Write {self.example}.", NO_OBJECT)

    def _unknown(self, name: str, at: Path, report: Report) -> None:
        meant = report.did_you_mean(name, self.parts)
        place, said = (*at, name), f"There is no field {shown(name)} here, and it is left out."
        if self.tolerant:
            report.changed(place, "unknown-field", said, meant)
            return
        names = ", ".join(self.parts)
        fix = meant or (f"Fields here: {names}." if len(names) < _SHORT else "Check its spelling.")
        report.wrong(place, "unknown-field", said, fix, "Unknown field.")


@dataclass(frozen=True)
class By:
    """A reader that is a function."""

    function: Callable[[object, Path, Report], object]

    def read(self, value: object, at: Path, report: Report) -> object:
        """Judge a value."""
        return self.function(value, at, report)


def named(at: Path) -> str:
    """The last key of a path, to begin a sentence.

    >>> named(("metadata", "title")), named(("metadata", "sizes", 0))
    ("'title'", "'sizes', item 1,")
    """
    *above, last = at
    return f"'{above[-1]}', item {last + 1}," if isinstance(last, int) and above else f"'{last}'"


def _wrong_null(at: Path, fix: str, report: Report) -> None:
    report.wrong(
        at,
        "null",
        f"{named(at)} may not be null.",
        fix or "Leave it out instead.",
        NULL,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_special(value: object) -> bool:
    if isinstance(value, float):
        return True
    return isinstance(value, str) and value.strip().lower().lstrip("+-") in _SPECIAL


_SPECIAL = ("nan", "inf", "infinity")


def _one_case(word: str) -> bool:
    return word in (word.lower(), word.upper(), word.capitalize())


def _forbidden_markup(text: str) -> list[str]:
    from ..markup import removed

    return removed(text)
