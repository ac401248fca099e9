"""What a download would do: which files, where to, and what of them is there already."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from ...errors import FileExists, Refused
from ...models.file import FileData
from ..hashes import Hashes, Hashing, Stamp
from .remains import Remains

DownloadState: TypeAlias = Literal["missing", "partial", "present", "differs"]
"""What is there of a file.

``missing``: nothing. ``partial``: what an interrupted download left, which the next one goes on
with. ``present``: a file with the same size and MD5. ``differs``: something else under that name.
"""


@dataclass(frozen=True, slots=True)
class PlannedDownload:
    """One file of a plan.

    Attributes:
        file: What the server says of it.
        path: Where it shall be.
        state: What is there.
        bytes_there: Bytes that do not have to be moved any more.
    """

    file: FileData
    path: Path
    state: DownloadState
    bytes_there: int = 0
    _stamp: tuple[int, int] | None = field(default=None, repr=False, compare=False)

    @property
    def bytes_to_move(self) -> int:
        """Bytes that have to be moved yet."""
        return 0 if self.state == "present" else max(0, (self.file.size or 0) - self.bytes_there)

    @property
    def is_unchanged(self) -> bool:
        """Whether the file that was there is there still, as it was; looks at the disk."""
        try:
            return self._stamp is not None and stamp(self.path) == self._stamp
        except OSError:
            return False


class DownloadPlanData:
    """What a download would do, before it does it; ``str()`` of it is a table.

    Args:
        folder: Where the files shall be.
        entries: The files.
    """

    def __init__(self, folder: Path, entries: Sequence[PlannedDownload]) -> None:
        self.folder = folder
        """Where the files shall be."""
        self.entries = tuple(entries)
        """The files, in the server's order."""

    @property
    def files(self) -> int:
        """How many files there are."""
        return len(self.entries)

    @property
    def bytes(self) -> int:
        """Bytes of all files together."""
        return sum(entry.file.size or 0 for entry in self.entries)

    @property
    def bytes_to_move(self) -> int:
        """Bytes that have to be moved yet."""
        return sum(entry.bytes_to_move for entry in self.entries)

    def in_state(self, state: DownloadState) -> list[PlannedDownload]:
        """The files of which that is there."""
        return [entry for entry in self.entries if entry.state == state]

    def refuse_differing(self) -> None:
        """Refuse to go on where other content is under the names.

        Raises:
            FileExists: There is such a file.
        """
        differing = self.in_state("differs")
        if differing:
            names = ", ".join(f"'{entry.path}'" for entry in differing[:5])
            more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
            raise FileExists(
                f"{names}{more} hold{'s' if len(differing) == 1 else ''} other content; nothing"
                " was downloaded. Move what you want to keep, or pass overwrite='replace'.",
                differing[0].file.name,
            )

    def __str__(self) -> str:
        rows = [
            (entry.state, readable(entry.bytes_to_move), readable(entry.file.size), entry.file.name)
            for entry in self.entries
        ]
        head = ("state", "to move", "size", "file")
        widths = [max(len(row[at]) for row in (head, *rows)) for at in range(3)]
        lines = [
            f"{state:<{widths[0]}}  {move:>{widths[1]}}  {size:>{widths[2]}}  {name}"
            for state, move, size, name in (head, *rows)
        ]
        count = f"{self.files} file{'' if self.files == 1 else 's'}"
        total = (
            f"{count}, {readable(self.bytes)}; {readable(self.bytes_to_move)} to move to"
            f" '{self.folder}'"
        )
        return "\n".join([*lines, total])

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(folder={str(self.folder)!r}, files={self.files},"
            f" bytes={self.bytes}, bytes_to_move={self.bytes_to_move})"
        )


class Looking:
    """Looks at what is there of the files of a plan, and remembers what it read.

    Args:
        folder: Where the files shall be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes = Hashes(folder)

    def look(self, file: FileData, path: Path) -> Generator[None, None, PlannedDownload]:
        """Tell what is there of a file; reads it only where its size is the right one.

        Step by step, for that takes long.

        Args:
            file: What the server says of it.
            path: Where it shall be.

        Raises:
            Refused: A folder is there, or what is there cannot be read.
            SourceChanged: It changed while it was read.
        """
        try:
            if path.is_dir():
                raise Refused(f"'{path}' is a folder, and a file of that name is to be downloaded")
            if file.md5 is not None and path.exists() and path.stat().st_size == file.size:
                before = stamp(path)
                if (yield from self._md5(path)) == file.md5:
                    return PlannedDownload(file, path, "present", before[0], before)
        except OSError as error:
            raise Refused(f"'{path}' cannot be read: {error.strerror or error}") from error
        left = Remains(path, file).count(copied=True)
        if os.path.lexists(path):
            return PlannedDownload(file, path, "differs", left)
        return PlannedDownload(file, path, "partial" if left else "missing", left)

    def _md5(self, path: Path) -> Generator[None, None, str]:
        name = path.relative_to(self._folder).as_posix()
        known = self._hashes.get(name, Stamp.of(path.stat()))
        if known is not None:
            return known
        with Hashing(path) as hashing:
            hashing.open()
            while hashing.step():
                yield
            md5 = hashing.finish()
            if hashing.rested:
                self._hashes.put(name, hashing.stamp, md5)
        return md5

    def remember(self) -> None:
        """Write down what was read, for the next plan."""
        self._hashes.save()


def stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does: its size and its time of change."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def readable(size: int | None) -> str:
    """Bytes for people: ``1.5 MB``, with powers of ten as on Zenodo's pages."""
    if size is None or size < 1000:
        return "?" if size is None else f"{size} B"
    amount, units = size / 1000, ["kB", "MB", "GB", "TB"]
    # 999.95 would be shown as 1000.0
    while amount >= 999.95 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}"
