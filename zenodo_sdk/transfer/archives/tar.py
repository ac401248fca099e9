"""TAR archives that are the same bytes wherever and whenever they are made."""

from __future__ import annotations

import tarfile
from collections.abc import Generator, Iterable, Sequence

from .member import ArchiveMember


def size(members: Iterable[ArchiveMember], when: int) -> int:
    """Tell how long the archive will be, in bytes.

    Args:
        members: What it will hold, in order.
        when: Time of all members, in seconds since the epoch.
    """
    total = 0
    for member in members:
        total += len(_header(member, when)) + member.size + _padding(member.size, tarfile.BLOCKSIZE)
    return total + len(_end(total))


def blocks(members: Sequence[ArchiveMember], when: int) -> Generator[bytes, None, None]:
    """Make the archive, piece by piece.

    Args:
        members: What it holds, in order.
        when: Time of all members, in seconds since the epoch.

    Raises:
        SourceChanged: A file is not what it was when the members were collected.
        Refused: A file cannot be read.
    """
    total = 0
    for member in members:
        header = _header(member, when)
        yield header
        yield from member.blocks()
        padding = bytes(_padding(member.size, tarfile.BLOCKSIZE))
        yield padding
        total += len(header) + member.size + len(padding)
    yield _end(total)


def _header(member: ArchiveMember, when: int) -> bytes:
    info = tarfile.TarInfo(member.name)
    info.type = tarfile.REGTYPE if member.path is not None else tarfile.DIRTYPE
    info.size, info.mode, info.mtime = member.size, member.mode, when
    # POSIX's own form: long names, any letter, more than 8 GiB
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _end(total: int) -> bytes:
    """Two empty blocks, and as many more as fill a record, as tar does."""
    end = 2 * tarfile.BLOCKSIZE
    return bytes(end + _padding(total + end, tarfile.RECORDSIZE))


def _padding(size: int, block: int) -> int:
    return -size % block
