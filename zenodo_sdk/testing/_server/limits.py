"""Rate limits, which can be switched on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .answers import FrameworkError

_WINDOW = 60.0


@dataclass(frozen=True)
class RateLimit:
    """How many requests a client may send each minute; the defaults are Zenodo's.

    Args:
        guest: Requests without a token.
        user: Requests with one.
        search: Searches of records, which are counted apart, for guests and users alike.
    """

    guest: int = 133
    user: int = 1000
    search: int = 30


@dataclass
class Meter:
    """Counts the requests of each client, in windows of a minute.

    Args:
        limit: What is allowed.
    """

    limit: RateLimit
    _windows: dict[tuple[str, str], tuple[float, int]] = field(
        default_factory=dict[tuple[str, str], tuple[float, int]]
    )

    def count(self, client: str, now: float, *, search: bool, known: bool) -> dict[str, str]:
        """Count a request; the header fields that tell what is left.

        Args:
            client: Who asks: user agent and address, as on Zenodo.
            now: Seconds since 1970.
            search: It is a search of records.
            known: It carries a token.
        """
        kind = "search" if search else "user" if known else "guest"
        allowed: int = getattr(self.limit, kind)
        start, used = self._windows.get((client, kind), (now, 0))
        if now >= start + _WINDOW:
            start, used = now, 0
        self._windows[client, kind] = (start, used + 1)
        reset = start + _WINDOW
        headers = {
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(max(0, allowed - used - 1)),
            "X-RateLimit-Reset": str(math.ceil(reset)),
            "Retry-After": str(max(1, math.ceil(reset - now))),
        }
        if used >= allowed:
            raise TooMany(allowed, headers)
        return headers


class TooMany(FrameworkError):
    """429, with the header fields that tell when to come back."""

    def __init__(self, allowed: int, headers: dict[str, str]) -> None:
        super().__init__(429, f"{allowed} per 1 minute")
        self.headers = headers
