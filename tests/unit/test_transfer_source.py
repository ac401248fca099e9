"""What is no content, and what changes while it is looked at: of either client."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk import Refused, SourceChanged
from zenodo_sdk.transfer.upload.source import BLOCK, Source


class Stream:
    """As asyncio's and anyio's streams are."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration

    async def read(self, size: int) -> bytes:
        raise AssertionError


@pytest.mark.parametrize("size", [None, 3])
def test_what_is_read_with_await(size: int | None) -> None:
    content: Any = Stream()
    with pytest.raises(Refused, match="Stream is read with await, which is not possible here"):
        Source(content, "a.bin", size)


class Dribble(io.BytesIO):
    """A pipe that gives little at a time."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 3_000))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk at hand")
def test_no_room_for_a_copy_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    full = partial(Path("/dev/full").open, "wb")
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda _: full())
    told = r"temporary file.*No space left.*size=.*TMPDIR"
    # what could not be written is still in the file's buffer when that is closed
    with pytest.raises(Refused, match=told), Source(Dribble(bytes(BLOCK)), "a.bin") as source:
        source.open()


class Log(io.FileIO):
    """A file to which somebody adds a line right after it was measured."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        found = super().seek(offset, whence)
        if whence == os.SEEK_END:
            with Path(self.name).open("ab") as file:
                file.write(b"one more\n")
        return found


def test_what_grows_while_it_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"a line\n")
    with Log(str(path)) as log, Source(log) as source:
        source.open()
        with pytest.raises(SourceChanged, match="had 7 bytes and has 16"):
            list(source.blocks())
    assert source.md5 is None
