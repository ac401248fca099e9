"""One file out of a ZIP that stays on the server."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ChecksumMismatch, NoAnswer, Refused, ResponseError
from ..models.file import FileData
from ..transfer.archives.extraction import Checked, Extraction, MemberTarget
from ..transfer.archives.fresh import FreshFile
from ..transfer.archives.kept import KeptBytes
from ..transfer.archives.remote import Directory, Member, NeedRange, Span, SparseFile, read_listing
from ..transfer.download.leftovers import clear_after
from ..transfer.download.space import check_space
from ..transfer.overwrite import Overwrite
from ..transfer.progress import FileReporter, ProgressCallback, Reporter
from ..wire import endpoints
from . import _runtime
from .content import AsyncContent

if TYPE_CHECKING:
    from .files import AsyncFiles

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")

_CANNOT = (400, 404, 500, 999)
"""What servers answer that do not look into a ZIP: it is no ``.zip``, they are too old, it is no
ZIP inside, they distrust it."""


class _NoRanges(Exception):
    """The server sends whole files only."""


async def members(files: AsyncFiles[Any], file: str | FileData) -> list[Member]:
    """List what is in a ZIP, without downloading it.

    Args:
        files: The files that it is one of.
        file: Its name, or the file itself.
    """
    known = await _known(files, file)
    try:
        return list((await _directory(files, known)).members)
    except _NoRanges:
        return await _listed(files, known)


async def download_member(
    files: AsyncFiles[Any],
    file: str | FileData,
    member: str | Member,
    place: Callable[[str], Path],
    *,
    overwrite: Overwrite,
    progress: ProgressCallback | None,
) -> Path:
    """Download one file out of a ZIP, verified by size and CRC-32.

    Args:
        files: The files that the ZIP is one of.
        file: The ZIP's name, or the file itself.
        member: The member, or its name.
        place: Tells where a file of a name goes.
        overwrite: What to do where a file of that name is.
        progress: Told how far it is.
    """
    known = await _known(files, file)
    span: Span | None = None
    try:
        found = (await _directory(files, known)).find(member)
    except _NoRanges:
        listed = await _listed(files, known)
        match = [each for each in listed if member in (each, each.name)]
        found = None
        wanted = match[-1] if match else None
    else:
        wanted, span = found if found is not None else (None, None)
    name = member if isinstance(member, str) else member.name
    if wanted is None:
        raise Refused(f"'{known.name}' has no member '{name}'; members({known.name!r}) lists them")
    if wanted.is_folder:
        raise Refused(f"'{name}' is a folder; download its files one by one, or the whole ZIP")
    return await _download(files, known, wanted, span, place(wanted.name), overwrite, progress)


async def _download(
    files: AsyncFiles[Any],
    known: FileData,
    member: Member,
    span: Span | None,
    path: Path,
    overwrite: Overwrite,
    progress: ProgressCallback | None,
) -> Path:
    reporter = Reporter(progress)
    reporter.waiting(member.name, member.size, "download")
    told = reporter.file(member.name, member.size, "download")
    target = MemberTarget(path, member, overwrite)
    try:
        with (
            FreshFile(target, member.size) as fresh,
            KeptBytes(target, known, span) as kept,
        ):
            told.phase("hashing")
            await _runtime.steps(target.look())
            if not target.is_there:
                needed = [(path, member.size), (path, kept.missing)]
                await _runtime.in_thread(lambda: check_space(needed))
                await _runtime.in_thread(fresh.open)
                await _unpacked(files, known, member, span, fresh, kept, told)
                await _runtime.steps(fresh.place())
    except Exception:
        told.phase("failed")
        raise
    await _runtime.in_thread(lambda: clear_after([path]))
    told.phase("skipped" if target.is_there else "done")
    return path


async def _unpacked(
    files: AsyncFiles[Any],
    known: FileData,
    member: Member,
    span: Span | None,
    fresh: FreshFile,
    kept: KeptBytes,
    told: FileReporter,
) -> None:
    """Write the member's content, of whose CRC-32 there is no doubt after this."""
    pace = files._transport.pace
    connections = pace.occupy(1)
    try:
        if span is not None:
            try:
                await _unpacked_here(files, known, member, span, fresh, kept, told)
            except _NoRanges:
                # another machine of the same host, which sends whole files only
                told.at(0)
                await _runtime.in_thread(fresh.restart)
                span = None
        if span is None:
            await _unpacked_there(files, known, member, fresh, told)
    finally:
        pace.free(connections)
    told.phase("verifying")


async def _unpacked_here(
    files: AsyncFiles[Any],
    known: FileData,
    member: Member,
    span: Span,
    fresh: FreshFile,
    kept: KeptBytes,
    told: FileReporter,
) -> None:
    """Unpack the member's own bytes: those that are there, and then those that are asked for."""
    extraction = Extraction(member, span)
    await _runtime.steps(kept.open())
    try:
        await _runtime.steps(_unpack(extraction, kept.blocks(), fresh, told))
        await _rest_unpacked(files, known, extraction, span, fresh, kept, told)
    except ChecksumMismatch:
        # bytes of an earlier process prove nothing against the server
        if not kept.is_continued:
            raise
        told.phase("retrying")
        told.at(0)
        await _runtime.in_thread(kept.forget)
        await _runtime.in_thread(fresh.restart)
        anew = Extraction(member, span)
        await _rest_unpacked(files, known, anew, span, fresh, kept, told)


