"""What is uploaded: a path, bytes, or a binary stream, read block by block."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, TypeAlias

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
        name: Name that the file shall have; needed for bytes and nameless streams.

    Raises:
        Refused: It has no name.
    """

    def __init__(self, content: Uploadable, name: str | None = None) -> None:
        self._content = content
        self._opened = ExitStack()
        self._file: IO[bytes] = io.BytesIO()
        self._start = 0
        self.name = _own_name(content) if name is None else name
        self.size = 0
        self.md5: str | None = None
        """Digest of what was read last, from beginning to end."""
        if not self.name:
            raise Refused("give name=…: bytes and nameless streams have none of their own")

    def open(self) -> None:
        """Find out how much there is; this may block for as long as a pipe has more.

        Raises:
            Refused: It is empty, text, or cannot be read.
        """
        content = self._content
        if isinstance(content, str | os.PathLike):
            self._file = self._opened.enter_context(_open(Path(content)))
        elif isinstance(content, bytes | bytearray | memoryview):
            self._file = io.BytesIO(content)
        else:
            self._file = content
        if isinstance(self._file.read(0), str):
            raise Refused(f"'{self.name}' is open as text; open it in binary mode ('rb')")
        if not self._file.seekable():
            spool = tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY)  # noqa: SIM115 - close() does
            self._opened.enter_context(spool)
            shutil.copyfileobj(self._file, spool, BLOCK)
            spool.seek(0)
            self._file = spool
        self._start = self._file.tell()
        self.size = self._file.seek(0, os.SEEK_END) - self._start
        if self.size <= 0:
            raise Refused(f"'{self.name}' is empty; the server does not accept empty files")

    def blocks(self, progress: ProgressCallback | None = None) -> Generator[bytes, None, None]:
        """Read it from the beginning, block by block, computing its MD5 on the way.

        Args:
            progress: Told after each block.

        Raises:
            Refused: It became shorter while it was read.
        """
        self.md5 = None
        self._file.seek(self._start)
        done = 0
        with RunningMd5() as digest:
            while done < self.size:
                # a file that grows meanwhile is sent as long as it was when announced
                block = self._file.read(min(BLOCK, self.size - done))
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


def _own_name(content: Uploadable) -> str:
    if isinstance(content, str | os.PathLike):
        return Path(content).name
    name = getattr(content, "name", None)
    # nameless files call themselves by a number, or <stdin>
    return Path(name).name if isinstance(name, str) and not name.startswith("<") else ""


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        # Windows has no error of its own for opening a folder
        if path.is_dir():
            raise Refused(
                f"'{path}' is a folder; upload_many() takes its files one by one"
            ) from None
        raise Refused(f"'{path}' cannot be read: {error.strerror or error}") from error
