"""A stub server, a client of it, and a clock that moves only when someone sleeps."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.stub_server import Stub
from tests.support.threads import no_thread_is_left
from zenodo_sdk import AsyncClient, AsyncDepositionFiles, AsyncRecordFiles
from zenodo_sdk._async import _runtime, transport
from zenodo_sdk.testing.proxy import FaultProxy

Connect = Callable[..., AsyncClient]

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


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Every call ends its threads."""
    yield
    assert no_thread_is_left()


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
async def connect() -> AsyncIterator[Connect]:
    """Makes clients, and closes them before their servers end."""
    opened: list[AsyncClient] = []

    def connect(base_url: str, token: Any = TOKEN, **settings: Any) -> AsyncClient:
        opened.append(AsyncClient(token, base_url=base_url, **settings))
        return opened[-1]

    yield connect
    for client in opened:
        await client.close()


@pytest.fixture
async def client(stub: Stub, connect: Connect) -> AsyncClient:
    """A client of the server."""
    return connect(stub.url)


@pytest.fixture
async def shaky(proxy: FaultProxy, connect: Connect) -> AsyncClient:
    """A client of the proxy."""
    return connect(proxy.url)


@pytest.fixture
def draft(client: AsyncClient) -> AsyncDepositionFiles:
    """The files of a draft."""
    return client.depositions.files("1")


@pytest.fixture
def shaky_draft(shaky: AsyncClient) -> AsyncDepositionFiles:
    """The same, through the proxy."""
    return shaky.depositions.files("1")


@pytest.fixture
def record(client: AsyncClient) -> AsyncRecordFiles:
    """The files of a record."""
    return client.records.files("1")


@pytest.fixture
def shaky_record(shaky: AsyncClient) -> AsyncRecordFiles:
    """The same, through the proxy."""
    return shaky.records.files("1")


@pytest.fixture
def keep() -> Iterator[ExitStack]:
    """What a test opened, until it is over."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the threads that compute MD5s for the SDK."""
    threads: set[str] = set()

    class Watched:
        def __init__(self, **_: Any) -> None:
            self._md5 = hashlib.md5()

        def update(self, block: bytes) -> None:
            threads.add(threading.current_thread().name)
            self._md5.update(block)

        def hexdigest(self) -> str:
            return self._md5.hexdigest()

    class Module:
        md5 = Watched

    monkeypatch.setattr("zenodo_sdk.transfer.digest.hashlib", Module)
    return threads


def md5(content: bytes) -> str:
    """The MD5 as the server tells it."""
    return hashlib.md5(content).hexdigest()


def unverified(files: AsyncDepositionFiles) -> list[str]:
    """The files of the draft whose upload ended without being settled."""
    return files._transport.ledger.unverified("1")
