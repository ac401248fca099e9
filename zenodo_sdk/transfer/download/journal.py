"""What a part file says of itself: which of its bytes are there.

The journal is one line of JSON behind the content, at the offset where the whole file will end.
So there is no second file that could be lost or left behind, and a rename takes both along.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .ranges import Span, merged

_LONGEST = 1 << 20
"""Bytes; what is longer is no journal."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Which bytes of a part file are there.

    Attributes:
        size: Bytes of the whole file.
        md5: Its MD5, in hexadecimal.
        boot: The start of the machine that wrote them; "" where it cannot be told.
        have: What was written: there, as long as that machine runs.
        synced: What is on the disk, whatever happens to the machine.
    """

    size: int
    md5: str
    boot: str
    have: tuple[Span, ...] = ()
    synced: tuple[Span, ...] = ()

    def encoded(self) -> bytes:
        """The journal as it is written."""
        content = json.dumps([self.size, self.md5, self.boot, self.have, self.synced])
        return f"{zlib.crc32(content.encode()):08x} {content}\n".encode()

    @classmethod
    def decoded(cls, text: bytes) -> Journal | None:
        """Read what is behind a content; None where it is no whole journal."""
        line, end, _ = text.partition(b"\n")
        check, _, content = line.partition(b" ")
        try:
            if not end or int(check, 16) != zlib.crc32(content):
                return None
            size, md5, boot, have, synced = json.loads(content)
            journal = cls(int(size), str(md5), str(boot), _spans(have), _spans(synced))
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        sane = all(
            0 <= start < end <= journal.size for start, end in (*journal.have, *journal.synced)
        )
        return journal if sane else None


def _spans(value: Any) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in value)


def read_journal(path: Path, size: int, md5: str, boot: str) -> Journal | None:
    """Read what is there of a part file, as this start of the machine may believe it.

    Args:
        path: The part file.
        size: Bytes of the file that it is to become.
        md5: Its MD5.
        boot: What this start of the machine is called.

    Returns:
        What may be believed is in ``have``; None where nothing may.
    """
    try:
        with path.open("rb") as file:
            length = file.seek(0, 2)
            if length == size:
                # the journal goes last of all, when every byte is there; the MD5 will tell
                return Journal(size, md5, boot, have=(Span(0, size),))
            file.seek(size)
            journal = Journal.decoded(file.read(_LONGEST))
    except OSError:
        return None
    if journal is None or (journal.size, journal.md5) != (size, md5):
        return None
    same = boot and boot == journal.boot
    have = journal.have if same else journal.synced
    return Journal(size, md5, boot, tuple(merged(have)), journal.synced)
