"""A small HTTP server for tests: scripted answers, files in memory, a log of what came.

It is no Zenodo: of the API it knows only the three steps of an upload and the download, with
what was measured about them (a commit without a whole content is 500, a second one is harmless,
a content after the commit destroys the file).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

_PIECE = 1 << 16
_FILES = re.compile(
    r"/api/records/(?P<id>[^/]+)(?:/draft)?/files(?:/(?P<name>.+?))?(?P<verb>/content|/commit)?"
)
_RANGE = re.compile(r"bytes=(?=.*\d)(\d*)-(\d*)")


@dataclass(frozen=True)
class Got:
    """A request that came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    size: int
    md5: str
    complete: bool
    """Whether the body came to its end."""
    body: bytes
    """The body, unless it was content."""

    @property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Reply:
    """An answer to give."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, status: int = 200, **headers: str) -> Reply:
        """An answer in JSON; underscores in names of headers stand for hyphens."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(
            status, json.dumps(value).encode(), {"Content-Type": "application/json", **named}
        )

    @classmethod
    def page(cls, status: int = 200, text: str = "Just a moment") -> Reply:
        """A web page."""
        body = f"<!DOCTYPE html><html><body>{text}</body></html>".encode()
        return cls(status, body, {"Content-Type": "text/html; charset=utf-8"})


Script = Reply | Callable[[Got], Reply]


