"""The fault proxy against a small server, both on loopback."""

from __future__ import annotations

import gzip
import json
import queue
import select
import socket
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

import zenodo_sdk
from tests.support.stub_server import Entry, Stub
from zenodo_sdk import Client, RateLimited, Retry, UnexpectedAnswer, ZenodoError
from zenodo_sdk.testing._http1 import paced, paused
from zenodo_sdk.testing.faults import (
    Answer,
    CutAnswer,
    CutUpload,
    Delay,
    Fault,
    HoldUpload,
    HtmlPage,
    LoseAnswer,
    LoseRequest,
    LyingChecksum,
    LyingLength,
    LyingSize,
    Rewrite,
    ServerFailure,
    Stall,
    StallUpload,
    Throttle,
    TooManyRequests,
)
from zenodo_sdk.testing.proxy import FaultProxy, Seen

TIMEOUT = 5.0
BIG = 32 * 1024 * 1024
PIECE = bytes(64 * 1024)
CHUNKED = b"5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n"


@dataclass(frozen=True)
class Got:
    """What the server received of one request; complete is false if the body broke off."""

    method: str
    path: str
    host: str
    size: int
    complete: bool


class Upstream(ThreadingHTTPServer):
    """A server that notes what it gets; the path says how it answers."""

    daemon_threads = False  # So that closing it joins its threads.
    request_queue_size = 64  # A full queue costs a connection a second.

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.got: queue.Queue[Got] = queue.Queue()

    def next(self) -> Got:
        """The next request, waiting for it."""
        return self.got.get(timeout=TIMEOUT)

    def handle_error(self, *_: object) -> None:
        """Broken connections are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    """Answers every method alike."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Upstream

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def answer(self) -> None:
        """Take the request, note it, answer as the path says."""
        if self.path == "/refuse":
            return self.refuse()
        size, complete = self.take()
        host = self.headers["Host"]
        self.server.got.put(Got(self.command, self.path, host, size, complete))
        if not complete:
            self.close_connection = True
            return None
        match self.path.partition("?")[0]:
            case "/chunked":
                self.head(200, {"Transfer-Encoding": "chunked"})
                if self.command != "HEAD":
                    self.wfile.write(CHUNKED)
            case "/until-close":
                self.head(200, {"Connection": "close"})
                self.wfile.write(b"hello world")
            case "/truncated":
                self.head(200, {"Content-Length": "100"})
                self.wfile.write(b"hello")
                self.close_connection = True
            case "/silent":
                self.close_connection = True
            case "/interim":
                self.send_response_only(100)
                self.end_headers()
                self.body(200, b"hello world")
            case "/empty":
                self.head(204, {})
            case "/unchanged":
                self.head(304, {"Content-Length": "11"})
            case "/moved":
                self.body(302, b"", {"Location": f"{self.server.url}/there?q=1"})
            case "/links" | "/links.gz":
                links = {"self": f"{self.server.url}/a", "other": f"{self.server.url}0/b"}
                data = json.dumps(links).encode()
                headers = {"Content-Type": "application/vnd.inveniordm.v1+json; charset=utf-8"}
                if self.path.endswith(".gz"):
                    data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
                self.body(200, data, headers)
            case "/text" | "/download":
                kind = "text/plain" if self.path == "/text" else "application/json"
                headers = {"Content-Type": kind}
                if self.path == "/download":
                    headers["Content-Disposition"] = "attachment"
                self.body(200, f'"{self.server.url}/a"'.encode(), headers)
            case "/big":
                self.head(200, {"Content-Length": str(BIG)})
                for _ in range(BIG // len(PIECE)):
                    self.wfile.write(PIECE)
            case _:
                self.body(200, b"hello world")
        return None

    do_GET = do_HEAD = do_PUT = do_POST = answer  # noqa: N815 - http.server's names

    def refuse(self) -> None:
        """Answer before the body has come, and hang up."""
        self.body(413, b"too large", {"Connection": "close"})
        self.close_connection = True

    def take(self) -> tuple[int, bool]:
        """Read the body; its size and whether it came to its end."""
        if self.headers["Transfer-Encoding"]:
            total = 0
            while line := self.rfile.readline():
                size = int(line, 16)
                total += len(self.rfile.read(size))
                self.rfile.readline()
                if not size:
                    return total, True
            return total, False
        wanted = left = int(self.headers["Content-Length"] or 0)
        while left and (piece := self.rfile.read1(min(left, len(PIECE)))):
            left -= len(piece)
        return wanted - left, not left

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Send a head."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def body(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer."""
        self.head(status, {**(headers or {}), "Content-Length": str(len(data))})
        if self.command != "HEAD":
            self.wfile.write(data)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A running server."""
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    """A proxy in front of the server."""
    with FaultProxy(upstream.url) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[HTTPConnection]:
    """A client of the proxy."""
    with closing(connect(proxy)) as connection:
        yield connection


def connect(proxy: FaultProxy) -> HTTPConnection:
    """Open another client of the proxy."""
    return HTTPConnection(proxy.url.removeprefix("http://"), timeout=TIMEOUT)


def dial(proxy: FaultProxy) -> socket.socket:
    """Open a raw connection to the proxy."""
    host, port = proxy.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), TIMEOUT)


def send(
    client: HTTPConnection, method: str, path: str, body: bytes | Iterator[bytes] | None = None
) -> HTTPResponse:
    """Send a request and read the head of the answer."""
    client.request(method, path, body, encode_chunked=True)
    return client.getresponse()


def fetch(client: HTTPConnection, path: str) -> tuple[int, bytes]:
    """Get a path: status and body."""
    with send(client, "GET", path) as response:
        return response.status, response.read()


def cut(client: HTTPConnection, method: str, path: str, body: bytes = b"") -> type[Exception]:
    """Send a request whose answer must not come: how the connection ended."""
    with pytest.raises(ConnectionError) as caught:
        send(client, method, path, body)
    client.close()
    return caught.type


def nothing_comes(sock: socket.socket) -> None:
    """Fail if the peer sends something, or hangs up."""
    assert select.select([sock], [], [], 0.05) == ([], [], [])


# Forwarding


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/plain", 200, b"hello world"),
        ("/chunked", 200, b"hello world"),
        ("/interim", 200, b"hello world"),
        ("/empty", 204, b""),
        ("/unchanged", 304, b""),
    ],
)
def test_keep_alive(client: HTTPConnection, path: str, status: int, body: bytes) -> None:
    client.connect()
    sock = client.sock
    for _ in range(5):
        assert fetch(client, path) == (status, body)
        assert client.sock is sock


@pytest.mark.parametrize("path", ["/plain", "/chunked"])
def test_head_has_no_body(client: HTTPConnection, path: str) -> None:
    with send(client, "HEAD", path) as response:
        assert response.read() == b""
    assert fetch(client, "/plain") == (200, b"hello world")


def test_body_that_waits_for_100_continue(proxy: FaultProxy, upstream: Upstream) -> None:
    with dial(proxy) as sock, sock.makefile("rb") as answer:
        sock.sendall(
            b"PUT /file HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert [answer.readline(), answer.readline()] == [b"HTTP/1.1 100 Continue\r\n", b"\r\n"]
        sock.sendall(b"abc")
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        assert answer.read().endswith(b"\r\n\r\nhello world")
    assert upstream.next().size == 3


def test_answer_until_close(proxy: FaultProxy) -> None:
    with dial(proxy) as sock, sock.makefile("rb") as answer:
        sock.sendall(b"GET /until-close HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.read().endswith(b"\r\n\r\nhello world")


def test_client_that_wants_no_keep_alive(proxy: FaultProxy) -> None:
    for head in (b"GET /plain HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"):
        with dial(proxy) as sock, sock.makefile("rb") as answer:
            sock.sendall(head)
            assert answer.read().endswith(b"\r\n\r\nhello world")


def test_pipelined_requests(proxy: FaultProxy) -> None:
    with dial(proxy) as sock, sock.makefile("rb") as answers:
        sock.sendall(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert answers.read().count(b"hello world") == 2
    assert [seen.target for seen in proxy.seen] == ["/1", "/2"]


@pytest.mark.parametrize("chunked", [False, True])
def test_request_body_and_host(
    client: HTTPConnection, upstream: Upstream, proxy: FaultProxy, chunked: bool
) -> None:
    pieces = [b"a" * 10, b"b" * 100_000, b"c"]
    for _ in range(2):
        with send(client, "PUT", "/file", iter(pieces) if chunked else b"".join(pieces)) as answer:
            assert answer.read() == b"hello world"
        host = proxy.url.removeprefix("http://")
        assert upstream.next() == Got("PUT", "/file", host, 100_011, True)
    assert proxy.seen == [Seen("PUT", "/file", True, 200, None, 100_011)] * 2


def test_early_answer_reaches_the_client(client: HTTPConnection) -> None:
    with send(client, "PUT", "/refuse", bytes(BIG)) as response:
        assert (response.status, response.read()) == (413, b"too large")


def test_broken_server_is_not_hidden(proxy: FaultProxy, client: HTTPConnection) -> None:
    with pytest.raises((IncompleteRead, ConnectionResetError)):
        fetch(client, "/truncated")
    client.close()
    cut(client, "GET", "/silent")
    assert [seen.status for seen in proxy.seen] == [200, None]


def test_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with FaultProxy(url) as proxy, closing(connect(proxy)) as client:
        cut(client, "GET", "/")
        assert proxy.seen == [Seen("GET", "/", forwarded=False)]


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\njunk\r\n\r\n"])
def test_junk_is_reported(proxy: FaultProxy, junk: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: queue.Queue[object] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda args: reports.put(args.exc_type))
    with dial(proxy) as sock:
        sock.sendall(junk)
        assert sock.recv(1) == b""
    assert reports.get(timeout=TIMEOUT) is ValueError
    assert proxy.seen == []


def test_big_bodies_are_streamed(client: HTTPConnection, proxy: FaultProxy) -> None:
    tracemalloc.start()
    try:
        with send(client, "PUT", "/file", (PIECE for _ in range(BIG // len(PIECE)))) as response:
            response.read()
        with send(client, "GET", "/big") as response:
            size = sum(len(piece) for piece in iter(lambda: response.read(len(PIECE)), b""))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == proxy.seen[0].request_bytes == BIG
    assert peak < BIG / 8


def test_eight_clients(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.inject(LoseAnswer("POST", "/work$", times=5), LoseRequest("POST", "/work$", times=3))

    def work(_: int) -> int:
        lost = 0
        with closing(connect(proxy)) as client:
            for _ in range(10):
                try:
                    send(client, "POST", "/work", b"x" * 1000).read()
                except ConnectionError:
                    lost += 1
                    client.close()
        return lost

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 8
    faults = Counter(seen.fault for seen in proxy.seen)
    assert faults == {None: 72, "LoseAnswer": 5, "LoseRequest": 3}
    assert upstream.got.qsize() == 77


# Links


@pytest.mark.parametrize("path", ["/links", "/links.gz"])
def test_links_lead_to_the_proxy(
    client: HTTPConnection, proxy: FaultProxy, upstream: Upstream, path: str
) -> None:
    links = json.loads(fetch(client, path)[1])
    assert links == {"self": f"{proxy.url}/a", "other": f"{upstream.url}0/b"}
    with send(client, "GET", "/moved") as response:
        assert response.headers["Location"] == f"{proxy.url}/there?q=1"


@pytest.mark.parametrize("path", ["/text", "/download"])
def test_content_keeps_its_links(client: HTTPConnection, upstream: Upstream, path: str) -> None:
    assert fetch(client, path)[1] == f'"{upstream.url}/a"'.encode()


def test_links_left_alone(upstream: Upstream) -> None:
    with (
        FaultProxy(upstream.url, rewrite_links=False) as proxy,
        closing(connect(proxy)) as client,
    ):
        assert json.loads(fetch(client, "/links")[1])["self"] == f"{upstream.url}/a"
        with send(client, "GET", "/moved") as response:
            assert response.headers["Location"] == f"{upstream.url}/there?q=1"


@pytest.mark.parametrize("url", ["https://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1/api"])
def test_upstream_must_be_a_plain_base(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        FaultProxy(url)


# Matching


def test_skip_and_times(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Answer("GET", "^/a$", 429, skip=1, times=2))
    statuses = [fetch(client, path)[0] for path in ["/a", "/b", "/a?q=/b", "/a", "/a"]]
    assert statuses == [200, 200, 429, 429, 200]


def test_always_until_cleared(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Answer("*", "", 500, times=None))
    assert [fetch(client, "/")[0] for _ in range(3)] == [500] * 3
    proxy.clear()
    assert fetch(client, "/")[0] == 200


def test_the_first_fault_wins(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Answer("GET", "/a", 501), Answer("POST", "/", 502), Answer("GET", "/", 503))
    assert [fetch(client, "/a")[0] for _ in range(3)] == [501, 503, 200]


@pytest.mark.parametrize(
    ("kind", "named", "values"),
    [
        (LoseRequest, "times", {"times": 0}),
        (LoseAnswer, "times", {"times": -1}),
        (LoseAnswer, "skip", {"skip": -1}),
        (CutUpload, "after", {"after": -1}),
        (HoldUpload, "after", {"after": -1}),
        (StallUpload, "after", {"after": -1}),
        (CutAnswer, "after", {"after": -1}),
        (Stall, "after", {"after": -1}),
        (Delay, "seconds", {"seconds": -0.1}),
        (Delay, "seconds", {"seconds": float("inf")}),
        (Delay, "seconds", {"seconds": float("nan")}),
        (Throttle, "bytes_per_second", {"bytes_per_second": 0}),
        (Throttle, "bytes_per_second", {"bytes_per_second": float("nan")}),
        (Throttle, "direction", {"bytes_per_second": 1, "direction": "left"}),
        (Answer, "status", {"status": 100}),
        (Answer, "status", {"status": 600}),
        (TooManyRequests, "retry_after", {"retry_after": -1}),
        (TooManyRequests, "limit", {"limit": -1}),
        (ServerFailure, "status", {"status": 404}),
        (ServerFailure, "retry_after", {"retry_after": -1}),
        (HtmlPage, "status", {"status": 0}),
        (LyingChecksum, "md5", {"md5": "md5:0"}),
        (LyingLength, "by", {"by": 0}),
        (LyingSize, "by", {"by": 0}),
    ],
)
def test_values_that_make_no_sense(kind: Any, named: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"^{named} is "):
        kind("GET", "/", **values)


@pytest.mark.parametrize("method", ["", "get", "GET|PUT", ".*"])
def test_methods_that_match_nothing(method: str) -> None:
    with pytest.raises(ValueError, match=r"^method is "):
        LoseAnswer(method, "/")


def test_path_that_is_no_expression() -> None:
    with pytest.raises(ValueError, match=r"^path is no regular expression: '\(': "):
        LoseAnswer("GET", "(")


@pytest.mark.parametrize("thing", [LoseAnswer, "LoseAnswer", None])
def test_only_faults_are_injected(proxy: FaultProxy, thing: Any) -> None:
    with pytest.raises(TypeError, match="not a fault"):
        proxy.inject(LoseAnswer("GET", "/"), thing)
    assert proxy.unused == []


def test_hits_and_unused(client: HTTPConnection, proxy: FaultProxy) -> None:
    often, never, late = (
        Answer("GET", "^/a", 503, times=None),
        Answer("PUT", "", 503),
        Answer("GET", "^/b", 503, skip=9),
    )
    proxy.inject(often, never, late)
    for path in ("/a", "/b", "/a", "/c"):
        fetch(client, path)
    for _ in range(2):
        assert [proxy.hits(fault) for fault in (often, never, late)] == [2, 0, 0]
        assert proxy.hits(Answer("PUT", "", 503)) == 0
        assert proxy.unused == [never, late]
        proxy.clear()
    with pytest.raises(ValueError, match="never injected"):
        proxy.hits(Answer("PUT", "", 504))


def test_reset(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Answer("GET", "", 503, times=None), Answer("PUT", "", 503))
    fetch(client, "/")
    proxy.reset()
    assert (proxy.seen, proxy.unused) == ([], [])
    assert fetch(client, "/")[0] == 200
    assert [seen.fault for seen in proxy.seen] == [None]


# Faults


@pytest.mark.parametrize(
    ("reset", "end"), [(True, ConnectionResetError), (False, RemoteDisconnected)]
)
@pytest.mark.parametrize("path", ["/plain", "/chunked", "/until-close", "/empty"])
def test_lose_answer(
    client: HTTPConnection,
    proxy: FaultProxy,
    upstream: Upstream,
    path: str,
    reset: bool,
    end: type[Exception],
) -> None:
    proxy.inject(LoseAnswer("POST", path, reset=reset))
    assert cut(client, "POST", path, b"abc") is end
    assert upstream.next().complete
    status = 204 if path == "/empty" else 200
    assert proxy.seen == [Seen("POST", path, True, status, "LoseAnswer", 3)]
    assert fetch(client, path)[0] == status


@pytest.mark.parametrize(
    ("reset", "end"), [(True, ConnectionResetError), (False, RemoteDisconnected)]
)
def test_lose_request(
    client: HTTPConnection,
    proxy: FaultProxy,
    upstream: Upstream,
    reset: bool,
    end: type[Exception],
) -> None:
    proxy.inject(LoseRequest("POST", "/", reset=reset))
    assert cut(client, "POST", "/lost", b"abc") is end
    assert proxy.seen == [Seen("POST", "/lost", False, None, "LoseRequest", 3)]
    fetch(client, "/")
    assert upstream.next().path == "/"


@pytest.mark.parametrize("after", [0, 1, 100_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_cut_upload(
    client: HTTPConnection, proxy: FaultProxy, upstream: Upstream, after: int, chunked: bool
) -> None:
    proxy.inject(CutUpload("PUT", "/file", after=after))
    with pytest.raises(ConnectionError):
        send(client, "PUT", "/file", iter([PIECE] * 10) if chunked else PIECE * 10)
    got = upstream.next()
    assert (got.size, got.complete) == (after, False)
    assert proxy.seen == [Seen("PUT", "/file", True, None, "CutUpload", after)]


@pytest.mark.parametrize("ending", [FaultProxy.release, FaultProxy.close])
def test_hold_upload(upstream: Upstream, ending: Callable[[FaultProxy], None]) -> None:
    with FaultProxy(upstream.url) as proxy, closing(connect(proxy)) as client:
        proxy.inject(HoldUpload("PUT", "/file", after=1000))
        with pytest.raises(ConnectionError):
            send(client, "PUT", "/file", PIECE * 10)
        client.close()
        assert fetch(client, "/meanwhile")[0] == 200
        assert upstream.next().path == "/meanwhile"
        assert upstream.got.empty()
        ending(proxy)
        got = upstream.next()
        assert (got.path, got.size, got.complete) == ("/file", 1000, False)


@pytest.mark.parametrize("path", ["/plain", "/chunked"])
@pytest.mark.parametrize("after", [0, 5])
def test_cut_answer(client: HTTPConnection, proxy: FaultProxy, path: str, after: int) -> None:
    proxy.inject(CutAnswer("GET", path, after=after))
    with send(client, "GET", path) as response, pytest.raises(IncompleteRead) as caught:
        response.read()
    assert caught.value.partial == b"hello"[:after]
    client.close()
    assert fetch(client, path) == (200, b"hello world")


def test_cut_answer_with_reset(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(CutAnswer("GET", "/big", after=BIG // 2, reset=True))
    with send(client, "GET", "/big") as response, pytest.raises(ConnectionResetError):
        response.read()


@pytest.mark.parametrize("forward_first", [False, True])
def test_answer(
    client: HTTPConnection, proxy: FaultProxy, upstream: Upstream, forward_first: bool
) -> None:
    headers = {"Retry-After": "7", "Content-Type": "text/html"}
    proxy.inject(Answer("POST", "/", 429, b"<p>slow", headers, forward_first=forward_first))
    with send(client, "POST", "/work", iter([b"abc", b"d"])) as response:
        assert (response.status, response.reason) == (429, "Too Many Requests")
        assert (response.headers["Retry-After"], response.read()) == ("7", b"<p>slow")
    assert upstream.got.qsize() == forward_first
    status = 200 if forward_first else None
    assert proxy.seen == [Seen("POST", "/work", forward_first, status, "Answer", 4)]
    assert fetch(client, "/") == (200, b"hello world")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answer_without_body(
    client: HTTPConnection, proxy: FaultProxy, method: str, status: int
) -> None:
    proxy.inject(Answer(method, "/", status, b"never seen"))
    with send(client, method, "/") as response:
        assert (response.status, response.read()) == (status, b"")
    assert fetch(client, "/") == (200, b"hello world")


def test_answer_can_close(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Answer("GET", "/", 503, b"bye", {"Connection": "close"}))
    client.connect()
    sock = client.sock.dup()
    with sock:
        assert fetch(client, "/") == (503, b"bye")
        assert sock.recv(1) == b""


@pytest.mark.parametrize("ending", [FaultProxy.release, FaultProxy.clear, FaultProxy.reset])
@pytest.mark.parametrize("fault", [Stall("GET", "/"), Delay("GET", "/", 1e300)])
def test_answer_kept_back(
    proxy: FaultProxy, upstream: Upstream, fault: Fault, ending: Callable[[FaultProxy], None]
) -> None:
    for _ in range(2):
        proxy.inject(fault)
        with dial(proxy) as sock, sock.makefile("rb") as answer:
            sock.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            upstream.next()
            nothing_comes(sock)
            ending(proxy)
            assert answer.read().endswith(b"\r\n\r\nhello world")


def test_delay_ends_by_itself(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Delay("GET", "/", 0.001))
    assert fetch(client, "/") == (200, b"hello world")


@pytest.mark.parametrize("path", ["/plain", "/chunked", "/until-close"])
@pytest.mark.parametrize(
    ("fault", "start"),
    [
        (Stall("GET", "/", 0), b""),
        (Stall("GET", "/", 3), b"hel"),
        (Throttle("GET", "/", 1e-300), b""),
        (Throttle("GET", "/", 1e-300, "down"), b""),
    ],
)
def test_stall_within_the_answer(proxy: FaultProxy, path: str, fault: Fault, start: bytes) -> None:
    proxy.inject(fault)
    with dial(proxy) as sock:
        response = HTTPResponse(sock)
        sock.sendall(b"GET %b HTTP/1.1\r\nConnection: close\r\n\r\n" % path.encode())
        response.begin()
        assert response.status == 200
        assert not start or response.read(len(start)) == start
        nothing_comes(sock)
        proxy.release()
        assert start + response.read() == b"hello world"
        response.close()


@pytest.mark.parametrize("after", [11, 1000])
def test_stall_at_the_end(client: HTTPConnection, proxy: FaultProxy, after: int) -> None:
    """After the last byte of the body, but before the connection is free again."""
    proxy.inject(Stall("GET", "/", after))
    assert fetch(client, "/") == (200, b"hello world")
    client.request("GET", "/")
    nothing_comes(client.sock)
    proxy.release()
    with client.getresponse() as response:
        assert response.read() == b"hello world"


PUT = b"PUT /file HTTP/1.1\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabcdef"


@pytest.mark.parametrize(
    "fault",
    [
        StallUpload("PUT", "/file"),
        StallUpload("PUT", "/file", 5),
        Throttle("PUT", "/file", 1e-300),
        Throttle("PUT", "/file", 1e-300, "up"),
    ],
)
def test_upload_that_stands_still(proxy: FaultProxy, upstream: Upstream, fault: Fault) -> None:
    proxy.inject(fault)
    with dial(proxy) as sock, closing(connect(proxy)) as other:
        sock.sendall(PUT)
        nothing_comes(sock)
        assert fetch(other, "/meanwhile")[0] == 200
        assert upstream.next().path == "/meanwhile"
        assert upstream.got.empty()
        proxy.release()
        with sock.makefile("rb") as answer:
            assert answer.read().endswith(b"\r\n\r\nhello world")
    got = upstream.next()
    assert (got.path, got.size, got.complete) == ("/file", 6, True)
    assert proxy.seen[0] == Seen("PUT", "/file", True, 200, type(fault).__name__, 6)


@pytest.mark.parametrize("after", [6, 1000])
def test_stall_upload_at_its_end(proxy: FaultProxy, upstream: Upstream, after: int) -> None:
    proxy.inject(StallUpload("PUT", "/file", after))
    with dial(proxy) as sock:
        sock.sendall(PUT)
        assert upstream.next().complete
        nothing_comes(sock)
        proxy.release()
        assert sock.recv(12) == b"HTTP/1.1 200"


def test_stall_upload_reads_no_further(proxy: FaultProxy) -> None:
    proxy.inject(StallUpload("PUT", "/file", 100))
    with dial(proxy) as sock:
        sock.sendall(b"PUT /file HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % BIG)
        sock.settimeout(0.2)
        with pytest.raises(TimeoutError):  # The buffers of the connection are full.
            sock.sendall(bytes(BIG))
        assert proxy.seen[0].request_bytes <= 100


@pytest.mark.parametrize("after", range(10))
def test_pause(after: int) -> None:
    came: list[bytes] = []
    for piece in paused(iter([b"abc", b"defg", b"h"]), after, lambda: came.append(b"|")):
        came.append(piece)
    assert b"".join(came) == b"abcdefgh"[:after] + b"|" + b"abcdefgh"[after:]


def test_throttle_leaves_the_other_direction(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(Throttle("GET", "/", 1e-300, "up"), Throttle("PUT", "/", 1e-300, "down"))
    assert fetch(client, "/") == (200, b"hello world")
    with send(client, "PUT", "/empty", b"abc") as response:
        assert response.status == 204


@pytest.mark.parametrize("path", ["/plain", "/chunked"])
def test_throttle_changes_nothing_else(
    client: HTTPConnection, proxy: FaultProxy, path: str
) -> None:
    proxy.inject(Throttle("*", "/", 1e6, times=None))
    for _ in range(2):
        with send(client, "PUT", path, iter([b"abc", PIECE])) as response:
            assert response.read() == b"hello world"
    assert [seen.request_bytes for seen in proxy.seen] == [3 + len(PIECE)] * 2


@pytest.mark.parametrize("rate", [0.5, 100, 1e5, 1e9])
def test_pace(rate: float) -> None:
    waits: list[float] = []
    body = [b"abc", b"", bytes(1000)]
    assert b"".join(paced(body, rate, waits.append)) == b"".join(body)
    assert sum(waits) == pytest.approx(1003 / rate)
    assert max(waits) <= max(0.05, 1 / rate)


# Answers of gateways and limits


def test_too_many_requests(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.inject(TooManyRequests("GET", "/records$", retry_after=7))
    before = int(time.time())
    answer = httpx.get(f"{proxy.url}/api/records")
    assert answer.status_code == 429
    assert answer.json() == {"status": 429, "message": "30 per 1 minute"}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["X-RateLimit-Limit"] == "30"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert before + 7 <= int(answer.headers["X-RateLimit-Reset"]) <= time.time() + 7
    assert upstream.got.empty()


@pytest.mark.parametrize("forward_first", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_error(
    proxy: FaultProxy, upstream: Upstream, status: int, forward_first: bool
) -> None:
    proxy.inject(ServerFailure("POST", "/work$", status, forward_first=forward_first))
    answer = httpx.post(f"{proxy.url}/work", content=b"abc")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert "Retry-After" not in answer.headers
    assert upstream.got.qsize() == forward_first


def test_server_error_with_retry_after(proxy: FaultProxy) -> None:
    proxy.inject(ServerFailure("GET", "/", 503, 0))
    assert httpx.get(proxy.url).headers["Retry-After"] == "0"


@pytest.mark.parametrize(
    ("status", "text", "heading"),
    [
        (403, None, "403 Forbidden"),
        (502, None, "502 Bad Gateway"),
        (200, "We are back soon", "We are back soon"),
        (599, None, "599"),
    ],
)
def test_html_page(proxy: FaultProxy, status: int, text: str | None, heading: str) -> None:
    proxy.inject(HtmlPage("GET", "/", status, text))
    answer = httpx.get(proxy.url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert f"<h1>{heading}</h1>" in answer.text


def test_html_page_after_the_work(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.inject(HtmlPage("POST", "/publish$", 504, forward_first=True))
    assert httpx.post(f"{proxy.url}/publish").status_code == 504
    assert upstream.next().path == "/publish"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (TooManyRequests("GET", "/records", 3600), RateLimited),
        (ServerFailure("GET", "/records", 503), zenodo_sdk.ServerError),
        (HtmlPage("GET", "/records", 502), zenodo_sdk.ServerError),
        (HtmlPage("GET", "/records", 200), UnexpectedAnswer),
        (LoseAnswer("GET", "/records"), zenodo_sdk.NoAnswer),
    ],
)
def test_what_a_client_makes_of_it(
    proxy: FaultProxy, fault: Fault, error: type[ZenodoError]
) -> None:
    proxy.inject(fault)
    with Client(base_url=proxy.url, retry=Retry(attempts=1)) as client, pytest.raises(error):
        client.records.get("1")
    assert proxy.unused == []


# Lies


@pytest.fixture
def files() -> Iterator[FaultProxy]:
    """A proxy in front of a server with a file that waits for its commit."""
    with Stub() as stub, FaultProxy(stub.url) as proxy:
        stub.files["1"] = {"a.bin": Entry.of(b"content")}
        yield proxy


FILES = "/api/records/1/draft/files"


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        (LyingChecksum("*", "/files", times=None), {"checksum": f"md5:{0:032}"}),
        (LyingChecksum("*", "/files", "a" * 32, times=None), {"checksum": f"md5:{'a' * 32}"}),
        (LyingSize("*", "/files", times=None), {"size": 8}),
        (LyingSize("*", "/files", -2, times=None), {"size": 5}),
        (LyingSize("*", "/files", -9, times=None), {"size": 0}),
    ],
)
def test_lies_about_files(files: FaultProxy, fault: Fault, change: dict[str, Any]) -> None:
    with httpx.Client(base_url=files.url) as client:
        true = client.get(f"{FILES}/a.bin").json()
        files.inject(fault)
        false = {**true, **change}
        assert false != true
        assert client.get(f"{FILES}/a.bin").json() == false
        assert client.post(f"{FILES}/a.bin/commit").json() == false
        assert client.get(FILES).json() == {"enabled": True, "entries": [false]}
        assert client.get(f"{FILES}/a.bin/content").content == b"content"
        missing = client.get(f"{FILES}/b.bin")
        assert (missing.status_code, missing.json()["status"]) == (404, 404)


def test_lies_in_other_shapes() -> None:
    old = b'[{"filename": "a", "filesize": 3, "checksum": "0cc1", "size_of": 1}, {"size": 4}, 5]'
    file = {"filename": "a", "filesize": 3, "checksum": "0cc1", "size_of": 1}
    assert json.loads(LyingSize("GET", "").edit(old)) == [{**file, "filesize": 4}, {"size": 4}, 5]
    lie = [{**file, "checksum": "0" * 32}, {"size": 4}, 5]
    assert json.loads(LyingChecksum("GET", "").edit(old)) == lie


def test_lies_leave_downloads(
    proxy: FaultProxy, upstream: Upstream, client: HTTPConnection
) -> None:
    proxy.inject(LyingChecksum("*", "", times=None))
    for path in ("/text", "/download"):
        assert fetch(client, path)[1] == f'"{upstream.url}/a"'.encode()


@pytest.mark.parametrize("path", ["/plain", "/chunked", "/until-close", "/links", "/links.gz"])
def test_length_too_large(client: HTTPConnection, proxy: FaultProxy, path: str) -> None:
    _, whole = fetch(client, path)
    proxy.inject(LyingLength("GET", path, 3))
    with send(client, "GET", path) as response, pytest.raises(IncompleteRead) as caught:
        response.read()
    assert response.headers["Content-Length"] == str(len(whole) + 3)
    assert response.headers["Transfer-Encoding"] is None
    assert (caught.value.partial, caught.value.expected) == (whole, 3)
    client.close()
    assert fetch(client, path) == (200, whole)


@pytest.mark.parametrize("by", [-3, -11, -99])
@pytest.mark.parametrize("path", ["/plain", "/chunked"])
def test_length_too_small(client: HTTPConnection, proxy: FaultProxy, path: str, by: int) -> None:
    client.connect()
    sock = client.sock
    proxy.inject(LyingLength("GET", path, by))
    for body in (b"hello world"[:by], b"hello world"):
        assert fetch(client, path) == (200, body)
        assert client.sock is sock


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [("HEAD", "/plain", "12"), ("HEAD", "/chunked", None), ("GET", "/empty", None)],
)
def test_length_of_no_body(
    client: HTTPConnection, proxy: FaultProxy, method: str, path: str, told: str | None
) -> None:
    client.connect()
    sock = client.sock
    proxy.inject(LyingLength(method, path))
    with send(client, method, path) as response:
        assert (response.headers["Content-Length"], response.read()) == (told, b"")
    assert fetch(client, "/plain") == (200, b"hello world")
    assert client.sock is sock


def test_length_that_httpx_does_not_believe(proxy: FaultProxy) -> None:
    proxy.inject(LyingLength("GET", "/"))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(proxy.url)


# Rewriting


@pytest.mark.parametrize("path", ["/plain", "/chunked", "/until-close"])
def test_rewrite(client: HTTPConnection, proxy: FaultProxy, path: str) -> None:
    proxy.inject(Rewrite("GET", path, lambda body: body.replace(b"world", b"there, you")))
    with send(client, "GET", path) as response:
        assert response.read() == b"hello there, you"
        assert response.headers["Content-Length"] == "16"
    assert fetch(client, path) == (200, b"hello world")


def test_rewrite_sees_the_rewritten_links(client: HTTPConnection, proxy: FaultProxy) -> None:
    proxy.inject(
        Rewrite("GET", "/links", lambda body: json.dumps(list(json.loads(body).values())).encode())
    )
    assert json.loads(fetch(client, "/links")[1])[0] == f"{proxy.url}/a"


def test_rewrite_that_fails_is_reported(
    client: HTTPConnection, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: queue.Queue[object] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda args: reports.put(args.exc_type))
    proxy.inject(Rewrite("GET", "/", lambda body: body[: int("x")]))
    assert cut(client, "GET", "/") is RemoteDisconnected
    assert reports.get(timeout=TIMEOUT) is ValueError


# Closing


@pytest.mark.parametrize(
    "fault",
    [
        None,
        Stall("PUT", "/"),
        Stall("PUT", "/", 1),
        Delay("PUT", "/", 1e300),
        Throttle("PUT", "/", 1e-300),
        Throttle("PUT", "/", 1e-300, "down"),
        StallUpload("PUT", "/", 1),
        HoldUpload("PUT", "/", 1),
    ],
)
def test_close_interrupts_everything(upstream: Upstream, fault: Fault | None) -> None:
    with FaultProxy(upstream.url) as proxy:
        if fault:
            proxy.inject(fault)
        with dial(proxy) as idle, dial(proxy) as hit, dial(proxy) as half:
            hit.sendall(PUT)
            half.sendall(b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
            idle.sendall(b"HEAD / HTTP/1.1\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            proxy.close()  # which waits for all of the proxy's threads
        proxy.close()
        proxy.release()
        with pytest.raises(ConnectionError):
            dial(proxy)
    assert "fault-proxy" not in {thread.name for thread in threading.enumerate()}


def test_client_that_leaves_within_its_upload(proxy: FaultProxy, upstream: Upstream) -> None:
    with dial(proxy) as sock:
        sock.sendall(b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
    got = upstream.next()
    assert (got.size, got.complete) == (3, False)
