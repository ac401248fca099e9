"""A server for the whole run, a way to it for each case, and a clock that moves by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests._async.conftest import Clock
from tests.support.folders import fill
from zenodo_sdk._async import _runtime as async_runtime
from zenodo_sdk._async import downloads as async_downloads
from zenodo_sdk._async import transport as async_transport
from zenodo_sdk._sync import _runtime as sync_runtime
from zenodo_sdk._sync import downloads as sync_downloads
from zenodo_sdk._sync import transport as sync_transport
from zenodo_sdk.testing import FaultProxy, LocalZenodo, Snapshot
from zenodo_sdk.transfer.download import ranges

from .bench import FILES, METADATA, OLD, Bench, Colour, Operation, draft_with


@dataclass(frozen=True)
class Prepared:
    """A server, a connection to it, its state, and the ids of what is there."""

    server: LocalZenodo
    raw: httpx.Client
    snapshot: Snapshot
    record: str
    empty: str
    old: str


@pytest.fixture(scope="session")
def prepared() -> Iterator[Prepared]:
    """What all cases begin with."""
    with LocalZenodo(ranges=True) as server:
        headers = {"Authorization": f"Bearer {server.token}"}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as raw:
            record = server.seed({"metadata": METADATA}, FILES)
            empty, old = draft_with(raw, {}), draft_with(raw, OLD)
            yield Prepared(server, raw, server.snapshot(), record, empty, old)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time in which waiting between attempts takes none."""
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    monkeypatch.setattr(async_runtime, "sleep", sleep)
    monkeypatch.setattr(sync_runtime, "sleep", clock.sleep)
    monkeypatch.setattr(async_transport, "time", clock)
    monkeypatch.setattr(sync_transport, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every client would load all authorities there are, which takes a quarter of the time."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pieces of one small file, over all connections that a download may have."""
    monkeypatch.setattr(ranges, "SMALLEST", 16 * 1024)
    monkeypatch.setattr(async_downloads, "FAST", math.inf)
    monkeypatch.setattr(sync_downloads, "FAST", math.inf)


@pytest.fixture
def make_bench(prepared: Prepared, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Makes the surroundings of one case."""
    server = prepared.server
    server.restore(prepared.snapshot)
    source, target = tmp_path / "source", tmp_path / "target"
    fill(source, FILES)
    target.mkdir()
    with FaultProxy(server.url) as proxy:

        def make(colour: Colour, operation: Operation) -> Bench:
            return Bench(
                server=server,
                raw=prepared.raw,
                proxy=proxy,
                colour=colour,
                operation=operation,
                source=source,
                target=target,
                draft=prepared.old if operation.before else prepared.empty,
                record=prepared.record,
            )

        yield make
