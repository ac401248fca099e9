"""A member's bytes as they stand in the ZIP, kept so that the next call goes on with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from types import TracebackType

from ...errors import ChecksumMismatch
from ...models.file import FileData
from ..download.leftovers import clear_before
from ..download.part import Part
from ..overwrite import Target
from ..upload.source import BLOCK
from .remote import Span

WORTH = 4 << 20
"""Bytes from which on they are kept; fewer are fetched again as soon."""


class KeptBytes:
    """What came of a member, in a part file beside its target; a context manager.

    They are bytes of one place in one ZIP, whose MD5 the server tells: that is what they are
    known by. Their own MD5 nobody tells, so they prove nothing before what they unpack to has the
    right CRC-32. Where the server does not tell the ZIP's MD5 nothing is kept, nor of a small
    member.

    Args:
        target: Where the member shall be.
        archive: The ZIP.
        span: Where in it the member lies; None where the server unpacks it.
    """

    def __init__(self, target: Target, archive: FileData, span: Span | None) -> None:
        self._part: Part | None = None
        self._target = target
        size = 0 if span is None else span.end - span.start
        if span is not None and archive.md5 is not None and size >= WORTH:
            place = f"{archive.md5} {span.start} {span.end}"
            self._key = hashlib.md5(place.encode(), usedforsecurity=False).hexdigest()
            file = FileData(name=target.path.name, size=size, checksum=f"md5:{self._key}")
            self._part = Part(Target(target.path, file, "replace"), file)

    @property
    def missing(self) -> int:
        """How many bytes the part file will still take."""
        return self._part.missing if self._part is not None else 0

    @property
    def is_continued(self) -> bool:
        """Whether bytes of an earlier call are in it."""
        return self._part is not None and self._part.is_continued

    def open(self) -> Iterator[object]:
        """Find what an earlier call left, or begin.

        Raises:
            Refused: The folder cannot be written.
        """
        if self._part is not None:
            clear_before([(self._target.path, self._key)])
            yield from self._part.open()

    def blocks(self) -> Iterator[bytes]:
        """Read what is there, from the start and without a gap."""
        if self._part is None or not self._part.front:
            return
        left = self._part.front
        with self._part.path.open("rb") as file:
            while left and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block

    def write(self, at: int, blocks: Sequence[bytes]) -> None:
        """Keep what came.

        Args:
            at: Where it begins, from the start of the member's bytes.
            blocks: The bytes.

        Raises:
            NotEnoughSpace: The disk is full.
        """
        if self._part is not None:
            self._part.write(self._part.epoch, at, blocks)

    def forget(self) -> None:
        """Begin anew, for what is there is wrong."""
        if self._part is not None:
            self._part.restart()

    def __enter__(self) -> KeptBytes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._part is not None:
            self._part.close(keep=kind is not None and not issubclass(kind, ChecksumMismatch))
