"""All files of a record as one ZIP, which the server makes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ChecksumMismatch, NoAnswer, Refused, ResponseError
from ..models.file import FileData
from ..transfer.archives.check import ArchiveTarget, check
from ..transfer.archives.fresh import FreshFile
from ..transfer.download.leftovers import clear_after
from ..transfer.download.schedule import odd_refusal
from ..transfer.download.space import check_space
from ..transfer.overwrite import Overwrite
from ..transfer.progress import FileReporter, ProgressCallback, Reporter
from ..wire import endpoints
from . import _runtime
from .transport import AsyncTransport

if TYPE_CHECKING:
    from .files import AsyncFiles

LIMIT = 300 * 10**6
"""Bytes of all files together, above which Zenodo makes no ZIP of them."""


async def download_archive(
    files: AsyncFiles[Any],
    place: Callable[[str], Path],
    *,
    overwrite: Overwrite,
    progress: ProgressCallback | None,
) -> Path:
    """Download the ZIP of all files, and see each file in it verified.

    Args:
        files: The files.
        place: Tells where a file of a name goes.
        overwrite: What to do where a file of that name is.
        progress: Told how far it is.
    """
    name = f"{files._record_id}.zip"
    listed: list[FileData] = [file for file in await files.list() if file.is_complete]
    _refuse(files, listed)
    size = sum(file.size or 0 for file in listed)
    target = ArchiveTarget(place(name), listed, overwrite)
    reporter = Reporter(progress)
    reporter.waiting(name, None, "download")
    told = reporter.file(name, None, "download")
    with FreshFile(target, size) as fresh:
        try:
            told.phase("hashing")
            await _runtime.steps(target.look())
            if not target.is_there:
                await _runtime.in_thread(lambda: check_space([(target.path, size)]))
                await _runtime.in_thread(fresh.open)
                await _receive(files, fresh, name, listed, told)
                await _runtime.steps(fresh.place())
        except Exception:
            told.phase("failed")
            raise
        await _runtime.in_thread(lambda: clear_after([target.path]))
        told.phase("skipped" if target.is_there else "done")
    return target.path


async def _receive(
    files: AsyncFiles[Any], fresh: FreshFile, name: str, listed: list[FileData], told: FileReporter
) -> None:
    transport: AsyncTransport = files._transport
    retry = transport.settings.retry
    call = endpoints.files_archive(files._record_id, draft=files._draft)
    failure: NoAnswer | ChecksumMismatch | None = None
    connections = transport.pace.occupy(1)
    try:
        for attempt in range(1, retry.attempts + 1):
            if failure is not None:
                told.phase("retrying")
                told.at(0)
                await _runtime.sleep(retry.backoff(attempt - 1))
                await _runtime.in_thread(fresh.restart)
            # opening is repeated by the transport; what breaks or differs later, here
            async with transport.receive(call) as content:
                try:
                    async for blocks in content.groups:
                        told.moved(await _runtime.in_thread(partial(fresh.write, blocks)))
                    await _runtime.in_thread(fresh.flush)
                    told.phase("verifying")
                    await _runtime.steps(check(fresh.path, name, listed))
                except (NoAnswer, ChecksumMismatch) as error:
                    failure = error
                else:
                    return
    except ResponseError as error:
        if error.status != 416:
            raise
        # no part was asked for, so this is no refusal of what was
        raise odd_refusal(call, error) from error
    finally:
        transport.pace.free(connections)
    assert failure is not None
    raise failure


def _refuse(files: AsyncFiles[Any], listed: list[FileData]) -> None:
    """Refuse what the server would refuse."""
    if not listed:
        raise Refused(f"{files._record_id} has no files to download")
    size = sum(file.size or 0 for file in listed)
    if size > LIMIT and files._transport.settings.is_zenodo:
        raise Refused(
            f"the files of {files._record_id} have {size} bytes together, and Zenodo makes a ZIP of"
            f" at most {LIMIT}; download_all() gets them one by one"
        )
