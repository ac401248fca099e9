"""Part files that nobody will continue from: which are removed, and which never."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zenodo_sdk.transfer.download import claim
from zenodo_sdk.transfer.download.claim import Claims, Owner
from zenodo_sdk.transfer.download.leftovers import clear_after, clear_before

MD5, OTHER = "a" * 32, "b" * 32
ELSEWHERE = Owner("0123456789ab", 77, "89abcdef")
DAY = 86_400


@pytest.fixture(scope="module")
def dead() -> Owner:
    """A process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return Owner(claim.machine(), process.pid, "89abcdef")


def alive() -> Owner:
    return Owner(claim.machine(), os.getppid(), "89abcdef")


def lay(path: Path, *, age: float = 0) -> Path:
    path.write_bytes(b"some")
    changed = path.stat().st_mtime - age
    os.utime(path, (changed, changed))
    return path


def left(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def test_what_is_whole_has_nothing_left(tmp_path: Path, dead: Owner) -> None:
    target = lay(tmp_path / "a.bin")
    for md5 in (MD5, OTHER, ""):
        lay(Claims(target, md5).idle)
        lay(Claims(target, md5).own(dead))
    clear_after([target])
    assert left(tmp_path) == {target}


def test_what_has_a_second_name_loses_the_first(tmp_path: Path, dead: Owner) -> None:
    """Killed between getting its name and losing that of the part file."""
    target = lay(tmp_path / "a.bin")
    os.link(target, Claims(target, MD5).own(dead))
    clear_after([target])
    assert left(tmp_path) == {target}
    assert target.read_bytes() == b"some"


@pytest.mark.parametrize("age", [0, 10 * DAY])
def test_nothing_of_others_is_removed(tmp_path: Path, age: float) -> None:
    target = tmp_path / "a.bin"
    ours = Owner.new()
    claim.hold(ours)
    kept = {
        lay(path, age=age)
        for md5 in (OTHER, "")
        for path in (
            Claims(target, md5).own(alive()),
            Claims(target, md5).own(ELSEWHERE),
            Claims(target, md5).own(ours),
            Claims(tmp_path / "a", md5).idle,
            Claims(tmp_path / "a.bin.c", md5).idle,
            Claims(tmp_path / "A.bin", md5).idle,
        )
    }
    kept |= {
        lay(tmp_path / name, age=age)
        for name in (
            f".a.bin.{'c' * 15}.part",
            ".a.bin.part",
            f".a.bin.{'c' * 16}.x.part",
            "x.part",
        )
    }
    folder = tmp_path / f".a.bin.{'c' * 16}.part"
    folder.mkdir()
    link = tmp_path / f".a.bin.{'d' * 16}.part"
    link.symlink_to(folder)
    clear_before([(target, MD5)])
    clear_after([target])
    assert left(tmp_path) == {*kept, folder, link}
    claim.let_go(Claims(target, "").own(ours))


def test_before_a_download_other_contents_stay_for_a_day(tmp_path: Path, dead: Owner) -> None:
    target = tmp_path / "a.bin"
    kept = {
        lay(Claims(target, OTHER).idle, age=DAY - 60),
        lay(Claims(target, OTHER).own(dead), age=DAY - 60),
        lay(Claims(target, MD5).idle, age=10 * DAY),
        lay(Claims(target, "c" * 32).idle, age=-DAY),
    }
    old = "d" * 32
    lay(Claims(target, old).idle, age=DAY + 60)
    lay(Claims(target, old).own(dead), age=DAY + 60)
    lay(Claims(target, "").own(dead))
    clear_before([(target, MD5)])
    assert left(tmp_path) == kept


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    clear_before([(tmp_path / "x" / "a", MD5)])
    clear_after([tmp_path / "x" / "a"])
    assert left(tmp_path) == set()
