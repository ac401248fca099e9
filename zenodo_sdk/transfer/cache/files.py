"""The cache of downloaded files on this machine."""

from __future__ import annotations

import builtins
import datetime as dt
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .place import cache_dir
from .shelf import Shelf, remove

_PART = re.compile(r"\..+\.part")
_ABANDONED = 3600.0
"""Seconds after which nobody is writing to a part file any more."""


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file in the cache.

    Attributes:
        host: The repository that it came from.
        record_id: The record that it belongs to.
        name: Its name there.
        size: Bytes.
        md5: The hexadecimal MD5 that it was verified with; None where the server has another kind
            of checksum.
        path: Where it is. It is read-only: copy it before you change it.
        last_used: When it was fetched or asked for last (UTC).
    """

    host: str
    record_id: str
    name: str
    size: int
    md5: str | None
    path: Path
    last_used: dt.datetime


class FileCache:
    """The files that ``fetch()`` keeps on this machine, by repository, record and MD5.

    Any number of processes may use one at the same time, and it may be on a network's disk. What
    else lies in its folder is left alone.

    Args:
        root: Its folder. By default ``files`` in the folder that the environment variable
            ``ZENODO_SDK_CACHE`` names, or else in ``zenodo-sdk`` where the system keeps caches:
            ``~/.cache``, ``~/Library/Caches`` or ``%LOCALAPPDATA%``.

    Example:
        ::

            path = record.files.fetch("grid.nc")
            for file in FileCache().list():
                print(file.record_id, file.name, file.size)
            FileCache().clean(older_than=timedelta(days=90))
    """

    def __init__(self, root: str | os.PathLike[str] | None = None) -> None:
        # absolute, so that a later change of the working folder makes no second cache
        self._root = cache_dir() / "files" if root is None else Path(root).absolute()

    @property
    def path(self) -> Path:
        """Its folder, which is there once something was fetched."""
        return self._root

    @property
    def size(self) -> int:
        """Bytes that its files take, those of interrupted downloads included; reads the disk."""
        total = 0
        for shelf in self._shelves():
            for _, _, path in shelf.paths():
                with suppress(OSError):
                    total += path.stat().st_size
        return total

    def list(self) -> builtins.list[CachedFile]:
        """List the files, by repository, record and name.

        Returns:
            The files; those of interrupted downloads are left out.
        """
        files = [file for shelf in self._shelves() for file in _files(shelf)]
        return sorted(files, key=lambda file: (file.host, file.record_id, file.name, file.path))

    def clean(
        self,
        *,
        record: str | int | None = None,
        older_than: dt.timedelta | None = None,
        host: str | None = None,
    ) -> int:
        """Remove files; without arguments, all of them.

        What interrupted downloads left is removed as well, once it was not written to for an hour.
        A file that is open on Windows stays.

        Args:
            record: Only those of the record of this id.
            older_than: Only those that nobody asked for in this time.
            host: Only those of this repository, such as ``"zenodo.org"``.

        Returns:
            How many bytes were freed.

        Example:
            ::

                freed = FileCache().clean(record="8435696", host="zenodo.org")
        """
        now = time.time()
        before = now if older_than is None else now - older_than.total_seconds()
        freed = 0
        for shelf in self._shelves():
            of = shelf.whose()
            if (host or of[0], str(record or of[1])) != of:
                continue
            for key, name, path in shelf.paths():
                # another process may be cleaning as well
                with suppress(OSError):
                    found = path.stat()
                    if is_part(name):
                        unused = found.st_mtime < min(before, now - _ABANDONED)
                    else:
                        unused = older_than is None or shelf.last_used(key, path) < before
                    if unused:
                        remove(path)
                        freed += found.st_size
            shelf.clear(now - _ABANDONED)
        return freed

    def _shelves(self) -> Iterator[Shelf]:
        for host in _folders(self._root):
            yield from (shelf for shelf in map(Shelf, _folders(host)) if shelf.is_ours)

    def __repr__(self) -> str:
        return f"FileCache({str(self._root)!r})"


def _files(shelf: Shelf) -> Iterator[CachedFile]:
    host, record_id = shelf.whose()
    for key, name, path in shelf.paths():
        if is_part(name):
            continue
        # another process may be cleaning
        with suppress(OSError):
            used = dt.datetime.fromtimestamp(shelf.last_used(key, path), dt.UTC)
            md5 = key if re.fullmatch("[0-9a-f]{32}", key) else None
            yield CachedFile(host, record_id, name, path.stat().st_size, md5, path, used)


def is_part(name: str) -> bool:
    """Whether a file is what an interrupted download left, or one that goes on."""
    return _PART.fullmatch(name.rpartition("/")[2]) is not None


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []
