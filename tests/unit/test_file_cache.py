"""The cache on disk: what is trusted, listed and cleaned."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from zenodo_sdk import FileCache, Refused, UnsafeName
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.cache.shelf import Shelf
from zenodo_sdk.transfer.download.claim import Claims, Owner

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
    shelf = Shelf.of(cache.path, host, record)
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
    path = Shelf.of(cache.path, HOST, "8435696").target(told("in/grid.nc.gz", b"x"))
    assert path.parts[-4:] == ("8435696", told("", b"x").md5, "in", "grid.nc.gz")
    assert ":" not in str(path.relative_to(cache.path)), "Windows knows no such folders"


@pytest.mark.parametrize(("host", "record"), [("..", "1"), ("a/b", "../.."), ("", "."), (".", "")])
def test_nothing_leaves_it(cache: FileCache, host: str, record: str) -> None:
    target = Shelf.of(cache.path, host, record).target(told("a", b"x"))
    assert len(target.relative_to(cache.path).parts) == 4
    assert ".." not in target.parts
    with pytest.raises(UnsafeName):
        Shelf.of(cache.path, host, record).target(told("../a", b"x"))


def test_without_a_checksum(cache: FileCache) -> None:
    with pytest.raises(Refused, match="no checksum of 'a'"):
        Shelf.of(cache.path, HOST, "1").target(FileData(name="a", size=3))
    other = FileData(name="a", size=3, checksum="sha256:00ff")
    assert Shelf.of(cache.path, HOST, "1").target(other).parent.name == "sha256_00ff"


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
    shelf = Shelf.of(cache.path, HOST, "1")
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
    stale = Shelf.of(cache.path, HOST, "1").folder / "x.turn"
    stale.write_text("")
    os.utime(stale, (1, 1))
    cache.clean()
    assert [*cache.path.rglob("*")] == []


def test_nothing_is_left_of_processes_that_were_killed(cache: FileCache) -> None:
    shelf = shelf_of(cache)
    file = put(shelf, "a.bin", b"1234")
    for left in (".0123456789abcdef.note", f"{file.md5}.turn.01234567"):
        (shelf.folder / left).write_text("")
    cache.clean(older_than=dt.timedelta(days=1))
    assert sorted(path.name for path in shelf.folder.iterdir()) == [
        file.md5,
        f"{file.md5}.json",
        "record.json",
    ]
    cache.clean()
    assert [*cache.path.rglob("*")] == []


def test_who_has_the_turn_keeps_the_folder(cache: FileCache) -> None:
    """Between the making of a folder and the first write into it nothing else tells."""
    shelf = shelf_of(cache)
    file = told("in/a.bin", b"1234")
    other = shelf.turn(file)
    assert other.take()
    shelf.target(file).parent.mkdir(parents=True)
    before = sorted(shelf.folder.rglob("*"))
    cache.clean()
    assert sorted(shelf.folder.rglob("*")) == before
    other.release()
    cache.clean()
    assert [*cache.path.rglob("*")] == []


def test_a_folder_that_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    """Such as that of one's own work, given by mistake."""
    mine = tmp_path / "project" / "src" / "data" / "package.json"
    mine.parent.mkdir(parents=True)
    for path in (mine, mine.parent.with_name("settings.json"), mine.parent.with_name("a.turn")):
        path.write_bytes(b"mine")
    (mine.parent / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    cache = FileCache(tmp_path)
    assert (cache.list(), cache.size, cache.clean()) == ([], 0, 0)
    assert sorted(tmp_path.rglob("*")) == before


def test_use_is_what_keeps_a_file(full: FileCache) -> None:
    assert Shelf.of(full.path, HOST, "1").find(told("in/a.bin", b"1234"))
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


@pytest.mark.skipif(os.name == "nt", reason="there the file itself minds")
def test_what_the_folder_does_not_let_go_stays_readable(
    full: FileCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that is shared with others, its folders read-only."""
    before = [file.path.stat().st_mode for file in full.list()]

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        full.clean()
    assert [file.path.stat().st_mode for file in full.list()] == before
