"""Files through the cache: what is asked, what is kept, and who downloads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.stub_server import Entry, Got, Reply, Stub
from zenodo_sdk import (
    Access,
    AsyncClient,
    AsyncRecordFiles,
    FileCache,
    Metadata,
    NoAnswer,
    NotFound,
    PermissionDenied,
    Progress,
    Refused,
)
from zenodo_sdk._async import _runtime
from zenodo_sdk.models.file import FileData
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.transfer.cache.shelf import Shelf
from zenodo_sdk.transfer.download.claim import Claims, Owner

from .conftest import Clock, Connect

CONTENT = bytes(range(256)) * 40
LIST = "GET /api/records/1/files"
GET = "GET /api/records/1/files/a.bin/content"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileCache:
    """The user's cache."""
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(tmp_path / "cache"))
    return FileCache()


@pytest.fixture
def record(stub: Stub, client: AsyncClient) -> AsyncRecordFiles:
    stub.files["1"] = {"a.bin": Entry.of(CONTENT), "in/b.csv": Entry.of(b"1,2\n")}
    return client.records.files("1")


def change(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(0o444)


async def test_it_is_downloaded_once(
    stub: Stub, record: AsyncRecordFiles, cache: FileCache
) -> None:
    path = await record.fetch("a.bin")
    assert path.name == "a.bin"
    assert path.is_relative_to(cache.path)
    assert path.read_bytes() == CONTENT
    assert not path.stat().st_mode & 0o222
    assert await record.fetch("a.bin") == path
    assert stub.lines() == [LIST, GET, LIST]
    assert [(file.name, file.path) for file in cache.list()] == [("a.bin", path)]
    assert cache.list()[0].host == record._transport.settings.host
    assert (await record.fetch("in/b.csv")).parts[-2:] == ("in", "b.csv")


async def test_a_file_itself_saves_the_request(stub: Stub, record: AsyncRecordFiles) -> None:
    files = await record.list()
    paths = [await file.fetch() for file in files]
    stub.got.clear()
    assert [await record.fetch(file) for file in files] == paths
    assert [await file.fetch() for file in files] == paths
    assert stub.lines() == []
    assert await record.fetch("a.bin", offline=True) == paths[0]
    assert await record.fetch("in/b.csv", offline=True) == paths[1]


async def test_offline(stub: Stub, record: AsyncRecordFiles, cache: FileCache) -> None:
    with pytest.raises(Refused, match=r"'a\.bin' of record 1 is not in the cache .* has none"):
        await record.fetch("a.bin", offline=True)
    path = await record.fetch("a.bin")
    stub.got.clear()
    assert await record.fetch("a.bin", offline=True) == path
    with pytest.raises(Refused, match=r"which has 'a\.bin' of it; fetch it once without offline"):
        await record.fetch("in/b.csv", offline=True)
    with pytest.raises(Refused, match=r"'c\.bin' of record 1 is not in the cache"):
        await record.fetch("c.bin", offline=True)
    assert stub.lines() == []


async def test_offline_knows_damage(record: AsyncRecordFiles) -> None:
    path = await record.fetch("a.bin")
    os.utime(path)
    assert await record.fetch("a.bin", offline=True) == path, "read, and the same"
    change(path, CONTENT[::-1])
    with pytest.raises(Refused, match="not in the cache"):
        await record.fetch("a.bin", offline=True)


async def test_without_a_network(stub: Stub, record: AsyncRecordFiles, connect: Connect) -> None:
    path = await record.fetch("a.bin")

    def cut(_: Got) -> Reply:
        raise ConnectionResetError

    stub.script("GET", "/api/records/1/files", cut)
    with pytest.raises(NoAnswer, match=r"fetch\('a\.bin', offline=True\) gives it") as caught:
        await record.fetch("a.bin")
    assert caught.value.path == "/api/records/1/files"
    with pytest.raises(NoAnswer) as caught:
        await record.fetch("in/b.csv")
    assert "offline" not in str(caught.value)
    assert await record.fetch("a.bin", offline=True) == path


async def test_a_file_that_was_replaced(stub: Stub, record: AsyncRecordFiles) -> None:
    old = await record.fetch("a.bin")
    stub.files["1"]["a.bin"] = Entry.of(b"new")
    new = await record.fetch("a.bin")
    assert (old.read_bytes(), new.read_bytes()) == (CONTENT, b"new")
    assert await record.fetch("a.bin", offline=True) == new


@pytest.mark.parametrize("damaged", [CONTENT[::-1], CONTENT[:-1], b""])
async def test_a_damaged_one_is_fetched_anew(
    stub: Stub, record: AsyncRecordFiles, damaged: bytes
) -> None:
    path = await record.fetch("a.bin")
    change(path, damaged)
    assert await record.fetch("a.bin") == path
    assert path.read_bytes() == CONTENT
    assert stub.lines().count(GET) == 2


async def test_one_that_was_touched_is_read(stub: Stub, record: AsyncRecordFiles) -> None:
    path = await record.fetch("a.bin")
    os.utime(path)
    assert await record.fetch("a.bin") == path
    assert stub.lines().count(GET) == 1


async def test_a_name_that_is_nearly_right(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.files["1"]["2025/grid.nc"] = Entry.of(b"1")
    told = r"record 1 has no file 'Gird\.nc'; it has '2025/grid\.nc', 'a\.bin', 'in/b\.csv'$"
    for ask in (record.get, record.download, record.members, record.fetch):
        with pytest.raises(NotFound, match=told):
            await ask("Gird.nc")
    with pytest.raises(NotFound, match=told):
        await record.download_member("Gird.nc", "a", tmp_path)


async def test_no_such_file(stub: Stub, record: AsyncRecordFiles) -> None:
    with pytest.raises(NotFound, match=r"record 1 has no file 'c\.bin'; it has 'a\.bin', 'in/b"):
        await record.fetch("c.bin")
    stub.files["1"] = {}
    with pytest.raises(NotFound, match="it has none"):
        await record.fetch("a.bin")


async def test_an_upload_that_is_not_complete(stub: Stub, client: AsyncClient) -> None:
    stub.files["1"] = {"a.bin": Entry(b"half")}
    with pytest.raises(Refused, match=r"the upload of 'a\.bin' is not complete"):
        await client.depositions.files("1").fetch("a.bin")


async def test_without_a_checksum(record: AsyncRecordFiles) -> None:
    with pytest.raises(Refused, match=r"no checksum of 'a\.bin'.*use download"):
        await record.fetch(FileData(name="a.bin", size=3))


async def test_progress(record: AsyncRecordFiles) -> None:
    seen: list[Progress] = []
    await record.fetch("a.bin", progress=seen.append)
    assert seen[-1].phase == "done"
    assert seen[-1].done == len(CONTENT)
    seen.clear()
    await record.fetch("a.bin", progress=seen.append)
    assert [(each.name, each.phase, each.done) for each in seen] == [
        ("a.bin", "skipped", len(CONTENT))
    ]


async def test_a_cache_of_ones_own(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, cache: FileCache
) -> None:
    mine = FileCache(tmp_path / "mine")
    path = await record.fetch("a.bin", cache=mine)
    assert path.is_relative_to(tmp_path / "mine")
    assert cache.list() == []
    assert [file.path for file in mine.list()] == [path]
    assert mine.clean() == len(CONTENT)
    assert not path.exists()
    assert (await record.fetch("a.bin", cache=mine)).read_bytes() == CONTENT


async def test_a_cache_that_is_cleaned_meanwhile(
    record: AsyncRecordFiles, cache: FileCache
) -> None:
    """What was noted of a file that was not there yet is noted again."""

    def clean(progress: Progress) -> None:
        if progress.phase == "waiting":
            cache.clean()

    path = await record.fetch("a.bin", progress=clean)
    assert [file.path for file in cache.list()] == [path]
    assert await record.fetch("a.bin", offline=True) == path


async def test_offline_tells_of_names_that_no_disk_takes(
    stub: Stub, record: AsyncRecordFiles
) -> None:
    stub.files["1"] |= {"../odd": Entry.of(b"1"), "summed": Entry(b"1", 0, None, True)}
    await record.fetch("a.bin")
    with pytest.raises(Refused, match=r"'in/b\.csv' .* which has 'a\.bin' of it"):
        await record.fetch("in/b.csv", offline=True)


async def test_hosts_and_records_are_kept_apart(
    stub: Stub, record: AsyncRecordFiles, client: AsyncClient, cache: FileCache
) -> None:
    stub.files["2"] = dict(stub.files["1"])
    paths = {await record.fetch("a.bin"), await client.records.files("2").fetch("a.bin")}
    assert len(paths) == 2
    assert {file.record_id for file in cache.list()} == {"1", "2"}


# --- who downloads ----------------------------------------------------------------------------


async def test_many_at_once(stub: Stub, record: AsyncRecordFiles) -> None:
    async def one(_: int) -> Path:
        return await record.fetch("a.bin")

    paths = await _runtime.side_by_side(one, range(16), 16)
    assert {path.read_bytes() for path in paths} == {CONTENT}
    assert stub.lines().count(GET) == 1, "one downloads for all"


async def test_waiting_for_another_process(
    stub: Stub, record: AsyncRecordFiles, monkeypatch: pytest.MonkeyPatch, cache: FileCache
) -> None:
    (file,) = [each for each in await record.list() if each.name == "a.bin"]
    shelf = Shelf.of(cache.path, record._transport.settings.host, "1")
    other = shelf.turn(file)
    assert other.take()
    pauses: list[float] = []
    seen: list[Progress] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 5:
            path = shelf.target(file)
            path.parent.mkdir()
            path.write_bytes(CONTENT)
            shelf.keep(file, path)

    monkeypatch.setattr(_runtime, "sleep", sleep)
    assert (await record.fetch(file, progress=seen.append)).read_bytes() == CONTENT
    assert stub.lines().count(GET) == 0
    assert pauses == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert [each.phase for each in seen] == ["waiting", "skipped"]
    other.release()


async def test_the_other_failed(
    stub: Stub, record: AsyncRecordFiles, monkeypatch: pytest.MonkeyPatch, cache: FileCache
) -> None:
    (file, _) = await record.list()
    other = Shelf.of(cache.path, record._transport.settings.host, "1").turn(file)
    assert other.take()

    async def sleep(_: float) -> None:
        other.release()

    monkeypatch.setattr(_runtime, "sleep", sleep)
    assert (await record.fetch(file)).read_bytes() == CONTENT
    assert stub.lines().count(GET) == 1


async def test_the_other_fell_silent(
    stub: Stub, record: AsyncRecordFiles, clock: Clock, cache: FileCache
) -> None:
    (file, _) = await record.list()
    shelf = Shelf.of(cache.path, record._transport.settings.host, "1")
    shelf.folder.mkdir(parents=True)
    elsewhere = Owner("0123456789ab", 17, "01234567")
    (shelf.folder / f"{file.md5}.turn").write_text(str(elsewhere))
    path = shelf.target(file)
    path.parent.mkdir()
    Claims(path, file.md5 or "").own(elsewhere).write_bytes(CONTENT[:9])
    assert (await record.fetch(file)).read_bytes() == CONTENT
    assert 600 < clock.passed < 610


async def test_a_failure_leaves_the_turn_to_the_next(
    stub: Stub, record: AsyncRecordFiles, cache: FileCache
) -> None:
    path = "/api/records/1/files/a.bin/content"
    stub.script("GET", path, Reply.json({"message": "no"}, 403))
    with pytest.raises(PermissionDenied):
        await record.fetch("a.bin")
    assert cache.list() == []
    assert [*cache.path.rglob("*.turn")] == []
    stub.script("GET", path)
    assert (await record.fetch("a.bin")).read_bytes() == CONTENT


# --- a whole server ---------------------------------------------------------------------------


async def test_drafts_and_restricted_files(
    zenodo_server: LocalZenodo, connect: Connect, cache: FileCache
) -> None:
    client = connect(zenodo_server.url, zenodo_server.token)
    deposition = await client.depositions.create(
        Metadata(
            title="Restricted",
            resource_type="dataset",
            creators=[{"name": "Okafor, Ada"}],
            publisher="X",
            access=Access.restricted(),
        )
    )
    await deposition.files.upload(b"first", name="a.txt")
    first = await deposition.files.fetch("a.txt")
    assert first.read_bytes() == b"first"
    await deposition.files.upload(b"second", name="a.txt", overwrite="replace")
    second = await deposition.files.fetch("a.txt")
    assert (first.read_bytes(), second.read_bytes()) == (b"first", b"second")

    await deposition.publish()
    record = await client.records.get(deposition.id)
    assert await record.files.fetch("a.txt") == second
    cache.clean()
    assert (await record.files.fetch("a.txt")).read_bytes() == b"second"
    guest = connect(zenodo_server.url, "")
    with pytest.raises(PermissionDenied):
        await guest.records.files(deposition.id).fetch("a.txt")
