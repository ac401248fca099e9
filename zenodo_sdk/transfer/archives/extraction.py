"""A member of a ZIP, out of its bytes on their way."""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ...errors import ChecksumMismatch, Refused
from ...models.file import FileData
from ..overwrite import Overwrite, Target
from ..upload.source import BLOCK
from .remote import Member, Span

_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\3\4"


class Checked:
    """The size and CRC-32 of a content on its way.

    Args:
        member: What they should be.
    """

    def __init__(self, member: Member) -> None:
        self._member = member
        self._crc = 0
        self.size = 0
        """Bytes so far."""

    def update(self, block: bytes) -> None:
        """Take the next block.

        Raises:
            ChecksumMismatch: There is more than there should be.
        """
        self._crc = zlib.crc32(block, self._crc)
        self.size += len(block)
        if self.size > self._member.size:
            raise self._mismatch(f"{self._member.size} bytes", "more")

    def finish(self) -> None:
        """Compare, after the last block.

        Raises:
            ChecksumMismatch: It is not what it should be.
        """
        if self.size != self._member.size:
            raise self._mismatch(f"{self._member.size} bytes", f"{self.size} bytes")
        if self._crc != self._member.crc:
            raise self._mismatch(f"CRC-32 {self._member.crc:08x}", f"{self._crc:08x}")

    def broken(self, error: Exception) -> ChecksumMismatch:
        """The error for what cannot be unpacked."""
        return self._mismatch("content that can be unpacked", str(error))

    def _mismatch(self, expected: str, actual: str) -> ChecksumMismatch:
        name = self._member.name
        return ChecksumMismatch(
            f"'{name}' came with {actual} in place of {expected}; nothing was kept. Download it"
            " again; if that fails, the ZIP itself may be damaged: download it whole.",
            name=name,
            expected=expected,
            actual=actual,
        )


class MemberTarget(Target):
    """Where a member shall be; what is there is the same if it has its size and CRC-32.

    Args:
        path: The path of the file to be.
        member: The member.
        overwrite: What to do with what is there.
    """

    def __init__(self, path: Path, member: Member, overwrite: Overwrite) -> None:
        known = FileData.model_construct(name=member.name, size=member.size)
        super().__init__(path, known, overwrite)
        self._member = member

    def _compare(self) -> Iterator[object]:
        if not self.path.is_file() or self.path.stat().st_size != self._member.size:
            return
        checked = Checked(self._member)
        try:
            with self.path.open("rb") as file:
                while block := file.read(BLOCK):
                    checked.update(block)
                    yield None
            checked.finish()
        except ChecksumMismatch:
            return
        self.is_there = True


class Extraction:
    """Unpacks a member, piece by piece.

    Args:
        member: The member.
        span: Where it lies.

    Raises:
        Refused: It is encrypted, or compressed in a way that Python does not know.
    """

    def __init__(self, member: Member, span: Span) -> None:
        if span.is_encrypted:
            raise Refused(
                f"'{member.name}' is encrypted; download the whole ZIP and unpack it with its"
                " password"
            )
        self._unpacker = _unpacker(member, span.method)
        self._header = b""
        self._left: int | None = None
        self._packed_size = member.compressed_size
        self.checked = Checked(member)
        self.at = span.start
        """The next byte of the archive that is wanted."""

    @property
    def is_complete(self) -> bool:
        """Whether all of the member's bytes came."""
        return self._left == 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes of the archive, and give the content as far as it is known.

        Args:
            data: What stands at :attr:`at` and behind it.

        Raises:
            ChecksumMismatch: This is not the member.
        """
        self.at += len(data)
        if self._left is None:
            self._header += data
            data = self._after_header()
        if self._left is None:
            return
        data = data[: self._left]
        self._left -= len(data)
        try:
            for block in self._unpacker.blocks(data):
                self.checked.update(block)
                yield block
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise self.checked.broken(error) from error

    def _after_header(self) -> bytes:
        """What of the bytes is content; the header is not long, but its length only it knows."""
        if len(self._header) < _HEADER.size:
            return b""
        signature, name, extra = _HEADER.unpack_from(self._header)
        if signature != _SIGNATURE:
            raise self.checked.broken(ValueError("no header where the archive says it is"))
        length = _HEADER.size + name + extra
        if len(self._header) < length:
            return b""
        self._left = self._packed_size
        content, self._header = self._header[length:], b""
        return content


class _Unpacker(Protocol):
    def blocks(self, data: bytes) -> Iterator[bytes]: ...


class _Stored:
    def blocks(self, data: bytes) -> Iterator[bytes]:
        if data:
            yield data


class _Deflated:
    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)

    def blocks(self, data: bytes) -> Iterator[bytes]:
        # a little may become a thousand times as much, and be due when all of it was taken
        block = bytes(BLOCK)
        while (data or len(block) == BLOCK) and not self._unpacker.eof:
            block = self._unpacker.decompress(data, BLOCK)
            data = self._unpacker.unconsumed_tail
            if block:
                yield block


class _Other:
    def __init__(self, unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._unpacker = unpacker

    def blocks(self, data: bytes) -> Iterator[bytes]:
        while not self._unpacker.eof and (data or not self._unpacker.needs_input):
            if block := self._unpacker.decompress(data, BLOCK):
                yield block
            data = b""


def _unpacker(member: Member, method: int) -> _Unpacker:
    if method == zipfile.ZIP_STORED:
        return _Stored()
    if method == zipfile.ZIP_DEFLATED:
        return _Deflated()
    if method == zipfile.ZIP_BZIP2:
        return _Other(bz2.BZ2Decompressor())
    raise Refused(
        f"'{member.name}' is compressed by method {method}, which is rare; download the whole ZIP"
        " and unpack it with a program that knows it"
    )
