"""Servers that outlive what is killed, and ports that stay free between two of them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from zenodo_sdk.testing import LocalZenodo, ProfileName


class Caught:
    """Holds the answer of the server back, and tells when it is there."""

    def __init__(self) -> None:
        self.answered = threading.Event()
        self.killed = threading.Event()

    def __call__(self, body: bytes) -> bytes:
        self.answered.set()
        self.killed.wait(60)
        return body


@pytest.fixture(scope="module", params=["zenodo", "inveniordm"])
def server(request: pytest.FixtureRequest) -> Iterator[LocalZenodo]:
    profile: ProfileName = request.param
    with LocalZenodo(profile) as server:
        yield server


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
