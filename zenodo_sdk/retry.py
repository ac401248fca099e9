"""When to try again: pure decisions over what became of an attempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .wire.call import Repeat


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient the client is. All times are in seconds.

    Only calls that are safe to repeat are repeated. A call whose answer was lost and that may
    have done its work (create, publish, new version, a file's content) is settled by reading
    instead, and for that ``settle`` says how long to watch.

    Args:
        attempts: How often a safe call is sent at most.
        base: First wait; it doubles from one attempt to the next, with jitter.
        cap: Longest wait between attempts.
        obey: Longest ``Retry-After`` that is waited for; a longer one ends the call.
        settle: How long to watch for the effect of a call whose answer was lost.

    Example:
        >>> Retry(attempts=1).attempts
        1
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 30.0
    obey: float = 120.0
    settle: float = 30.0

    def __post_init__(self) -> None:
        times = (self.base, self.cap, self.obey, self.settle)
        if self.attempts < 1 or not all(seconds >= 0 for seconds in times):
            raise ValueError("attempts must be at least 1, and times must not be negative")

    def backoff(self, attempt: int) -> float:
        """Longest wait after an attempt, counted from 1."""
        # beyond any cap that makes sense, and below what a float can hold
        return float(min(self.cap, self.base * 2.0 ** min(attempt - 1, 100)))

    def watch(self) -> Iterator[float]:
        """Pauses between looks at the server, growing, ``settle`` seconds in all."""
        pause, left = 0.25, self.settle
        while left > 0:
            yield min(pause, left)
            left -= pause
            pause = min(pause * 2, 5.0)


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of an attempt that brought no success.

    Attributes:
        reached: Whether the request may have reached the server.
        status: HTTP status, if there was an answer.
        retry_after: Seconds that the server asked to wait.
    """

    reached: bool = True
    status: int | None = None
    retry_after: float | None = None


def wait_before_next(
    policy: Retry, repeat: Repeat, failure: Failure, attempt: int, jitter: float
) -> float | None:
    """Decide whether and when to send a call again.

    Args:
        policy: How patient to be.
        repeat: Whether the call may be sent twice.
        failure: What became of it.
        attempt: How often it has been sent, from 1.
        jitter: A random number from 0 to 1, so that clients do not come back together.

    Returns:
        Seconds to wait, or None to stop.
    """
    if attempt >= policy.attempts:
        return None
    backoff = policy.backoff(attempt) * (0.5 + jitter / 2)
    asked: float | None = None
    match failure:
        case Failure(status=429):
            # refused before any work was done, so any call may come back
            asked = failure.retry_after
        case Failure(status=None, reached=False):
            pass
        case _ if repeat is Repeat.NEVER:
            return None
        case Failure(status=503):
            asked = failure.retry_after
        case Failure(status=None | 408 | 502 | 504):
            # gateways that could not reach the application, or gave up waiting for it
            pass
        case Failure(status=500) if attempt == 1:
            # mostly deterministic, yet a restart of the server looks like this too
            pass
        case _:
            return None
    if asked is None:
        return backoff
    return None if asked > policy.obey else max(asked, backoff)
