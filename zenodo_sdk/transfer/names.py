"""Names of files: from a local path to a key, and from a key to a safe local path."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from ..errors import UnsafeName
from .download.claim import read_name

MAX_NAME = 255
"""Characters; the server answers 400 above it."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?")
_FORBIDDEN_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_TURNS_LETTERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PART_LIMIT = 255
_ADVICE = "; give a path of your own to download it"


def check_key(name: str) -> str:
    """Refuse a name that the server would refuse, or that nobody could download again.

    Args:
        name: The name that the file shall have; ``/`` makes folders.

    Raises:
        UnsafeName: It is empty, too long, or no relative path.
    """
    if not name.strip():
        raise UnsafeName("a file needs a name", name)
    if len(name) > MAX_NAME:
        raise UnsafeName(
            f"'{name[:40]}…' has {len(name)} characters; the server takes {MAX_NAME}", name
        )
    _parts(name, "; choose another name")
    return name


def local_path(folder: Path, name: str) -> Path:
    """Tell where a file of this name goes, or refuse it.

    A name comes from whoever made the record, so it is not trusted: it may not leave the
    folder, by ``..``, by a drive or by a symbolic link, nor hold what a file system would
    read as something else.

    Args:
        folder: The target folder.
        name: The file's name on the server; ``/`` makes sub-folders.

    Raises:
        UnsafeName: It would leave the folder, or cannot be a file's name.
    """
    parts = _parts(name, _ADVICE)
    if read_name(parts[-1].casefold()):
        # the next download would take it for such, and go on writing into it
        raise UnsafeName(f"the file name {name!r} is that of an unfinished download{_ADVICE}", name)
    path = folder.joinpath(*parts)
    try:
        stays = path.parent.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        # links in a circle
        stays = False
    if not stays:
        raise UnsafeName(
            f"'{name}' would leave {folder} through a symbolic link; download it to another"
            " folder, or alone with a path of your own",
            name,
        )
    return path


def _parts(name: str, advice: str) -> list[str]:
    parts = name.split("/")
    for part in parts:
        why = _trouble(part)
        if why:
            raise UnsafeName(f"the file name {name!r} {why}{advice}", name)
    return parts


def _trouble(part: str) -> str:
    if part in ("", ".", ".."):
        return "is no plain relative path"
    if "\\" in part:
        return "holds a backslash, which Windows reads as a folder"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in part):
        return "holds control characters"
    if _TURNS_LETTERS.search(part):
        # such as "report\u202efdp.exe", which shows as "reportexe.pdf"
        return "holds characters that change the direction of writing, to look like another name"
    if _FORBIDDEN_ON_WINDOWS.search(part) and _on_windows():
        return "holds characters that Windows does not allow"
    if _on_windows() and (_RESERVED.fullmatch(part) or part[-1] in " ."):
        return "is a device's name on Windows, or ends in a dot or a space"
    if len(part.encode("utf-8", "surrogatepass")) > _PART_LIMIT:
        return f"has a part of more than {_PART_LIMIT} bytes"
    return ""


def _on_windows() -> bool:
    return os.name == "nt"
