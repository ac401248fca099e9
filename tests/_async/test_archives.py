"""Folders that are uploaded as one archive, and records that are downloaded as one ZIP."""

from __future__ import annotations

import io
import random
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.folders import everything, fill
from tests.support.stub_server import Entry, Reply, Stub
from zenodo_sdk import (
    AsyncDepositionFiles,
    AsyncRecordFiles,
    BadRequest,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    NotEnoughSpace,
    PermissionDenied,
    Progress,
    Refused,
    SourceChanged,
    UnexpectedAnswer,
)
from zenodo_sdk.settings import Settings
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.testing.faults import CutAnswer, CutUpload, LoseAnswer
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.archives.archive import Archive

from .conftest import Connect

NOISE = random.Random(9).randbytes(2_500_000)
TREE = {"a.txt": b"abc", "sub/noise.bin": NOISE, "sub/empty": b""}
CONTENT = ("PUT", "/content$")
ARCHIVE = ("GET", "/files-archive$")
PATH = "/api/records/1/files-archive"
KINDS = [("a.zip", False), ("a.zip", True), ("a.tar", False), ("a.tar.gz", False)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "folder", TREE)


def as_archive(folder: Path, name: str, *, compress: bool = False) -> bytes:
    with Archive(folder, name, compress=compress) as archive:
        archive.open()
        for _ in archive.pack(lambda _: None):
            pass
        return b"".join(archive)


# --- upload -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "compress"), KINDS)
async def test_a_folder_is_uploaded_as_one_archive(
    stub: Stub, draft: AsyncDepositionFiles, folder: Path, name: str, compress: bool
) -> None:
    seen: list[Progress] = []
    file = await draft.upload_archive(folder, name, compress=compress, progress=seen.append)
    expected = as_archive(folder, name, compress=compress)
    assert stub.files["1"][name].content == expected
    assert (file.name, file.size) == (name, len(expected))
    assert {one.name for one in seen} == {name}
    assert (seen[-1].phase, seen[-1].done, seen[-1].total) == (
        "done",
        len(expected),
        len(expected),
    )
    packed = [one for one in seen if one.phase == "hashing"]
    assert bool(packed) == (compress or name.endswith(".gz"))
    assert all(one.done <= (one.total or 0) for one in packed)
    assert everything(folder) == sorted(TREE)


@pytest.mark.parametrize(("name", "compress"), KINDS)
async def test_the_same_call_again_sends_nothing(
    stub: Stub, draft: AsyncDepositionFiles, folder: Path, name: str, compress: bool
) -> None:
    await draft.upload_archive(folder, name, compress=compress)
    (folder / "a.txt").touch()
    await draft.upload_archive(folder, name, compress=compress)
    assert len(stub.lines("PUT")) == 1
    (folder / "a.txt").write_bytes(b"abd")
    with pytest.raises(FileExists):
        await draft.upload_archive(folder, name, compress=compress)
    await draft.upload_archive(folder, name, compress=compress, overwrite="replace")
    assert stub.files["1"][name].content == as_archive(folder, name, compress=compress)


@pytest.mark.parametrize(("name", "compress"), KINDS)
@pytest.mark.parametrize("fault", [CutUpload(*CONTENT, after=1_000_000), LoseAnswer(*CONTENT)])
async def test_a_transfer_that_breaks_is_made_anew(
    stub: Stub,
    proxy: FaultProxy,
    shaky_draft: AsyncDepositionFiles,
    folder: Path,
    name: str,
    compress: bool,
    fault: Any,
) -> None:
    proxy.inject(fault)
    await shaky_draft.upload_archive(folder, name, compress=compress)
    assert not proxy.unused
    assert stub.files["1"][name].content == as_archive(folder, name, compress=compress)


@pytest.mark.parametrize(("name", "compress"), KINDS)
async def test_a_file_that_changes_meanwhile_leaves_no_archive(
    stub: Stub, draft: AsyncDepositionFiles, folder: Path, name: str, compress: bool
) -> None:
    def change(progress: Progress) -> None:
        # "sub/noise.bin" is read after the first of its blocks was told of
        if progress.phase in ("moving", "hashing") and progress.done:
            with (folder / "sub" / "noise.bin").open("ab") as file:
                file.write(b"more")

    with pytest.raises(SourceChanged, match="noise"):
        await draft.upload_archive(folder, name, compress=compress, progress=change)
    assert name not in stub.files.get("1", {})
    await draft.upload_archive(folder, name, compress=compress)
    assert stub.files["1"][name].content == as_archive(folder, name, compress=compress)


