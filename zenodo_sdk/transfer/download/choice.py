"""Which files to download, and where to."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from ...errors import Refused, UnsafeName
from ...models.file import FileData
from ..names import local_path

F = TypeVar("F", bound=FileData)

_NAMES = 20
"""Names of files to tell in an error."""


def place(target: str | os.PathLike[str], name: str) -> Path:
    """Tell where a file goes.

    Args:
        target: A folder, where it gets its own name, or the path of the file to be.
        name: Its own name.

    Raises:
        UnsafeName: Its name would leave the folder.
    """
    path = Path(target)
    # isdir() has no error for what cannot be a path; opening it will
    is_folder = os.path.isdir(path)  # noqa: PTH112
    if is_folder or os.fspath(target).endswith(("/", os.sep)):
        return local_path(path, name)
    return path


def matching(files: Sequence[F], pattern: str | Iterable[str]) -> list[F]:
    """Choose files by their names.

    Args:
        files: All there are.
        pattern: What names must match, or several such, of which one is enough.

    Raises:
        Refused: No name matches; the message lists what there is.
    """
    patterns = [pattern] if isinstance(pattern, str) else list(pattern)
    found = [file for file in files if any(fnmatchcase(file.name, each) for each in patterns)]
    if not found:
        names = [repr(file.name) for file in files[:_NAMES]]
        more = f" and {len(files) - _NAMES} more" if len(files) > _NAMES else ""
        raise Refused(
            f"no file matches {' or '.join(map(repr, patterns)) or 'no pattern'}; there"
            f" {'is' if len(files) == 1 else 'are'} {', '.join(names) or 'none'}{more}"
        )
    return found


def refuse_clashes(names: Iterable[str]) -> None:
    """Refuse names of which some file systems take two for one.

    Args:
        names: What is to be downloaded into one folder.

    Raises:
        UnsafeName: There are such.
    """
    taken: dict[str, str] = {}
    for name in names:
        other = taken.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise UnsafeName(
                f"{other!r} and {name!r} are one name where case or the spelling of accents does"
                " not count; download them one by one",
                name,
            )
