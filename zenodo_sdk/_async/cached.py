"""Files through the cache on this machine: drives what ``transfer/`` keeps."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import NoAnswer, Refused
from ..models.file import FileData
from ..transfer.cache.files import FileCache
from ..transfer.cache.shelf import Shelf
from ..transfer.download.choice import names_told, no_such_file
from ..transfer.download.job import Job
from ..transfer.progress import ProgressCallback, Reporter
from ..wire import endpoints
from . import _runtime
from .downloads import download

T = TypeVar("T")

_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
"""Seconds between two looks whether another process is done."""

if TYPE_CHECKING:
    from .files import AsyncFiles


async def fetch(
    files: AsyncFiles[Any],
    file: str | FileData,
    *,
    offline: bool,
    progress: ProgressCallback | None,
    cache: FileCache | None,
) -> Path:
    """Give the path of a file in the cache, downloading it if it is not there.

    Args:
        files: The files that it is one of.
        file: Its name, or the file itself.
        offline: Whether to ask the server nothing.
        progress: Told how far it is.
        cache: Which cache; the user's own if None.
    """
    host, record_id = files._transport.settings.host, files._record_id
    shelf = Shelf.of((cache or FileCache()).path, host, record_id)
    if offline:
        return await _kept(shelf, file, record_id)
    if isinstance(file, FileData):
        known, listed = file, [file]
    else:
        listed = await _listed(files, shelf, file)
        known = _named(listed, file, record_id)
    if not known.is_complete:
        raise Refused(f"the upload of '{known.name}' is not complete; fetch it when it is")
    whole = not isinstance(file, FileData)
    noted = partial(shelf.note, host, record_id, listed, all=whole)
    await _runtime.in_thread(noted)
    path = await _runtime.in_thread(partial(shelf.find, known))
    if path is None:
        path = await _obtain(files, shelf, known, progress)
        # again, for clean() takes the notes of what is not there yet
        await _runtime.in_thread(noted)
    else:
        _skipped(known, progress)
    return path


async def _obtain(
    files: AsyncFiles[Any], shelf: Shelf, file: FileData, progress: ProgressCallback | None
) -> Path:
    """Download it, or wait for the process that does."""
    turn, pause = shelf.turn(file), 0.0
    try:
        while not await _runtime.in_thread(partial(turn.take, pause)):
            if pause == 0.0:
                Reporter(progress).waiting(file.name, file.size, "download")
            pause = min(_LONGEST_PAUSE, pause + _PAUSE)
            await _runtime.sleep(pause)
            path = await _runtime.in_thread(partial(shelf.find, file))
            if path is not None:
                _skipped(file, progress)
                return path
        path = await _here(shelf, file)
        if path is not None:
            _skipped(file, progress)
            return path
        await _runtime.in_thread(partial(shelf.drop, file))
        call = endpoints.content(files._record_id, file.name, draft=files._draft)
        job = Job(file, call, shelf.target(file), "skip")
        (path,) = await download(files._transport, [job], progress)
        return await _runtime.in_thread(partial(shelf.keep, file, path))
    finally:
        # also when interrupted on the way into it
        turn.release()


def _skipped(file: FileData, progress: ProgressCallback | None) -> None:
    Reporter(progress).file(file.name, file.size, "download").phase("skipped")


async def _listed(files: AsyncFiles[Any], shelf: Shelf, name: str) -> list[FileData]:
    try:
        return [*await files.list()]
    except NoAnswer as error:
        failure = error
    # other than an answer that says no, silence says nothing about what is here
    for known in await _runtime.in_thread(shelf.known) or []:
        if known.name == name and await _here(shelf, known) is not None:
            raise type(failure)(
                f"{failure}. '{name}' is in the cache, as the server knew it last:"
                f" fetch({name!r}, offline=True) gives it without asking.",
                method=failure.method,
                path=failure.path,
                may_have_landed=failure.may_have_landed,
            )
    raise failure


def _named(listed: list[FileData], name: str, record_id: str) -> FileData:
    for file in listed:
        if file.name == name:
            return file
    raise no_such_file(name, record_id, listed)


async def _kept(shelf: Shelf, file: str | FileData, record_id: str) -> Path:
    known = await _runtime.in_thread(shelf.known) or []
    name = file.name if isinstance(file, FileData) else file
    for each in [file] if isinstance(file, FileData) else known:
        if each.name == name and (path := await _here(shelf, each)) is not None:
            return path
    there = await _runtime.in_thread(lambda: {name for _, name, _ in shelf.paths()})
    here = [each for each in known if each.name in there]
    raise Refused(
        f"'{name}' of record {record_id} is not in the cache ({shelf.folder}), which has"
        f" {names_told(here)} of it; fetch it once without offline=True"
    )


async def _here(shelf: Shelf, file: FileData) -> Path | None:
    """Give a file's path, if it is here and whole, however long it takes to tell."""
    path = await _runtime.in_thread(partial(shelf.find, file))
    return path or await in_steps(shelf.read(file))


async def in_steps(work: Generator[None, None, T]) -> T:
    """Do something that takes long, so that it can be stopped between two steps."""
    results: list[T] = []

    def steps() -> Generator[None, None, None]:
        results.append((yield from work))

    await _runtime.steps(steps())
    return results[0]
