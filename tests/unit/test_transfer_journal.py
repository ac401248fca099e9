"""What part files say of themselves, and how much of it is believed."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.transfer.download.journal import Journal, read_journal
from zenodo_sdk.transfer.download.ranges import Span

BIG = bytes(range(256)) * 1000
MD5 = hashlib.md5(BIG).hexdigest()


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
