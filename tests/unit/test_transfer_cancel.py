"""Transfers that are cancelled or interrupted: what a task or Ctrl-C leaves behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from tests.support.patience import PROMPT, until_hit
from tests.support.stub_server import Entry, Stub
from tests.support.threads import no_thread_is_left
from zenodo_sdk import AsyncClient, Client, Progress
from zenodo_sdk._async import _runtime
from zenodo_sdk._sync import _runtime as sync_runtime
from zenodo_sdk.testing.faults import Stall
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.upload.source import BLOCK

BIG = bytes(range(256)) * 12_000


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.files["1"] = {"a.bin": Entry.of(BIG)}
        yield stub


@pytest.fixture
async def client(stub: Stub) -> AsyncIterator[AsyncClient]:
    async with AsyncClient("token", base_url=stub.url) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert no_thread_is_left()


class Hold:
    """A callback that keeps its worker thread busy until it is let go."""

    def __init__(self, at: int, *phases: str) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self.left = at
        self.phases = phases
        self.ended = False

    def __call__(self, *told: Progress) -> None:
        if self.phases and told and told[0].phase not in self.phases:
            return
        self.left -= 1
        if self.left == 0:
            self.reached.set()
            assert self.go.wait(10)
            self.ended = True

    async def cancel(self, task: asyncio.Task[Any], times: int = 1) -> None:
        """Cancel the task while its thread is at work, and see that it waits for the thread."""
        await anyio.to_thread.run_sync(self.reached.wait, 10)
        for _ in range(times):
            task.cancel()
            for _ in range(10):
                await asyncio.sleep(0)
        assert not task.done()
        self.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert self.ended
        assert task.cancelled()


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("times", [1, 3])
async def test_upload(stub: Stub, client: AsyncClient, at: int, times: int) -> None:
    files = client.depositions.files("1")
    hold = Hold(at, "moving")
    await hold.cancel(
        asyncio.create_task(files.upload(BIG, name="b.bin", progress=hold)), times=times
    )
    assert not stub.files["1"]["b.bin"].committed
    assert files._transport.ledger.unverified("1") == ["b.bin"]
    await files.upload(BIG, name="b.bin")
    assert stub.files["1"]["b.bin"].content == BIG
    assert files._transport.ledger.unverified("1") == []


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("times", [1, 3])
async def test_download(client: AsyncClient, tmp_path: Path, at: int, times: int) -> None:
    files = client.records.files("1")
    hold = Hold(at)
    await hold.cancel(
        asyncio.create_task(files.download("a.bin", tmp_path, progress=hold)), times=times
    )
    assert list(tmp_path.iterdir()) == []
    assert (await files.download("a.bin", tmp_path)).read_bytes() == BIG


async def test_many(stub: Stub, client: AsyncClient, tmp_path: Path) -> None:
    files = client.depositions.files("1")
    hold = Hold(4, "moving")
    contents = {str(number): BIG for number in range(9)}
    stub.files["1"] = {}
    await hold.cancel(asyncio.create_task(files.upload_many(contents, progress=hold)))
    assert len(stub.files["1"]) == 9, "all were announced"
    begun = files._transport.ledger.unverified("1")
    assert 1 <= len(begun) <= 4, "only what was begun is in doubt"
    await files.upload_many(contents)
    assert {name: entry.content for name, entry in stub.files["1"].items()} == contents
    assert files._transport.ledger.unverified("1") == []
    stub.files["1"] = {name: Entry.of(BIG) for name in contents}
    hold = Hold(4)
    await hold.cancel(asyncio.create_task(files.download_all(tmp_path, progress=hold)))
    assert not list(tmp_path.glob(".*"))


async def test_while_files_are_opened(
    client: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    really = Path.open

    def slow(path: Path, *arguments: Any, **named: Any) -> Any:
        hold()
        opened.append(really(path, *arguments, **named))
        return opened[-1]

    path = tmp_path / "b.bin"
    path.write_bytes(BIG)
    monkeypatch.setattr(Path, "open", slow)
    files = client.depositions.files("1")
    for folder, start in (
        (tmp_path, lambda: files.upload(path)),
        (tmp_path / "new", lambda: client.records.files("1").download("a.bin", f"{tmp_path}/new/")),
    ):
        hold = Hold(1)
        await hold.cancel(asyncio.create_task(start()))
        assert opened[-1].closed
        assert [one.name for one in folder.iterdir() if one.is_file()] in ([], ["b.bin"])
    assert list((tmp_path / "new").iterdir()) == []


async def test_while_a_digest_is_computed(stub: Stub, client: AsyncClient) -> None:
    files = client.depositions.files("1")
    hold = Hold(2)

    class Slow:
        def __init__(self) -> None:
            self._position = 0

        def read(self, size: int) -> bytes:
            if size:
                hold()
            return bytes(size)

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return 0

        def seek(self, _: int, whence: int = 0) -> int:
            return 100 * BLOCK if whence else 0

    # of the same size, so that it has to be read
    stub.files["1"]["a.bin"] = Entry(None, 100 * BLOCK, "0" * 32, committed=True)
    content: Any = Slow()
    await hold.cancel(asyncio.create_task(files.upload(content, name="a.bin", overwrite="skip")))
    assert hold.left == 0, "no further block was read"
    assert stub.files["1"]["a.bin"].committed


@pytest.mark.parametrize("at", [1, 2])
async def test_cancelled_by_anyio(client: AsyncClient, tmp_path: Path, at: int) -> None:
    hold = Hold(at)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:

            async def cancel() -> None:
                await anyio.to_thread.run_sync(hold.reached.wait, 10)
                scope.cancel()
                hold.go.set()

            group.start_soon(cancel)
            await client.records.files("1").download("a.bin", tmp_path, progress=hold)
    assert scope.cancelled_caught
    assert hold.ended
    assert list(tmp_path.iterdir()) == []


async def test_time_limit(stub: Stub, tmp_path: Path) -> None:
    with FaultProxy(stub.url) as proxy:
        proxy.inject(Stall("*", "/content", times=None, after=0))
        async with AsyncClient("token", base_url=proxy.url) as client:
            for start in (
                lambda: client.depositions.files("1").upload(BIG, name="b.bin"),
                lambda: client.records.files("1").download("a.bin", tmp_path),
            ):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await start()
    assert list(tmp_path.iterdir()) == []


async def test_what_came_is_kept(stub: Stub, tmp_path: Path) -> None:
    """A cancellation does not wait for a connection that stands, and the next call goes on."""
    stub.ranges = stub.etags = True
    came = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch(progress: Progress) -> None:
        if progress.done:
            loop.call_soon_threadsafe(came.set)

    with FaultProxy(stub.url) as proxy:
        proxy.inject(Stall("GET", "/content", times=None, after=len(BIG) // 2))
        async with AsyncClient("token", base_url=proxy.url) as client:
            files = client.records.files("1")
            task = asyncio.create_task(files.download("a.bin", tmp_path, progress=watch))
            async with asyncio.timeout(20):
                await came.wait()
            task.cancel()
            async with asyncio.timeout(PROMPT):
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
            proxy.clear()
            stub.got.clear()
            assert (await files.download("a.bin", tmp_path)).read_bytes() == BIG
    asked = [got.headers["range"] for got in stub.got if "range" in got.headers]
    assert not asked[0].startswith("bytes=0-")
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


async def test_work_that_never_began() -> None:
    """A cancellation that comes before the thread did is not waited for."""
    limiter = anyio.to_thread.current_default_thread_limiter()
    before, limiter.total_tokens = limiter.total_tokens, 1
    go, ran = threading.Event(), threading.Event()
    try:
        blocking = asyncio.create_task(_runtime.in_thread(go.wait))
        waiting = asyncio.create_task(_runtime.in_thread(ran.set))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not blocking.done()
    finally:
        go.set()
        limiter.total_tokens = before
    assert await blocking
    assert not ran.is_set()


# --- Ctrl-C in the synchronous colour ---------------------------------------------------------


def test_interrupted(stub: Stub, tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.phase == "moving":
            raise KeyboardInterrupt

    with Client("token", base_url=stub.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.depositions.files("1").upload(BIG, name="b.bin", progress=interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.records.files("1").download("a.bin", tmp_path, progress=interrupt)
        assert list(tmp_path.iterdir()) == []
        assert client.records.files("1").download("a.bin", tmp_path).read_bytes() == BIG
    assert not stub.files["1"]["b.bin"].committed


def test_interrupted_while_many_run(stub: Stub, tmp_path: Path) -> None:
    def note(progress: Progress) -> None:
        if not interrupted.is_set():
            interrupted.set()
            signal.raise_signal(signal.SIGINT)
        stop = sync_runtime._worker.stop
        assert stop is not None
        assert stop.wait(10), "a worker is told to stop"

    interrupted = threading.Event()
    stub.files["1"] = {f"{number}.bin": Entry.of(BIG) for number in range(20)}
    with Client("token", base_url=stub.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.records.files("1").download_all(tmp_path, progress=note)
        assert list(tmp_path.iterdir()) == []
        interrupted.clear()
        stub.files["1"] = {}
        contents = {f"{number}.bin": BIG for number in range(20)}
        with pytest.raises(KeyboardInterrupt):
            client.depositions.files("1").upload_many(contents, progress=note)
    assert len(stub.files["1"]) <= 3
    assert not any(entry.committed for entry in stub.files["1"].values())


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_callback_that_wants_to_end(stub: Stub, tmp_path: Path, error: type[BaseException]) -> None:
    def end(progress: Progress) -> None:
        raise error

    stub.files["1"] = {f"{number}.bin": Entry.of(BIG) for number in range(20)}
    with Client("token", base_url=stub.url) as client, pytest.raises(error):
        client.records.files("1").download_all(tmp_path, progress=end)
    assert list(tmp_path.iterdir()) == []


MANY = """
import sys
from zenodo_sdk import Client

