"""No test reaches beyond this machine, or finds what its user keeps on it."""

from __future__ import annotations

import ipaddress
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk import ledger, pacing


class NetworkBlocked(RuntimeError):
    """A test wanted to leave this machine."""


_ADDRESS_AT = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _ADDRESS_AT:
        return
    address = arguments[_ADDRESS_AT[event]]
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        # those of unix sockets are no tuples
        address = address[0] if isinstance(address, tuple) else ""
    host = address.decode() if isinstance(address, bytes) else address
    if not isinstance(host, str) or host in ("", "localhost", socket.gethostname()):
        return
    try:
        allowed = ipaddress.ip_address(host).is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise NetworkBlocked(f"tests stay on this machine; this one wanted to reach {host!r}")


# below every library, thread and event loop, and nothing can take it back
sys.addaudithook(_stay_here)


@pytest.fixture(scope="session", autouse=True)
def _signals_reach_what_tests_start() -> Iterator[None]:
    # nohup and shells that start a job in the background have them ignored, which is inherited
    usual = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}
    known = {getattr(signal, name): usual[name] for name in usual if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in known.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _clean_environment(
    request: pytest.FixtureRequest, _home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ:
        # what the integration tests are told stays
        if re.match(r"(?i)ZENODO_(?!SDK_TEST_)|\w+_proxy$", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ZENODO_SDK_CACHE", f"{_home}-cache")
    if request.node.get_closest_marker("keyring") is None:
        monkeypatch.setenv("HOME", str(_home))
        monkeypatch.setenv("USERPROFILE", str(_home))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def _no_memory_of_other_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    # the next test's server may be given the port that the last one's had
    monkeypatch.setattr(ledger, "_ledgers", {})
    monkeypatch.setattr(pacing, "_paces", {})
