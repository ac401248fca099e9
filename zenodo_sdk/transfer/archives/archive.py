"""A folder as one archive: the same bytes wherever, whenever and by whom it is made."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import IO, cast

from ...errors import Refused
from ..folder import LocalFile, _Walk, patterns_of
from ..names import _parts
from ..upload.source import BLOCK
from . import tar as archive_tar
from . import zip as archive_zip
from .member import ArchiveMember

_EPOCH = 315_532_800
"""1980-01-01, the first moment that a ZIP knows, in seconds since the epoch."""

_LATEST = 4_354_819_199
"""2107-12-31, the last day that it knows."""

_ENDINGS = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.bz2": "bz2",
    ".tbz2": "bz2",
    ".tar.xz": "xz",
    ".txz": "xz",
}


class Archive:
    """A folder as one archive; open it before use, and close it.

    What is not compressed is made as it is read, and its size is known before: nothing of it is
    ever on a disk. What is compressed is made once, in a temporary file.

    The archive depends on names, contents and executable bits alone. All times are 1980-01-01, or
    what ``SOURCE_DATE_EPOCH`` says.

    Args:
        folder: The folder.
        name: The archive's name, whose ending tells what it shall be.
        pattern: Only files of such names, as ``"*.csv"``.
        hidden: Whether to take hidden files as well.
        compress: Whether a ZIP shall be compressed.

    Raises:
        Refused: The name ends like no archive that can be made.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        name: str,
        *,
        pattern: str | Iterable[str] | None = None,
        hidden: bool = False,
        compress: bool = False,
    ) -> None:
        self._folder = Path(folder)
        self._pattern = patterns_of(pattern)
        self._kind = _kind(name)
        if self._kind == "tar" and compress:
            raise Refused(f"'{name}' is not compressed; call it .tar.gz or .tar.xz, or .zip")
        self.is_packed = compress or self._kind in ("gz", "bz2", "xz")
        """Whether it has to be packed before it is read."""
        self._members: list[ArchiveMember] = []
        self._opened = ExitStack()
        self._packed: IO[bytes] | None = None
        self._when = 0
        self._hidden = hidden
        self.name = name
        self.size = 0
        """Bytes of the archive; of one that is compressed, once it is packed."""
        self.packing_size = 0
        """Bytes that are to be compressed."""

    def open(self) -> None:
        """Find out what is in the folder.

        Raises:
            Refused: There is no such folder, it holds no such files, or some cannot be read.
            UnsafeName: A name that could not be unpacked everywhere.
        """
        self._when = _moment()
        self._members = _members(self._folder, self._pattern, self._hidden)
        if self._kind != "zip":
            size = archive_tar.size(self._members, self._when)
        elif self.is_packed:
            size = sum(member.size for member in self._members)
        else:
            size = archive_zip.stored_size(self._members)
        self.packing_size, self.size = (size, 0) if self.is_packed else (0, size)

    def pack(self, moved: Callable[[int], object]) -> Iterator[None]:
        """Make what is compressed, step by step; nothing is to be done for what is not.

        Args:
            moved: Told after each step how many of :attr:`packing_size` bytes are packed.

        Raises:
            SourceChanged: A file changed since :meth:`open`.
            Refused: A file cannot be read, or there is no room for the temporary file.
        """
        if not self.is_packed:
            return iter(())
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - close() does
        packed = cast("IO[bytes]", self._opened.enter_context(spool))
        steps = self._pack(packed, moved)
        # what is ended in the middle of it ends the compressor, while that can still write
        self._opened.callback(_end, steps)
        return steps

    def _pack(
        self, packed: IO[bytes], moved: Callable[[int], object]
    ) -> Generator[None, None, None]:
        done = 0
        with closing(self._packing(packed)) as blocks:
            for block in blocks:
                done += len(block)
                moved(done)
                yield
        self._packed = packed

    def _packing(self, packed: IO[bytes]) -> Generator[bytes, None, None]:
        try:
            if self._kind == "zip":
                pieces = archive_zip.write(self._members, packed, self._when, deflate=True)
                yield from _gathered(pieces)
            else:
                with _compressor(self._kind, packed) as target:
                    for block in _gathered(archive_tar.blocks(self._members, self._when)):
                        target.write(block)
                        yield block
            self.size = packed.seek(0, os.SEEK_END)
        except OSError as error:
            raise Refused(
                f"'{self.name}' could not be compressed into a temporary file in"
                f" {tempfile.gettempdir()}: {error.strerror or error}. Set TMPDIR to a folder with"
                " more room, or choose .tar or a .zip without compression, which need none."
            ) from error

    def __iter__(self) -> Iterator[bytes]:
        """Read the archive from its beginning."""
        if self.is_packed:
            return self._stored_blocks()
        made = archive_zip.stored if self._kind == "zip" else archive_tar.blocks
        return _gathered(made(self._members, self._when))

    def _stored_blocks(self) -> Generator[bytes, None, None]:
        assert self._packed is not None
        self._packed.seek(0)
        while block := self._packed.read(BLOCK):
            yield block

    def close(self) -> None:
        """Remove the temporary file."""
        self._opened.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end(steps: Generator[None, None, None]) -> None:
    # a disk that is full is so once more
    with suppress(Refused, OSError):
        steps.close()


