"""From nothing to a published record, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.conftest import Server
from zenodo_sdk import (
    AsyncClient,
    BadRequest,
    Gone,
    License,
    Metadata,
    NotFound,
    NotReadyToPublish,
    PermissionDenied,
    Refused,
    Term,
    TokenMissing,
    TokenRefused,
)

CONTENT = b"day,moisture\n2026-11-21,0.31\n2026-11-22,0.29\n"


async def test_whoami_tells_the_account(client: AsyncClient) -> None:
    account = await client.whoami()
    assert account.email == "alice@example.org"


async def test_whoami_tells_a_missing_token(guest: AsyncClient) -> None:
    with pytest.raises(TokenMissing, match="login"):
        await guest.whoami()


async def test_whoami_tells_a_token_the_server_does_not_know(server: Server) -> None:
    async with AsyncClient("x" * 60, base_url=server.url) as stranger:
        with pytest.raises(TokenRefused, match="the token argument"):
            await stranger.whoami()


async def test_deposit_costs_five_requests_and_comes_back_whole(
    client: AsyncClient,
    guest: AsyncClient,
    complete: Callable[[str], Metadata],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    server: Server,
) -> None:
    with caplog.at_level("DEBUG", logger="zenodo_sdk"):
        deposition = await client.depositions.create(complete("Soil moisture, one day"))
        file = await deposition.files.upload(CONTENT, name="moisture.csv")
        published = await deposition.publish()
    assert len([line for line in caplog.messages if "->" in line]) == 5
    assert published is deposition
    assert deposition.state == "published"
    assert deposition.doi == f"{server.doi_prefix}/zenodo.{deposition.id}"
    assert deposition.concept_doi == f"{server.doi_prefix}/zenodo.{deposition.concept_id}"
    assert file.md5 == hashlib.md5(CONTENT).hexdigest()

    record = await guest.records.get(deposition.doi)
    assert record.id == deposition.id
    assert record.title == "Soil moisture, one day"
    assert record.is_latest
    assert (await guest.records.get(deposition.concept_doi)).id == deposition.id
    assert (await guest.records.get(f"{guest.base_url}/records/{deposition.id}")).doi == record.doi
    paths = await record.files.download_all(tmp_path / "down")
    assert [path.read_bytes() for path in paths] == [CONTENT]
    assert [entry.name for entry in record.file_entries] == ["moisture.csv"]


async def test_an_incomplete_draft_tells_what_is_missing(client: AsyncClient) -> None:
    deposition = await client.depositions.create(
        Metadata(title="Only a title", publication_date="2026-11-22")
    )
    told = {problem.path for problem in deposition.problems}
    assert {"metadata.resource_type", "metadata.creators", "metadata.publisher"} <= told
    with pytest.raises(NotReadyToPublish) as refusal:
        await deposition.publish()
    assert {problem.path for problem in refusal.value.problems} == {
        "metadata.resource_type",
        "metadata.creators",
        "metadata.publisher",
    }
    await deposition.delete()


async def test_a_draft_can_start_empty_and_be_filled(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(Metadata(publication_date=None))
    assert deposition.state == "draft"
    assert deposition.title is None
    assert deposition.metadata.publication_date is None
    await deposition.update(complete("Filled later"))
    assert deposition.title == "Filled later"
    assert [problem.path for problem in deposition.problems] == ["files"]
    await deposition.delete()


async def test_publishing_without_a_file_is_refused_by_the_server(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(complete("No file"))
    with pytest.raises(BadRequest, match="Missing uploaded files") as refusal:
        await deposition.publish()
    assert [error.field for error in refusal.value.field_errors] == ["files"]
    assert refusal.value.status == 400
    assert deposition.state == "draft"
    await deposition.delete()


async def test_an_unknown_licence_is_refused_with_the_servers_words(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    metadata = complete("Odd licence")
    metadata.licenses = [License(Term("no-such-licence"))]
    with pytest.raises(BadRequest, match="Invalid value no-such-licence"):
        await client.depositions.create(metadata)


async def test_a_deleted_draft_is_gone(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(complete("To be deleted"))
    await deposition.delete()
    with pytest.raises((NotFound, Gone)):
        await deposition.refresh()
    with pytest.raises((NotFound, Gone)):
        await client.depositions.get(deposition.id)


async def test_published_work_cannot_be_deleted_or_changed_without_edit(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(complete("Published"))
    await deposition.files.upload(CONTENT, name="a.csv")
    await deposition.publish()
    with pytest.raises(Refused, match="cannot be deleted"):
        await deposition.delete()
    with pytest.raises(Refused, match="published already"):
        await deposition.publish()
    with pytest.raises(Refused, match="no open edits"):
        await deposition.discard()
    deposition.metadata.title = "Changed"
    with pytest.raises(Refused, match=r"edit\(\) first"):
        await deposition.save()


async def test_another_account_cannot_read_or_change_a_draft(
    client: AsyncClient, other: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(complete("Alice's"))
    with pytest.raises(PermissionDenied):
        await other.depositions.get(deposition.id)
    with pytest.raises(PermissionDenied):
        await other.depositions.files(deposition.id).upload(b"x", name="x")
    await deposition.delete()


async def test_writing_without_a_token_says_where_one_was_looked_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncClient(base_url=server.url) as nobody:
        with pytest.raises(PermissionDenied, match="ZENODO_SDK_TOKEN"):
            await nobody.depositions.create(
                Metadata(title="Nobody's", publication_date="2026-11-22")
            )


async def test_what_is_not_there_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFound):
        await client.records.get("zzzzz-zzzzz")
    with pytest.raises(NotFound, match=r"10\.1234/not-here"):
        await client.records.get("10.1234/not-here")


async def test_an_address_of_another_host_is_refused(client: AsyncClient) -> None:
    with pytest.raises(Refused, match=r"zenodo\.org"):
        await client.records.get("https://zenodo.org/records/8435696")


async def test_metadata_of_a_record_makes_another_deposition(
    client: AsyncClient, complete: Callable[[str], Metadata]
) -> None:
    deposition = await client.depositions.create(complete("The first"))
    await deposition.files.upload(CONTENT, name="a.csv")
    await deposition.publish()
    record = await client.records.get(deposition.id)
    second = await client.depositions.create(record.metadata)
    assert second.doi is None
    assert second.metadata.to_rdm()["metadata"] == record.metadata.to_rdm()["metadata"]
    await second.delete()
