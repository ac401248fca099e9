"""ZIPs of which only some bytes are known: which are asked for, and what becomes of them."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.errors import ChecksumMismatch, Refused
from zenodo_sdk.transfer.archives import remote as remote_zip
from zenodo_sdk.transfer.archives.extraction import Checked, Extraction, MemberTarget
from zenodo_sdk.transfer.archives.remote import (
    Directory,
    Member,
    NeedRange,
    SparseFile,
    read_listing,
)

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]
METHOD = st.sampled_from(METHODS)
NOISE = random.Random(7).randbytes(300_000)


class Remote:
    """An archive elsewhere, that counts what is asked of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked: list[tuple[int, int]] = []

    def directory(self) -> Directory:
        size = len(self.content)
        file = SparseFile(size)
        for _ in range(10):
            try:
                return Directory("data.zip", file, size)
            except NeedRange as wanted:
                start, end = wanted.start, wanted.end
            assert 0 <= start < end <= size
            self.asked.append((start, end))
            file.put(start, self.content[start:end])
        raise AssertionError(self.asked)

    def find_inside(self, member: Member) -> None:
        """What is asked for of a member lies within the archive."""
        found = self.directory().find(member)
        assert found is not None
        start, end = found[1].start, found[1].end
        assert start == end or 0 <= start < end <= len(self.content)

    def extraction(self, name: str) -> tuple[Extraction, bytes]:
        """What unpacks a member, and the bytes that are fetched for it."""
        found = self.directory().find(name)
        assert found is not None
        member, span = found
        return Extraction(member, span), self.content[span.start : span.end]

    def extracted(self, name: str, step: int = 1 << 20) -> bytes:
        extraction, data = self.extraction(name)
        found = [
            block
            for at in range(0, len(data), step)
            for block in extraction.feed(data[at : at + step])
        ]
        if not extraction.is_complete:
            raise extraction.checked.broken(EOFError("no more bytes"))
        extraction.checked.finish()
        return b"".join(found)


def zipped(
    members: dict[str, bytes],
    method: int = zipfile.ZIP_DEFLATED,
    *,
    comment: bytes = b"",
    prefix: bytes = b"",
    streamed: bool = False,
    wide: bool = False,
) -> bytes:
    outlet = io.BytesIO(prefix)
    outlet.seek(0, io.SEEK_END)
    target = _Stream(outlet) if streamed else outlet
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.comment = comment
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=wide) as member:
                member.write(content)
    return outlet.getvalue()


class _Stream(io.RawIOBase):
    """What cannot be rewound, so that sizes stand behind the contents."""

    def __init__(self, outlet: io.BytesIO) -> None:
        self._outlet = outlet

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._outlet.write(data)


MEMBERS = {"a/b.csv": b"1,2\n" * 1000, "empty": b"", "noise ü.bin": NOISE}

