"""Which request is hit by which fault."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import NamedTuple

from .faults import Fault


@dataclass
class Seen:
    """One request that reached the proxy, filled in while the exchange goes on.

    Args:
        method: The request's method.
        target: The request's target, query included.
        forwarded: Whether the server got the request, be it in part.
        status: What the server answered; None without an answer from it.
        fault: The class name of the fault that hit the request.
        request_bytes: How much of the request's body was read, without chunk framing.
    """

    method: str
    target: str
    forwarded: bool = False
    status: int | None = None
    fault: str | None = None
    request_bytes: int = 0


class Turn(NamedTuple):
    """A request's record, the fault that hits it, and the gate that holds it."""

    seen: Seen
    fault: Fault | None
    gate: threading.Event


@dataclass
class Armed:
    """An injected fault, and how many matching requests it has let through and hit."""

    fault: Fault
    skipped: int = 0
    hits: int = 0

    def fires(self, method: str, path: str) -> bool:
        """Count a request if it matches; true if the fault hits it."""
        if self.fault.method not in ("*", method) or not re.search(self.fault.path, path):
            return False
        if self.skipped < self.fault.skip:
            self.skipped += 1
            return False
        if self.hits == self.fault.times:
            return False
        self.hits += 1
        return True
