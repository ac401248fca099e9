"""``python -m zenodo_sdk quickstart``: what is shown is what is run."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zenodo_sdk import Client, Refused
from zenodo_sdk.quickstart import Bar, program, quickstart, steps
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.transfer.progress import Progress

COMMAND = [sys.executable, "-m", "zenodo_sdk", "quickstart"]


def run(
    *arguments: str, cwd: Path, encoding: str = "utf-8", **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        encoding=encoding,
        env={**os.environ, "PYTHONIOENCODING": encoding, "TMPDIR": str(cwd), **more},
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A tour whose files are kept, given where a proxy leads to nothing."""
    folder = tmp_path_factory.mktemp("quickstart")
    done = run("--keep", "kept", cwd=folder, HTTP_PROXY="http://127.0.0.1:9")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["kept"]
    return folder / "kept", done.stdout


def shown_lines(output: str) -> str:
    return "".join(line + "\n" for line in re.findall(r"^   │ ?(.*)$", output, re.MULTILINE))


def test_shows_every_step_and_fits_a_narrow_terminal(kept: tuple[Path, str]) -> None:
    tour = steps("local")
    assert len(tour) == 8
    assert all(f"\n{n}  {step.title}\n" in kept[1] for n, step in enumerate(tour, 1))
    assert kept[1].count("   ✓ ") == 8
    assert max(map(len, kept[1].splitlines())) <= 80
    assert "\x1b" not in kept[1]


def test_says_what_it_is(kept: tuple[Path, str]) -> None:
    said = " ".join(kept[1].split())
    assert "an imitation, which needs no account" in said
    assert "its DOIs are registered nowhere" in said
    assert "Did you mean 'dataset'?" in said
    assert "10.5281/zenodo.2, and for all versions 10.5281/zenodo.1" in said
    assert "10.5281/zenodo.3, version 2: How late a machine wakes up" in said
    assert said.count("byte for byte the same md5:") + said.count("byte for byte the same ✓") == 1
    assert len(re.findall(r"noise\.bin +━+ +20\.0 MB", said)) == 2


def test_its_files_are_real(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    with (folder / "wakeups.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    assert all(float(row["waited_ms"]) > 1 for row in rows)
    assert len({row["waited_ms"] for row in rows}) > 10
    noise = (folder / "noise.bin").read_bytes()
    assert len(noise) == 20_000_000
    assert len(set(noise)) == 256
    for name in ("wakeups.csv", "noise.bin"):
        assert (folder / "back" / name).read_bytes() == (folder / name).read_bytes()


def test_the_lines_it_shows_are_a_program(kept: tuple[Path, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-"],
        input=shown_lines(kept[1]),
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("byte for byte the same") == 2


def test_the_program_it_keeps_is_those_lines_and_runs_again(kept: tuple[Path, str]) -> None:
    folder, output = kept
    text = (folder / "quickstart.py").read_text(encoding="utf-8")
    titles = {f"# {step.title}" for step in steps("local")}
    lines = [line for line in text.splitlines() if line and line not in titles]
    assert lines == [line for line in shown_lines(output).splitlines() if line]
    done = subprocess.run(
        [sys.executable, "quickstart.py"], capture_output=True, cwd=folder, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_leaves_nothing_and_needs_no_unicode(tmp_path: Path) -> None:
    done = run(cwd=tmp_path, encoding="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "   | server = LocalZenodo().start()\n" in done.stdout
    assert re.search(r"noise\.bin +#{20} +20\.0 MB", done.stdout)
    assert "?" not in done.stdout.replace("Did you mean 'dataset'?", "")
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_stays_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "noise.bin").write_bytes(b"dear to me")
    done = run("--keep", "mine", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "ConfigurationError: mine holds something else (noise.bin); name a new folder\n"
    )
    assert (mine / "noise.bin").read_bytes() == b"dear to me"


@pytest.mark.skipif(os.name == "nt", reason="sends signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_in_the_middle(number: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        COMMAND,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        assert any("5  Upload" in line for line in process.stdout)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert out.endswith("\nstopped; nothing is left\n")
    assert list(tmp_path.iterdir()) == []


def test_colours_and_moving_bars_are_for_terminals(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "TMPDIR": str(tmp_path)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(COMMAND, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        blocks = []
        try:
            while block := os.read(ours, 65536):
                blocks.append(block)
        except OSError:  # how Linux tells that the other side is closed
            pass
    os.close(ours)
    text = b"".join(blocks).decode()
    assert process.returncode == 0
    assert "\x1b[1;36m1\x1b[0m" in text
    assert len(re.findall(r"noise\.bin .*?\r(?!\n)", text)) > 4


# --- on the sandbox -----------------------------------------------------------


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch):
    """The embedded Zenodo in the sandbox's place."""
    with LocalZenodo() as server, server.client() as client:
        monkeypatch.setattr(Client, "sandbox", server.client)
        yield client


def test_sandbox_leaves_a_draft(
    sandbox: Client, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    quickstart(sandbox=True, keep=tmp_path)
    said = capsys.readouterr().out
    (draft,) = sandbox.depositions.list()
    assert draft.state == "draft"
    assert f"visible to you alone:\n{draft.url}\n" in said
    assert f'client.depositions.delete("{draft.id}")' in said
    assert said.count("byte for byte the same\n") == 2
    assert {path.name for path in tmp_path.iterdir()} == {
        "back",
        "noise.bin",
        "quickstart.py",
        "wakeups.csv",
    }
    assert "publish(" not in program(steps("sandbox", "delete"))


def test_sandbox_deletes_the_draft_if_told(
    sandbox: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    quickstart(sandbox=True, delete=True)
    assert list(sandbox.depositions.list()) == []
    assert "   │ deposition.delete()\n" in capsys.readouterr().out


def test_sandbox_tells_of_the_draft_when_it_fails(
    sandbox: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Bar, progress: Progress) -> None:
        raise Refused("the network is gone")

    monkeypatch.setattr(Bar, "__call__", broken)
    with pytest.raises(Refused):
        quickstart(sandbox=True)
    (draft,) = sandbox.depositions.list()
    assert capsys.readouterr().out.endswith(f"\na draft is left at {draft.url}\n")


def test_sandbox_without_a_token_tells_how_to_get_one(tmp_path: Path) -> None:
    done = run("--sandbox", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("TokenMissing: no token for sandbox.zenodo.org")
    assert "https://sandbox.zenodo.org/account/settings/applications/" in done.stderr
