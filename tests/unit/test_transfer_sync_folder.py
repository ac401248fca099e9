"""What a folder holds, and what is remembered of it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
import unicodedata
from pathlib import Path

import pytest

from zenodo_sdk.errors import ConfigurationError, Refused, SourceChanged
from zenodo_sdk.transfer import hashes
from zenodo_sdk.transfer.cache import place as places
from zenodo_sdk.transfer.cache.place import cache_dir
from zenodo_sdk.transfer.folder import Folder, look_into
from zenodo_sdk.transfer.hashes import Hashes, Hashing, Stamp, is_at_rest, md5_of

posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "hashes"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def write(folder: Path, *names: str, content: bytes = b"1", old: bool = True) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if old:
            os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def names(listing: Folder) -> list[str]:
    return [file.name for file in listing.files]


def problems(listing: Folder) -> dict[str, str]:
    return {problem.path: problem.code for problem in listing.problems}


# --- the folder -----------------------------------------------------------------------


def test_names_are_paths_with_slashes_in_order(data: Path):
    write(data, "b", "a/z", "a/y/x", "a.txt", content=b"123")
    listing = look_into(data)
    assert names(listing) == ["a.txt", "a/y/x", "a/z", "b"]
    assert [file.path for file in listing.files] == [data / name for name in names(listing)]
    assert {file.size for file in listing.files} == {3}
    assert look_into(str(data)).files == listing.files


def test_a_relative_folder_is_the_same_from_elsewhere(data: Path, monkeypatch):
    write(data, "a")
    monkeypatch.chdir(data.parent)
    listing = look_into("data")
    monkeypatch.chdir("/")
    assert listing.files[0].path.read_bytes() == b"1"


def test_hidden_files_are_asked_for(data: Path):
    write(data, "a", ".git/config", "x/.DS_Store", ".zenodo.json", ".b.0123456789abcdef.part")
    listing = look_into(data)
    assert names(listing) == ["a"]
    told = {skipped.name: skipped.why for skipped in listing.skipped}
    assert told == {
        ".b.0123456789abcdef.part": "is an unfinished download",
        ".git": "is hidden",
        ".zenodo.json": "is hidden",
        "x/.DS_Store": "is hidden",
    }
    listing = look_into(data, hidden=True)
    assert names(listing) == [".git/config", ".zenodo.json", "a", "x/.DS_Store"]
    assert [skipped.name for skipped in listing.skipped] == [".b.0123456789abcdef.part"]


def test_a_pattern(data: Path):
    write(data, "a.csv", "x/b.csv", "x/c.txt", "D.CSV")
    write(data, "empty.txt", content=b"")
    listing = look_into(data, pattern="*.csv")
    assert names(listing) == ["a.csv", "x/b.csv"]
    # what was not asked for is no problem
    assert not listing.problems
    assert names(look_into(data, pattern="x/*")) == ["x/b.csv", "x/c.txt"]
    # those that were not asked for can be named
    assert listing.others == ("D.CSV", "empty.txt", "x/c.txt")


def test_all_problems_are_told_at_once(data: Path):
    write(data, "good", "a" * 200 + "/" + "b" * 200, "back\\slash" if os.name == "posix" else "c")
    write(data, "empty", "x/empty", content=b"")
    found = problems(look_into(data))
    assert found["files['empty']"] == found["files['x/empty']"] == "empty"
    assert list(found.values()).count("name") == (2 if os.name == "posix" else 1)
    assert names(look_into(data))[-1] == "good"


def test_a_file_that_cannot_be_opened_is_a_problem(data: Path, monkeypatch):
    write(data, "good", "secret")
    original = Path.open

    def locked(path: Path, *args, **kwargs):
        if path.name == "secret":
            raise PermissionError(13, "Permission denied")
        return original(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", locked)
    listing = look_into(data)
    assert problems(listing) == {"files['secret']": "unreadable"}
    assert "Permission denied" in str(listing.problems[0])
    assert names(listing) == ["good"]


@posix
def test_links(data: Path, tmp_path: Path):
    write(data, "real/file")
    elsewhere = write(tmp_path, "elsewhere", content=b"12345")
    (data / "link").symlink_to(elsewhere)
    (data / "circle").symlink_to(data)
    (data / "real" / "up").symlink_to(data, target_is_directory=True)
    (data / "nowhere").symlink_to(tmp_path / "gone")
    os.mkfifo(data / "pipe")
    listing = look_into(data)
    assert [(file.name, file.size) for file in listing.files] == [("link", 5), ("real/file", 1)]
    assert {skipped.name: skipped.why for skipped in listing.skipped} == {
        "circle": "is a link to a folder",
        "pipe": "is no regular file",
        "real/up": "is a link to a folder",
    }
    assert problems(listing) == {"files['nowhere']": "unreadable"}
    assert "leads nowhere" in str(listing.problems[0])
    # and the folder itself may be a link
    (tmp_path / "way").symlink_to(data)
    assert names(look_into(tmp_path / "way")) == names(listing)


@posix
def test_names_are_composed(data: Path):
    apart = unicodedata.normalize("NFD", "für/mögen.csv")
    write(data, apart)
    listing = look_into(data)
    assert names(listing) == ["für/mögen.csv"]
    assert listing.files[0].path == data / apart
    assert not listing.problems


@posix
@pytest.mark.parametrize("other", [unicodedata.normalize("NFD", "für"), "FÜR", "Für"])
def test_names_that_are_one_elsewhere(data: Path, other: str):
    write(data, "für", other)
    if len(list(data.iterdir())) < 2:
        pytest.skip("this disk takes them for one")
    listing = look_into(data)
    assert list(problems(listing).values()) == ["clash"]


@pytest.mark.parametrize("name", ["gone", "file"])
def test_it_must_be_a_folder(data: Path, name: str):
    write(data, "file")
    with pytest.raises(Refused, match="folder"):
        look_into(data / name)


@pytest.mark.parametrize("pattern", [None, "*.csv"])
def test_a_folder_that_cannot_be_read(
    data: Path, monkeypatch: pytest.MonkeyPatch, pattern: str | None
):
    write(data, "closed/file.csv", "open.csv")
    scandir = os.scandir

    def closed(folder: Path) -> object:
        # the mode is no bar to root
        if folder.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", closed)
    found = look_into(data, pattern=pattern)
    assert names(found) == ["open.csv"]
    assert problems(found) == {"files['closed']": "unreadable"}


# --- what is remembered ---------------------------------------------------------------


def remembered(data: Path, name: str = "a") -> str | None:
    return Hashes(data).get(name, Stamp.of((data / name).stat()))


def remember(data: Path, name: str = "a", md5: str = "0" * 32) -> None:
    memory = Hashes(data)
    memory.put(name, Stamp.of((data / name).stat()), md5)
    memory.save()


def test_what_is_written_is_read_by_the_next_one(data: Path, cache: Path):
    write(data, "a")
    assert remembered(data) is None
    remember(data)
    assert remembered(data) == "0" * 32
    assert [path.suffix for path in cache.iterdir()] == [".json"]


def test_a_file_that_changed_is_not_known(data: Path):
    path = write(data, "a")
    remember(data)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert remembered(data) is None
    write(data, "a", content=b"12")
    assert remembered(data) is None
    write(data, "b")
    remember(data)
    (data / "b").replace(path)
    assert remembered(data) is None


@posix
def test_a_file_that_changed_and_got_its_time_back_is_not_known(data: Path):
    path = write(data, "a", content=b"1")
    remember(data)
    before = path.stat()
    write(data, "a", content=b"2")
    assert Stamp.of(path.stat()).shows_no_change(Stamp.of(before))
    assert path.stat().st_ino == before.st_ino
    assert remembered(data) is None


def test_two_runs_lose_nothing_of_each_other(data: Path):
    write(data, "a", "b")
    first, second = Hashes(data), Hashes(data)
    for memory, name in ((first, "a"), (second, "b")):
        memory.put(name, Stamp.of((data / name).stat()), "1" * 32)
        memory.save()
    assert remembered(data, "a") == remembered(data, "b") == "1" * 32


def test_what_is_gone_is_forgotten(data: Path, cache: Path):
    write(data, "a", "b")
    remember(data, "a")
    (data / "a").unlink()
    remember(data, "b")
    (file,) = cache.iterdir()
    assert list(json.loads(file.read_text())["files"]) == ["b"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"format": 1, "files": {"a": [1, 1700000000000000000, 0, "x"]}}',
        b'{"format": 2, "files": {"a": [1, 1700000000000000000, 0, 0, "x"]}}',
        b'{"format": 2, "files": {"a": [1]}}',
        b'{"format": 2, "files": {"a": null}}',
        b'{"format": 2, "files": []}',
        b'{"format": 2',
    ],
)
def test_damage_counts_as_nothing(data: Path, cache: Path, damage: bytes):
    write(data, "a")
    remember(data)
    (file,) = cache.iterdir()
    file.write_bytes(damage)
    assert remembered(data) is None
    remember(data)
    assert remembered(data) == "0" * 32


def test_a_cache_that_cannot_be_written_is_no_error(data: Path, tmp_path: Path, monkeypatch):
    path = write(data, "a", content=b"1" * 10)
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(write(tmp_path, "file") / "below"))
    monkeypatch.setattr(hashes, "_WORTH", 1)
    assert md5_of(path) == hashlib.md5(b"1" * 10).hexdigest()
    remember(data)
    assert remembered(data) is None


def test_a_memory_that_nobody_added_to_is_dropped(data: Path, cache: Path):
    cache.mkdir(parents=True)
    for name, age in (("old.json", 200), ("young.json", 100)):
        then = time.time() - age * 86_400
        (cache / name).touch()
        os.utime(cache / name, (then, then))
    write(data, "a")
    remember(data)
    assert {path.name for path in cache.iterdir()} >= {"young.json"}
    assert not (cache / "old.json").exists()


def test_a_young_file_is_read_again(data: Path):
    """It can change once more without getting another time."""
    second = 1_000_000_000
    stamp = Stamp(1, 50 * second, 1, 0)
    assert not is_at_rest(stamp, 51 * second)
    assert not is_at_rest(stamp, 49 * second)  # a clock that is ahead, of a server
    assert is_at_rest(stamp, 52 * second)
    young = write(data, "young", old=False)
    os.utime(young, (time.time() + 60,) * 2)
    for path, rested in ((write(data, "old"), True), (young, False)):
        with Hashing(path) as hashing:
            hashing.open()
            assert hashing.rested is rested


# --- one file -------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that were read."""
    paths: list[Path] = []
    original = Hashing.open

    def count(self: Hashing) -> Stamp:
        paths.append(self._path)
        return original(self)

    monkeypatch.setattr(Hashing, "open", count)
    return paths


