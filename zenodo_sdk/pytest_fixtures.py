"""The pytest fixtures: an embedded Zenodo, clients of it, and faults between them.

Example:
    >>> def test_deposit(zenodo_client):
    ...     deposition = zenodo_client.depositions.create({"title": "Mine"})
    ...     assert deposition.state == "draft"
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from . import AsyncClient, Client, Retry
    from .testing import FaultProxy, LocalZenodo

_async_fixture: Callable[..., Any] = pytest.fixture
if find_spec("pytest_asyncio"):
    # in its strict mode it runs only what it decorated itself
    import pytest_asyncio

    _async_fixture = pytest_asyncio.fixture


@pytest.fixture(scope="session")
def zenodo_session(request: pytest.FixtureRequest) -> Iterator[LocalZenodo]:
    """The embedded Zenodo of this worker; what is put on it here stays for all tests."""
    from .testing import LocalZenodo

    with LocalZenodo(request.config.getini("zenodo_profile")) as server:
        yield server


@pytest.fixture
def zenodo_server(zenodo_session: LocalZenodo) -> Iterator[LocalZenodo]:
    """An embedded Zenodo; what a test makes on it is gone after the test."""
    before, limit = zenodo_session.snapshot(), zenodo_session.rate_limit
    yield zenodo_session
    zenodo_session.restore(before)
    zenodo_session.rate_limit = limit


@pytest.fixture
def zenodo_faults(zenodo_server: LocalZenodo) -> Iterator[FaultProxy]:
    """What stands between the clients and the server; inject faults here."""
    from .testing import FaultProxy

    with FaultProxy(zenodo_server.url) as proxy:
        yield proxy


@pytest.fixture
def zenodo_client(zenodo_server: LocalZenodo, zenodo_faults: FaultProxy) -> Iterator[Client]:
    """A client of the embedded Zenodo, with the account that is there from the start."""
    from . import Client

    with Client(zenodo_server.token, base_url=zenodo_faults.url, retry=_impatient()) as client:
        yield client


@_async_fixture
async def async_zenodo_client(
    zenodo_server: LocalZenodo, zenodo_faults: FaultProxy
) -> AsyncIterator[AsyncClient]:
    """The same, asynchronous; needs pytest-asyncio or anyio's plugin."""
    from . import AsyncClient

    async with AsyncClient(
        zenodo_server.token, base_url=zenodo_faults.url, retry=_impatient()
    ) as client:
        yield client


def _impatient() -> Retry:
    """As many attempts as ever, in fractions of the time."""
    from . import Retry

    return Retry(base=0.02, cap=0.2, settle=5.0)