FORMS: dict[str, Callable[[int], bytes]] = {
    "plain": lambda method: zipped(MEMBERS, method),
    "streamed": lambda method: zipped(MEMBERS, method, streamed=True),
    "wide": lambda method: zipped(MEMBERS, method, wide=True),
    "streamed and wide": lambda method: zipped(MEMBERS, method, streamed=True, wide=True),
    "comment": lambda method: zipped(MEMBERS, method, comment=b"c" * 65_535),
    "prefixed": lambda method: zipped(MEMBERS, method, prefix=b"#!/bin/sh\n" * 50_000),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", FORMS)
def test_members_are_found_and_unpacked(form: str, method: int) -> None:
    remote = Remote(FORMS[form](method))
    members = remote.directory().members
    assert [(member.name, member.size) for member in members] == [
        (name, len(content)) for name, content in MEMBERS.items()
    ]
    assert [member.crc for member in members] == [zlib.crc32(c) for c in MEMBERS.values()]
    for name, content in MEMBERS.items():
        assert remote.extracted(name) == content


@pytest.mark.parametrize("form", FORMS)
def test_one_request_finds_the_members(form: str) -> None:
    remote = Remote(FORMS[form](zipfile.ZIP_STORED))
    remote.directory()
    size = len(remote.content)
    assert remote.asked == [(max(0, size - (1 << 17)), size)]


def test_a_long_list_of_members_takes_a_second_request_for_the_rest_of_it() -> None:
    remote = Remote(zipped({f"{number:060}": b"" for number in range(3000)}))
    assert len(remote.directory().members) == 3000
    size = len(remote.content)
    (first, _), (start, end) = remote.asked
    assert first == size - (1 << 17)
    assert end == first
    assert remote.content[start : start + 4] == b"PK\1\2"


@pytest.mark.parametrize("step", [1, 29, 31, 1000, 70_000])
@pytest.mark.parametrize("method", METHODS)
def test_bytes_may_come_in_any_pieces(method: int, step: int) -> None:
    remote = Remote(zipped({"a" * 40: NOISE[:10_000]}, method, streamed=True))
    assert remote.extracted("a" * 40, step) == NOISE[:10_000]


@given(
    contents=st.lists(st.binary(max_size=300), min_size=1, max_size=6),
    method=st.sampled_from(METHODS),
    streamed=st.booleans(),
    step=st.integers(1, 400),
)
@settings(deadline=None)
def test_what_was_packed_is_unpacked(
    contents: list[bytes], method: int, streamed: bool, step: int
) -> None:
    members = {f"{number}": content for number, content in enumerate(contents)}
    remote = Remote(zipped(members, method, streamed=streamed))
    for name, content in members.items():
        assert remote.extracted(name, step) == content


@pytest.mark.parametrize("method", METHODS[1:])
def test_much_that_was_little_takes_no_memory(method: int) -> None:
    remote = Remote(zipped({"zeros": bytes(64 << 20)}, method))
    extraction, data = remote.extraction("zeros")
    assert len(data) < 1 << 20
    tracemalloc.start()
    try:
        size = sum(len(block) for block in extraction.feed(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == 64 << 20
    assert peak < 8 << 20


def test_only_the_member_is_fetched() -> None:
    members = {f"{number}": NOISE[:1000] for number in range(10)}
    remote = Remote(zipped(members, zipfile.ZIP_STORED))
    for name in members:
        _, data = remote.extraction(name)
        assert 1000 < len(data) < 1100


def test_a_hole_behind_a_member_is_not_fetched() -> None:
    first = zipped({"a": b"first"}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        start = archive.start_dir
    hole = 10_000_000
    end = first[start:]
    size, offset = struct.unpack_from("<LL", end, len(end) - 10)
    moved = end[:-10] + struct.pack("<LL", size, offset + hole) + end[-2:]
    remote = Remote(first[:start] + bytes(hole) + moved)
    assert len(remote.extraction("a")[1]) < 200_000
    assert remote.extracted("a") == b"first"


def test_times_have_no_zone_and_may_be_nonsense() -> None:
    good = zipfile.ZipInfo("good", (2024, 2, 29, 23, 59, 58))
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w") as archive:
        archive.writestr(good, b"")
        archive.writestr(zipfile.ZipInfo("bad", (1980, 0, 0, 0, 0, 0)), b"")
    first, second = Remote(outlet.getvalue()).directory().members
    assert first.modified == dt.datetime(2024, 2, 29, 23, 59, 58)
    assert second.modified is None


def test_folders_are_told_apart() -> None:
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/file", b"")
    members = Remote(outlet.getvalue()).directory().members
    assert [(member.name, member.is_folder) for member in members] == [
        ("folder/", True),
        ("folder/file", False),
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_last_counts() -> None:
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w") as archive:
        archive.writestr("a", b"first")
        archive.writestr("a", b"second")
    remote = Remote(outlet.getvalue())
    assert remote.extracted("a") == b"second"
    directory = remote.directory()
    first = directory.find(directory.members[0])
    assert first is not None
    assert first[0].size == len(b"first")
    assert directory.find("b") is None


# --- what is wrong ------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"no", b"no ZIP at all, and longer than what stands at the end", bytes(300_000)]
)
def test_what_is_no_zip(content: bytes) -> None:
    with pytest.raises(Refused, match=r"'data\.zip' cannot be read as a ZIP"):
        Remote(content).directory()


def test_a_zip_that_was_cut() -> None:
    content = zipped(MEMBERS)
    with pytest.raises(Refused, match="cannot be read as a ZIP"):
        Remote(content[:-100]).directory()


def test_a_list_of_members_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_zip, "_DIRECTORY_LIMIT", 100_000)
    remote = Remote(zipped({f"{number:060}": b"" for number in range(3000)}))
    with pytest.raises(Refused, match="more than 100000 bytes; download the whole file"):
        remote.directory()


def changed(content: bytes, name: str, **fields: int) -> bytes:
    """An archive with other words in its directory."""
    places = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<L"), "size": (24, "<L")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    at = content.index(name.encode(), start) - 46
    edited = bytearray(content)
    for field, value in fields.items():
        offset, form = places[field]
        struct.pack_into(form, edited, at + offset, value)
    return bytes(edited)


def test_what_is_encrypted_is_refused() -> None:
    with pytest.raises(Refused, match="'a' is encrypted"):
        Remote(changed(zipped({"a": b"1"}), "a", flags=1)).extraction("a")


def test_what_is_compressed_in_a_rare_way_is_refused() -> None:
    with pytest.raises(Refused, match="by method 97"):
        Remote(changed(zipped({"a": b"1"}), "a", method=97)).extraction("a")


def test_a_wrong_crc() -> None:
    with pytest.raises(ChecksumMismatch, match="in place of CRC-32 00000001"):
        Remote(changed(zipped({"a": b"content"}), "a", crc=1)).extracted("a")


@pytest.mark.parametrize(("size", "told"), [(10, "more in place of 10"), (2000, "1000 bytes in")])
def test_a_wrong_size(size: int, told: str) -> None:
    content = changed(zipped({"a": bytes(1000)}), "a", size=size)
    with pytest.raises(ChecksumMismatch, match=told):
        Remote(content).extracted("a")


def test_a_bomb_ends_where_its_size_says() -> None:
    content = changed(zipped({"a": bytes(64 << 20)}), "a", size=10)
    extraction, data = Remote(content).extraction("a")
    with pytest.raises(ChecksumMismatch, match="more in place of 10 bytes"):
        list(extraction.feed(data))
    assert extraction.checked.size <= 2 << 20


@pytest.mark.parametrize("method", METHODS)
def test_bytes_that_are_damaged(method: int) -> None:
    content = bytearray(zipped({"a": NOISE}, method))
    content[1000] ^= 0xFF
    with pytest.raises(ChecksumMismatch):
        Remote(bytes(content)).extracted("a")


def test_no_header_where_it_should_be() -> None:
    content = bytearray(zipped({"a": b"1"}))
    content[:4] = b"else"
    with pytest.raises(ChecksumMismatch, match="no header"):
        Remote(bytes(content)).extracted("a")


@pytest.mark.parametrize("by", [-1000, 1000, 2**32 - 5000])
def test_what_lies_outside_of_the_archive_is_not_asked_for(by: int) -> None:
    """All offsets count from where the directory is, which tells where it should be."""
    content = bytearray(zipped({"a": NOISE[:2000], "b": b"1"}, zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at, told = archive.start_dir + 42, len(content) - 6
        where = archive.start_dir
    if by < 0:
        struct.pack_into("<L", content, told, where - by)
    else:
        struct.pack_into("<L", content, at, by)
        struct.pack_into("<L", content, at + 46 + 1, by + 1)
    remote = Remote(bytes(content))
    for member in remote.directory().members:
        remote.find_inside(member)


@given(data=st.data())
@settings(deadline=None)
def test_no_damage_makes_another_error(data: st.DataObject) -> None:
    """Whatever a ZIP says, only what can be told of it is asked for and raised."""
    content = bytearray(zipped(MEMBERS | {"noise ü.bin": NOISE[:50]}, data.draw(METHOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        # the directory is what most depends on
        at = len(content) - 1 - data.draw(st.integers(0, min(300, len(content) - 1)))
        content[at : at + 1] = data.draw(st.binary(max_size=4))
    try:
        remote = Remote(bytes(content))
        for member in remote.directory().members:
            remote.find_inside(member)
            remote.extracted(member.name)
    except (Refused, ChecksumMismatch):
        pass


# --- what the server lists ----------------------------------------------------


def test_what_the_server_lists() -> None:
    entry = {"key": "a/b.csv", "size": 3, "compressed_size": 2, "crc": 7, "mimetype": "text/csv"}
    document = {"entries": [entry, {"odd": 1}], "directories": [{"key": "a"}], "truncated": False}
    assert list(read_listing("data.zip", document)) == [
        Member("a/b.csv", 3, 2, 7),
        Member("a/", 0, 0, 0),
    ]
    assert list(read_listing("data.zip", {})) == []
    with pytest.raises(Refused, match="more members than the server lists"):
        read_listing("data.zip", {**document, "truncated": True})


# --- what is here -------------------------------------------------------------


def test_a_file_is_the_member_if_size_and_crc_are(tmp_path: Path) -> None:
    path = tmp_path / "a"
    member = Member("a", 3, 3, zlib.crc32(b"abc"))

    def is_there() -> bool:
        target = MemberTarget(path, member, "skip")
        list(target.look())
        return target.is_there

    assert not is_there()
    path.write_bytes(b"abc")
    assert is_there()
    for other in (b"abd", b"ab", b"abcd"):
        path.write_bytes(other)
        with pytest.raises(Refused, match="holds other content"):
            is_there()


def test_what_is_checked_has_the_size_and_the_crc() -> None:
    checked = Checked(Member("a", 3, 3, zlib.crc32(b"abc")))
    checked.update(b"ab")
    with pytest.raises(ChecksumMismatch, match="2 bytes in place of 3 bytes"):
        checked.finish()
    checked.update(b"c")
    checked.finish()
