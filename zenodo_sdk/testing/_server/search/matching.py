"""Tests of single values: what a word, a phrase or a range of a query means for a kind of field.

Each function here gives a :data:`Make`: told the kind of a field, it gives the test of one
value (a score, 0 if it does not match), or None where nothing is left to compare.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..answers import ApiError
from . import dates
from .analysis import (
    TextKind,
    edits_for,
    frequency,
    is_near,
    normalized,
    phrase_within,
    tokens,
    unescape,
    wildcard,
)
from .fields import FieldKind

Test = Callable[[Any], float]
Make = Callable[[FieldKind], Test | None]


def bad_syntax() -> ApiError:
    """400 for a query that the search engine does not understand."""
    return ApiError(400, "Invalid query string syntax.")


def engine_failed() -> ApiError:
    """500 for a query that the search engine fails at, such as one with a bad date."""
    return ApiError(500, "Internal server error")


def as_text(value: Any) -> str:
    """A value as the index spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _text_kind(kind: FieldKind) -> TextKind | None:
    return kind if kind in ("accent", "standard") else None


def word(text: str) -> Make:
    """A word, or a text of which any word will do."""

    def make(kind: FieldKind) -> Test | None:
        analyzer = _text_kind(kind)
        if analyzer:
            wanted = tokens(analyzer, text)
            if len(wanted) == 1:
                only = wanted[0]
                return lambda value: frequency(tokens(analyzer, as_text(value)), only)
            return _any_of(analyzer, wanted) if wanted else None
        return _exactly(kind, text)

    return make


def _any_of(analyzer: TextKind, wanted: tuple[str, ...]) -> Test:
    def test(value: Any) -> float:
        words = tokens(analyzer, as_text(value))
        return sum(frequency(words, one) for one in wanted)

    return test


def _exactly(kind: FieldKind, text: str) -> Test:
    if kind == "number":
        number = _number(text)
        return lambda value: float(_is_number(value) and value == number)
    if kind == "boolean" and text not in ("true", "false"):
        raise bad_syntax()
    if kind == "date":
        bound = _date(text)
        return lambda value: float(_within_dates(value, bound, bound, True, True))
    return lambda value: float(as_text(value) == text)


def phrase(text: str, slop: int = 0) -> Make:
    """Words in this order."""

    def make(kind: FieldKind) -> Test | None:
        analyzer = _text_kind(kind)
        if not analyzer:
            return _exactly(kind, text)
        wanted = tokens(analyzer, text)
        if len(wanted) < 2:
            return word(text)(kind)

        def test(value: Any) -> float:
            words = tokens(analyzer, as_text(value))
            if not phrase_within(words, wanted, slop):
                return 0.0
            return sum(frequency(words, one) for one in wanted)

        return test

    return make


def fuzzy(text: str, degree: float | None) -> Make:
    """A word with typing errors; their number depends on its length if no degree is given."""

    def edits(one: str) -> int:
        return edits_for(one) if degree is None or 0 < degree < 1 else min(2, int(degree))

    def make(kind: FieldKind) -> Test | None:
        analyzer = _text_kind(kind)
        if analyzer:
            wanted = [(one, edits(one)) for one in tokens(analyzer, text)]
            return lambda value: float(
                any(
                    is_near(have, one, allowed)
                    for have in tokens(analyzer, as_text(value))
                    for one, allowed in wanted
                )
            )
        _only_strings(kind)
        return lambda value: float(is_near(as_text(value), text, edits(text)))

    return make


def pattern(text: str) -> Make:
    """A word with wildcards, as it stands in the query."""

    def make(kind: FieldKind) -> Test | None:
        analyzer = _text_kind(kind)
        if analyzer:
            return _fullmatch(analyzer, wildcard(text, lambda part: normalized(analyzer, part)))
        _only_strings(kind)
        return _fullmatch(None, wildcard(text, str))

    return make


def regex(text: str) -> Make:
    """A regular expression."""

    def make(kind: FieldKind) -> Test | None:
        _only_strings(kind)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _fullmatch(_text_kind(kind), re.compile(text))
        except (re.error, OverflowError) as error:
            raise bad_syntax() from error

    return make


def _fullmatch(analyzer: TextKind | None, compiled: re.Pattern[str]) -> Test:
    if analyzer:
        return lambda value: float(any(map(compiled.fullmatch, tokens(analyzer, as_text(value)))))
    return lambda value: float(bool(compiled.fullmatch(as_text(value))))


def _only_strings(kind: FieldKind) -> None:
    if kind in ("number", "boolean", "date"):
        raise bad_syntax()


@dataclass(frozen=True)
class Bound:
    """An end of a range.

    Args:
        text: The value; None if the range is open there.
        inclusive: The value itself belongs to the range.
        quoted: It stood in quotation marks.
    """

    text: str | None
    inclusive: bool = True
    quoted: bool = False


def between(low: Bound, high: Bound) -> Make:
    """A range."""

    def make(kind: FieldKind) -> Test | None:
        if kind == "date":
            return _between_dates(low, high)
        if kind == "number":
            ends = [None if end.text is None else _number(end.text) for end in (low, high)]
            return lambda value: float(
                _is_number(value) and _inside(value, ends[0], ends[1], low, high)
            )
        analyzer = _text_kind(kind)
        if analyzer:
            first, last = (
                None if end.text is None else normalized(analyzer, end.text) for end in (low, high)
            )
            return lambda value: float(
                any(
                    _inside(have, first, last, low, high)
                    for have in tokens(analyzer, as_text(value))
                )
            )
        return lambda value: float(_inside(as_text(value), low.text, high.text, low, high))

    return make


def _between_dates(low: Bound, high: Bound) -> Test:
    # seen on the server, although quotation marks are no part of what is compared
    if low.quoted or high.quoted:
        raise engine_failed()
    first, last = (None if end.text is None else _date(end.text) for end in (low, high))
    return lambda value: float(_within_dates(value, first, last, low.inclusive, high.inclusive))


def _inside(value: Any, first: Any, last: Any, low: Bound, high: Bound) -> bool:
    if first is not None and (value < first or (value == first and not low.inclusive)):
        return False
    return last is None or value < last or (value == last and high.inclusive)


def _within_dates(
    value: Any, first: dates.Span | None, last: dates.Span | None, from_: bool, until: bool
) -> bool:
    try:
        moment: datetime = dates.span(as_text(value))[0]
    except ValueError:
        return False
    # a day that is excluded is excluded as a whole
    if first and (moment < first[0] if from_ else moment <= first[1]):
        return False
    return last is None or (moment <= last[1] if until else moment < last[0])


def _date(text: str) -> dates.Span:
    try:
        return dates.span(text)
    except ValueError as error:
        raise engine_failed() from error


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise bad_syntax() from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def plain(text: str) -> str:
    """The text of a word or a phrase of the query."""
    return unescape(text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text)
