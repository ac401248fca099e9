"""A loopback HTTP/1.1 proxy that injects faults between a client and a server."""

# pyright: reportMatchNotExhaustive=false
# Each `match` below is one place on the way, and names the faults that strike there.

from __future__ import annotations

import gzip
import re
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from ._http1 import (
    Cut,
    Head,
    Wire,
    bodiless,
    drain,
    first,
    misstated,
    paced,
    paused,
)
from ._listener import Listener
from ._turns import Armed, Seen, Turn
from .faults import (
    CutAnswer,
    CutUpload,
    Delay,
    Fault,
    GoDown,
    HoldUpload,
    LoseAnswer,
    LoseRequest,
    LyingLength,
    Stall,
    StallUpload,
    Throttle,
    _Edit,
    _Instead,
)
from .range_faults import Meanwhile, RangeFault

_CONNECT_TIMEOUT = 10.0


class FaultProxy:
    r"""Forwards everything to one server, except for what the injected faults say.

    It listens on a free port of 127.0.0.1, from when it is made until ``close``, or within a
    ``with`` block. Every request gets a fresh connection to the server, so that an idle one which
    the server has just closed never looks like a fault. Chunked bodies are framed anew.

    Args:
        upstream: The server's base URL, http only and without a path.
        rewrite_links: Point links to that URL, in headers and JSON, to the proxy. The Host
            field passes unchanged, so a server that goes by it makes such links by itself.

    Attributes:
        url: The base URL for clients.

    Raises:
        ValueError: The upstream is no such URL.

    Example:
        >>> from http.client import HTTPConnection
        >>> from zenodo_sdk.testing.faults import TooManyRequests
        >>> with FaultProxy("http://127.0.0.1:5000") as proxy:
        ...     proxy.inject(TooManyRequests("GET", r"/records$", retry_after=7))
        ...     client = HTTPConnection(proxy.url.removeprefix("http://"))
        ...     client.request("GET", "/api/records?q=soil")
        ...     answer = client.getresponse()
        ...     print(answer.status, answer.headers["Retry-After"], answer.read())
        ...     client.close()
        429 7 b'{"message":"30 per 1 minute","status":429}\n'
        >>> proxy.hits(TooManyRequests("GET", r"/records$", retry_after=7))
        1
    """

    def __init__(self, upstream: str, *, rewrite_links: bool = True) -> None:
        parts = urlsplit(upstream)
        if parts.scheme != "http" or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"not a plain http base URL: {upstream!r}")
        self._upstream = (parts.hostname, parts.port or 80)
        # The boundary keeps :5055 from matching inside :50550.
        self._links = re.compile(rb"http://%b(?![\w.:-])" % re.escape(parts.netloc.encode()))
        self._rewrite_links = rewrite_links

        self._lock = threading.Lock()
        self._closed = False
        self._down = False
        self._gate = threading.Event()
        self._armed: list[Armed] = []
        self._disarmed: list[Armed] = []
        self._seen: list[Seen] = []
        self._wires: set[Wire] = set()

        self._doors = threading.Lock()
        self._listener = Listener(self._serve)
        self._listener.open()
        self.url = "http://{}:{}".format(*self._listener.address)

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def seen(self) -> list[Seen]:
        """The requests so far, in the order in which their heads arrived."""
        with self._lock:
            return list(self._seen)

    @property
    def unused(self) -> list[Fault]:
        """The faults injected so far that have hit no request, cleared ones included."""
        with self._lock:
            return [armed.fault for armed in self._disarmed + self._armed if not armed.hits]

    def hits(self, fault: Fault) -> int:
        """How many requests a fault has hit so far, cleared ones included.

        Args:
            fault: The fault, or an equal one.

        Raises:
            ValueError: No such fault was injected.
        """
        with self._lock:
            equal = [armed for armed in self._disarmed + self._armed if armed.fault == fault]
        if not equal:
            raise ValueError(f"never injected: {fault!r}")
        return sum(armed.hits for armed in equal)

    def inject(self, *faults: Fault) -> None:
        """Arm faults for the requests to come.

        Args:
            faults: The faults; each request is hit by the first that matches it.

        Raises:
            TypeError: One of them is not a fault, but for example its class.
        """
        for fault in faults:
            # tests are seldom type-checked
            if not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"not a fault: {fault!r}")
        with self._lock:
            self._armed += [Armed(fault) for fault in faults]

    def clear(self) -> None:
        """Disarm all faults and release what they hold; ``seen`` and ``hits`` stay."""
        with self._lock:
            self._disarmed += self._armed
            self._armed.clear()
        self.release()

    def reset(self) -> None:
        """Clear, and forget what was seen and hit: as good as a new proxy."""
        self.clear()
        with self._lock:
            self._disarmed.clear()
            self._seen.clear()

    def release(self) -> None:
        """End whatever is held or slowed down now; later hits hold again.

        What ``Stall``, ``StallUpload``, ``Delay`` and ``Throttle`` held goes on at full speed; the
        server that ``HoldUpload`` left waiting is cut; after ``go_down`` the host is up again.
        """
        with self._lock:
            self._gate.set()
            if not self._closed:
                self._gate = threading.Event()
        with self._doors:
            if self._down and not self._closed:
                self._down = False
                self._listener.open()

    def go_down(self) -> None:
        """Cut all connections and refuse new ones until ``release``, as a host that is down."""
        with self._doors:
            if self._closed:
                return
            self._down = True
            self._listener.close()
            with self._lock:
                for wire in self._wires:
                    wire.wake()

    def close(self) -> None:
        """Cut all connections and wait for the proxy's threads to end; harmless twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._gate.set()
            for wire in self._wires:
                wire.wake()
        with self._doors:
            self._listener.close()
        self._listener.join()

    def _serve(self, sock: socket.socket) -> None:
        """Carry exchange after exchange over one client connection."""
        with suppress(Cut), self._wire(sock) as client:
            try:
                while (request := client.read_head()) and self._exchange(client, request):
                    pass
            except Cut as cut:
                self._drop(client, reset=cut.reset)
            except OSError:
                self._drop(client, reset=True)
            # Anything else, malformed HTTP or a failing Rewrite, is for threading.excepthook.

    def _exchange(self, client: Wire, request: Head) -> bool:
        """Carry one request and its answer; true if the client may send another."""
        turn = self._admit(request)
        seen, fault, gate = turn
        if request.get("expect") == "100-continue":
            client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        upload = self._upload(client.read_body(request, 0), turn)

        match fault:
            case LoseRequest():
                drain(upload)
                raise Cut(fault.reset)
            case GoDown():
                self.go_down()
                raise Cut
            case Meanwhile(after=0):
                fault.do()
            case _Instead(forward_first=False):
                drain(upload)
                return client.answer(request, *fault.reply())

        with self._wire(socket.create_connection(self._upstream, _CONNECT_TIMEOUT)) as upstream:
            seen.forwarded = True
            whole = not isinstance(fault, CutUpload | HoldUpload)
            try:
                upstream.send(_asked(request, fault).encode())
                upstream.send_body(upload, request.chunked, finish=whole)
            except OSError:  # From sending only: the server hung up, perhaps with an answer.
                drain(upload)
            match fault:
                case CutUpload():
                    raise Cut
                case HoldUpload():
                    self._drop(client, reset=True)
                    gate.wait()
                    return False
            return self._deliver(client, upstream, request, turn)

    def _deliver(self, client: Wire, upstream: Wire, request: Head, turn: Turn) -> bool:
        """Carry the answer to a forwarded request; true if the client may send another."""
        seen, fault, gate = turn
        answer = upstream.read_answer()
        seen.status = answer.status
        if isinstance(fault, RangeFault):
            fault.tell(request, answer)
        empty = bodiless(seen.method, answer.status)
        body = iter(()) if empty else upstream.read_body(answer, None)

        match fault:
            case LoseAnswer():
                drain(body)
                raise Cut(fault.reset)
            case _Instead():
                drain(body)
                return client.answer(request, *fault.reply())
            case Stall(after=None):
                self._hold(gate)
            case Delay():
                self._hold(gate, fault.seconds)
        if not empty:
            body = self._edit(answer, body, fault)
        if isinstance(fault, LyingLength) and (not empty or answer.get("content-length")):
            body = misstated(answer, body, fault.by)

        client.send(self._relink(answer.encode()))
        whole = not isinstance(fault, CutAnswer)
        client.send_body(self._download(body, turn), answer.chunked and not empty, finish=whole)
        match fault:
            case CutAnswer():
                raise Cut(fault.reset)
            case LyingLength() if fault.by > 0 and not empty:
                raise Cut(reset=False)
        until_close = not (empty or answer.chunked or answer.get("content-length"))
        return request.persistent and answer.persistent and not until_close

    def _upload(self, body: Iterator[bytes], turn: Turn) -> Iterator[bytes]:
        """Yield a request's body as the fault lets it come, and record its size on the way."""
        seen, fault, gate = turn
        match fault:
            case CutUpload() | HoldUpload():
                body = first(body, fault.after)
            case StallUpload():
                body = paused(body, fault.after, lambda: self._hold(gate))
            case Meanwhile(after=after) if after:
                body = paused(body, after, fault.do)
            case Throttle(direction="up" | "both"):
                body = paced(body, fault.bytes_per_second, lambda time: self._hold(gate, time))
        for piece in body:
            seen.request_bytes += len(piece)
            yield piece

    def _download(self, body: Iterator[bytes], turn: Turn) -> Iterator[bytes]:
        """An answer's body as the fault lets it come."""
        _, fault, gate = turn
        match fault:
            case CutAnswer():
                return first(body, fault.after)
            case Stall(after=int(after)):
                return paused(body, after, lambda: self._hold(gate))
            case Throttle(direction="down" | "both"):
                return paced(body, fault.bytes_per_second, lambda time: self._hold(gate, time))
        return body

    def _hold(self, gate: threading.Event, seconds: float = threading.TIMEOUT_MAX) -> None:
        """Wait for a time, or for what ends it earlier."""
        gate.wait(min(seconds, threading.TIMEOUT_MAX))
        if self._closed:
            raise Cut

    def _edit(self, answer: Head, body: Iterator[bytes], fault: Fault | None) -> Iterator[bytes]:
        """Apply links and _Edit to the body; streams it when there is nothing to do."""
        # A JSON file that is being downloaded is content: its links are not ours to change.
        download = answer.get("content-disposition")
        document = not download and "json" in answer.get("content-type")
        links = self._rewrite_links and document
        edit = fault.edit if isinstance(fault, _Edit) and (document or fault.anything) else None
        if not links and edit is None:
            return body
        data = b"".join(body)
        if answer.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
            answer.put("Content-Encoding", None)
        if links:
            data = self._relink(data)
        if edit:
            data = edit(data)
        answer.put_length(len(data))
        return iter((data,))

    def _relink(self, data: bytes) -> bytes:
        """Replace the server's base URL by the proxy's, if that is asked for."""
        return self._links.sub(self.url.encode(), data) if self._rewrite_links else data

    def _admit(self, request: Head) -> Turn:
        """Record a request and take the fault for it, as one step."""
        method, target, _ = request.start.split(" ")
        path = target.partition("?")[0]
        with self._lock:
            fault = next((a.fault for a in self._armed if a.fires(method, path)), None)
            seen = Seen(method, target, fault=type(fault).__name__ if fault else None)
            self._seen.append(seen)
            return Turn(seen, fault, self._gate)

    @contextmanager
    def _wire(self, sock: socket.socket) -> Generator[Wire, None, None]:
        """Own a socket for a while, such that close() can interrupt it."""
        wire = Wire(sock)
        try:
            with self._lock:
                if self._closed or self._down:
                    raise Cut
                self._wires.add(wire)
            yield wire
        finally:
            self._drop(wire)

    def _drop(self, wire: Wire, *, reset: bool = False) -> None:
        """Close a connection; harmless when it is closed already."""
        with self._lock:  # Else close() might wake a descriptor that has a new owner.
            self._wires.discard(wire)
        wire.close(reset=reset)


def _asked(request: Head, fault: Fault | None) -> Head:
    """The request as the server gets it."""
    if not isinstance(fault, RangeFault):
        return request
    changed = Head(request.start, list(request.fields))
    fault.ask(changed)
    return changed
