"""Which files to download, and where to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from ...errors import NotFound, Refused, UnsafeName
from ...models.file import FileData
from ..folder import folded
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
    is_folder = os.path.isdir(path)  # noqa: PTH112 - has no error for what cannot be a path
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
        raise Refused(
            f"no file matches {' or '.join(map(repr, patterns)) or 'no pattern'}; there"
            f" {'is' if len(files) == 1 else 'are'} {names_told(files)}"
        )
    return found


def no_such_file(name: str, record_id: str, files: Iterable[FileData]) -> NotFound:
    """Say that a record has no file of a name, and which it has.

    Args:
        name: What was asked for.
        record_id: The record.
        files: All there are.
    """
    told = names_told(files, like=name)
    return NotFound(f"record {record_id} has no file {name!r}; it has {told}", status=404)


def names_told(files: Iterable[FileData], *, like: str = "") -> str:
    """List names of files for an error, not too many.

    Args:
        files: The files.
        like: What was asked for; names that are nearly this come first.
    """
    names = [file.name for file in files]
    known = {name.rpartition("/")[2].casefold(): name for name in names}
    known |= {name.casefold(): name for name in names}
    near = [known[each] for each in get_close_matches(like.casefold(), known)]
    names = list(dict.fromkeys([*near, *names]))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{', '.join(map(repr, names[:_NAMES])) or 'none'}{more}"


def refuse_clashes(names: Iterable[str]) -> None:
    """Refuse names of which some file systems take two for one.

    Args:
        names: What is to be downloaded into one folder.

    Raises:
        UnsafeName: There are such.
    """
    taken: dict[str, str] = {}
    for name in names:
        other = taken.setdefault(folded(name), name)
        if other != name:
            raise UnsafeName(
                f"{other!r} and {name!r} are one name where case or the spelling of accents does"
                " not count; download them one by one",
                name,
            )
