"""What an archive is made of."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from ...errors import Refused, SourceChanged
from ..upload.source import BLOCK


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file, or an empty folder, as it was when the archive was planned.

    Attributes:
        name: Its path in the archive, with ``/``.
        path: Where its content is; None for an empty folder.
        size: Bytes.
        mode: Its permissions in the archive.
        changed: Nanoseconds since the epoch; what else tells whether it is still the same.
    """

    name: str
    path: Path | None = None
    size: int = 0
    mode: int = 0o755
    changed: int = 0

    @classmethod
    def of(cls, name: str, path: Path) -> ArchiveMember:
        """Look at a file.

        Args:
            name: Its path in the archive.
            path: Where it is.

        Raises:
            Refused: It cannot be read.
        """
        try:
            now = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        # no more of the permissions than this, for umasks differ
        mode = 0o755 if os.name != "nt" and now.st_mode & 0o100 else 0o644
        return cls(name, path, now.st_size, mode, now.st_mtime_ns)

    def blocks(self) -> Generator[bytes, None, None]:
        """Read it; a folder holds nothing.

        Raises:
            SourceChanged: It is not what it was.
            Refused: It cannot be read.
        """
        if self.path is None:
            return
        try:
            with self.path.open("rb") as file:
                left = self.size
                self._compare(os.fstat(file.fileno()))
                while left:
                    block = file.read(min(BLOCK, left))
                    if not block:
                        raise self._changed()
                    left -= len(block)
                    if not left:
                        # before the last block goes out: nobody takes what is wrong for whole
                        self._compare(os.fstat(file.fileno()))
                    yield block
        except FileNotFoundError as error:
            raise self._changed() from error
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _compare(self, now: os.stat_result) -> None:
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            raise self._changed()

    def _changed(self) -> SourceChanged:
        return SourceChanged(
            f"'{self.path}' changed while the archive was made of it; nothing of the archive is"
            " kept. Do it again when nothing writes to the folder.",
            self.name,
        )


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(f"'{path}' cannot be read: {error.strerror or error}")
