"""ZIP archives that are the same bytes wherever and whenever they are made."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from collections.abc import Generator, Iterable, Sequence
from typing import IO, Any, cast

from .member import ArchiveMember

_LIMIT = 0x7FFF_FFFF
"""Sizes and offsets above it are written in the wide form (ZIP64)."""

_COUNT_LIMIT = 0xFFFF

# of the format: fixed parts of its records, in bytes
_HEADER, _DIRECTORY_ENTRY, _END, _WIDE_END = 30, 46, 22, 76
_DESCRIPTOR, _WIDE_DESCRIPTOR, _WIDE_HEADER = 16, 24, 20


def stored_size(members: Iterable[ArchiveMember]) -> int:
    """Tell how long :func:`stored` will be, in bytes.

    Args:
        members: What it will hold, in order.
    """
    at = directory = count = 0
    for member in members:
        name = len(_name(member).encode())
        is_wide = member.size > _LIMIT
        wide = 16 * is_wide + 8 * (at > _LIMIT)
        directory += _DIRECTORY_ENTRY + name + (4 + wide if wide else 0)
        at += _HEADER + name
        if member.path is not None:
            at += _WIDE_HEADER + _WIDE_DESCRIPTOR if is_wide else _DESCRIPTOR
            at += member.size
        count += 1
    is_wide = count > _COUNT_LIMIT or at > _LIMIT or directory > _LIMIT
    return at + directory + _END + _WIDE_END * is_wide


def stored(members: Sequence[ArchiveMember], when: int) -> Generator[bytes, None, None]:
    """Make the archive without compression, piece by piece.

    Args:
        members: What it holds, in order.
        when: Time of all members, in seconds since the epoch.

    Raises:
        SourceChanged: A file is not what it was when the members were collected.
        Refused: A file cannot be read.
    """
    outlet = _Outlet()
    for _ in write(members, cast("IO[bytes]", outlet), when, deflate=False):
        yield outlet.take()
    yield outlet.take()


def write(
    members: Sequence[ArchiveMember], target: IO[bytes], when: int, *, deflate: bool
) -> Generator[bytes, None, None]:
    """Write the archive.

    Args:
        members: What it holds, in order.
        target: Where to.
        when: Time of all members, in seconds since the epoch.
        deflate: Whether to compress.

    Yields:
        Each block of a file, when it is written.
    """
    # the zone would be that of this machine in localtime(); the format knows years from 1980 only
    then = max(time.gmtime(when)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(target, "w") as archive:
        for member in members:
            info = zipfile.ZipInfo(_name(member), then)
            info.create_system = 3  # Unix, on Windows too
            if member.path is None:
                info.external_attr = (stat.S_IFDIR | member.mode) << 16 | 0x10
                info.CRC = 0
                archive.mkdir(info)
                continue
            info.external_attr = (stat.S_IFREG | member.mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
            # what is compressed may come out a little longer
            is_wide = member.size * (1.05 if deflate else 1) > _LIMIT
            with archive.open(info, "w", force_zip64=is_wide) as packed:
                for block in member.blocks():
                    packed.write(block)
                    yield block


def _name(member: ArchiveMember) -> str:
    return member.name if member.path is not None else f"{member.name}/"


class _Outlet(io.RawIOBase):
    """Where the archive is written to, and taken from piece by piece; it cannot be rewound."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
