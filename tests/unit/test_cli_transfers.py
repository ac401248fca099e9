"""The commands that move files, as a person uses them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PROMPT
from zenodo_sdk import Client, Deposition, FileCache, Metadata
from zenodo_sdk.testing import FaultProxy, LocalZenodo, Stall, Throttle

BIG = bytes(range(256)) * 8_000
RECORD = {
    "metadata": {
        "title": "Soil moisture",
        "resource_type": {"id": "dataset"},
        "publication_date": "2025",
        "publisher": "Zenodo",
        "creators": [
            {"person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}}
        ],
    }
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalZenodo]:
    with LocalZenodo() as server:
        yield server


@pytest.fixture(scope="module")
def record(server: LocalZenodo) -> str:
    files = {"grid.nc": BIG, "data/[1] a.csv": b"1,2\n" * 1000, "readme.txt": b"read me\n"}
    return str(server.seed(RECORD, files))


@pytest.fixture
def draft(server: LocalZenodo) -> Iterator[Deposition]:
    with server.client() as client:
        yield client.depositions.create(Metadata(title="Soil moisture"))


class Ran:
    """A command that was run against a server."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.folder, self.cache = folder / "here", folder / "cache"
        self.folder.mkdir()
        self.url, self.token = url, token

    def command(self, *arguments: str, host: str | None = None) -> dict[str, Any]:
        return {
            "args": [sys.executable, "-m", "zenodo_sdk", *arguments, "--host", host or self.url],
            "cwd": self.folder,
            "env": {
                **os.environ,
                "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                "ZENODO_SDK_TOKEN": self.token,
                "ZENODO_SDK_CACHE": str(self.cache),
            },
        }

    def __call__(self, *arguments: str, host: str | None = None) -> tuple[int, str, str]:
        done = subprocess.run(
            **self.command(*arguments, host=host),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def run(tmp_path: Path, server: LocalZenodo) -> Ran:
    return Ran(tmp_path, server.url, server.token)


SPEED = r"\d[\d.]* k?M?B in \d+\.\d s \(\d[\d.]* k?M?B/s\)"


def test_download(run: Ran, record: str) -> None:
    code, told, errors = run("download", record, "-o", "data")
    assert (code, errors) == (0, ""), "no bars where there is no terminal"
    assert re.fullmatch(rf"3 files in data: {SPEED}, MD5 verified\n", told), told
    assert told.startswith("3 files in data: 2.1 MB in ")
    assert (run.folder / "data/grid.nc").read_bytes() == BIG
    assert (run.folder / "data/data/[1] a.csv").is_file()
    code, told, _ = run("download", record, "-o", "data")
    assert (code, told) == (0, "3 files in data: already there, MD5 verified\n")
    assert run("download", record, "-o", "data", "--quiet") == (0, "", "")


def test_download_some(run: Ran, record: str, server: LocalZenodo) -> None:
    address = f"{server.url}/records/{record}"
    code, told, _ = run("download", address, "data/[1] a.csv", "readme.txt")
    assert code == 0
    assert told.startswith("2 files in .: ")
    assert (run.folder / "data/[1] a.csv").is_file()
    code, told, _ = run("download", record, "--pattern", "*.nc")
    assert (code, told[:9]) == (0, "grid.nc: ")
    assert sorted(path.name for path in run.folder.iterdir()) == ["data", "grid.nc", "readme.txt"]


def test_download_plan(run: Ran, record: str) -> None:
    (run.folder / "readme.txt").write_bytes(b"read me\n")
    code, told, errors = run("download", record, "--dry-run")
    assert (code, errors) == (0, "")
    assert re.search(r"^missing +2\.0 MB +2\.0 MB +grid\.nc$", told, re.MULTILINE)
    assert re.search(r"^present +0 B +8 B +readme\.txt$", told, re.MULTILINE)
    assert [path.name for path in run.folder.iterdir()] == ["readme.txt"]
    _, told, _ = run("download", record, "readme.txt", "-n")
    assert "grid.nc" not in told


def test_download_refuses(run: Ran, record: str) -> None:
    (run.folder / "readme.txt").write_bytes(b"mine")
    code, told, errors = run("download", record, "readme.txt")
    assert (code, told) == (1, "")
    assert "'readme.txt' is there already and holds other content; pass --overwrite re" in errors
    assert "Traceback" not in errors
    code, _, errors = run("download", record, "nothing.txt", "readme.txt")
    assert code == 1
    assert "no file 'nothing.txt'; nothing was downloaded. There is '" in errors
    assert (run.folder / "readme.txt").read_bytes() == b"mine"
    code, _, _ = run("download", record, "readme.txt", "--overwrite", "replace")
    assert code == 0
    assert (run.folder / "readme.txt").read_bytes() == b"read me\n"
    _, _, errors = run("download", record, "grid.nk", "readme.txt")
    assert "There is 'grid.nc', " in errors, "what is meant comes first"
    _, _, errors = run("download", "https://sandbox.zenodo.org/records/1")
    assert "use --host https://sandbox.zenodo.org\n" in errors
    _, _, errors = run("download", "99999")
    assert ": python -m zenodo_sdk whoami tells " in errors
    assert run("download", "what")[0] == 1
    assert run("download", record, "a", "--pattern", "b")[0] == 2
    assert run("download", record, "--sandbox")[0] == 1, "beside --host"


def test_upload(run: Ran, draft: Deposition) -> None:
    (run.folder / "grid.nc").write_bytes(BIG)
    (run.folder / "a.csv").write_bytes(b"1\n")
    code, told, errors = run("upload", draft.id, "grid.nc", "a.csv")
    assert (code, errors) == (0, "")
    first, second = told.splitlines()
    assert re.fullmatch(rf"2 files in the draft {draft.id}: {SPEED}, MD5 verified", first), first
    assert second == f"not published yet: {run.url}/uploads/{draft.id}"
    assert {file.name: file.size for file in draft.files.list()} == {
        "grid.nc": len(BIG),
        "a.csv": 2,
    }
    (run.folder / "b.csv").write_bytes(b"2\n")
    _, told, _ = run("upload", f"{run.url}/uploads/{draft.id}", "grid.nc", "b.csv")
    assert "MD5 verified; 1 already there" in told


def test_upload_refuses_folders(run: Ran, draft: Deposition) -> None:
    (run.folder / "data").mkdir()
    code, _, errors = run("upload", draft.id, "data")
    assert code == 1
    assert f"sync {draft.id} data" in errors


def test_sync(run: Ran, draft: Deposition) -> None:
    data = run.folder / "data"
    data.mkdir()
    for name in ("a.csv", "b.csv", "c.csv"):
        (data / name).write_text(name)
    assert run("sync", draft.id, "data")[0] == 0
    (data / "a.csv").write_text("new")
    (data / "b.csv").unlink()
    (data / "d.csv").write_text("added")
    code, told, errors = run("sync", draft.id, "data", "--dry-run")
    assert (code, errors) == (0, "")
    assert re.search(r"^remove .* b\.csv$", told, re.MULTILINE)
    assert len(draft.files.list()) == 3
    code, told, _ = run("sync", draft.id, "data", "--keep-removed")
    assert code == 0
    assert "1 added, 1 replaced, 1 kept" in told
    code, told, _ = run("sync", draft.id, "data")
    assert "1 removed, 3 kept" in told
    assert "removed: b.csv" in told
    assert sorted(file.name for file in draft.files.list()) == ["a.csv", "c.csv", "d.csv"]


def test_sync_of_what_is_published(run: Ran, record: str) -> None:
    assert run("download", record, "-o", "data")[0] == 0
    code, told, _ = run("sync", record, "data")
    assert code == 0
    assert told.splitlines() == [
        f"the record {record} has 3 files of data: 3 kept",
        f"published: {run.url}/records/{record}",
    ]
    (run.folder / "data/new.csv").write_text("new")
    code, _, errors = run("sync", record, "data")
    assert code == 1
    assert errors.startswith("FilesLocked: ")


def test_cache(run: Ran, record: str, server: LocalZenodo, monkeypatch: pytest.MonkeyPatch) -> None:
    def cache(*arguments: str) -> str:
        command = run.command("cache", *arguments)
        command["args"] = command["args"][:-2]
        return subprocess.run(**command, capture_output=True, text=True, check=True).stdout

    root = run.cache / "files"
    assert cache("path") == f"{root}\n"
    assert cache("list") == f"0 files, 0 B, in {root}\n"
    with Client(server.token, base_url=server.url) as client:
        files = client.records.files(record)
        files.fetch("readme.txt", cache=FileCache(root))
    line, total = cache("list").splitlines()
    assert re.fullmatch(rf" +8 B  \d{{4}}-\d\d-\d\d  \S+ {record} +readme\.txt", line)
    assert total.startswith("1 file, ")
    assert cache("clean", "--older-than", "1") == "0 B freed\n"
    assert cache("clean", "--record", record) == "8 B freed\n"


def test_only_the_sandbox_is_taken_from_an_address() -> None:
    from zenodo_sdk.moving.session import client_for, named

    def base(record: str, host: str | None = None, *, sandbox: bool = False) -> str:
        with client_for(named(record), host, sandbox=sandbox) as client:
            return client.base_url

    assert base("1") == "https://zenodo.org"
    assert base("https://sandbox.zenodo.org/records/1") == "https://sandbox.zenodo.org"
    assert base("1", sandbox=True) == "https://sandbox.zenodo.org"
    assert base("https://evil.example/records/1") == "https://zenodo.org"
    assert base("1", "data.example.org") == "https://data.example.org"


# --- in a terminal ------------------------------------------------------------------------------

needs_a_terminal = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")


class OnTerminal:
    """A command that runs in a terminal."""

    def __init__(self, run: Ran, *arguments: str, host: str) -> None:
        import pty

        self._master, slave = pty.openpty()
        command = run.command(*arguments, host=host)
        command["env"] |= {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
        for name in ("FORCE_COLOR", "NO_COLOR"):
            command["env"].pop(name, None)
        self.process = subprocess.Popen(
            **command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.raw = b""

    def read(self, until: str | None = None) -> str:
        """Read until a pattern is there, or to the end."""
        import select

        began = time.monotonic()
        while until is None or not re.search(until, self.text):
            assert time.monotonic() - began < 30, self.text[-500:]
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                more = os.read(self._master, 65536)
            except OSError:
                break
            if not more:
                break
            self.raw += more
        return self.text

    @property
    def text(self) -> str:
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.raw.decode(errors="replace"))
        return shown.replace("\r\n", "\n")

    def __enter__(self) -> OnTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@needs_a_terminal
def test_bars_in_a_terminal(run: Ran, record: str, server: LocalZenodo) -> None:
    with OnTerminal(run, "download", record, "-o", "data", host=server.url) as terminal:
        text = terminal.read()
        assert terminal.process.wait(10) == 0
    assert "Downloaded 3 files" in text
    assert text.splitlines()[-1].startswith("3 files in data: ")
    assert b"\x1b[?25h" in terminal.raw, "the cursor is back"


@needs_a_terminal
@pytest.mark.parametrize("fault", ["slow", "silent"])
@pytest.mark.parametrize("command", ["download", "upload"])
def test_interrupted(
    run: Ran, record: str, draft: Deposition, server: LocalZenodo, fault: str, command: str
) -> None:
    (run.folder / "b.nc").write_bytes(BIG)
    with FaultProxy(server.url) as proxy:
        proxy.inject(
            Stall("*", "/content", times=None, after=100_000 if command == "download" else 0)
            if fault == "silent"
            else Throttle("*", "/content", times=None, bytes_per_second=100_000)
        )
        what = ["download", record] if command == "download" else ["upload", draft.id, "b.nc"]
        with OnTerminal(run, *what, host=proxy.url) as terminal:
            terminal.read(r"grid\.nc +━" if command == "download" else r"b\.nc +━")
            began = time.monotonic()
            terminal.process.send_signal(signal.SIGINT)
            text = terminal.read()
            assert terminal.process.wait(10) == 130
            assert time.monotonic() - began < PROMPT
    assert text.endswith("\nstopped; the same command goes on where it stopped\n"), text
    assert "Traceback" not in text
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")
    assert not (run.folder / "grid.nc").exists()
    code, told, errors = run(*what)
    assert (code, errors) == (0, "")
    assert "MD5 verified" in told
    left = {path.name for path in run.folder.iterdir()} - {"data", "readme.txt"}
    assert left == {"b.nc", "grid.nc"} if command == "download" else {"b.nc"}
