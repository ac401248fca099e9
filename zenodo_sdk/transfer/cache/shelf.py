"""What the cache keeps of one record: its files, and what it knows of them."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from ...errors import Refused, SourceChanged
from ...models.file import FileData, read_files
from ..download.claim import Claims
from ..hashes import Hashing
from ..names import local_path
from .turn import Turn

_MANIFEST = "record.json"
_TURN = ".turn"
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Shelf:
    """The cached files of one record.

    A file is at ``<folder>/<md5>/<its own name>``: one whose content changes gets another place,
    so nothing that was handed out is ever changed. It is trusted while its size and its time of
    change are those that it was verified with; otherwise it is read and compared again. Notes
    that cannot be written are left out: the files do not need them, and a cache may be shared
    with those who can only read it.

    Args:
        folder: Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, root: Path, host: str, record_id: str) -> Shelf:
        """The shelf of a record in a cache."""
        return cls(root / _segment(host) / _segment(record_id))

    @property
    def is_ours(self) -> bool:
        """Whether a cache made it, and not somebody whose folder was taken for one."""
        return (self.folder / _MANIFEST).exists()

    # --- files ----------------------------------------------------------------

    def target(self, file: FileData) -> Path:
        """Tell where a file belongs.

        Raises:
            Refused: The server tells no checksum of it.
            UnsafeName: Its name cannot be a file's name here.
        """
        return local_path(self.folder / _key(file), file.name)

    def find(self, file: FileData) -> Path | None:
        """Give a file's path, if it is here as it was when it was verified."""
        path = self.target(file)
        with suppress(OSError):
            found = path.stat()
            if found.st_size == file.size and self._marks(file).get(file.name) == _stamp(found):
                self._used(file)
                return path
        return None

    def read(self, file: FileData) -> Generator[None, None, Path | None]:
        """Do the same for a file that nobody verified as it is, by reading it; step by step."""
        path = self.target(file)
        with suppress(OSError, SourceChanged):
            found = path.stat()
            if file.md5 is None or not stat.S_ISREG(found.st_mode) or found.st_size != file.size:
                return None
            with Hashing(path) as hashing:
                hashing.open()
                while hashing.step():
                    yield
                if hashing.finish() == file.md5:
                    return self.keep(file, path)
        return None

    def keep(self, file: FileData, path: Path) -> Path:
        """Note that a file was verified, and guard it against changes by accident."""
        with suppress(OSError):
            # what the umask took away stays away
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_WRITABLE)
            self._mark(file, path.stat())
        return path

    def turn(self, file: FileData) -> Turn:
        """Whose turn it is to download a file."""
        claims = Claims(self.target(file), file.md5 or "")
        return Turn(self.folder / f"{_key(file)}{_TURN}", claims)

    def drop(self, file: FileData) -> None:
        """Remove what is damaged, so that it can be fetched anew.

        Raises:
            Refused: It cannot be removed.
        """
        path = self.target(file)
        try:
            if os.path.lexists(path) and self.find(file) is None:
                remove(path)
        except OSError as error:
            raise Refused(
                f"'{path}' in the cache is damaged and cannot be removed: {error.strerror or error}"
            ) from error

    def paths(self) -> Iterator[tuple[str, str, Path]]:
        """Go through what is here: key, name and path of each file."""
        for folder in _inside(self.folder):
            for parent, _, names in os.walk(folder):
                for name in sorted(names):
                    path = Path(parent, name)
                    yield folder.name, path.relative_to(folder).as_posix(), path

    def last_used(self, key: str, path: Path) -> float:
        """When a file was last asked for, in seconds since the epoch."""
        marks = self._marks_of(key)
        return (marks if marks.exists() else path).stat().st_mtime

    def clear(self, before: float) -> None:
        """Remove what is left where files are gone: notes and empty folders.

        Args:
            before: What was begun before this moment, in seconds since the epoch, and did not get
                as far as a file, is nobody's any more; a younger turn keeps its folder.
        """
        for folder in _inside(self.folder):
            for parent, _, _ in os.walk(folder, topdown=False):
                # asked for each one: who has the turn makes a folder just before it writes there
                if not self._is_taken(folder.name, before):
                    with suppress(OSError):
                        Path(parent).rmdir()
        left = _inside(self.folder)
        keys = {folder.name for folder in left if folder.is_dir()}
        keys |= {note.stem for note in left if self._is_taken(note.stem, before)}
        with suppress(OSError):
            for note in left:
                # drafts of notes, and of ended turns, are what a process left that was killed
                of = note.name if note.suffix not in (".json", _TURN) else note.stem
                if of not in keys and (note.name != _MANIFEST or not keys):
                    note.unlink()
            self.folder.rmdir()
            self.folder.parent.rmdir()

    def _is_taken(self, key: str, before: float) -> bool:
        with suppress(OSError):
            return (self.folder / f"{key}{_TURN}").stat().st_mtime >= before
        return False

    # --- notes ----------------------------------------------------------------

    def note(self, host: str, record_id: str, files: Iterable[FileData], *, all: bool) -> None:
        """Write down what the server said of the record's files.

        Args:
            host: The repository.
            record_id: The record.
            files: The files.
            all: Whether these are all that it has.
        """
        named = {} if all else {file.name: file for file in self.known() or ()}
        named |= {file.name: file for file in files if file.is_complete}
        document = {
            "host": host,
            "record": record_id,
            "files": [
                {"key": file.name, "size": file.size, "checksum": file.checksum}
                for file in named.values()
            ],
        }
        if _read(self.folder / _MANIFEST) != document:
            _write(self.folder / _MANIFEST, document)

    def known(self) -> list[FileData] | None:
        """What the server said of the record's files last; None if nothing is written down."""
        entries = _read(self.folder / _MANIFEST).get("files")
        if not isinstance(entries, list):
            return None
        return read_files({"entries": entries})

    def whose(self) -> tuple[str, str]:
        """The repository and the record that this is of."""
        document = _read(self.folder / _MANIFEST)
        host, record_id = document.get("host"), document.get("record")
        return str(host or self.folder.parent.name), str(record_id or self.folder.name)

    def _marks(self, file: FileData) -> dict[str, Any]:
        return _read(self._marks_of(_key(file)))

    def _mark(self, file: FileData, found: os.stat_result) -> None:
        marks = {**self._marks(file), file.name: _stamp(found)}
        _write(self._marks_of(_key(file)), marks)

    def _used(self, file: FileData) -> None:
        with suppress(OSError):
            os.utime(self._marks_of(_key(file)))

    def _marks_of(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def remove(path: Path) -> None:
    """Remove a file that may be read-only, which Windows minds."""
    try:
        path.unlink()
    except PermissionError:
        if os.name != "nt":
            # it is the folder that minds, and others may read the file
            raise
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        path.unlink()


def _key(file: FileData) -> str:
    if file.md5 is not None:
        return _segment(file.md5)
    if file.checksum is None:
        raise Refused(
            f"the server tells no checksum of '{file.name}', by which the cache would know it; use"
            " download()"
        )
    return _segment(file.checksum)


def _segment(text: str) -> str:
    """A folder's name for a host (whose port Windows could not write), an id or a checksum."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".") or "_"


def _stamp(found: os.stat_result) -> list[int]:
    return [found.st_size, found.st_mtime_ns]


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> dict[str, Any]:
    try:
        document: object = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _write(path: Path, document: dict[str, Any]) -> None:
    """Write a note in one step, so that no reader ever sees a half of it."""
    draft = path.with_name(f".{secrets.token_hex(8)}.note")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(json.dumps(document), encoding="utf-8")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