@dataclass
class Entry:
    """A file; ``zeros`` stands for that many zero bytes in place of a content."""

    content: bytes | None = None
    zeros: int = 0
    md5: str | None = None
    committed: bool = False
    etag: str | None = None
    """The ETag of its content, where the server sends some; one made of the MD5 if None."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.zeros or len(self.content or b"")

    @classmethod
    def of(cls, content: bytes) -> Entry:
        """A complete file."""
        return cls(content, 0, hashlib.md5(content).hexdigest(), True)

    @classmethod
    def of_zeros(cls, size: int) -> Entry:
        """A complete file that takes no memory."""
        digest = hashlib.md5()
        for _ in range(size // _PIECE):
            digest.update(bytes(_PIECE))
        digest.update(bytes(size % _PIECE))
        return cls(None, size, digest.hexdigest(), True)

    def piece(self, start: int, stop: int) -> bytes:
        """A part of the content."""
        return bytes(stop - start) if self.zeros else (self.content or b"")[start:stop]

    def document(self, name: str) -> dict[str, Any]:
        """What the API says of it."""
        if not self.committed:
            return {"key": name, "status": "pending"}
        checksum = f"md5:{self.md5}"
        return {"key": name, "status": "completed", "size": self.size, "checksum": checksum}


class Stub(ThreadingHTTPServer):
    """The server; a context manager.

    Attributes:
        got: What came, in the order in which it was complete.
        files: Every record's files, by its id and their names.
        keep: Whether contents are kept; else only their size and MD5 are.
        ranges: Whether parts of contents are given to those who ask for them.
        etags: Whether contents come with an ETag, by which If-Range and If-Match go.
    """

    daemon_threads = False  # so that closing it joins its threads
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.got: list[Got] = []
        self.files: dict[str, dict[str, Entry]] = {}
        self.keep = True
        self.ranges = False
        self.etags = False
        self.lock = threading.Lock()
        self.connections = 0
        self._scripts: dict[tuple[str, str], list[Script]] = {}
        self._turns: dict[tuple[str, str], list[Entry]] = {}
        self._sockets: set[socket.socket] = set()
        self._failures: list[BaseException] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def script(self, method: str, path: str, *replies: Script) -> None:
        """Say what is answered to a method and path; the last reply stays."""
        self._scripts[method, path] = list(replies)

    def in_turn(self, record: str, name: str, *entries: Entry) -> None:
        """Send another content each time one is asked for, whatever is told of it elsewhere; the
        last stays."""
        self._turns[record, name] = list(entries)

    def next_entry(self, record: str, name: str, entry: Entry) -> Entry:
        """The content to send now; called under the lock."""
        turns = self._turns.get((record, name), [entry])
        return turns.pop(0) if len(turns) > 1 else turns[0]

    def lines(self, method: str = "") -> list[str]:
        """Methods and paths of what came."""
        with self.lock:
            return [got.line for got in self.got if method in ("", got.method)]

    def next_script(self, method: str, path: str) -> Script | None:
        """Take the next scripted reply."""
        with self.lock:
            replies = self._scripts.get((method, path))
            if not replies:
                return None
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, to end it when the server ends."""
        with self.lock:
            self.connections += 1
            self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self.lock:
            self._sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Cut connections are what tests are about; anything else is a mistake in here."""
        import sys

        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, ConnectionError):
            self._failures.append(error)

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        with self.lock:
            for connection in self._sockets:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        assert not self._failures, self._failures


def serve(stub: Stub, **files: bytes | Entry) -> None:
    """Give record 1 these files and no others."""
    stub.files["1"] = {
        name: entry if isinstance(entry, Entry) else Entry.of(entry)
        for name, entry in files.items()
    }


def held(stub: Stub) -> dict[str, bytes | None]:
    """The complete files of record 1."""
    return {name: entry.content for name, entry in stub.files["1"].items() if entry.committed}


def asked(stub: Stub) -> list[tuple[int, int]]:
    """The parts of contents that were asked for: first byte, and the one after the last."""
    found = [got.headers.get("range", "") for got in stub.got if got.path.endswith("/content")]
    return [(int(a), int(b) + 1) for a, b in (each[len("bytes=") :].split("-") for each in found)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Stub

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def handle_any(self) -> None:
        """Take a request, note it, answer it."""
        path, _, query = self.path.partition("?")
        is_content = self.command == "PUT" and path.endswith("/content")
        pieces: list[bytes] = []
        digest, size = hashlib.md5(), 0
        for piece in self.read_body():
            digest.update(piece)
            size += len(piece)
            if self.server.keep or not is_content:
                pieces.append(piece)
        complete = size == int(self.headers["Content-Length"] or 0)
        body = b"".join(pieces)
        headers = {name.lower(): value for name, value in self.headers.items()}
        got = Got(
            self.command, path, query, headers, size, digest.hexdigest(), complete,
            b"" if is_content else body,
        )  # fmt: skip
        with self.server.lock:
            self.server.got.append(got)
            number = len(self.server.got)
        if not complete:
            self.close_connection = True
            return None
        self.extra = {"X-Request-ID": f"request-{number}", "Set-Cookie": "session=tasty; Path=/"}
        script = self.server.next_script(self.command, path)
        if script is not None:
            return self.reply(script(got) if callable(script) else script)
        with self.server.lock:
            outcome = self.on_file(got, body)
        if isinstance(outcome, Entry):
            return self.send_entry(outcome, got.headers)
        return self.reply(outcome)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def read_body(self) -> Iterator[bytes]:
        """Read the body as far as it comes."""
        left = int(self.headers["Content-Length"] or 0)
        while left:
            try:
                piece = self.rfile.read1(min(left, _PIECE))
            except ConnectionError:
                return
            if not piece:
                return
            left -= len(piece)
            yield piece

    def on_file(self, got: Got, body: bytes) -> Reply | Entry:
        """Do what the three steps of an upload do; an entry is sent as content."""
        where = _FILES.fullmatch(got.path)
        if where is None:
            return Reply.json({"status": 404, "message": "Not found."}, 404)
        files = self.server.files.setdefault(where["id"], {})
        name = unquote(where["name"] or "")
        entry = files.get(name)
        match got.method, bool(name), where["verb"]:
            case "GET", False, None:
                entries = [entry.document(name) for name, entry in files.items()]
                return Reply.json({"enabled": True, "entries": entries})
            case "POST", False, None:
                names = [item["key"] for item in json.loads(body)]
                for name in names:
                    if name in files:
                        text = f"File with key {name} already exists."
                        return Reply.json({"status": 400, "message": text}, 400)
                files.update({name: Entry() for name in names})
                entries = [entry.document(name) for name, entry in files.items()]
                return Reply.json({"entries": entries}, 201)
            case _ if entry is None:
                text = f"File with key {name} does not exist."
                return Reply.json({"status": 404, "message": text}, 404)
            case "GET", True, None:
                return Reply.json(entry.document(name))
            case "GET", True, "/content":
                return self.server.next_entry(where["id"], name, entry)
            case "DELETE", True, None:
                del files[name]
                return Reply(204)
            case "PUT", True, "/content" if entry.committed:
                del files[name]
                return Reply.json({"key": name, "status": "pending"})
            case "PUT", True, "/content":
                kept = self.server.keep
                entry.content, entry.zeros = (body, 0) if kept else (None, got.size)
                entry.md5 = got.md5
                return Reply.json(entry.document(name))
            case "POST", True, "/commit" if entry.md5 is None:
                return Reply.json({"status": 500, "message": "Internal server error"}, 500)
            case "POST", True, "/commit":
                entry.committed = True
                return Reply.json(entry.document(name))
        return Reply.json({"status": 405, "message": "Method not allowed."}, 405)

    def reply(self, reply: Reply) -> None:
        """Send an answer."""
        self.head(reply.status, len(reply.body), reply.headers)
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def send_entry(self, entry: Entry, asked: Mapping[str, str]) -> None:
        """Send a content, or a part of it."""
        size, status, part = entry.size, 200, range(entry.size)
        fields = {"Content-Type": "application/octet-stream"}
        etag = entry.etag or f'"{entry.md5}"'
        if self.server.etags:
            fields["ETag"] = etag
            if asked.get("if-match", etag) != etag:
                return self.reply(Reply(412))
        if self.server.ranges:
            fields["Accept-Ranges"] = "bytes"
            wanted = _RANGE.fullmatch(asked.get("range", ""))
            if wanted and (not self.server.etags or asked.get("if-range", etag) == etag):
                first, last = wanted.groups()
                part = (
                    range(int(first), min(int(last or size) + 1, size))
                    if first
                    else range(max(0, size - int(last)), size)
                )
                if not part:
                    return self.reply(Reply(416, b"", {"Content-Range": f"bytes */{size}"}))
                status = 206
                fields["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        self.head(status, len(part), fields)
        for start in range(part.start, part.stop, _PIECE):
            self.wfile.write(entry.piece(start, min(start + _PIECE, part.stop)))
        return None

    def head(self, status: int, length: int, headers: Mapping[str, str]) -> None:
        """Send a head."""
        self.send_response(status)
        for name, value in {**self.extra, **headers}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(length))
        self.end_headers()
