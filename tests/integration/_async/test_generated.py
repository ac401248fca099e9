"""Records with every field there is are edited, and nothing else changes."""

from __future__ import annotations

import pytest

from tests.integration.conftest import Server
from tests.integration.generated import full_body, kept
from zenodo_sdk import AsyncClient, Metadata

pytestmark = pytest.mark.unrecorded

RECORDS = 40


@pytest.mark.parametrize("seed", range(RECORDS))
async def test_an_edit_changes_nothing_else(seed: int, client: AsyncClient, server: Server) -> None:
    body = full_body(seed, unique=server.unique, zenodo=server.zenodo)
    # a warning, which is an error here, would tell of any value that is stored as another one
    deposition = await client.depositions.create(Metadata.from_rdm(body))
    assert deposition.problems == []
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish()
    before = kept((await client.records.get(deposition.id)).raw)

    await deposition.edit()
    unchanged = deposition.revision
    await deposition.save()
    assert deposition.revision == unchanged
    deposition.metadata.version = "changed"
    await deposition.save()
    assert deposition.problems == []
    await deposition.publish()

    before["metadata"]["version"] = "changed"
    assert kept((await client.records.get(deposition.id)).raw) == before
