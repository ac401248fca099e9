"""Real records are edited, and nothing else changes.

They lie beside the repository, in a folder named ``shared`` or wherever ``ZENODO_SDK_SHARED`` says;
without it these tests are skipped. A sample of them is edited; ``ZENODO_SDK_RECORDS`` is how many,
or ``all``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.integration.conftest import Server
from tests.integration.generated import kept
from tests.integration.real import SHARED, publish_what_is_taken, real_records
from zenodo_sdk import Client

Json = Any

TITLE = "Another title"
# read before any fixture hides the environment
HOW_MANY = os.environ.get("ZENODO_SDK_RECORDS", "60")
PARTS = 8
"""How many tests share the records, for the workers to do at once."""

pytestmark = [
    pytest.mark.unrecorded,
    pytest.mark.skipif(
        not (SHARED / "oracle").is_dir(),
        reason=f"NO CORPUS: {SHARED} has no oracle; set ZENODO_SDK_SHARED",
    ),
]


def sample() -> list[tuple[str, Json]]:
    """Records from all over the corpus."""
    found = real_records()
    return found if HOW_MANY == "all" else found[:: max(1, len(found) // int(HOW_MANY))]


def shown(client: Client, record_id: str) -> Json:
    return kept(client.records.get(record_id).raw)


def edit_title(client: Client, record_id: str) -> None:
    deposition = client.depositions.get(record_id)
    deposition.edit()
    deposition.metadata.title = TITLE
    # a warning, which is an error here, would tell of any value that is stored as another one
    deposition.save()
    assert deposition.problems == []
    deposition.publish()


@pytest.mark.parametrize("part", range(PARTS))
def test_an_edit_changes_nothing_else(
    part: int, server: Server, record_property: Callable[[str, object], None]
) -> None:
    records = sample()[part::PARTS]
    refused: list[str] = []
    differing: dict[str, Json] = {}
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/json"}
    with (
        Client(server.token, base_url=server.url) as client,
        httpx.Client(
            base_url=server.url,
            headers=headers,
            timeout=60,
            # one that lay idle during an edit may be closed by the server as it is used
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as http,
    ):
        for name, record in records:
            record_id = publish_what_is_taken(http, record, unique=server.unique)
            if record_id is None:
                refused.append(name)
                continue
            before = shown(client, record_id)
            edit_title(client, record_id)
            before["metadata"]["title"] = TITLE
            after = shown(client, record_id)
            if after != before:
                parts = {part for part in {*before, *after} if before.get(part) != after.get(part)}
                differing[name] = {part: (before.get(part), after.get(part)) for part in parts}
    record_property("records edited", len(records) - len(refused))
    record_property("records that the server refuses", ", ".join(refused))
    assert differing == {}
    assert len(records) > 2 * len(refused)
