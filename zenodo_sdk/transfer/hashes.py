"""MD5 of local files, remembered between runs, so that an unchanged file is read once.

What is remembered belongs to a size, a time of change, an inode and the time when that was changed,
which shows where somebody set the former back; where any of these is another, the file is read
again. One trap is left, the one that git calls "racy": a file that is changed
twice within the resolution of its file system's clock shows no second change. So what is
remembered must have been at rest for two seconds (the coarsest clock in use, that of FAT) when it
was read; a younger file is read again the next time.

The memory is one small JSON file for each folder, in the user's cache. It is replaced in one step
and never locked, so it may lie on a network disk; two runs at once cost each other some of what
they learned and nothing else. A damaged one counts as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple, cast

from ..errors import ConfigurationError, SourceChanged
from .cache.place import cache_dir

STEP = 32 << 20
"""Bytes that are hashed in one step, about 0.06 seconds: between two, a run can be stopped."""

_BLOCK = 1 << 20
_REST_NS = 2_000_000_000
_FORMAT = 2
_WORTH = 4 << 20
"""Bytes from which on remembering a single file costs less than reading it."""
_FORGOTTEN_AFTER = 180 * 86_400
"""Seconds after which the memory of a folder is dropped, where nothing was added to it."""


class Stamp(NamedTuple):
    """What tells that a file was not changed.

    Attributes:
        size: Bytes.
        mtime_ns: When its content was changed, in nanoseconds since the epoch.
        inode: Its number on its disk; another one after a rename over it.
        ctime_ns: When its content, mode or names were changed, likewise, which no program can set.
            On Windows it is when the file was made.
    """

    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Of what ``os.stat`` told."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def shows_no_change(self, later: Stamp) -> bool:
        """Whether a file that has another stamp a little later seems to be the same.

        The inode does not count: some network disks make up a new one at each look. Nor does
        ``ctime_ns``: a backup changes it.
        """
        return (self.size, self.mtime_ns) == (later.size, later.mtime_ns)


class Hashing:
    """The MD5 of a file, computed step by step; a context manager, to be opened first.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = ExitStack()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._block = bytearray(_BLOCK)

    def open(self) -> Stamp:
        """Open the file.

        Returns:
            What it is.

        Raises:
            OSError: It cannot be opened.
        """
        self._began = time.time_ns()
        self._file = self._opened.enter_context(self._path.open("rb", buffering=0))
        self.stamp = Stamp.of(os.fstat(self._file.fileno()))
        return self.stamp

    def step(self) -> int:
        """Read on.

        Returns:
            How many bytes were read; 0 at the end.

        Raises:
            OSError: It cannot be read.
        """
        view, done = memoryview(self._block), 0
        while done < STEP and (count := self._file.readinto(self._block)):
            self._md5.update(view[:count])
            done += count
        return done

    def finish(self) -> str:
        """Tell the MD5, after the last step.

        Raises:
            SourceChanged: The file changed while it was read.
        """
        if not self.stamp.shows_no_change(Stamp.of(os.fstat(self._file.fileno()))):
            raise changed(self._path, self._path.name)
        return self._md5.hexdigest()

    @property
    def rested(self) -> bool:
        """Whether the file had not been changed for so long that a change would show."""
        return is_at_rest(self.stamp, self._began)

    def __enter__(self) -> Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def changed(path: Path, name: str) -> SourceChanged:
    """The error for a file that changed while it was looked at."""
    return SourceChanged(
        f"'{path}' changed meanwhile; call this again when nothing writes to it", name
    )


def is_at_rest(stamp: Stamp, now_ns: int) -> bool:
    """Whether a file that is changed from now on gets another time of change.

    Args:
        stamp: What the file is.
        now_ns: Nanoseconds since the epoch, before it is read.
    """
    return stamp.mtime_ns + _REST_NS <= now_ns


