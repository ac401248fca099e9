"""A loopback HTTP/1.1 proxy that injects faults between a client and a real server."""

from __future__ import annotations

import gzip
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import responses
from typing import NamedTuple
from urllib.parse import urlsplit

_PIECE = 64 * 1024
_CONNECT_TIMEOUT = 10.0


@dataclass(frozen=True)
class Fault:
    """What to do to the requests that match; faults injected first are tried first.

    Args:
        method: The method to match, or "*" for any.
        path: A regular expression, searched in the request's path (without the query).
        times: How many requests to hit; None hits every one.
        skip: How many matching requests to let through before the first hit.
    """

    method: str
    path: str
    times: int | None = field(default=1, kw_only=True)
    skip: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        """Reject a fault that could never fire, here rather than in a proxy thread."""
        re.compile(self.path)
        if self.skip < 0 or (self.times is not None and self.times < 1):
            raise ValueError("a fault needs times >= 1 (or None) and skip >= 0")


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
class CutUpload(Fault):
    """Forward the head and the start of the request body, then cut both sides.

    Args:
        after: How many bytes of the body reach the server.
    """

    after: int = 0


@dataclass(frozen=True)
class HoldUpload(Fault):
    """Like CutUpload, but the server keeps waiting for the rest until release or close.

    Args:
        after: How many bytes of the body reach the server.
    """

    after: int = 0


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
class Answer(Fault):
    """Answer in the server's place.

    Args:
        status: The status code.
        body: The body; Content-Length is added.
        headers: Further header fields.
        forward_first: Let the server do the work and answer, but drop what it said.
    """

    status: int = 503
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    forward_first: bool = False


@dataclass(frozen=True)
class Stall(Fault):
    """Let the server answer, but leave the client waiting until release or close.

    Args:
        before_answer: Stall before the first byte; otherwise between head and body.
    """

    before_answer: bool = True


@dataclass(frozen=True)
class Rewrite(Fault):
    """Pass the answer on with another body; Content-Length is corrected.

    Args:
        replace: Makes the new body from the one the client would have seen.
    """

    replace: Callable[[bytes], bytes] = bytes


@dataclass
class Seen:
    """One request that reached the proxy, filled in while the exchange goes on.

    Args:
        method: The request's method.
        target: The request's target, query included.
        forwarded: Whether the server got the request, be it in part.
        status: What the server answered; None without an answer from it.
        fault: The class name of the fault that hit the request.
        request_bytes: How much of the request's body was read, without chunk framing.
    """

    method: str
    target: str
    forwarded: bool = False
    status: int | None = None
    fault: str | None = None
    request_bytes: int = 0