async def _rest_unpacked(
    files: AsyncFiles[Any],
    known: FileData,
    extraction: Extraction,
    span: Span,
    fresh: FreshFile,
    kept: KeptBytes,
    told: FileReporter,
) -> None:
    """Ask for what is left and unpack it; after a break, again for what is left."""
    retry = files._transport.settings.retry
    attempt, at = 1, extraction.at
    while not extraction.is_complete:
        if extraction.at >= span.end:
            raise extraction.checked.broken(EOFError("the ZIP ends in the middle of it"))
        try:
            async with _part(files, known, extraction.at, span.end) as content:
                async for blocks in content.groups:
                    at_start = extraction.at - span.start
                    await _runtime.in_thread(partial(kept.write, at_start, blocks))
                    await _runtime.steps(_unpack(extraction, blocks, fresh, told))
        except NoAnswer:
            # it may go on as long as it gets on
            attempt = attempt + 1 if extraction.at == at else 1
            at = extraction.at
            if attempt > retry.attempts:
                raise
            told.phase("retrying")
            await _runtime.sleep(retry.backoff(attempt))
    extraction.checked.finish()


def _unpack(
    extraction: Extraction, blocks: Iterable[bytes], fresh: FreshFile, told: FileReporter
) -> Iterator[object]:
    for block in blocks:
        for content in extraction.feed(block):
            told.moved(fresh.write([content]))
        yield None


async def _unpacked_there(
    files: AsyncFiles[Any],
    known: FileData,
    member: Member,
    fresh: FreshFile,
    told: FileReporter,
) -> None:
    """Let the server unpack it."""
    retry = files._transport.settings.retry
    call = endpoints.container_member(files._record_id, known.name, member.name, draft=files._draft)
    attempt = 0
    while True:
        attempt += 1
        checked = Checked(member)
        try:
            async with files._transport.receive(call) as content:
                async for blocks in content.groups:
                    for block in blocks:
                        checked.update(block)
                    told.moved(await _runtime.in_thread(partial(fresh.write, blocks)))
            checked.finish()
        except (NoAnswer, ChecksumMismatch):
            if attempt == retry.attempts:
                raise
        except ResponseError as error:
            if error.status not in _CANNOT:
                raise
            raise _unwilling(files, known, error) from error
        else:
            return
        told.phase("retrying")
        told.at(0)
        await _runtime.sleep(retry.backoff(attempt))
        await _runtime.in_thread(fresh.restart)


async def _directory(files: AsyncFiles[Any], known: FileData) -> Directory:
    """Read the list of members, part by part as it is asked for."""
    size = known.size or 0
    file = SparseFile(size)
    while True:
        try:
            return await _runtime.in_thread(lambda: Directory(known.name, file, size))
        except NeedRange as wanted:
            start, end = wanted.start, wanted.end
        file.put(start, await _bytes(files, known, start, end))


async def _bytes(files: AsyncFiles[Any], known: FileData, start: int, end: int) -> bytes:
    """Read a part of the archive into memory."""
    retry = files._transport.settings.retry
    attempt = 0
    while True:
        attempt += 1
        found = bytearray()
        try:
            async with _part(files, known, start, end) as content:
                async for blocks in content.groups:
                    for block in blocks:
                        found += block
        except NoAnswer:
            if attempt == retry.attempts:
                raise
            await _runtime.sleep(retry.backoff(attempt))
            continue
        if len(found) != end - start:
            raise ChecksumMismatch(
                f"of '{known.name}' {len(found)} bytes came in place of {end - start}; try again,"
                " or download the whole file",
                name=known.name,
                expected=f"{end - start} bytes",
                actual=f"{len(found)} bytes",
            )
        return bytes(found)


@asynccontextmanager
async def _part(
    files: AsyncFiles[Any], known: FileData, start: int, end: int
) -> AsyncGenerator[AsyncContent, None]:
    """Open a part of the archive."""
    whole = endpoints.content(files._record_id, known.name, draft=files._draft)
    call = endpoints.part_of(whole, start, end)
    async with files._transport.receive(call) as content:
        if content.answer.status != 206:
            raise _NoRanges
        told = _CONTENT_RANGE.fullmatch(content.answer.headers.get("content-range", ""))
        if told is None or (int(told[1]), int(told[2]) + 1) != (start, end):
            raise _NoRanges
        if told[3] not in ("*", str(known.size)):
            raise ChecksumMismatch(
                f"'{known.name}' has {told[3]} bytes now and had {known.size}: it was replaced on"
                " the server meanwhile. Do this again.",
                name=known.name,
                expected=f"{known.size} bytes",
                actual=f"{told[3]} bytes",
            )
        yield content


async def _listed(files: AsyncFiles[Any], known: FileData) -> list[Member]:
    """Let the server list the members."""
    call = endpoints.container(files._record_id, known.name, draft=files._draft)
    try:
        answer = await files._transport.send(call)
    except ResponseError as error:
        if error.status not in _CANNOT:
            raise
        raise _unwilling(files, known, error) from error
    return list(read_listing(known.name, answer.document() or {}))


def _unwilling(files: AsyncFiles[Any], known: FileData, error: ResponseError) -> Refused:
    """The error for a server that neither sends parts nor looks into the ZIP itself."""
    return Refused(
        f"{files._transport.settings.host} sends whole files only, and does not look into"
        f" '{known.name}' itself ({error.status} {error.server_message}); download the file"
    )


async def _known(files: AsyncFiles[Any], file: str | FileData) -> FileData:
    known = file if isinstance(file, FileData) else await files.get(file)
    if not known.is_complete or known.size is None:
        raise Refused(f"the upload of '{known.name}' is not complete")
    return known