@pytest.mark.parametrize(("size", "reads"), [(4 << 20, 1), (1000, 2)])
def test_large_files_are_read_once(data: Path, opened: list[Path], size: int, reads: int):
    content = b"1" * size
    path = write(data, "a", content=content)
    moved: list[int] = []
    for _ in range(2):
        assert md5_of(path, moved.append) == hashlib.md5(content).hexdigest()
    assert len(opened) == reads
    assert sum(moved) == reads * size


def test_steps_are_bounded(data: Path, monkeypatch):
    monkeypatch.setattr(hashes, "STEP", 2 << 20)
    content = b"1234567" * 700_000
    with Hashing(write(data, "a", content=content)) as hashing:
        hashing.open()
        counts = []
        while count := hashing.step():
            counts.append(count)
        assert hashing.finish() == hashlib.md5(content).hexdigest()
    assert counts == [2 << 20, 2 << 20, len(content) - (4 << 20)]


def test_a_file_that_changes_while_it_is_read(data: Path):
    path = write(data, "a", content=b"1" * 100)
    with Hashing(path) as hashing:
        hashing.open()
        hashing.step()
        write(data, "a", content=b"1" * 100, old=False)
        with pytest.raises(SourceChanged, match="changed") as caught:
            hashing.finish()
    assert caught.value.name == "a"


