"""Whole folders and whole records: what the server makes of them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.folders import fill
from zenodo_sdk import Access, AsyncClient, AsyncDeposition, FileCache, Metadata, PermissionDenied
from zenodo_sdk.wire import endpoints
from zenodo_sdk.wire.call import Call

Complete = Callable[[str], Metadata]


async def held(deposition: AsyncDeposition) -> dict[str, str | None]:
    """The complete files on the server."""
    files = await deposition.files.list()
    assert all(file.is_complete for file in files)
    return {file.name: file.md5 for file in files}


def hashed(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}


async def test_many_files_of_which_some_are_there(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Many"))
    await deposition.files.upload(b"kept", name="kept.txt")
    # announced, and its content never came
    await client._transport.send(endpoints.init_files(deposition.id, ["begun.txt"]))
    contents = {"new.txt": b"new", "kept.txt": b"kept", "begun.txt": b"begun"}
    files = await deposition.files.upload_many(contents, at_once=1)
    assert [file.name for file in files] == list(contents)
    assert await held(deposition) == hashed(contents)
    await deposition.delete()


@pytest.mark.unrecorded
async def test_many_files_are_replaced_at_once(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Replaced"))
    names = [f"{number}.txt" for number in range(12)]
    await deposition.files.upload_many(dict.fromkeys(names, b"old"))
    new = {name: f"new {name}".encode() for name in names}
    # the server does one deletion in a draft at a time, and fails at those beside it
    await deposition.files.upload_many(new, overwrite="replace", at_once=8)
    assert await held(deposition) == hashed(new)
    await deposition.delete()


async def test_a_folder_is_kept_in_step(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    first = {"same.txt": b"same", "changed.txt": b"old", "old/gone.txt": b"gone"}
    deposition = await client.depositions.create(complete("In step"))
    await deposition.files.sync(fill(folder, first))
    assert await held(deposition) == hashed(first)
    await deposition.publish()

    (folder / "old" / "gone.txt").unlink()
    fill(folder, {"changed.txt": b"new", "added/here.txt": b"added"})
    second = {"same.txt": b"same", "changed.txt": b"new", "added/here.txt": b"added"}
    version = await deposition.new_version(files_from=folder)
    assert await held(version) == hashed(second)
    plan = await version.files.plan(folder)
    assert plan.is_in_step
    assert len(plan.kept) == 3
    await version.delete()


async def test_all_files_as_one_archive(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    folder = fill(tmp_path / "folder", {"a.txt": b"first", "deep/b.txt": b"second"})
    deposition = await client.depositions.create(complete("Archives"))
    await deposition.files.upload_archive(folder, "folder.zip")
    await deposition.files.upload(b"beside it", name="c.txt")
    await deposition.publish()
    record = await client.records.get(deposition.id)

    both = await record.files.download_archive(tmp_path / "both.zip")
    with zipfile.ZipFile(both) as archive:
        assert sorted(archive.namelist()) == ["c.txt", "folder.zip"]
        assert archive.read("c.txt") == b"beside it"

    one = await record.files.download("folder.zip", tmp_path)
    with zipfile.ZipFile(one) as archive:
        assert archive.read("deep/b.txt") == b"second"


async def test_a_whole_record_and_again(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    contents = {"a.csv": "1", "b.csv": "2", "c.txt": "3"}
    deposition = await client.depositions.create(complete("Whole"))
    await deposition.files.upload_many(
        {name: text.encode() for name, text in contents.items()}, at_once=1
    )
    await deposition.publish()
    files = client.records.files(deposition.id)
    await files.download_all(tmp_path, pattern="*.csv", connections=1)
    plan = await files.plan_download(tmp_path)
    states = {entry.file.name: entry.state for entry in plan.entries}
    assert states == {"a.csv": "present", "b.csv": "present", "c.txt": "missing"}
    await plan.apply(connections=1)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == contents

    cache = FileCache(tmp_path / "cache")
    path = await files.fetch("a.csv", cache=cache)
    assert path == await files.fetch("a.csv", cache=cache, offline=True)
    assert path.read_text() == "1"


@pytest.mark.unrecorded
async def test_a_share_link_opens_restricted_files(
    client: AsyncClient, guest: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    metadata = complete("Shared")
    metadata.access = Access.restricted()
    deposition = await client.depositions.create(metadata)
    await deposition.files.upload(b"secret", name="a.txt")
    await deposition.publish()
    with pytest.raises(PermissionDenied):
        await guest.records.files(deposition.id).list()
    made = await client._transport.send(
        Call("POST", f"/api/records/{deposition.id}/access/links", body={"permission": "view"})
    )
    token = (made.document() or {})["token"]
    assert isinstance(token, str)
    link = f"{guest.base_url}/records/{deposition.id}?token={token}"
    record = await guest.records.get(link)
    path = await record.files.download("a.txt", tmp_path)
    assert path.read_bytes() == b"secret"
    by_id = guest.records.files(deposition.id, share_token=token)
    assert [file.name for file in await by_id.list()] == ["a.txt"]
    assert token not in repr(record) + repr(by_id) + record.model_dump_json()
