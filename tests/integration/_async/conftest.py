"""Clients of the scenarios."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.integration.conftest import Server
from zenodo_sdk import AsyncClient, Creator, Metadata, Retry

PATIENCE = Retry(attempts=4, base=0.05, settle=12.0)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AsyncClient]:
    """Alice's client."""
    async with AsyncClient(server.token, base_url=server.url, retry=PATIENCE) as client:
        yield client


@pytest.fixture
async def other(server: Server) -> AsyncIterator[AsyncClient]:
    """Bob's client."""
    async with AsyncClient(server.other_token, base_url=server.url, retry=PATIENCE) as client:
        yield client


@pytest.fixture
async def guest(server: Server) -> AsyncIterator[AsyncClient]:
    """A client without a token."""
    async with AsyncClient("", base_url=server.url, retry=PATIENCE) as client:
        yield client


@pytest.fixture
def complete() -> Callable[[str], Metadata]:
    """Makes metadata that can be published; its date is fixed, so that it can be replayed."""

    def make(title: str) -> Metadata:
        return Metadata(
            title=title,
            resource_type="dataset",
            creators=[Creator(name="Okafor, Ada", affiliation="University X")],
            publication_date="2026-11-22",
            publisher="The tests",
        )

    return make
