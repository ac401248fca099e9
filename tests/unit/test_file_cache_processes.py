"""One cache, several processes: one downloads, and when it dies another one does."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.stub_server import Entry, Got, Reply, Stub

CONTENT = bytes(range(256)) * 4000
PATH = "/api/records/1/files/a.bin/content"
PROGRAM = """
import sys
from zenodo_sdk import Client, FileCache

with Client("", base_url=sys.argv[1]) as client:
    files = client.records.files("1")
    say = lambda progress: print(progress.phase, flush=True)
    print(files.fetch("a.bin", cache=FileCache(sys.argv[2]), progress=say))
"""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.files["1"] = {"a.bin": Entry.of(CONTENT)}
        yield stub


@pytest.fixture
def started() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def fetch(stub: Stub, folder: Path, started: ExitStack) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, stub.url, str(folder)], stdout=subprocess.PIPE, text=True
    )
    started.enter_context(process)
    started.callback(process.kill)
    return process


def until(process: subprocess.Popen[str], phase: str) -> None:
    """Wait until it says so."""
    assert process.stdout is not None
    assert any(line.strip() == phase for line in process.stdout)


def result(process: subprocess.Popen[str]) -> bytes:
    told, _ = process.communicate()
    return Path(told.splitlines()[-1]).read_bytes()


def test_one_downloads_for_all(stub: Stub, tmp_path: Path, started: ExitStack) -> None:
    come, asked = threading.Event(), threading.Event()

    def hold(_: Got) -> Reply:
        asked.set()
        come.wait()
        return Reply(200, CONTENT)

    stub.script("GET", PATH, hold)
    with started:
        started.callback(come.set)
        first = fetch(stub, tmp_path, started)
        assert asked.wait(60)
        others = [fetch(stub, tmp_path, started) for _ in range(3)]
        for other in others:
            until(other, "waiting")
        come.set()
        assert [result(process) for process in (first, *others)] == [CONTENT] * 4
    assert stub.lines().count(f"GET {PATH}") == 1


def test_the_next_goes_on_when_it_dies(stub: Stub, tmp_path: Path, started: ExitStack) -> None:
    over, asked = threading.Event(), threading.Event()

    def hang(_: Got) -> Reply:
        asked.set()
        over.wait()
        return Reply(503)

    stub.script("GET", PATH, hang, Reply(200, CONTENT))
    with started:
        started.callback(over.set)
        first = fetch(stub, tmp_path, started)
        assert asked.wait(60)
        second = fetch(stub, tmp_path, started)
        until(second, "waiting")
        first.kill()
        first.wait()
        assert result(second) == CONTENT
    assert [*tmp_path.rglob("*.turn")] == []
