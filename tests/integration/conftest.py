"""Scenarios, run three ways.

By default each is replayed from its cassette, without any server. ``--live`` runs it on the real
InvenioRDM that ``ZENODO_SDK_TEST_URL`` names, together with the scenarios that only a real
server can play (lost answers, races); ``--record`` runs the others in one colour on such a server
and writes the cassettes that both colours play.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.integration.cassettes import REPLAYED_URL, cassette
from tests.integration.outcomes import read_outcomes

NAMES = (
    "ZENODO_SDK_TEST_URL",
    "ZENODO_SDK_TEST_TOKEN",
    "ZENODO_SDK_TEST_TOKEN_2",
    "ZENODO_SDK_TEST_COMMUNITY",
    "ZENODO_SDK_TEST_COMMUNITY_REVIEWED",
)


RECORDED = "recorded"

# read before any fixture hides the environment from the SDK
ENVIRONMENT = {name: os.environ.get(name, "") for name in NAMES}


@dataclass(frozen=True)
class Server:
    """The server of a test, real or replayed."""

    url: str
    token: str
    other_token: str
    community: str
    reviewed_community: str
    live: bool
    unique: str
    """A word that no other run uses; a cassette always has the same."""

    def wait(self, seconds: float) -> None:
        """Give the real server's index time; a replay has its answers ready."""
        if self.live:
            time.sleep(seconds)

    async def async_wait(self, seconds: float) -> None:
        """Give the real server's index time; a replay has its answers ready."""
        if self.live:
            await asyncio.sleep(seconds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--record"):
        # one colour records for both: what it makes on the server would be in the other's way
        left_out = [
            item
            for item in items
            if item.get_closest_marker("live") or "_async" not in item.path.parts
        ]
    elif config.getoption("--live"):
        left_out = []
    else:
        left_out = [item for item in items if item.get_closest_marker("live")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server, with the scenario's cassette playing or recording."""
    config = request.config
    record, live = config.getoption("--record"), config.getoption("--live")
    if record or live:
        missing = [name for name, value in ENVIRONMENT.items() if not value]
        if missing:
            pytest.fail(
                f"{', '.join(missing)} not set: start the server and run the tests in one go with"
                " python3 tests/integration/server run --fresh -- pytest tests/integration --live"
            )
        url, token, other, community, reviewed = ENVIRONMENT.values()
        real = Server(url, token, other, community, reviewed, True, uuid.uuid4().hex[:10])
        if not record:
            yield real
            return
        real = replace(real, unique=RECORDED)
        path = _cassette_path(request)
        path.unlink(missing_ok=True)
        with cassette(path, record_from=url, tokens=(token, other)):
            yield real
        return
    with cassette(_cassette_path(request)):
        yield Server(
            REPLAYED_URL,
            "token-of-alice",
            "token-of-bob",
            "open-tests",
            "reviewed-tests",
            False,
            RECORDED,
        )


def _cassette_path(request: pytest.FixtureRequest) -> Path:
    # the file is named after the scenario, so both colours play the same one
    folder = Path(__file__).parent.parent / "cassettes"
    return folder / request.path.stem.removeprefix("test_") / f"{request.node.name}.yaml"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = read_outcomes()
    if rows:
        terminalreporter.section("lost answers")
        for row in rows:
            terminalreporter.write_line(row)
