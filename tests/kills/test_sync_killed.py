"""A synchronisation is killed at each kind of step; run again, it does what is left."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.folders import fill
from zenodo_sdk import Deposition
from zenodo_sdk.testing import FaultProxy, LocalZenodo, Rewrite

from .conftest import Caught

THERE = {"gone": b"gone", "r1": b"replaceD", "r2": b"replaceD", "same": b"same" * 50_000}
HERE = {
    "r1": b"replaced",
    "r2": b"another length",
    "same": b"same" * 50_000,
    **{f"sub/new{number}": b"%d" % number * 50_000 for number in range(6)},
}
STEPS = {
    "list": ("GET", r"/draft/files$", 0),
    "what was to go is removed": ("POST", r"/draft/files$", 0),
    "what is replaced is removed": ("POST", r"/draft/files$", 1),
    "content of what is replaced": ("PUT", r"/r\d/content$", 1),
    "commit of what is replaced": ("POST", r"/r\d/commit$", 0),
    "content": ("PUT", r"/new\d/content$", 3),
    "commit": ("POST", r"/new\d/commit$", 2),
    "last commit": ("POST", r"/new\d/commit$", 5),
}


@pytest.fixture
def draft(server: LocalZenodo) -> Iterator[Deposition]:
    with server.client() as client:
        deposition = client.depositions.create()
        deposition.files.upload_many(THERE)
        yield deposition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = fill(tmp_path / "data", HERE)
    for name in HERE:
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    return folder


def start(
    url: str, server: LocalZenodo, draft: Deposition, folder: Path
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.kills.sync_job"]
    return subprocess.Popen(
        [*command, url, server.token, draft.id, str(folder)], cwd=Path(__file__).parents[2]
    )


@pytest.mark.parametrize("step", STEPS)
def test_killed_and_run_again(
    server: LocalZenodo, draft: Deposition, folder: Path, step: str
) -> None:
    caught = Caught()
    method, path, skip = STEPS[step]
    with FaultProxy(server.url) as proxy:
        proxy.inject(Rewrite(method, path, replace=caught, skip=skip))
        with start(proxy.url, server, draft, folder) as child:
            assert caught.answered.wait(60)
            child.kill()
        caught.killed.set()
    complete = {file.name for file in draft.files.list() if file.is_complete}
    with FaultProxy(server.url) as proxy:
        with start(proxy.url, server, draft, folder) as again:
            assert again.wait(60) == 0
        sent = {
            one.target.rpartition("/files/")[2].removesuffix("/content")
            for one in proxy.seen
            if one.method == "PUT"
        }
    files = {file.name: file.md5 for file in draft.files.list()}
    assert files == {name: hashlib.md5(content).hexdigest() for name, content in HERE.items()}
    # what arrived whole is not sent twice
    assert not sent & {name for name in complete if name.startswith("sub/") or name == "same"}
