"""Dates in queries: parts of a date stand for all the time that they name."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from ..clock import now

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"(Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_MATH = re.compile(r"now((?:[+-]\d{1,6}[yMwdhHms])*)(?:/[yMwdhHms])?")
_DAYS = {"y": 365.25, "M": 30.44, "w": 7, "d": 1, "h": 1 / 24, "H": 1 / 24, "m": 1 / 1440}
_TICK = timedelta(microseconds=1)

Span = tuple[datetime, datetime]


def span(text: str) -> Span:
    """The first and the last moment of a date.

    Raises:
        ValueError: It is no date.
    """
    try:
        return _now(text) if text.startswith("now") else _span(text)
    except OverflowError as error:
        raise ValueError(text) from error


def _now(text: str) -> Span:
    match = _MATH.fullmatch(text)
    if not match:
        raise ValueError(text)
    moment = now()
    for amount, unit in re.findall(r"([+-]\d+)(\w)", match[1]):
        moment += timedelta(days=int(amount) * _DAYS.get(unit, 1 / 86_400))
    return moment, moment


@lru_cache(maxsize=16_384)
def _span(text: str) -> Span:
    if re.fullmatch(r"-?\d{5,18}", text):
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))
        return moment, moment
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    first = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
        _zone(zone),
    )
    if fraction:
        return first, first
    if not month:
        return first, first.replace(month=12, day=31) + timedelta(days=1) - _TICK
    if not day:
        length = timedelta(days=monthrange(first.year, first.month)[1])
    elif not hour:
        length = timedelta(days=1)
    elif not minute:
        length = timedelta(hours=1)
    else:
        length = timedelta(seconds=1) if second else timedelta(minutes=1)
    return first, first + length - _TICK


def _zone(text: str | None) -> timezone:
    if text in (None, "Z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
