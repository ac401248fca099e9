"""Part files that nobody uses, and that nobody will continue from."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from .claim import Claims, Found, let_go, name_in_part, read_name

_OLD = 86_400.0
"""Seconds without a change after which what is left of another content is removed. Younger, it
may be that of another record, which is downloaded to the same folder in turn."""


def clear_before(files: Iterable[tuple[Path, str]]) -> None:
    """Remove what is left of contents that these names have no more.

    What a listing with wrong checksums left is such, and what nobody can continue from because
    its MD5 is not known.

    Args:
        files: Where files shall be, and the MD5 of each; "" where it is not known.
    """
    wanted = dict(files)
    for path, content, found in _found(wanted):
        if content == "whole":
            _remove(path, content, found)
        elif content != wanted[path][:16]:
            with suppress(OSError):
                if time.time() - found.path.stat().st_mtime > _OLD:
                    _remove(path, content, found)


def clear_after(paths: Iterable[Path]) -> None:
    """Remove what is left of files that are there whole, of whatever content it is.

    Args:
        paths: Where they are.
    """
    for path, content, found in _found(paths):
        _remove(path, content, found)


def _found(paths: Iterable[Path]) -> Iterator[tuple[Path, str, Found]]:
    """Look in each folder once: a record may have ten thousand files."""
    folders: dict[Path, dict[str, Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, {})[name_in_part(path.name)] = path
    for folder, known in folders.items():
        for entry in _files(folder):
            told = read_name(entry.name)
            if told is not None and told[0] in known:
                found = Found(folder / entry.name, told[2])
                if found.is_free:
                    yield known[told[0]], told[1], found


def _files(folder: Path) -> list[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        return [
            entry
            for entry in entries
            if entry.name.endswith(".part") and entry.is_file(follow_symlinks=False)
        ]
    return []


def _remove(path: Path, content: str, found: Found) -> None:
    # taken first: who takes it at the same moment, and writes into it, is left alone
    taken = Claims(path, "" if content == "whole" else content).take(found)
    if taken is not None:
        with suppress(OSError):
            taken.unlink()
        let_go(taken)
