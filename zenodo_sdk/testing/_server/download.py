"""Sending files to clients."""

from __future__ import annotations

import asyncio
import io
import unicodedata
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from .answers import Answer, ApiError
from .context import Context
from .ranges import Unsatisfiable, asked_for
from .represent import media_type
from .state import File

_PIECE = 256 * 1024
_ARCHIVE_LIMIT = 300_000_000
_SHOWN = frozenset(
    {
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "text/plain",
    }
)
_AS_TEXT = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/xhtml+xml",
        "application/xml",
        "text/css",
        "text/csv",
        "text/html",
        "image/svg+xml",
    }
)


def content(ctx: Context, file: File) -> Answer:
    """The content of a file; the application ignores ``Range``, the storage does not.

    Raises:
        ApiError: 404 while it has no content.
    """
    if not file.completed or file.content is None:
        raise ApiError(404, f"Record '{ctx.params['id']}' has no file '{file.key}'.")
    shown = _harmless(media_type(file.key))
    etag = f'"md5:{file.md5}"'
    headers = {
        "Content-MD5": file.md5 or "",
        "Content-Security-Policy": "default-src 'none';",
        "X-Content-Type-Options": "nosniff",
        "X-Download-Options": "noopen",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-Frame-Options": "SAMEORIGIN",
        "X-XSS-Protection": "1; mode=block",
        "Content-Disposition": _disposition(file.key, shown),
        "Last-Modified": format_datetime(datetime.fromisoformat(file.updated), usegmt=True),
        "Cache-Control": "no-cache",
    }
    text = "; charset=utf-8" if shown.startswith("text/") else ""
    path = ctx.store.content_path(file.content)
    if ctx.world.ranges:
        return _offloaded(ctx, path, headers, shown + text)
    if ctx.world.profile.content_etags:
        headers["ETag"] = etag
    status = _condition(ctx, etag, datetime.fromisoformat(file.updated))
    if status == 304:
        for name in ("Content-MD5", "Last-Modified"):
            del headers[name]
        return Answer(status, None, headers)
    headers["Content-Length"] = str(file.size)
    return Answer(status, _pieces(path, 0, file.size or 0), headers, shown + text)


def _offloaded(ctx: Context, path: Path, headers: dict[str, str], kind: str) -> Answer:
    """What nginx makes of a file that the application hands to it: the whole, or a part."""
    about = path.stat()
    size = about.st_size
    etag = f'"{about.st_mtime_ns:x}-{size:x}"'
    for name in ("Content-MD5", "Cache-Control"):
        del headers[name]
    headers["ETag"] = etag
    headers["Last-Modified"] = formatdate(about.st_mtime, usegmt=True)
    status = _condition(ctx, etag, datetime.fromtimestamp(about.st_mtime, UTC))
    if status != 200:
        return Answer(status, None, headers)
    try:
        part = asked_for(ctx.headers, size, etag, headers["Last-Modified"])
    except Unsatisfiable:
        page = "<html>\r\n<head><title>416 Requested Range Not Satisfiable</title></head>\r\n"
        return Answer(416, page, {"Content-Range": f"bytes */{size}"}, "text/html")
    if part is None:
        headers |= {"Accept-Ranges": "bytes", "Content-Length": str(size)}
        return Answer(200, _pieces(path, 0, size), headers, kind)
    headers["Content-Length"] = str(len(part))
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return Answer(206, _pieces(path, part.start, len(part)), headers, kind)


def _condition(ctx: Context, etag: str, changed: datetime) -> int:
    """The status that the client's conditions lead to; 412 still comes with the content."""
    known, wanted = (ctx.headers.get(name) for name in ("if-none-match", "if-match"))
    if known:
        return 304 if known in (etag, "*") else 200
    since = _moment(ctx.headers.get("if-modified-since"))
    if since is not None and changed.replace(microsecond=0) <= since:
        return 304
    return 412 if wanted and wanted != etag else 200


def _moment(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def archive(ctx: Context, name: str, files: list[File]) -> Answer:
    """All files as one ZIP, made while it is sent.

    Raises:
        ApiError: 400 where they are too large together.
    """
    if sum(file.size or 0 for file in files) > _ARCHIVE_LIMIT:
        raise ApiError(
            400, f"Archive download is not available: the files exceed {_ARCHIVE_LIMIT} bytes."
        )
    members = [
        (file.key, ctx.store.content_path(file.content), file.size or 0)
        for file in files
        if file.completed and file.content
    ]
    headers = {"Content-Disposition": f"attachment; filename={name}.zip"}
    return Answer(200, _zipped(members), headers, "application/zip")


async def _pieces(path: Path, start: int, size: int) -> AsyncIterator[bytes]:
    with path.open("rb") as source:
        source.seek(start)
        while piece := source.read(min(_PIECE, size)):
            size -= len(piece)
            yield piece
            await asyncio.sleep(0)  # else a client that is gone is noticed at the end only


class _Outlet(io.RawIOBase):
    """Where the ZIP is written to and taken from, piece by piece."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer, which 3.11 cannot say
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


async def _zipped(members: list[tuple[str, Path, int]]) -> AsyncIterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as zipped:
        for key, path, size in members:
            with zipped.open(key, "w", force_zip64=True) as member:
                async for piece in _pieces(path, 0, size):
                    member.write(piece)
                    yield outlet.take()
    yield outlet.take()


def _harmless(kind: str) -> str:
    """What a browser will not run."""
    if kind in _SHOWN:
        return kind
    return "text/plain" if kind in _AS_TEXT else "application/octet-stream"


def _disposition(key: str, shown: str) -> str:
    if shown != "application/octet-stream":
        return "inline"
    if key.isascii():
        return f"attachment; filename={_token(key)}"
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    coded = quote(key, safe="!#$&+-.^_`|~")
    return f"attachment; filename={_token(plain)}; filename*=UTF-8''{coded}"


def _token(text: str) -> str:
    simple = text and all(letter.isalnum() or letter in "!#$%&'*+-.^_`|~" for letter in text)
    if simple:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
