"""The clock of the server that answers, for code that no context reaches."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


# a schema of the library takes no arguments of ours
_clock: ContextVar[Callable[[], datetime]] = ContextVar("_clock", default=utc_now)


@contextmanager
def telling(clock: Callable[[], datetime]) -> Generator[None]:
    """Let this be the clock, as far as the block goes."""
    before = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(before)


def now() -> datetime:
    """What the clock shows, in UTC."""
    return _clock.get()()


def today() -> str:
    """The day in UTC; embargoes end when it begins."""
    return now().date().isoformat()
