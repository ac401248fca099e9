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


class _Stopped(BaseException):
    """Ends a worker whose result nobody wants any more, as a cancellation ends a task."""


class _Worker(threading.local):
    stop: threading.Event | None = None


_worker = _Worker()


def sleep(seconds: float) -> None:
    """Wait."""
    if _worker.stop is None:
        time.sleep(seconds)
    elif _worker.stop.wait(seconds):
        raise _Stopped


def in_thread(work: Callable[[], T]) -> T:
    """Do something that blocks."""
    _go_on()
    return work()


def stream(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Take blocks from an iterator that reads a disk."""
    for block in blocks:
        _go_on()
        yield block


def side_by_side(work: Callable[[S], T], items: Iterable[S], at_once: int) -> list[T]:
    """Do the same for several items, a few at once; the first error ends it all."""
    stop = threading.Event()
    errors: list[BaseException] = []

    def one(item: S) -> T:
        _worker.stop = stop
        _go_on()
        try:
            return work(item)
        except BaseException as error:
            # before this thread takes the next one, and before others end because of it
            errors.append(error)
            stop.set()
            raise

    with ThreadPoolExecutor(at_once, thread_name_prefix="zenodo-sdk") as pool:
        try:
            futures = [pool.submit(one, item) for item in items]
            wait(futures, return_when=FIRST_EXCEPTION)
            if errors:
                raise errors[0]
            return [future.result() for future in futures]
        finally:
            # also after Ctrl-C: what still runs ends at its next block
            stop.set()


def _go_on() -> None:
    if _worker.stop is not None and _worker.stop.is_set():
        raise _Stopped
