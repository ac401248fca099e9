"""Memory that was freed, given back to the system."""

from __future__ import annotations

from contextlib import suppress


def trim() -> None:
    """Have glibc give back what is free; nothing happens where there is another allocator.

    It keeps what threads freed, for each of them apart: measured, a download of 20 GiB over eight
    connections to a disk slower than the network grew by 57 MiB, of which nothing was in use.
    """
    # at the first large file and not at import
    import ctypes

    # Windows has no such library, and others no such function
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
