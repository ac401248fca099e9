"""Uploads over real sockets, with faults on the way."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tests.support.stub_server import Entry, Reply, Stub, held, serve
from zenodo_sdk import (
    AsyncDepositionFiles,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    OutcomeUnknown,
    Overwrite,
    Progress,
    Refused,
    Retry,
    ServerError,
    SourceChanged,
    UnsafeName,
    ZenodoError,
)
from zenodo_sdk._async import _runtime
from zenodo_sdk.testing.faults import (
    Answer,
    CutAnswer,
    CutUpload,
    HoldUpload,
    LoseAnswer,
    LoseRequest,
    Rewrite,
    TooManyRequests,
)
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.upload.source import BLOCK, PIECE

from .conftest import Clock, Connect, md5, unverified

BIG = bytes(range(256)) * 10_000 + b"end"
"""Two blocks and a half."""
assert 2 * BLOCK < len(BIG) < 3 * BLOCK


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


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, len(BIG)])
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

    with pytest.raises(SourceChanged, match=r"'log' changed .* had \d+ bytes and has 1048576"):
        await draft.upload(path, progress=shrink)
    assert held(stub) == {}
    assert await draft.list() == [], "what was begun is taken back"
    path.write_bytes(BIG)
    await draft.upload(path)
    assert held(stub) == {"log": BIG}
    assert unverified(draft) == []


CHANGES: dict[str, Callable[[Path], object]] = {
    "it grows": lambda path: path.write_bytes(BIG + b"more"),
    "it is written": lambda path: os.utime(path, ns=(0, 0)),
    "it is replaced": lambda path: (path.parent / "other").rename(path),
    "it is removed": lambda path: path.unlink(),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files as they are")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("many", [False, True])
async def test_file_that_changes(
    stub: Stub,
    draft: AsyncDepositionFiles,
    tmp_path: Path,
    change: Callable[[Path], object],
    many: bool,
) -> None:
    path = tmp_path / "log"
    path.write_bytes(BIG)
    (tmp_path / "other").write_bytes(BIG)

    def on_its_way(progress: Progress) -> None:
        if progress.phase == "moving" and not changed:
            changed.append(change(path))

    changed: list[object] = []
    with pytest.raises(SourceChanged, match="changed while it was uploaded") as caught:
        await (
            draft.upload_many([path], progress=on_its_way)
            if many
            else draft.upload(path, progress=on_its_way)
        )
    assert caught.value.name == "log"
    assert stub.files["1"] == {}, "nothing is left"
    assert unverified(draft) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows tells no time of a change of the entry")
async def test_file_that_changes_and_gets_its_time_back(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    path = tmp_path / "grid.nc"
    path.write_bytes(BIG)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    other = BIG[::-1]

    def rewrite(progress: Progress) -> None:
        if progress.phase == "moving" and 0 < progress.done < len(BIG) and not changed:
            path.write_bytes(other)
            os.utime(path, (1_700_000_000, 1_700_000_000))
            changed.append(progress.done)

    changed: list[int] = []
    phases = Phases()

    def tell(progress: Progress) -> None:
        phases(progress)
        rewrite(progress)

    await draft.upload(path, progress=tell)
    assert changed
    assert held(stub) == {"grid.nc": other}, "neither the old content nor a mixture"
    assert "retrying" in phases.of("grid.nc")


@pytest.mark.skipif(os.name == "nt", reason="Windows tells no time of a change of the entry")
async def test_file_whose_mode_changes(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    path = tmp_path / "grid.nc"
    path.write_bytes(BIG)

    def change(_: Progress) -> None:
        path.chmod(0o600 if path.stat().st_mode & 1 else 0o601)

    await draft.upload(path, progress=change)
    assert held(stub) == {"grid.nc": BIG}
    assert len(stub.lines("PUT")) == 1


async def test_open_file_that_changes(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(BIG)

    def grow(_: Progress) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    with path.open("rb") as file, pytest.raises(SourceChanged, match="'log' changed"):
        await draft.upload(file, progress=grow)
    assert stub.files["1"] == {}


async def test_file_that_vanishes_before_its_turn(
    stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"bytes")

    def vanish(progress: Progress) -> None:
        if progress.phase == "moving":
            paths[2].unlink(missing_ok=True)

    with pytest.raises(SourceChanged, match="could be read when the upload began") as caught:
        await draft.upload_many(paths, progress=vanish, at_once=1)
    assert caught.value.name == "c"
    assert all(entry.committed for entry in stub.files["1"].values()), "nothing is left pending"
    assert unverified(draft) == []


# --- contents of known size -------------------------------------------------------------------


class Made:
    """An iterable that can be begun anew."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.begun = 0

    def __iter__(self) -> Iterator[bytes]:
        self.begun += 1
        return iter(self.pieces)


