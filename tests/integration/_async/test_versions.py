"""New versions, DOIs, communities, lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.conftest import Server
from zenodo_sdk import (
    AsyncClient,
    AsyncDeposition,
    Metadata,
    PermissionDenied,
    Refused,
)

Complete = Callable[[str], Metadata]


async def _published(client: AsyncClient, metadata: Metadata) -> AsyncDeposition:
    deposition = await client.depositions.create(metadata)
    await deposition.files.upload(b"one", name="a.txt")
    await deposition.files.upload(b"two", name="b.txt")
    return await deposition.publish()


async def test_a_new_version_takes_the_files_along(client: AsyncClient, complete: Complete) -> None:
    first = await _published(client, complete("Versioned"))
    second = await first.new_version()
    assert second.id != first.id
    assert second.concept_id == first.concept_id
    assert second.previous_id == first.id
    assert second.state == "draft"
    assert second.doi is None
    before = {file.name: file.md5 for file in await first.files.list()}
    assert {file.name: file.md5 for file in await second.files.list()} == before
    await second.files.delete("b.txt")
    await second.files.upload(b"three", name="c.txt")
    second.metadata.version = "2.0"
    await second.save()
    await second.publish()
    assert second.version_index == 2
    assert (await second.refresh()).previous_id == first.id
    assert second.doi != first.doi
    assert {file.name for file in await second.files.list()} == {"a.txt", "c.txt"}

    latest = await client.records.latest(first.id)
    assert latest.id == second.id
    assert (await client.records.get(first.concept_id or "")).id == second.id
    record = await client.records.get(first.id)
    assert not record.is_latest
    assert (await record.latest()).id == second.id


async def test_an_open_next_version_is_taken_up_again(
    client: AsyncClient, complete: Complete
) -> None:
    first = await _published(client, complete("Open next version"))
    second = await first.new_version()
    await second.files.delete("b.txt")
    again = await client.depositions.new_version(first.id)
    assert again.id == second.id
    assert [file.name for file in await again.files.list()] == ["a.txt"], "its files are kept"
    await again.delete()


async def test_a_new_version_can_start_without_files(
    client: AsyncClient, complete: Complete
) -> None:
    first = await _published(client, complete("Fresh files"))
    second = await first.new_version(import_files=False)
    assert await second.files.list() == []
    await second.delete()


async def test_a_draft_has_no_next_version(client: AsyncClient, complete: Complete) -> None:
    draft = await client.depositions.create(complete("A draft"))
    with pytest.raises(Refused, match="publish it before"):
        await draft.new_version()
    await draft.delete()


async def test_a_reserved_doi_survives_saving_and_is_the_one_that_is_registered(
    client: AsyncClient, complete: Complete, server: Server
) -> None:
    deposition = await client.depositions.create(complete("Reserved"))
    await deposition.reserve_doi()
    reserved = deposition.doi
    assert reserved == f"{server.doi_prefix}/zenodo.{deposition.id}"
    assert deposition.metadata.doi is None
    assert (await client.depositions.reserve_doi(deposition.id)).doi == reserved
    deposition.metadata.title = "Reserved and saved"
    await deposition.save()
    assert deposition.doi == reserved
    await deposition.update(complete("Reserved and replaced"))
    assert deposition.doi == reserved
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish()
    assert deposition.doi == reserved


async def test_an_external_doi_is_kept_and_can_be_taken_back(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    metadata = complete("From elsewhere")
    metadata.doi = doi = f"10.1234/external.{server.unique}"
    deposition = await client.depositions.create(metadata)
    assert deposition.doi == doi
    assert deposition.metadata.doi == doi
    deposition.metadata.title = "From elsewhere, saved"
    await deposition.save()
    assert deposition.metadata.doi == doi
    deposition.metadata.doi = None
    await deposition.save()
    assert deposition.doi is None
    await deposition.delete()


async def test_an_external_doi_stays_with_its_version(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    metadata = complete("Published elsewhere")
    metadata.doi = f"10.1234/published.{server.unique}"
    deposition = await _published(client, metadata)
    assert deposition.doi == metadata.doi
    assert deposition.concept_doi is None
    if server.zenodo:
        with pytest.raises(PermissionDenied) as denied:
            await deposition.new_version()
        assert "a DOI that was registered elsewhere" in denied.value.__notes__[0]
        return
    following = await deposition.new_version()
    assert following.doi is None
    assert following.metadata.doi is None
    await following.delete()


async def test_communities_answer_one_by_one(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("For communities"))
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish(
        communities=[server.reviewed_community, "no-such-community", server.community]
    )
    assert deposition.state == "published"
    assert {outcome.community: outcome.status for outcome in deposition.inclusions} == {
        server.reviewed_community: "submitted",
        "no-such-community": "refused",
        server.community: "accepted",
    }
    await deposition.refresh()
    assert len(deposition.inclusions) == 3, "still known"
    assert [community.slug for community in deposition.communities] == [server.community]


async def test_a_wish_for_unknown_communities_alone_does_not_fail_the_publication(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("For nobody"))
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish(communities=["no-such-community"])
    assert deposition.state == "published"
    assert [outcome.status for outcome in deposition.inclusions] == ["refused"]


async def test_lists_filter_and_count(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    draft = await client.depositions.create(complete(f"Listed draft {server.unique}"))
    published = await _published(client, complete(f"Listed record {server.unique}"))
    editing = await _published(client, complete(f"Listed edited {server.unique}"))
    await editing.edit()
    await server.async_wait(3)
    query = f"metadata.title:(listed AND {server.unique})"

    everything = client.depositions.list(query)
    assert await everything.total() == 3
    found = {deposition.id: deposition.state async for deposition in everything}
    assert found == {draft.id: "draft", published.id: "published", editing.id: "editing"}
    assert {deposition.id async for deposition in everything} == set(found), "read again"

    drafts = [found.id async for found in client.depositions.list(query, published=False)]
    assert drafts == [draft.id]
    edited = [found.id async for found in client.depositions.list(query, editing=True)]
    assert edited == [editing.id]
    closed = client.depositions.list(query, published=True, editing=False)
    assert [found.id async for found in closed] == [published.id]

    pages = client.depositions.list(query, page_size=2, sort="oldest").pages()
    assert [[found.id for found in page] async for page in pages] == [
        [draft.id, published.id],
        [editing.id],
    ]
    two = client.depositions.list(query, limit=2, sort="oldest")
    assert [found.id async for found in two] == [draft.id, published.id]
    first = await client.depositions.list(query, sort="oldest").first()
    assert first is not None
    assert first.id == draft.id
    assert await client.depositions.list("metadata.title:nothingatall").first() is None
    await draft.delete()
    await editing.discard()


async def test_a_draft_is_found_by_its_external_doi(
    client: AsyncClient, server: Server, complete: Complete
) -> None:
    metadata = complete("Found by its DOI")
    metadata.doi = f"10.1234/lookup.{server.unique}"
    draft = await client.depositions.create(metadata)
    await server.async_wait(3)
    assert (await client.depositions.get(f"https://doi.org/{metadata.doi}")).id == draft.id
    await draft.delete()


async def test_search_finds_published_records(
    client: AsyncClient, guest: AsyncClient, server: Server, complete: Complete
) -> None:
    deposition = await _published(client, complete(f"Searched record {server.unique}"))
    await server.async_wait(3)
    search = guest.records.search(f"metadata.title:(searched AND {server.unique})")
    assert [record.doi async for record in search] == [deposition.doi]
    assert await search.total() == 1
    versions = guest.records.versions(deposition.id)
    assert [record.id async for record in versions] == [deposition.id]
