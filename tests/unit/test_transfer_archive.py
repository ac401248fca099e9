"""Folders as archives: exact sizes, the same bytes again, readable by every program."""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import subprocess
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.folders import fill
from zenodo_sdk.errors import Refused, SourceChanged, UnsafeName
from zenodo_sdk.transfer.archives import tar as archive_tar
from zenodo_sdk.transfer.archives import zip as archive_zip
from zenodo_sdk.transfer.archives.archive import Archive
from zenodo_sdk.transfer.archives.member import ArchiveMember

KINDS = [
    ("a.zip", False),
    ("a.zip", True),
    ("a.tar", False),
    ("a.tar.gz", False),
    ("a.TGZ", False),
    ("a.tar.bz2", False),
    ("a.tar.xz", False),
]
LONG = "long " * 20
TREE = {
    "a.txt": b"abc",
    "sub/empty.txt": b"",
    "sub/deep/ü 😀.bin": random.Random(5).randbytes(100_000),
    f"{LONG}/{LONG}/{LONG}.txt": b"long",
}

posix = pytest.mark.skipif(os.name == "nt", reason="has no such permissions or links")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "folder", TREE)


def made(folder: Path, name: str = "a.zip", **how: Any) -> bytes:
    """The archive's bytes, read twice and measured."""
    with Archive(folder, name, **how) as archive:
        archive.open()
        told: list[int] = []
        for _ in archive.pack(told.append):
            pass
        content = b"".join(archive)
        assert b"".join(archive) == content
        assert archive.size == len(content)
        assert (told or [0])[-1] == archive.packing_size
    return content


def unpacked(content: bytes, name: str) -> dict[str, bytes | None]:
    """Names and contents; None for a folder."""
    found: dict[str, bytes | None] = {}
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            assert zipped.testzip() is None
            for info in zipped.infolist():
                found[info.filename.rstrip("/")] = None if info.is_dir() else zipped.read(info)
        return found
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            file = tar.extractfile(member)
            found[member.name] = None if file is None else file.read()
    return found


@pytest.mark.parametrize(("name", "compress"), KINDS)
def test_an_archive_holds_what_the_folder_does(folder: Path, name: str, compress: bool) -> None:
    (folder / "bare" / "inner").mkdir(parents=True)
    content = made(folder, name, compress=compress)
    assert unpacked(content, name) == {**TREE, "bare/inner": None}


@pytest.mark.parametrize(("name", "compress"), KINDS)
def test_the_same_content_makes_the_same_bytes(tmp_path: Path, name: str, compress: bool) -> None:
    one = fill(tmp_path / "one", TREE)
    two = fill(tmp_path / "two", dict(reversed(TREE.items())))
    for path in sorted(two.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1e9, 1e9))
    first = made(one, name, compress=compress)
    assert made(two, name, compress=compress) == first
    (two / "a.txt").write_bytes(b"abd")
    assert made(two, name, compress=compress) != first


