"""Single files out of ZIPs that stay on the server."""

from __future__ import annotations

import hashlib
import io
import random
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.support.folders import everything
from tests.support.stub_server import Entry, Reply, Stub
from zenodo_sdk import (
    AsyncClient,
    AsyncRecordFiles,
    ChecksumMismatch,
    Member,
    NoAnswer,
    NotFound,
    Progress,
    Refused,
    UnsafeName,
)
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.testing.faults import CutAnswer
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.testing.range_faults import IgnoreRange, LyingRange, OtherRange
from zenodo_sdk.transfer.archives import kept as kept_bytes

from .conftest import Connect

TABLE = random.Random(1).randbytes(300).hex().encode() * 70
NOISE = random.Random(3).randbytes(3_000_000)
CONTENT = ("GET", "/content$")
PATH = "/api/records/1/files/data.zip"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return outlet.getvalue()


DATA = zipped({"a/table.csv": TABLE, "noise.bin": NOISE, "folder/": b""})


@pytest.fixture(autouse=True)
def served(stub: Stub) -> None:
    stub.ranges = True
    stub.files["1"] = {"data.zip": Entry.of(DATA), "pending.zip": Entry()}


@pytest.fixture
def files(client: AsyncClient) -> AsyncRecordFiles:
    return client.records.files("1")


@pytest.fixture
def shaky_files(shaky: AsyncClient) -> AsyncRecordFiles:
    return shaky.records.files("1")


def ranges(stub: Stub) -> list[range]:
    """The parts that were asked for."""
    found = []
    for got in stub.got:
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", got.headers.get("range", ""))
        if match:
            found.append(range(int(match[1]), int(match[2]) + 1))
    return found


# --- where the server gives parts ---------------------------------------------


async def test_members_are_listed_from_the_end_of_the_zip(
    stub: Stub, files: AsyncRecordFiles
) -> None:
    listed = await files.members("data.zip")
    assert [(m.name, m.size, m.crc, m.is_folder) for m in listed] == [
        ("a/table.csv", len(TABLE), zlib.crc32(TABLE), False),
        ("noise.bin", len(NOISE), zlib.crc32(NOISE), False),
        ("folder/", 0, 0, True),
    ]
    assert stub.lines() == [f"GET {PATH}", f"GET {PATH}/content"]
    assert ranges(stub) == [range(len(DATA) - (1 << 17), len(DATA))]


async def test_one_member_is_fetched_and_nothing_else(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path
) -> None:
    path = await files.download_member("data.zip", "a/table.csv", tmp_path)
    assert path == tmp_path / "a" / "table.csv"
    assert path.read_bytes() == TABLE
    assert everything(tmp_path) == ["a/table.csv"]
    assert len(stub.got) == 3
    assert len(ranges(stub)[1]) < len(TABLE) // 50


async def test_what_is_known_is_not_asked_for_again(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path
) -> None:
    archive = await files.get("data.zip")
    member = (await files.members(archive))[1]
    path = await files.download_member(archive, member, tmp_path / "other.bin")
    assert path.read_bytes() == NOISE
    assert stub.lines().count(f"GET {PATH}") == 1


async def test_a_draft_s_zip_is_read_under_the_draft_s_address(
    stub: Stub, client: AsyncClient, tmp_path: Path
) -> None:
    files = client.depositions.files("1")
    path = await files.download_member("data.zip", "noise.bin", tmp_path)
    assert path.read_bytes() == NOISE
    assert all("/draft/files/" in line for line in stub.lines())


