"""Whether two answers are the same, apart from what no two servers share.

That is: the host, UUIDs and other opaque marks (which must stand for each other everywhere),
moments and secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

HOST = "https://zenodo.example"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00)?|\d{14}\.0")
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_SECRET = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_MARK = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MD5 = re.compile(r"(?<=md5:)[0-9a-f]{32}")
# which order these come in is chance on the real server
_UNORDERED = ("files", "entries")


class Marks:
    """Which of our UUIDs stands for which recorded one."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def bind(self, theirs: str, ours: str) -> bool:
        """Let one stand for the other; False if either stands for something else already."""
        known = self._ours.setdefault(theirs, ours) == ours
        return (self._theirs.setdefault(ours, theirs) == theirs) and known

    def to_ours(self, text: str) -> str:
        """A recorded text with our marks."""
        return _MARK.sub(self._replacement, text)

    def md5_to_ours(self, text: str) -> str:
        """A recorded text with our MD5 where a content is not known."""
        return _MD5.sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        return self._ours.get(found.group(), found.group())


def differences(theirs: Any, ours: Any, marks: Marks, where: str = "") -> Iterator[str]:
    """Everything in which our JSON differs from the recorded."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() - ours.keys():
            yield f"{where}.{key}: missing {_short(theirs[key])}"
        for key in ours.keys() - theirs.keys():
            yield f"{where}.{key}: not in the recording {_short(ours[key])}"
        if theirs.keys() == ours.keys() and list(theirs) != list(ours):
            yield f"{where}: in the order {list(theirs)}, not {list(ours)}"
        for key in (each for each in theirs if each in ours):
            yield from differences(theirs[key], ours[key], marks, f"{where}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        if where.endswith(_UNORDERED) and len(theirs) > 1:
            theirs, ours = (sorted(each, key=_by_key) for each in (theirs, ours))
        if len(theirs) != len(ours):
            yield f"{where}: {_short(theirs)}, not {_short(ours)}"
        for number, (one, other) in enumerate(zip(theirs, ours, strict=False)):
            yield from differences(one, other, marks, f"{where}[{number}]")
    elif isinstance(theirs, str) and isinstance(ours, str):
        if not same_text(theirs, ours, marks):
            yield f"{where}: {theirs!r}, not {ours!r}"
    elif type(theirs) is not type(ours) or theirs != ours:
        yield f"{where}: {_short(theirs)}, not {_short(ours)}"


def same_text(theirs: str, ours: str, marks: Marks) -> bool:
    """Whether two texts are the same apart from marks, moments and secrets."""
    theirs_bare, ours_bare = _bare(marks.md5_to_ours(theirs)), _bare(ours)
    if _MARK.sub("*", theirs_bare) != _MARK.sub("*", ours_bare):
        return False
    pairs = zip(_MARK.findall(theirs_bare), _MARK.findall(ours_bare), strict=True)
    return all(marks.bind(one, other) for one, other in pairs)


def _bare(text: str) -> str:
    for pattern in (_MOMENT, _HTTP_DATE, _SECRET):
        text = pattern.sub("#", text)
    return text


def _by_key(item: Any) -> str:
    return str(item.get("key")) if isinstance(item, dict) else ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"
