"""Looking before downloading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.folders import contents
from tests.support.stub_server import Entry, Stub
from zenodo_sdk import (
    AsyncClient,
    AsyncRecordFiles,
    FileExists,
    Progress,
    Refused,
    UnsafeName,
)
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer import hashes
from zenodo_sdk.transfer.download.part import Part
from zenodo_sdk.transfer.download.plan import readable
from zenodo_sdk.transfer.overwrite import Target

BIG = bytes(range(256)) * 40
FILES = {"a.bin": BIG, "in/b.csv": b"1,2\n", "c.txt": b"three", "d.txt": b"four"}
LIST = "GET /api/records/1/files"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def record(stub: Stub, client: AsyncClient) -> AsyncRecordFiles:
    stub.files["1"] = {name: Entry.of(content) for name, content in FILES.items()}
    return client.records.files("1")


@pytest.fixture
async def folder(record: AsyncRecordFiles, tmp_path: Path) -> Path:
    """One file begun, one there, one with other content, one missing."""
    folder = tmp_path / "data"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "b.csv").write_bytes(FILES["in/b.csv"])
    (folder / "c.txt").write_bytes(b"THREE")
    begun(await record.get("a.bin"), folder / "a.bin", 4000)
    return folder


def begun(file: FileData, path: Path, size: int) -> None:
    """Leave what a download that was interrupted leaves."""
    part = Part(Target(path, file, "skip"), file)
    for _ in part.open():
        pass
    assert part.write(part.epoch, 0, [BIG[:size]])
    part.close(keep=True)


async def test_what_is_there(stub: Stub, record: AsyncRecordFiles, folder: Path) -> None:
    before = contents(folder)
    stub.got.clear()
    plan = await record.plan_download(folder)
    assert stub.lines() == [LIST]
    assert contents(folder) == before
    assert [
        (entry.file.name, entry.state, entry.bytes_there, entry.bytes_to_move)
        for entry in plan.entries
    ] == [
        ("a.bin", "partial", 4000, 6240),
        ("in/b.csv", "present", 4, 0),
        ("c.txt", "differs", 0, 5),
        ("d.txt", "missing", 0, 4),
    ]
    assert [entry.path for entry in plan.entries] == [folder.joinpath(name) for name in FILES]
    assert (plan.files, plan.bytes, plan.bytes_to_move) == (4, 10253, 6249)
    assert [entry.file.name for entry in plan.in_state("missing")] == ["d.txt"]
    assert str(plan) == (
        "state    to move     size  file\n"
        "partial   6.2 kB  10.2 kB  a.bin\n"
        "present      0 B      4 B  in/b.csv\n"
        "differs      5 B      5 B  c.txt\n"
        "missing      4 B      4 B  d.txt\n"
        f"4 files, 10.3 kB; 6.2 kB to move to '{folder}'"
    )
    assert repr(plan).endswith(
        f"DownloadPlan(folder={str(folder)!r}, files=4, bytes=10253, bytes_to_move=6249)"
    )


async def test_it_does_what_it_says(stub: Stub, record: AsyncRecordFiles, folder: Path) -> None:
    plan = await record.plan_download(folder)
    stub.got.clear()
    with pytest.raises(FileExists, match=r"c\.txt' holds other content; nothing was") as caught:
        await plan.apply()
    assert caught.value.name == "c.txt"
    assert stub.lines() == []

    (folder / "c.txt").unlink()
    plan = await record.plan_download(folder)
    seen: list[Progress] = []
    stub.got.clear()
    paths = await plan.apply(progress=seen.append)
    assert paths == [entry.path for entry in plan.entries]
    assert contents(folder) == FILES
    assert sorted(stub.lines()) == [
        f"{LIST}/{name}/content" for name in ("a.bin", "c.txt", "d.txt")
    ]
    waiting = [each.name for each in seen if each.phase == "waiting" and not each.done]
    assert waiting == [*FILES], "each is told once, so that their sizes can be added up"
    assert "hashing" not in {each.phase for each in seen}
    last = {each.name: each for each in seen}
    assert {name: each.phase for name, each in last.items()} == {
        "a.bin": "done",
        "in/b.csv": "skipped",
        "c.txt": "done",
        "d.txt": "done",
    }

    again = await record.plan_download(folder)
    assert {entry.state for entry in again.entries} == {"present"}
    assert again.bytes_to_move == 0
    stub.got.clear()
    assert await again.apply() == paths
    assert stub.lines() == []


async def test_replace(stub: Stub, record: AsyncRecordFiles, folder: Path) -> None:
    plan = await record.plan_download(folder)
    await plan.apply(overwrite="replace")
    assert contents(folder) == FILES


async def test_error(stub: Stub, record: AsyncRecordFiles, folder: Path) -> None:
    plan = await record.plan_download(folder, pattern="in/*")
    with pytest.raises(FileExists, match="is there already"):
        await plan.apply(overwrite="error")


async def test_a_pattern(record: AsyncRecordFiles, tmp_path: Path) -> None:
    plan = await record.plan_download(tmp_path / "new", pattern="*.txt")
    assert [entry.file.name for entry in plan.entries] == ["c.txt", "d.txt"]
    assert not (tmp_path / "new").exists()
    with pytest.raises(Refused, match=r"no file matches '\*\.nc'"):
        await record.plan_download(tmp_path, pattern="*.nc")


async def test_no_files(stub: Stub, client: AsyncClient, tmp_path: Path) -> None:
    stub.files["1"] = {}
    plan = await client.records.files("1").plan_download(tmp_path)
    assert str(plan) == f"state  to move  size  file\n0 files, 0 B; 0 B to move to '{tmp_path}'"
    assert await plan.apply() == []


async def test_what_changes_before_it_is_applied(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    await record.download_all(tmp_path / "data")
    plan = await record.plan_download(tmp_path / "data")
    (tmp_path / "data" / "d.txt").unlink()
    os.utime(tmp_path / "data" / "a.bin", ns=(1, 1))
    stub.got.clear()
    await plan.apply()
    assert stub.lines() == [f"{LIST}/d.txt/content"], "what was touched is read again, and kept"
    assert contents(tmp_path / "data") == FILES


async def test_what_was_read_is_remembered(
    record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record.download_all(tmp_path / "data")
    for path in (tmp_path / "data").rglob("*.*"):
        os.utime(path, ns=(1, 1))  # long at rest
    await record.plan_download(tmp_path / "data")

    def refuse(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(hashes.Hashing, "step", refuse)
    again = await record.plan_download(tmp_path / "data")
    assert {entry.state for entry in again.entries} == {"present"}


@pytest.mark.parametrize("names", [("../a", "b"), ("A.txt", "a.txt")])
async def test_names_are_checked(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, names: tuple[str, ...]
) -> None:
    stub.files["1"] = {name: Entry.of(b"x") for name in names}
    with pytest.raises(UnsafeName):
        await record.plan_download(tmp_path)


async def test_a_folder_is_in_the_way(record: AsyncRecordFiles, tmp_path: Path) -> None:
    (tmp_path / "a.bin").mkdir()
    with pytest.raises(Refused, match=r"a\.bin' is a folder"):
        await record.plan_download(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
async def test_a_link_to_nothing(record: AsyncRecordFiles, tmp_path: Path) -> None:
    (tmp_path / "d.txt").symlink_to(tmp_path / "nothing")
    plan = await record.plan_download(tmp_path, pattern="d.txt")
    assert [entry.state for entry in plan.entries] == ["differs"]


async def test_a_draft(stub: Stub, client: AsyncClient, tmp_path: Path) -> None:
    stub.files["1"] = {"a.bin": Entry.of(BIG), "pending": Entry(b"half")}
    plan = await client.depositions.files("1").plan_download(tmp_path)
    assert [entry.file.name for entry in plan.entries] == ["a.bin"]
    await plan.apply()
    assert contents(tmp_path) == {"a.bin": BIG}


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "?"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (10**9, "1.0 GB"),
        (5 * 10**16, "50000.0 TB"),
    ],
)
async def test_sizes_for_people(size: int | None, text: str) -> None:
    assert readable(size) == text
