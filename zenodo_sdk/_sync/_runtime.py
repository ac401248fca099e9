"""Where the two colours differ: waiting, threads, working side by side.

Its twin in the other colour and this file are the only pair that is not generated.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")

Lock = threading.Lock

_LISTEN = 0.1
"""Seconds between two looks for Ctrl-C: on Windows none comes through while a thread waits."""

_PARTING = 1.0
"""Seconds that workers have after Ctrl-C to remove what they began."""


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
    """Do the same for several items, a few at once; the first error ends it all.

    Ctrl-C does not wait for the server: a worker that does is left behind, and being a daemon
    (which those of a ThreadPoolExecutor are not) it does not keep the interpreter either.
    """
    todo: deque[tuple[int, S] | None] = deque(enumerate(items))
    running = min(at_once, len(todo))
    todo.extend([None] * running)
    results: dict[int, T] = {}
    errors: list[BaseException] = []
    stop = threading.Event()
    ended = threading.Semaphore(0)

    def one_by_one() -> None:
        _worker.stop = stop
        try:
            for position, item in iter(todo.popleft, None):
                _go_on()
                results[position] = work(item)
        except BaseException as error:
            # before others end because of it
            errors.append(error)
            stop.set()
        finally:
            ended.release()

    try:
        for _ in range(running):
            threading.Thread(target=one_by_one, name="zenodo-sdk", daemon=True).start()
        while running and all(isinstance(error, Exception) for error in errors[:1]):
            running -= ended.acquire(timeout=_LISTEN)
    finally:
        # after Ctrl-C, here or in a callback: what still runs ends at its next block
        stop.set()
        deadline = time.monotonic() + _PARTING
        while running and time.monotonic() < deadline:
            running -= ended.acquire(timeout=_LISTEN)
    if errors:
        raise errors[0]
    return [results[position] for position in sorted(results)]


def _go_on() -> None:
    if _worker.stop is not None and _worker.stop.is_set():
        raise _Stopped
