"""Whether the disk can hold what is to come."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ...errors import NotEnoughSpace

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What the system says when there is no room, or none that this account may use."""


def check_space(wanted: Iterable[tuple[Path, int]]) -> None:
    """Refuse what the disks cannot hold, before anything of it comes.

    Args:
        wanted: Paths of files to be, and how many bytes of each are still to come.

    Raises:
        NotEnoughSpace: A disk has fewer bytes left than are to come to it.
    """
    needed: dict[int, tuple[Path, int]] = {}
    for path, size in wanted:
        folder = _existing(path.parent)
        if size and folder is not None:
            device = folder.stat().st_dev
            needed[device] = (folder, needed.get(device, (folder, 0))[1] + size)
    for folder, size in needed.values():
        free = shutil.disk_usage(folder).free
        if size > free:
            raise not_enough(folder, size, free)


def not_enough(folder: Path, needed: int, free: int | None = None) -> NotEnoughSpace:
    """Make the error that says what is missing.

    Args:
        folder: A folder on the disk.
        needed: Bytes that are still to come.
        free: Bytes that it has left; asked of it when None.
    """
    if free is None:
        free = shutil.disk_usage(folder).free
    return NotEnoughSpace(
        f"'{folder}' has room for {free:,} bytes, and {needed:,} are still to come; make room, or"
        " download to another disk. What came so far is continued from by the same call.",
        needed=needed,
        free=free,
    )


def _existing(folder: Path) -> Path | None:
    for path in (folder, *folder.parents):
        if os.path.isdir(path):  # noqa: PTH112 - has no error for what cannot be a path
            return path
    return None
