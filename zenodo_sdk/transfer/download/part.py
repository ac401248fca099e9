"""A file that is being downloaded, in any order and over several processes, until it is whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from ...errors import ChecksumMismatch, Refused
from ...models.file import FileData
from ..digest import FollowingMd5
from ..memory import trim
from ..overwrite import Target
from . import claim
from .claim import Claims, Owner
from .journal import Journal, read_journal
from .ranges import Span, gaps, merged
from .space import FULL, not_enough
from .writing import write_at

HEARTBEAT = 60.0
"""Seconds after which the journal is written although nothing came, so that the owner is seen
to be there."""

_NOTE = 4 << 20
"""Bytes that come between two writings of the journal: what a kill can cost."""

_SYNC = 128 << 20
"""Bytes that come between two orders to the disk: what a power cut can cost."""

_STEP = 16 << 20


class Part:
    """A part file beside the target; open it before use. Its methods may be called by any thread.

    Only a file whose size and MD5 the server told can be continued: nothing else proves that old
    bytes and new ones belong together. Any other is removed at the end.

    Args:
        target: Where it shall be.
        file: What the server says of it.
    """

    def __init__(self, target: Target, file: FileData) -> None:
        self._target = target
        self._expected = file
        self._md5 = file.md5 if file.size is not None else None
        self._size = file.size
        self._claims = Claims(target.path, self._md5 or "")
        self._state = threading.Condition()
        self._writers = 0
        self._closed = False
        self._left = False
        self._have: list[Span] = []
        self._synced: tuple[Span, ...] = ()
        self._unnoted = 0
        self._unsynced = 0
        self._keeper: threading.Thread | None = None
        self._over = threading.Event()
        self._flush = threading.Event()
        self.epoch = 0
        """Grows when everything is forgotten; a write of an earlier one does nothing."""
        self.is_continued = False
        """Whether bytes of an earlier call are in it."""

    # --- opening --------------------------------------------------------------

    def open(self) -> Iterator[None]:
        """Find what an earlier call left, or begin; step by step, for it may have to be copied.

        Raises:
            Refused: The folder cannot be written.
        """
        folder = self._target.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not self._continue():
                self._begin()
                yield from self._copy_what_is_left()
            self._note()
            self._digest = FollowingMd5(self.path)
        except OSError as error:
            self.close(keep=True)
            raise self._unwritable(error) from error
        self._digest.reach(self.front)

    def _continue(self) -> bool:
        """Take what nobody uses any more, the fullest first; the others are in its way."""
        mine: list[tuple[int, Path, Journal]] = []
        # looked for once: in a folder of many thousand files that takes its time
        self._found = list(self._claims.found())
        for found in self._found:
            if not found.is_free:
                continue
            path = self._claims.take(found)
            journal = path and self._journal(path)
            if path and journal:
                mine.append((_count(journal.have), path, journal))
            elif path:
                self._drop(path)
        mine.sort(key=lambda each: each[0])
        while mine:
            _, path, journal = mine.pop()
            try:
                self._file: IO[bytes] = path.open("r+b", buffering=0)
            except OSError:
                # somebody else's, in a folder that several write to
                self._claims.give_back(path)
                continue
            for _, other, _ in mine:
                self._drop(other)
            self.path = path
            self._believe(journal)
            return True
        return False

    def _begin(self) -> None:
        owner = Owner.new()
        claim.hold(owner)
        self.path = self._claims.own(owner)
        # made by open() and not by tempfile, so that it has the mode that the umask says
        self._file = self.path.open("x+b", buffering=0)

    def _copy_what_is_left(self) -> Iterator[None]:
        """Take over the bytes of an owner who cannot be asked, and was quiet for long.

        It may only sleep, with the file open. So its bytes are copied, and its file is left to it.
        """
        # by the clock of the disk, which may be another machine's
        now = self.path.stat().st_mtime
        best: tuple[int, Path, Journal] | None = None
        for found in self._found:
            with suppress(OSError):
                if now - found.path.stat().st_mtime <= claim.QUIET:
                    continue
                journal = self._journal(found.path)
                if journal and (best is None or _count(journal.have) > best[0]):
                    best = (_count(journal.have), found.path, journal)
        if best is None:
            return
        _, path, journal = best
        with path.open("rb", buffering=0) as source:
            for start, end in journal.have:
                for at in range(start, end, _STEP):
                    source.seek(at)
                    write_at(self._file, at, [source.read(min(_STEP, end - at))])
                    yield
        self._drop(path)
        self._believe(Journal(journal.size, journal.md5, claim.boot(), journal.have))

    def _journal(self, path: Path) -> Journal | None:
        if self._md5 is None or self._size is None:
            return None
        return read_journal(path, self._size, self._md5, claim.boot())

    def _believe(self, journal: Journal) -> None:
        self._have = list(journal.have)
        self._synced = journal.synced
        self.is_continued = bool(self._have)

    def _drop(self, path: Path) -> None:
        with suppress(OSError):
            path.unlink()
        claim.let_go(path)

    # --- what is there --------------------------------------------------------

    @property
    def missing(self) -> int:
        """How many bytes are still to come, as far as can be told without opening it."""
        if self._size is None or self._target.may_be_there:
            return 0
        journals = (self._journal(found.path) for found in self._claims.found())
        return self._size - max((_count(each.have) for each in journals if each), default=0)

    @property
    def have(self) -> list[Span]:
        """Which bytes are there."""
        with self._state:
            return list(self._have)

    @property
    def count(self) -> int:
        """How many bytes are there."""
        return _count(self.have)

    @property
    def front(self) -> int:
        """How many bytes are there without a gap."""
        have = self.have
        return have[0].end if have and have[0].start == 0 else 0

    @property
    def lag(self) -> int:
        """How many of these are not hashed yet."""
        return self._digest.lag

    # --- writing --------------------------------------------------------------

    def write(self, epoch: int, at: int, blocks: Sequence[bytes]) -> bool:
        """Write what came.

        Args:
            epoch: The part's, at the time that it was asked for.
            at: Where it begins.
            blocks: The bytes.

        Returns:
            False if nothing was written, for nobody wants it any more.

        Raises:
            NotEnoughSpace: The disk is full.
            Refused: It cannot be written.
        """
        with self._state:
            if self._closed or epoch != self.epoch:
                return False
            self._writers += 1
        size = 0
        try:
            size = write_at(self._file, at, blocks)
        except OSError as error:
            if error.errno in FULL:
                missing = gaps(self.have, self._size or 0)
                raise not_enough(self.path.parent, _count(missing)) from error
            raise self._unwritable(error) from error
        finally:
            with self._state:
                self._writers -= 1
                self._state.notify_all()
                if size:
                    self._landed(Span(at, at + size))
        self._digest.reach(self.front)
        return True

    def _landed(self, span: Span) -> None:
        self._have = merged([*self._have, span])
        self._unnoted += span.end - span.start
        self._unsynced += span.end - span.start
        if self._md5 is None or self._closed:
            return
        if self._unnoted >= _NOTE:
            self._note()
        if self._unsynced >= _SYNC:
            self._unsynced = 0
            self._flush.set()
        if self._keeper is None and _count(self._have) != self._size:
            self._keeper = threading.Thread(target=self._keep, name="zenodo-sdk-part", daemon=True)
            self._keeper.start()

    def _note(self) -> None:
        """Write the journal. Cheap: it stays in memory until the disk is told to write."""
        if self._md5 is None or self._size is None:
            return
        self._unnoted = 0
        journal = Journal(self._size, self._md5, claim.boot(), tuple(self._have), self._synced)
        with suppress(OSError):
            # what it cannot say now, it says later
            write_at(self._file, self._size, [journal.encoded()])

    def _keep(self) -> None:
        """Order the disk to write, so that neither the network nor the digest waits for that."""
        with suppress(OSError), self.path.open("r+b", buffering=0) as file:
            while not self._over.is_set():
                wanted = self._flush.wait(HEARTBEAT)
                if self._over.is_set():
                    return
                self._flush.clear()
                with self._state:
                    epoch, have = self.epoch, tuple(self._have)
                if wanted:
                    trim()
                    getattr(os, "fdatasync", os.fsync)(file.fileno())
                with self._state:
                    if self._closed or epoch != self.epoch:
                        continue
                    if wanted:
                        self._synced = have
                    self._note()

    def restart(self) -> None:
        """Forget what came: it starts anew."""
        with self._state:
            self.epoch += 1
            self._state.wait_for(lambda: not self._writers)
            self._have, self._synced = [], ()
            self._unnoted = self._unsynced = 0
            self.is_continued = False
            self._digest.close()
            try:
                self._file.truncate(0)
                self._note()
                self._digest = FollowingMd5(self.path)
            except OSError as error:
                raise self._unwritable(error) from error

    # --- the end --------------------------------------------------------------

    def verify(self, came: int | None = None) -> Iterator[None]:
        """Compare what is there with what the server told; step by step, for the digest may lag.

        Args:
            came: How many bytes there would have been, where they were not all taken.

        Raises:
            ChecksumMismatch: It is something else.
        """
        expected = self._expected
        count = self.count if came is None else came
        if expected.size is not None and count != expected.size:
            raise ChecksumMismatch(
                f"'{expected.name}' came with {count} bytes in place of {expected.size};"
                " nothing was kept. Download it again.",
                name=expected.name,
                expected=f"{expected.size} bytes",
                actual=f"{count} bytes",
            )
        while (actual := self._hexdigest()) is None:
            yield None
        if expected.md5 is not None and actual != expected.md5:
            raise ChecksumMismatch(
                f"'{expected.name}' came with MD5 {actual} in place of {expected.md5}; nothing was"
                " kept. Download it again; if that fails, the repository's copy may be damaged.",
                name=expected.name,
                expected=f"md5:{expected.md5}",
                actual=f"md5:{actual}",
            )

    def _hexdigest(self) -> str | None:
        try:
            return self._digest.hexdigest(0.1)
        except OSError as error:
            raise self._unwritable(error) from error

    def place(self) -> Iterator[object]:
        """Give it its name, in one step.

        Raises:
            Refused: Something of that name appeared meanwhile and may not be replaced.
        """
        self._stop()
        try:
            self._file.truncate(self.front)
            os.fsync(self._file.fileno())
            self._file.close()
            yield None
            yield from self._target.place(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._left = True
        self._drop(self.path)

    def close(self, *, keep: bool) -> None:
        """Leave it; harmless when that was done, or when it was never opened.

        Args:
            keep: Whether the next call may continue from it, which it does where it can.
        """
        if self._left or not hasattr(self, "_file"):
            return
        self._left = True
        self._stop()
        with self._state:
            keep = keep and self._md5 is not None and bool(self._have)
            if keep and not self._file.closed:
                if not claim.boot():
                    # whether the machine was started meanwhile will not be known
                    with suppress(OSError):
                        os.fsync(self._file.fileno())
                        self._synced = tuple(self._have)
                self._note()
            if not self._writers:
                # a disk that hangs is left to the thread that waits for it
                self._file.close()
        other = self._journal(self._claims.idle) if keep else None
        if keep and not (other and _count(other.have) > self.count):
            self._claims.give_back(self.path)
        else:
            self._drop(self.path)

    def _stop(self) -> None:
        with self._state:
            self._closed = True
            self._state.wait_for(lambda: not self._writers, 0.5)
        self._over.set()
        self._flush.set()
        if hasattr(self, "_digest"):
            self._digest.close()

    def _unwritable(self, error: OSError) -> Refused:
        folder = self._target.path.parent
        if error.errno in FULL:
            return not_enough(folder, max(0, (self._size or 0) - self.count))
        return Refused(f"'{folder}' cannot be written: {error.strerror or error}")


def _count(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)
