"""Faults of those who send parts of files, and of what lies between two of their answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ._http1 import Head
from .faults import Fault

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_TOLD = re.compile(r"bytes (\d+)-(\d+)/(.+)")


@dataclass(frozen=True)
class RangeFault(Fault):
    """What becomes of a request for a part of a file; other requests pass as they are."""

    def ask(self, request: Head) -> None:
        """Change the head of the request."""

    def tell(self, request: Head, answer: Head) -> None:
        """Change the head of the answer.

        Args:
            request: The request as the client sent it.
            answer: The answer.
        """


@dataclass(frozen=True)
class IgnoreRange(RangeFault):
    """Let the server answer with the whole file, as Zenodo's application does."""

    def ask(self, request: Head) -> None:
        """Change the head of the request."""
        request.put("Range", None)
        request.put("If-Range", None)


@dataclass(frozen=True)
class OtherRange(RangeFault):
    """Answer with another part than the client asked for.

    Args:
        by: How many bytes later it begins, or with a minus earlier.
        longer: How many bytes it is longer, or with a minus shorter.
        told: Whether Content-Range says so; else it says what the client asked for.
    """

    by: int = 0
    longer: int = 0
    told: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.by and not self.longer:
            raise ValueError("by or longer is not 0: that would be the part that was asked for")

    def ask(self, request: Head) -> None:
        """Change the head of the request."""
        if found := _RANGE.fullmatch(request.get("range")):
            first, last = map(int, found.groups())
            start = max(0, first + self.by)
            request.put("Range", f"bytes={start}-{max(start, last + self.by + self.longer)}")

    def tell(self, request: Head, answer: Head) -> None:
        """Change the head of the answer."""
        asked = _RANGE.fullmatch(request.get("range"))
        told = _TOLD.fullmatch(answer.get("content-range"))
        if not self.told and asked and told:
            answer.put("Content-Range", f"bytes {asked[1]}-{asked[2]}/{told[3]}")


@dataclass(frozen=True)
class LyingRange(RangeFault):
    """Tell a wrong Content-Range with the part that was asked for.

    Args:
        by: How many bytes later the part is told to begin and end, or with a minus earlier.
        total: How many bytes the whole file is told to have too much, or with a minus too little.
    """

    by: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.by and not self.total:
            raise ValueError("by or total is not 0: that would be the truth")

    def tell(self, request: Head, answer: Head) -> None:
        """Change the head of the answer."""
        if found := _TOLD.fullmatch(answer.get("content-range")):
            first, last = int(found[1]) + self.by, int(found[2]) + self.by
            size = int(found[3]) + self.total if found[3].isdigit() else found[3]
            answer.put("Content-Range", f"bytes {max(0, first)}-{max(0, last)}/{size}")


@dataclass(frozen=True)
class Meanwhile(Fault):
    """Do something at that moment, then let the request pass: what others do to the same files.

    Args:
        do: Called before the server hears of the request.
        after: How many bytes of the request's body reach the server before, if not 0.
    """

    do: Callable[[], object] = bool
    after: int = 0
