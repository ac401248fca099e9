"""Processes that are killed while they download, and several that download the same."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import PROMPT, until_hit
from tests.support.stub_server import Entry, Stub, asked
from zenodo_sdk.testing.faults import Stall
from zenodo_sdk.testing.proxy import FaultProxy

PIECE = 1 << 20
BIG = b"".join(hashlib.sha512(n.to_bytes(4)).digest() for n in range(1 << 18))
"""16 MiB, in which no part is like another."""

PROGRAM = """
import os, signal, sys
from zenodo_sdk import Client
from zenodo_sdk._sync import downloads
from zenodo_sdk.transfer.download import part, ranges

url, folder, until = sys.argv[1], sys.argv[2], int(sys.argv[3])
ranges.SMALLEST = 1 << 20
downloads.FAST = float("inf")
part._NOTE = 1 << 19

def watch(progress):
    if until and progress.done > until:
        os.kill(os.getpid(), signal.SIGKILL)
    print(progress.phase, progress.done, flush=True)

with Client("token", base_url=url) as client:
    client.records.files("1").download_all(folder, progress=watch)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.ranges = stub.etags = True
        stub.files["1"] = {"a.bin": Entry.of(BIG)}
        yield stub


def start(url: str, folder: Path, until: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, url, str(folder), str(until)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def brought(stub: Stub) -> int:
    """How many bytes were asked for."""
    return sum(end - start for start, end in asked(stub))


def test_killed_again_and_again(stub: Stub, tmp_path: Path) -> None:
    for until in (len(BIG) // 4, len(BIG) // 2, 3 * len(BIG) // 4):
        process = start(stub.url, tmp_path, until)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, errors
        (left,) = tmp_path.iterdir()
        assert left.name.endswith(".part"), "nothing has the name before it is whole"
        stub.got.clear()
    process = start(stub.url, tmp_path)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert (tmp_path / "a.bin").read_bytes() == BIG
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
    # what 8 connections had not noted yet is all that came twice
    assert brought(stub) < len(BIG) // 2
    stub.got.clear()
    process = start(stub.url, tmp_path)
    process.communicate(timeout=60)
    assert brought(stub) == 0
    assert output


def test_several_at_once(stub: Stub, tmp_path: Path) -> None:
    """Each verifies what it brought, and no file is written by two."""
    processes = [start(stub.url, tmp_path) for _ in range(4)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert (tmp_path / "a.bin").read_bytes() == BIG
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_killed_while_others_download(stub: Stub, tmp_path: Path) -> None:
    processes = [start(stub.url, tmp_path, until) for until in (len(BIG) // 3, 0, len(BIG) // 2)]
    for process in processes:
        process.communicate(timeout=60)
    process = start(stub.url, tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert (tmp_path / "a.bin").read_bytes() == BIG


def test_interrupted_while_a_connection_stands(stub: Stub, tmp_path: Path) -> None:
    """Ctrl-C does not wait for it, and what came is kept."""
    with FaultProxy(stub.url) as proxy:
        proxy.inject(Stall("GET", "/content", times=None, after=1000, skip=4))
        process = start(proxy.url, tmp_path)
        until_hit(proxy, 2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PROMPT)
        assert errors.rstrip().endswith("KeyboardInterrupt")
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".a.bin.")
    stub.got.clear()
    process = start(stub.url, tmp_path)
    process.communicate(timeout=60)
    assert (tmp_path / "a.bin").read_bytes() == BIG
    assert 0 < brought(stub) < len(BIG)
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
