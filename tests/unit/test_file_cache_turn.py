"""Whose turn it is to bring a file into the cache."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zenodo_sdk.transfer.cache.turn import Turn
from zenodo_sdk.transfer.download.claim import QUIET, Claims, Owner


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


def test_one_that_is_gone_and_cannot_be_ended(
    claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that this account cannot write to: the download tells, and nobody waits."""
    gone = Owner(Owner.new().machine, 2**22 + 7, "01234567")
    (claims.folder / "a.turn").write_text(str(gone))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    waiting = turn(claims)
    assert waiting.take()
    waiting.release()
    assert (claims.folder / "a.turn").exists()


def test_one_of_another_account(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its owner alone may read is ended when nothing moves for long."""
    (claims.folder / "a.turn").write_text("")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    waiting = turn(claims)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        for seconds in (0, QUIET, 1):
            assert not waiting.take(seconds)
    assert waiting.take(), "nothing moved for long"
    waiting.release()


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
