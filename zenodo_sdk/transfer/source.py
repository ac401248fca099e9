"""What is uploaded: a path, bytes, or a binary stream, read block by block."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, TypeAlias

from ..errors import Refused
from .digest import RunningMd5
from .progress import Progress, ProgressCallback

BLOCK = 1 << 20
"""Bytes read, hashed and sent at a time."""

_SPOOL_IN_MEMORY = 16 * BLOCK

Uploadable: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, bytes, or a binary stream."""


class Source:
    """Content that can be sent, and sent again from its beginning; open it before use.

    A stream is sent from where it stands. One that cannot be rewound is first copied to a
    temporary file, since a transfer that breaks starts anew.

    Args:
        content: What to upload.
        name: Name that the file shall have; needed for all but paths and the files behind them.

    Raises:
        Refused: It is nothing that can be sent, or has no name.
    """

    def __init__(self, content: Uploadable, name: str | None = None) -> None:
        _refuse_wrong_kinds(content)
        self._content = content
        self._opened = ExitStack()
        # what a caller brings need not keep what its type promises
        self._file: Any = None
        self._start = 0
        self.name = _own_name(content) if name is None else name
        self.size = 0
        self.md5: str | None = None
        """Digest of what was read last, from beginning to end."""
        if not self.name:
            raise Refused(
                "give name=…: only paths, and files that open() made of one, have one of their own"
            )

    def open(self) -> None:
        """Find out how much there is; this may block for as long as a pipe has more.

        Raises:
            Refused: It is empty, text, closed, or cannot be read.
        """
        content = self._content
        if isinstance(content, str | os.PathLike):
            self._file = self._opened.enter_context(_open(_path(content)))
        elif isinstance(content, bytes | bytearray | memoryview):
            try:
                # and not a view itself: it may have gaps
                self._file = io.BytesIO(bytes(content))
            except ValueError as error:
                raise self._unreadable(error) from error
        else:
            self._file = content
        # what is closed, text or open for writing tells it now
        self._read(0)
        self._measure()
        if self.size <= 0:
            self._spool()
        if self.size <= 0:
            raise Refused(f"'{self.name}' is empty; the server does not accept empty files")

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

    def _spool(self) -> None:
        """Copy what cannot be rewound, or hides its size, to where it can be read again."""
        spool = tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY)  # noqa: SIM115 - close() does
        self._opened.enter_context(spool)
        while block := self._read(BLOCK):
            spool.write(block)
        self.size = spool.tell()
        self._file, self._start = spool, 0

    def _read(self, size: int) -> bytes:
        """Read up to so many bytes; none at the end, and only there."""
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

    def blocks(self, progress: ProgressCallback | None = None) -> Generator[bytes, None, None]:
        """Read it from the beginning, block by block, computing its MD5 on the way.

        Args:
            progress: Told after each block.

        Raises:
            Refused: It became shorter while it was read, or cannot be read any more.
        """
        self.md5 = None
        self._rewind()
        done = 0
        with RunningMd5() as digest:
            while done < self.size:
                # a file that grows meanwhile is sent as long as it was when announced
                block = self._read(min(BLOCK, self.size - done))
                if not block:
                    raise Refused(
                        f"'{self.name}' became shorter while it was sent ({done} of {self.size}"
                        " bytes); upload it again when nothing writes to it"
                    )
                digest.update(block)
                done += len(block)
                if done == self.size:
                    self.md5 = digest.hexdigest()
                yield block
                if progress is not None:
                    progress(Progress(self.name, done, self.size, "upload"))

    def close(self) -> None:
        """Close what this object opened; a caller's stream stays open."""
        self._opened.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _refuse_wrong_kinds(content: Any) -> None:
    if isinstance(content, io.TextIOBase):
        raise _text(str(getattr(content, "name", "the stream")))
    if isinstance(content, str | os.PathLike | bytes | bytearray | memoryview):
        return
    if not hasattr(content, "read"):
        raise Refused(
            f"{type(content).__name__} is nothing that can be uploaded; give a path, bytes, or a"
            " binary stream; upload_many() takes several"
        )


def _own_name(content: Uploadable) -> str:
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
                f"'{path}' is a folder; upload_many() takes its files one by one"
            ) from None
        why = getattr(error, "strerror", None) or error
        raise Refused(f"'{path}' cannot be read: {why}") from error


def _text(name: str) -> Refused:
    return Refused(f"'{name}' is open as text; open it in binary mode ('rb')")
