"""The cache on disk: what is trusted, listed and cleaned."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zenodo_sdk import FileCache, Refused, UnsafeName
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.cache.shelf import Shelf
from zenodo_sdk.transfer.cache.turn import Turn
from zenodo_sdk.transfer.download.claim import QUIET, Claims, Owner

HOST = "127.0.0.1:5000"
DAY = 86_400.0


def told(name: str, content: bytes) -> FileData:
    """What the server says of a file."""
    digest = hashlib.md5(content).hexdigest()
    return FileData(name=name, size=len(content), checksum=f"md5:{digest}")


def put(shelf: Shelf, name: str, content: bytes, *, days: float = 0) -> FileData:
    """Put a file there, as a download does; it was used so many days ago."""
    file = told(name, content)
    path = shelf.target(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert shelf.find(file) is None, "nobody verified it"
    shelf.keep(file, path)
    shelf.note(*shelf.whose(), [file], all=False)
    if days:
        marks = shelf.folder / f"{file.md5}.json"
        used = marks.stat().st_mtime - days * DAY
        os.utime(marks, (used, used))
    return file


def shelf_of(cache: FileCache, record: str = "1", host: str = HOST) -> Shelf:
    shelf = cache.shelf(host, record)
    shelf.note(host, record, [], all=True)
    return shelf


def read(shelf: Shelf, file: FileData) -> Path | None:
    steps = shelf.read(file)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            path: Path | None = end.value
            return path


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path / "cache")


def change(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))


# --- where it is ------------------------------------------------------------------------------


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(tmp_path / "named"))
    assert FileCache().path == tmp_path / "named" / "files"
    assert not FileCache().path.exists(), "nothing is made before it is needed"
    monkeypatch.chdir(tmp_path)
    assert FileCache("mine").path == tmp_path / "mine"
    assert repr(FileCache("mine")) == f"FileCache({str(tmp_path / 'mine')!r})"


def test_a_file_keeps_its_name(cache: FileCache) -> None:
    path = cache.shelf(HOST, "8435696").target(told("in/grid.nc.gz", b"x"))
    assert path.parts[-4:] == ("8435696", told("", b"x").md5, "in", "grid.nc.gz")
    assert ":" not in str(path.relative_to(cache.path)), "Windows knows no such folders"


@pytest.mark.parametrize(("host", "record"), [("..", "1"), ("a/b", "../.."), ("", "."), (".", "")])
def test_nothing_leaves_it(cache: FileCache, host: str, record: str) -> None:
    target = cache.shelf(host, record).target(told("a", b"x"))
    assert len(target.relative_to(cache.path).parts) == 4
    assert ".." not in target.parts
    with pytest.raises(UnsafeName):
        cache.shelf(host, record).target(told("../a", b"x"))


def test_without_a_checksum(cache: FileCache) -> None:
    with pytest.raises(Refused, match="no checksum of 'a'"):
        cache.shelf(HOST, "1").target(FileData(name="a", size=3))
    other = FileData(name="a", size=3, checksum="sha256:00ff")
    assert cache.shelf(HOST, "1").target(other).parent.name == "sha256_00ff"


# --- what is trusted --------------------------------------------------------------------------


def test_what_was_verified_is_not_read_again(cache: FileCache) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"content")
    path = shelf.find(file)
    assert path is not None
    assert path.read_bytes() == b"content"
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    # of the same size and time, so only reading would tell
    found = path.stat()
    change(path, b"CONTENT")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert shelf.find(file) == path


@pytest.mark.parametrize("content", [b"CONTENT", b"con", b""])
def test_what_changed_is_not_trusted(cache: FileCache, content: bytes) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"content")
    path = shelf.target(file)
    change(path, content)
    assert shelf.find(file) is None
    assert read(shelf, file) is None
    shelf.drop(file)
    assert not path.exists()
    shelf.drop(file)


def test_what_was_only_touched_is_trusted_once_read(cache: FileCache) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"content")
    path = shelf.target(file)
    change(path, b"content")
    assert shelf.find(file) is None
    assert read(shelf, file) == path
    assert shelf.find(file) == path
    assert not path.stat().st_mode & stat.S_IWUSR
    shelf.drop(file)
    assert path.exists(), "it is whole"


def test_a_damaged_note_counts_as_none(cache: FileCache) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"content")
    for broken in (b"{", b"[]", b'{"files": 3}', b"\xff"):
        (shelf.folder / f"{file.md5}.json").write_bytes(broken)
        (shelf.folder / "record.json").write_bytes(broken)
        assert shelf.find(file) is None
        assert shelf.known() in (None, [])
        assert read(shelf, file) is not None


def test_a_folder_under_the_name(cache: FileCache) -> None:
    shelf = shelf_of(cache)
    file = told("a.bin", b"content")
    shelf.target(file).mkdir(parents=True)
    assert shelf.find(file) is None
    assert read(shelf, file) is None
    with pytest.raises(Refused, match="cannot be removed"):
        shelf.drop(file)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders cannot be read-only")
def test_one_that_cannot_be_written(cache: FileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"content")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("utime", "mkdir", "chmod"):
        monkeypatch.setattr(os, name, refuse)
    for name in ("write_text", "mkdir", "chmod"):
        monkeypatch.setattr(Path, name, refuse)
    assert shelf.find(file) is not None
    assert read(shelf, file) is not None
    shelf.note(HOST, "1", [told("b", b"1")], all=False)
    assert shelf.turn(told("b", b"1")).take(), "the download will tell"


def test_what_the_server_said(cache: FileCache) -> None:
    shelf = cache.shelf(HOST, "1")
    assert shelf.known() is None
    first, second = told("a", b"1"), told("b", b"22")
    shelf.note(HOST, "1", [first, FileData(name="pending", status="pending")], all=True)
    shelf.note(HOST, "1", [second], all=False)
    assert [(file.name, file.size, file.md5) for file in shelf.known() or ()] == [
        ("a", 1, first.md5),
        ("b", 2, second.md5),
    ]
    before = (shelf.folder / "record.json").stat().st_mtime_ns
    shelf.note(HOST, "1", [first], all=False)
    assert (shelf.folder / "record.json").stat().st_mtime_ns == before, "nothing new"
    shelf.note(HOST, "1", [second], all=True)
    assert [file.name for file in shelf.known() or ()] == ["b"]
    assert shelf.whose() == (HOST, "1")


# --- list and clean ---------------------------------------------------------------------------


@pytest.fixture
def full(cache: FileCache) -> FileCache:
    one, two = shelf_of(cache), shelf_of(cache, "2", "zenodo.org")
    put(one, "in/a.bin", b"1234", days=10)
    put(one, "b.bin", b"123")
    put(two, ".hidden", b"12", days=30)
    # what a running download writes to, and what one left long ago
    part = Claims(one.target(told("c.bin", b"x" * 9)), told("", b"x" * 9).md5 or "")
    part.folder.mkdir()
    part.own(Owner.new()).write_bytes(b"xx")
    part.idle.write_bytes(b"xxx")
    os.utime(part.idle, (1, 1))
    return cache


def names(cache: FileCache) -> list[str]:
    return [file.name for file in cache.list()]


def test_list(full: FileCache) -> None:
    assert [(file.host, file.record_id, file.name, file.size) for file in full.list()] == [
        (HOST, "1", "b.bin", 3),
        (HOST, "1", "in/a.bin", 4),
        ("zenodo.org", "2", ".hidden", 2),
    ]
    first = full.list()[0]
    assert first.path.read_bytes() == b"123"
    assert first.md5 == told("", b"123").md5
    assert first.last_used.tzinfo is dt.UTC
    assert full.size == 3 + 4 + 2 + 2 + 3


def test_an_empty_one(cache: FileCache) -> None:
    assert (cache.list(), cache.size, cache.clean()) == ([], 0, 0)
    assert not cache.path.exists()


@pytest.mark.parametrize(
    ("clean", "freed", "left"),
    [
        (lambda cache: cache.clean(), 3 + 4 + 2 + 3, []),
        (lambda cache: cache.clean(record="2"), 2, ["b.bin", "in/a.bin"]),
        (lambda cache: cache.clean(record=1), 3 + 4 + 3, [".hidden"]),
        (lambda cache: cache.clean(host=HOST), 3 + 4 + 3, [".hidden"]),
        (lambda cache: cache.clean(host=HOST, record=2), 0, ["b.bin", "in/a.bin", ".hidden"]),
        (
            lambda cache: cache.clean(older_than=dt.timedelta(days=20)),
            2 + 3,
            ["b.bin", "in/a.bin"],
        ),
        (
            lambda cache: cache.clean(older_than=dt.timedelta(days=20), host=HOST),
            3,
            ["b.bin", "in/a.bin", ".hidden"],
        ),
    ],
)
def test_clean(
    full: FileCache, clean: Callable[[FileCache], int], freed: int, left: list[str]
) -> None:
    before = full.size
    assert clean(full) == freed
    assert names(full) == left
    assert full.size == before - freed


def test_nothing_is_left_of_a_clean_cache(cache: FileCache) -> None:
    put(shelf_of(cache), "in/a.bin", b"1234")
    stale = cache.shelf(HOST, "1").folder / "x.turn"
    stale.write_text("")
    cache.clean()
    assert [*cache.path.rglob("*")] == []


def test_use_is_what_keeps_a_file(full: FileCache) -> None:
    assert full.shelf(HOST, "1").find(told("in/a.bin", b"1234"))
    full.clean(older_than=dt.timedelta(days=5))
    assert names(full) == ["b.bin", "in/a.bin"]


def test_what_cannot_be_removed_is_not_counted(
    full: FileCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        assert full.clean() == 0
    assert len(full.list()) == 3


# --- whose turn it is -------------------------------------------------------------------------


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    return Claims(tmp_path / "a.bin", "0" * 32)


def turn(claims: Claims) -> Turn:
    return Turn(claims.folder / "a.turn", claims)


def test_only_one_at_a_time(claims: Claims) -> None:
    first, second = turn(claims), turn(claims)
    assert first.take()
    assert not second.take()
    second.release()
    assert not second.take(), "it was not the second's to give up"
    first.release()
    assert second.take()
    second.release()
    assert [*claims.folder.iterdir()] == []


def test_one_that_is_gone(claims: Claims) -> None:
    gone = Owner(Owner.new().machine, 2**22 + 7, "01234567")
    (claims.folder / "a.turn").write_text(str(gone))
    waiting = turn(claims)
    assert not waiting.take()
    assert waiting.take(), "it ended the other's turn"


@pytest.mark.parametrize("text", ["", "0123456789ab-17-01234567"])
def test_one_that_cannot_be_asked(claims: Claims, text: str) -> None:
    (claims.folder / "a.turn").write_text(text)
    waiting = turn(claims)
    for seconds in (0, QUIET - 1):
        assert not waiting.take(seconds)
    # something moves
    part = claims.own(Owner("0123456789ab", 17, "89abcdef"))
    part.write_bytes(b"x")
    for seconds in (1, QUIET - 1, 2):
        assert not waiting.take(seconds)
    assert waiting.take(1), "nothing moved for long"


@pytest.mark.skipif(sys.platform == "win32", reason="no read-only folders")
def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    claims = Claims(tmp_path / "file" / "a.bin", "0" * 32)
    mine = turn(claims)
    assert mine.take()
    mine.release()