class FaultProxy:
    """Forwards everything to one server, except for what the injected faults say.

    Every request gets a fresh connection to the server, so that an idle one which the
    server has just closed never looks like a fault. Chunked bodies are framed anew.

    Args:
        upstream: The server's base URL, http only and without a path.
        rewrite_links: Point the server's own links, in headers and JSON, to the proxy.
    """

    def __init__(self, upstream: str, *, rewrite_links: bool = True) -> None:
        parts = urlsplit(upstream)
        if parts.scheme != "http" or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"not a plain http base URL: {upstream!r}")
        self._host = parts.netloc
        self._upstream = (parts.hostname, parts.port or 80)
        # The boundary keeps :5055 from matching inside :50550.
        self._links = re.compile(rb"http://%b(?![\w.:-])" % re.escape(parts.netloc.encode()))
        self._rewrite_links = rewrite_links

        self._lock = threading.Lock()
        self._closed = False
        self._gate = threading.Event()
        self._armed: list[_Armed] = []
        self._seen: list[Seen] = []
        self._wires: set[_Wire] = set()
        self._threads: list[threading.Thread] = []

        self._listener = socket.create_server(("127.0.0.1", 0))
        self._address: tuple[str, int] = self._listener.getsockname()
        self.url = "http://{}:{}".format(*self._address)
        self._acceptor = threading.Thread(target=self._accept, name="fault-proxy", daemon=True)
        self._acceptor.start()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def seen(self) -> list[Seen]:
        """The requests so far, in the order in which their heads arrived."""
        with self._lock:
            return list(self._seen)

    def inject(self, *faults: Fault) -> None:
        """Arm faults for the requests to come.

        Args:
            faults: The faults; each request is hit by the first that matches it.
        """
        with self._lock:
            self._armed += [_Armed(fault, fault.times, fault.skip) for fault in faults]

    def clear(self) -> None:
        """Disarm all faults; exchanges already hit are not affected."""
        with self._lock:
            self._armed.clear()

    def release(self) -> None:
        """Cut whatever Stall and HoldUpload are holding now; later hits hold again."""
        with self._lock:
            self._gate.set()
            if not self._closed:
                self._gate = threading.Event()

    def close(self) -> None:
        """Cut all connections and wait for the proxy's threads to end."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._gate.set()
            for wire in self._wires:
                wire.wake()
        # Only a connection wakes a blocked accept() on every platform.
        with suppress(OSError):
            socket.create_connection(self._address).close()
        self._acceptor.join()
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        """Start one thread per client connection, until the proxy closes."""
        while True:
            sock, _ = self._listener.accept()
            if self._closed:
                return sock.close()
            thread = threading.Thread(
                target=self._serve, args=(sock,), name="fault-proxy", daemon=True
            )
            self._threads = [old for old in self._threads if old.is_alive()] + [thread]
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        """Carry exchange after exchange over one client connection."""
        with suppress(_Cut), self._wire(sock) as client:
            try:
                while (request := client.read_head()) and self._exchange(client, request):
                    pass
            except _Cut as cut:
                self._drop(client, reset=cut.reset)
            except OSError:
                self._drop(client, reset=True)
            # Anything else, malformed HTTP or a failing Rewrite, is for threading.excepthook.

    def _exchange(self, client: _Wire, request: _Head) -> bool:
        """Carry one request and its answer; true if the client may send another."""
        turn = self._admit(request)
        seen, fault, gate = turn
        limit = fault.after if isinstance(fault, CutUpload | HoldUpload) else None
        upload = _counted(_first(client.read_body(request, 0), limit), seen)

        match fault:
            case LoseRequest():
                _drain(upload)
                raise _Cut(fault.reset)
            case Answer(forward_first=False):
                _drain(upload)
                return client.send_own(fault, request)

        with self._wire(socket.create_connection(self._upstream, _CONNECT_TIMEOUT)) as upstream:
            seen.forwarded = True
            request.put("Host", self._host)
            try:
                upstream.send(request.encode())
                upstream.send_body(upload, request.chunked, finish=limit is None)
            except OSError:  # From sending only: the server hung up, perhaps with an answer.
                _drain(upload)
            match fault:
                case CutUpload():
                    raise _Cut
                case HoldUpload():
                    self._drop(client, reset=True)
                    gate.wait()
                    return False
            return self._deliver(client, upstream, request, turn)

    def _deliver(self, client: _Wire, upstream: _Wire, request: _Head, turn: _Turn) -> bool:
        """Carry the answer to a forwarded request; true if the client may send another."""
        seen, fault, gate = turn
        answer = upstream.read_answer()
        seen.status = answer.status
        bodiless = _bodiless(seen.method, answer.status)
        body = iter(()) if bodiless else upstream.read_body(answer, None)

        match fault:
            case LoseAnswer():
                _drain(body)
                raise _Cut(fault.reset)
            case Answer():
                _drain(body)
                return client.send_own(fault, request)
            case Stall(before_answer=True):
                _drain(body)
                gate.wait()
                raise _Cut

        if not bodiless:
            body = self._edit(answer, body, fault)
        client.send(self._relink(answer.encode()))
        match fault:
            case Stall():
                _drain(body)
                gate.wait()
                raise _Cut
            case CutAnswer():
                client.send_body(_first(body, fault.after), answer.chunked, finish=False)
                raise _Cut(fault.reset)
        client.send_body(body, answer.chunked and not bodiless)
        until_close = not (bodiless or answer.chunked or answer.get("content-length"))
        return request.persistent and answer.persistent and not until_close

    def _edit(self, answer: _Head, body: Iterator[bytes], fault: Fault | None) -> Iterator[bytes]:
        """Apply links and Rewrite to the body; streams it when there is nothing to do."""
        # A JSON file that is being downloaded is content: its links are not ours to change.
        download = answer.get("content-disposition")
        links = self._rewrite_links and not download and "json" in answer.get("content-type")
        if not links and not isinstance(fault, Rewrite):
            return body
        data = b"".join(body)
        if answer.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
            answer.put("Content-Encoding", None)
        if links:
            data = self._relink(data)
        if isinstance(fault, Rewrite):
            data = fault.replace(data)
        answer.put("Transfer-Encoding", None)
        answer.put("Content-Length", str(len(data)))
        return iter((data,))

    def _relink(self, data: bytes) -> bytes:
        """Replace the server's base URL by the proxy's, if that is asked for."""
        return self._links.sub(self.url.encode(), data) if self._rewrite_links else data

    def _admit(self, request: _Head) -> _Turn:
        """Record a request and take the fault for it, as one step."""
        method, target, _ = request.start.split(" ")
        path = target.partition("?")[0]
        with self._lock:
            fault = next((a.fault for a in self._armed if a.fires(method, path)), None)
            self._armed = [armed for armed in self._armed if armed.times != 0]
            seen = Seen(method, target, fault=type(fault).__name__ if fault else None)
            self._seen.append(seen)
            return _Turn(seen, fault, self._gate)

    @contextmanager
    def _wire(self, sock: socket.socket) -> Iterator[_Wire]:
        """Own a socket for a while, such that close() can interrupt it."""
        wire = _Wire(sock)
        try:
            with self._lock:
                if self._closed:
                    raise _Cut
                self._wires.add(wire)
            yield wire
        finally:
            self._drop(wire)

    def _drop(self, wire: _Wire, *, reset: bool = False) -> None:
        """Close a connection; harmless when it is closed already."""
        with self._lock:  # Else close() might wake a descriptor that has a new owner.
            self._wires.discard(wire)
        wire.close(reset=reset)


class _Cut(Exception):
    """Ends a client connection: a fault says so, or one of the peers is gone."""

    def __init__(self, reset: bool = True) -> None:
        super().__init__()
        self.reset = reset


class _Turn(NamedTuple):
    """A request's record, the fault that hits it, and the gate that holds it."""

    seen: Seen
    fault: Fault | None
    gate: threading.Event


