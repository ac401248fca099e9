"""What is uploaded: a path, bytes, a stream or pieces of bytes, read block by block."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple, TypeAlias

from ...errors import Refused, SourceChanged
from ..digest import RunningMd5
from ..progress import FileReporter
from .pieces import Pieces

BLOCK = 1 << 20
"""Bytes read at a time where nothing waits for them."""

PIECE = 1 << 18
"""Bytes read, hashed and sent at a time. A server that takes so many in ``Timeouts.write`` is
alive, and a dozen of them in line for the digest take little memory."""

_SPOOL_IN_MEMORY = 16 * BLOCK

Uploadable: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, bytes, or a binary stream."""


class _Look(NamedTuple):
    st_size: int
    st_mtime_ns: int
    st_ino: int
    st_ctime_ns: int


class Source:
    """Content that can be sent; open it before use.

    Mostly it can be sent again from its beginning, since a transfer that breaks starts anew. A
    stream is sent from where it stands. One that cannot be rewound is first copied to a temporary
    file, unless its size is told: then it is sent as it comes, once. So is an iterator; an
    iterable that gives a new iterator each time can be sent again.

    Args:
        content: What to upload.
        name: Name that the file shall have; needed for all but paths and the files behind them.
        size: Bytes that it has; needed for iterables.

    Attributes:
        size: Bytes; known once it is open.
        md5: Digest of what was read last, from beginning to end.

    Raises:
        Refused: It is nothing that can be sent, or has no name.
    """

    def __init__(
        self,
        content: Uploadable | Iterable[bytes],
        name: str | None = None,
        size: int | None = None,
    ) -> None:
        _refuse_wrong_kinds(content, size)
        self._content = content
        self._opened = ExitStack()
        # what a caller brings need not keep what its type promises
        self._file: Any = None
        self._start = 0
        self._told = size
        self._once = False
        self._begun = False
        self._was_there = False
        self._is_open = False
        self._state: list[_Look] = []
        self._is_doubtful = False
        self.name = _own_name(content) if name is None else name
        self.size: int = 0
        self.md5: str | None = None
        if not self.name:
            raise Refused(
                "give name=…: only paths, and files that open() made of one, have one of their own"
            )

    @property
    def is_open(self) -> bool:
        """Whether it was opened and not closed."""
        return self._is_open

    @property
    def is_once(self) -> bool:
        """Whether it can be read only once; known when it is open."""
        return self._once

    @property
    def is_spent(self) -> bool:
        """Whether it can be read no more, for it could be read only once."""
        return self._once and self._begun

    @property
    def is_doubtful(self) -> bool:
        """Whether it may have been written while it was read last: another reading tells."""
        return self._is_doubtful

    @property
    def is_kept(self) -> bool:
        """Whether opening it takes nothing from it: it is a path of a plain file, or bytes."""
        if isinstance(self._content, str | os.PathLike):
            return not _path(self._content).is_fifo()
        return isinstance(self._content, bytes | bytearray | memoryview)

    def open(self) -> None:
        """Find out how much there is; this may block for as long as a pipe has more.

        Raises:
            Refused: It is empty, text, closed, or cannot be read.
            SourceChanged: It is gone, or has another size than was told.
        """
        content = self._content
        self.size, self.md5, self._is_open = 0, None, True
        if isinstance(content, str | os.PathLike):
            self._open_path(_path(content))
        elif isinstance(content, bytes | bytearray | memoryview):
            try:
                # and not a view itself: it may have gaps
                self._file = io.BytesIO(bytes(content))
            except ValueError as error:
                raise self._unreadable(error) from error
        elif hasattr(content, "read"):
            self._file = content
        else:
            self._once = isinstance(content, Iterator)
            self.size = self._told or 0
            return
        # what is closed, text or open for writing tells it now
        self._read(0)
        # before it is measured, so that what is added in between shows
        state = self._look()
        self._measure()
        if self.size > 0 and self._told not in (None, self.size):
            raise SourceChanged(
                f"'{self.name}' holds {self.size} bytes, and size= says {self._told}; leave size="
                " out, or see what changed it",
                self.name,
            )
        if self.size > 0:
            self._state = state
        elif self._told is not None:
            self._once, self.size = True, self._told
        else:
            self._spool()
        if self.size <= 0:
            raise Refused(f"'{self.name}' is empty; the server does not accept empty files")

    def _open_path(self, path: Path) -> None:
        try:
            self._file = self._opened.enter_context(_open(path))
        except Refused as error:
            if not self._was_there:
                raise
            raise SourceChanged(
                f"{error}. It could be read when the upload began; put it back, and upload it"
                " again.",
                self.name,
            ) from error
        self._was_there = True

    def _measure(self) -> None:
        """Find the size, of what can be rewound and tells it."""
        if hasattr(self._file, "seekable") and self._file.seekable():
            self._start = self._file.tell()
            with suppress(OSError):
                # not known of what is made up as it is read, as in /proc
                self.size = self._file.seek(0, os.SEEK_END) - self._start
            self._rewind()

    def _rewind(self) -> None:
        try:
            self._file.seek(self._start)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error

    def _begin(self) -> None:
        """Go to the beginning."""
        if self.is_spent:
            raise Refused(
                f"'{self.name}' could not be read again: it can be read only once, and was begun."
                " Make it anew and upload that, or give a path"
            )
        self._begun = True
        content = self._content
        if self._file is None or isinstance(self._file, Pieces):
            assert isinstance(content, Iterable)
            self._file = Pieces(iter(content), self.name)
        elif not self._once:
            self._rewind()

    def _spool(self) -> None:
        """Copy what cannot be rewound, or hides its size, to where it can be read again."""
        spool = tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY)  # noqa: SIM115 - close() does
        self._opened.callback(_drop, spool)
        try:
            while block := self._read(BLOCK):
                spool.write(block)
        except OSError as error:
            raise Refused(
                f"'{self.name}' could not be copied to a temporary file in {tempfile.gettempdir()}:"
                f" {error.strerror or error}. Say its size=, if that is known, for then no copy is"
                " made; or set TMPDIR to a folder with more room."
            ) from error
        self.size = spool.tell()
        self._file, self._start = spool, 0

    def _read(self, size: int) -> bytes:
        """Read up to so many bytes; none at the end, and only there."""
        if isinstance(self._file, Pieces):
            # what the caller's own iterator raises is the caller's to catch
            return self._file.read(size)
        try:
            block = self._file.read(size)
        except (OSError, ValueError, TypeError) as error:
            raise self._unreadable(error) from error
        if isinstance(block, bytes):
            return block
        if isinstance(block, bytearray):
            # of our own, for the digest takes it later
            return bytes(block)
        if isinstance(block, str):
            raise _text(self.name)
        if block is None:
            raise Refused(
                f"'{self.name}' is a non-blocking stream that has nothing to give yet; make it"
                " blocking: os.set_blocking(stream.fileno(), True)"
            )
        raise Refused(
            f"'{self.name}' gives no bytes but {type(block).__name__}; give a path, bytes, or a"
            " binary stream"
        )

    def _unreadable(self, error: Exception) -> Refused:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Refused(
            f"'{self.name}' cannot be read ({why}); give a path, bytes, or a stream that is open"
            " for reading in binary mode ('rb')"
        )

    def blocks(self, report: FileReporter | None = None) -> Generator[bytes, None, None]:
        """Read it from the beginning, block by block, computing its MD5 on the way.

        Args:
            report: Told of the beginning, and after each block that was taken.

        Raises:
            SourceChanged: It is not what it was when it was opened, or has another size than was
                told. The last block is not given then, so that no transfer of it is complete.
            Refused: It cannot be read any more.
        """
        self.md5, self._is_doubtful = None, False
        self._begin()
        if report is not None:
            report.at(0)
        done = 0
        with RunningMd5() as digest:
            while done < self.size:
                block = self._read(min(PIECE, self.size - done))
                if not block:
                    if not done and isinstance(self._content, Iterator):
                        raise Refused(
                            f"'{self.name}' gives nothing: an iterator can be read only once. Make"
                            " it anew and upload that."
                        )
                    self._refuse_change()
                    raise self._changed(f"it ended after {done} of {self.size} bytes")
                digest.update(block)
                done += len(block)
                if done == self.size:
                    self._refuse_change()
                    if self._told is not None and self._read(1):
                        raise self._changed(f"it has more than the {done} bytes that size= says")
                    self.md5 = digest.hexdigest()
                yield block
                if report is not None:
                    report.moved(len(block))

    def _refuse_change(self) -> None:
        if not self._state or (now := self._look()) == self._state:
            return
        if len(now) < len(self._state):
            raise self._changed("it was removed")
        if now[0].st_size != self._state[0].st_size:
            raise self._changed(f"it had {self._state[0].st_size} bytes and has {now[0].st_size}")
        if any(one[:3] != before[:3] for one, before in zip(now, self._state, strict=True)):
            raise self._changed("it was written, or another file took its name")
        # A new mode or link changes st_ctime as well, and so do backups: that is no reason to
        # refuse it. But it is all that shows where somebody wrote and set st_mtime back.
        self._state, self._is_doubtful = now, True

    def _changed(self, how: str) -> SourceChanged:
        return SourceChanged(
            f"'{self.name}' changed while it was uploaded: {how}. Nothing of it was kept on the"
            " server; upload it again when nothing writes to it, or upload a copy.",
            self.name,
        )

    def _look(self) -> list[_Look]:
        """What tells a file from what it becomes.

        Of what was opened, and of what is behind the path, for another file may have taken the
        name. Streams that are no files on a disk have nothing of it.
        """
        file = getattr(self._file, "raw", self._file)
        if not isinstance(file, io.FileIO):
            return []
        try:
            found = [os.fstat(file.fileno())]
            if isinstance(self._content, str | os.PathLike):
                found.append(_path(self._content).stat())
        except (OSError, ValueError):
            return []
        return [_Look(one.st_size, one.st_mtime_ns, one.st_ino, one.st_ctime_ns) for one in found]

    def close(self) -> None:
        """Close what this object opened; a caller's stream stays open."""
        self._is_open = False
        self._opened.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse_wrong_kinds(content: Any, size: int | None) -> None:
    if size is not None and size <= 0:
        raise Refused("size= must be at least 1 byte; the server does not accept empty files")
    if isinstance(content, io.TextIOBase):
        raise _text(str(getattr(content, "name", type(content).__name__)))
    if isinstance(content, str | os.PathLike | bytes | bytearray | memoryview):
        return
    if hasattr(content, "__aiter__"):
        raise Refused(
            f"{type(content).__name__} is read with await, which is not possible here; give a path,"
            " bytes, or what an ordinary loop can read. (AsyncClient reads these in a thread, so"
            " that nothing else waits.)"
        )
    if hasattr(content, "read") or (size is not None and isinstance(content, Iterable)):
        return
    raise Refused(
        f"{type(content).__name__} is nothing that can be uploaded; give a path, bytes, or a binary"
        " stream, or pieces of bytes together with size=; upload_many() takes several files"
    )


def _own_name(content: Uploadable | Iterable[bytes]) -> str:
    if isinstance(content, str | os.PathLike):
        return _path(content).name
    # Only what open() gives. Others, such as gzip.open(), name a file whose bytes are not those
    # that they give.
    file: object = getattr(content, "raw", content)
    name = file.name if isinstance(file, io.FileIO) else None
    # nameless files call themselves by a number, or <stdin>
    return Path(name).name if isinstance(name, str) and not name.startswith("<") else ""


def _path(path: str | os.PathLike[Any]) -> Path:
    # that of bytes as well, which os.scandir(b".") gives
    return Path(os.fsdecode(path))


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        # Windows has no error of its own for opening a folder
        if path.is_dir():
            raise Refused(
                f"'{path}' is a folder; sync() uploads the files in it, upload_archive() makes one"
                " file of it"
            ) from None
        why = getattr(error, "strerror", None) or error
        raise Refused(f"'{path}' cannot be read: {why}") from error


def _drop(spool: IO[bytes]) -> None:
    # a disk that is full is so once more
    with suppress(OSError):
        spool.close()


def _text(name: str) -> Refused:
    return Refused(f"'{name}' is open as text; open it in binary mode ('rb')")
