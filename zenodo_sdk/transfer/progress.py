"""How far a transfer is.

What transfers holds one :class:`Reporter` for a call, and says what happens as it happens; what is
told to the caller, and how often, is decided here::

    reporter = Reporter(progress)  # or None: then nothing is told, and nothing is counted
    for each file of the call:
        reporter.waiting(name, size, "download")  # all of them, before anything moves
    file = reporter.file(name, size, "download")
    file.phase("hashing")  # what is here is read
    file.at(10_000_000)  # of which so much is kept, of an earlier process say
    file.moved(len(block))  # from any thread; says "moving" by itself
    file.moved(-4096)  # a part is lost, and will come again
    file.phase("retrying")  # until the next bytes
    file.phase("verifying")
    file.phase("done")  # or "skipped", "failed": nothing is told of it after that

All of it may be called from any thread. What the caller's function raises comes out of these
calls; it is not called again after that, so that cleaning up can go on saying what happens.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

_APART = 0.1
"""Seconds between two events of a file that moves."""

_WINDOW = 3.0
"""Seconds over which a rate is taken."""

Direction: TypeAlias = Literal["upload", "download"]
"""Which way the bytes go."""

Phase: TypeAlias = Literal[
    "waiting", "hashing", "moving", "retrying", "verifying", "done", "skipped", "failed"
]
"""What is being done for a file.

``waiting``: it is planned and not begun. ``hashing``: what is here is read to compare it.
``moving``: bytes are on their way. ``retrying``: a connection failed or stalled, and its part is
asked for anew; other parts may be moving. ``verifying``: every byte is there, and size and MD5 are
being compared. ``done``: it is verified. ``skipped``: nothing was moved, for it is there already.
``failed``: it ended with an error.
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the transfer of one file is.

    Attributes:
        name: The file's name.
        done: Bytes that are where they shall be, those of an earlier attempt or process included;
            falls when a transfer has to start anew.
        total: Bytes in all; None where the server does not say.
        direction: Which way they go.
        phase: What is being done.
        rate: Bytes a second, over the last seconds; None before anything moved.
    """

    name: str
    done: int
    total: int | None
    direction: Direction
    phase: Phase = "moving"
    rate: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing more will come of this file, and it is where it shall be."""
        return self.phase in ("done", "skipped")


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called with how far a transfer is, mostly from a worker thread, and never twice at once."""


class Reporter:
    """Tells a caller's function how far the files of one call are; see above.

    The function is never entered twice at once. While a file moves it is called about ten times a
    second; the first bytes, the last, every change of phase and every fall always come through.

    Args:
        callback: The function; None to tell nobody.
        clock: Seconds that only grow.
    """

    def __init__(
        self, callback: ProgressCallback | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._callback = callback
        self._clock = clock
        self._telling = threading.Lock()

    def waiting(self, name: str, total: int | None, direction: Direction) -> None:
        """Tell that a file is planned, so that a display knows how many there are."""
        self._tell(lambda: Progress(name, 0, total, direction, "waiting"))

    def file(self, name: str, total: int | None, direction: Direction) -> FileReporter:
        """What tells of one file."""
        return FileReporter(self, name, total, direction)

    def _tell(self, event: Callable[[], Progress | None]) -> None:
        if self._callback is None:
            return
        with self._telling:
            # made only now, for it shall not be older than what was told before
            progress = event()
            if progress is None or self._callback is None:
                return
            try:
                self._callback(progress)
            except BaseException:
                self._callback = None
                raise


class FileReporter:
    """Tells how far one file is; see :meth:`Reporter.file`."""

    def __init__(
        self, reporter: Reporter, name: str, total: int | None, direction: Direction
    ) -> None:
        self._reporter = reporter
        self._name = name
        self._total = total
        self._direction: Direction = direction
        self._lock = threading.Lock()
        self._done = 0
        self._phase: Phase = "waiting"
        self._rate = Rate()
        self._due = float("-inf")
        self._news = 0
        self._told = 0

    def moved(self, n_bytes: int) -> None:
        """Say that so many more bytes are where they shall be; fewer, if it is negative.

        Args:
            n_bytes: How many since the last call.
        """
        if self._reporter._callback is None:
            return
        with self._lock:
            if self._is_over():
                return
            now = self._reporter._clock()
            began = self._enter("moving", now)
            self._rate.add(max(n_bytes, 0), now)
            if not (self._set(self._done + n_bytes, now) or began):
                return
        self._tell()

    def at(self, done: int) -> None:
        """Say how many bytes are where they shall be; what was there before has not moved.

        Args:
            done: Bytes.
        """
        if self._reporter._callback is None:
            return
        with self._lock:
            if self._is_over() or not self._set(done, self._reporter._clock()):
                return
        self._tell()

    def phase(self, phase: Phase) -> None:
        """Say what is being done now; nothing more is told after "done", "skipped", "failed"."""
        if self._reporter._callback is None:
            return
        with self._lock:
            if self._is_over() or not self._enter(phase, self._reporter._clock()):
                return
            if phase in ("done", "skipped") and self._total is not None:
                self._done = self._total
        self._tell()

    def _set(self, done: int, now: float) -> bool:
        """Set how many bytes are there, and say whether that is to be told now."""
        before, self._done = self._done, done
        if done == before:
            return False
        self._news += 1
        last = self._total is not None and before < self._total <= done
        if not (last or done < before or now >= self._due):
            return False
        self._due = now + _APART
        return True

    def _is_over(self) -> bool:
        return self._phase in ("done", "skipped", "failed")

    def _enter(self, phase: Phase, now: float) -> bool:
        if phase == self._phase:
            return False
        self._phase = phase
        self._news += 1
        # the first bytes of a phase are told
        self._due = now
        if phase == "moving":
            self._rate.begin(now)
        return True

    def _tell(self) -> None:
        self._reporter._tell(self._event)

    def _event(self) -> Progress | None:
        with self._lock:
            if self._told == self._news:
                # another thread told it already, with what came meanwhile
                return None
            self._told = self._news
            rate = self._rate.at(self._reporter._clock())
            return Progress(self._name, self._done, self._total, self._direction, self._phase, rate)


class Rate:
    """Bytes a second over the last seconds."""

    def __init__(self) -> None:
        self._moved = 0
        self._samples: deque[tuple[float, int]] = deque()

    def begin(self, now: float) -> None:
        """Begin to count, unless it has begun."""
        if not self._samples:
            self._samples.append((now, self._moved))

    def add(self, n_bytes: int, now: float) -> None:
        """Count bytes."""
        self.begin(now)
        self._moved += n_bytes
        # a few samples a second are enough, however small the blocks are
        if now - self._samples[-1][0] >= _APART:
            self._samples.append((now, self._moved))

    def at(self, now: float) -> float | None:
        """The rate; None before it can be told."""
        if not self._samples or not self._moved:
            return None
        start = now - _WINDOW
        while len(self._samples) > 1 and self._samples[1][0] <= start:
            self._samples.popleft()
        began, before = self._samples[0]
        later, after = self._samples[1] if len(self._samples) > 1 else (now, self._moved)
        if start > began:
            # only the end of the oldest stretch lies in the window: a stall is soon forgotten
            before += round((after - before) * (start - began) / (later - began))
            began = start
        # the first bytes come out of buffers
        return (self._moved - before) / (now - began) if now - began >= _APART else None
