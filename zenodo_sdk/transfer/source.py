"""What is uploaded: a path, bytes, or a binary stream, read block by block."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Generator
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
    """Content that can be sent, and sent again from its beginning.

    A stream is sent from where it stands. One that cannot be rewound is first copied to a
    temporary file, since a transfer that breaks starts anew.

    Args:
        content: What to upload.
        name: Name that the file shall have; needed for bytes and nameless streams.

    Raises:
        Refused: It is empty, no file, or has no name.
    """

    def __init__(self, content: Uploadable, name: str | None = None) -> None:
        self._owned = True
        if isinstance(content, str | os.PathLike):
            path = Path(content)
            self._file: IO[bytes] = _open(path)
            self._start = 0
            self.name = name if name is not None else path.name
        elif isinstance(content, bytes | bytearray | memoryview):
            self._file = io.BytesIO(content)
            self._start = 0
            self.name = name or ""
        else:
            self._file, self._start, self._owned = _rewindable(content)
            own = getattr(content, "name", None)
            self.name = name or (Path(own).name if isinstance(own, str) else "")
        self.size = self._file.seek(0, os.SEEK_END) - self._start
        self.md5: str | None = None
        """Digest of what was read last, from beginning to end."""
        if not self.name:
            self.close()
            raise Refused("give name=…: bytes and nameless streams have none of their own")
        if self.size <= 0:
            self.close()
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

    def digest(self) -> str:
        """The MD5 of the content, reading it unless it has been read whole."""
        if self.md5 is None:
            for _ in self.blocks():
                pass
        assert self.md5 is not None
        return self.md5

    def close(self) -> None:
        """Close what this object opened; a caller's stream stays open."""
        if self._owned:
            self._file.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except IsADirectoryError:
        raise Refused(f"'{path}' is a folder; upload_many() takes its files one by one") from None
    except OSError as error:
        if path.is_dir():
            raise Refused(
                f"'{path}' is a folder; upload_many() takes its files one by one"
            ) from None
        raise Refused(f"'{path}' cannot be read: {error.strerror or error}") from error


def _rewindable(stream: BinaryIO) -> tuple[IO[bytes], int, bool]:
    if stream.seekable():
        return stream, stream.tell(), False
    spool = tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY)  # noqa: SIM115 - Source.close ends it
    shutil.copyfileobj(stream, spool, BLOCK)
    return spool, 0, True
