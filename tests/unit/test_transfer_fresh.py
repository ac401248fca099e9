"""Files of which nobody tells the MD5: private until they are placed."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.errors import NotEnoughSpace, Refused
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.archives.fresh import FreshFile
from zenodo_sdk.transfer.overwrite import Overwrite, Target


def fresh_file(path: Path, overwrite: Overwrite = "skip") -> FreshFile:
    return FreshFile(Target(path, FileData(name=path.name), overwrite), 10)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_has_its_name_only_when_it_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a"
    with fresh_file(path) as fresh:
        fresh.open()
        assert fresh.write([b"wrong"]) == 5
        fresh.restart()
        assert fresh.write([b"ab", b"c"]) == 3
        fresh.flush()
        assert fresh.path.read_bytes() == b"abc"
        assert names(path.parent) == [fresh.path.name]
        list(fresh.place())
        assert path.read_bytes() == b"abc"
    assert names(path.parent) == ["a"]


def test_what_is_not_placed_is_gone(tmp_path: Path) -> None:
    with fresh_file(tmp_path / "a") as fresh:
        fresh.open()
        fresh.write([b"abc"])
    assert names(tmp_path) == []


def test_what_a_killed_process_left_is_cleared_up(tmp_path: Path) -> None:
    path = tmp_path / "a"
    gone, here = fresh_file(path), fresh_file(path)
    gone.path.write_bytes(b"left")
    (tmp_path / ".b.whole.part").write_bytes(b"another file's")
    with here as fresh, fresh_file(path) as beside:
        fresh.open()
        beside.open()
        # of those that are at work nothing is removed
        assert names(tmp_path) == sorted([fresh.path.name, beside.path.name, ".b.whole.part"])
    assert names(tmp_path) == [".b.whole.part"]


@pytest.mark.parametrize("overwrite", ["error", "skip"])
def test_what_appeared_meanwhile_stays(tmp_path: Path, overwrite: Overwrite) -> None:
    path = tmp_path / "a"
    with fresh_file(path, overwrite) as fresh:
        fresh.open()
        path.write_bytes(b"theirs")
        with pytest.raises(Refused, match="is there already"):
            list(fresh.place())
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a"]


def test_what_appeared_meanwhile_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with fresh_file(path, "replace") as fresh:
        fresh.open()
        path.write_bytes(b"theirs")
        fresh.write([b"ours"])
        list(fresh.place())
    assert path.read_bytes() == b"ours"


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [(errno.ENOSPC, NotEnoughSpace, "has room for"), (errno.EIO, Refused, "cannot be written")],
)
@pytest.mark.parametrize("step", ["write", "flush", "restart"])
def test_a_disk_that_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    kind: type[Refused],
    told: str,
    step: str,
) -> None:
    class Failing:
        def __init__(self, file: Any) -> None:
            self._file = file

        def write(self, _: bytes) -> int:
            raise OSError(code, os.strerror(code))

        def flush(self) -> None:
            raise OSError(code, os.strerror(code))

        def seek(self, _: int) -> int:
            raise OSError(code, os.strerror(code))

    with fresh_file(tmp_path / "a") as fresh:
        fresh.open()
        monkeypatch.setattr(fresh, "_file", Failing(fresh._file))
        steps = {"write": lambda: fresh.write([b"abc"]), "flush": fresh.flush}
        with pytest.raises(kind, match=told):
            steps.get(step, fresh.restart)()
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with fresh_file(tmp_path / "file" / "a") as fresh, pytest.raises(Refused, match="cannot be"):
        fresh.open()
