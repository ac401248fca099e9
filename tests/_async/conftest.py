"""A stub server, a client of it, and a clock that moves only when someone sleeps."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from tests.support.stub_server import Stub
from zenodo_sdk import AsyncClient
from zenodo_sdk._async import _runtime, transport
from zenodo_sdk.testing.proxy import FaultProxy

TOKEN = "tOkEn" + "0123456789abcdef" * 3


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.started = time.time()
        self.passed = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Seconds on a clock that only goes forward."""
        return 1000.0 + self.passed

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.started + self.passed

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.passed += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time by which the SDK goes."""
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    monkeypatch.setattr(_runtime, "sleep", sleep)
    monkeypatch.setattr(transport, "time", clock)
    return clock


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A running server."""
    with Stub() as stub:
        yield stub


@pytest.fixture
def proxy(stub: Stub) -> Iterator[FaultProxy]:
    """A proxy in front of it."""
    with FaultProxy(stub.url) as proxy:
        yield proxy


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., AsyncClient]]:
    """Makes clients, and closes them before their servers end."""
    opened: list[AsyncClient] = []

    def connect(base_url: str, token: Any = TOKEN, **settings: Any) -> AsyncClient:
        opened.append(AsyncClient(token, base_url=base_url, **settings))
        return opened[-1]

    yield connect
    for client in opened:
        await client.close()


@pytest.fixture
async def client(stub: Stub, connect: Callable[..., AsyncClient]) -> AsyncClient:
    """A client of the server."""
    return connect(stub.url)


@pytest.fixture
async def shaky(proxy: FaultProxy, connect: Callable[..., AsyncClient]) -> AsyncClient:
    """A client of the proxy."""
    return connect(proxy.url)