def say(progress):
    print(progress.name, flush=True)

url, folder, callback = sys.argv[1:]
with Client("token", base_url=url) as client:
    if callback == "fails":
        def say(progress):
            raise SystemExit(3)
    if folder:
        client.records.files("1").download_all(folder, progress=say)
    else:
        contents = {f"{n}.bin": b"x" * 3_000_000 for n in range(20)}
        client.depositions.files("1").upload_many(contents, progress=say)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a SIGINT for one process")
@pytest.mark.parametrize("direction", ["upload", "download"])
@pytest.mark.parametrize("callback", ["works", "fails"])
def test_interrupted_while_the_server_is_silent(
    stub: Stub, tmp_path: Path, direction: str, callback: str
) -> None:
    """Neither the call nor the end of the program waits for it."""
    stub.files["1"] = {f"{n}.bin": Entry.of(BIG) for n in range(20)} if direction[0] == "d" else {}
    with FaultProxy(stub.url) as proxy:
        proxy.inject(Stall("*", "/content", times=None, after=0, skip=1))
        folder = str(tmp_path) if direction == "download" else ""
        command = [sys.executable, "-c", MANY, proxy.url, folder, callback]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
        try:
            if callback == "works":
                until_hit(proxy, 3)
                process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PROMPT)
        finally:
            process.kill()
            process.wait()
    if callback == "works":
        assert process.returncode == -signal.SIGINT, errors
        assert errors.rstrip().endswith("KeyboardInterrupt")
    else:
        assert (process.returncode, errors) == (3, "")


def test_stopped_worker_does_not_sleep_on() -> None:
    started = threading.Event()

    def work(number: int) -> None:
        if number:
            started.set()
            sync_runtime.sleep(3600)
        assert started.wait(10)
        raise LookupError("first")

    with pytest.raises(LookupError, match="first"):
        sync_runtime.side_by_side(work, range(2), 2)


def test_system_without_a_thread_for_another_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the one that could not begin."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def work() -> None:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        crew.hire(1)

    def run() -> None:
        with pytest.raises(RuntimeError, match="new thread"):
            crew.run(1)
        ended.set()

    crew, ended = sync_runtime.Crew(work), threading.Event()
    threading.Thread(target=run, daemon=True).start()
    assert ended.wait(10)