PIECES = (b"a" * 70_000, b"", BIG, bytearray(b"b" * 9), memoryview(b"cdef")[::2])
TOGETHER = b"".join(bytes(piece) for piece in PIECES)


@pytest.mark.parametrize(
    "make", [lambda: list(PIECES), lambda: iter(PIECES), lambda: Made(*PIECES)]
)
async def test_pieces(stub: Stub, draft: AsyncDepositionFiles, make: Callable[[], Any]) -> None:
    file = await draft.upload(make(), name="a.bin", size=len(TOGETHER))
    assert held(stub) == {"a.bin": TOGETHER}
    assert file.md5 == md5(TOGETHER)
    # what is there is compared, whatever it comes from
    await draft.upload(make(), name="a.bin", size=len(TOGETHER))
    with pytest.raises(FileExists, match="other content"):
        await draft.upload(make(), name="a.bin", size=len(TOGETHER) - 1)
    assert len(stub.lines("PUT")) == 1


async def test_pipe_of_known_size_needs_no_copy(
    stub: Stub, draft: AsyncDepositionFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("zenodo_sdk.transfer.upload.source.tempfile.SpooledTemporaryFile")
    for make in (Pipe, pipe_of):
        with make(BIG) as stream:
            await draft.upload(stream, name="a.bin", size=len(BIG), overwrite="replace")
        assert held(stub) == {"a.bin": BIG}


@pytest.mark.parametrize("told", [len(BIG) - 1, len(BIG) + 1, BLOCK, 1])
@pytest.mark.parametrize(
    "make", [Pipe, io.BytesIO, bytes, lambda content: [content], lambda content: iter([content])]
)
async def test_another_size_than_was_told(
    stub: Stub, draft: AsyncDepositionFiles, make: Callable[[bytes], Any], told: int
) -> None:
    with pytest.raises(SourceChanged, match=r"it ended after|has more than|and size= says"):
        await draft.upload(make(BIG), name="a.bin", size=told)
    assert stub.files.get("1", {}) == {}
    assert unverified(draft) == []


@pytest.mark.parametrize("make", [Made, lambda *pieces: iter(pieces), lambda one: Pipe(one)])
async def test_pieces_that_break_on_the_way(
    stub: Stub, proxy: FaultProxy, shaky_draft: AsyncDepositionFiles, make: Callable[..., Any]
) -> None:
    content = make(BIG)
    proxy.inject(CutUpload(*CONTENT, after=len(BIG) // 2))
    if isinstance(content, Made):
        await shaky_draft.upload(content, name="a.bin", size=len(BIG))
        assert held(stub) == {"a.bin": BIG}
        assert content.begun == 2
        return
    with pytest.raises((NoAnswer, ServerError), match="can be read only once"):
        await shaky_draft.upload(content, name="a.bin", size=len(BIG))
    assert stub.files["1"] == {}
    assert len([seen for seen in proxy.seen if seen.method == "PUT"]) == 1


async def test_lost_answer_to_pieces_is_settled(
    stub: Stub, proxy: FaultProxy, shaky_draft: AsyncDepositionFiles
) -> None:
    proxy.inject(LoseAnswer(*CONTENT))
    await shaky_draft.upload(iter([BIG]), name="a.bin", size=len(BIG))
    assert held(stub) == {"a.bin": BIG}


async def test_pieces_are_not_sent_again_when_the_server_is_busy(
    stub: Stub, draft: AsyncDepositionFiles
) -> None:
    path = "/api/records/1/draft/files/a.bin/content"
    stub.script("PUT", path, Reply.json({"message": "busy"}, 429, Retry_After="1"))
    with pytest.raises(ZenodoError, match="busy"):
        await draft.upload(iter([BIG]), name="a.bin", size=len(BIG))
    assert len(stub.lines("PUT")) == 1
    assert stub.files["1"] == {}


class Own(Exception):
    pass


@pytest.mark.parametrize(
    "error", [ValueError("mine"), OSError("mine"), httpx.ReadError("mine"), Own("mine")]
)
async def test_iterator_that_raises(
    stub: Stub, draft: AsyncDepositionFiles, error: Exception
) -> None:
    def pieces() -> Iterator[bytes]:
        yield BIG
        raise error

    with pytest.raises(type(error), match="mine") as caught:
        await draft.upload(pieces(), name="a.bin", size=2 * len(BIG))
    assert caught.value is error
    if isinstance(error, httpx.ReadError):
        with pytest.raises(RuntimeError, match="not been set"):
            # or the token would be in it
            _ = error.request
    assert stub.files["1"] == {}
    assert unverified(draft) == []


async def test_iterator_that_was_read_before(stub: Stub, draft: AsyncDepositionFiles) -> None:
    pieces = iter([BIG])
    assert list(pieces) == [BIG]
    with pytest.raises(Refused, match="gives nothing: an iterator can be read only once"):
        await draft.upload(pieces, name="a.bin", size=len(BIG))
    assert stub.files["1"] == {}
    assert unverified(draft) == []


async def test_pieces_that_are_none(stub: Stub, draft: AsyncDepositionFiles) -> None:
    for content, size, why in (
        ([b"a"], None, "together with size="),
        ([b"a"], 0, "at least 1"),
        (["a"], 1, "gives str and not bytes"),
        (b"a", -1, "at least 1"),
    ):
        with pytest.raises(Refused, match=why):
            await draft.upload(content, name="a", size=size)  # wrong types are what this is about
    assert stub.files.get("1", {}) == {}


# --- beside the transfer ----------------------------------------------------------------------


async def test_digests_have_a_thread_of_their_own(
    draft: AsyncDepositionFiles, hashing: set[str]
) -> None:
    await draft.upload(BIG, name="a.bin")
    assert hashing == {"zenodo-sdk-md5"}


class Phases:
    """A callback that notes what it is told."""

    def __init__(self) -> None:
        self.seen: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.seen.append(progress)

    def of(self, name: str) -> list[str]:
        """The phases of a file, one after another."""
        told = [one.phase for one in self.seen if one.name == name]
        return [phase for before, phase in pairwise(["", *told]) if phase != before]


async def test_progress(draft: AsyncDepositionFiles) -> None:
    phases = Phases()
    await draft.upload(BIG, name="a.bin", progress=phases)
    assert phases.of("a.bin") == ["waiting", "moving", "verifying", "done"]
    assert {(one.total, one.direction) for one in phases.seen} == {(len(BIG), "upload")}
    done = [one.done for one in phases.seen]
    assert done == sorted(done)
    moving = [one.done for one in phases.seen if one.phase == "moving"]
    assert all(done % PIECE == 0 for done in moving[:-1])
    assert moving[-1] == len(BIG), "the last block is told"
    assert [one for one in phases.seen if one.is_complete] == phases.seen[-1:]
    phases = Phases()
    await draft.upload(BIG, name="a.bin", progress=phases)
    assert phases.of("a.bin") == ["waiting", "hashing", "skipped"]
    read = [one.done for one in phases.seen if one.phase == "hashing"]
    assert (read[0], read[-1]) == (0, len(BIG)), "reading takes its time, too"
    phases = Phases()
    await draft.upload(BIG, name="a.bin", progress=phases, overwrite="replace")
    assert phases.of("a.bin") == ["waiting", "moving", "verifying", "done"]


async def test_progress_of_what_fails_first(
    proxy: FaultProxy, shaky_draft: AsyncDepositionFiles
) -> None:
    phases = Phases()
    proxy.inject(CutUpload(*CONTENT, after=len(BIG) // 2))
    await shaky_draft.upload(BIG, name="a.bin", progress=phases)
    assert phases.of("a.bin") == [
        "waiting", "moving", "verifying", "retrying", "moving", "verifying", "done",
    ]  # fmt: skip
    again = [one.phase for one in phases.seen].index("retrying")
    assert next(one.done for one in phases.seen[again:] if one.phase == "moving") == 0
    phases = Phases()
    proxy.inject(Answer(*CONTENT, status=403))
    with pytest.raises(ZenodoError):
        await shaky_draft.upload_many({"b": b"1", "c": b"2"}, progress=phases, at_once=1)
    assert phases.seen[:2] == [Progress(name, 0, 1, "upload", "waiting") for name in "bc"]
    assert "failed" in (phases.of("b")[-1], phases.of("c")[-1])


async def test_progress_of_what_the_server_puts_off(
    proxy: FaultProxy, shaky_draft: AsyncDepositionFiles
) -> None:
    proxy.inject(TooManyRequests(*CONTENT, retry_after=1))
    phases = Phases()
    await shaky_draft.upload(BIG, name="a.bin", progress=phases)
    done = [one.done for one in phases.seen]
    assert max(done) == len(BIG), "never more than there is"
    assert done != sorted(done), "it was sent again from its beginning"


@pytest.mark.parametrize("call", [1, 2, 3, 4])
async def test_callback_that_fails(stub: Stub, draft: AsyncDepositionFiles, call: int) -> None:
    calls: list[Progress] = []

    def fail(progress: Progress) -> None:
        calls.append(progress)
        if len(calls) == call:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await draft.upload(BIG, name="a.bin", progress=fail)
    assert stub.files.get("1", {}) == {}
    assert unverified(draft) == []
    assert len(calls) == call
    await draft.upload(BIG, name="a.bin")


async def test_memory(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    size = 200 * BLOCK + 1
    stub.keep = False
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        uploaded = await draft.upload(sparse)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"\npeak of {size >> 20} MB: upload {peak >> 20} MB")
    assert uploaded.size == size
    assert peak < 16 << 20


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
    await files.upload(b"one", name="a.bin")
    assert unverified(files) == [], "it was compared"
    await files.upload(b"two", name="a.bin", overwrite="replace")
    assert unverified(files) == []


# --- files that are there ---------------------------------------------------------------------


async def test_overwrite(stub: Stub, draft: AsyncDepositionFiles) -> None:
    await draft.upload(b"old", name="a.bin")
    with pytest.raises(FileExists, match="is there already") as caught:
        await draft.upload(b"old", name="a.bin", overwrite="error")
    assert caught.value.name == "a.bin"
    for content in (b"new", b"newer"):
        with pytest.raises(FileExists, match="other content"):
            await draft.upload(content, name="a.bin")
    with pytest.raises(Refused, match="overwrite=True is unknown; give 'skip'"):
        await draft.upload(b"new", name="b.bin", overwrite=cast("Any", True))
    assert held(stub) == {"a.bin": b"old"}
    sent = len(stub.lines("PUT"))
    kept = await draft.upload(b"old", name="a.bin")
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


async def test_requests_of_many(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02}.bin" for number in range(20)]
    for path in paths:
        path.write_bytes(path.name.encode())
    names = [path.name for path in paths]
    await draft.upload_many(paths[:10])
    assert len(stub.lines("GET")) == 1, "what is there"
    assert len(stub.lines("POST")) == 1 + 10
    stub.got.clear()
    assert [file.name for file in await draft.upload_many(paths)] == names
    assert sorted(stub.lines("PUT")) == sorted(
        f"PUT /api/records/1/draft/files/{name}/content" for name in names[10:]
    )
    assert len(stub.got) == 2 + 2 * 10
    stub.got.clear()
    phases = Phases()
    assert [file.name for file in await draft.upload_many(paths, progress=phases)] == names
    assert stub.lines() == ["GET /api/records/1/draft/files"], "and no bytes"
    assert {phases.of(name)[-1] for name in names} == {"skipped"}
    paths[7].write_bytes(b"longer content")
    paths[3].write_bytes(b"XX.bin")
    for number in (7, 3):
        stub.got.clear()
        with pytest.raises(FileExists, match="other content") as caught:
            await draft.upload_many(paths if number == 7 else paths[:7])
        assert caught.value.name == names[number]
        assert stub.lines() == ["GET /api/records/1/draft/files"]
    await draft.upload_many(paths, overwrite="replace")
    assert held(stub) == {path.name: path.read_bytes() for path in paths}


async def test_what_a_broken_run_left_is_made_anew(stub: Stub, draft: AsyncDepositionFiles) -> None:
    contents = {str(number): b"%d" % number for number in range(9)}
    serve(stub, **{"0": b"0", "1": Entry(b"left"), "2": Entry(), "other": Entry()})
    await draft.upload_many(contents)
    assert held(stub) == contents
    assert stub.lines("DELETE") == [
        "DELETE /api/records/1/draft/files/1",
        "DELETE /api/records/1/draft/files/2",
    ]
    assert len(stub.lines("POST")) == 1 + 8
    assert not stub.files["1"]["other"].committed, "what nobody asked for is left alone"


async def test_new_draft_is_not_asked_for_its_files(
    stub: Stub, draft: AsyncDepositionFiles
) -> None:
    draft._transport.ledger.made("1", 4)
    await draft.upload_many({"a": b"1", "b": b"2"})
    assert stub.lines()[0] == "POST /api/records/1/draft/files"
    assert stub.lines("GET") == []
    stub.got.clear()
    await draft.upload_many({"a": b"1", "b": b"2"})
    assert stub.lines() == ["GET /api/records/1/draft/files"]


MANY_FAULTS = [
    *FAULTS,
    *(
        pytest.param(fault, id=f"several-{type(fault).__name__}-{number}")
        for number, fault in enumerate(
            [
                LoseAnswer(*CONTENT, times=5),
                CutUpload(*CONTENT, after=1, times=5),
                LoseAnswer(*COMMIT, times=5),
                LoseRequest(*COMMIT, times=5),
                LoseAnswer("DELETE", "", times=2),
                LoseRequest("GET", "", times=2),
            ]
        )
    ),
]


@pytest.mark.parametrize("fault", MANY_FAULTS)
@pytest.mark.parametrize("fresh", [True, False])
async def test_faults_of_many_are_overcome(
    stub: Stub, proxy: FaultProxy, shaky_draft: AsyncDepositionFiles, fault: Any, fresh: bool
) -> None:
    contents = {f"{number}.bin": b"%d" % number * 700_001 for number in range(6)}
    serve(stub, **({} if fresh else {"1.bin": Entry(b"left"), "2.bin": contents["2.bin"]}))
    proxy.inject(fault)
    await shaky_draft.upload_many(contents)
    assert held(stub) == contents
    assert unverified(shaky_draft) == []
    # a content is only ever sent into an entry that was just made
    empty: set[str] = set()
    for got in stub.got:
        if got.method == "POST" and got.path.endswith("/files"):
            empty |= {item["key"] for item in json.loads(got.body)}
        elif got.method == "PUT":
            empty.remove(got.path.split("/")[-2])


async def test_error_of_one_takes_the_others_back(stub: Stub, draft: AsyncDepositionFiles) -> None:
    path = "/api/records/1/draft/files/3/content"
    stub.script("PUT", path, Reply.json({"message": "Bucket quota exceeded."}, 400))
    contents = {str(number): b"%d" % number for number in range(30)}
    with pytest.raises(ZenodoError, match="Bucket quota exceeded"):
        await draft.upload_many(contents, at_once=2)
    assert len(stub.lines("PUT")) < 20, "the first error ends the call"
    assert all(entry.committed for entry in stub.files["1"].values()), "none is left pending"
    assert unverified(draft) == []
    stub.script("PUT", path)
    await draft.upload_many(contents)
    assert held(stub) == contents


async def test_at_most_so_many_contents_at_once(stub: Stub, draft: AsyncDepositionFiles) -> None:
    inside: set[str] = set()
    most: list[int] = []
    changed = threading.Condition()

    def content(got: Any) -> Reply:
        with changed:
            inside.add(got.path)
            most.append(len(inside))
            changed.notify_all()
            changed.wait_for(lambda: max(most) == 3, 10)
            # time for one too many to come in
            changed.wait_for(lambda: max(most) > 3, 0.2)
            inside.discard(got.path)
        return Reply.json({"message": "no"}, 403)

    contents = {str(number): b"%d" % number for number in range(12)}
    for name in contents:
        stub.script("PUT", f"/api/records/1/draft/files/{name}/content", content)
    with pytest.raises(ZenodoError):
        await draft.upload_many(contents, at_once=3)
    assert max(most) == 3


async def test_a_process_bears_in_mind_its_other_transfers(
    stub: Stub, draft: AsyncDepositionFiles
) -> None:
    pace = draft._transport.pace
    taken = pace.occupy(7)
    moving: list[int] = []
    contents = {str(number): b"%d" % number for number in range(9)}
    try:
        await draft.upload_many(contents, progress=lambda _: moving.append(pace._moving))
    finally:
        pace.free(taken)
    assert max(moving) == 8
    assert pace._moving == 0
    assert held(stub) == contents


async def test_preflight(stub: Stub, draft: AsyncDepositionFiles, tmp_path: Path) -> None:
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(3 * 10**9)
    for call in (
        lambda: draft.upload(sparse, quota=2 * 10**9),
        lambda: draft.upload_many([sparse], quota=2 * 10**9),
    ):
        with pytest.raises(Refused, match="3,000,000,000 bytes, and takes 2,000,000,000"):
            await call()
    with pytest.raises(Refused, match="quota= is how many bytes"):
        await draft.upload(b"1", name="a", quota=0)
    with pytest.raises(UnsafeName, match=r"'u\\u0308' and '\\xfc', look the same"):
        await draft.upload_many({"\xfc": b"1", "u\u0308": b"2"})
    assert stub.got == []
    serve(stub, there=Entry(b"", zeros=2 * 10**9, md5="0" * 32, committed=True))
    with pytest.raises(Refused, match=r"2,000,000,000 of them there already.*takes 4,000,000,000"):
        await draft.upload(sparse, quota=4 * 10**9)
    assert stub.lines() == ["GET /api/records/1/draft/files"]
    serve(stub, ü=b"1")
    with pytest.raises(UnsafeName, match="which the draft has, look the same"):
        await draft.upload_many({"a": b"1", "u\u0308": b"2"})
    with pytest.raises(UnsafeName, match="which the draft has, look the same"):
        await draft.upload(b"2", name="u\u0308")
    assert list(held(stub)) == ["\xfc"]


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
    for bad in (tmp_path / "missing", b"", bytearray(), memoryview(b""), tmp_path):
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
    assert set(held(stub)) < set(contents), "others may have been complete by then"
    assert "2" not in held(stub)
    assert len(stub.files["1"]) == len(held(stub)), "no entry waits for a content"
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
