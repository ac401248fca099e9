"""Where the two colours differ: waiting, threads, working side by side.

Its twin in the other colour and this file are the only pair that is not generated.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")

Lock = threading.Lock


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def in_thread(work: Callable[[], T]) -> T:
    """Do something that blocks."""
    return work()


def stream(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Take blocks from an iterator that reads a disk."""
    return blocks


def side_by_side(work: Callable[[S], T], items: Iterable[S], at_once: int) -> list[T]:
    """Do the same for several items, a few at once; the first error ends it all."""
    with ThreadPoolExecutor(at_once, thread_name_prefix="zenodo-sdk") as pool:
        futures = [pool.submit(work, item) for item in items]
        done, waiting = wait(futures, return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
        for future in futures:
            if future in done and (error := future.exception()) is not None:
                raise error
        return [future.result() for future in futures]
