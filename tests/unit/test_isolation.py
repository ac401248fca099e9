"""What tests/conftest.py keeps from the tests."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import httpx
import pytest

from tests.conftest import NetworkBlocked
from zenodo_sdk.credentials import find_token

ELSEWHERE = "192.0.2.1"  # an address for documentation, which nobody has


def test_no_address_but_this_machines() -> None:
    with socket.socket() as sock:
        for method in (sock.connect, sock.connect_ex):
            with pytest.raises(NetworkBlocked, match=ELSEWHERE):
                method((ELSEWHERE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(NetworkBlocked):
        sock.sendto(b"", (ELSEWHERE, 53))
    for url in (f"http://{ELSEWHERE}", "https://zenodo.org"):
        with pytest.raises(NetworkBlocked):
            httpx.get(url)


async def test_nor_from_an_event_loop_or_a_thread() -> None:
    for host in (ELSEWHERE, "zenodo.org"):
        with pytest.raises(NetworkBlocked):
            await asyncio.open_connection(host, 80)
        with pytest.raises(NetworkBlocked):
            await asyncio.to_thread(socket.create_connection, (host, 80))
        async with httpx.AsyncClient() as client:
            with pytest.raises((NetworkBlocked, ExceptionGroup), match=r"machine|TaskGroup"):
                await client.get(f"http://{host}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs unix sockets")
def test_so_can_unix_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("socket")
        server.listen()
        client.connect("socket")
        for one in socket.socketpair():
            one.close()


def test_no_token_of_the_user_is_found() -> None:
    assert not {name for name in os.environ if name.endswith("_TOKEN") and "ZENODO" in name}
    assert list(Path.home().iterdir()) == []
    for host in ("zenodo.org", "sandbox.zenodo.org", "127.0.0.1:5000"):
        assert find_token(host).token is None
