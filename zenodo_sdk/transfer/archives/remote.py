"""A ZIP that lies elsewhere: which bytes of it are wanted, and what they mean.

Nothing here asks a server. ``zipfile`` reads a :class:`SparseFile`, which knows some parts of the
archive and raises :class:`NeedRange` for all others; whoever reads fetches that part and tries
again.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from ...errors import Refused
from ...models._wire import Wire

_TAIL = 1 << 17
"""Bytes that are asked for first: the longest comment, and the directory of a thousand members."""

_DIRECTORY_LIMIT = 1 << 28
"""Bytes of a directory; several million members."""

_LONGEST_HEADER = 30 + 2 * 0xFFFF

_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder in a ZIP.

    Attributes:
        name: Its path in the archive, with ``/``; that of a folder ends in one.
        size: Bytes of its content.
        compressed_size: Bytes that it takes in the archive.
        crc: CRC-32 of its content.
        modified: When it was changed last, by the clock on the wall where the archive was made
            (a ZIP tells no zone); None where that is not told.
    """

    name: str
    size: int
    compressed_size: int
    crc: int
    modified: dt.datetime | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a member lies in an archive.

    Attributes:
        start: Its first byte, of the header before the content.
        end: No byte of it is here or behind.
        method: How it is compressed, by the number that ZIP gives it.
        is_encrypted: Whether it needs a password.
    """

    start: int
    end: int
    method: int
    is_encrypted: bool


class NeedRange(Exception):
    """Bytes are wanted that are not there yet.

    Attributes:
        start: The first one.
        end: The one after the last.
    """

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        super().__init__(f"bytes {start} to {end}")


class SparseFile(io.RawIOBase):
    """A file of which some parts are known.

    Args:
        size: Bytes of the whole.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = 0
        self._parts: dict[int, bytes] = {}

    def put(self, start: int, data: bytes) -> None:
        """Take a part.

        Args:
            start: Where it begins.
            data: Its bytes.
        """
        self._parts[start] = data

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether one can read anywhere: yes."""
        return True

    def tell(self) -> int:
        """Tell where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Say where to read next.

        Args:
            offset: Bytes from there.
            whence: From the beginning, from here, or from the end.
        """
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if at < 0:
            # as a real file does it, which zipfile waits for
            raise OSError(f"{at} is before the beginning")
        self._at = at
        return at

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes, fewer only at the end.

        Args:
            size: Bytes; all that are left if negative.

        Raises:
            NeedRange: Some of them are not known.
        """
        left = max(0, self._size - self._at)
        end = self._at + (left if size is None or size < 0 else min(size, left))
        found: list[bytes] = []
        at = self._at
        while at < end:
            known = self._known(at, end)
            if not known:
                raise self._missing(at, end)
            found.append(known)
            at += len(known)
        self._at = end
        return b"".join(found)

    def _known(self, at: int, end: int) -> bytes:
        for start, data in self._parts.items():
            if start <= at < start + len(data):
                return data[at - start : end - start]
        return b""

    def _missing(self, at: int, end: int) -> NeedRange:
        stop = min([end, *(start for start in self._parts if start > at)])
        if stop - at > _DIRECTORY_LIMIT:
            raise Refused(
                f"the ZIP's list of members takes more than {_DIRECTORY_LIMIT} bytes; download"
                " the whole file"
            )
        # what is asked for first is at the end, and so is the directory that will be asked for
        tail = max(0, self._size - _TAIL)
        return NeedRange(min(at, tail), self._size) if at >= tail else NeedRange(at, stop)


class Directory:
    """The members of an archive, in its own order.

    Args:
        name: The archive's name, for messages.
        file: The archive, as far as it is known.
        size: Bytes of the archive.

    Raises:
        NeedRange: More of it has to be known.
        Refused: It is no ZIP.
    """

    def __init__(self, name: str, file: SparseFile, size: int) -> None:
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                self._infos = archive.infolist()
                end = archive.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise Refused(
                f"'{name}' cannot be read as a ZIP ({error}); download the whole file to look into"
                " it"
            ) from error
        starts = (info.header_offset for info in self._infos)
        self._starts = sorted({end, *(start for start in starts if 0 <= start < end)})
        self.members = [_member(info) for info in self._infos]

    def find(self, member: str | Member) -> tuple[Member, Span] | None:
        """Find a member; of several of one name the last, as all programs do.

        Args:
            member: Its name, or what :attr:`members` holds.
        """
        for info, known in zip(reversed(self._infos), reversed(self.members), strict=True):
            if member in (known, known.name):
                return known, self._span(info)
        return None

    def _span(self, info: zipfile.ZipInfo) -> Span:
        # How long the header is, it tells itself. The next member is surely behind the content,
        # and so is what the longest header makes of it, if there is a hole. Of one that lies
        # outside of the archive nothing is asked for.
        start = info.header_offset
        next_one = next((other for other in self._starts if other > start >= 0), start)
        end = min(next_one, start + _LONGEST_HEADER + info.compress_size)
        return Span(start, end, info.compress_type, bool(info.flag_bits & _ENCRYPTED))


def _member(info: zipfile.ZipInfo) -> Member:
    try:
        modified = dt.datetime(*info.date_time)
    except ValueError:
        modified = None
    return Member(info.filename, info.file_size, info.compress_size, info.CRC, modified)


def read_listing(name: str, document: Mapping[str, JsonValue]) -> Sequence[Member]:
    """Read what the server itself lists of an archive, folders last.

    Args:
        name: The archive's name, for messages.
        document: Its answer.

    Raises:
        Refused: It does not list all.
    """
    wire = Wire(dict(document))
    members = [member for member in wire.each("entries", _listed) if member is not None]
    folders = [member for member in wire.each("directories", _listed_folder) if member is not None]
    if wire.flag("truncated"):
        raise Refused(
            f"'{name}' has more members than the server lists ({len(members) + len(folders)});"
            " download the whole file"
        )
    return [*members, *folders]


def _listed(value: JsonValue) -> Member | None:
    wire = Wire(value)
    name, size, crc = wire.text("key"), wire.integer("size"), wire.integer("crc")
    if name is None or size is None or crc is None:
        return None
    return Member(name, size, wire.integer("compressed_size") or 0, crc)


def _listed_folder(value: JsonValue) -> Member | None:
    name = Wire(value).text("key")
    return None if name is None else Member(f"{name}/", 0, 0, 0)
