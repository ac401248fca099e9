"""``python -m zenodo_sdk serve``, as a person and as a script meet it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from zenodo_sdk import Client

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals of Unix")


@contextmanager
def serving(*arguments: str, folder: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "zenodo_sdk", "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)} if folder else None,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def refusal(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "zenodo_sdk", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serves_until_a_signal_and_leaves_nothing(number: int, tmp_path: Path) -> None:
    with serving("--port", "0", folder=tmp_path) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        url = re.fullmatch(r"Serving a Zenodo at (http://127\.0\.0\.1:\d+)\n", first)
        assert url
        assert httpx.get(f"{url[1]}/api/records").status_code == 200
        assert list(tmp_path.iterdir())
        code, out, err = stop(process, number)
    assert (code, out.splitlines()[-1], err) == (0, "stopped", "")
    assert list(tmp_path.iterdir()) == []


def test_what_it_tells_to_do_works(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("--port", "0") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "Ctrl-C stops it.")
        shown = []
        for line in lines:
            shown.append(line)
            if "Ctrl-C stops it" in line:
                break
        text = "".join(shown)
        python = text.partition("In Python:")[2].partition("Or keep")[0]
        scope: dict[str, Client] = {}
        exec("if True:\n" + python, scope)
        with scope["client"] as client:
            assert client.whoami().email == "user@example.org"

        name, value = re.findall(r"export (\w+)=(\S+)", text)[0]
        monkeypatch.setenv(name, value)
        second = re.findall(r"^ {4}(client = .+)$", text, re.MULTILINE)[-1]
        exec(second, {"Client": Client}, scope)
        with scope["client"] as client:
            assert client.whoami().email == "user@example.org"
        stop(process)


def test_a_script_reads_one_line() -> None:
    with serving("--port", "0", "--json") as process:
        where = told(process)
        assert set(where) == {"url", "token"}
        with Client(where["token"], base_url=where["url"]) as client:
            assert client.whoami().id == "1"
        assert stop(process) == (0, "", "stopped\n")


def test_a_folder_keeps_it_all(tmp_path: Path) -> None:
    data = tmp_path / "data"
    arguments = ("--port", "0", "--json", "--data", str(data))
    with serving(*arguments) as process:
        first = told(process)
        with Client(first["token"], base_url=first["url"]) as client:
            made = client.depositions.create()

        assert "in use by another embedded Zenodo" in refusal("--port", "0", "--data", str(data))
        stop(process)
    with serving(*arguments) as process:
        second = told(process)
        assert second["token"] == first["token"]
        with Client(second["token"], base_url=second["url"]) as client:
            assert client.depositions.get(made.id).state == "draft"
        stop(process)
    assert "'zenodo', not 'inveniordm'" in refusal(
        "--port", "0", "--data", str(data), "--profile", "inveniordm"
    )


def test_an_inveniordm_with_limits() -> None:
    with serving("--port", "0", "--json", "--profile", "inveniordm", "--rate-limit") as process:
        where = told(process)
        with Client(where["token"], base_url=where["url"]) as client:
            assert not client.depositions.create().id.isdigit()
        assert "X-RateLimit-Limit" in httpx.get(f"{where['url']}/api/records").headers
        stop(process)


def test_no_limits_unless_told() -> None:
    with serving("--port", "0", "--json") as process:
        assert "X-RateLimit-Limit" not in httpx.get(f"{told(process)['url']}/api/records").headers
        stop(process)


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refusal("--port", str(port))
    assert f"port {port} of 127.0.0.1 cannot be used" in message
    assert "0 takes a free one" in message


def test_a_foreign_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    assert "holds something else (thesis.tex" in refusal("--port", "0", "--data", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = refusal("--port", "0", "--data", str(tmp_path / "file" / "data"))
    assert "cannot be used as a data folder" in message
