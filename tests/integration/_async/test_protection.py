"""Values that break an account's lists are not sent, and found where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.integration.conftest import Server
from zenodo_sdk import AsyncClient, Metadata, ServerError

pytestmark = pytest.mark.unrecorded

Complete = Callable[[str], Metadata]


def _plain(server: Server, method: str, path: str, body: Any = None) -> httpx.Response:
    """Ask as a program does that has never heard of this."""
    token = {"Authorization": f"Bearer {server.token}", "Accept": "application/json"}
    with httpx.Client(base_url=server.url, headers=token, trust_env=False) as client:
        answer = client.request(method, path, json=body)
    assert answer.is_success
    return answer


async def test_a_record_that_breaks_every_list_is_found_and_mended(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    for number in range(3):
        await client.depositions.create(complete(f"Beside {number} {server.unique}"))
    body = complete(f"Broken {server.unique}").to_rdm()
    body["metadata"] = {**_object(body["metadata"]), "publication_date": "20XX"}
    broken = str(_plain(server, "POST", "/api/records", body).json()["id"])
    await server.async_wait(3)
    try:
        with pytest.raises(ServerError, match=r"depositions\.find_unreadable\(\) tells which"):
            await client.depositions.list(server.unique).first()
            _ = [one async for one in client.depositions.list()]
        assert await client.depositions.find_unreadable() == [broken]
        with pytest.raises(ServerError, match="Accept: application/json"):
            await client.depositions.get(broken)
    finally:
        # as the message says
        body["metadata"] = {**_object(body["metadata"]), "publication_date": "2020"}
        _plain(server, "PUT", f"/api/records/{broken}/draft", body)
    assert (await client.depositions.get(broken)).metadata.publication_date == "2020"
    await server.async_wait(3)
    assert await client.depositions.find_unreadable() == []
    await client.depositions.delete(broken)


def _object(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value
