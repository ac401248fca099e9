"""Where the embedded Zenodo keeps what it knows: documents in SQLite, contents in files."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
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
        self._snapshots = 0
        self._released: set[str] = set()
        self._temporary: TemporaryDirectory[str] | None = None
        if folder is None:
            self._temporary = TemporaryDirectory(prefix="zenodo-")
            self.folder = Path(self._temporary.name)
        else:
            _check(folder)
            self.folder = folder
        self._connection = _open(self.folder, durable=folder is not None)
        self._sweep(path.name for path in (self.folder / _CONTENTS).glob("??/*"))

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
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._released.clear()
                raise
            self._connection.execute("COMMIT")
            if self._released and not self._snapshots:
                self._sweep(self._released)
                self._released.clear()

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
        """Let a content go, once this is committed and if no document and no snapshot needs it."""
        self._released.add(name)

    def _sweep(self, names: Iterable[str]) -> None:
        for name in names:
            needed = self._connection.execute(
                "SELECT 1 FROM documents"
                " WHERE kind = 'File' AND json_extract(fields, '$.content') = ?",
                (name,),
            ).fetchone()
            if needed is None:
                self.content_path(name).unlink(missing_ok=True)

    # --- snapshots ------------------------------------------------------------

    def snapshot(self) -> sqlite3.Connection:
        """A copy of all documents, in memory."""
        with self._lock:
            copy = sqlite3.connect(":memory:", check_same_thread=False)
            self._connection.backup(copy)
            self._snapshots += 1
            return copy

    def restore(self, snapshot: sqlite3.Connection) -> None:
        """Go back to a snapshot."""
        with self._lock:
            snapshot.backup(self._connection)

    def discard(self, snapshot: sqlite3.Connection) -> None:
        """Forget a snapshot; contents that only it needed go."""
        with self._lock:
            snapshot.close()
            self._snapshots -= 1

    # --- the folder -----------------------------------------------------------

    def close(self) -> None:
        """Let go of the folder; a temporary one disappears."""
        with self._lock:
            self._connection.close()
            if self._temporary is not None:
                self._temporary.cleanup()


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


def _revive(kind: type[D], row: tuple[Any, ...]) -> D:
    document = kind.__new__(kind)
    document.__dict__.update(id=row[0], parent=row[1], **json.loads(row[2]))
    return document
