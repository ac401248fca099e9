"""A folder as one archive on its way to a deposition."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..transfer.archives.archive import Archive
from ..transfer.names import check_key
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback, Reporter
from . import _runtime

if TYPE_CHECKING:
    from .deposition_files import AsyncDepositionFile, AsyncDepositionFiles


async def upload_archive(
    files: AsyncDepositionFiles,
    folder: str | os.PathLike[str],
    name: str,
    *,
    pattern: str | Iterable[str] | None,
    hidden: bool,
    compress: bool,
    overwrite: Overwrite,
    progress: ProgressCallback | None,
    quota: int | None,
) -> AsyncDepositionFile:
    """Upload a folder as one archive.

    Args:
        files: Where to.
        folder: The folder.
        name: Name of the archive.
        pattern: Only such names.
        hidden: Whether to take hidden files.
        compress: Whether to compress a ZIP.
        overwrite: What to do where a file of that name is.
        progress: Told how far it is.
        quota: Bytes that the record may hold.
    """
    files._refuse_locked()
    check_key(name)
    with Archive(folder, name, pattern=pattern, hidden=hidden, compress=compress) as archive:
        await _runtime.in_thread(archive.open)
        if archive.is_packed:
            reporter = Reporter(progress)
            reporter.waiting(name, archive.packing_size, "upload")
            told = reporter.file(name, archive.packing_size, "upload")
            told.phase("hashing")
            await _runtime.steps(archive.pack(told.at))
        return await files.upload(
            archive,
            name=name,
            size=archive.size,
            overwrite=overwrite,
            progress=progress,
            quota=quota,
        )
