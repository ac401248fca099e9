"""Uploads and downloads over real sockets, with faults on the way."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import threading
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.stub_server import Entry, Reply, Stub
from zenodo_sdk import (
    AsyncClient,
    AsyncDepositionFiles,
    AsyncRecordFiles,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    OutcomeUnknown,
    Overwrite,
    Progress,
    Refused,
    Retry,
    ServerError,
    UnsafeName,
    ZenodoError,
)
from zenodo_sdk._async import _runtime
from zenodo_sdk.models.file import FileData
from zenodo_sdk.testing.faults import (
    Answer,
    CutAnswer,
    CutUpload,
    HoldUpload,
    LoseAnswer,
    LoseRequest,
    Rewrite,
)
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.source import BLOCK

from .conftest import Clock

Connect = Callable[..., AsyncClient]

BIG = bytes(range(256)) * 10_000 + b"end"
"""Two blocks and a half."""
assert 2 * BLOCK < len(BIG) < 3 * BLOCK


@pytest.fixture
def draft(client: AsyncClient) -> AsyncDepositionFiles:
    return client.depositions.files("1")


@pytest.fixture
def shaky_draft(shaky: AsyncClient) -> AsyncDepositionFiles:
    return shaky.depositions.files("1")


@pytest.fixture
def record(client: AsyncClient) -> AsyncRecordFiles:
    return client.records.files("1")


@pytest.fixture
def shaky_record(shaky: AsyncClient) -> AsyncRecordFiles:
    return shaky.records.files("1")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Any:
    yield
    assert not [one for one in threading.enumerate() if one.name == "zenodo-sdk-md5"]


@pytest.fixture
def keep() -> Iterator[ExitStack]:
    """What a test opened, until it is over."""
    with ExitStack() as opened:
        yield opened


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def held(stub: Stub) -> dict[str, bytes | None]:
    """The complete files on the server."""
    return {name: entry.content for name, entry in stub.files["1"].items() if entry.committed}


def unverified(files: AsyncDepositionFiles) -> list[str]:
    return files._transport.ledger.unverified("1")


def serve(stub: Stub, **files: bytes | Entry) -> None:
    stub.files["1"] = {
        name: entry if isinstance(entry, Entry) else Entry.of(entry)
        for name, entry in files.items()
    }


# --- what can be sent -------------------------------------------------------------------------


class Pipe(io.RawIOBase):
    """A stream that cannot be rewound and gives little at a time."""

    def __init__(self, content: bytes) -> None:
        self._inside = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._inside.read(min(len(buffer), 100_000))
        buffer[: len(piece)] = piece
        return len(piece)


def at(offset: int, content: bytes) -> io.BytesIO:
    stream = io.BytesIO(b"x" * offset + content)
    stream.seek(offset)
    return stream


def pipe_of(content: bytes) -> Any:
    """A real pipe, which someone fills."""
    reading, writing = os.pipe()

    def fill() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(content)

    threading.Thread(target=fill).start()
    return os.fdopen(reading, "rb")


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, BLOCK + 1, len(BIG)])
@pytest.mark.parametrize(
    "make",
    [
        bytes,
        bytearray,
        memoryview,
        io.BytesIO,
        partial(at, 7),
        Pipe,
        pipe_of,
        lambda content: io.BufferedReader(Pipe(content)),
    ],
)
async def test_contents(
    stub: Stub, draft: AsyncDepositionFiles, make: Callable[[bytes], Any], size: int
) -> None:
    content = BIG[-size:]
    stream = make(content)
    file = await draft.upload(stream, name="a.bin")
    assert (file.name, file.size, file.checksum) == ("a.bin", size, f"md5:{md5(content)}")
    assert held(stub) == {"a.bin": content}
    assert stub.lines() == [
        "POST /api/records/1/draft/files",
        "PUT /api/records/1/draft/files/a.bin/content",
        "POST /api/records/1/draft/files/a.bin/commit",
    ]
    assert unverified(draft) == []
    if isinstance(stream, io.IOBase):
        assert not stream.closed, "a caller's stream is the caller's"
        stream.close()


@pytest.mark.parametrize("kind", [str, Path])
async def test_paths(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path, kind: Callable[[Path], Any]
) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(BIG)
    assert (await draft.upload(kind(path))).name == "data.csv"
    assert (await draft.upload(kind(path), name="in/a folder.csv")).name == "in/a folder.csv"
    with path.open("rb") as file:
        file.seek(3)
        assert (await draft.upload(file, overwrite="replace")).name == "data.csv"
        assert not file.closed
    assert held(stub) == {"data.csv": BIG[3:], "in/a folder.csv": BIG}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_path_of_a_pipe(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    filling = threading.Thread(target=path.write_bytes, args=(BIG,))
    filling.start()
    await draft.upload(path)
    filling.join()
    assert held(stub) == {"pipe": BIG}


class Odd:
    """A stream that gives no bytes."""

    def __init__(self, gives: Any) -> None:
        self._gives = gives

    def read(self, _: int) -> Any:
        if isinstance(self._gives, Exception):
            raise self._gives
        return self._gives


async def test_what_cannot_be_sent(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path, keep: ExitStack
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with gzip.open(tmp_path / "q.csv.gz", "wb") as file:
        file.write(b"bytes")
    zipped = keep.enter_context(gzip.GzipFile(tmp_path / "q.csv.gz"))
    text = keep.enter_context((tmp_path / "q.csv.gz").open())
    writing = keep.enter_context((tmp_path / "w").open("wb"))
    closed = io.BytesIO(b"bytes")
    closed.close()
    released = memoryview(b"bytes")
    released.release()
    for content, name, why in (
        (empty, None, "is empty"),
        (b"", "a", "is empty"),
        (at(3, b""), "a", "is empty"),
        (Pipe(b""), "a", "is empty"),
        (tmp_path, None, "is a folder"),
        (tmp_path / "none", None, "cannot be read"),
        (b"bytes", None, "give name="),
        (io.BytesIO(b"bytes"), None, "give name="),
        (tmp_path / "none", "", "give name="),
        (io.StringIO("text"), "a", "binary mode"),
        (zipped, None, "give name="),
        (io.BufferedReader(Pipe(b"bytes")), None, "give name="),
        (text, None, "binary mode"),
        (Odd(""), "a", "binary mode"),
        (Odd(None), "a", "non-blocking"),
        (Odd([]), "a", "gives no bytes but list"),
        (Odd(OSError(5, "Input/output error")), "a", "Input/output error.*give a path"),
        (7, "a", "int is nothing that can be uploaded"),
        ([tmp_path / "none"], None, r"list is nothing.*upload_many\(\)"),
        (object(), "a", "object is nothing"),
        (io.BytesIO, "a", "cannot be read"),
        (closed, "a", "closed file.*give a path"),
        (writing, None, "cannot be read.*open for reading"),
        (released, "a", "cannot be read"),
        ("a\0b", "a", "cannot be read.*null"),
        (b"bytes", "../a", "no plain relative path"),
        (b"bytes", "a" * 256, "256 characters"),
    ):
        with pytest.raises(Refused, match=why):
            await draft.upload(content, name=name)
    assert stub.got == []
    assert unverified(draft) == []


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs /proc")
async def test_files_that_hide_their_size(stub: Stub, draft: AsyncDepositionFiles) -> None:
    path = Path("/proc/version")
    await draft.upload(path)
    with path.open("rb") as file:
        file.read(6)
        await draft.upload(file, name="rest")
    assert held(stub) == {"version": path.read_bytes(), "rest": path.read_bytes()[6:]}


async def test_only_what_can_be_read_is_asked_of_a_stream(
    stub: Stub, draft: AsyncDepositionFiles
) -> None:
    class Reader:
        def __init__(self, content: bytes) -> None:
            self.read = io.BytesIO(content).read

    views = {"gaps": memoryview(BIG)[::2], "matrix": memoryview(BIG[:6]).cast("B", (2, 3))}
    await draft.upload_many({"reader": Reader(BIG), **views})
    assert held(stub) == {"reader": BIG, "gaps": BIG[::2], "matrix": BIG[:6]}


async def test_names_of_open_files(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path, keep: ExitStack
) -> None:
    for number, (mode, buffering) in enumerate([("rb", -1), ("r+b", -1), ("rb", 0)]):
        path = tmp_path / str(number)
        path.write_bytes(b"bytes")
        file: Any = keep.enter_context(path.open(mode, buffering))
        assert (await draft.upload(file)).name == path.name


@pytest.mark.skipif(os.name == "nt", reason="needs pipes that do not block")
@pytest.mark.parametrize("buffering", [-1, 0])
async def test_stream_that_does_not_wait(
    stub: Stub, draft: AsyncDepositionFiles, keep: ExitStack, buffering: int
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    stream: Any = keep.enter_context(os.fdopen(reading, "rb", buffering))
    with os.fdopen(writing, "wb", 0) as file:
        file.write(b"the start")
        with pytest.raises(Refused, match="set_blocking"):
            await draft.upload(stream, name="a.bin")
    assert stub.got == []


async def test_stream_that_breaks_meanwhile(stub: Stub, draft: AsyncDepositionFiles) -> None:
    stream = io.BytesIO(BIG)
    with pytest.raises(Refused, match="closed file"):
        await draft.upload(stream, name="a.bin", progress=lambda _: stream.close())
    assert stub.files["1"] == {}
    assert unverified(draft) == []


async def test_file_that_shrinks(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(BIG)

    def shrink(_: Progress) -> None:
        os.truncate(path, BLOCK)

    with pytest.raises(Refused, match="became shorter while it was sent"):
        await draft.upload(path, progress=shrink)
    assert held(stub) == {}
    assert await draft.list() == [], "what was begun is taken back"
    path.write_bytes(BIG)
    await draft.upload(path)
    assert held(stub) == {"log": BIG}
    assert unverified(draft) == []


async def test_file_that_grows(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(BIG)

    def grow(_: Progress) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    await draft.upload(path, progress=grow)
    assert held(stub) == {"log": BIG}


# --- beside the transfer ----------------------------------------------------------------------


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the threads that compute MD5s for the SDK."""
    threads: set[str] = set()

    class Watched:
        def __init__(self, **_: Any) -> None:
            self._md5 = hashlib.md5()

        def update(self, block: bytes) -> None:
            threads.add(threading.current_thread().name)
            self._md5.update(block)

        def hexdigest(self) -> str:
            return self._md5.hexdigest()

    class Module:
        md5 = Watched

    monkeypatch.setattr("zenodo_sdk.transfer.digest.hashlib", Module)
    return threads


