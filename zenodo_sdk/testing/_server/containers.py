"""What is in ZIP files: their lists of members, and single members of them."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from .answers import Answer, ApiError, Json, internal
from .context import Context
from .represent import media_type
from .state import File

_PIECE = 64 * 1024
_MOST_LISTED = 1000
_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 500 * 1024 * 1024
_STEEPEST = 200.0
"""How many bytes may come out of one; above it the server takes the file for a bomb."""


def listing(ctx: Context, file: File, links: str) -> Answer:
    """The members of a ZIP, as far as the server lists them.

    Args:
        ctx: The request.
        file: The ZIP.
        links: What the members' links begin with.

    Raises:
        ApiError: 400 for another kind of file, 404 while it has no content, 999 for one it
            distrusts, 500 for what is no ZIP.
    """
    path = _content(ctx, file)
    entries: list[Json] = []
    folders: list[Json] = []
    truncated = False
    for info in _members(path, file):
        key = str(PurePosixPath(info.filename))
        link = {"content": f"{links}/{quote(key)}"}
        if info.is_dir():
            folders.append({"key": key, "links": link})
        else:
            entries.append(
                {
                    "key": key,
                    "size": info.file_size,
                    "compressed_size": info.compress_size,
                    "mimetype": media_type(key),
                    "crc": info.CRC,
                    "links": link,
                }
            )
        if len(entries) + len(folders) >= _MOST_LISTED:
            truncated = True
            break
    for folder in folders:
        within = [
            entry["key"]
            for entry in entries
            if str(PurePosixPath(entry["key"]).parent) == folder["key"]
        ]
        folder["entries"] = within or None
    body = {
        "entries": entries,
        "truncated": truncated,
        "total": len(entries),
        "directories": folders,
    }
    return Answer(200, body)


def member(ctx: Context, file: File, wanted: str) -> Answer:
    """The content of a member, unpacked; nothing says how long it is.

    Args:
        ctx: The request.
        file: The ZIP.
        wanted: The member's name.

    Raises:
        ApiError: As :func:`listing`, and 404 where there is no such member.
    """
    path = _content(ctx, file)
    found = next((i for i in _members(path, file) if i.filename.rstrip("/") == wanted), None)
    if found is None:
        raise ApiError(404, f"Record '{ctx.params['id']}' has no file '{wanted}'.")
    if found.is_dir():
        # the real server makes a ZIP of the folder; nobody who uses this one asks for that
        raise ApiError(404, f"Record '{ctx.params['id']}' has no file '{wanted}'.")
    headers = {"Content-Disposition": f'attachment; filename="{PurePosixPath(wanted).name}"'}
    return Answer(200, _unpacked(path, wanted), headers, media_type(wanted))


async def _unpacked(path: Path, name: str) -> AsyncIterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as source:
        while piece := source.read(_PIECE):
            yield piece
            await asyncio.sleep(0)


def _content(ctx: Context, file: File) -> Path:
    if not file.completed or file.content is None:
        raise ApiError(404, f"Record '{ctx.params['id']}' has no file '{file.key}'.")
    if PurePosixPath(file.key).suffix.lower() != ".zip":
        raise ApiError(400, f"No extractor found for the file '{file.key}'.")
    return ctx.store.content_path(file.content)


def _members(path: Path, file: File) -> list[zipfile.ZipInfo]:
    """What is in it, if the server would look into it at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        raise internal() from None
    if len(infos) > _MOST_MEMBERS:
        raise _unwanted(file, f"Too many files in ZIP: {len(infos)} > {_MOST_MEMBERS}")
    for info in infos:
        name = info.filename.replace("\\", "/")
        if name.startswith(("/", "../")) or "/../" in name:
            raise _unwanted(file, f"Path traversal in ZIP entry: {info.filename}")
        ratio = info.file_size / info.compress_size if info.compress_size else 0.0
        if ratio > _STEEPEST:
            raise _unwanted(file, f"Suspicious compression ratio {ratio:.1f} in {info.filename}")
    if sum(info.file_size for info in infos) > _MOST_UNPACKED:
        raise _unwanted(file, "Total uncompressed size limit exceeded")
    return infos


def _unwanted(file: File, why: str) -> ApiError:
    return ApiError(999, f"Invalid file content for file '{file.key}': {why}.")
