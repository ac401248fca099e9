"""Type checkers see the SDK as users shall see it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests" / "typing" / "user_program.py"

# both checkers are slow, and two at once on one cache are slower
pytestmark = pytest.mark.xdist_group("typing")

TYPO = """\
from zenodo_sdk import Creator, Metadata

Metadata(title="Soil", creators=[Creator(name="Okafor, Ada", orchid="x")], lisences=["mit"])
print(Metadata().titel)
"""


def run(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def mypy(path: Path) -> tuple[int, str]:
    return run(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", path)


def pyright(path: Path) -> tuple[int, str]:
    command = Path(sys.executable).with_name("pyright")
    if not command.exists() or shutil.which("node") is None:
        pytest.skip("pyright needs its command and Node.js on this machine")
    if path != PROGRAM:
        # a configuration further up would be somebody else's
        (path.parent / "pyrightconfig.json").write_text("{}")
    return run(command, "--pythonpath", sys.executable, path)


@pytest.fixture
def typo(tmp_path: Path) -> Path:
    path = tmp_path / "with_typos.py"
    path.write_text(TYPO)
    return path


def test_mypy_accepts_a_users_program() -> None:
    assert mypy(PROGRAM) == (0, "")


def test_mypy_finds_typos(typo: Path) -> None:
    status, said = mypy(typo)
    assert status == 1
    for word in ("orchid", "lisences", "titel"):
        assert f'"{word}"' in said


def test_pyright_accepts_a_users_program() -> None:
    status, said = pyright(PROGRAM)
    assert status == 0, said
    assert "0 errors" in said


def test_pyright_finds_typos(typo: Path) -> None:
    status, said = pyright(typo)
    assert status == 1
    for word in ("orchid", "lisences", "titel"):
        assert f'"{word}"' in said


def test_pyright_agrees_on_every_mistake(tmp_path: Path) -> None:
    """mypy reports an ignore that is not needed; pyright does not, so take them away."""
    text = PROGRAM.read_text()
    head, mark, mistakes = text.partition("\ndef mistakes(")
    assert mark
    bare, count = re.subn(r"  # type: ignore\[[a-z-]+\]", "", mistakes)
    path = tmp_path / "mistakes.py"
    path.write_text(head + mark + bare)
    status, said = pyright(path)
    assert status == 1
    first = head.count("\n") + 2
    lines = {int(line) for line in re.findall(r"mistakes\.py:(\d+):\d+ - error", said)}
    assert lines == set(range(first + 1, first + 1 + count)), said
