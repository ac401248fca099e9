"""Dates in EDTF: which the server takes, and which its search index does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

from marshmallow import ValidationError, fields

LEVEL_0_DATE = ("Date", "Interval")
LEVEL_0 = (*LEVEL_0_DATE, "DateAndTime")
LEVEL_2 = (*LEVEL_0_DATE, "Level1Interval", "UncertainOrApproximate", "OneOfASet", "Level2Interval")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def edtf_date(kinds: tuple[str, ...] = LEVEL_0, **options: Any) -> fields.String:
    """A field for EDTF text of one of these kinds, named as the classes of ``edtf``."""
    return fields.String(validate=_rule(kinds), **options)


def can_be_indexed(text: str) -> bool:
    """Whether the search index takes it: it knows no year before the first."""
    return _is_day(text) or _library().parse_edtf(text).lower_strict().tm_year > 0


def _rule(kinds: tuple[str, ...]) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not (_is_day(text) or _fits(text, kinds)):
            raise ValidationError("Please provide a valid date or interval.")

    return check


def _is_day(text: str) -> bool:
    """Whether it is a plain day: then the grammar of EDTF, slow to load, is not needed."""
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _fits(text: str, kinds: tuple[str, ...]) -> bool:
    try:
        parsed = _library().parse_edtf(text)
    except _library().EDTFParseException:
        return False
    if not _is_a(parsed, *kinds) or _is_wrong_leap_day(parsed):
        return False
    return bool(parsed.lower_strict() <= parsed.upper_strict())


def _is_wrong_leap_day(parsed: Any) -> bool:
    """Whether a 29 February never was; the grammar lets it pass in any year."""
    if _is_a(parsed, "Interval"):
        return _is_wrong_leap_day(parsed.lower) or _is_wrong_leap_day(parsed.upper)
    if not _is_a(parsed, "Date") or (parsed.month, parsed.day) != ("02", "29"):
        return False
    return not _is_day(f"{parsed.year}-02-29")


def _is_a(parsed: Any, *kinds: str) -> bool:
    return isinstance(parsed, tuple(getattr(_library(), kind) for kind in kinds))


def _library() -> Any:
    return import_module("edtf")
