"""A file that is being downloaded, in any order and over several processes, until it is whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ...errors import ChecksumMismatch, Refused
from ...models.file import FileData
from ..digest import FollowingMd5
from ..memory import trim
from ..overwrite import Target
from . import claim
from .journal import Journal
from .ranges import Span, counted, merged
from .remains import Remains, drop
from .space import FULL, not_enough
from .writing import write_at

HEARTBEAT = 60.0
"""Seconds after which the journal is written although nothing came, so that the owner is seen
to be there."""

_NOTE = 4 << 20
"""Bytes that come between two writings of the journal: what a kill can cost."""

_SYNC = 128 << 20
"""Bytes that come between two orders to the disk: what a power cut can cost."""


_PARTING = 0.1
"""Seconds that writers have to end. Ctrl-C is to be over within one, whatever the disk does."""


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
        self._remains = Remains(target.path, file)
        self._state = threading.Condition()
        self._writers = 0
        self._closed = False
        self._left = False
        self._is_kept = False
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
        journal: Journal | None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if taken := self._remains.take():
                self.path, self._file, journal = taken
            else:
                self.path, self._file = self._remains.begin()
                journal = yield from self._remains.copy(self.path, self._file)
            self._believe(journal)
            self._note()
            self._digest = FollowingMd5(self.path)
        except OSError as error:
            self.close(keep=True)
            raise self._unwritable(error) from error
        self._digest.reach(self.front)
        with self._state:
            # what is there may take long to hash, and the owner is to be seen meanwhile
            self._be_seen()

    def _believe(self, journal: Journal | None) -> None:
        if journal is not None:
            self._have = list(journal.have)
            self._synced = journal.synced
            self.is_continued = bool(self._have)

    # --- what is there --------------------------------------------------------

    @property
    def missing(self) -> int:
        """How many bytes are still to come, as far as can be told without opening it."""
        if self._size is None or self._target.may_be_there:
            return 0
        return self._size - self._remains.count(copied=False)

    @property
    def have(self) -> list[Span]:
        """Which bytes are there."""
        with self._state:
            return list(self._have)

    @property
    def count(self) -> int:
        """How many bytes are there."""
        return counted(self.have)

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
            raise self._unwritable(error) from error
        finally:
            with self._state:
                self._writers -= 1
                self._state.notify_all()
                if size:
                    self._landed(Span(at, at + size))
                if self._left and not self._writers:
                    self._give_up()
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
        if counted(self._have) != self._size:
            self._be_seen()

    def _be_seen(self) -> None:
        if self._keeper is None and self._md5 is not None and self._have:
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
            FileExists: Something of that name appeared meanwhile and may not be replaced.
            Refused: It cannot be written.
        """
        self._stop()
        if self._keeper is not None:
            # Windows renames nothing that is open; elsewhere the disk is waited for next anyway
            self._keeper.join()
        try:
            self._file.truncate(self.front)
            os.fsync(self._file.fileno())
            self._file.close()
            yield None
            yield from self._target.place(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._left = True
        drop(self.path)

    def close(self, *, keep: bool) -> None:
        """Leave it; harmless when that was done, or when it was never opened.

        Args:
            keep: Whether the next call may continue from it, which it does where it can.
        """
        if self._left or not hasattr(self, "_file"):
            return
        self._stop()
        with self._state:
            self._left = True
            self._is_kept = keep
            if not self._writers:
                self._give_up()
            # else a disk hangs: the thread that waits for it writes yet, so nobody may have it

    def _give_up(self) -> None:
        keep = self._is_kept and self._md5 is not None and bool(self._have)
        if keep and not self._file.closed:
            if not claim.boot():
                # whether the machine was started meanwhile will not be known
                with suppress(OSError):
                    os.fsync(self._file.fileno())
                    self._synced = tuple(self._have)
            self._note()
        with suppress(OSError):
            # some network disks say only now that there was no room
            self._file.close()
        if keep:
            self._remains.leave(self.path, counted(self._have))
        else:
            drop(self.path)

    def _stop(self) -> None:
        with self._state:
            self._closed = True
            self._state.wait_for(lambda: not self._writers, _PARTING)
        self._over.set()
        self._flush.set()
        if hasattr(self, "_digest"):
            self._digest.close()

    def _unwritable(self, error: OSError) -> Refused:
        folder = self._target.path.parent
        if error.errno in FULL:
            return not_enough(folder, max(0, (self._size or 0) - self.count))
        return Refused(f"'{folder}' cannot be written: {error.strerror or error}")
