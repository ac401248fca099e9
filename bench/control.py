"""The part of Zenodo's API that the measured programs need; nginx before it moves the bytes.

    python bench/control.py STATE.json

It speaks both dialects: InvenioRDM's for zenodo_sdk, the legacy deposit API with its buckets for
the peers. A content that was sent lies in a file that nginx wrote; its MD5 is known beforehand
from its name and size, so that hashing costs nothing in the time that is measured. What really
arrived is hashed afterwards.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

_RDM = "application/vnd.inveniordm.v1+json"
_DATE = "2026-01-01T00:00:00+00:00"


@dataclass
class Entry:
    """A file of a draft."""

    size: int | None = None
    committed: bool = False


@dataclass
class State:
    """What the server knows.

    Attributes:
        records: Folder with a folder of files for each published record.
        store: Folder with a folder of contents for each draft.
        known: Size and MD5 of each content by its name.
        limit: Requests a minute on the limited address.
    """

    records: Path
    store: Path
    known: dict[str, tuple[int, str]]
    limit: int
    drafts: dict[str, dict[str, Entry]] = field(default_factory=dict[str, dict[str, Entry]])
    told: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lock: threading.Lock = field(default_factory=threading.Lock)
    _window_ends: float = 0.0
    _used: int = 0

    def count(self) -> tuple[bool, dict[str, str]]:
        """Count a request in a fixed window of a minute, as Zenodo does."""
        with self.lock:
            now = time.time()
            if now >= self._window_ends:
                self._window_ends, self._used = now + 60, 0
            self._used += 1
            headers = {
                "X-RateLimit-Limit": str(self.limit),
                "X-RateLimit-Remaining": str(max(0, self.limit - self._used)),
                "X-RateLimit-Reset": str(int(self._window_ends) + 1),
                "Retry-After": str(max(1, int(self._window_ends - now) + 1)),
            }
            return self._used <= self.limit, headers

    def checksum(self, name: str, size: int) -> str:
        """Tell the MD5 of a content that was sent."""
        known_size, md5 = self.known.get(name, (-1, ""))
        # what is not whole gets a checksum that nobody takes for right
        return f"md5:{md5}" if size == known_size else f"md5:{0:032x}"


class Handler(BaseHTTPRequestHandler):
    """Answers one connection of nginx."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body in one packet, or the other side waits for its timer
    disable_nagle_algorithm = True
    state: State

    def do_GET(self) -> None:
        """Read."""
        self._route("GET")

    def do_POST(self) -> None:
        """Make, commit, publish."""
        self._route("POST")

    def do_PUT(self) -> None:
        """Take a content that nginx has received, or metadata."""
        self._route("PUT")

    def do_DELETE(self) -> None:
        """Remove a file."""
        self._route("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: nginx keeps the log."""

    # --- what is asked ------------------------------------------------------------

    def _route(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._limits: dict[str, str] = {}
        if self.headers.get("X-Limited"):
            allowed, self._limits = self.state.count()
            if not allowed:
                self._answer(429, {"status": 429, "message": "Too many requests"})
                return
        parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        match [method, *parts]:
            case ["GET", "api", "records", id] if id not in self.state.drafts:
                self._answer(200, self._record(id))
            case ["GET", "api", "records", id, "files"]:
                self._answer(200, self._listing(id, draft=False))
            case ["GET", "api", "records", id, "files", *names, "content"]:
                # nginx takes it from here; only the limited address asks
                path = quote(f"/bytes/{id}/{'/'.join(names)}")
                self._answer(200, None, {"X-Accel-Redirect": path})
            case ["GET", "api", "records", id, "files", *names]:
                self._answer(200, self._entry(id, "/".join(names), draft=False))
            case ["POST", "api", "records"]:
                made = self._new()
                self.state.told[made] = json.loads(body)
                self._answer(201, self._draft(made))
            case ["GET", "api", "records", id, "draft"]:
                self._answer(200, self._draft(id))
            case ["GET", "api", "records", id, "draft", "files"]:
                self._answer(200, self._listing(id, draft=True))
            case ["POST", "api", "records", id, "draft", "files"]:
                self._init(id, [entry["key"] for entry in json.loads(body)])
            case ["PUT", "api", "records", id, "draft", "files", *names, "content"]:
                name = "/".join(names)
                self._take(id, name, committed=False)
                self._answer(200, self._entry(id, name, draft=True))
            case ["POST", "api", "records", id, "draft", "files", *names, "commit"]:
                self._commit(id, "/".join(names))
            case ["DELETE", "api", "records", id, "draft", "files", *names]:
                found = self.state.drafts[id].pop("/".join(names), None)
                self._answer(204 if found else 404, None)
            case ["GET", "api", "records", id, "draft", "files", *names]:
                if "/".join(names) in self.state.drafts[id]:
                    self._answer(200, self._entry(id, "/".join(names), draft=True))
                else:
                    self._answer(404, {"status": 404, "message": "no such file"})
            case ["GET", "api", "deposit", "depositions"]:
                self._answer(200, [])
            case ["POST", "api", "deposit", "depositions"]:
                self._answer(201, self._deposition(self._new()))
            case ["GET", "api", "deposit", "depositions", id]:
                self._answer(200, self._deposition(id))
            case ["PUT", "api", "files", id, *names]:
                name = "/".join(names)
                self._take(id, name, committed=True)
                told = self._entry(id, name, draft=True)
                self._answer(201, {key: told[key] for key in ("key", "size", "checksum")})
            case _:
                self._answer(404, {"status": 404, "message": f"{method} {self.path}: not here"})

    def _answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        if document is not None:
            accepted = self.headers.get("Accept", "")
            self.send_header("Content-Type", _RDM if _RDM in accepted else "application/json")
        for name, value in {**self._limits, **(headers or {})}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # --- what happens --------------------------------------------------------------

    def _new(self) -> str:
        with self.state.lock:
            made = str(1001 + len(self.state.drafts))
            self.state.drafts[made] = {}
        (self.state.store / made).mkdir()
        return made

    def _init(self, id: str, names: list[str]) -> None:
        entries = self.state.drafts[id]
        with self.state.lock:
            if taken := [name for name in names if name in entries]:
                message = f"File with key {taken[0]} already exists."
                self._answer(400, {"status": 400, "message": message})
                return
            for name in names:
                entries[name] = Entry()
        self._answer(201, self._listing(id, draft=True))

    def _take(self, id: str, name: str, *, committed: bool) -> None:
        received = Path(self.headers["X-Received"])
        # the floor's program makes no draft before
        self.state.drafts.setdefault(id, {})
        size = received.stat().st_size
        target = self.state.store / id / name
        target.parent.mkdir(parents=True, exist_ok=True)
        received.rename(target)
        self.state.drafts[id][name] = Entry(size, committed)

    def _commit(self, id: str, name: str) -> None:
        entry = self.state.drafts[id].get(name)
        if entry is None:
            self._answer(404, {"status": 404, "message": "no such file"})
        elif entry.size is None:
            self._answer(500, {"status": 500, "message": "no content"})
        else:
            entry.committed = True
            self._answer(200, self._entry(id, name, draft=True))

    # --- what is told --------------------------------------------------------------

    @property
    def _base(self) -> str:
        return f"http://{self.headers['Host']}/api"

    def _entry(self, id: str, name: str, *, draft: bool) -> dict[str, Any]:
        base = f"{self._base}/records/{id}{'/draft' if draft else ''}/files/{quote(name)}"
        told: dict[str, Any] = {
            "key": name,
            "created": _DATE,
            "updated": _DATE,
            "metadata": None,
            "access": {"hidden": False},
            "links": {"self": base, "content": f"{base}/content", "commit": f"{base}/commit"},
            "transfer": {"type": "L"},
            "status": "pending",
        }
        if not draft:
            size, md5 = self.state.known[name]
            told |= {"status": "completed", "size": size, "checksum": f"md5:{md5}"}
        elif (entry := self.state.drafts[id][name]).committed and entry.size is not None:
            checksum = self.state.checksum(name, entry.size)
            told |= {"status": "completed", "size": entry.size, "checksum": checksum}
        return told

    def _names(self, id: str) -> list[str]:
        folder = self.state.records / id
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def _listing(self, id: str, *, draft: bool) -> dict[str, Any]:
        names = list(self.state.drafts[id]) if draft else self._names(id)
        entries = [self._entry(id, name, draft=draft) for name in names]
        return {"enabled": True, "links": {}, "entries": entries, "order": []}

    def _record(self, id: str) -> dict[str, Any]:
        entries = self._listing(id, draft=False)["entries"]
        told: dict[str, Any] = {
            "id": id,
            "created": _DATE,
            "updated": _DATE,
            "revision_id": 1,
            "links": {"self": f"{self._base}/records/{id}"},
            "metadata": {"title": "Measured", "publication_date": "2026-01-01", "version": "1"},
        }
        if _RDM in self.headers.get("Accept", ""):
            by_name = {entry["key"]: entry for entry in entries}
            return told | {"files": {"enabled": True, "entries": by_name}}
        files = [
            {key: entry[key] for key in ("key", "size", "checksum")}
            | {"id": entry["key"], "links": {"self": entry["links"]["content"]}}
            for entry in entries
        ]
        return told | {
            "id": int(id),
            "conceptrecid": "1",
            "doi": f"10.5281/zenodo.{id}",
            "files": files,
        }

    def _draft(self, id: str) -> dict[str, Any]:
        return {
            "id": id,
            "created": _DATE,
            "updated": _DATE,
            "revision_id": 1,
            "links": {"self": f"{self._base}/records/{id}/draft"},
            "parent": {"id": "1000"},
            "versions": {"is_latest": False, "is_latest_draft": True, "index": 1},
            "is_published": False,
            "is_draft": True,
            "status": "draft",
            **self.state.told.get(id, {}),
            "files": {"enabled": True, "entries": {}},
        }

    def _deposition(self, id: str) -> dict[str, Any]:
        return {
            "id": int(id),
            "conceptrecid": "1000",
            "state": "unsubmitted",
            "submitted": False,
            "metadata": {"title": "Measured", "version": "1"},
            "links": {
                "self": f"{self._base}/deposit/depositions/{id}",
                "bucket": f"{self._base}/files/{id}",
            },
            "files": [],
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        # nginx hangs up when its client did
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main(settings: Path) -> None:
    """Serve until told to end; writes the port beside the settings."""
    told = json.loads(settings.read_text())
    Handler.state = State(
        records=Path(told["records"]),
        store=Path(told["store"]),
        known={name: (size, md5) for name, (size, md5) in told["known"].items()},
        limit=told["limit"],
    )
    server = _Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
