"""How long tests wait for what happens in another thread or process."""

from __future__ import annotations

import time

from zenodo_sdk.settings import STALL
from zenodo_sdk.testing import FaultProxy

PROMPT = STALL / 2
"""Seconds in which what is interrupted ends, on a busy machine too; bytes it would await longer."""


def until_hit(proxy: FaultProxy, times: int) -> None:
    """Wait until faults have hit so many requests."""
    deadline = time.monotonic() + PROMPT
    while sum(bool(seen.fault) for seen in proxy.seen) < times:
        assert time.monotonic() < deadline, proxy.seen
        time.sleep(0.01)
