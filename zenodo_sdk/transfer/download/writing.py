"""Writing at a place in a file, from several threads, as the system can do it."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import IO

_MANY = 512
"""Blocks to write at once; systems take 1024."""

_seeking = threading.Lock()


def write_at(file: IO[bytes], at: int, blocks: Sequence[bytes]) -> int:
    """Write blocks one behind the other, without making one of them first.

    Args:
        file: Opened for it, without a buffer.
        at: Where the first one begins.
        blocks: The blocks.

    Returns:
        How many bytes they have.

    Raises:
        OSError: Not all could be written.
    """
    written = 0
    for first in range(0, len(blocks), _MANY):
        group = blocks[first : first + _MANY]
        wanted = written + sum(len(block) for block in group)
        if hasattr(os, "pwritev"):
            written += os.pwritev(file.fileno(), group, at + written)
        if written < wanted:
            # also where a disk that is nearly full took a part: the next call says why
            rest = memoryview(b"".join(group))[written - wanted :]
            while rest:
                n_bytes = _write_one(file, at + written, rest)
                rest, written = rest[n_bytes:], written + n_bytes
    return written


def _write_one(file: IO[bytes], at: int, block: memoryview) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(file.fileno(), block, at)
    with _seeking:
        file.seek(at)
        return file.write(block)
