"""What to do where a file of that name is, on the server or here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from ..errors import FileExists, Refused, SourceChanged
from ..models.file import FileData
from .hashes import hashing

Overwrite: TypeAlias = Literal["error", "replace", "skip"]
"""Refuse, replace it, or keep it if it has the same content."""

_WORDS = get_args(Overwrite)


def check_overwrite(overwrite: str) -> None:
    """Refuse a word that says nothing, before anything is done.

    Raises:
        Refused: It is none of those of ``Overwrite``.
    """
    if overwrite not in _WORDS:
        raise Refused(f"overwrite={overwrite!r} is unknown; give 'skip', 'error' or 'replace'")


class Target:
    """Where a downloaded file shall be, and what may be done to what is there.

    Args:
        path: The file's path.
        file: What the server says of it.
        overwrite: What to do with another one.
    """

    def __init__(self, path: Path, file: FileData, overwrite: Overwrite) -> None:
        check_overwrite(overwrite)
        self.path = path
        self.is_there = False
        """Whether it has the right content already; known when :meth:`look` is done."""
        self._file = file
        self._overwrite = overwrite

    def look(self) -> Iterator[object]:
        """See what is there; step by step, for it may have to be read.

        Raises:
            FileExists: A file is there that may not be replaced.
            Refused: A folder or a device is.
        """
        if self.is_there:
            return
        try:
            if self.path.is_dir():
                raise Refused(
                    f"'{self.path}' is a folder; give a file's path, or use download_all()"
                )
            if not os.path.lexists(self.path):
                self._refuse_file_for_folder()
                return
            if not (self.path.is_symlink() or self.path.is_file()):
                raise Refused(f"'{self.path}' is no file but a device or a pipe; give another path")
            if self._overwrite == "replace":
                return
            # a link may lead to a pipe, whose reading never ends
            if self._overwrite == "skip" and self.path.is_file():
                yield from self._compare()
        except OSError as error:
            raise Refused(f"'{self.path}' cannot be written: {error.strerror or error}") from error
        if not self.is_there:
            raise self._taken()

    def _refuse_file_for_folder(self) -> None:
        for parent in self.path.parents:
            if os.path.lexists(parent):
                if not parent.is_dir():
                    raise Refused(f"'{parent}' cannot be written into: it is a file, no folder")
                return

    @property
    def may_be_there(self) -> bool:
        """Whether it is kept as it is, as far as its size tells."""
        if self.is_there:
            return True
        try:
            return self._overwrite == "skip" and self.path.stat().st_size == self._file.size
        except OSError:
            return False

    def _compare(self) -> Iterator[object]:
        expected = self._file
        if expected.md5 is None:
            return
        if self.path.stat().st_size != expected.size:
            return
        try:
            digest = yield from hashing(self.path)
        except SourceChanged:
            # somebody writes to it: it is not what it should be, as far as can be told
            return
        self.is_there = digest == expected.md5

    def place(self, part: Path) -> Iterator[object]:
        """Give a part file the name, in one step; nobody ever sees half of it there.

        Raises:
            FileExists: Something appeared there meanwhile and may not be replaced.
            Refused: The part file is gone.
        """
        try:
            if self._overwrite == "replace":
                part.replace(self.path)
            else:
                self._place_anew(part)
        except FileNotFoundError:
            # taken over by another process that held this one for gone
            yield from self._settled(
                Refused(
                    f"the part file of '{self.path}' was removed while it was written; download it"
                    " again"
                )
            )
        except FileExistsError:
            yield from self._settled(self._taken())

    def _place_anew(self, part: Path) -> None:
        try:
            os.link(part, self.path)
        except (FileExistsError, FileNotFoundError):
            raise
        except OSError:
            # no hard links here: a look just before the rename is the best there is
            if os.path.lexists(self.path):
                raise FileExistsError(self.path) from None
            # not replace(): on Windows this fails if the name was taken since
            part.rename(self.path)

    def _settled(self, trouble: Refused) -> Iterator[object]:
        """Take it as done where another process put the same content there."""
        if self._overwrite == "skip" and self.path.is_file():
            yield from self._compare()
        if not self.is_there:
            raise trouble from None

    def _taken(self) -> FileExists:
        other = " and holds other content" if self._overwrite == "skip" else ""
        return FileExists(
            f"'{self.path}' is there already{other}; pass overwrite='replace' to replace it",
            self._file.name,
        )
