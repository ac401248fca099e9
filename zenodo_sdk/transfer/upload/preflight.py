"""What stands against an upload, told before the first byte goes out."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...errors import Refused, UnsafeName
from ...models.file import FileData
from ..names import check_key

FILES_ON_ZENODO = 100
BYTES_ON_ZENODO = 50 * 10**9

_LOOK = 10**9
"""Bytes from which on one more request is nothing beside the transfer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that shall be uploaded.

    Attributes:
        name: Its name.
        size: Bytes; None where only reading it tells.
        once: Whether its content can be read only once.
    """

    name: str
    size: int | None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a record may hold.

    Attributes:
        files: How many files; None where that is not known.
        size: Bytes of all files together, and so of one; None likewise.
    """

    files: int | None = None
    size: int | None = None

    @classmethod
    def of(cls, *, is_zenodo: bool, quota: int | None) -> Limits:
        """The limits of a record.

        No answer of the server tells them. Those of Zenodo are documented; every other
        repository sets its own, which only its refusal tells.

        Args:
            is_zenodo: Whether the repository is Zenodo.
            quota: Bytes that this record may hold, as the caller says.

        Raises:
            Refused: The quota is no number of bytes.
        """
        if quota is not None and quota <= 0:
            raise Refused("quota= is how many bytes the record may hold, such as 200 * 10**9")
        if not is_zenodo:
            return cls(size=quota)
        return cls(FILES_ON_ZENODO, quota or BYTES_ON_ZENODO)

    def is_worth_a_look(self, wanted: Sequence[Wanted]) -> bool:
        """Whether to ask what is there before anything is sent: it may be too much together."""
        return self.size is not None and _total(wanted) >= min(_LOOK, self.size)

    def check(self, wanted: Sequence[Wanted], there: Mapping[str, FileData]) -> None:
        """Refuse what the record cannot hold.

        Args:
            wanted: The files that shall be uploaded.
            there: The files that are there, by name. What has the name of a wanted one is
                replaced by it, or is the same.

        Raises:
            Refused: There are too many files or bytes.
        """
        names = {one.name for one in wanted}
        others = [file for name, file in there.items() if name not in names]
        count = len(wanted) + len(others)
        if self.files is not None and count > self.files:
            whose = f" ({len(others)} of them there already)" if others else ""
            raise Refused(
                f"the record would have {count} files{whose}, and takes {self.files}. Nothing was"
                " sent: put some of them into one archive"
                " (upload_archive), or into another record."
            )
        held = sum(file.size or 0 for file in others)
        total = _total(wanted) + held
        if self.size is not None and total > self.size:
            whose = f" ({held:,} of them there already)" if held else ""
            raise Refused(
                f"the record would hold {total:,} bytes{whose}, and takes {self.size:,}. Nothing"
                " was sent: leave files out, or ask the repository for more; once that is granted,"
                " say so with quota= and the new total in bytes."
            )


def check_names(names: Sequence[str]) -> None:
    """Refuse names that the server would refuse, or that are one name twice.

    Args:
        names: The names that the files shall have.

    Raises:
        Refused: Two are the same, or differ only in how an accented letter is composed.
        UnsafeName: One is too long, or no relative path.
    """
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise Refused(
            f"several files would be called {', '.join(twice)}; give a mapping of names to"
            " paths, such as {'2024/grid.nc': path}"
        )
    _refuse_look_alikes(names, ())
    for name in names:
        check_key(name)


def may_have_twins(names: Iterable[str]) -> bool:
    """Whether one can be written in two ways that look the same, as accented letters can."""
    return any(
        unicodedata.normalize("NFC", name) != unicodedata.normalize("NFD", name) for name in names
    )


def check_against(names: Iterable[str], there: Iterable[str]) -> None:
    """Refuse names that only look different from those of files that are there.

    Args:
        names: The names that the files shall have.
        there: Names of the files that the draft has.

    Raises:
        UnsafeName: One differs from one that is there only in how an accented letter is composed.
    """
    _refuse_look_alikes(names, there)


def _refuse_look_alikes(names: Iterable[str], there: Iterable[str]) -> None:
    # two that are there already are not this call's
    seen = {unicodedata.normalize("NFC", name): (name, True) for name in there}
    for name in names:
        other, is_there = seen.setdefault(unicodedata.normalize("NFC", name), (name, False))
        if other != name:
            where = "which the draft has, " if is_there else ""
            raise UnsafeName(
                f"the names {name!a} and {other!a}, {where}look the same: they differ"
                " only in how an accented letter is composed (NFC or NFD), and macOS takes them for"
                " one. Nothing was sent: rename one of them.",
                name,
            )


def _total(wanted: Iterable[Wanted]) -> int:
    return sum(one.size or 0 for one in wanted)
