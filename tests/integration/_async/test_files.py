"""Files: names, overwriting, access."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from zenodo_sdk import (
    Access,
    AsyncClient,
    FileExists,
    Metadata,
    NotFound,
    NotReadyToPublish,
    PermissionDenied,
    Progress,
    Refused,
)

Complete = Callable[[str], Metadata]

ODD_NAMES = (
    "plain.csv",
    "with space.csv",
    "a#b?c%d.csv",
    "a+b&c=d.csv",
    "100%25.csv",
    "überraschung.csv",
    "データ.csv",
    "folder/inner.csv",
)


async def test_odd_names_come_back_as_they_were(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    deposition = await client.depositions.create(complete("Odd names"))
    for name in ODD_NAMES:
        file = await deposition.files.upload(name.encode(), name=name)
        assert file.name == name
    assert {file.name for file in await deposition.files.list()} == set(ODD_NAMES)
    for name in ODD_NAMES:
        assert (await deposition.files.get(name)).md5 == hashlib.md5(name.encode()).hexdigest()
    await deposition.publish()
    record = await client.records.get(deposition.id)
    await record.files.download_all(tmp_path / "all", connections=1)
    for name in ODD_NAMES:
        assert (tmp_path / "all" / name).read_text() == name
    one = await record.files.download("a#b?c%d.csv", tmp_path)
    assert one.read_text() == "a#b?c%d.csv"


async def test_uploads_of_paths_bytes_and_streams(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    deposition = await client.depositions.create(complete("Sources"))
    path = tmp_path / "from-path.txt"
    path.write_bytes(b"from a path")
    events: list[Progress] = []
    by_path = await deposition.files.upload(path, progress=events.append)
    assert (by_path.name, by_path.size) == ("from-path.txt", 11)
    assert {event.total for event in events} == {11}
    assert (events[0].phase, events[0].done) == ("waiting", 0)
    assert (events[-1].phase, events[-1].done) == ("done", 11)
    stream = io.BytesIO(b"skipped, sent")
    stream.seek(9)
    by_stream = await deposition.files.upload(stream, name="stream.txt")
    assert by_stream.size == 4
    many = await deposition.files.upload_many({"x/1.txt": b"1", "x/2.txt": b"22"}, at_once=1)
    assert [(file.name, file.size) for file in many] == [("x/1.txt", 1), ("x/2.txt", 2)]
    assert all(file.is_complete for file in await deposition.files.list())
    await deposition.delete()


async def test_a_name_that_is_taken(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Overwriting"))
    await deposition.files.upload(b"old", name="a.txt")
    with pytest.raises(FileExists, match="overwrite='replace'"):
        await deposition.files.upload(b"new", name="a.txt")
    kept = await deposition.files.upload(b"old", name="a.txt", overwrite="skip")
    assert kept.md5 == hashlib.md5(b"old").hexdigest()
    with pytest.raises(FileExists, match="other content"):
        await deposition.files.upload(b"new", name="a.txt", overwrite="skip")
    new = await deposition.files.upload(b"new", name="a.txt", overwrite="replace")
    assert new.md5 == hashlib.md5(b"new").hexdigest()
    assert [file.md5 for file in await deposition.files.list()] == [new.md5]
    await deposition.delete()


async def test_deleting_and_missing_files(client: AsyncClient, complete: Complete) -> None:
    deposition = await client.depositions.create(complete("Deleting"))
    file = await deposition.files.upload(b"content", name="a.txt")
    await file.delete()
    assert await deposition.files.list() == []
    with pytest.raises(NotFound):
        await deposition.files.delete("a.txt")
    with pytest.raises(NotFound):
        await deposition.files.get("a.txt")
    await deposition.delete()


async def test_empty_files_are_refused_before_they_are_announced(
    client: AsyncClient, complete: Complete
) -> None:
    deposition = await client.depositions.create(complete("Empty"))
    with pytest.raises(Refused, match="empty"):
        await deposition.files.upload(b"", name="a.txt")
    assert await deposition.files.list() == []
    await deposition.delete()


async def test_files_of_a_draft_can_be_read_back(
    client: AsyncClient, complete: Complete, tmp_path: Path
) -> None:
    deposition = await client.depositions.create(complete("Read back"))
    file = await deposition.files.upload(b"content", name="a.txt")
    path = await file.download(tmp_path / "own-name.txt")
    assert path == tmp_path / "own-name.txt"
    assert path.read_bytes() == b"content"
    await deposition.files.download("a.txt", tmp_path / "own-name.txt")  # keeps what is the same
    path.write_text("changed")
    with pytest.raises(Refused, match="overwrite='replace'"):
        await deposition.files.download("a.txt", tmp_path / "own-name.txt")
    await deposition.files.download("a.txt", tmp_path / "own-name.txt", overwrite="replace")
    assert path.read_bytes() == b"content"
    await deposition.delete()


async def test_restricted_files_are_the_owners_alone(
    client: AsyncClient,
    other: AsyncClient,
    guest: AsyncClient,
    complete: Complete,
    tmp_path: Path,
) -> None:
    metadata = complete("Restricted files")
    metadata.access = Access.restricted()
    deposition = await client.depositions.create(metadata)
    await deposition.files.upload(b"secret", name="a.txt")
    await deposition.publish()
    assert deposition.access_status == "restricted"
    record = await guest.records.get(deposition.id)
    assert record.file_count is None
    with pytest.raises(PermissionDenied):
        await record.files.list()
    with pytest.raises(PermissionDenied):
        await other.records.files(deposition.id).download("a.txt", tmp_path)
    assert list(tmp_path.iterdir()) == []
    mine = await client.records.files(deposition.id).download("a.txt", tmp_path)
    assert mine.read_bytes() == b"secret"


async def test_an_embargo_travels_with_the_creation(
    client: AsyncClient, guest: AsyncClient, complete: Complete
) -> None:
    metadata = complete("Under embargo")
    metadata.access = Access.embargoed("2099-12-31", reason="Paper pending")
    deposition = await client.depositions.create(metadata)
    await deposition.files.upload(b"later", name="a.txt")
    await deposition.publish()
    record = await guest.records.get(deposition.id)
    assert record.access_status == "embargoed"
    assert record.metadata.access is not None
    assert record.metadata.access.embargo is not None
    assert record.metadata.access.embargo.until == "2099-12-31"
    assert record.metadata.access.embargo.reason == "Paper pending"
    with pytest.raises(PermissionDenied):
        await record.files.list()


async def test_an_embargo_in_the_past_is_refused(client: AsyncClient, complete: Complete) -> None:
    metadata = complete("Past embargo")
    # written by a program that judges nothing
    embargo: JsonValue = {"active": True, "until": "2020-01-01"}
    metadata.access = Access.from_rdm(
        {"record": "public", "files": "restricted", "embargo": embargo}
    )
    deposition = await client.depositions.create(metadata)
    assert any(problem.path.startswith("metadata.access") for problem in deposition.problems)
    await deposition.files.upload(b"x", name="a.txt")
    with pytest.raises(NotReadyToPublish, match=r"metadata\.access\.embargo\.until"):
        await deposition.publish()
    await deposition.delete()
