"""Faults of a network, a gateway and a server, for ``FaultProxy`` to inject.

Every fault is a value: it says which requests it hits, and what becomes of them.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from typing import Any, ClassVar, Literal

Reply = tuple[int, bytes, Mapping[str, str]]
"""A status code, a body, and header fields beside Content-Length."""

_COUNTS = ("skip", "after", "seconds", "retry_after", "limit")


@dataclass(frozen=True)
class Fault:
    """Which requests to hit; the classes below say what to do to them.

    Args:
        method: The method to match, in upper case, or "*" for any.
        path: A regular expression, searched in the request's path (without the query).
        times: How many requests to hit; None hits every one.
        skip: How many matching requests to let through before the first hit.

    Raises:
        ValueError: With these values it would never fire, or could not be carried out.
    """

    method: str
    path: str
    times: int | None = field(default=1, kw_only=True)
    skip: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        """Reject here what would else fail in a thread of the proxy, or silently do nothing."""
        if not re.fullmatch(r"\*|[A-Z]+", self.method):
            raise ValueError(f'method is "*" or one such as "POST", not {self.method!r}')
        try:
            re.compile(self.path)
        except re.error as error:
            text = f"path is no regular expression: {self.path!r}: {error}"
            raise ValueError(text) from None
        if self.times is not None and self.times < 1:
            raise ValueError(f"times is 1 or more, or None for every request, not {self.times!r}")
        for name in _COUNTS:
            value = getattr(self, name, None)
            if value is not None and not 0 <= value < math.inf:
                raise ValueError(f"{name} is 0 or more, not {value!r}")


@dataclass(frozen=True)
class LoseRequest(Fault):
    """Read the whole request, then cut the client; the server hears nothing.

    Args:
        reset: Cut with a TCP reset rather than an orderly close.
    """

    reset: bool = True


@dataclass(frozen=True)
class LoseAnswer(Fault):
    """Let the server answer completely, then cut the client before the first byte of it.

    Args:
        reset: Cut with a TCP reset rather than an orderly close.
    """

    reset: bool = True


@dataclass(frozen=True)
class GoDown(Fault):
    """Cut this connection and all others, and refuse new ones until release: the host is down."""


@dataclass(frozen=True)
class _Upload(Fault):
    """What happens within a request's body."""

    after: int = 0


@dataclass(frozen=True)
class CutUpload(_Upload):
    """Forward the head and the start of the request's body, then cut both sides.

    Args:
        after: How many bytes of the body reach the server.
    """


@dataclass(frozen=True)
class HoldUpload(_Upload):
    """Like CutUpload, but the server keeps waiting for the rest until release or close.

    Args:
        after: How many bytes of the body reach the server.
    """


@dataclass(frozen=True)
class StallUpload(_Upload):
    """Stop reading the request's body, and do not answer, until release; then go on.

    A client still gets rid of what fits into the buffers of the connection. A body that is
    shorter is held at its end.

    Args:
        after: How many bytes of the body reach the server before that.
    """


@dataclass(frozen=True)
class CutAnswer(Fault):
    """Send the answer's head and the start of its body, then cut the client.

    Args:
        after: How many bytes of the body reach the client.
        reset: Cut with a TCP reset, which may take bytes still under way with it.
    """

    after: int = 0
    reset: bool = False


@dataclass(frozen=True)
class Stall(Fault):
    """Let the server answer, but leave the client waiting until release; then go on.

    Args:
        after: How many bytes of the answer's body reach the client before that; 0 stalls
            between head and body, None before the first byte of the head.
    """

    after: int | None = None


@dataclass(frozen=True)
class Delay(Fault):
    """Let the server answer, and pass the answer on later, or on release.

    Args:
        seconds: How long to keep the answer back.
    """

    seconds: float


@dataclass(frozen=True)
class Throttle(Fault):
    """Carry bodies slowly, each connection at this speed, until release.

    A client still gets rid of the start of an upload as fast as the connection's buffers
    take it.

    Args:
        bytes_per_second: The speed; below 1 it is more than a second for each byte.
        direction: The bodies to slow down: "up" those of requests, "down" those of answers.
    """

    bytes_per_second: float
    direction: Literal["up", "down", "both"] = "both"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.bytes_per_second < math.inf:
            raise ValueError(f"bytes_per_second is more than 0, not {self.bytes_per_second!r}")
        if self.direction not in ("up", "down", "both"):
            raise ValueError(f'direction is "up", "down" or "both", not {self.direction!r}')


@dataclass(frozen=True)
class _Instead(Fault):
    """An answer that does not come from the server."""

    forward_first: bool = field(default=False, kw_only=True)

    def reply(self) -> Reply:
        """What the client gets."""
        raise NotImplementedError


@dataclass(frozen=True)
class Answer(_Instead):
    """Answer in the server's place.

    Args:
        status: The status code, 200 to 599.
        body: The body; Content-Length is added.
        headers: Further header fields.
        forward_first: Let the server do the work and answer, but drop what it said.
    """

    status: int = 503
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        super().__post_init__()
        _status(self.status, 200)

    def reply(self) -> Reply:
        """What the client gets."""
        return self.status, self.body, self.headers