class _ArchiveWalk(_Walk):
    """What goes into an archive: also what is empty, and names of any length."""

    def __init__(self, root: Path, pattern: tuple[str, ...] | None, hidden: bool) -> None:
        super().__init__(root, pattern, hidden)
        self.folders: list[str] = []

    def into(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as entries:
            is_empty = next(entries, None) is None
        if is_empty and prefix and self._pattern is None:
            self.folders.append(prefix.rstrip("/"))
        super().into(folder, prefix)

    def _file(self, file: LocalFile) -> None:
        self.files.append(file)


def _members(folder: Path, pattern: tuple[str, ...] | None, hidden: bool) -> list[ArchiveMember]:
    if not folder.is_dir():
        raise Refused(
            f"'{folder}' is no folder; upload() takes a file"
            if folder.exists()
            else f"there is no folder '{folder}'"
        )
    walk = _ArchiveWalk(folder, pattern, hidden)
    try:
        walk.into(folder, "")
    except OSError as error:
        raise Refused(f"the folder '{folder}' cannot be read: {error.strerror or error}") from error
    if walk.problems:
        told = "\n".join(f"- {problem}" for problem in walk.problems)
        raise Refused(f"'{folder}' cannot become an archive:\n{told}")
    members = [ArchiveMember.of(file.name, file.path) for file in walk.files]
    if not members:
        wanted = "" if pattern is None else f" like {' or '.join(map(repr, pattern))}"
        raise Refused(f"'{folder}' holds no files{wanted}")
    members += [ArchiveMember(name) for name in walk.folders]
    names = Counter(member.name for member in members)
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise Refused(
            f"'{folder}' has several files named {', '.join(twice)}, with accents spelt in several"
            " ways; rename all but one"
        )
    for member in members:
        _parts(member.name, "; rename it")
    return sorted(members, key=lambda member: member.name)


def _kind(name: str) -> str:
    # the longest first, though none of these ends like another
    for ending, kind in _ENDINGS.items():
        if name.lower().endswith(ending) and len(name) > len(ending):
            return kind
    raise Refused(f"'{name}' is no name of an archive; end it in one of {', '.join(_ENDINGS)}")


def _moment() -> int:
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told is None:
        return _EPOCH
    # of few digits, for Python refuses to read a number of thousands
    if not told.isdecimal() or len(told) > 10 or int(told) > _LATEST:
        raise Refused(
            f"SOURCE_DATE_EPOCH is {told!r} and no number of seconds from 1970 to 2107 in UTC"
        )
    return int(told)


def _compressor(kind: str, target: IO[bytes]) -> IO[bytes]:
    if kind == "gz":
        # no name and no time, which would make each one another
        return cast("IO[bytes]", gzip.GzipFile("", "wb", 6, target, mtime=0))
    if kind == "bz2":
        return cast("IO[bytes]", bz2.BZ2File(target, "wb"))
    return cast("IO[bytes]", lzma.LZMAFile(target, "wb"))


def _gathered(pieces: Iterable[bytes]) -> Generator[bytes, None, None]:
    """Join small pieces: thousands of small files are not sent one by one."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)
