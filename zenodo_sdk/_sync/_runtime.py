"""Where the two colours differ: waiting, threads, working side by side.

Its twin in the other colour and this file are the only pair that is not generated.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")

Lock = threading.Lock

_LISTEN = 0.1
"""Seconds between two looks for Ctrl-C: on Windows none comes through while a thread waits."""

_PARTING = 0.5
"""Seconds that workers have after Ctrl-C to remove what they began."""


class _Stopped(BaseException):
    """Ends a worker whose result nobody wants any more, as a cancellation ends a task."""


class Slots:
    """So many may be in it at once; a context manager."""

    def __init__(self, slots: int) -> None:
        self._free = threading.Semaphore(slots)

    def __enter__(self) -> None:
        while not self._free.acquire(timeout=_LISTEN):
            _go_on()

    def __exit__(self, *_: object) -> None:
        self._free.release()


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


def steps(work: Iterator[object]) -> None:
    """Do something that blocks for long, in steps; Ctrl-C comes between two of them."""
    _go_on()
    for _ in work:
        _go_on()


def stream(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Take blocks from an iterator that reads a disk."""
    for block in blocks:
        _go_on()
        yield block


class Crew:
    """Workers at one task, which can become more while they work; the first error ends them all.

    Ctrl-C does not wait for the server: a worker that does is left behind, and being a daemon
    (which those of a ThreadPoolExecutor are not) it does not keep the interpreter either.

    Args:
        work: What each of them does, until there is nothing left for it to do.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._stop = threading.Event()
        self._ended = threading.Semaphore(0)
        self._errors: list[BaseException] = []
        self._lock = threading.Lock()
        self._working = 0

    def run(self, workers: int) -> None:
        """Let so many work, and those that are hired meanwhile, until all are done."""
        try:
            self.hire(workers)
            while self._working and all(isinstance(error, Exception) for error in self._errors[:1]):
                self._listen()
        finally:
            # after Ctrl-C, here or in a callback: what still runs ends at its next block
            self._stop.set()
            deadline = time.monotonic() + _PARTING
            while self._working and time.monotonic() < deadline:
                self._listen()
        if self._errors:
            raise self._errors[0]

    def hire(self, workers: int) -> None:
        """Let so many more work; called by one that does."""
        for _ in range(workers):
            with self._lock:
                self._working += 1
            try:
                threading.Thread(target=self._one, name="zenodo-sdk", daemon=True).start()
            except RuntimeError:
                # the system has no thread left: nobody shall wait for this one
                self._ended.release()
                raise

    def _one(self) -> None:
        _worker.stop = self._stop
        try:
            _go_on()
            self._work()
        except BaseException as error:
            # before others end because of it
            self._errors.append(error)
            self._stop.set()
        finally:
            self._ended.release()

    def _listen(self) -> None:
        if self._ended.acquire(timeout=_LISTEN):
            with self._lock:
                self._working -= 1


def side_by_side(work: Callable[[S], T], items: Iterable[S], at_once: int) -> list[T]:
    """Do the same for several items, a few at once; the first error ends it all."""
    todo = deque(enumerate(items))
    results: dict[int, T] = {}

    def one_by_one() -> None:
        for position, item in _taken(todo):
            _go_on()
            results[position] = work(item)

    Crew(one_by_one).run(min(at_once, len(todo)))
    return [results[position] for position in sorted(results)]


def _taken(todo: deque[S]) -> Iterator[S]:
    with suppress(IndexError):
        while True:
            # a look before would be too early: another thread may be faster
            yield todo.popleft()


def _go_on() -> None:
    if _worker.stop is not None and _worker.stop.is_set():
        raise _Stopped
