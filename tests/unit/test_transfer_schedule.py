"""What is to be asked for next, and what an answer means."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.download import ranges
from zenodo_sdk.transfer.download.job import Job
from zenodo_sdk.transfer.download.ranges import Piece
from zenodo_sdk.transfer.download.schedule import Download
from zenodo_sdk.transfer.progress import Progress, Reporter
from zenodo_sdk.wire import endpoints

SIZE = 1000


@pytest.fixture
def told() -> list[Progress]:
    return []


@pytest.fixture
def download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[Progress]) -> Download:
    """A file of which nothing came yet."""
    monkeypatch.setattr(ranges, "SMALLEST", 10)
    file = FileData(name="a.bin", size=SIZE, checksum=f"md5:{'0' * 32}")
    call = endpoints.content("1", "a.bin", draft=False)
    made = Download(Job(file, call, tmp_path / "a.bin", "skip"), Reporter(told.append), 2)
    for _ in made.part.open():
        pass
    made.begin()
    return made


def test_what_another_has_in_hand_is_of_no_use_when_all_comes(download: Download) -> None:
    """It would be hashed, and then be written over by what is not."""
    first, second = download.pieces.take(), download.pieces.take()
    assert first is not None
    assert second is not None
    before = download.part.epoch
    assert download.take_whole(first)
    assert not download.take_whole(second), "one is enough"
    assert not download.part.write(before, second.at, [b"stale"])
    assert download.part.write(download.part.epoch, 0, [b"fresh"])
    assert (first.at, first.end, second.left) == (0, SIZE, 0)
    download.close()


def test_what_is_forgotten_does_not_count(
    download: Download, told: list[Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection is sent the whole file right when this one has written its block."""
    first, second = download.pieces.take(), download.pieces.take()
    assert first is not None
    assert second is not None
    really = download.pieces.landed

    def landed(piece: Piece, size: int) -> None:
        really(piece, size)
        assert download.take_whole(first)

    monkeypatch.setattr(download.pieces, "landed", landed)
    download.land(second, download.part.epoch, [b"block"])
    monkeypatch.undo()
    download.land(first, download.part.epoch, [bytes(SIZE)])
    assert told[-1].done == download.part.count == SIZE
    download.close()
