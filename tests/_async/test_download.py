"""Downloads over real sockets, with faults on the way."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tests.support.stub_server import Entry, Reply, Stub, held, serve
from zenodo_sdk import (
    AsyncClient,
    AsyncDepositionFiles,
    AsyncRecordFiles,
    ChecksumMismatch,
    FileExists,
    NotEnoughSpace,
    Progress,
    Refused,
    Retry,
    UnsafeName,
    ZenodoError,
)
from zenodo_sdk.models.file import FileData
from zenodo_sdk.testing.faults import (
    Answer,
    CutAnswer,
    LoseAnswer,
    LoseRequest,
    Rewrite,
)
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.upload.source import BLOCK

from .conftest import Connect, md5

BIG = bytes(range(256)) * 10_000 + b"end"
"""Two blocks and a half."""
assert 2 * BLOCK < len(BIG) < 3 * BLOCK


# --- beside the transfer ----------------------------------------------------------------------


async def test_digests_have_a_thread_of_their_own(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, hashing: set[str]
) -> None:
    serve(stub, **{"a.bin": BIG})
    await record.download("a.bin", tmp_path)
    assert hashing == {"zenodo-sdk-md5"}


@pytest.mark.parametrize("call", [1, 2, 3])
async def test_callback_that_fails(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, call: int
) -> None:
    calls: list[Progress] = []

    def fail(progress: Progress) -> None:
        calls.append(progress)
        if len(calls) == call:
            raise LookupError("mine")

    serve(stub, **{"a.bin": BIG})
    with pytest.raises(LookupError, match="mine"):
        await record.download("a.bin", tmp_path, progress=fail)
    assert list(tmp_path.iterdir()) == []
    assert len(calls) == call


async def test_memory(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    size = 200 * BLOCK + 1
    serve(stub, **{"a.bin": Entry.of_zeros(size)})
    tracemalloc.start()
    try:
        path = await record.download("a.bin", tmp_path / "copy")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"\npeak of {size >> 20} MB: download {peak >> 20} MB")
    assert path.stat().st_size == size
    assert peak < 30 << 20
    path.unlink()


# --- downloads --------------------------------------------------------------------------------

NAMES = [
    "a b.txt",
    "a#b?c=d&e.txt",
    "100%.txt",
    "%2e%2e",
    "a%2Fb.txt",
    "a+b.txt",
    "~tilde;semi,comma.txt",
    "[x]{y}|z^`.txt",
    "'quotes\".txt",
    "C:drive.txt",
    "-rf",
    "...",
    "日本語.txt",
    unicodedata.normalize("NFC", "é.txt"),
    unicodedata.normalize("NFD", "é.txt"),
    "\N{PILE OF POO}" * 60,
    "sub folder/deep/ö.txt",
]


@pytest.mark.skipif(os.name == "nt", reason="Windows takes fewer names")
@pytest.mark.parametrize("name", NAMES)
async def test_names(
    stub: Stub, client: AsyncClient, draft: AsyncDepositionFiles, tmp_path: Path, name: str
) -> None:
    await draft.upload(name.encode(), name=name)
    assert list(held(stub)) == [name]
    record = client.records.files("1")
    assert (await record.get(name)).name == name
    for number, path in enumerate(
        [
            await record.download(name, f"{tmp_path}/0/"),
            *await record.download_all(tmp_path / "1"),
        ]
    ):
        assert path == tmp_path / str(number) / name
        assert path.read_bytes() == name.encode()
    await draft.delete(name)
    assert held(stub) == {}


HOSTILE = [
    "../x",
    "..",
    "a/../../x",
    "/abs",
    "a//b",
    "a/",
    "./a",
    "",
    "..\\x",
    "C:\\x",
    "a\\b",
    "a\nb",
    "a\x00b",
    "a\x7fb",
    "\ud800",
    "report\u202efdp.exe",
    "a/\u2066b\u2069",
    "link/x",
    "x" * 256,
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    entries = [Entry.of(b"good").document("good"), Entry.of(b"evil").document(name)]
    stub.script("GET", "/api/records/1/files", Reply.json({"entries": entries}))
    with pytest.raises(UnsafeName) as caught:
        await record.download_all(folder)
    assert caught.value.name == name
    with pytest.raises(UnsafeName):
        await record.download(FileData(name=name), folder)
    assert stub.lines() == ["GET /api/records/1/files"]
    assert [path.name for path in folder.iterdir()] == ["link"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    "names", [("a.txt", "A.TXT"), ("d/ß", "d/SS"), ("\u00e9", "e\u0301")], ids=range(3)
)
async def test_names_that_some_systems_take_for_one(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, names: tuple[str, str]
) -> None:
    serve(stub, **dict.fromkeys(names, b"x"))
    with pytest.raises(UnsafeName, match="download them one by one"):
        await record.download_all(tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_targets(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(stub, **{"a.bin": b"content", "d/b.bin": b"more"})
    monkeypatch.chdir(tmp_path)
    assert (await record.download("a.bin")).resolve() == tmp_path / "a.bin"
    assert await record.download("a.bin", tmp_path / "c.bin") == tmp_path / "c.bin"
    assert await record.download("a.bin", f"{tmp_path}/new/") == tmp_path / "new" / "a.bin"
    assert await record.download("a.bin", tmp_path / "x" / "y") == tmp_path / "x" / "y"
    assert await record.download("d/b.bin", tmp_path) == tmp_path / "d" / "b.bin"
    listed = await record.list()
    assert await listed[0].download(tmp_path / "z") == tmp_path / "z"


async def test_target_that_is_there(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    serve(stub, **{"a.bin": b"new"})
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(FileExists, match="overwrite='replace'"):
        await record.download("a.bin", tmp_path)
    with pytest.raises(Refused, match="overwrite='replce' is unknown; give 'skip'"):
        await record.download("a.bin", tmp_path / "new", overwrite=cast("Any", "replce"))
    assert target.read_bytes() == b"old"
    assert "GET /api/records/1/files/a.bin/content" not in stub.lines()
    await record.download("a.bin", tmp_path, overwrite="replace")
    assert target.read_bytes() == b"new"
    target.unlink()
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExists, match="overwrite='replace'"):
        await record.download("a.bin", tmp_path)
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "a.bin").mkdir()
    with pytest.raises(Refused, match="is a folder"):
        await record.download("a.bin", tmp_path / "dir", overwrite="replace")
    with pytest.raises(Refused, match="cannot be written"):
        await record.download("a.bin", tmp_path / "dir" / "a.bin" / ("x" * 300) / "y")


async def test_what_is_there_and_the_same_is_kept(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    serve(stub, **{"a.bin": b"same", "b.bin": b"missing", "c.bin": b"new"})
    (tmp_path / "a.bin").write_bytes(b"same")
    (tmp_path / "c.bin").write_bytes(b"old")
    with pytest.raises(FileExists, match="holds other content") as caught:
        await record.download_all(tmp_path, connections=1)
    assert caught.value.name == "c.bin"
    (tmp_path / "c.bin").unlink()
    stub.got.clear()
    paths = await record.download_all(tmp_path, overwrite="skip")
    assert [path.read_bytes() for path in paths] == [b"same", b"missing", b"new"]
    fetched = {line for line in stub.lines() if line.endswith("/content")}
    # b.bin came before c.bin was refused
    assert fetched == {"GET /api/records/1/files/c.bin/content"}


@pytest.mark.parametrize("links", [True, False])
async def test_target_that_appears_meanwhile(
    stub: Stub,
    record: AsyncRecordFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no hard links here")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    serve(stub, **{"a.bin": b"new"})
    target = tmp_path / "a.bin"
    with pytest.raises(FileExists, match="overwrite='replace'"):
        await record.download("a.bin", tmp_path, progress=lambda _: target.write_bytes(b"other"))
    assert target.read_bytes() == b"other"
    target.unlink()
    await record.download("a.bin", tmp_path)
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="needs modes")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
async def test_mode(stub: Stub, record: AsyncRecordFiles, tmp_path: Path, umask: int) -> None:
    serve(stub, **dict.fromkeys("abcdef", b"content"))
    before = os.umask(umask)
    try:
        paths = await record.download_all(tmp_path, connections=6)
    finally:
        after = os.umask(before)
    assert after == umask
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o666 & ~umask}


@pytest.mark.parametrize(
    ("told", "actual"),
    [
        ({"size": 8}, "7 bytes"),
        ({"size": 6}, "7 bytes"),
        ({"checksum": "md5:" + "0" * 32}, f"md5:{md5(b'content')}"),
    ],
)
async def test_not_what_the_server_told(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, told: dict[str, Any], actual: str
) -> None:
    serve(stub, **{"a.bin": b"content"})
    document = {**stub.files["1"]["a.bin"].document("a.bin"), **told}
    stub.script("GET", "/api/records/1/files/a.bin", Reply.json(document))
    with pytest.raises(ChecksumMismatch) as caught:
        await record.download("a.bin", tmp_path)
    assert caught.value.actual == actual
    assert list(tmp_path.iterdir()) == []
    # the same wrong bytes twice: a third time would not help
    assert stub.lines().count("GET /api/records/1/files/a.bin/content") == 2


async def test_checksum_of_another_kind(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    serve(stub, **{"a.bin": b"content"})
    document = {"key": "a.bin", "size": 7, "checksum": "multipart:abc", "status": "completed"}
    stub.script("GET", "/api/records/1/files/a.bin", Reply.json(document))
    assert (await record.download("a.bin", tmp_path)).read_bytes() == b"content"


DOWNLOAD = ("GET", "/content$")


@pytest.mark.parametrize(
    "fault",
    [
        LoseRequest(*DOWNLOAD),
        LoseAnswer(*DOWNLOAD, times=2),
        Answer(*DOWNLOAD, status=503),
        CutAnswer(*DOWNLOAD, after=0),
        CutAnswer(*DOWNLOAD, after=len(BIG) // 2, times=2),
        CutAnswer(*DOWNLOAD, after=len(BIG) - 1),
        CutAnswer(*DOWNLOAD, after=len(BIG) // 2, reset=True),
        Rewrite(*DOWNLOAD, replace=lambda body: body[:-1]),
        Rewrite(*DOWNLOAD, replace=lambda body: b"?" + body[1:]),
        Rewrite(*DOWNLOAD, replace=lambda body: body + b"?"),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_cut_downloads_start_anew(
    stub: Stub,
    proxy: FaultProxy,
    shaky_record: AsyncRecordFiles,
    tmp_path: Path,
    fault: Any,
) -> None:
    serve(stub, **{"a.bin": BIG})
    proxy.inject(fault)
    done: list[int] = []
    path = await shaky_record.download(
        "a.bin", tmp_path, progress=lambda progress: done.append(progress.done)
    )
    assert path.read_bytes() == BIG
    assert done[-1] == len(BIG)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        (CutAnswer(*DOWNLOAD, after=len(BIG) // 2, times=None), 3),
        (LoseAnswer(*DOWNLOAD, times=None), 3),
        (Answer(*DOWNLOAD, times=None, status=404), 1),
        (Answer(*DOWNLOAD, times=None, status=204), 1),
    ],
)
async def test_failed_downloads_leave_nothing(
    stub: Stub,
    proxy: FaultProxy,
    connect: Connect,
    tmp_path: Path,
    fault: Any,
    requests: int,
) -> None:
    serve(stub, **{"a.bin": BIG})
    files = connect(proxy.url, retry=Retry(attempts=3)).records.files("1")
    proxy.inject(fault)
    with pytest.raises(ZenodoError):
        await files.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len([seen for seen in proxy.seen if seen.target.endswith("/content")]) == requests


@pytest.mark.skipif(not hasattr(os, "pwritev"), reason="patches how it is written here")
async def test_full_disk(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.pwritev

    def full(handle: int, blocks: Any, at: int) -> int:
        if at > len(BIG) // 2:
            raise OSError(28, "No space left on device")
        return really(handle, blocks, at)

    serve(stub, **{"a.bin": BIG})
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwritev", full)
        with pytest.raises(NotEnoughSpace, match="make room") as caught:
            await record.download("a.bin", tmp_path)
    assert 0 < caught.value.needed < len(BIG)
    assert list(tmp_path.iterdir()) == []
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_too_small_a_disk(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(stub, **{"a.bin": BIG, "b.bin": BIG})
    await record.download("b.bin", tmp_path)
    usage = shutil._ntuple_diskusage(10 * len(BIG), 9 * len(BIG), len(BIG) - 1)
    stub.got.clear()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage)
        with pytest.raises(NotEnoughSpace, match="make room") as caught:
            await record.download_all(tmp_path / "new" / "folder")
        assert (caught.value.needed, caught.value.free) == (2 * len(BIG), len(BIG) - 1)
        with pytest.raises(NotEnoughSpace) as caught:
            await record.download_all(tmp_path)
        assert caught.value.needed == len(BIG), "what is there takes no more room"
        await record.download("b.bin", tmp_path)
    assert not [line for line in stub.lines() if line.endswith("/content")]
    assert [path.name for path in tmp_path.iterdir()] == ["b.bin"]


async def test_download_all(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    contents = {f"{number % 3}/{number}.bin": BIG[number:] for number in range(10)}
    serve(stub, **contents, pending=Entry())
    done: dict[str, int] = {}

    def note(progress: Progress) -> None:
        done[progress.name] = progress.done

    paths = await record.download_all(tmp_path, progress=note, connections=4)
    assert paths == [tmp_path / name for name in contents]
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents
    assert done == {name: len(content) for name, content in contents.items()}
    with pytest.raises(Refused):
        await record.download_all(tmp_path, connections=0)
    with pytest.raises(FileExists, match="overwrite='replace'"):
        await record.download_all(tmp_path, overwrite="error")
    stub.got.clear()
    assert await record.download_all(tmp_path) == paths
    assert stub.lines() == ["GET /api/records/1/files"], "what is there is not fetched again"
    assert len(list(tmp_path.rglob("*.part"))) == 0


async def test_content_is_taken_as_it_comes(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What need not be decoded is not copied to make blocks of one size."""
    serve(stub, **{"a.bin": BIG})
    (file,) = await record.list()
    monkeypatch.delattr(httpx.Response, "aiter_bytes")
    assert (await file.download(tmp_path)).read_bytes() == BIG


