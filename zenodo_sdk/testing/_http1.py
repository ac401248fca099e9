"""As much HTTP/1.1 as a proxy needs that must be able to break it."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import responses

_PIECE = 64 * 1024


class Cut(Exception):
    """Ends a client connection: a fault says so, or one of the peers is gone.

    Args:
        reset: Whether to end it with a TCP reset.
    """

    def __init__(self, reset: bool = True) -> None:
        super().__init__()
        self.reset = reset


@dataclass
class Head:
    """The start line and header fields of a request or an answer."""

    start: str
    fields: list[tuple[str, str]]

    def get(self, name: str) -> str:
        """The values of a field, in lower case; empty without any."""
        return ", ".join(v for k, v in self.fields if k.lower() == name).lower()

    def put(self, name: str, value: str | None) -> None:
        """Set a field in place of all of that name; None only removes them."""
        self.fields = [item for item in self.fields if item[0].lower() != name.lower()]
        if value is not None:
            self.fields.append((name, value))

    def put_length(self, length: int) -> None:
        """Say that the body is not chunked and has this many bytes."""
        self.put("Transfer-Encoding", None)
        self.put("Content-Length", str(length))

    def encode(self) -> bytes:
        """The head as it goes over the wire."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.fields), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    @property
    def method(self) -> str:
        """The method of a request."""
        return self.start.partition(" ")[0]

    @property
    def status(self) -> int:
        """The status code of an answer."""
        return int(self.start.split(" ")[1])

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return "chunked" in self.get("transfer-encoding")

    @property
    def persistent(self) -> bool:
        """Whether this side allows another exchange on the connection."""
        options = self.get("connection")
        return "close" not in options and ("HTTP/1.1" in self.start or "keep-alive" in options)


class Wire:
    """A connection that speaks HTTP; if the peer is gone, reads raise Cut, sends OSError.

    Args:
        sock: The connected socket; it is closed with this object.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(None)
        with suppress(OSError):  # The peer may be gone already.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._file = sock.makefile("rb")

    def read_head(self) -> Head | None:
        """Read the next head; None if the peer closed instead."""
        try:
            start = self._line()
        except Cut:
            return None
        fields: list[tuple[str, str]] = []
        while line := self._line():
            name, value = line.split(":", 1)
            fields.append((name, value.strip(" \t")))
        return Head(start, fields)

    def read_answer(self) -> Head:
        """Read the head of the final answer, past interim ones such as 100 Continue."""
        while head := self.read_head():
            if head.status >= 200:
                return head
        raise Cut

    def read_body(self, head: Head, default: int | None) -> Iterator[bytes]:
        """The body in pieces; default is its size if untold, None means until close.

        The head says how to read it now, whatever becomes of the head before it is read.
        """
        if head.chunked:
            return self._chunks()
        if length := head.get("content-length"):
            return self._exactly(int(length))
        if default is not None:
            return self._exactly(default)
        return iter(lambda: self._some(_PIECE), b"")

    def send(self, data: bytes) -> None:
        """Send all of the data."""
        self._sock.sendall(data)

    def send_body(self, body: Iterable[bytes], chunked: bool, *, finish: bool = True) -> None:
        """Send a body piece by piece, without the last chunk if it is not to be finished."""
        for piece in body:
            self.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked and finish:
            self.send(b"0\r\n\r\n")

    def answer(self, request: Head, status: int, body: bytes, headers: Mapping[str, str]) -> bool:
        """Send a whole answer to a request; true if the client may send another."""
        head = Head(f"HTTP/1.1 {status} {responses.get(status, '')}", list(headers.items()))
        if status not in (204, 304):
            head.put_length(len(body))
        self.send(head.encode() + (b"" if bodiless(request.method, status) else body))
        return request.persistent and head.persistent

    def wake(self) -> None:
        """Make whatever call blocks on this connection return, from another thread."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self, *, reset: bool = False) -> None:
        """Close the connection, on demand with a TCP reset."""
        if reset:
            linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
            with suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._file.close()
        self._sock.close()

    def _line(self) -> str:
        """Read one line of framing, without its end."""
        try:
            line = self._file.readline(_PIECE)
        except OSError:
            raise Cut from None
        if not line.endswith(b"\n"):
            raise Cut
        return line.decode("latin-1").rstrip("\r\n")

    def _some(self, limit: int) -> bytes:
        """Read what there is, up to a limit; empty at the end."""
        try:
            return self._file.read1(limit)
        except OSError:
            raise Cut from None

    def _chunks(self) -> Iterator[bytes]:
        """Yield a chunked body in pieces."""
        while size := int(self._line().partition(";")[0], 16):
            yield from self._exactly(size)
            self._line()
        while self._line():  # Trailers are dropped.
            pass

    def _exactly(self, size: int) -> Iterator[bytes]:
        """Yield so many bytes in pieces."""
        while size:
            if not (piece := self._some(min(size, _PIECE))):
                raise Cut
            size -= len(piece)
            yield piece


def bodiless(method: str, status: int) -> bool:
    """Whether HTTP forbids a body in this answer, whatever its head says."""
    return method == "HEAD" or status in (204, 304)


def first(body: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Yield the start of a body, never waiting for more than the limit."""
    while limit and (piece := next(body, b"")[:limit]):
        limit -= len(piece)
        yield piece


def paused(body: Iterator[bytes], after: int, pause: Callable[[], object]) -> Iterator[bytes]:
    """Yield a body; pause after so many bytes, or at its end, before reading any further."""
    rest = b""
    while after and (piece := next(body, b"")):
        start, rest = piece[:after], piece[after:]
        after -= len(start)
        yield start
    pause()
    if rest:
        yield rest
    yield from body


def paced(body: Iterable[bytes], rate: float, wait: Callable[[float], object]) -> Iterator[bytes]:
    """Yield a body in steps of up to 50 ms, each after waiting the seconds that it takes."""
    step = max(1, min(_PIECE, int(rate / 20)))
    for piece in body:
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            wait(len(part) / rate)
            yield part


def misstated(answer: Head, body: Iterator[bytes], by: int) -> Iterator[bytes]:
    """Make the head tell another length, and yield what that one lets through of the body."""
    length = answer.get("content-length")
    if not length:
        data = b"".join(body)
        length, body = str(len(data)), iter((data,))
    told = max(0, int(length) + by)
    answer.put_length(told)
    return first(body, told)


def drain(body: Iterable[bytes]) -> None:
    """Read a body to its end and forget it."""
    for _ in body:
        pass