def test_what_cannot_be_read_is_said(data: Path):
    with pytest.raises(OSError):
        md5_of(data / "gone")


# --- where it lies --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "given", "expected"),
    [
        ("linux", {}, "home/.cache/zenodo-sdk"),
        ("linux", {"XDG_CACHE_HOME": "{home}/xdg"}, "home/xdg/zenodo-sdk"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "home/.cache/zenodo-sdk"),
        ("darwin", {}, "home/Library/Caches/zenodo-sdk"),
        ("win32", {"LOCALAPPDATA": "{home}/local"}, "home/local/zenodo-sdk"),
        ("win32", {}, "home/AppData/Local/zenodo-sdk"),
        ("linux", {"ZENODO_SDK_CACHE": "{home}/mine", "XDG_CACHE_HOME": "/x"}, "home/mine"),
        ("linux", {"ZENODO_SDK_CACHE": "~/mine"}, "home/mine"),
        ("linux", {"ZENODO_SDK_CACHE": "mine"}, "mine"),
    ],
)
def test_the_place(tmp_path: Path, monkeypatch, platform: str, given, expected: str):
    home = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places.sys, "platform", platform)
    for name in ("ZENODO_SDK_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name, value in given.items():
        monkeypatch.setenv(name, value.format(home=home))
    assert cache_dir() == tmp_path / expected
    assert not cache_dir().exists()


def test_an_account_without_a_home(data: Path, monkeypatch):
    def none() -> Path:
        raise RuntimeError

    monkeypatch.setattr(places.Path, "home", none)
    for name in ("ZENODO_SDK_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="ZENODO_SDK_CACHE"):
        cache_dir()
    # hashes are then not remembered, and that is all
    write(data, "a", content=b"1" * (4 << 20))
    remember(data)
    assert remembered(data) is None
    assert md5_of(data / "a") == hashlib.md5(b"1" * (4 << 20)).hexdigest()