async def test_a_connection_that_breaks_is_continued(
    stub: Stub, proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(CutAnswer(*CONTENT, skip=1, after=1_000_000))
    path = await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert path.read_bytes() == NOISE
    _, first, second = ranges(stub)
    assert first.stop == second.stop
    assert 0 < second.start - first.start <= 1_000_000


async def test_a_connection_that_breaks_forever_leaves_nothing(
    proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    proxy.inject(CutAnswer(*CONTENT, skip=1, times=None, after=0))
    with pytest.raises(NoAnswer):
        await shaky_files.download_member("data.zip", "noise.bin", tmp_path, progress=seen.append)
    assert everything(tmp_path) == []
    assert seen[-1].phase == "failed"
    proxy.clear()
    await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert everything(tmp_path) == ["noise.bin"]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also small members are worth to be kept."""
    monkeypatch.setattr(kept_bytes, "WORTH", 1)


@pytest.mark.usefixtures("kept")
async def test_what_came_before_an_error_is_continued_by_the_next_call(
    stub: Stub, proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(
        CutAnswer(*CONTENT, skip=1, after=1_000_000),
        CutAnswer(*CONTENT, skip=1, times=None, after=0),
    )
    with pytest.raises(NoAnswer):
        await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    (left,) = everything(tmp_path)
    assert re.fullmatch(r"\.noise\.bin\.[0-9a-f]{16}\.part", left)
    proxy.clear()
    stub.got.clear()
    path = await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert path.read_bytes() == NOISE
    assert everything(tmp_path) == ["noise.bin"]
    _, wanted = ranges(stub)
    assert len(wanted) <= len(NOISE) - 900_000


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ["noise.bin", "a/table.csv"])
@pytest.mark.parametrize("at", [0, 0.5, None])
async def test_what_was_kept_and_is_wrong_is_fetched_anew(
    files: AsyncRecordFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    at: float | None,
) -> None:
    target = tmp_path / name

    def stop(progress: Progress) -> None:
        if progress.phase == "verifying":
            raise LookupError

    with pytest.raises(LookupError):
        await files.download_member("data.zip", name, target, progress=stop)
    (left,) = [path for path in target.parent.iterdir() if path.is_file()]
    if at is not None:
        content = bytearray(left.read_bytes())
        content[int(at * len(content))] ^= 1
        left.write_bytes(content)
    seen: list[Progress] = []
    await files.download_member("data.zip", name, target, progress=seen.append)
    assert target.read_bytes() == {"noise.bin": NOISE, "a/table.csv": TABLE}[name]
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert ("retrying" in [one.phase for one in seen]) == (at is not None)


@pytest.mark.usefixtures("kept")
async def test_what_comes_wrong_is_not_kept(
    proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(OtherRange(*CONTENT, skip=1, times=None, by=4096, told=False))
    with pytest.raises(ChecksumMismatch):
        await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert everything(tmp_path) == []


async def test_the_list_of_members_is_asked_for_again(
    proxy: FaultProxy, shaky_files: AsyncRecordFiles
) -> None:
    proxy.inject(CutAnswer(*CONTENT, after=1000))
    assert len(await shaky_files.members("data.zip")) == 3
    proxy.inject(CutAnswer(*CONTENT, after=1000, times=None))
    with pytest.raises(NoAnswer):
        await shaky_files.members("data.zip")


async def test_a_zip_that_was_replaced_meanwhile(
    proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(LyingRange(*CONTENT, total=1))
    with pytest.raises(ChecksumMismatch, match="replaced on the server meanwhile"):
        await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert everything(tmp_path) == []


async def test_a_zip_of_a_lying_directory_leaves_nothing(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path
) -> None:
    wrong = bytearray(zipped({"a": TABLE}))
    with zipfile.ZipFile(io.BytesIO(wrong)) as archive:
        struct.pack_into("<L", wrong, archive.start_dir + 16, 1)
    stub.files["1"]["data.zip"] = Entry.of(bytes(wrong))
    with pytest.raises(ChecksumMismatch, match="CRC-32 00000001"):
        await files.download_member("data.zip", "a", tmp_path)
    assert everything(tmp_path) == []


async def test_what_is_there_already(files: AsyncRecordFiles, stub: Stub, tmp_path: Path) -> None:
    path = await files.download_member("data.zip", "a/table.csv", tmp_path)
    before = len(ranges(stub))
    seen: list[Progress] = []
    await files.download_member("data.zip", "a/table.csv", tmp_path, progress=seen.append)
    assert len(ranges(stub)) == before + 1
    assert seen[-1].phase == "skipped"
    with pytest.raises(Refused, match="is there already"):
        await files.download_member("data.zip", "a/table.csv", tmp_path, overwrite="error")
    path.write_bytes(b"other")
    with pytest.raises(Refused, match="holds other content"):
        await files.download_member("data.zip", "a/table.csv", tmp_path)
    await files.download_member("data.zip", "a/table.csv", tmp_path, overwrite="replace")
    assert path.read_bytes() == TABLE
    assert everything(tmp_path) == ["a/table.csv"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
async def test_a_name_that_would_leave_the_folder(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path, name: str
) -> None:
    stub.files["1"]["data.zip"] = Entry.of(zipped({name: b"evil"}))
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(UnsafeName):
        await files.download_member("data.zip", name, folder)
    path = await files.download_member("data.zip", name, folder / "own")
    assert path.read_bytes() == b"evil"
    assert everything(tmp_path) == ["folder/own"]


async def test_what_is_not_there(files: AsyncRecordFiles, stub: Stub, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no member 'none'; members"):
        await files.download_member("data.zip", "none", tmp_path)
    with pytest.raises(Refused, match="is a folder"):
        await files.download_member("data.zip", "folder/", tmp_path)
    with pytest.raises(NotFound):
        await files.members("none.zip")
    with pytest.raises(Refused, match="not complete"):
        await files.members("pending.zip")
    stub.files["1"]["text"] = Entry.of(b"no ZIP" * 1000)
    with pytest.raises(Refused, match="cannot be read as a ZIP"):
        await files.members("text")
    assert everything(tmp_path) == []


async def test_progress_counts_the_unpacked_file(files: AsyncRecordFiles, tmp_path: Path) -> None:
    seen: list[Progress] = []
    await files.download_member("data.zip", "noise.bin", tmp_path, progress=seen.append)
    assert seen[0].phase == "waiting"
    assert [one.phase for one in seen][-2:] == ["verifying", "done"]
    assert {(one.name, one.total, one.direction) for one in seen} == {
        ("noise.bin", len(NOISE), "download")
    }
    moving = [one.done for one in seen if one.phase == "moving"]
    assert moving == sorted(moving)
    assert moving[-1] == len(NOISE)


async def test_what_the_callback_raises_ends_it(
    files: AsyncRecordFiles, client: AsyncClient, tmp_path: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.phase == "moving":
            raise LookupError

    with pytest.raises(LookupError):
        await files.download_member("data.zip", "noise.bin", tmp_path, progress=stop)
    assert everything(tmp_path) == []
    assert client.rate_limit.connections == 0


# --- where it sends whole files only ------------------------------------------


def listing(*members: Member, truncated: bool = False) -> Reply:
    entries = [
        {"key": m.name, "size": m.size, "compressed_size": m.compressed_size, "crc": m.crc}
        for m in members
    ]
    return Reply.json({"entries": entries, "directories": [], "truncated": truncated})


def as_member(name: str, content: bytes) -> Member:
    return Member(name, len(content), len(content), zlib.crc32(content))


async def test_then_the_server_lists_and_unpacks(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.ranges = False
    stub.script("GET", f"{PATH}/container", listing(as_member("a/table.csv", TABLE)))
    stub.script("GET", f"{PATH}/container/a/table.csv", Reply(200, TABLE))
    assert await files.members("data.zip") == [as_member("a/table.csv", TABLE)]
    path = await files.download_member("data.zip", "a/table.csv", tmp_path)
    assert path.read_bytes() == TABLE
    with pytest.raises(Refused, match="has no member 'b'"):
        await files.download_member("data.zip", "b", tmp_path)


async def test_what_the_server_unpacked_wrongly_is_asked_for_again(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.ranges = False
    stub.script("GET", f"{PATH}/container", listing(as_member("a", TABLE)))
    wrong = Reply(200, TABLE[:-1] + b"!")
    stub.script("GET", f"{PATH}/container/a", wrong, Reply(200, TABLE))
    path = await files.download_member("data.zip", "a", tmp_path)
    assert path.read_bytes() == TABLE
    stub.script("GET", f"{PATH}/container/a", wrong)
    with pytest.raises(ChecksumMismatch):
        await files.download_member("data.zip", "a", tmp_path / "again")
    assert everything(tmp_path) == ["a"]


@pytest.mark.parametrize("status", [400, 404, 500, 999])
async def test_a_server_that_does_not_look_into_it(
    stub: Stub, files: AsyncRecordFiles, tmp_path: Path, status: int
) -> None:
    stub.ranges = False
    stub.script("GET", f"{PATH}/container", Reply.json({"message": "No."}, status))
    with pytest.raises(Refused, match=rf"does not look into 'data\.zip' itself \({status} No\.\)"):
        await files.members("data.zip")
    with pytest.raises(Refused, match="download the file"):
        await files.download_member("data.zip", "noise.bin", tmp_path)


async def test_a_list_that_was_cut_short_is_none(stub: Stub, files: AsyncRecordFiles) -> None:
    stub.ranges = False
    stub.script("GET", f"{PATH}/container", listing(as_member("a", b"1"), truncated=True))
    with pytest.raises(Refused, match="more members than the server lists"):
        await files.members("data.zip")


@pytest.mark.parametrize(
    "fault", [IgnoreRange(*CONTENT, skip=1), OtherRange(*CONTENT, skip=1, by=1)]
)
async def test_a_server_that_gives_parts_only_at_times(
    stub: Stub, proxy: FaultProxy, shaky_files: AsyncRecordFiles, tmp_path: Path, fault: Any
) -> None:
    stub.script("GET", f"{PATH}/container/noise.bin", Reply(200, NOISE))
    proxy.inject(fault)
    path = await shaky_files.download_member("data.zip", "noise.bin", tmp_path)
    assert path.read_bytes() == NOISE
    assert f"GET {PATH}/container/noise.bin" in stub.lines()


# --- on the embedded Zenodo ---------------------------------------------------


@pytest.mark.parametrize("ranges", [True, False])
async def test_on_the_embedded_zenodo(connect: Connect, tmp_path: Path, ranges: bool) -> None:
    with LocalZenodo(ranges=ranges) as server:
        client = connect(server.url, server.token)
        deposition = await client.depositions.create()
        await deposition.files.upload(DATA, name="data.zip")
        members = await deposition.files.members("data.zip")
        assert {member.name for member in members} == {"a/table.csv", "noise.bin", "folder/"}
        path = await deposition.files.download_member("data.zip", "noise.bin", tmp_path)
        assert hashlib.md5(path.read_bytes()).digest() == hashlib.md5(NOISE).digest()
        bomb = zipped({"zeros": bytes(3_000_000)})
        await deposition.files.upload(bomb, name="bomb.zip")
        if ranges:
            await deposition.files.download_member("bomb.zip", "zeros", tmp_path)
        else:
            with pytest.raises(Refused, match="999 Invalid file content"):
                await deposition.files.members("bomb.zip")
        await client.close()
