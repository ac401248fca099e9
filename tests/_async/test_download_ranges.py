"""Downloads from servers that give parts of files: several connections; going on after a break."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from tests.support.stub_server import Entry, Got, Reply, Stub, asked
from zenodo_sdk import (
    AsyncClient,
    AsyncRecordFiles,
    ChecksumMismatch,
    NoAnswer,
    NotFound,
    Progress,
    Retry,
    ServerError,
    Timeouts,
    UnexpectedAnswer,
)
from zenodo_sdk._async import downloads
from zenodo_sdk.testing.faults import CutAnswer, ServerFailure, Stall
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.download import ranges, schedule

from .conftest import Connect

PIECE = 100_000
BIG = b"".join(hashlib.md5(bytes([n % 256, n // 256])).digest() for n in range(60_000)) + b"end"
"""960 kB, in which no part is like another."""
SIZE = len(BIG)
CONTENT = "/api/records/1/files/a.bin/content"
DOWNLOAD = ("GET", "/content$")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pieces; and no connection is fast enough to be left alone."""
    monkeypatch.setattr(ranges, "SMALLEST", PIECE)
    monkeypatch.setattr(downloads, "FAST", float("inf"))


@pytest.fixture
def stub(stub: Stub) -> Stub:
    stub.ranges = stub.etags = True
    stub.files["1"] = {"a.bin": Entry.of(BIG)}
    return stub


@pytest.fixture
def shaky_record(proxy: FaultProxy, connect: Connect) -> AsyncRecordFiles:
    return connect(proxy.url, retry=Retry(attempts=3)).records.files("1")


def part_of(got: Got) -> Reply:
    """The part that was asked for."""
    start, last = map(int, got.headers["range"][len("bytes=") :].split("-"))
    fields = {"Content-Range": f"bytes {start}-{last}/{SIZE}"}
    return Reply(206, BIG[start : last + 1], fields)