async def test_content_that_is_packed_on_the_way(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    serve(stub, **{"a.bin": BIG})
    path = "/api/records/1/files/a.bin/content"
    stub.script("GET", path, Reply(200, gzip.compress(BIG), {"Content-Encoding": "gzip"}))
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_no_files(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    stub.script("GET", "/api/records/1/files", Reply.json({"enabled": False}))
    assert await record.download_all(tmp_path) == []


async def test_json_is_content_too(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    content = json.dumps({"links": stub.url}).encode()
    serve(stub, **{"a.json": content})
    reply = Reply(200, content, {"Content-Type": "application/json"})
    stub.script("GET", "/api/records/1/files/a.json/content", reply)
    assert (await record.download("a.json", tmp_path)).read_bytes() == content


async def test_patterns(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    serve(stub, **{"a.csv": b"1", "2024/b.csv": b"2", "B.CSV": b"3", "c.txt": b"4"})
    for pattern, names in (
        ("*.csv", ["a.csv", "2024/b.csv"]),
        (["2024/*", "?.txt"], ["2024/b.csv", "c.txt"]),
        ("c.txt", ["c.txt"]),
    ):
        paths = await record.download_all(tmp_path, pattern=pattern)
        assert paths == [tmp_path / name for name in names]
    with pytest.raises(Refused, match=r"'\*\.nc' or 'x'; there are 'a\.csv', '2024/b\.csv'"):
        await record.download_all(tmp_path, pattern=["*.nc", "x"])
    with pytest.raises(Refused, match="no pattern"):
        await record.download_all(tmp_path, pattern=[])
    serve(stub, **{f"{number}.csv": b"1" for number in range(25)})
    with pytest.raises(Refused, match=r"'19\.csv' and 5 more$"):
        await record.download_all(tmp_path, pattern="*.nc")
    serve(stub)
    with pytest.raises(Refused, match="there are none"):
        await record.download_all(tmp_path, pattern="*.nc")
