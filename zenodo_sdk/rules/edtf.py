"""Dates as a server reads them: EDTF, with what it takes, what it refuses, and what breaks it.

A publication date is of EDTF level 0 (a year, a month, a day, or an interval of two of these); a
date in ``dates`` may also be a moment. The server's parser lets more through than that. Some
of it is harmless (``2020-XX``); some makes the save fail (seasons, years before 1, ``..``); and
some is stored, and from then on fails every answer that has to write the date in words.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["fine", "bad", "crashes", "breaks"]
"""``bad``: refused. ``crashes``: saving fails. ``breaks``: stored, and cannot be shown."""

_Day: TypeAlias = tuple[int, int, int]

_YEAR = r"(?!-0000)-?[0-9]{4}(?:S[0-9]+)?"
_MONTH = r"(?:0[1-9]|1[0-2])"
_MONTH_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
)
_DATE = rf"{_YEAR}(?:-(?:{_MONTH_DAY}|{_MONTH}(?!-)))?"
_DAY_NUMBER = r"(?:0[1-9]|[12][0-9]|3[01])"
_SEASON = rf"{_YEAR}-2[1-4]"
_UNSURE = r"[?~%]"
_END = rf"(?:{_DATE}|{_SEASON})\s*{_UNSURE}?"
_PARTLY = (
    r"(?=[0-9X]{4}(?![0-9X]))"
    rf"(?:[0-9]+X+(?![0-9X-])|[0-9]*X[0-9X]*-(?:XX|{_MONTH})(?:-(?:XX|{_DAY_NUMBER}))?)"
)
_HALF_X = r"(?=[0-9X]{4}(?![0-9X]))[0-9]*X[0-9X]*"
_ANY_END = rf"{_DATE}|{_SEASON}|{_PARTLY}|{_HALF_X}|{_YEAR}-(?:XX(?:-XX)?|{_MONTH}-XX)"
_ZONE = r"(?:Z|[+-](?:(?:0[1-9]|1[0-3])(?::[0-5][0-9])?|14:00|00:(?!00)[0-5][0-9]))"
_TIME = rf"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00)(?:{_ZONE})?"

_PLAIN = re.compile(_DATE)
_INTERVAL = re.compile(rf"({_DATE})\s*/\s*({_DATE})")
_MOMENT = re.compile(rf"({_DATE})\s*T\s*{_TIME}")
_OPEN = re.compile(rf"(?:\.\.|{_END}|)\s*/\s*\.\.|\.\.\s*/\s*(?:{_END}|)")
_HALF_OPEN = re.compile(rf"{_END}\s*/|/\s*{_END}")
_QUALIFIED = re.compile(rf"({_END})\s*/\s*({_END})")
_BARE_SEASON = re.compile(rf"{_YEAR}-(?:2[1-9]|3[0-9]|4[01])|{_SEASON}\s*\^\s*\S")
_VAGUE_YEAR = re.compile(rf"-?[0-9][0-9X][0-9X]X\s*{_UNSURE}?")
_VAGUE_DAY = re.compile(rf"({_YEAR})-(?:XX-XX|(?:XX|{_MONTH}-XX)\s*{_UNSURE}?)(?:\s*{_UNSURE})?")
_WITH_X = re.compile(
    rf"{_HALF_X}|(?:{_ANY_END})\s*/\s*(?:{_ANY_END})"
    rf"|[0-9]{{4}}-(?:[01]X|X[0-9])[^T]*|{_YEAR}-{_MONTH}-(?:[0-9]X|X[0-9])"
)
_MARKED = (
    rf"(?=[^/]*{_UNSURE}){_UNSURE}?{_YEAR}{_UNSURE}?(?:-{_UNSURE}?{_MONTH}{_UNSURE}?(?:-{_UNSURE}?{_DAY_NUMBER})?)?"
    rf"(?<!{_UNSURE})"
)
_INEXACT_END = rf"{_DATE}|{_SEASON}|{_PARTLY}|{_MARKED}"
_INEXACT = re.compile(rf"{_PARTLY}|{_MARKED}")
_INEXACT_INTERVAL = re.compile(rf"({_INEXACT_END})\s*/\s*({_INEXACT_END})")
_LEAP_DAY_OF_SOME_YEAR = re.compile(r"X[0-9X]*-02-29")
_UNSURE_DATE = re.compile(rf"({_DATE})\s*{_UNSURE}")
_CHOICE = re.compile(rf"\[\s*{_DATE}(?:\s*(?:\.\.|,)\s*{_DATE})*\s*\]")
_OPEN_CHOICE = re.compile(rf"\[(?:\s*\.\.\s*{_DATE}.*|.*{_DATE}\s*\.\.\s*)\]")
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}
_MAX_LENGTH = 100


def read_date(text: str, *, moments: bool = False, level_2: bool = False) -> Verdict:
    """Say what a server makes of a date.

    Args:
        text: The date as it would be sent.
        moments: Days with a time are taken, as in ``dates``.
        level_2: Uncertain and alternative dates are taken and never shown, as in
            ``thesis:thesis``.

    Returns:
        The verdict.

    >>> read_date("2026-11"), read_date("2026/2027"), read_date("November 2026")
    ('fine', 'fine', 'bad')
    >>> read_date("2020/"), read_date("../2020")
    ('breaks', 'crashes')
    """
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return "bad"
    if _PLAIN.fullmatch(text):
        return _in_order(text, text, level_2, "fine")
    if found := _INTERVAL.fullmatch(text):
        return _in_order(found[1], found[2], level_2, "fine")
    if found := _MOMENT.fullmatch(text):
        # the day of a moment goes unchecked
        return "bad" if not moments else "crashes" if _span(found[1])[0][0] < 1 else "fine"
    if level_2 and _UNSURE_DATE.fullmatch(text):
        return "fine"
    return _beyond_level_0(text, level_2)


def is_day(text: str) -> bool:
    """Whether it is a day that exists: ``2026-11-22``, or ``2026-1-2``."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})\n?", text)
    try:
        return bool(found and date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return False


def _beyond_level_0(text: str, level_2: bool) -> Verdict:
    shown: Verdict = "fine" if level_2 else "breaks"
    if _OPEN.fullmatch(text) or _BARE_SEASON.fullmatch(text):
        return "crashes"
    if _HALF_OPEN.fullmatch(text):
        end = text.replace("/", "")
        return _in_order(end, end, level_2, shown)
    if found := _QUALIFIED.fullmatch(text):
        return _in_order(found[1], found[2], level_2, shown)
    if _VAGUE_YEAR.fullmatch(text):
        return shown if level_2 or text[:4].replace("X", "0") > "0000" else "crashes"
    if found := _VAGUE_DAY.fullmatch(text):
        return "fine" if level_2 or _span(found[1])[0][0] > 0 else "crashes"
    if found := _INEXACT.fullmatch(text) or _INEXACT_INTERVAL.fullmatch(text):
        first, last = found.groups() or (text, text)
        return _inexact(re.sub(_UNSURE, "", first), re.sub(_UNSURE, "", last), level_2, shown)
    if _WITH_X.fullmatch(text):
        return "crashes"
    return _of_choice(text) if level_2 else "bad"


def _of_choice(text: str) -> Verdict:
    if _CHOICE.fullmatch(text):
        return "fine"
    return "crashes" if _OPEN_CHOICE.fullmatch(text) else "bad"


def _in_order(first: str, last: str, level_2: bool, otherwise: Verdict) -> Verdict:
    """Judge two ends that are written well."""
    if not (_exists(first) and _exists(last)):
        return "bad"
    lower, upper = _span(first)[0], _span(last)[1]
    if lower > upper:
        return "bad"
    return "crashes" if lower[0] < 1 and not level_2 else otherwise


def _inexact(first: str, last: str, level_2: bool, shown: Verdict) -> Verdict:
    """Judge two ends with unknown or uncertain digits; their days may be beyond the month."""
    if not level_2 and _LEAP_DAY_OF_SOME_YEAR.search(f"{first}/{last}"):
        return "crashes"
    real = _is_day(*_span(first)[0]) and _is_day(*_span(last)[1])
    return _in_order(first, last, level_2, "fine" if real else shown)


def _exists(text: str) -> bool:
    """Whether it is no 29 February of a year that had none."""
    found = re.search(r"(-?\d{4})(?:S\d+)?-02-29", text)
    return not found or monthrange(_near(int(found[1])), 2)[1] == 29


def _span(text: str) -> tuple[_Day, _Day]:
    """First and last day of a date, a season, or one with an X for unknown digits."""
    parts = re.findall(r"-?[0-9X]+", re.sub(r"S\d+", "", text))
    year, month, day = (*(part.lstrip("-") for part in parts), "XX", "XX")[:3]
    sign = -1 if parts[0].startswith("-") else 1
    first, last = (sign * int(year.replace("X", digit)) for digit in "09")
    months = (1, 12) if month == "XX" else _SEASON_MONTHS.get(int(month), (int(month),) * 2)
    days = (1, monthrange(_near(last), months[1])[1]) if day == "XX" else (int(day),) * 2
    return (first, months[0], days[0]), (last, months[1], days[1])


def _is_day(year: int, month: int, day: int) -> bool:
    return day <= monthrange(_near(year), month)[1]


def _near(year: int) -> int:
    """A year with the same leap days that the calendar knows."""
    return 2000 + year % 400
