"""What is there already: large files are read once, and again when they may have changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from zenodo_sdk.errors import FileExists, Refused
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer import hashes
from zenodo_sdk.transfer.overwrite import Overwrite, Target

CONTENT = bytes(range(256)) * 1000
FILE = FileData(name="a", size=len(CONTENT), checksum=f"md5:{hashlib.md5(CONTENT).hexdigest()}")


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hashes, "_WORTH", 1)
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    return path


def age(path: Path, seconds: float) -> None:
    changed = path.stat().st_mtime - seconds
    os.utime(path, (changed, changed))


def look(path: Path) -> tuple[bool, bool]:
    """Whether it is there, and whether it was read."""
    target = Target(path, FILE, "skip")
    read = list(target.look())
    return target.is_there, bool(read)


def test_what_was_at_rest_is_read_once(target: Path) -> None:
    age(target, 60)
    assert look(target) == (True, True)
    assert look(target) == (True, False)
    target.touch()
    assert look(target) == (True, True)


def test_what_is_young_is_read_again(target: Path) -> None:
    """Two changes within one tick of a disk's clock show as one."""
    os.utime(target)
    assert look(target) == (True, True)
    assert look(target) == (True, True)


def test_what_changed_is_seen(target: Path) -> None:
    age(target, 60)
    assert look(target) == (True, True)
    target.write_bytes(CONTENT[::-1])
    with pytest.raises(FileExists, match="holds other content"):
        look(target)
    # another file under the name, as old as the first
    other = target.with_name("b")
    other.write_bytes(CONTENT[::-1])
    age(other, 60)
    other.replace(target)
    with pytest.raises(FileExists, match="holds other content"):
        look(target)


def test_a_file_is_no_folder(target: Path) -> None:
    for path in (target / "a", target / "deep" / "a"):
        with pytest.raises(Refused, match=r"a' cannot be written into: it is a file, no folder$"):
            look(path)
    assert look(target.parent / "deep" / "a") == (False, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("overwrite", ["skip", "error", "replace"])
def test_pipes_are_not_read_and_not_replaced(tmp_path: Path, overwrite: Overwrite) -> None:
    empty = FileData(name="a", size=0, checksum=f"md5:{hashlib.md5().hexdigest()}")
    pipe, link = tmp_path / "a", tmp_path / "b"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    with pytest.raises(Refused, match="is no file but a device or a pipe"):
        list(Target(pipe, empty, overwrite).look())
    if overwrite != "replace":
        with pytest.raises(FileExists, match="is there already"):
            list(Target(link, empty, overwrite).look())


def test_small_files_are_not_remembered(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_WORTH", len(CONTENT) + 1)
    age(target, 60)
    assert look(target) == (True, True)
    assert look(target) == (True, True)
