"""What earlier calls left of a file, and other processes hold: looked at, taken over, copied."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import IO

from ...models.file import FileData
from . import claim
from .claim import Claims, Found, Owner
from .journal import Journal, read_journal
from .ranges import counted
from .writing import write_at

_STEP = 16 << 20


class Remains:
    """The part files of one target and content.

    Args:
        target: Where the file shall be.
        file: What the server says of it. Only where that is its size and MD5 too, old bytes and new
            ones are known to belong together; of any other file, nothing is gone on with.
    """

    def __init__(self, target: Path, file: FileData) -> None:
        self._size = file.size
        self._md5 = file.md5 if file.size is not None else None
        self._claims = Claims(target, self._md5 or "")
        self._found: list[Found] = []

    def count(self, *, copied: bool) -> int:
        """How many bytes the next call will go on with, as far as can be told without taking them.

        Not those of a process that is at work: it goes on with them itself.

        Args:
            copied: Whether to count what would be copied, and so takes as much room once more.
        """
        if self._md5 is None:
            return 0
        wanted = (
            found
            for found in self._claims.found()
            if found.is_free or (copied and _is_quiet(found, time.time()))
        )
        journals = (self._journal(found.path) for found in wanted)
        return max((counted(journal.have) for journal in journals if journal), default=0)

    def take(self) -> tuple[Path, IO[bytes], Journal] | None:
        """Take what nobody uses any more, the fullest; the others are in its way, and removed.

        Returns:
            The part file, opened to write, and what is there of it; None where there is none.
        """
        mine: list[tuple[int, Path, Journal]] = []
        # looked for once: in a folder of many thousand files that takes its time
        self._found = list(self._claims.found())
        for found in self._found:
            path = self._claims.take(found) if found.is_free else None
            journal = path and self._journal(path)
            if path and journal:
                mine.append((counted(journal.have), path, journal))
            elif path:
                drop(path)
        mine.sort(key=lambda each: each[0])
        while mine:
            _, path, journal = mine.pop()
            try:
                file = path.open("r+b", buffering=0)
            except OSError:
                # somebody else's, in a folder that several write to
                self._claims.give_back(path)
                continue
            for _, other, _ in mine:
                drop(other)
            return path, file, journal
        return None

    def begin(self) -> tuple[Path, IO[bytes]]:
        """Make a part file.

        Raises:
            OSError: The folder cannot be written.
        """
        owner = Owner.new()
        path = self._claims.own(owner)
        # before it is there, or another thread would take it for left behind
        claim.hold(owner)
        try:
            # by open() and not by tempfile, so that it has the mode that the umask says
            return path, path.open("x+b", buffering=0)
        except BaseException:
            claim.let_go(path)
            raise

    def copy(self, path: Path, file: IO[bytes]) -> Generator[None, None, Journal | None]:
        """Take over the bytes of an owner who cannot be asked, and was quiet for long.

        It may only sleep, with the file open. So its bytes are copied, and its file is left to it,
        without a name.

        Args:
            path: The part file to copy them to, made just now.
            file: The same, open.

        Returns:
            What is there of it then; None where there is no such owner.
        """
        # by the clock of the disk, which may be another machine's
        now = path.stat().st_mtime
        best: tuple[int, Path, Journal] | None = None
        for found in self._found:
            journal = self._journal(found.path) if _is_quiet(found, now) else None
            if journal and counted(journal.have) > (best[0] if best else 0):
                best = (counted(journal.have), found.path, journal)
        if best is None:
            return None
        _, old, journal = best
        with old.open("rb", buffering=0) as source:
            for start, end in journal.have:
                for at in range(start, end, _STEP):
                    source.seek(at)
                    write_at(file, at, [source.read(min(_STEP, end - at))])
                    yield
        drop(old)
        return Journal(journal.size, journal.md5, claim.boot(), journal.have)

    def leave(self, path: Path, count: int) -> None:
        """Leave a part file to whoever comes next, unless a fuller one lies there already.

        Args:
            path: The part file.
            count: How many bytes are there of it.
        """
        other = self._journal(self._claims.idle)
        if other and counted(other.have) > count:
            drop(path)
        else:
            self._claims.give_back(path)

    def _journal(self, path: Path) -> Journal | None:
        if self._md5 is None or self._size is None:
            return None
        return read_journal(path, self._size, self._md5, claim.boot())


def _is_quiet(found: Found, now: float) -> bool:
    try:
        return now - found.path.stat().st_mtime > claim.QUIET
    except OSError:
        return False


def drop(path: Path) -> None:
    """Remove a part file of ours."""
    with suppress(OSError):
        path.unlink()
    claim.let_go(path)
