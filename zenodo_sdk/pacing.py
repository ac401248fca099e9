"""What a host bears: its request budget, from the headers of its answers, and its connections.

One :class:`Pace` for each host, shared by all clients, threads and tasks of the process, for the
host counts them together.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_WAIT = 60.0
"""Seconds; windows on Zenodo last a minute, and a header that says more is not trusted."""

_ROUNDING = 1.5
"""Seconds by which two answers may differ about the end of one window."""


CONNECTIONS = 8
"""Contents that move at once. Measured on zenodo.org: eight connections are thirty times as fast
as one, sixteen are slower than eight, and more get a client blocked."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What is left of one of the host's limits.

    Attributes:
        limit: Requests in a window; None as long as the host has not told.
        remaining: Requests that are left in this window, by what is known here; None likewise.
        resets: When the next window begins (UTC, by this machine's clock); None likewise.
    """

    limit: int | None = None
    remaining: int | None = None
    resets: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How much a host still takes from this process.

    Attributes:
        api: The limit of all requests but searches.
        search: The limit of searches in public records.
        connections: How many files' contents are moving to or from the host.
    """

    api: RateLimit
    search: RateLimit
    connections: int


@dataclass(slots=True)
class _Window:
    remaining: int
    ends: float
    limit: int | None = None


class Budget:
    """How many requests of each family the host still takes, shared by all threads.

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

    def left(self, family: str, now: float, today: dt.datetime) -> RateLimit:
        """Tell what is left.

        Args:
            family: The limit.
            now: Seconds on the clock that ``take`` is asked with.
            today: The same moment (UTC).
        """
        with self._lock:
            window = self._windows.get(family)
            if window is None or now >= window.ends:
                return RateLimit(limit=None if window is None else window.limit)
            resets = today + dt.timedelta(seconds=window.ends - now)
            return RateLimit(window.limit, window.remaining, resets)

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
        limit = _number(headers.get("x-ratelimit-limit"))
        told = _Window(
            int(remaining),
            now + min(ends_in, LONGEST_WAIT),
            None if limit is None else int(limit),
        )
        with self._lock:
            known = self._windows.get(family)
            if known is not None and now < known.ends and told.ends <= known.ends + _ROUNDING:
                # the earlier end, so that a late word of the window before delays nothing for long
                told.remaining = min(told.remaining, known.remaining)
                told.ends = min(told.ends, known.ends)
            self._windows[family] = told


class Pace:
    """The budget of a host, and the connections that move contents to or from it."""

    def __init__(self) -> None:
        self.budget = Budget()
        self._moving = 0
        self._lock = threading.Lock()

    def occupy(self, wanted: int, least: int = 1) -> int:
        """Take connections for moving contents.

        Args:
            wanted: How many there is work for.
            least: How many to take whatever others have; 0 for more than one has already.

        Returns:
            How many to use, :data:`CONNECTIONS` at most in the whole process; but always one,
            so that nobody waits for another one's hours of transfer. Give them back with
            ``free``.
        """
        with self._lock:
            taken = max(least, min(wanted, CONNECTIONS - self._moving))
            self._moving += taken
            return taken

    def free(self, connections: int) -> None:
        """Give connections back."""
        with self._lock:
            self._moving -= connections

    def limits(self, now: float, today: dt.datetime) -> RateLimits:
        """Tell how much the host still takes; arguments as for ``Budget.left``."""
        return RateLimits(
            self.budget.left("api", now, today),
            self.budget.left("search", now, today),
            self._moving,
        )


_lock = threading.Lock()
_paces: dict[str, Pace] = {}


def pace_of(base_url: str) -> Pace:
    """The pace that a host bears."""
    with _lock:
        return _paces.setdefault(base_url, Pace())


def _number(text: str | None) -> float | None:
    try:
        number = math.nan if text is None else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
