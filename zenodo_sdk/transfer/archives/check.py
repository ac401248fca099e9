"""Whether a ZIP of files holds what the server says of each of them."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import ChecksumMismatch
from ...models.file import FileData
from ..overwrite import Overwrite, Target
from ..upload.source import BLOCK

_END = b"PK\5\6"
_END_SIZE = 22
_LONGEST_END = _END_SIZE + 0xFFFF


class ArchiveTarget(Target):
    """Where a ZIP of files shall be; what is there is the same if it holds the same files.

    Args:
        path: The ZIP's path.
        files: What it shall hold.
        overwrite: What to do with what is there.
    """

    def __init__(self, path: Path, files: Sequence[FileData], overwrite: Overwrite) -> None:
        super().__init__(path, FileData.model_construct(name=path.name), overwrite)
        self._files = files

    def _compare(self) -> Iterator[object]:
        try:
            yield from check(self.path, self.path.name, self._files)
        except ChecksumMismatch:
            return
        self.is_there = True


def check(path: Path, name: str, files: Sequence[FileData]) -> Iterator[None]:
    """Read a ZIP of files and compare each with what the server says of it, step by step.

    Args:
        path: The ZIP.
        name: Its name, for messages.
        files: What it should hold, and nothing else.

    Raises:
        ChecksumMismatch: It holds something else, or cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _compare_ends(path, name, archive)
            _compare_names(name, infos, files)
            known = {info.filename: info for info in infos}
            for file in files:
                yield from _compare(archive, known[_stored_name(file)], name, file)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _mismatch(name, "a ZIP that can be read", str(error)) from error


def _compare_ends(path: Path, name: str, archive: zipfile.ZipFile) -> None:
    """See that the file has nothing before and behind the ZIP, which zipfile takes for granted."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST_END))
        end = file.read()
    length = _END_SIZE + len(archive.comment)
    if end[-length:][:4] != _END or int.from_bytes(end[-length:][20:22], "little") != length - 22:
        raise _mismatch(name, "a ZIP", "with bytes behind its end")
    if min((info.header_offset for info in archive.infolist()), default=0):
        raise _mismatch(name, "a ZIP", "with bytes before its beginning")


def _compare_names(name: str, infos: Sequence[zipfile.ZipInfo], files: Sequence[FileData]) -> None:
    expected = Counter(_stored_name(file) for file in files)
    actual = Counter(info.filename for info in infos)
    missing, more = sorted(expected - actual), sorted(actual - expected)
    if missing or more:
        told = [f"without {', '.join(missing)}"] if missing else []
        told += [f"with {', '.join(more)} besides"] if more else []
        raise _mismatch(name, f"{len(files)} files", " and ".join(told))


def _compare(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, file: FileData
) -> Iterator[None]:
    if file.size is not None and info.file_size != file.size:
        # before anything is unpacked: the little that came may unpack to a disk full
        raise _mismatch(f"{name}: {file.name}", f"{file.size} bytes", f"{info.file_size} bytes")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # no server makes such, and zipfile would unpack a little of it into all of the memory
        raise _mismatch(name, "a ZIP that can be read", f"compressed by {info.compress_type}")
    digest = hashlib.md5(usedforsecurity=False)
    with archive.open(info) as content:
        while block := content.read(BLOCK):
            digest.update(block)
            yield
    if file.md5 is not None and digest.hexdigest() != file.md5:
        raise _mismatch(f"{name}: {file.name}", f"md5:{file.md5}", f"md5:{digest.hexdigest()}")


def _stored_name(file: FileData) -> str:
    # a ZIP knows no absolute paths
    return file.name.lstrip("/")


def _mismatch(name: str, expected: str, actual: str) -> ChecksumMismatch:
    return ChecksumMismatch(
        f"'{name}' came {actual}, in place of {expected}; nothing was kept. Download it again, or"
        " the files one by one: download_all().",
        name=name,
        expected=expected,
        actual=actual,
    )
