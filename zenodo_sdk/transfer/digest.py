"""MD5 beside the transfer: computed in the same pass, by another thread."""

from __future__ import annotations

import errno
import hashlib
import queue
import threading
from pathlib import Path

_WAITING = 8
"""Blocks that may wait for the digest, which bounds the memory."""


class RunningMd5:
    """An MD5 that keeps up with a transfer without slowing it.

    hashlib lets other threads run while it works on large blocks, so sending and hashing
    overlap. Use it as a context manager: its thread ends with the block.
    """

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._blocks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._work, name="zenodo-sdk-md5", daemon=True)
        self._ended = False
        self._thread.start()

    def update(self, block: bytes) -> None:
        """Take the next block; waits while too many are in line."""
        self._blocks.put(block)

    def hexdigest(self) -> str:
        """Wait for the last block and tell the digest; no block may follow."""
        self.close()
        return self._md5.hexdigest()

    def close(self) -> None:
        """End the thread."""
        if not self._ended:
            self._ended = True
            self._blocks.put(None)
            self._thread.join()

    def __enter__(self) -> RunningMd5:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while (block := self._blocks.get()) is not None:
            self._md5.update(block)


_STRIDE = 1 << 20
"""Bytes that are read and hashed at a time, and from which on a thread is worth it."""


class FollowingMd5:
    """An MD5 of a file that is being written, in any order, following what is there from its start.

    It reads the file itself: what is hashed is what is on the disk, and it is the same for bytes
    that came now, in an earlier process, or out of order. Its thread begins when there is enough
    to do.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._news = threading.Condition()
        self._front = 0
        self._hashed = 0
        self._closed = False
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    def reach(self, front: int) -> None:
        """Note that so many bytes are there, from the start without a gap."""
        with self._news:
            # threads that wrote may come in another order than they wrote
            self._front = max(front, self._front)
            if self._thread is None and front >= _STRIDE and not self._closed:
                thread = threading.Thread(target=self._work, name="zenodo-sdk-md5", daemon=True)
                thread.start()
                # only now: the system may have no thread left, and close() waits for this one
                self._thread = thread
            self._news.notify_all()

    @property
    def lag(self) -> int:
        """How many bytes are there, without a gap, and not hashed yet."""
        with self._news:
            return self._front - self._hashed

    def hexdigest(self, wait: float) -> str | None:
        """The digest of all that is there; None where it is not known within so many seconds."""
        if self._thread is None:
            self._follow()
        with self._news:
            self._news.wait_for(lambda: self._error or self._hashed == self._front, wait)
            if self._error is not None:
                raise self._error
            return self._md5.hexdigest() if self._hashed == self._front else None

    def close(self) -> None:
        """End the thread; it ends within a stride."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._file.close()

    def _work(self) -> None:
        try:
            self._follow()
        except OSError as error:
            with self._news:
                self._error = error
                self._news.notify_all()

    def _follow(self) -> None:
        buffer = memoryview(bytearray(min(_STRIDE, max(self._front, 1))))
        while n_bytes := self._next(buffer):
            self._md5.update(buffer[:n_bytes])
            with self._news:
                self._hashed += n_bytes
                self._news.notify_all()

    def _next(self, buffer: memoryview) -> int:
        """Read what comes next; nothing at the end."""
        with self._news:
            if self._thread is not None:
                self._news.wait_for(lambda: self._closed or self._front > self._hashed)
            wanted = 0 if self._closed else min(len(buffer), self._front - self._hashed)
        n_bytes = self._file.readinto(buffer[:wanted]) if wanted else 0
        if wanted and not n_bytes:
            raise OSError(errno.EIO, "the part file became shorter while it was written")
        return n_bytes or 0
