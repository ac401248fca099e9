"""The two servers, and the sum of what was compared."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.truth.differences import LEFT_OUT
from tests.truth.server import Server
from zenodo_sdk.testing import LocalZenodo, RateLimit

NAMES = ("ZENODO_SDK_TEST_URL", "ZENODO_SDK_TEST_TOKEN", "ZENODO_SDK_TEST_TOKEN_2")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--live"):
        left_out = [item for item in items if item.get_closest_marker("live")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def live() -> Server:
    """The real InvenioRDM."""
    if missing := [name for name in NAMES if not os.environ.get(name)]:
        pytest.fail(
            f"{', '.join(missing)} not set: start the server and run the tests in one go with"
            " python3 tests/integration/server run --fresh -- pytest tests/truth --live"
        )
    url, token, token_2 = (os.environ[name] for name in NAMES)
    return Server.at(url, {"alice": token, "bob": token_2})


@pytest.fixture(scope="session")
def embedded() -> Iterator[Server]:
    """The embedded Zenodo, with the accounts and communities of the real server."""
    # the real one tells how many requests are left, too
    far_away = RateLimit(guest=100_000, user=100_000, search=100_000)
    with LocalZenodo(profile="inveniordm", rate_limit=far_away) as server:
        yield furnished(server)


WORK = "Example Institute"


def furnished(server: LocalZenodo) -> Server:
    """Make the accounts and communities that the scripts want."""
    alice = server.add_user("alice@example.org", name="Alice Tester", affiliation=WORK)
    bob = server.add_user("bob@example.org", name="Bob Tester", affiliation=WORK)
    server.add_community("open-tests", "Tests without review", account=alice)
    server.add_community("reviewed-tests", "Tests with review", review=True, account=bob)
    return Server.at(server.url, {"alice": alice.token, "bob": bob.token})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sums = {"exchanges": 0, "known differences": 0, "differences": 0}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name in sums:
                    sums[name] += int(str(value))
    if sums["exchanges"]:
        terminalreporter.section("embedded server and real server")
        terminalreporter.write_line(", ".join(f"{count} {name}" for name, count in sums.items()))
        terminalreporter.write_line(f"left out by name: {', '.join(LEFT_OUT)}")
