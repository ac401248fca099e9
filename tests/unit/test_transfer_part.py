"""Part files: written in any order, continued from, and placed under their name when whole."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.parts import BIG, HALF, MD5, Parts, fill, finish
from zenodo_sdk.errors import ChecksumMismatch, NotEnoughSpace, Refused
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.download import claim
from zenodo_sdk.transfer.download.ranges import Span

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
    assert made.missing == len(BIG) - 2000
    again = parts()
    assert again.is_continued
    assert again.have == [Span(0, 1000), Span(HALF, HALF + 1000)]
    assert made.missing == len(BIG), "a second one at the same time begins anew"
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