@posix
@pytest.mark.parametrize(("name", "compress"), KINDS)
def test_of_permissions_only_the_executable_bit_counts(
    folder: Path, name: str, compress: bool
) -> None:
    before = made(folder, name, compress=compress)
    (folder / "a.txt").chmod(0o640)
    assert made(folder, name, compress=compress) == before
    (folder / "a.txt").chmod(0o740)
    content = made(folder, name, compress=compress)
    if name == "a.zip":
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            modes = {info.filename: info.external_attr >> 16 for info in zipped.infolist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            modes = {member.name: member.mode for member in tar}
            assert {(m.uid, m.gid, m.uname, m.gname) for m in tar} == {(0, 0, "", "")}
    assert modes["a.txt"] & 0o777 == 0o755
    assert modes["sub/empty.txt"] & 0o777 == 0o644


@pytest.mark.parametrize(("name", "compress"), KINDS)
def test_times_are_constant_or_what_the_environment_says(
    folder: Path, name: str, compress: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def year(content: bytes) -> int:
        if name == "a.zip":
            return zipfile.ZipFile(io.BytesIO(content)).infolist()[0].date_time[0]
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            return 1970 + round(tar.getmembers()[0].mtime / 31_556_952)

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert year(made(folder, name, compress=compress)) == 1980
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert year(made(folder, name, compress=compress)) in (2023, 2024)
    for wrong in ("yesterday", "-1", "4354819200", "9" * 5000):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(Refused, match=f"SOURCE_DATE_EPOCH is '{wrong}' and no number"):
            made(folder, name, compress=compress)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4354819199")
    assert year(made(folder, name, compress=compress)) in (2107, 2108)


def test_a_zip_knows_no_year_before_1980(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    with zipfile.ZipFile(io.BytesIO(made(folder))) as zipped:
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.skipif(shutil.which("unzip") is None, reason="Info-ZIP is not installed")
@pytest.mark.parametrize("compress", [False, True])
def test_info_zip_reads_it(folder: Path, tmp_path: Path, compress: bool) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(made(folder, compress=compress))
    assert subprocess.run(["unzip", "-tqq", path], check=False).returncode == 0


@pytest.mark.skipif(shutil.which("tar") is None, reason="tar is not installed")
@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_tar_reads_it(folder: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(made(folder, name))
    told = subprocess.run(["tar", "-tf", path], check=True, capture_output=True).stdout
    assert len(told.splitlines()) == len(TREE)


# --- sizes --------------------------------------------------------------------

sizes = st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=1, max_size=12)


@given(sizes=sizes, limit=st.integers(60, 500), count_limit=st.integers(1, 12), wide=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_size_is_known_before(
    tmp_path: Path,
    sizes: list[int | None],
    limit: int,
    count_limit: int,
    wide: bool,
) -> None:
    """The limits of ZIP64 are lowered, for its forms to appear without gigabytes."""
    members = []
    for number, size in enumerate(sizes):
        name = f"{number}{'ü' * (number % 3)}"
        if size is None:
            members.append(ArchiveMember(name))
            continue
        path = tmp_path / "content"
        if not path.exists() or path.stat().st_size != 400:
            path.write_bytes(bytes(400))
        members.append(_Zeros(name, path, size))
    with pytest.MonkeyPatch.context() as patch:
        if wide:
            patch.setattr(archive_zip, "_LIMIT", limit)
            patch.setattr(archive_zip, "_COUNT_LIMIT", count_limit)
            patch.setattr(zipfile, "ZIP64_LIMIT", limit)
            patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", count_limit)
        content = b"".join(archive_zip.stored(members, 0))
        assert len(content) == archive_zip.stored_size(members)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        assert len(zipped.infolist()) == len(sizes)
    tar = b"".join(archive_tar.blocks(members, 0))
    assert len(tar) == archive_tar.size(members, 0)


class _Zeros(ArchiveMember):
    """A member of any size without a file of it."""

    def __init__(self, name: str, path: Path, size: int) -> None:
        super().__init__(name, path, size, 0o644)

    def blocks(self) -> Any:
        yield bytes(self.size)


def test_more_members_than_the_narrow_form_counts() -> None:
    members = [ArchiveMember(f"{number:05}") for number in range(65_536)]
    content = b"".join(archive_zip.stored(members, 0))
    assert len(content) == archive_zip.stored_size(members)
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 65_536


def test_a_large_member_is_announced_in_the_wide_form() -> None:
    large = ArchiveMember("large", Path("large"), 5 << 30, 0o644)
    narrow = ArchiveMember("large", Path("large"), 1 << 20, 0o644)
    extra = archive_zip.stored_size([large]) - large.size
    # 20 in the header, 8 in the descriptor, 20 in the directory, 76 at the end
    assert extra - (archive_zip.stored_size([narrow]) - narrow.size) == 20 + 8 + 20 + 76


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_what_is_not_compressed_takes_no_memory_and_no_disk(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with (folder / "large").open("wb") as file:
        file.truncate(64 << 20)

    def none() -> IO[bytes]:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    tracemalloc.start()
    try:
        with Archive(folder, name) as archive:
            archive.open()
            size = sum(len(block) for block in archive)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == archive.size > 64 << 20
    assert peak < 8 << 20


def test_small_files_are_not_sent_one_by_one(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder", {f"{number}": b"small" for number in range(500)})
    with Archive(folder, "a.tar") as archive:
        archive.open()
        assert len(list(archive)) == 1


# --- what goes in -------------------------------------------------------------


def test_hidden_files_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a": b"1", ".git/config": b"2", ".b": b"3", "s/.c": b"4"})
    assert set(unpacked(made(folder), "a.zip")) == {"a"}
    everything = made(folder, hidden=True)
    assert set(unpacked(everything, "a.zip")) == {"a", ".git/config", ".b", "s/.c"}


def test_a_pattern_chooses_and_leaves_empty_folders_out(tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a.csv": b"1", "s/b.csv": b"2", "c.txt": b"3"})
    (folder / "bare").mkdir()
    assert set(unpacked(made(folder, pattern="*.csv"), "a.zip")) == {"a.csv", "s/b.csv"}


@posix
def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a": b"1", "s/b": b"2"})
    (folder / "link").symlink_to(fill(tmp_path / "other", {"c": b"3"}) / "c")
    (folder / "round").symlink_to(folder)
    assert unpacked(made(folder), "a.zip") == {"a": b"1", "s/b": b"2", "link": b"3"}


def test_folders_that_cannot_become_an_archive(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no folder"):
        made(tmp_path / "none")
    with pytest.raises(Refused, match=r"holds no files$"):
        made(tmp_path)
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(Refused, match=r"holds no files like '\*\.csv'"):
        made(tmp_path, pattern="*.csv")
    with pytest.raises(Refused, match="is no folder"):
        made(tmp_path / "a")


@posix
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a": b"1"})
    (folder / "broken").symlink_to("nowhere")
    with pytest.raises(Refused, match="broken"):
        made(folder)


@posix
@pytest.mark.parametrize("name", ["a\\b", "tab\t", b"\xff".decode(errors="surrogateescape")])
def test_names_that_not_every_machine_can_unpack(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    try:
        (folder / name).write_bytes(b"1")
    except OSError:
        pytest.skip("this disk takes no such name")
    with pytest.raises(UnsafeName, match="rename it"):
        made(folder)


@posix
def test_names_that_differ_in_the_spelling_of_accents_only(tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"\u00fc": b"1", "u\u0308": b"2"})
    if len(list(folder.iterdir())) == 1:
        pytest.skip("this disk takes them for one name")
    with pytest.raises(Refused, match="accents spelt in several ways"):
        made(folder)
    for name in ("\u00fc", "u\u0308"):
        (folder / name).unlink()
        (folder / name).mkdir()
    (folder / "a").write_bytes(b"1")
    with pytest.raises(Refused, match="accents spelt in several ways"):
        made(folder)


@pytest.mark.parametrize("name", ["a.rar", "a", "zip", ".zip", ".tar.gz", "a.zip.txt", "a.gz"])
def test_names_of_no_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="is no name of an archive"):
        Archive(tmp_path, name)


def test_a_tar_is_not_compressed(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"call it \.tar\.gz"):
        Archive(tmp_path, "a.tar", compress=True)


# --- what changes meanwhile ---------------------------------------------------


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


CHANGES: list[Callable[[Path], object]] = [
    _grow,
    _touch,
    lambda path: os.truncate(path, 1),
    lambda path: path.unlink(),
]


@pytest.mark.parametrize(("name", "compress"), KINDS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_is_noticed(
    folder: Path, name: str, compress: bool, change: Callable[[Path], object]
) -> None:
    with Archive(folder, name, compress=compress) as archive:
        archive.open()
        change(folder / "a.txt")
        steps = chain(archive.pack(lambda _: None), archive)
        with pytest.raises(SourceChanged, match=r"a\.txt' changed") as raised:
            list(steps)
    assert raised.value.name == "a.txt"


@pytest.mark.parametrize("change", CHANGES[:3])
def test_a_file_that_changes_while_it_is_read_is_noticed(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(3 << 20))
    member = ArchiveMember.of("large", path)
    blocks = member.blocks()
    next(blocks)
    change(path)
    with pytest.raises(SourceChanged):
        list(blocks)


# --- temporary files ----------------------------------------------------------


@pytest.mark.parametrize(("name", "compress"), [kind for kind in KINDS if kind[0] != "a.tar"])
def test_nothing_is_left_and_the_folder_is_untouched(
    folder: Path, tmp_path: Path, name: str, compress: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = sorted(folder.rglob("*"))
    with Archive(folder, name, compress=compress) as archive:
        archive.open()
        steps = archive.pack(lambda _: None)
        next(steps, None)
        assert sorted(folder.rglob("*")) == before
    assert list(scratch.iterdir()) == []


def test_no_room_for_the_temporary_file_says_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(Refused, match=r"No space left on device\. Set TMPDIR"):
        made(folder, "a.tar.gz")
