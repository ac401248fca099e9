"""Values that break an account's lists are not sent, and found where they are.

The account is Bob's: other scenarios, which may run at the same time, list what is Alice's.
"""

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
    token = {"Authorization": f"Bearer {server.other_token}", "Accept": "application/json"}
    with httpx.Client(base_url=server.url, headers=token, trust_env=False) as client:
        answer = client.request(method, path, json=body)
    assert answer.is_success
    return answer


async def test_a_draft_that_breaks_every_list_is_found_and_mended(
    other: AsyncClient, server: Server, complete: Complete
) -> None:
    for number in range(3):
        await other.depositions.create(complete(f"Beside {number} {server.unique}"))
    body = complete(f"Broken {server.unique}").to_rdm()
    broken = str(_plain(server, "POST", "/api/records", _dated(body, "20XX")).json()["id"])
    try:
        await _unreadable(other, server, broken)
        with pytest.raises(ServerError, match=r"depositions\.find_unreadable\(\) tells which"):
            await other.depositions.list(server.unique).first()
        assert await other.depositions.list(f"{server.unique} NOT id:{broken}").first()
        with pytest.raises(ServerError, match="Accept: application/json"):
            await other.depositions.get(broken)
    finally:
        # as the message says
        _plain(server, "PUT", f"/api/records/{broken}/draft", _dated(body, "2020"))
    assert (await other.depositions.get(broken)).metadata.publication_date == "2020"
    await _readable(other, server, broken)
    await other.depositions.delete(broken)


async def test_a_published_record_that_breaks_every_list_is_found_and_mended(
    other: AsyncClient, server: Server, complete: Complete
) -> None:
    deposition = await other.depositions.create(complete(f"Broken {server.unique}"))
    await deposition.files.upload(b"content", name="a.txt")
    body, draft = deposition.metadata.to_rdm(), f"/api/records/{deposition.id}/draft"
    _plain(server, "PUT", draft, _dated(body, "20XX"))
    _plain(server, "POST", f"{draft}/actions/publish")
    try:
        await _unreadable(other, server, deposition.id)
        with pytest.raises(ServerError, match="narrow the query"):
            await other.records.search(server.unique, sort="newest").first()
    finally:
        _plain(server, "POST", draft)
        _plain(server, "PUT", draft, _dated(body, "2020"))
        _plain(server, "POST", f"{draft}/actions/publish")
    await _readable(other, server, deposition.id)
    assert (await other.records.get(deposition.id)).metadata.publication_date == "2020"


async def test_a_server_that_fails_over_everything_has_no_record_to_blame(server: Server) -> None:
    with FaultProxy(server.url) as proxy:
        proxy.inject(ServerFailure("GET", "/api/user/records", times=None))
        async with AsyncClient(server.other_token, base_url=proxy.url) as client:
            with pytest.raises(ServerError):
                await client.depositions.find_unreadable()


async def test_a_server_that_fails_once_has_no_record_to_blame(server: Server) -> None:
    with FaultProxy(server.url) as proxy:
        proxy.inject(ServerFailure("GET", "/api/user/records"))
        async with AsyncClient(server.other_token, base_url=proxy.url) as client:
            found = await client.depositions.find_unreadable()
            assert found == [] or server.kind == "live"  # there, others may have made some


async def _unreadable(client: AsyncClient, server: Server, record_id: str) -> None:
    """Wait until the index has the value that cannot be shown."""
    for _ in range(10):
        if record_id in await client.depositions.find_unreadable():
            return
        await server.async_wait(2)
    pytest.fail(f"{record_id} is not found")


async def _readable(client: AsyncClient, server: Server, record_id: str) -> None:
    """Wait until the index has the mended value."""
    for _ in range(10):
        if record_id not in await client.depositions.find_unreadable():
            return
        await server.async_wait(2)
    pytest.fail(f"{record_id} is still found")


def _dated(body: dict[str, Any], date: str) -> dict[str, Any]:
    """The same with another publication date."""
    return {**body, "metadata": {**body["metadata"], "publication_date": date}}