@pytest.mark.parametrize(("name", "compress"), [("a.tar.gz", False), ("a.zip", True)])
@pytest.mark.parametrize("error", [LookupError, BrokenPipeError])
async def test_what_the_callback_raises_ends_the_packing(
    stub: Stub,
    draft: AsyncDepositionFiles,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    compress: bool,
    error: type[Exception],
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def stop(progress: Progress) -> None:
        if progress.phase == "hashing" and progress.done:
            raise error

    with pytest.raises(error):
        await draft.upload_archive(folder, name, compress=compress, progress=stop)
    assert everything(scratch) == []
    assert stub.lines() == []


async def test_what_is_refused_costs_no_request(
    stub: Stub, draft: AsyncDepositionFiles, folder: Path
) -> None:
    with pytest.raises(Refused, match="no name of an archive"):
        await draft.upload_archive(folder, "a.rar")
    with pytest.raises(Refused, match="255"):
        await draft.upload_archive(folder, "a" * 256 + ".zip")
    with pytest.raises(Refused, match="no files like"):
        await draft.upload_archive(folder, "a.zip", pattern="*.csv")
    assert stub.lines() == []


async def test_only_what_the_pattern_says(
    stub: Stub, draft: AsyncDepositionFiles, folder: Path
) -> None:
    await draft.upload_archive(folder, "a.zip", pattern="*.txt")
    content = stub.files["1"]["a.zip"].content or b""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a.txt"]
    with pytest.raises(Refused, match=r"holds no files like '\*\.nc' or '\*\.md'"):
        await draft.upload_archive(folder, "b.zip", pattern=["*.nc", "*.md"])
    with pytest.raises(Refused, match=r"there is no folder '.*nowhere'"):
        await draft.upload_archive(folder / "nowhere", "b.zip")


# --- download -----------------------------------------------------------------


def zipped(
    members: dict[str, bytes], comment: bytes = b"", method: int = zipfile.ZIP_STORED
) -> bytes:
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w", method) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return outlet.getvalue()


def as_reply(content: bytes) -> Reply:
    return Reply(200, content, {"Content-Type": "application/zip"})


ALL = {"a.txt": b"abc", "sub/noise.bin": NOISE}


@pytest.fixture
def served(stub: Stub) -> bytes:
    """The ZIP of a record's files."""
    stub.files["1"] = {name: Entry.of(content) for name, content in ALL.items()}
    content = zipped(ALL)
    stub.script("GET", PATH, as_reply(content))
    return content


async def test_all_files_come_as_one_zip(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    path = await record.download_archive(tmp_path, progress=seen.append)
    assert path == tmp_path / "1.zip"
    assert path.read_bytes() == served
    assert everything(tmp_path) == ["1.zip"]
    assert stub.lines() == ["GET /api/records/1/files", f"GET {PATH}"]
    phases = [one.phase for one in seen]
    assert phases[0] == "waiting"
    assert phases[-2:] == ["verifying", "done"]
    assert seen[-1].done == len(served)
    await record.download_archive(tmp_path / "own.zip")
    assert everything(tmp_path) == ["1.zip", "own.zip"]


async def test_a_draft_s_files_come_from_the_draft(
    stub: Stub, draft: AsyncDepositionFiles, served: bytes, tmp_path: Path
) -> None:
    stub.files["1"]["pending"] = Entry()
    stub.script("GET", "/api/records/1/draft/files-archive", as_reply(served))
    path = await draft.download_archive(tmp_path)
    assert path.read_bytes() == served


async def test_a_zip_that_holds_the_same_is_kept(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    path = await record.download_archive(tmp_path)
    seen: list[Progress] = []
    await record.download_archive(tmp_path, progress=seen.append)
    assert seen[-1].phase == "skipped"
    assert stub.lines().count(f"GET {PATH}") == 1
    with pytest.raises(Refused, match="is there already; pass"):
        await record.download_archive(tmp_path, overwrite="error")
    path.write_bytes(zipped({**ALL, "a.txt": b"abd"}))
    with pytest.raises(Refused, match="holds other content"):
        await record.download_archive(tmp_path)
    await record.download_archive(tmp_path, overwrite="replace")
    assert path.read_bytes() == served


async def test_a_zip_that_breaks_is_asked_for_again(
    proxy: FaultProxy, shaky_record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    proxy.inject(CutAnswer(*ARCHIVE, after=1_000_000))
    path = await shaky_record.download_archive(tmp_path)
    assert path.read_bytes() == served
    proxy.inject(CutAnswer(*ARCHIVE, after=1_000_000, times=None))
    with pytest.raises(NoAnswer):
        await shaky_record.download_archive(tmp_path / "other.zip")
    assert everything(tmp_path) == ["1.zip"]


WRONG = {
    "a file is missing": zipped({"a.txt": b"abc"}),
    "a file is too many": zipped({**ALL, "b": b""}),
    "a file is there twice": zipped({**ALL, "./a.txt": b"abc"}),
    "other bytes": zipped({**ALL, "a.txt": b"abd"}),
    "another size": zipped({**ALL, "a.txt": b"abcd"}),
    "another name": zipped({"b.txt": b"abc", "sub/noise.bin": NOISE}),
    "cut": zipped(ALL)[:-30],
    "damaged": zipped(ALL).replace(b"abc", b"abd", 1),
    "bytes behind its end": zipped(ALL) + b"<html>",
    "zeros behind its end": zipped(ALL) + bytes(22),
    "a comment that is cut": zipped(ALL, comment=b"told")[:-1],
    "a comment that goes on": zipped(ALL, comment=b"told") + b"more",
    "bytes before it": b"HTTP/1.1 200 OK" + zipped(ALL),
    "damaged and packed": zipped(ALL, method=zipfile.ZIP_DEFLATED).replace(NOISE[:9], NOISE[9:18]),
    "packed by bzip2": zipped(ALL, method=zipfile.ZIP_BZIP2),
    "packed by LZMA": zipped(ALL, method=zipfile.ZIP_LZMA),
    "no ZIP": b"no ZIP",
    "nothing": b"",
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_zip_of_something_else_is_not_kept(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path, wrong: str
) -> None:
    stub.script("GET", PATH, as_reply(WRONG[wrong]))
    seen: list[Progress] = []
    with pytest.raises(ChecksumMismatch, match="nothing was kept"):
        await record.download_archive(tmp_path, progress=seen.append)
    assert everything(tmp_path) == []
    assert seen[-1].phase == "failed"
    stub.script("GET", PATH, as_reply(WRONG[wrong]), as_reply(served))
    assert (await record.download_archive(tmp_path)).read_bytes() == served


async def test_a_web_page_is_no_zip(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    stub.script("GET", PATH, Reply.page(403))
    with pytest.raises(PermissionDenied):
        await record.download_archive(tmp_path)
    assert everything(tmp_path) == []


async def test_a_zip_may_have_a_comment(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    stub.script("GET", PATH, as_reply(zipped(ALL, comment=b"made today")))
    await record.download_archive(tmp_path)
    assert everything(tmp_path) == ["1.zip"]


async def test_a_part_is_refused_that_nobody_asked_for(
    stub: Stub, record: AsyncRecordFiles, served: bytes, tmp_path: Path
) -> None:
    stub.script("GET", PATH, Reply.json({"message": "Range."}, 416))
    with pytest.raises(UnexpectedAnswer, match="refused a part") as caught:
        await record.download_archive(tmp_path)
    assert caught.value.status == 416
    assert everything(tmp_path) == []


async def test_no_files_make_no_zip(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    stub.files["1"] = {}
    with pytest.raises(Refused, match="has no files"):
        await record.download_archive(tmp_path)


async def test_too_large_for_zenodo_is_refused_and_elsewhere_the_server_decides(
    stub: Stub,
    record: AsyncRecordFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = Entry(None, 300_000_001, "0" * 32, True)
    stub.files["1"] = {"large": large}
    stub.script("GET", PATH, Reply.json({"status": 400, "message": "Too large."}, 400))
    with pytest.raises(BadRequest, match="Too large"):
        await record.download_archive(tmp_path)
    monkeypatch.setattr(Settings, "is_zenodo", True)
    before = len(stub.got)
    with pytest.raises(Refused, match=r"download_all\(\)"):
        await record.download_archive(tmp_path)
    assert len(stub.got) == before + 1
    assert everything(tmp_path) == []


async def test_no_room_is_told_before_anything_comes(
    stub: Stub,
    record: AsyncRecordFiles,
    served: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NotEnoughSpace, match="has room for 1,000 bytes"):
        await record.download_archive(tmp_path)
    assert stub.lines() == ["GET /api/records/1/files"]
    assert everything(tmp_path) == []


async def test_on_the_embedded_zenodo(connect: Connect, folder: Path, tmp_path: Path) -> None:
    with LocalZenodo() as server:
        client = connect(server.url, server.token)
        deposition = await client.depositions.create()
        await deposition.files.upload_archive(folder, "a.zip")
        await deposition.files.upload(b"1", name="sub/ü.txt")
        path = await deposition.files.download_archive(tmp_path)
        with zipfile.ZipFile(path) as archive:
            assert sorted(archive.namelist()) == ["a.zip", "sub/ü.txt"]
        await client.close()