@dataclass
class _Armed:
    """An injected fault and what is left of its counts."""

    fault: Fault
    times: int | None
    skip: int

    def fires(self, method: str, path: str) -> bool:
        """Count a request if it matches; true if the fault hits it."""
        if self.fault.method not in ("*", method) or not re.search(self.fault.path, path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class _Head:
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

    def encode(self) -> bytes:
        """The head as it goes over the wire."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.fields), "", ""]
        return "\r\n".join(lines).encode("latin-1")

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


class _Wire:
    """A connection that speaks HTTP; if the peer is gone, reads raise _Cut, sends OSError."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(None)
        with suppress(OSError):  # The peer may be gone already.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._file = sock.makefile("rb")

    def read_head(self) -> _Head | None:
        """Read the next head; None if the peer closed instead."""
        try:
            start = self._line()
        except _Cut:
            return None
        fields = []
        while line := self._line():
            name, value = line.split(":", 1)
            fields.append((name, value.strip(" \t")))
        return _Head(start, fields)

    def read_answer(self) -> _Head:
        """Read the head of the final answer, past interim ones such as 100 Continue."""
        while head := self.read_head():
            if head.status >= 200:
                return head
        raise _Cut

    def read_body(self, head: _Head, default: int | None) -> Iterator[bytes]:
        """Yield the body in pieces; default is its size if untold, None means until close."""
        if head.chunked:
            while size := int(self._line().partition(";")[0], 16):
                yield from self._exactly(size)
                self._line()
            while self._line():  # Trailers are dropped.
                pass
        elif length := head.get("content-length"):
            yield from self._exactly(int(length))
        elif default is not None:
            yield from self._exactly(default)
        else:
            while piece := self._some(_PIECE):
                yield piece

    def send(self, data: bytes) -> None:
        """Send all of the data."""
        self._sock.sendall(data)

    def send_body(self, body: Iterable[bytes], chunked: bool, *, finish: bool = True) -> None:
        """Send a body piece by piece, without the last chunk if it is not to be finished."""
        for piece in body:
            self.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked and finish:
            self.send(b"0\r\n\r\n")

    def send_own(self, fault: Answer, request: _Head) -> bool:
        """Send the proxy's own answer; true if the client may send another request."""
        method = request.start.partition(" ")[0]
        body = b"" if _bodiless(method, fault.status) else fault.body
        start = f"HTTP/1.1 {fault.status} {responses.get(fault.status, '')}"
        head = _Head(start, list(fault.headers.items()))
        if fault.status not in (204, 304):
            head.put("Content-Length", str(len(fault.body)))
        self.send(head.encode() + body)
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
            raise _Cut from None
        if not line.endswith(b"\n"):
            raise _Cut
        return line.decode("latin-1").rstrip("\r\n")

    def _some(self, limit: int) -> bytes:
        """Read what there is, up to a limit; empty at the end."""
        try:
            return self._file.read1(limit)
        except OSError:
            raise _Cut from None

    def _exactly(self, size: int) -> Iterator[bytes]:
        """Yield so many bytes in pieces."""
        while size:
            if not (piece := self._some(min(size, _PIECE))):
                raise _Cut
            size -= len(piece)
            yield piece


def _bodiless(method: str, status: int) -> bool:
    """Whether HTTP forbids a body in this answer, whatever its head says."""
    return method == "HEAD" or status in (204, 304)


def _first(body: Iterator[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the start of a body, never waiting for more than the limit; None is all of it."""
    if limit is None:
        yield from body
        return
    while limit and (piece := next(body, b"")[:limit]):
        limit -= len(piece)
        yield piece


def _counted(body: Iterator[bytes], seen: Seen) -> Iterator[bytes]:
    """Yield a request's body and record its size on the way."""
    for piece in body:
        seen.request_bytes += len(piece)
        yield piece


def _drain(body: Iterable[bytes]) -> None:
    """Read a body to its end and forget it."""
    for _ in body:
        pass