@dataclass(frozen=True)
class TooManyRequests(_Instead):
    """Answer 429 as the server's rate limit does.

    Args:
        retry_after: In how many seconds the limit's minute is over.
        limit: How many requests a minute the limit allows.
        forward_first: Let the server do the work and answer, but drop what it said.
    """

    retry_after: int = 1
    limit: int = 30

    def reply(self) -> Reply:
        """What the client gets."""
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(int(time.time()) + self.retry_after),
            "Retry-After": str(self.retry_after),
        }
        return _problem(429, f"{self.limit} per 1 minute", headers)


@dataclass(frozen=True)
class ServerFailure(_Instead):
    """Answer with an error of the application, in JSON; those of gateways are an HtmlPage.

    Args:
        status: The status code, 500 to 599.
        retry_after: The seconds in Retry-After; None leaves that field out.
        forward_first: Let the server do the work and answer, but drop what it said.
    """

    status: int = 500
    retry_after: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _status(self.status, 500)

    def reply(self) -> Reply:
        """What the client gets."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return _problem(self.status, responses.get(self.status, "Server Error"), headers)


@dataclass(frozen=True)
class HtmlPage(_Instead):
    """Answer with a web page, as what stands before a server does.

    Args:
        status: The status code: 403 where a client is blocked, 502 or 504 of a gateway, 503 of
            a maintenance; 200 for those that hide it.
        text: What the page says; by default what the status code means.
        forward_first: Let the server do the work and answer, but drop what it said.
    """

    status: int
    text: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _status(self.status, 200)

    def reply(self) -> Reply:
        """What the client gets."""
        title = f"{self.status} {responses.get(self.status, '')}".strip()
        page = (
            f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>"
            f"<body><h1>{self.text or title}</h1></body></html>\n"
        )
        return self.status, page.encode(), {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class LyingLength(Fault):
    """Tell another Content-Length than the answer's body has.

    Of a length too large, the client gets all that there is, then an orderly close. Of one too
    small, it gets that many bytes, and can go on using the connection.

    Args:
        by: How many bytes are told too much, or with a minus too little.
    """

    by: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_zero(self.by)


@dataclass(frozen=True)
class _Edit(Fault):
    """An answer with another body; Content-Length is corrected."""

    anything: ClassVar[bool] = False
    """Whether downloads, and what is not JSON, are edited too."""

    def edit(self, body: bytes) -> bytes:
        """Make the new body from the one the client would have seen."""
        raise NotImplementedError


@dataclass(frozen=True)
class Rewrite(_Edit):
    """Pass the answer on with another body; Content-Length is corrected.

    Args:
        replace: Makes the new body from the one the client would have seen.
    """

    anything: ClassVar[bool] = True
    replace: Callable[[bytes], bytes] = bytes

    def edit(self, body: bytes) -> bytes:
        """Make the new body from the one the client would have seen."""
        return self.replace(body)


@dataclass(frozen=True)
class LyingChecksum(_Edit):
    """Tell another MD5 wherever a JSON answer describes a file: commits, entries, listings.

    Downloads, and answers that describe no file, pass as they are.

    Args:
        md5: The MD5 to tell, in hexadecimal.
    """

    md5: str = "0" * 32

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch("[0-9a-f]{32}", self.md5):
            raise ValueError(f"md5 is 32 hexadecimal digits in lower case, not {self.md5!r}")

    def edit(self, body: bytes) -> bytes:
        """Make the new body from the one the client would have seen."""

        def lie(file: dict[str, Any]) -> None:
            prefix = "md5:" if ":" in file["checksum"] else ""
            file["checksum"] = prefix + self.md5

        return _each_file(body, lie)


@dataclass(frozen=True)
class LyingSize(_Edit):
    """Tell another size wherever a JSON answer describes a file: commits, entries, listings.

    Downloads, and answers that describe no file, pass as they are.

    Args:
        by: How many bytes are told too much, or with a minus too little.
    """

    by: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_zero(self.by)

    def edit(self, body: bytes) -> bytes:
        """Make the new body from the one the client would have seen."""

        def lie(file: dict[str, Any]) -> None:
            for name in ("size", "filesize"):
                if name in file:
                    file[name] = max(0, file[name] + self.by)

        return _each_file(body, lie)


def _each_file(body: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change what a JSON document says of files: those of its objects that have a checksum."""

    def look(part: dict[str, Any]) -> dict[str, Any]:
        if isinstance(part.get("checksum"), str):
            change(part)
        return part

    return json.dumps(json.loads(body, object_hook=look)).encode()


def _problem(status: int, message: str, headers: Mapping[str, str]) -> Reply:
    """An error as the server words it."""
    document = json.dumps({"message": message, "status": status}, separators=(",", ":"))
    return status, f"{document}\n".encode(), {"Content-Type": "application/json", **headers}


def _not_zero(by: int) -> None:
    if by == 0:
        raise ValueError("by is not 0: that would be the truth")


def _status(status: int, least: int) -> None:
    if not least <= status <= 599:
        raise ValueError(f"status is {least} to 599, not {status!r}")
