"""Where the embedded Zenodo keeps what it knows: documents in SQLite, contents in files."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import uuid
import weakref
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self, TypeVar

FORMAT = "zenodo_sdk embedded Zenodo 1"
_DATABASE = "zenodo.sqlite"
_CONTENTS = "contents"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT,
    fields TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS children ON documents (kind, parent);
CREATE INDEX IF NOT EXISTS contents ON documents (json_extract(fields, '$.content'))
    WHERE kind = 'File';
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class StoreError(RuntimeError):
    """A folder cannot be used as the embedded Zenodo's data folder."""


class Snapshot:
    """The state of an embedded Zenodo at one moment, for as long as somebody has it."""

    def __init__(self, source: sqlite3.Connection) -> None:
        self._state = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._state.close)
        source.backup(self._state)

    def _copy_to(self, target: sqlite3.Connection) -> None:
        self._state.backup(target)

    def _needs(self, content: str) -> bool:
        return _needs(self._state, content)


class Document:
    """Anything that is kept: a class with a few fields, stored as one row.

    Every subclass is a dataclass with an ``id`` and, where it belongs to something, a ``parent``
    that it can be listed by.
    """

    id: str
    parent: str | None


D = TypeVar("D", bound=Document)


class Store:
    """Documents and contents in one folder.

    What happens in one ``transaction`` is kept whole or not at all, also if the process is killed;
    contents are written once under a name of their own and never changed, so a snapshot is only
    a copy of the database.

    Args:
        folder: Where to keep it all, made if missing; a temporary folder if None.

    Raises:
        StoreError: The folder cannot be written, holds something else, or is in use.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._snapshots = weakref.WeakSet[Snapshot]()
        self._released: set[str] = set()
        self._process = os.getpid()
        self._remove: Callable[[], object] | None = None
        if folder is None:
            self.folder = Path(mkdtemp(prefix="zenodo-"))
            self._remove = weakref.finalize(self, _remove, self.folder, self._process)
        else:
            _check(folder)
            self.folder = folder.absolute()  # the program may change its working directory
        self._connection = _open(self.folder, durable=folder is not None)
        self._released.update(path.name for path in (self.folder / _CONTENTS).glob("??/*"))
        self._sweep()

    # --- documents ------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Generator[Self, None, None]:
        """Do several things as one; nested transactions join the outer one."""
        with self._lock:
            if self._connection.in_transaction:
                yield self
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends it itself where a disk is full
                    self._connection.execute("ROLLBACK")
                raise
            if self._released and not self._snapshots:
                self._sweep()

    def find(self, kind: type[D], id: str) -> D | None:
        """The document of this kind and id."""
        rows = self._select("kind = ? AND id = ?", (kind.__name__, id))
        return next((_revive(kind, row) for row in rows), None)

    def all(self, kind: type[D]) -> list[D]:
        """All documents of a kind, oldest first."""
        return [_revive(kind, row) for row in self._select("kind = ?", (kind.__name__,))]

    def children(self, kind: type[D], parent: str) -> list[D]:
        """The documents of a kind that belong to something, oldest first."""
        rows = self._select("kind = ? AND parent = ?", (kind.__name__, parent))
        return [_revive(kind, row) for row in rows]

    def where(self, kind: type[D], path: str, value: str) -> list[D]:
        """The documents of a kind in which a JSON path has this text, oldest first."""
        rows = self._select(
            "kind = ? AND json_extract(fields, ?) = ?", (kind.__name__, path, value)
        )
        return [_revive(kind, row) for row in rows]

    def put(self, document: Document) -> None:
        """Keep a document; one of the same kind and id is replaced and keeps its place."""
        fields = dict(vars(document))
        self._connection.execute(
            "INSERT INTO documents (kind, id, parent, fields) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET parent = excluded.parent,"
            " fields = excluded.fields",
            (
                type(document).__name__,
                fields.pop("id"),
                fields.pop("parent", None),
                json.dumps(fields, ensure_ascii=False, separators=(",", ":")),
            ),
        )

    def remove(self, document: Document) -> None:
        """Forget a document."""
        self._connection.execute(
            "DELETE FROM documents WHERE kind = ? AND id = ?",
            (type(document).__name__, document.id),
        )

    def next(self, counter: str) -> int:
        """The next number of a counter, which starts at 1."""
        row = self._connection.execute(
            "INSERT INTO counters VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (counter,),
        ).fetchone()
        return int(row[0])

    def about(self, name: str) -> str | None:
        """What the folder is marked with."""
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def mark(self, name: str, value: str) -> None:
        """Mark the folder."""
        self._connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def _select(self, where: str, values: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
        with self._lock:
            # S608: `where` is one of this module's own
            return self._connection.execute(
                f"SELECT id, parent, fields FROM documents WHERE {where} ORDER BY number",  # noqa: S608
                values,
            ).fetchall()

    # --- contents -------------------------------------------------------------

    def new_content(self) -> str:
        """A name for a content that is about to be written."""
        return uuid.uuid4().hex

    def content_path(self, name: str) -> Path:
        """Where a content is."""
        return self.folder / _CONTENTS / name[:2] / name

    def release(self, name: str) -> None:
        """Let a content go, once this is committed and if nothing needs it."""
        self._released.add(name)

    def _sweep(self) -> None:
        """Remove what was let go; what a snapshot needs has to wait."""
        waiting: set[str] = set()
        for name in self._released:
            if _needs(self._connection, name):
                continue
            if any(snapshot._needs(name) for snapshot in self._snapshots):
                waiting.add(name)
                continue
            try:
                self.content_path(name).unlink(missing_ok=True)
            except OSError:  # on Windows, while it is being downloaded
                waiting.add(name)
        self._released = waiting

    def _contents(self) -> set[str]:
        rows = self._connection.execute(
            "SELECT json_extract(fields, '$.content') FROM documents WHERE kind = 'File'"
        )
        return {row[0] for row in rows if row[0] is not None}

    # --- snapshots ------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """A copy of all documents, in memory."""
        with self._lock:
            snapshot = Snapshot(self._connection)
            self._snapshots.add(snapshot)
            return snapshot

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; contents that came since go.

        Raises:
            ValueError: It is a snapshot of another store.
        """
        with self._lock:
            if snapshot not in self._snapshots:
                raise ValueError("the snapshot was taken of another server")
            before = self._contents()
            snapshot._copy_to(self._connection)
            self._released |= before - self._contents()
            self._sweep()

    # --- the folder -----------------------------------------------------------

    def close(self) -> None:
        """Let go of the folder; a temporary one disappears. A forked process leaves it alone."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self._connection.close()
            if self._remove is not None:
                self._remove()


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _check(folder: Path) -> None:
    """Refuse a folder that holds something else, or that cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise StoreError(f"{folder} cannot be used as a data folder: {error.strerror}") from error
    if held and _DATABASE not in held:
        raise StoreError(
            f"{folder} holds something else ({sorted(held)[0]}, …); name a new or empty folder"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"{folder} cannot be written")


def _open(folder: Path, *, durable: bool) -> sqlite3.Connection:
    """Open the database for this process alone; the system lets go of it when the process ends."""
    path = folder / _DATABASE
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT OR IGNORE INTO about VALUES ('format', ?)", (FORMAT,))
        found = connection.execute("SELECT value FROM about WHERE name = 'format'").fetchone()[0]
    except sqlite3.OperationalError as error:
        connection.close()
        if "locked" not in str(error):
            raise StoreError(f"{path} cannot be used: {error}") from error
        raise StoreError(
            f"{folder} is in use by another embedded Zenodo; stop that one, or name another folder"
        ) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(f"{path} is no database of the embedded Zenodo: {error}") from error
    if found != FORMAT:
        connection.close()
        raise StoreError(
            f"{folder} was written by another release of zenodo_sdk ({found}); name a new folder"
        )
    return connection


def _needs(connection: sqlite3.Connection, content: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM documents WHERE kind = 'File' AND json_extract(fields, '$.content') = ?",
        (content,),
    )
    return found.fetchone() is not None


def _revive(kind: type[D], row: tuple[Any, ...]) -> D:
    document = kind.__new__(kind)
    document.__dict__.update(id=row[0], parent=row[1], **json.loads(row[2]))
    return document
