"""Part files: written in any order, continued from, and placed under their name when whole."""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.errors import ChecksumMismatch, NotEnoughSpace, Refused
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.download import claim, part
from zenodo_sdk.transfer.download.journal import Journal, read_journal
from zenodo_sdk.transfer.download.part import Part
from zenodo_sdk.transfer.download.ranges import Span
from zenodo_sdk.transfer.overwrite import Overwrite, Target

BIG = bytes(range(256)) * 12_000
MD5 = hashlib.md5(BIG).hexdigest()
HALF = len(BIG) // 2


def file_of(content: bytes, name: str = "a.bin") -> FileData:
    checksum = f"md5:{hashlib.md5(content).hexdigest()}"
    return FileData(name=name, size=len(content), checksum=checksum)


class Parts:
    """Makes part files of one target, and leaves none open."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "a.bin"
        self.made: list[Part] = []

    def __call__(
        self, file: FileData | None = None, overwrite: Overwrite = "skip", content: bytes = BIG
    ) -> Part:
        file = file or file_of(content)
        made = Part(Target(self.target, file, overwrite), file)
        self.made.append(made)
        for _ in made.open():
            pass
        return made

    def names(self) -> list[str]:
        return sorted(path.name for path in self.target.parent.iterdir())


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    parts = Parts(tmp_path)
    before = set(claim._held)
    yield parts
    for made in parts.made:
        made.close(keep=False)
    assert claim._held == before, "what is left is held no more"
    assert not [one for one in threading.enumerate() if one.name == "zenodo-sdk-md5"]


def finish(made: Part) -> None:
    for work in (made.verify(), made.place()):
        for _ in work:
            pass


def fill(made: Part, start: int, end: int, content: bytes = BIG) -> None:
    step = 100_000
    blocks = [content[at : min(at + step, end)] for at in range(start, end, step)]
    assert made.write(made.epoch, start, blocks)


# --- writing ----------------------------------------------------------------------------------


def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pwritev", raising=False)


def no_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    no_vectors(monkeypatch)
    monkeypatch.delattr(os, "pwrite", raising=False)


def little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(os, "pwritev"):
        really = os.pwrite
        monkeypatch.setattr(os, "pwritev", lambda fd, blocks, at: really(fd, blocks[0][:7], at))
        monkeypatch.setattr(os, "pwrite", lambda fd, block, at: really(fd, block[:9999], at))


@pytest.mark.parametrize("system", [None, no_vectors, no_positions, little_at_a_time])
def test_any_order(parts: Parts, monkeypatch: pytest.MonkeyPatch, system: Any) -> None:
    if system is not None:
        system(monkeypatch)
    made = parts()
    fill(made, HALF, len(BIG))
    assert (made.front, made.count) == (0, HALF)
    fill(made, 10, HALF)
    assert (made.front, made.count) == (0, len(BIG) - 10)
    fill(made, 0, 10)
    assert made.have == [Span(0, len(BIG))]
    assert not parts.target.exists(), "nothing has the name before it is verified"
    finish(made)
    assert parts.target.read_bytes() == BIG
    assert parts.names() == ["a.bin"]


def test_more_blocks_than_a_system_call_takes(parts: Parts) -> None:
    made = parts()
    assert made.write(0, 0, [BIG[at : at + 100] for at in range(0, len(BIG), 100)])
    finish(made)
    assert parts.target.read_bytes() == BIG


@pytest.mark.parametrize("size", [0, 1, 1 << 18, (1 << 18) + 1])
def test_sizes(parts: Parts, size: int) -> None:
    made = parts(content=BIG[:size])
    if size:
        fill(made, 0, size)
    finish(made)
    assert parts.target.read_bytes() == BIG[:size]


def test_many_threads(parts: Parts) -> None:
    made = parts()
    step = len(BIG) // 16

    def write(number: int) -> None:
        fill(made, number * step, (number + 1) * step)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finish(made)
    assert parts.target.read_bytes() == BIG


def test_wrong_bytes(parts: Parts) -> None:
    made = parts()
    fill(made, 0, HALF)
    with pytest.raises(ChecksumMismatch, match=f"{HALF} bytes in place of {len(BIG)}"):
        finish(made)
    fill(made, HALF, len(BIG), BIG[:HALF] + bytes(HALF))
    with pytest.raises(ChecksumMismatch, match="MD5"):
        finish(made)
    before = made.epoch
    made.restart()
    assert (made.count, made.front) == (0, 0)
    assert not made.write(before, 0, [b"late"]), "what was asked for before is not wanted"
    fill(made, 0, len(BIG))
    finish(made)
    assert parts.target.read_bytes() == BIG


def test_late_writes_do_nothing(parts: Parts) -> None:
    made = parts()
    fill(made, 0, HALF)
    made.close(keep=True)
    (left,) = parts.names()
    content = (parts.target.parent / left).read_bytes()
    assert not made.write(made.epoch, 0, [b"late"])
    assert (parts.target.parent / left).read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "pwritev"), reason="patches how it is written here")
@pytest.mark.parametrize(("number", "error"), [(28, NotEnoughSpace), (5, Refused)])
def test_disk_that_fails(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Refused]
) -> None:
    made = parts()
    fill(made, 0, HALF)

    really = os.pwritev

    def fail(handle: int, blocks: Any, at: int) -> int:
        if at < len(BIG):
            raise OSError(number, "the system's words")
        # the journal has its place since the beginning
        return really(handle, blocks, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwritev", fail)
        with pytest.raises(error) as caught:
            fill(made, HALF, len(BIG))
        made.close(keep=True)
    if isinstance(caught.value, NotEnoughSpace):
        assert caught.value.needed == HALF
    again = parts()
    assert again.have == [Span(0, HALF)]
    fill(again, HALF, len(BIG))
    finish(again)


def test_file_that_is_taken_away_meanwhile(parts: Parts) -> None:
    made = parts()
    fill(made, 0, len(BIG))
    made.path.unlink()
    with pytest.raises(Refused, match="was removed while it was written; download it again"):
        finish(made)
    again = parts()
    fill(again, 0, len(BIG))
    again.path.unlink()
    parts.target.write_bytes(BIG)
    finish(again)  # another process was faster, and what it placed is right


# --- continuing -------------------------------------------------------------------------------


def test_next_one_continues(parts: Parts) -> None:
    made = parts()
    assert not made.is_continued
    fill(made, 0, 1000)
    fill(made, HALF, HALF + 1000)
    made.close(keep=True)
    assert parts.names() == [f".a.bin.{MD5[:16]}.part"]
    assert made._target.path == parts.target
    again = parts()
    assert again.is_continued
    assert again.have == [Span(0, 1000), Span(HALF, HALF + 1000)]
    assert again.missing == len(BIG) - 2000
    fill(again, 1000, HALF)
    fill(again, HALF + 1000, len(BIG))
    finish(again)
    assert parts.target.read_bytes() == BIG
    assert parts.names() == ["a.bin"]


def test_nothing_is_kept_of_nothing(parts: Parts) -> None:
    parts().close(keep=True)
    assert parts.names() == []
    made = parts()
    fill(made, 0, HALF)
    made.close(keep=False)
    assert parts.names() == []


@pytest.mark.parametrize(
    "file",
    [
        FileData(name="a.bin", size=len(BIG)),
        FileData(name="a.bin", checksum=f"md5:{MD5}"),
        FileData(name="a.bin", size=len(BIG), checksum="sha1:abc"),
    ],
)
def test_what_proves_nothing_is_not_continued(parts: Parts, file: FileData) -> None:
    made = parts(file)
    fill(made, 0, len(BIG))
    made.close(keep=True)
    assert parts.names() == []
    again = parts(file)
    assert again.have == []
    fill(again, 0, len(BIG))
    finish(again)
    assert parts.target.read_bytes() == BIG


def test_other_content_is_another_file(parts: Parts) -> None:
    made = parts()
    fill(made, 0, HALF)
    made.close(keep=True)
    changed = parts(content=BIG[::-1])
    assert changed.have == []
    longer = FileData(name="a.bin", size=len(BIG) + 1, checksum=f"md5:{MD5}")
    assert parts(longer).have == []


def test_after_the_last_byte(parts: Parts) -> None:
    """A kill between the end of the journal and the name costs nothing."""
    idle = claim.Claims(parts.target, MD5).idle
    idle.write_bytes(BIG)
    made = parts()
    assert made.have == [Span(0, len(BIG))]
    finish(made)
    assert parts.target.read_bytes() == BIG


def test_finished_file_is_never_written_to(parts: Parts) -> None:
    """A kill right between getting the name and losing the other one."""
    parts.target.write_bytes(BIG)
    os.link(parts.target, claim.Claims(parts.target, MD5).idle)
    made = parts()
    assert made.have == []
    fill(made, 0, HALF, bytes(len(BIG)))
    assert parts.target.read_bytes() == BIG


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_links_are_not_followed(parts: Parts, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    claim.Claims(parts.target, MD5).idle.symlink_to(mine)
    made = parts()
    fill(made, 0, HALF)
    assert mine.read_bytes() == b"mine"


# --- the journal ------------------------------------------------------------------------------


def checked(content: bytes) -> bytes:
    return f"{zlib.crc32(content):08x} ".encode() + content + b"\n"


def written(journal: Journal, path: Path) -> Path:
    path.write_bytes(BIG + journal.encoded())
    return path


def test_what_is_believed(tmp_path: Path) -> None:
    journal = Journal(len(BIG), MD5, "boot", (Span(0, 70), Span(90, 95)), (Span(0, 30),))
    path = written(journal, tmp_path / "part")

    def read(boot: str, size: int = len(BIG), md5: str = MD5) -> tuple[Span, ...] | None:
        found = read_journal(path, size, md5, boot)
        return None if found is None else found.have

    assert read("boot") == journal.have
    assert read("another") == journal.synced, "what a machine that went down had in its memory"
    assert read("") == journal.synced
    assert read("boot", md5="0" * 32) is None
    assert read("boot", size=len(BIG) - 1) is None
    path.unlink()
    assert read("boot") is None


@pytest.mark.parametrize(
    "break_it",
    [
        lambda line: line[:-1],
        lambda line: line[:20],
        lambda line: b"",
        lambda line: b"\0" * len(line),
        lambda line: line.replace(b"70", b"80"),
        lambda line: b"?" + line,
        lambda line: b"00000000 []\n",
        lambda line: checked(b'[1e400, "", "", [], []]'),
        lambda line: checked(b"[" * 100_000),
    ],
)
def test_broken_journal_is_none(tmp_path: Path, break_it: Any) -> None:
    line = Journal(len(BIG), MD5, "boot", (Span(0, 70),)).encoded()
    path = tmp_path / "part"
    path.write_bytes(BIG + line)
    assert read_journal(path, len(BIG), MD5, "boot") is not None
    path.write_bytes(BIG + b"." + break_it(line))
    assert read_journal(path, len(BIG), MD5, "boot") is None


@pytest.mark.parametrize(
    "have", [(Span(5, 5),), (Span(-1, 5),), (Span(0, len(BIG) + 1),), (Span(7, 5),)]
)
def test_impossible_journal_is_none(tmp_path: Path, have: tuple[Span, ...]) -> None:
    journal = Journal(len(BIG), MD5, "boot", have)
    assert Journal.decoded(journal.encoded()) is None
    assert read_journal(written(journal, tmp_path / "p"), len(BIG), MD5, "boot") is None


def test_disk_is_told_to_write(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a thread of its own; and only then a machine that goes down loses nothing."""
    monkeypatch.setattr(part, "_SYNC", 1000)
    threads: set[str] = set()
    synced, go = threading.Event(), threading.Event()
    really = os.fsync

    def sync(handle: int) -> None:
        threads.add(threading.current_thread().name)
        really(handle)
        synced.set()
        assert go.wait(10)

    monkeypatch.setattr(os, "fdatasync", sync, raising=False)
    made = parts()
    fill(made, 0, HALF)
    assert synced.wait(10)
    fill(made, HALF, HALF + 5000)
    go.set()
    keeper = made._keeper
    made.close(keep=True)
    assert keeper is not None
    keeper.join(10)
    assert threads == {"zenodo-sdk-part"}
    monkeypatch.setattr(claim, "boot", lambda: "the next start")
    again = parts()
    assert again.have in ([], [Span(0, HALF)], [Span(0, HALF + 5000)])


def test_sign_of_life(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that stands is seen to be there."""
    monkeypatch.setattr(part, "HEARTBEAT", 0.01)
    noted = threading.Event()
    made = parts()
    fill(made, 0, HALF)
    os.utime(made.path, (1, 1))
    monkeypatch.setattr(made, "_note", noted.set)
    assert noted.wait(10)


def test_system_that_does_not_tell_its_start(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "boot", lambda: "")
    made = parts()
    fill(made, 0, HALF)
    made.close(keep=True)
    assert parts().have == [Span(0, HALF)], "then the disk was told to write at the end"
