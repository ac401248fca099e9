"""Addresses that a browser can open."""

from __future__ import annotations

import re

from ..types import Path
from .report import GONE, Report, shown

_SCHEMES = frozenset(("http", "https", "ftp", "ftps"))
_USER = r"(?:(?:[a-z0-9\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = (
    rf"(?:(?:{_LABEL}\.)+(?:[a-z]{{2,6}}\.?|[a-z0-9-]{{2,}}\.?)|localhost"
    r"|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[[a-f0-9]*:[a-f0-9:]+\])"
)
_ADDRESS = re.compile(rf"[a-z0-9.+-]*://{_USER}{_HOST}(?::\d+)?(?:/?|[/?]\S+)", re.IGNORECASE)
_MOST_OF_HOST = 2000


def is_web_address(text: str) -> bool:
    """Whether a text is an address with a scheme and a host as the server wants it.

    >>> is_web_address("https://example.org/a"), is_web_address("www.example.org")
    (True, False)
    """
    scheme, mark, rest = text.partition("://")
    if not mark or scheme.lower() not in _SCHEMES:
        return False
    # what follows the host may be long, and only its spaces matter
    head = re.match(r"[^/?]*", rest)
    end = head.end() if head else 0
    if end > _MOST_OF_HOST:
        return False
    return bool(_ADDRESS.fullmatch(f"{scheme}://{rest[:end]}")) and _is_tail(rest[end:])


def _is_tail(tail: str) -> bool:
    return tail in ("", "/") or (len(tail) > 1 and not re.search(r"\s", tail))


def web_address(text: str, at: Path, report: Report) -> object:
    """Judge an address; for a text that is none, nothing is kept."""
    return _judged(text, at, report, "Not a valid URL.")


def meeting_address(text: str, at: Path, report: Report) -> object:
    """Judge the address of a meeting, of which the server speaks in its own words."""
    return _judged(text, at, report, "You must provide a valid URL.")


def _judged(text: str, at: Path, report: Report, server: str) -> object:
    if is_web_address(text):
        return text
    report.wrong(
        at,
        "bad-url",
        f"{shown(text)} is no web address.",
        "Write it whole: https://example.org/page.",
        server,
    )
    return GONE
