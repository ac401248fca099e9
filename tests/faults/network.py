"""The rows of the matrix that are made between a client and a server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from zenodo_sdk.testing import (
    Answer,
    CutAnswer,
    CutUpload,
    Fault,
    GoDown,
    HtmlPage,
    IgnoreRange,
    LoseAnswer,
    LoseRequest,
    LyingChecksum,
    LyingRange,
    LyingSize,
    OtherRange,
    Rewrite,
    ServerFailure,
    Stall,
    StallUpload,
    TooManyRequests,
)

from .bench import Operation

Make = Callable[[str, str, int | None], Fault]
"""A fault of a method, a path, and so many requests."""

_BIG = r"/(a\.bin|data\.zip)"
PLACES = {
    "any request": ("*", ""),
    "listing": ("GET", r"/files$|/files/(?!.*/content$)"),
    "init": ("POST", r"/draft/files$"),
    "upload": ("PUT", rf"{_BIG}/content$"),
    "commit": ("POST", rf"{_BIG}/commit$"),
    "content": ("GET", rf"{_BIG}/content$|/files-archive$"),
    "later piece": ("GET", rf"{_BIG}/content$"),
}
"""Requests by method and path; those for one file are for the same one each time."""
_LATER = 2
"""How many pieces come before the later one."""

SENDING = ("init", "upload", "commit")
RECEIVING = ("listing", "content")


@dataclass(frozen=True)
class Row:
    """One fault, at one place, once or each time.

    Args:
        fault: What it is.
        place: Which requests it hits.
        times: How many of them; None is each.
        make: Makes it.
        stalls: Nothing comes any more; the client shall not wait for long.
    """

    fault: str
    place: str
    times: int | None
    make: Make
    stalls: bool = False

    @property
    def name(self) -> str:
        """What the matrix calls it."""
        often = {None: "always", 1: "once"}.get(self.times, f"{self.times} times")
        return f"{self.fault}: {self.place}, {often}"

    def fault_for(self) -> Fault:
        """What the proxy is given."""
        fault = self.make(*PLACES[self.place], self.times)
        return replace(fault, skip=_LATER) if self.place == "later piece" else fault

    def why_not(self, operation: Operation) -> str | None:
        """Why it cannot be for an operation; None if it can."""
        if operation.sends and self.place in ("content", "later piece"):
            return "receives no content"
        if not operation.sends and self.place in SENDING:
            return "sends nothing"
        if operation.archive and self.place == "later piece":
            return "comes in one piece"
        return None


def _each(
    fault: str,
    make: Make,
    places: tuple[str, ...],
    times: tuple[int | None, ...] = (1,),
    *,
    stalls: bool = False,
) -> Iterator[Row]:
    for place in places:
        for often in times:
            yield Row(fault, place, often, make, stalls)


_EVERYWHERE = (*SENDING, *RECEIVING)
_CONTENTS = ("upload", "content")
_OFTEN = (1, None)


def _rows() -> Iterator[Row]:
    yield from _each("connection refused", lambda m, p, n: GoDown(m, p), ("any request",))
    yield from _each("connection refused from then on", lambda m, p, n: GoDown(m, p), _EVERYWHERE)
    for fault, make in _EVERYWHERE_ONCE.items():
        yield from _each(fault, make, _EVERYWHERE)
        yield from _each(fault, make, ("any request", *_CONTENTS, "commit"), (None,))
    for fault, make in _IN_CONTENTS.items():
        yield from _each(fault, make, ("content",), _OFTEN)
        yield from _each(fault, make, ("later piece",))
    for fault, make in _GATEWAY.items():
        yield from _each(fault, make, ("listing", "init", "commit", "later piece"))
        yield from _each(fault, make, _CONTENTS, _OFTEN)
    cut = partial(CutUpload, after=60_000)
    yield from _each("reset after n bytes", _times(cut), ("upload",), _OFTEN)
    stall = partial(StallUpload, after=60_000)
    yield from _each("stall after n bytes", _times(stall), ("upload",), _OFTEN, stalls=True)
    stall = partial(Stall, after=5_000)
    yield from _each("stall after n bytes", _times(stall), ("content",), _OFTEN, stalls=True)
    yield from _each("stall after n bytes", _times(stall), ("later piece",), stalls=True)
    yield from _each("stall", _times(Stall), ("listing", "init", "commit"), stalls=True)
    for fault, change in _OTHER_ANSWERS.items():
        make = _times(partial(Rewrite, replace=change))
        yield from _each(fault, make, ("listing", "init", "upload", "commit"))
        yield from _each(fault, make, ("content",), _OFTEN)
    late = partial(HtmlPage, status=504, forward_first=True)
    yield from _each("504 after the work was done", _times(late), SENDING, _OFTEN)
    lie = partial(Rewrite, replace=_lie)
    yield from _each("lying checksum", _times(lie), ("listing",), (None,))
    yield from _each("lying checksum", _times(LyingChecksum), ("upload", "commit"), _OFTEN)
    yield from _each("lying size", _times(LyingSize), ("listing",), (None,))
    yield from _each("lying size", _times(LyingSize), ("upload", "commit"), _OFTEN)


def _times(kind: Callable[..., Fault]) -> Make:
    return lambda method, path, times: kind(method, path, times=times)


def _lie(body: bytes) -> bytes:
    """Tell another MD5 of all files."""
    return re.sub(rb"md5:[0-9a-f]{32}", b"md5:" + b"0" * 32, body)


def _unsatisfiable(method: str, path: str, times: int | None) -> Fault:
    return Answer(method, path, 416, b"", {"Content-Range": "bytes */200000"}, times=times)


_EVERYWHERE_ONCE: dict[str, Make] = {
    "request lost": _times(LoseRequest),
    "answer lost": _times(LoseAnswer),
    "429 with Retry-After": _times(partial(TooManyRequests, retry_after=7)),
    "500": _times(partial(ServerFailure, status=500)),
    "HTML page with 200": _times(partial(HtmlPage, status=200)),
}
_GATEWAY: dict[str, Make] = {
    "502": _times(partial(HtmlPage, status=502)),
    "503": _times(partial(ServerFailure, status=503)),
    "504": _times(partial(HtmlPage, status=504)),
}
_IN_CONTENTS: dict[str, Make] = {
    "reset after n bytes": _times(partial(CutAnswer, after=5_000, reset=True)),
    "truncated body": _times(partial(CutAnswer, after=5_000)),
    "200 for a range": _times(IgnoreRange),
    "wrong Content-Range: another place": _times(partial(LyingRange, by=4096)),
    "wrong Content-Range: another size of the file": _times(partial(LyingRange, total=1)),
    "another part": _times(partial(OtherRange, by=4096)),
    "another part, not told": _times(partial(OtherRange, by=4096, told=False)),
    "a shorter part": _times(partial(OtherRange, longer=-7)),
    "a longer part": _times(partial(OtherRange, longer=7)),
    "416": _unsatisfiable,
}
_OTHER_ANSWERS: dict[str, Callable[[bytes], bytes]] = {
    "truncated body, its length corrected": lambda body: body[:-7],
    "extra bytes": lambda body: body + b"}extra}",
}

ROWS = {row.name: row for row in _rows()}