class Hashes:
    """The MD5s that are remembered of the files in a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        named = os.fspath(self._folder).encode("utf-8", "surrogatepass")
        name = hashlib.sha256(named).hexdigest()[:32]
        self._file: Path | None = None
        with suppress(ConfigurationError):
            self._file = cache_dir() / "hashes" / f"{name}.json"
        self._known = self._load()
        self._learned: dict[str, tuple[Stamp, str]] = {}

    def get(self, name: str, stamp: Stamp) -> str | None:
        """The MD5 of a file that is as it was when that was computed.

        Args:
            name: Its path in the folder, with ``/``.
            stamp: What the file is now.
        """
        known = self._known.get(name)
        return known[1] if known is not None and known[0] == stamp else None

    def put(self, name: str, stamp: Stamp, md5: str) -> None:
        """Remember the MD5 of a file that was at rest; see :func:`is_at_rest`.

        Args:
            name: Its path in the folder, with ``/``.
            stamp: What the file was when it was read.
            md5: In hexadecimal.
        """
        if self._known.get(name) != (stamp, md5):
            self._known[name] = self._learned[name] = (stamp, md5)

    def save(self) -> None:
        """Write down what was learned; a disk that does not let us is no error."""
        if not self._learned or self._file is None:
            return
        # another process may have learned something meanwhile
        known = {**self._load(), **self._learned}
        files = {
            name: [*stamp, md5]
            for name, (stamp, md5) in sorted(known.items())
            if name in self._learned or os.path.lexists(self._folder / name)
        }
        document = {"format": _FORMAT, "files": files}
        new = self._file.with_name(f"{self._file.stem}.{secrets.token_hex(8)}.new")
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._file.exists():
                _tidy(self._file.parent)
            try:
                new.write_text(json.dumps(document, separators=(",", ":")), encoding="ascii")
                new.replace(self._file)
            except OSError:
                new.unlink(missing_ok=True)
                raise
        self._learned.clear()

    def _load(self) -> dict[str, tuple[Stamp, str]]:
        if self._file is None:
            return {}
        try:
            document = json.loads(self._file.read_bytes())
            if document["format"] != _FORMAT:
                return {}
            files = cast("dict[str, list[object]]", document["files"])
            return {name: _entry(fields) for name, fields in files.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}


def md5_of(path: Path, moved: Callable[[int], object] | None = None) -> str:
    """The MD5 of one file, remembered where it is large.

    Args:
        path: The file.
        moved: Told how many bytes were read, step by step; what it raises ends the reading.

    Raises:
        OSError: It cannot be read.
        SourceChanged: It changed while it was read.
    """
    steps = hashing(path)
    while True:
        try:
            count = next(steps)
        except StopIteration as end:
            return str(end.value)
        if moved is not None:
            moved(count)


def hashing(path: Path) -> Generator[int, None, str]:
    """The MD5 of one file, remembered where it is large; step by step.

    Args:
        path: The file.

    Yields:
        How many bytes were read.

    Returns:
        The MD5, in hexadecimal.

    Raises:
        OSError: It cannot be read.
        SourceChanged: It changed while it was read.
    """
    stamp = Stamp.of(path.stat())
    memory = Hashes(path.parent) if stamp.size >= _WORTH else None
    if memory is not None and (known := memory.get(path.name, stamp)) is not None:
        return known
    with Hashing(path) as reading:
        reading.open()
        while count := reading.step():
            yield count
        md5 = reading.finish()
    if memory is not None and reading.rested:
        memory.put(path.name, reading.stamp, md5)
        memory.save()
    return md5


def _entry(fields: list[object]) -> tuple[Stamp, str]:
    match fields:
        case [int() as size, int() as mtime_ns, int() as inode, int() as ctime_ns, str() as md5]:
            if len(md5) == 32:
                return Stamp(size, mtime_ns, inode, ctime_ns), md5
        case _:
            pass
    raise ValueError("no entry of ours")


def _tidy(folder: Path) -> None:
    """Drop what was not added to for long, such as that of folders which are gone."""
    oldest = time.time() - _FORGOTTEN_AFTER
    for file in folder.iterdir():
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
