"""The request budget that a host grants, kept from the headers of its answers."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_WAIT = 60.0
"""Seconds; windows on Zenodo last a minute, and a header that says more is not trusted."""

_ROUNDING = 1.5
"""Seconds by which two answers may differ about the end of one window."""


@dataclass(slots=True)
class _Window:
    remaining: int
    ends: float


class Budget:
    """How many requests of each family the host still takes, shared by a client's threads.

    ``X-RateLimit-Remaining`` says how many; ``X-RateLimit-Reset`` (seconds since the epoch) or
    ``Retry-After`` (sent on every answer) says until when. The window's end is kept on the
    client's own clock, for the two clocks may differ.
    """

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._lock = threading.Lock()

    def take(self, family: str, now: float) -> float:
        """Take one request out of the budget.

        Args:
            family: The limit that the request counts against.
            now: Seconds on a clock that only goes forward.

        Returns:
            Seconds to wait before it may be sent; 0 mostly. After waiting, take again.
        """
        with self._lock:
            window = self._windows.get(family)
            if window is None or now >= window.ends:
                self._windows.pop(family, None)
                return 0.0
            if window.remaining > 0:
                window.remaining -= 1
                return 0.0
            return min(LONGEST_WAIT, window.ends - now)

    def note(self, family: str, headers: Mapping[str, str], now: float, epoch: float) -> None:
        """Learn from an answer.

        Answers of parallel requests come in any order, so within a window the lowest number
        that was heard of holds.

        Args:
            family: The limit that the request counted against.
            headers: The answer's headers, names in lower case.
            now: Seconds on the clock that ``take`` is asked with.
            epoch: Seconds since the epoch.
        """
        remaining = _number(headers.get("x-ratelimit-remaining"))
        if remaining is None:
            return
        ends_in = _number(headers.get("retry-after"))
        if ends_in is None:
            reset = _number(headers.get("x-ratelimit-reset"))
            ends_in = None if reset is None else reset - epoch
        if ends_in is None or ends_in <= 0:
            return
        told = _Window(int(remaining), now + min(ends_in, LONGEST_WAIT))
        with self._lock:
            known = self._windows.get(family)
            if known is not None and now < known.ends and told.ends <= known.ends + _ROUNDING:
                # the earlier end, so that a late word of the window before delays nothing for long
                told.remaining = min(told.remaining, known.remaining)
                told.ends = min(told.ends, known.ends)
            self._windows[family] = told


def _number(text: str | None) -> float | None:
    try:
        number = math.nan if text is None else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
