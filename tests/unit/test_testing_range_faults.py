"""Faults of parts of files, and of a host that is down, between a raw client and a small server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.stub_server import Entry, Stub
from zenodo_sdk.testing import (
    FaultProxy,
    GoDown,
    IgnoreRange,
    LyingRange,
    Meanwhile,
    OtherRange,
    Stall,
)

CONTENT = bytes(range(256))
PATH = "/api/records/1/files/a/content"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.ranges = True
        stub.files["1"] = {"a": Entry.of(CONTENT)}
        yield stub


@pytest.fixture
def proxy(stub: Stub) -> Iterator[FaultProxy]:
    with FaultProxy(stub.url) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        yield client


def told(answer: httpx.Response) -> tuple[int, str | None, bytes]:
    return answer.status_code, answer.headers.get("Content-Range"), answer.content


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (IgnoreRange("GET", "/content$"), (200, None, CONTENT)),
        (OtherRange("GET", "", by=5), (206, "bytes 15-24/256", CONTENT[15:25])),
        (OtherRange("GET", "", by=-50), (206, "bytes 0-0/256", CONTENT[:1])),
        (OtherRange("GET", "", longer=2), (206, "bytes 10-21/256", CONTENT[10:22])),
        (OtherRange("GET", "", longer=-2), (206, "bytes 10-17/256", CONTENT[10:18])),
        (OtherRange("GET", "", by=5, told=False), (206, "bytes 10-19/256", CONTENT[15:25])),
        (LyingRange("GET", "", by=5), (206, "bytes 15-24/256", CONTENT[10:20])),
        (LyingRange("GET", "", total=-1), (206, "bytes 10-19/255", CONTENT[10:20])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_parts(client: httpx.Client, fault: Any, expected: Any, proxy: FaultProxy) -> None:
    proxy.inject(fault)
    asked = {"Range": "bytes=10-19"}
    assert told(client.get(PATH, headers=asked)) == expected
    assert told(client.get(PATH, headers=asked)) == (206, "bytes 10-19/256", CONTENT[10:20])


@pytest.mark.parametrize(
    "fault",
    [
        IgnoreRange("GET", ""),
        OtherRange("GET", "", by=1),
        OtherRange("GET", "", by=1, told=False),
        LyingRange("GET", "", by=1),
    ],
)
def test_other_requests_pass(client: httpx.Client, proxy: FaultProxy, fault: Any) -> None:
    proxy.inject(fault)
    assert told(client.get(PATH)) == (200, None, CONTENT)
    assert proxy.hits(fault) == 1


def test_a_part_of_a_server_that_gives_none(
    client: httpx.Client, proxy: FaultProxy, stub: Stub
) -> None:
    stub.ranges = False
    proxy.inject(LyingRange("GET", "", by=1))
    assert told(client.get(PATH, headers={"Range": "bytes=1-2"})) == (200, None, CONTENT)


@pytest.mark.parametrize("kind", [OtherRange, LyingRange])
def test_values_that_make_no_sense(kind: Any) -> None:
    with pytest.raises(ValueError, match="that would be"):
        kind("GET", "")


def test_meanwhile(client: httpx.Client, proxy: FaultProxy, stub: Stub) -> None:
    stub.etags = True

    def replace() -> None:
        stub.files["1"]["a"] = Entry.of(CONTENT[::-1])

    proxy.inject(Meanwhile("GET", "", replace, skip=1))
    asked = {"Range": "bytes=0-1"}
    first = client.get(PATH, headers=asked)
    assert first.content == b"\x00\x01"
    second = client.get(PATH, headers={**asked, "If-Range": first.headers["ETag"]})
    assert (second.status_code, second.content) == (200, CONTENT[::-1])
    refused = client.get(PATH, headers={"If-Match": first.headers["ETag"]})
    assert refused.status_code == 412


def test_meanwhile_within_an_upload(client: httpx.Client, proxy: FaultProxy, stub: Stub) -> None:
    came: list[int] = []
    proxy.inject(Meanwhile("PUT", "", lambda: came.append(proxy.seen[0].request_bytes), 1000))
    stub.files["1"]["a"] = Entry()
    client.put(PATH, content=bytes(5000))
    assert came == [1000]
    assert stub.got[0].size == 5000


def test_contents_in_turn(client: httpx.Client, stub: Stub) -> None:
    stub.in_turn("1", "a", Entry.of(b"first"), Entry.of(b"second"))
    assert [client.get(PATH).content for _ in range(3)] == [b"first", b"second", b"second"]
    assert stub.files["1"]["a"].content == CONTENT


def test_a_host_that_goes_down(client: httpx.Client, proxy: FaultProxy, stub: Stub) -> None:
    fault = GoDown("GET", "/content$", skip=1)
    proxy.inject(fault)
    assert client.get(PATH).content == CONTENT
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.get(PATH)
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            client.get(PATH)
    assert (proxy.hits(fault), len(stub.got)) == (1, 1)
    proxy.release()
    assert client.get(PATH).content == CONTENT


def test_a_host_that_is_down_cuts_what_is_open(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.inject(Stall("GET", "", 5))
    with client.stream("GET", PATH) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == CONTENT[:5]
        proxy.go_down()
        proxy.go_down()
        with pytest.raises(httpx.TransportError):
            next(pieces)
    proxy.clear()
    assert client.get(PATH).content == CONTENT


def test_closing_a_host_that_is_down(stub: Stub) -> None:
    before = threading.active_count()
    with FaultProxy(stub.url) as proxy:
        proxy.go_down()
    proxy.release()
    proxy.go_down()
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(proxy.url)
