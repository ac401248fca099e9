"""Saving, conflicts, editing what is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.conftest import Server
from zenodo_sdk import (
    AsyncClient,
    AsyncDeposition,
    Conflict,
    Creator,
    FilesLocked,
    Metadata,
    NotFound,
    NotReadyToPublish,
    Refused,
)

Complete = Callable[[str], Metadata]


async def _published(client: AsyncClient, metadata: Metadata) -> AsyncDeposition:
    deposition = await client.depositions.create(metadata)
    await deposition.files.upload(b"content", name="a.txt")
    return await deposition.publish()


async def test_save_changes_only_what_was_changed(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Before"))
    before = deposition.metadata.to_rdm()
    deposition.metadata.title = "After"
    saved = await deposition.save()
    assert saved is deposition
    fresh = await client.depositions.get(deposition.id)
    assert fresh.title == "After"
    after = fresh.metadata.to_rdm()
    assert {**before, "metadata": {**_part(before), "title": "After"}} == after
    await deposition.delete()


async def test_save_without_a_change_sends_nothing(
    client: AsyncClient, complete: Complete, caplog: pytest.LogCaptureFixture
) -> None:
    deposition = await client.depositions.create(complete("Unchanged"))
    with caplog.at_level("DEBUG", logger="zenodo_sdk"):
        await deposition.save()
    assert not caplog.messages
    await deposition.delete()


async def test_a_change_made_elsewhere_is_a_conflict(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("Ours"))
    theirs = await client.depositions.get(deposition.id)
    theirs.metadata.description = "<p>Theirs</p>"
    await theirs.save()
    deposition.metadata.title = "Ours, changed"
    with pytest.raises(Conflict, match="refresh") as conflict:
        await deposition.save()
    assert [difference.path for difference in conflict.value.differences] == [
        "metadata.description"
    ]
    await deposition.refresh()
    assert deposition.metadata.description == "<p>Theirs</p>"
    deposition.metadata.title = "Ours, changed"
    await deposition.save()
    assert deposition.title == "Ours, changed"
    await deposition.delete()


async def test_a_revision_that_rose_without_an_edit_is_no_conflict(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("Files come and go"))
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.files.delete("a.txt")
    deposition.metadata.title = "Files came and went"
    await deposition.save()
    assert deposition.title == "Files came and went"
    await deposition.delete()


async def test_edit_save_publish(client: AsyncClient, complete: Complete) -> None:
    deposition = await _published(client, complete("First words"))
    revision, doi = deposition.revision, deposition.doi
    await deposition.edit()
    assert deposition.state == "editing"
    deposition.metadata.title = "Better words"
    with pytest.raises(NotReadyToPublish, match=r"save\(\) first"):
        await deposition.publish()
    await deposition.save()
    assert (await client.records.get(deposition.id)).title == "First words"
    await deposition.publish()
    assert deposition.state == "published"
    assert deposition.revision > revision
    assert deposition.doi == doi
    assert (await client.records.get(deposition.id)).title == "Better words"


async def test_edit_and_publish_with_no_change_changes_nothing(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await _published(client, complete("As it was"))
    before = (await client.records.get(deposition.id)).metadata.to_rdm()
    await deposition.edit()
    await deposition.save()
    await deposition.publish()
    assert (await client.records.get(deposition.id)).metadata.to_rdm() == before


async def test_open_edits_can_be_dropped(client: AsyncClient, complete: Complete) -> None:
    deposition = await _published(client, complete("Stays"))
    await deposition.edit()
    deposition.metadata.title = "Does not stay"
    await deposition.save()
    await deposition.discard()
    assert deposition.state == "published"
    assert deposition.title == "Stays"
    assert (await client.depositions.get(deposition.id)).state == "published"


async def test_discarding_a_draft_is_refused(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Never published"))
    with pytest.raises(Refused, match=r"delete\(\)"):
        await deposition.discard()
    assert (await client.depositions.get(deposition.id)).state == "draft"
    await client.depositions.delete(deposition.id)


async def test_files_of_published_work_are_locked(
    client: AsyncClient, complete: Complete, caplog: pytest.LogCaptureFixture
) -> None:
    deposition = await _published(client, complete("Locked"))
    await deposition.edit()
    with caplog.at_level("DEBUG", logger="zenodo_sdk"):
        with pytest.raises(FilesLocked, match="new_version"):
            await deposition.files.upload(b"more", name="b.txt")
        with pytest.raises(FilesLocked):
            await deposition.files.delete("a.txt")
    assert not caplog.messages, "refused before a byte was sent"
    with pytest.raises(FilesLocked):
        await client.depositions.files(deposition.id).upload(b"more", name="b.txt")
    assert [file.name for file in await deposition.files.list()] == ["a.txt"]
    await deposition.discard()


async def test_update_keeps_access_that_it_does_not_name(
    client: AsyncClient, complete: Complete
) -> None:
    from zenodo_sdk import Access

    metadata = complete("Restricted")
    metadata.access = Access.restricted()
    deposition = await client.depositions.create(metadata)
    assert deposition.metadata.access is not None
    assert deposition.metadata.access.files == "restricted"
    await deposition.update(complete("Still restricted"))
    fresh = await client.depositions.get(deposition.id)
    assert fresh.title == "Still restricted"
    assert fresh.metadata.access is not None
    assert fresh.metadata.access.files == "restricted"
    await deposition.delete()


async def test_values_the_server_drops_are_told(client: AsyncClient, complete: Complete) -> None:
    metadata = complete("With an unknown field")
    metadata.extra = {"no_such_field": "value"}
    metadata.creators.append(Creator.organization("CERN"))
    deposition = await client.depositions.create(metadata)
    assert ("metadata.no_such_field", "Unknown field.") in {
        (problem.path, problem.message) for problem in deposition.problems
    }
    assert [creator.name for creator in deposition.metadata.creators] == ["Okafor, Ada", "CERN"]
    await deposition.delete()


def _part(body: dict[str, object]) -> dict[str, object]:
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    return metadata


async def test_unsaved_changes_survive_edit_and_reserve_doi(
    client: AsyncClient, complete: Complete, server: Server
) -> None:
    deposition = await client.depositions.create(complete("Before"))
    deposition.metadata.title = "After"
    await deposition.reserve_doi()
    assert deposition.title == "After"
    with pytest.raises(NotReadyToPublish):
        await deposition.publish()
    await deposition.save()
    assert deposition.doi == f"{server.doi_prefix}/zenodo.{deposition.id}"
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish()
    deposition.metadata.version = "2"
    await deposition.edit()
    assert deposition.state == "editing"
    await deposition.save()
    await deposition.publish()
    assert (await client.records.get(deposition.id)).metadata.version == "2"
    assert [record.id async for record in deposition.versions()] == [deposition.id]


async def test_edit_with_unsaved_changes_meets_another_ones_edit(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await _published(client, complete("Ours"))
    theirs = await client.depositions.get(deposition.id)
    await theirs.edit()
    theirs.metadata.description = "<p>Theirs</p>"
    await theirs.save()
    deposition.metadata.title = "Ours, changed"
    with pytest.raises(Conflict, match="description"):
        await deposition.edit()
    assert deposition.title == "Ours, changed"
    await theirs.discard()


async def test_what_the_server_says_cannot_be_set(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Set"))
    with pytest.raises(AttributeError, match=r"metadata\.doi"):
        deposition.doi = "10.1234/mine"
    with pytest.raises(AttributeError, match=r"publish\(\)"):
        deposition.state = "published"
    with pytest.raises(AttributeError):
        deposition.id = "another"
    await deposition.delete()


async def test_another_ones_doi_touches_nothing(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Same number, other prefix"))
    stranger = f"10.9999/zenodo.{deposition.id}"
    with pytest.raises(NotFound, match="give its id"):
        await client.depositions.delete(stranger)
    with pytest.raises(NotFound):
        await client.depositions.publish(f"https://doi.org/{stranger}")
    with pytest.raises(Refused, match="is a DOI"):
        client.depositions.files(stranger)
    assert (await client.depositions.get(deposition.id)).state == "draft"
    await deposition.delete()


async def test_a_stale_object_destroys_nothing(client: AsyncClient, complete: Complete) -> None:
    stale = await client.depositions.create(complete("Before"))
    theirs = await client.depositions.get(stale.id)
    theirs.metadata.title = "Hours of work"
    await theirs.save()
    with pytest.raises(Conflict, match="title"):
        await stale.delete()
    await theirs.files.upload(b"content", name="a.txt")
    await theirs.publish()
    with pytest.raises(Refused, match="refresh"):
        await stale.publish()
    with pytest.raises(FilesLocked):
        await stale.files.upload(b"more", name="b.txt")
    await theirs.edit()
    theirs.metadata.title = "An edit in the making"
    await theirs.save()
    with pytest.raises((Refused, Conflict)):
        await stale.delete()
    read_before = await client.depositions.get(stale.id)
    theirs.metadata.title = "An edit further on"
    await theirs.save()
    with pytest.raises(Conflict, match="further on"):
        await read_before.publish()
    with pytest.raises(Conflict, match="further on"):
        await read_before.discard()
    assert (await client.depositions.get(stale.id)).title == "An edit further on"
    await theirs.discard()


async def test_files_go_on_working_through_publication(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("Files held on to"))
    files = deposition.files
    file = await files.upload(b"content", name="a.txt")
    by_id = client.depositions.files(deposition.id)
    assert [found.name for found in await by_id.list()] == ["a.txt"]
    await deposition.publish()
    assert [found.name for found in await files.list()] == ["a.txt"]
    assert [found.name for found in await by_id.list()] == ["a.txt"]
    assert (await by_id.get("a.txt")).md5 == file.md5
    with pytest.raises(FilesLocked):
        await files.upload(b"more", name="b.txt")
    with pytest.raises(FilesLocked):
        await file.delete()
    with pytest.raises(NotFound):
        await files.get("b.txt")
