"""The client is killed at each step, after the server did the work; a second run ends the job."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zenodo_sdk.testing import FaultProxy, LocalZenodo, Rewrite

from .conftest import Caught
from .job import EDITED, FIRST, SECOND

STEPS = {
    "create": ("POST", r"/api/records$", 0),
    "init": ("POST", r"/draft/files$", 0),
    "content": ("PUT", r"/content$", 0),
    "commit": ("POST", r"/commit$", 0),
    "publish": ("POST", r"/publish$", 0),
    "edit": ("POST", r"/draft$", 0),
    "save": ("PUT", r"/draft$", 0),
    "publish of the edit": ("POST", r"/publish$", 1),
    "new version": ("POST", r"/versions$", 0),
    "import": ("POST", r"/files-import$", 0),
    "publish of the version": ("POST", r"/publish$", 2),
}


@pytest.fixture
def proxy(server: LocalZenodo) -> Iterator[FaultProxy]:
    with FaultProxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def title(request: pytest.FixtureRequest) -> str:
    return "Killed " + hashlib.md5(request.node.name.encode()).hexdigest()


def start(url: str, server: LocalZenodo, title: str, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.kills.job", url, server.token, title, *more]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])


def assert_done(server: LocalZenodo, title: str, tmp_path: Path) -> None:
    """Two versions, one edit, the right bytes, and nothing left over."""
    with server.client() as client:
        listed = client.depositions.list(f'metadata.title:"{title}"', all_versions=True)
        mine = sorted(listed, key=lambda each: each.version_index)
        assert [each.state for each in mine] == ["published", "published"]
        first, second = (client.records.get(each.id) for each in mine if each.id)
        assert first.metadata.description == EDITED
        assert first.files.get("data.bin").md5 == hashlib.md5(FIRST).hexdigest()
        assert {file.name for file in second.file_entries} == {"data.bin", "more.bin"}
        for path in second.files.download_all(tmp_path):
            assert path.read_bytes() == (FIRST if path.name == "data.bin" else SECOND)
        assert second.is_latest
        assert not first.is_latest


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_the_server_did_the_work(
    server: LocalZenodo, proxy: FaultProxy, title: str, step: str, tmp_path: Path
) -> None:
    method, path, skip = STEPS[step]
    caught = Caught()
    proxy.inject(Rewrite(method, path, replace=caught, skip=skip))
    with start(proxy.url, server, title) as child:
        assert caught.answered.wait(60)
        child.kill()
    caught.killed.set()
    with start(server.url, server, title) as again:
        assert again.wait(60) == 0
    assert_done(server, title, tmp_path)


def test_killed_while_a_content_is_under_way(
    server: LocalZenodo, title: str, tmp_path: Path
) -> None:
    with start(server.url, server, title, "deadly") as child:
        assert child.wait(60) != 0
    with start(server.url, server, title) as again:
        assert again.wait(60) == 0
    assert_done(server, title, tmp_path)
