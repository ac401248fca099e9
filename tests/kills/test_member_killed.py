"""Processes that are killed while they take one file out of a ZIP that stays on the server."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stub_server import Entry, Stub

BIG = b"".join(hashlib.sha512(n.to_bytes(4)).digest() for n in range(1 << 17))
"""8 MiB, in which no part is like another: so many as are kept from one process to the next."""

NOTE = 1 << 19
GROUP = 1 << 20
"""Bytes that come at a time, at most."""

PROGRAM = """
import os, signal, sys
from zenodo_sdk import Client
from zenodo_sdk.transfer.archives.kept import KeptBytes
from zenodo_sdk.transfer.download import part

url, folder, until, note = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
part._NOTE = note

def die():
    os.kill(os.getpid(), signal.SIGKILL)

write, link = KeptBytes.write, os.link

def write_and_die(self, at, blocks):
    write(self, at, blocks)
    if at + sum(map(len, blocks)) > int(until):
        die()

def link_and_die(*names):
    link(*names)
    die()

if until == "placed":
    os.link = link_and_die
elif until != "never":
    KeptBytes.write = write_and_die

with Client("token", base_url=url) as client:
    client.records.files("1").download_member("data.zip", "big.bin", folder)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals")


@pytest.fixture(params=[zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def stub(request: pytest.FixtureRequest) -> Iterator[Stub]:
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w", request.param) as archive:
        archive.writestr("other.bin", BIG[::-1])
        archive.writestr("big.bin", BIG)
    with Stub() as stub:
        stub.ranges = True
        stub.files["1"] = {"data.zip": Entry.of(outlet.getvalue())}
        yield stub


def run(stub: Stub, folder: Path, until: str) -> int:
    """Take it out, or die on the way; give how many bytes were asked for, the list left out."""
    stub.got.clear()
    command = [sys.executable, "-c", PROGRAM, stub.url, str(folder), until, str(NOTE)]
    process = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.returncode == (0 if until == "never" else -signal.SIGKILL), process.stderr
    found = [got.headers.get("range", "") for got in stub.got if got.path.endswith("/content")]
    pairs = [each[len("bytes=") :].split("-") for each in found[1:]]
    return sum(int(last) + 1 - int(first) for first, last in pairs)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_killed_again_and_again(stub: Stub, tmp_path: Path) -> None:
    """Each next process unpacks what the last ones left, and asks for the rest."""
    here = 0
    for until in (len(BIG) // 4, len(BIG) // 2, 3 * len(BIG) // 4):
        asked = run(stub, tmp_path, str(until))
        assert asked <= len(BIG) * 1.01 - here
        here = until - NOTE - GROUP
        # what was received, and what was unpacked of it
        assert len(names(tmp_path)) == 2
        assert all(name.startswith(".big.bin.") for name in names(tmp_path))
    asked = run(stub, tmp_path, "never")
    assert 0 < asked <= len(BIG) * 1.01 - here
    assert (tmp_path / "big.bin").read_bytes() == BIG
    assert names(tmp_path) == ["big.bin"]


def test_killed_in_the_moment_it_gets_its_name(stub: Stub, tmp_path: Path) -> None:
    run(stub, tmp_path, "placed")
    assert (tmp_path / "big.bin").read_bytes() == BIG
    assert len(names(tmp_path)) == 3
    assert run(stub, tmp_path, "never") == 0
    assert (tmp_path / "big.bin").read_bytes() == BIG
    assert names(tmp_path) == ["big.bin"]
