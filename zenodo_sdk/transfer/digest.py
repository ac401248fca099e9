"""MD5 beside the transfer: computed in the same pass, by another thread."""

from __future__ import annotations

import hashlib
import queue
import threading

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
