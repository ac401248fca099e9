"""A file of which nobody tells the MD5 beforehand: private until it is verified in another way."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress

from ...errors import Refused
from ..download import claim
from ..download.claim import Claims, Owner
from ..download.space import FULL, not_enough
from ..overwrite import Target


class FreshFile:
    """A file that is being received; open it before use, as a context manager.

    The bytes go to a part file of its own beside the target, which gets its name in one step, by
    :meth:`place`. Until then, and after any failure, nothing has that name. What was received in
    part is not kept: nothing tells what it is part of.

    Args:
        target: Where the file shall be.
        size: How many bytes it will have, as far as that is known.
    """

    def __init__(self, target: Target, size: int) -> None:
        self._target = target
        self._size = size
        self._done = 0
        self._opened = ExitStack()
        self._claims = Claims(target.path, "")
        self._owner = Owner.new()
        self.path = self._claims.own(self._owner)
        """The part file."""

    def open(self) -> None:
        """Make the part file.

        Raises:
            Refused: The folder cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._clear_up()
            claim.hold(self._owner)
            self._opened.callback(claim.let_go, self.path)
            # made by open() and not by tempfile, so that it has the mode that the umask says
            self._file = self.path.open("xb")
        except OSError as error:
            raise self._unwritable(error) from error
        self._opened.callback(self.path.unlink, missing_ok=True)
        self._opened.callback(self._file.close)

    def _clear_up(self) -> None:
        """Remove what processes left that were killed."""
        for found in list(self._claims.found()):
            if found.is_free:
                taken = self._claims.take(found)
                if taken is not None:
                    with suppress(OSError):
                        taken.unlink()
                    claim.let_go(taken)

    def write(self, blocks: Iterable[bytes]) -> int:
        """Take the next blocks.

        Returns:
            How many bytes they have.

        Raises:
            NotEnoughSpace: There is no room for them.
        """
        done = self._done
        try:
            for block in blocks:
                self._done += self._file.write(block)
        except OSError as error:
            raise self._unwritable(error) from error
        return self._done - done

    def restart(self) -> None:
        """Forget what came so far: the transfer starts anew."""
        self._done = 0
        try:
            # which writes what is still in memory, and may find no room for it
            self._file.seek(0)
            self._file.truncate()
        except OSError as error:
            raise self._unwritable(error) from error

    def flush(self) -> None:
        """Let others read all that was written."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def place(self) -> Iterator[object]:
        """Give the file its name.

        Raises:
            FileExists: A file of that name appeared meanwhile and may not be replaced.
        """
        self.flush()
        self._file.close()
        yield None
        try:
            yield from self._target.place(self.path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> Refused:
        folder = self.path.parent
        if error.errno in FULL:
            return not_enough(folder, max(0, self._size - self._done))
        return Refused(f"'{folder}' cannot be written: {error.strerror or error}")

    def close(self) -> None:
        """Drop the part file, unless it was placed."""
        # buffered bytes may find no room now, and nobody wants them
        with suppress(OSError):
            self._opened.close()

    def __enter__(self) -> FreshFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
