"""Part files, and the disk that they lie on: slow, failing, and told when to write."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import pytest

from tests.support.parts import BIG, HALF, MD5, Parts, file_of, fill, finish
from zenodo_sdk.transfer.download import claim, part
from zenodo_sdk.transfer.download.part import Part
from zenodo_sdk.transfer.download.ranges import Span
from zenodo_sdk.transfer.download.writing import write_at
from zenodo_sdk.transfer.overwrite import Target


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


def test_sign_of_life_while_all_is_hashed(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes any more, and a machine that cannot ask would take the owner for gone."""
    made = parts()
    fill(made, 0, HALF)
    made.close(keep=True)
    monkeypatch.setattr(part, "HEARTBEAT", 0.01)
    noted = threading.Event()
    again = Part(Target(parts.target, file_of(BIG), "skip"), file_of(BIG))
    parts.made.append(again)
    monkeypatch.setattr(again, "_note", noted.set)
    for _ in again.open():
        noted.clear()
    noted.clear()
    assert noted.wait(10)


class Slow:
    """A disk that hangs in the next write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        monkeypatch.setattr("zenodo_sdk.transfer.download.part.write_at", self)

    def __call__(self, file: IO[bytes], at: int, blocks: Sequence[bytes]) -> int:
        if threading.current_thread().name == "hangs":
            self.reached.set()
            assert self.go.wait(10)
        return write_at(file, at, blocks)


@pytest.mark.parametrize("keep", [True, False])
def test_who_hangs_in_a_write_has_the_file(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    """After Ctrl-C nobody waits for it; and nobody is given what it writes into."""
    made = parts()
    fill(made, 0, 1000)
    slow = Slow(monkeypatch)
    writer = threading.Thread(target=fill, args=(made, 1000, 2000), name="hangs")
    writer.start()
    assert slow.reached.wait(10)
    made.close(keep=keep)
    assert parts.names() == [made.path.name]
    other = parts()
    assert other.have == []
    assert other.path != made.path
    other.close(keep=True)
    slow.go.set()
    writer.join()
    assert made._file.closed
    assert parts.names() == ([f".a.bin.{MD5[:16]}.part"] if keep else [])
    assert parts().have == ([Span(0, 2000)] if keep else [])


def test_disk_that_fails_at_the_very_end(parts: Parts) -> None:
    """Over NFS a quota may show when a file is closed: still the next one can have it."""

    class Closing:
        closed = False

        def __init__(self, file: IO[bytes]) -> None:
            self.fileno = file.fileno
            self._file = file

        def close(self) -> None:
            self._file.close()
            raise OSError(122, "quota")

    made = parts()
    fill(made, 0, 1000)
    made._file = cast("IO[bytes]", Closing(made._file))
    made.close(keep=True)
    assert parts().have == [Span(0, 1000)]


def test_nothing_is_open_when_it_gets_its_name(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows gives no other name to what is open."""
    made = parts()
    fill(made, 0, HALF)
    fill(made, HALF, len(BIG))
    really = Target.place

    def place(self: Target, path: Path) -> Iterator[object]:
        assert made._keeper is not None
        assert not made._keeper.is_alive()
        return really(self, path)

    monkeypatch.setattr(Target, "place", place)
    finish(made)
    assert parts.target.read_bytes() == BIG


def test_system_without_another_thread(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    made = parts()

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            fill(made, 0, len(BIG))
    made.close(keep=True)
    assert parts.names() == [f".a.bin.{MD5[:16]}.part"]
