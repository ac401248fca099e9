"""Scenarios, and the servers that they are run on.

By default each runs on the embedded Zenodo in both of its profiles, and is replayed from what
the real server once answered, if it can be: lost answers cannot. ``--live`` runs all of them on the
real InvenioRDM that ``ZENODO_SDK_TEST_URL`` names; ``--record`` runs what can be replayed in one
colour on such a server and writes the cassettes that both colours play.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import pytest

from tests.integration.cassettes import REPLAYED_URL, cassette
from tests.integration.outcomes import read_outcomes
from zenodo_sdk.testing.local import LocalZenodo

NAMES = (
    "ZENODO_SDK_TEST_URL",
    "ZENODO_SDK_TEST_TOKEN",
    "ZENODO_SDK_TEST_TOKEN_2",
    "ZENODO_SDK_TEST_COMMUNITY",
    "ZENODO_SDK_TEST_COMMUNITY_REVIEWED",
)


RECORDED = "recorded"
OPEN, REVIEWED = "open-tests", "reviewed-tests"

Kind = Literal["replayed", "zenodo", "inveniordm", "live", "recorded"]
"""The real server's old answers, the embedded ones, the real one, the real one with a recorder."""

# read before any fixture hides the environment from the SDK
ENVIRONMENT = {name: os.environ.get(name, "") for name in NAMES}


@dataclass(frozen=True)
class Server:
    """The server of a test."""

    kind: Kind
    url: str
    token: str
    other_token: str
    community: str
    reviewed_community: str
    unique: str
    """A word that no other run uses; a cassette always has the same."""

    @property
    def zenodo(self) -> bool:
        """Whether it keeps Zenodo's rules where those of InvenioRDM differ."""
        return self.kind == "zenodo"

    @property
    def doi_prefix(self) -> str:
        """The prefix of the DOIs it registers."""
        return "10.5281" if self.zenodo else "10.5072"

    def wait(self, seconds: float) -> None:
        """Give the real server's index time; the others have their answers ready."""
        if self.kind in ("live", "recorded"):
            time.sleep(seconds)

    async def async_wait(self, seconds: float) -> None:
        """Give the real server's index time; the others have their answers ready."""
        if self.kind in ("live", "recorded"):
            await asyncio.sleep(seconds)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" not in metafunc.fixturenames:
        return
    if metafunc.config.getoption("--record"):
        kinds = ["recorded"]
    elif metafunc.config.getoption("--live"):
        kinds = ["live"]
    elif any(mark.name == "unrecorded" for mark in metafunc.definition.iter_markers()):
        kinds = ["zenodo", "inveniordm"]
    else:
        kinds = ["replayed", "zenodo", "inveniordm"]
    metafunc.parametrize("server", kinds, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--record"):
        return
    # one colour records for both: what it makes on the server would be in the other's way
    left_out = [
        item
        for item in items
        if item.get_closest_marker("unrecorded") or "_async" not in item.path.parts
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server, with the scenario's cassette playing or recording."""
    kind: Kind = request.param
    assert kind in get_args(Kind)
    if kind == "replayed":
        with cassette(_cassette_path(request)):
            tokens = ("token-of-alice", "token-of-bob")
            yield Server(kind, REPLAYED_URL, *tokens, OPEN, REVIEWED, RECORDED)
    elif kind == "live":
        yield replace(_real_server(), unique=uuid.uuid4().hex[:10])
    elif kind == "recorded":
        real = replace(_real_server(), kind=kind, unique=RECORDED)
        path = _cassette_path(request)
        path.unlink(missing_ok=True)
        with cassette(path, record_from=real.url, tokens=(real.token, real.other_token)):
            yield real
    else:
        embedded: Server = request.getfixturevalue(f"embedded_{kind}")
        yield replace(embedded, unique=uuid.uuid4().hex[:10])


@pytest.fixture(scope="session")
def embedded_zenodo() -> Iterator[Server]:
    """The embedded Zenodo."""
    yield from _embedded("zenodo")


@pytest.fixture(scope="session")
def embedded_inveniordm() -> Iterator[Server]:
    """The embedded Zenodo as a stock InvenioRDM."""
    yield from _embedded("inveniordm")


def _embedded(profile: Literal["zenodo", "inveniordm"]) -> Iterator[Server]:
    with LocalZenodo(profile) as server:
        alice, bob = server.add_user("alice@example.org"), server.add_user("bob@example.org")
        server.add_community(OPEN, account=alice)
        server.add_community(REVIEWED, review=True, account=bob)
        yield Server(profile, server.url, alice.token, bob.token, OPEN, REVIEWED, "")


def _real_server() -> Server:
    missing = [name for name, value in ENVIRONMENT.items() if not value]
    if missing:
        pytest.fail(
            f"{', '.join(missing)} not set: start the server and run the tests in one go with"
            " python3 tests/integration/server run --fresh -- pytest tests/integration --live"
        )
    return Server("live", *ENVIRONMENT.values(), "")


def _cassette_path(request: pytest.FixtureRequest) -> Path:
    # the file is named after the scenario, so both colours play the same one
    folder = Path(__file__).parent.parent / "cassettes"
    name = request.node.name.replace(f"{request.param}-", "").replace(f"[{request.param}]", "")
    return folder / request.path.stem.removeprefix("test_") / f"{name}.yaml"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = read_outcomes()
    if rows:
        terminalreporter.section("lost answers")
        for row in rows:
            terminalreporter.write_line(row)