def parts(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


async def test_several_connections(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    path = await record.download("a.bin", tmp_path)
    assert path.read_bytes() == BIG
    assert list(tmp_path.iterdir()) == [path]
    wanted = asked(stub)
    assert sum(end - start for start, end in wanted) >= len(BIG)
    assert len(wanted) <= len(BIG) // PIECE
    assert stub.connections > 2
    sent = [got.headers.get("if-range") for got in stub.got if got.path == CONTENT]
    assert sent[0] is None
    assert set(sent[1:]) == {f'"{hashlib.md5(BIG).hexdigest()}"'}


async def test_one_connection(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    await record.download("a.bin", tmp_path, connections=1)
    wanted = asked(stub)
    assert [end for _, end in wanted[:-1]] == [start for start, _ in wanted[1:]]
    assert stub.connections == 1, "it is used again for each piece"


async def test_fast_connection_is_left_alone(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "FAST", 0.0)
    await record.download("a.bin", tmp_path)
    assert stub.connections == 1


async def test_no_more_connections_where_the_digest_is_behind(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_BEHIND", -1)
    await record.download("a.bin", tmp_path)
    assert stub.connections == 1


async def test_weak_etags_promise_nothing(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.files["1"]["a.bin"].etag = 'W/"weak"'
    await record.download("a.bin", tmp_path)
    assert not [got for got in stub.got if "if-range" in got.headers]


async def test_many_files(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    """A big one gets the connections that small ones leave."""
    small = {f"{number}.txt": str(number).encode() * 10 for number in range(20)}
    stub.files["1"] |= {name: Entry.of(content) for name, content in small.items()}
    seen: list[Progress] = []
    paths = await record.download_all(tmp_path, progress=seen.append)
    assert {path.name: path.read_bytes() for path in paths} == {"a.bin": BIG, **small}
    assert {one.name for one in seen[:21] if one.phase == "waiting"} == {
        path.name for path in paths
    }
    assert sorted(one.name for one in seen if one.phase == "done") == sorted(
        path.name for path in paths
    )
    assert record._transport.pace._moving == 0


@pytest.mark.parametrize("connections", [1, 8])
@pytest.mark.parametrize("reset", [True, False])
async def test_broken_connection_loses_only_its_rest(
    stub: Stub,
    proxy: FaultProxy,
    shaky_record: AsyncRecordFiles,
    tmp_path: Path,
    connections: int,
    reset: bool,
) -> None:
    proxy.inject(CutAnswer(*DOWNLOAD, after=70_000, times=4, skip=1, reset=reset))
    seen: list[Progress] = []
    path = await shaky_record.download(
        "a.bin", tmp_path, connections=connections, progress=seen.append
    )
    assert path.read_bytes() == BIG
    assert sum(end - start for start, end in asked(stub)) < 2 * len(BIG)
    assert "retrying" in {one.phase for one in seen}
    done = [one.done for one in seen if one.phase == "moving"]
    assert done == sorted(done), "nothing is lost that came"


async def test_connection_that_always_breaks(
    stub: Stub, proxy: FaultProxy, shaky_record: AsyncRecordFiles, tmp_path: Path
) -> None:
    """As long as bytes come, it goes on; each connection brings some."""
    proxy.inject(CutAnswer(*DOWNLOAD, after=70_000, times=None))
    assert (await shaky_record.download("a.bin", tmp_path)).read_bytes() == BIG
    assert len(asked(stub)) >= len(BIG) // 70_000


async def test_connection_that_stands(
    stub: Stub, proxy: FaultProxy, connect: Connect, tmp_path: Path
) -> None:
    proxy.inject(Stall(*DOWNLOAD, after=50_000, skip=1))
    files = connect(proxy.url, timeout=Timeouts(stall=0.2)).records.files("1")
    assert (await files.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_error_keeps_what_came(
    stub: Stub, proxy: FaultProxy, shaky_record: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(CutAnswer(*DOWNLOAD, after=10, times=None, skip=3))
    with pytest.raises(NoAnswer):
        await shaky_record.download("a.bin", tmp_path, connections=1)
    assert len(parts(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == parts(tmp_path), "nothing has its name"
    before = sum(end - start for start, end in asked(stub)[:3])
    stub.got.clear()
    proxy.clear()
    seen: list[Progress] = []
    path = await shaky_record.download("a.bin", tmp_path, progress=seen.append)
    assert path.read_bytes() == BIG
    assert list(tmp_path.iterdir()) == [path]
    assert sum(end - start for start, end in asked(stub)) <= len(BIG) - before
    assert min(one.done for one in seen if one.phase == "moving") >= before


async def test_error_of_one_file_keeps_the_others(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.files["1"]["b.bin"] = Entry.of(BIG[::-1])

    def late(got: Got) -> Reply:
        begun.wait(10)
        return Reply.json({"status": 404, "message": "Gone."}, 404)

    begun = threading.Event()
    stub.script("GET", "/api/records/1/files/b.bin/content", late)

    def watch(progress: Progress) -> None:
        if progress.done:
            begun.set()

    with pytest.raises(NotFound):
        await record.download_all(tmp_path, connections=2, progress=watch)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.bin"} or parts(tmp_path), names
    assert "b.bin" not in names
    stub.script("GET", "/api/records/1/files/b.bin/content")
    paths = await record.download_all(tmp_path)
    assert [path.read_bytes() for path in paths] == [BIG, BIG[::-1]]
    assert not parts(tmp_path)


async def test_callback_that_fails_keeps_what_came(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    def fail(progress: Progress) -> None:
        if progress.done:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await record.download("a.bin", tmp_path, progress=fail, connections=1)
    assert len(parts(tmp_path)) == 1
    stub.got.clear()
    await record.download("a.bin", tmp_path)
    assert min(start for start, _ in asked(stub)) > 0
    assert parts(tmp_path) == []


async def test_whole_part_needs_no_request(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    def fail(progress: Progress) -> None:
        if progress.phase == "verifying":
            raise LookupError

    with pytest.raises(LookupError):
        await record.download("a.bin", tmp_path, progress=fail)
    stub.got.clear()
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG
    assert asked(stub) == []


async def test_damaged_part_is_fetched_anew(
    stub: Stub, proxy: FaultProxy, shaky_record: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(CutAnswer(*DOWNLOAD, after=0, times=None, skip=3))
    with pytest.raises(NoAnswer):
        await shaky_record.download("a.bin", tmp_path, connections=1)
    (name,) = parts(tmp_path)
    with (tmp_path / name).open("r+b") as file:
        file.seek(5)
        file.write(b"rotten")
    proxy.clear()
    stub.got.clear()
    assert (await shaky_record.download("a.bin", tmp_path)).read_bytes() == BIG
    assert 0 in [start for start, _ in asked(stub)]


# --- what a server answers --------------------------------------------------------------------


async def test_whole_file_for_a_later_range(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    """The server, or one of several, gives no parts any more."""
    replies = 0

    def reply(got: Got) -> Reply:
        nonlocal replies
        with stub.lock:
            replies += 1
            mine = replies
        return part_of(got) if mine <= 2 else Reply(200, BIG)

    stub.script("GET", CONTENT, reply)
    path = await record.download("a.bin", tmp_path)
    assert path.read_bytes() == BIG
    assert list(tmp_path.iterdir()) == [path]


async def test_changed_between_pieces(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    stub.in_turn("1", "a.bin", Entry.of(BIG), Entry.of(BIG[::-1]))
    with pytest.raises(ChecksumMismatch):
        await record.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []
    stub.in_turn("1", "a.bin", Entry.of(BIG))
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_changed_and_no_etag_to_tell(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    stub.etags = False
    stub.in_turn("1", "a.bin", Entry.of(BIG), Entry.of(BIG[::-1]))
    with pytest.raises(ChecksumMismatch):
        await record.download("a.bin", tmp_path)
    stub.in_turn("1", "a.bin", Entry.of(BIG))
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG
    assert parts(tmp_path) == []


async def test_wrong_once(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    stub.etags = False
    stub.in_turn("1", "a.bin", Entry.of(BIG[::-1]), Entry.of(BIG))
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "bytes 0-9",
        f"bytes 1-100000/{SIZE}",
        f"bytes 0-100000/{SIZE + 1}",
        f"bytes 0-{SIZE}/{SIZE}",
        f"bytes 5-4/{SIZE}",
        f"lines 0-9/{SIZE}",
        "bytes */0",
        "multipart",
    ],
)
async def test_wrong_content_range(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path, told: str | None
) -> None:
    headers = {} if told is None else {"Content-Range": told}
    stub.script("GET", CONTENT, Reply(206, BIG[:100_000], headers))
    with pytest.raises(UnexpectedAnswer, match=r"asked for.*list the files again"):
        await record.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []
    stub.script("GET", CONTENT)
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_shorter_parts_than_asked_for(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    """Allowed, and some caches do it."""

    def short(got: Got) -> Reply:
        start, last = map(int, got.headers["range"][len("bytes=") :].split("-"))
        body = BIG[start : min(start + 70_000, last + 1)]
        fields = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/{SIZE}"}
        return Reply(206, body, fields)

    stub.script("GET", CONTENT, short)
    assert (await record.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_longer_part_than_asked_for(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    def long(got: Got) -> Reply:
        reply = part_of(got)
        return Reply(206, reply.body + b"?", reply.headers)

    stub.script("GET", CONTENT, long)
    with pytest.raises(UnexpectedAnswer, match="more bytes came"):
        await record.download("a.bin", tmp_path, connections=1)
    assert not (tmp_path / "a.bin").exists()


async def test_part_without_its_bytes(
    stub: Stub, client: AsyncClient, tmp_path: Path, connect: Connect
) -> None:
    fields = {"Content-Range": f"bytes 0-99999/{SIZE}"}
    stub.script("GET", CONTENT, Reply(206, b"", fields))
    files = connect(stub.url, retry=Retry(attempts=3)).records.files("1")
    with pytest.raises((NoAnswer, UnexpectedAnswer)):
        await files.download("a.bin", tmp_path, connections=1)
    assert list(tmp_path.iterdir()) == []


async def test_fewer_bytes_than_told(stub: Stub, record: AsyncRecordFiles, tmp_path: Path) -> None:
    stub.script("GET", CONTENT, Reply(416, b"", {"Content-Range": "bytes */10"}))
    with pytest.raises(UnexpectedAnswer, match=r"fewer bytes than it told.*list the files again"):
        await record.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_page_in_place_of_a_part(
    stub: Stub, record: AsyncRecordFiles, tmp_path: Path
) -> None:
    body = b"<!DOCTYPE html><html>Just a moment</html>"
    fields = {"Content-Type": "text/html", "Content-Range": f"bytes 0-{len(body) - 1}/{SIZE}"}
    stub.script("GET", CONTENT, Reply(206, body, fields))
    with pytest.raises(UnexpectedAnswer, match="web page"):
        await record.download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_host_that_bears_fewer_connections(
    stub: Stub, proxy: FaultProxy, shaky_record: AsyncRecordFiles, tmp_path: Path
) -> None:
    """What some connections are refused, others fetch."""
    lock, moving, refused = threading.Lock(), 0, 0

    def reply(got: Got) -> Reply:
        nonlocal moving, refused
        with lock:
            moving += 1
            if moving in (2, 3, 4):
                refused += 1
                return Reply(503)
        return part_of(got)

    stub.script("GET", CONTENT, reply)
    path = await shaky_record.download("a.bin", tmp_path, connections=2)
    assert path.read_bytes() == BIG
    assert refused == 3


async def test_server_that_fails_for_good(
    stub: Stub, proxy: FaultProxy, shaky_record: AsyncRecordFiles, tmp_path: Path
) -> None:
    proxy.inject(ServerFailure(*DOWNLOAD, times=None, skip=3, status=503))
    with pytest.raises(ServerError):
        await shaky_record.download("a.bin", tmp_path)
    assert len(parts(tmp_path)) == 1
    proxy.clear()
    assert (await shaky_record.download("a.bin", tmp_path)).read_bytes() == BIG