async def test_digests_have_a_thread_of_their_own(
    draft: AsyncDepositionFiles, tmp_path: Path, hashing: set[str]
) -> None:
    file = await draft.upload(BIG, name="a.bin")
    await file.download(tmp_path)
    assert hashing == {"zenodo-sdk-md5"}


async def test_progress(draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    seen: list[Progress] = []
    file = await draft.upload(BIG, name="a.bin", progress=seen.append)
    for direction in ("upload", "download"):
        done = [progress.done for progress in seen]
        if direction == "upload":
            assert done == [BLOCK, 2 * BLOCK, len(BIG)]
        else:
            # as it comes, in blocks that are no smaller
            assert len(done) == 3
            assert all(after - before >= BLOCK for before, after in pairwise([0, *done[:-1]]))
            assert done[-1] == len(BIG)
        assert {(one.name, one.total, one.direction) for one in seen} == {
            ("a.bin", len(BIG), direction)
        }
        assert [one.is_complete for one in seen] == [False, False, True]
        if direction == "upload":
            seen.clear()
            await file.download(tmp_path, progress=seen.append)


@pytest.mark.parametrize("call", [1, 2, 3])
async def test_callback_that_fails(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path, call: int
) -> None:
    calls: list[Progress] = []

    def fail(progress: Progress) -> None:
        calls.append(progress)
        if len(calls) == call:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await draft.upload(BIG, name="a.bin", progress=fail)
    assert held(stub) == {}
    assert unverified(draft) == []
    await draft.upload(BIG, name="a.bin")
    calls.clear()
    with pytest.raises(LookupError, match="mine"):
        await draft.download("a.bin", tmp_path, progress=fail)
    assert list(tmp_path.iterdir()) == []
    assert len(calls) == call


async def test_memory(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    size = 200 * BLOCK + 1
    stub.keep = False
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        uploaded = await draft.upload(sparse)
        _, up = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        path = await uploaded.download(tmp_path / "copy")
        _, down = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"\npeak of {size >> 20} MB: upload {up >> 20} MB, download {down >> 20} MB")
    assert uploaded.size == path.stat().st_size == size
    assert max(up, down) < 30 << 20
    path.unlink()


# --- faults of an upload ----------------------------------------------------------------------

INIT = ("POST", "/draft/files$")
CONTENT = ("PUT", "/content$")
COMMIT = ("POST", "/commit$")

FAULTS = [
    pytest.param(fault, id=f"{step}-{type(fault).__name__}-{number}")
    for step, faults in {
        "init": [
            LoseRequest(*INIT),
            LoseAnswer(*INIT),
            LoseAnswer(*INIT, reset=False),
            CutAnswer(*INIT),
            Answer(*INIT, status=503),
            Answer(*INIT, status=502, forward_first=True),
            LoseAnswer(*INIT, times=2),
        ],
        "content": [
            LoseRequest(*CONTENT),
            LoseAnswer(*CONTENT),
            CutAnswer(*CONTENT),
            CutUpload(*CONTENT, after=0),
            CutUpload(*CONTENT, after=len(BIG) // 2),
            CutUpload(*CONTENT, after=len(BIG) // 2, times=3),
            HoldUpload(*CONTENT, after=len(BIG) // 2),
            Answer(*CONTENT, status=504),
            Answer(*CONTENT, status=504, forward_first=True),
        ],
        "commit": [
            LoseRequest(*COMMIT),
            LoseAnswer(*COMMIT),
            CutAnswer(*COMMIT, after=5),
            Answer(*COMMIT, status=503),
            Answer(*COMMIT, status=504, forward_first=True),
            Answer(*COMMIT, status=500),
            LoseAnswer(*COMMIT, times=3),
        ],
    }.items()
    for number, fault in enumerate(faults)
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_faults_are_overcome(
    stub: Stub, proxy: FaultProxy, shaky_draft: AsyncDepositionFiles, fault: Any
) -> None:
    proxy.inject(fault)
    file = await shaky_draft.upload(BIG, name="a.bin")
    assert file.checksum == f"md5:{md5(BIG)}"
    assert held(stub) == {"a.bin": BIG}
    assert unverified(shaky_draft) == []
    assert type(fault).__name__ in [seen.fault for seen in proxy.seen]
    # a content is only ever sent into an entry that was just made
    steps = [seen.method + seen.target[-7:] for seen in proxy.seen if seen.method != "GET"]
    for before, step in pairwise(steps):
        if step == "PUTcontent":
            assert before == "POSTt/files"


@pytest.mark.parametrize("times", [1, None])
async def test_other_bytes_than_were_sent(
    stub: Stub, proxy: FaultProxy, shaky_draft: AsyncDepositionFiles, times: int | None
) -> None:
    def lie(body: bytes) -> bytes:
        return body.replace(md5(BIG).encode(), md5(b"other").encode())

    proxy.inject(Rewrite(*COMMIT, replace=lie, times=times))
    if times is None:
        with pytest.raises(ChecksumMismatch) as caught:
            await shaky_draft.upload(BIG, name="a.bin")
        assert caught.value.expected == f"md5:{md5(BIG)}"
        assert caught.value.actual == f"md5:{md5(b'other')}"
        assert stub.files["1"] == {}
    else:
        await shaky_draft.upload(BIG, name="a.bin")
        assert held(stub) == {"a.bin": BIG}
    assert unverified(shaky_draft) == []


@pytest.mark.parametrize("fault", [CutUpload(*CONTENT, after=9, times=None)])
async def test_upload_that_never_gets_through(
    stub: Stub, proxy: FaultProxy, connect: Connect, clock: Clock, fault: Any
) -> None:
    files = connect(proxy.url, retry=Retry(attempts=3)).depositions.files("1")
    proxy.inject(fault)
    with pytest.raises((NoAnswer, ServerError)):
        await files.upload(BIG, name="a.bin")
    assert stub.files["1"] == {}
    # at the proxy: a request that is cut so soon may never be read by the server
    assert len([seen for seen in proxy.seen if seen.method == "PUT"]) == 3
    assert len(clock.slept) == 2


async def test_what_cannot_be_removed_for_a_reason_of_this_side(
    stub: Stub, connect: Connect
) -> None:
    def token() -> str:
        if stub.files["1"]:
            raise LookupError("the vault is locked")
        return "token"

    stub.files["1"] = {}
    files = connect(stub.url, token).depositions.files("1")
    with pytest.raises(OutcomeUnknown, match="before you publish") as caught:
        await files.upload(b"bytes", name="a.bin")
    assert caught.value.__cause__ is not None
    assert unverified(files) == ["a.bin"]


async def test_refused_content(stub: Stub, draft: AsyncDepositionFiles) -> None:
    path = "/api/records/1/draft/files/a.bin/content"
    stub.script("PUT", path, Reply.json({"message": "Bucket quota exceeded."}, 400))
    with pytest.raises(ZenodoError, match="Bucket quota exceeded"):
        await draft.upload(b"bytes", name="a.bin")
    assert stub.files["1"] == {}
    assert unverified(draft) == []


async def test_doubt_stays_until_it_is_settled(
    stub: Stub, proxy: FaultProxy, connect: Connect
) -> None:
    files = connect(proxy.url, retry=Retry(attempts=1, settle=0)).depositions.files("1")
    proxy.inject(LoseAnswer(*COMMIT, times=None), LoseRequest("*", "a.bin$", times=None))
    with pytest.raises((NoAnswer, OutcomeUnknown)):
        await files.upload(b"one", name="a.bin")
    proxy.clear()
    assert held(stub) == {"a.bin": b"one"}
    assert unverified(files) == ["a.bin"]
    with pytest.raises(FileExists):
        await files.upload(b"two", name="a.bin")
    assert unverified(files) == ["a.bin"]
    await files.upload(b"two", name="a.bin", overwrite="replace")
    assert unverified(files) == []


# --- files that are there ---------------------------------------------------------------------


async def test_overwrite(stub: Stub, draft: AsyncDepositionFiles) -> None:
    await draft.upload(b"old", name="a.bin")
    with pytest.raises(FileExists, match="is there already") as caught:
        await draft.upload(b"new", name="a.bin")
    assert caught.value.name == "a.bin"
    with pytest.raises(FileExists, match="other content"):
        await draft.upload(b"new", name="a.bin", overwrite="skip")
    assert held(stub) == {"a.bin": b"old"}
    sent = len(stub.lines("PUT"))
    kept = await draft.upload(b"old", name="a.bin", overwrite="skip")
    assert kept.checksum == f"md5:{md5(b'old')}"
    assert len(stub.lines("PUT")) == sent
    await draft.upload(b"new", name="a.bin", overwrite="replace")
    assert held(stub) == {"a.bin": b"new"}


async def test_overwrite_of_what_was_only_begun(stub: Stub, draft: AsyncDepositionFiles) -> None:
    modes: list[Overwrite] = ["error", "skip", "replace"]
    serve(stub, **{mode: Entry(b"left by a broken run") for mode in modes})
    for mode in modes:
        await draft.upload(b"new", name=mode, overwrite=mode)
    assert held(stub) == dict.fromkeys(modes, b"new")


# --- several ----------------------------------------------------------------------------------


async def test_upload_many(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.bin" for number in range(9)]
    for number, path in enumerate(paths):
        path.write_bytes(b"%d" % number * (1 + 100_000 * (9 - number)))
    files = await draft.upload_many(paths)
    assert [file.name for file in files] == [path.name for path in paths]
    assert held(stub) == {path.name: path.read_bytes() for path in paths}
    files = await draft.upload_many({"x/1": b"1", "x/2": io.BytesIO(b"2"), "x/3": paths[3]})
    assert [file.name for file in files] == ["x/1", "x/2", "x/3"]
    assert held(stub)["x/3"] == paths[3].read_bytes()
    assert await draft.upload_many([]) == []


async def test_upload_many_refuses_before_it_sends(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    for contents in (
        [tmp_path / "a" / "same", tmp_path / "b" / "same"],
        {"fine": b"1", "../not": b"2"},
    ):
        with pytest.raises(Refused):
            await draft.upload_many(contents)
    with pytest.raises(Refused):
        await draft.upload_many({"a": b"1"}, at_once=0)
    with pytest.raises(Refused, match="wants a list"):
        await draft.upload_many("grid.nc")
    with pytest.raises(UnsafeName, match="choose another name"):
        await draft.upload(b"1", name="../up")
    assert stub.got == []


async def test_upload_many_looks_at_all_before_it_sends(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    (tmp_path / "fine").write_bytes(b"1")
    for bad in (tmp_path / "missing", b"", tmp_path):
        with pytest.raises(Refused):
            await draft.upload_many({"a": tmp_path / "fine", "b": bad})
    assert stub.got == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
async def test_upload_many_reads_a_named_pipe_once(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"through the pipe",))
    writer.start()
    await draft.upload_many({"a.bin": pipe})
    writer.join()
    assert held(stub) == {"a.bin": b"through the pipe"}


async def test_first_error_ends_it(stub: Stub, draft: AsyncDepositionFiles) -> None:
    contents: dict[str, Any] = {"1": b"1", "2": Pipe(b""), "3": b"3", "4": b"4"}
    with pytest.raises(Refused, match="'2' is empty"):
        await draft.upload_many(contents, at_once=1)
    assert held(stub) == {"1": b"1"}
    assert unverified(draft) == []


async def test_first_error_ends_what_is_running() -> None:
    running = threading.Event()
    ended: list[int] = []

    async def work(number: int) -> None:
        if number == 0:
            await _runtime.in_thread(running.wait)
            raise LookupError("first")
        try:
            while True:
                await _runtime.in_thread(running.set)
        finally:
            ended.append(number)

    with pytest.raises(LookupError, match="first"):
        await _runtime.side_by_side(work, range(5), 2)
    assert ended == [1]


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
    with pytest.raises(Refused, match="overwrite='replace'"):
        await record.download("a.bin", tmp_path)
    assert target.read_bytes() == b"old"
    assert "GET /api/records/1/files/a.bin/content" not in stub.lines()
    await record.download("a.bin", tmp_path, overwrite="replace")
    assert target.read_bytes() == b"new"
    target.unlink()
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="overwrite='replace'"):
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
    with pytest.raises(Refused, match="holds other content"):
        await record.download_all(tmp_path, overwrite="skip", at_once=1)
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
    with pytest.raises(Refused, match="overwrite='replace'"):
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
        paths = await record.download_all(tmp_path, at_once=6)
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


async def test_full_disk(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.FileIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    def full(path: Path, _: str) -> Any:
        return io.BufferedWriter(Full(path, "xb"), 4 * BLOCK)

    serve(stub, **{"a.bin": BIG})
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(OSError, match="No space left"):
            await record.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_download_all(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    contents = {f"{number % 3}/{number}.bin": BIG[number:] for number in range(10)}
    serve(stub, **contents, pending=Entry())
    done: dict[str, int] = {}

    def note(progress: Progress) -> None:
        done[progress.name] = progress.done

    paths = await record.download_all(tmp_path, progress=note, at_once=4)
    assert paths == [tmp_path / name for name in contents]
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents
    assert done == {name: len(content) for name, content in contents.items()}
    with pytest.raises(Refused):
        await record.download_all(tmp_path, at_once=0)
    with pytest.raises(Refused, match="overwrite='replace'"):
        await record.download_all(tmp_path)
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
