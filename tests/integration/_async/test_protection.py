"""Values that break an account's lists are not sent, and found where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.integration.conftest import Server
from zenodo_sdk import AsyncClient, Metadata, ServerError
from zenodo_sdk.testing import FaultProxy, ServerFailure

pytestmark = pytest.mark.unrecorded

Complete = Callable[[str], Metadata]


def _plain(server: Server, method: str, path: str, body: Any = None) -> httpx.Response:
    """Ask as a program does that has never heard of this."""
    token = {"Authorization": f"Bearer {server.token}", "Accept": "application/json"}
    with httpx.Client(base_url=server.url, headers=token, trust_env=False) as client:
        answer = client.request(method, path, json=body)
    assert answer.is_success
    return answer


async def test_a_draft_that_breaks_every_list_is_found_and_mended(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    for number in range(3):
        await client.depositions.create(complete(f"Beside {number} {server.unique}"))
    body = complete(f"Broken {server.unique}").to_rdm()
    broken = str(_plain(server, "POST", "/api/records", _dated(body, "20XX")).json()["id"])
    await server.async_wait(3)
    try:
        with pytest.raises(ServerError, match=r"depositions\.find_unreadable\(\) tells which"):
            await client.depositions.list(sort="newest").first()
        assert await client.depositions.find_unreadable() == [broken]
        assert await client.depositions.list(f"NOT id:{broken}", sort="newest").first()
        with pytest.raises(ServerError, match="Accept: application/json"):
            await client.depositions.get(broken)
    finally:
        # as the message says
        _plain(server, "PUT", f"/api/records/{broken}/draft", _dated(body, "2020"))
    assert (await client.depositions.get(broken)).metadata.publication_date == "2020"
    await server.async_wait(3)
    assert await client.depositions.find_unreadable() == []
    await client.depositions.delete(broken)


async def test_a_published_record_that_breaks_every_list_is_found_and_mended(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete(f"Broken {server.unique}"))
    await deposition.files.upload(b"content", name="a.txt")
    body, draft = deposition.metadata.to_rdm(), f"/api/records/{deposition.id}/draft"
    _plain(server, "PUT", draft, _dated(body, "20XX"))
    _plain(server, "POST", f"{draft}/actions/publish")
    await server.async_wait(3)
    try:
        with pytest.raises(ServerError, match="narrow the query"):
            await client.records.search(server.unique, sort="newest").first()
        assert await client.depositions.find_unreadable() == [deposition.id]
    finally:
        _plain(server, "POST", draft)
        _plain(server, "PUT", draft, _dated(body, "2020"))
        _plain(server, "POST", f"{draft}/actions/publish")
    await server.async_wait(3)
    assert await client.depositions.find_unreadable() == []
    assert (await client.records.get(deposition.id)).metadata.publication_date == "2020"


async def test_a_server_that_fails_over_everything_has_no_record_to_blame(server: Server) -> None:
    with FaultProxy(server.url) as proxy:
        proxy.inject(ServerFailure("GET", "/api/user/records", times=None))
        async with AsyncClient(server.token, base_url=proxy.url) as client:
            with pytest.raises(ServerError):
                await client.depositions.find_unreadable()


async def test_a_server_that_fails_once_has_no_record_to_blame(server: Server) -> None:
    with FaultProxy(server.url) as proxy:
        proxy.inject(ServerFailure("GET", "/api/user/records"))
        async with AsyncClient(server.token, base_url=proxy.url) as client:
            assert await client.depositions.find_unreadable() == []


def _dated(body: dict[str, Any], date: str) -> dict[str, Any]:
    """The same with another publication date."""
    return {**body, "metadata": {**body["metadata"], "publication_date": date}}
