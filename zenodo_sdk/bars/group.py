"""What is known of files that are moved together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ..transfer.progress import Direction, Phase, Progress, Rate

_SILENCE = 3.0
"""Seconds without a byte after which a file that moves waits for the network."""

_OVER: tuple[Phase, ...] = ("done", "skipped", "failed")
MOVING: tuple[Phase, ...] = ("moving", "retrying", "verifying", "failed")
"""Phases whose events tell of bytes that moved since the one before; in others, they were there."""

_BEGUN: tuple[Phase, ...] = ("hashing", "moving", "retrying", "verifying")


@dataclass
class File:
    """How far a file is.

    Attributes:
        last: What was told last.
        at: When that was.
        usual: Seconds between that and what was told before.
        is_stopped: Whether its call ended before it did.
    """

    last: Progress
    at: float
    usual: float = 0.0
    is_stopped: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.is_stopped or self.last.phase in _OVER

    def is_silent(self, now: float) -> bool:
        """Whether nothing comes, much longer than it does between two blocks of a slow line."""
        if self.last.phase not in ("waiting", "moving"):
            return False
        return now - self.at > max(_SILENCE, 3 * self.usual)


@dataclass(frozen=True)
class Look:
    """A group at one moment.

    Attributes:
        files: All of them, in the order in which they were first told.
        begun: Those at work now, in the order in which they began.
        failed: Those that failed.
        over: How many are where they shall be.
        done: Bytes that are.
        total: Bytes in all; None where that is not known of one of them.
        rate: Bytes a second of all together.
        now: When it was.
    """

    files: list[File]
    begun: list[File]
    failed: list[File]
    over: int
    done: int
    total: int | None
    rate: float | None
    now: float


class Group:
    """Files that are moved by one call, or by several at the same time.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[tuple[Direction, str], File] = {}
        self._begun: dict[tuple[Direction, str], File] = {}
        self._rate = Rate()

    def take(self, progress: Progress) -> None:
        """Take what is told of a file."""
        key = (progress.direction, progress.name)
        with self._lock:
            now = self._clock()
            file = self._files.get(key)
            before = 0
            if file is None:
                file = self._files[key] = File(progress, now)
            else:
                before = file.last.done
                file.usual = now - file.at if file.last.phase == progress.phase else 0.0
                file.last, file.at, file.is_stopped = progress, now, False
            if progress.phase in MOVING:
                self._rate.add(max(0, progress.done - before), now)
            if progress.phase in _BEGUN:
                self._begun.setdefault(key, file)
            else:
                self._begun.pop(key, None)

    def is_outlived_by(self, progress: Progress) -> bool:
        """Whether this is told by a later call, which the group's own did not live to see.

        A call tells of all its files before it begins with one; and it ends with the first that
        fails, mostly without a word of the others.
        """
        if progress.phase != "waiting":
            return False
        with self._lock:
            known = self._files.get((progress.direction, progress.name))
            return (known is not None and known.is_over) or any(
                file.last.phase == "failed" for file in self._files.values()
            )

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of any file."""
        with self._lock:
            return all(file.is_over for file in self._files.values())

    def stop(self) -> None:
        """Say that the call is over, whatever became of its files."""
        with self._lock:
            for file in self._files.values():
                file.is_stopped = file.last.phase not in _OVER
            self._begun.clear()

    def look(self) -> Look:
        """What it is now."""
        with self._lock:
            files = list(self._files.values())
            totals = [file.last.total for file in files]
            return Look(
                files,
                list(self._begun.values()),
                [file for file in files if file.last.phase == "failed"],
                sum(file.last.is_complete for file in files),
                sum(file.last.done for file in files),
                None if None in totals else sum(total or 0 for total in totals),
                self._rate.at(now := self._clock()),
                now,
            )
