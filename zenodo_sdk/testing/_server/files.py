"""The files of drafts and records: announce, send, commit, list, download, remove."""

from __future__ import annotations

import hashlib
from typing import BinaryIO
from urllib.parse import quote

from . import containers, download
from .answers import Answer, ApiError, field_error, internal, invalid
from .context import RDM_FORMS, Context, Route, unsupported_type
from .drafts import remove_file, touch
from .files_init import announced
from .files_parts import FAILED, allocate, check_part, place, unite
from .identity import new_uuid
from .lookup import check_files_enabled, files_of, find_draft, find_file, find_record
from .permissions import Level, may_read_files
from .represent import file_document, file_list
from .state import Draft, File, Lineage, Record

_MAX_FILES = 100
_LONGEST_KEY = 255
_CONTENT_TYPE = "application/octet-stream"
_LOCKED = "Bucket is locked for modifications."


# --- drafts -------------------------------------------------------------------


def announce(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/files."""
    wanted = announced(ctx.json() or [], ctx.world.profile)
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    check_files_enabled(draft)
    if len(files_of(ctx, draft)) + len(wanted) > _MAX_FILES:
        raise ApiError(
            400, "Uploading selected files will result in exceeding the max amount per record."
        )
    now = ctx.world.timestamp()
    for item in wanted:
        key = item["key"]
        if ctx.store.find(File, f"{draft.bucket}/{key}"):
            raise ApiError(400, f"File with key {key} already exists.")
        file = File(
            id=f"{draft.bucket}/{key}",
            parent=draft.bucket,
            key=key,
            created=now,
            updated=now,
            transfer=item["transfer"],
            metadata=item.get("metadata"),
            access=item.get("access") or {"hidden": False},
            declared={name: item[name] for name in ("checksum", "size") if name in item},
        )
        if file.transfer["type"] == "M":
            allocate(ctx, file)
        ctx.store.put(file)
    return Answer(201, file_list(ctx, draft))


def list_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    return Answer(200, file_list(ctx, draft))


def read_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files/{key}."""
    draft, file = _draft_file(ctx, Level.PREVIEW)
    return Answer(200, file_document(ctx, draft, file))


def describe(ctx: Context) -> Answer:
    """PUT /api/records/{id}/draft/files/{key}: its metadata and access."""
    body = ctx.json() or {}
    draft, file = _draft_file(ctx, Level.REVIEW)
    errors = [
        field_error(name, "Unknown field.") for name in body if name not in ("metadata", "access")
    ]
    if errors:
        raise invalid(errors)
    file.metadata = body.get("metadata", file.metadata)
    file.access = body.get("access", file.access)
    _keep(ctx, file)
    return Answer(200, file_document(ctx, draft, file))


async def send(ctx: Context) -> Answer:
    """PUT /api/records/{id}/draft/files/{key}/content.

    A second content before the commit replaces the first; one after the commit destroys the file,
    as on the real server.
    """
    with ctx.store.transaction():
        draft, file = _open_for_content(ctx)
    if file.completed or file.transfer["type"] == "M":
        with ctx.store.transaction():
            shown = file_document(ctx, draft, file)
            remove_file(ctx, file)
        return Answer(200, shown | {"errors": FAILED})
    content = await receive(ctx, _room(ctx, draft, file))
    with ctx.store.transaction():
        ctx.store.release(content.name)  # unless it becomes the file's
        now = ctx.store.find(File, file.id)
        if now is None or now.created != file.created or now.completed:
            # committed, removed or announced anew while this content was under way
            raise internal()
        if now.content:
            ctx.store.release(now.content)
        now.content, now.size, now.md5 = content.name, content.size, content.md5
        ctx.store.put(now)
    return Answer(200, file_document(ctx, draft, now))


async def send_part(ctx: Context) -> Answer:
    """PUT /api/records/{id}/draft/files/{key}/content/{part}."""
    with ctx.store.transaction():
        draft, file = _open_for_content(ctx)
        check_part(ctx, file)
    content = await receive(ctx, _room(ctx, draft, file))
    with ctx.store.transaction():
        ctx.store.release(content.name)
        part = ctx.store.content_path(content.name).read_bytes()
        failure = place(ctx, file, int(ctx.params["part"]), part)
        return Answer(200, file_document(ctx, draft, file) | failure)


def commit(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/files/{key}/commit."""
    draft, file = _draft_file(ctx, Level.REVIEW)
    in_parts = file.transfer["type"] == "M"
    if not file.completed:
        if file.content is None:
            raise internal()
        if file.size == 0 and not ctx.world.profile.empty_files:
            raise ApiError(400, "Empty files are not accepted.")
        if in_parts:
            unite(ctx, file)
        else:
            file.version_id, file.file_id = new_uuid(), new_uuid()
        file.completed = True
        _keep(ctx, file)
    shown = file_document(ctx, draft, file)
    if in_parts:
        shown["checksum"] = None  # the real server computes it afterwards
    if file.metadata is None:
        file.metadata = {}
        ctx.store.put(file)
    return Answer(200, shown)


def remove(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft/files/{key}."""
    draft, file = _draft_file(ctx, Level.REVIEW)
    if draft.locked and file.content:
        raise ApiError(403, _LOCKED)
    remove_file(ctx, file)
    touch(ctx, draft)
    return Answer(204)


def remove_all(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft/files."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    check_files_enabled(draft)
    for file in files_of(ctx, draft):
        remove_file(ctx, file)
    touch(ctx, draft)
    return Answer(204)


def download_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files/{key}/content."""
    _, file = _draft_file(ctx, Level.PREVIEW)
    return download.content(ctx, file)


def archive_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files-archive."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    check_files_enabled(draft)
    return download.archive(ctx, draft.id, files_of(ctx, draft))


def list_container_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files/{key}/container."""
    draft, file = _draft_file(ctx, Level.PREVIEW)
    # its members' links lead to the record, as the real server's do
    return containers.listing(ctx, file, _container(ctx, draft.id, file))


def unpack_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/files/{key}/container/{path}."""
    _, file = _draft_file(ctx, Level.PREVIEW)
    return containers.member(ctx, file, ctx.params["path"])


# --- records ------------------------------------------------------------------


def list_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/files."""
    record = _readable(ctx)
    return Answer(200, file_list(ctx, record))


def read_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/files/{key}."""
    record = _readable(ctx)
    return Answer(200, file_document(ctx, record, find_file(ctx, record, ctx.params["key"])))


def download_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/files/{key}/content."""
    record = _readable(ctx)
    return download.content(ctx, find_file(ctx, record, ctx.params["key"]))


def archive_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/files-archive."""
    record = _readable(ctx)
    check_files_enabled(record)
    return download.archive(ctx, record.id, files_of(ctx, record))


def list_container(ctx: Context) -> Answer:
    """GET /api/records/{id}/files/{key}/container."""
    record = _readable(ctx)
    file = find_file(ctx, record, ctx.params["key"])
    return containers.listing(ctx, file, _container(ctx, record.id, file))


def unpack_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/files/{key}/container/{path}."""
    record = _readable(ctx)
    return containers.member(ctx, find_file(ctx, record, ctx.params["key"]), ctx.params["path"])


# --- steps --------------------------------------------------------------------


def _container(ctx: Context, id: str, file: File) -> str:
    return f"{ctx.base}/api/records/{id}/files/{quote(file.key)}/container"


class Received:
    """A content that was received whole.

    Args:
        name: Its name in the store.
        size: In bytes.
        md5: Its MD5, in hexadecimal.
    """

    def __init__(self, name: str, size: int, md5: str) -> None:
        self.name = name
        self.size = size
        self.md5 = md5


def _room(ctx: Context, draft: Draft, file: File) -> int:
    """How many bytes a file may have beside the others of its draft."""
    others = (each for each in files_of(ctx, draft) if each.id != file.id)
    return (draft.quota or ctx.world.quota) - sum(each.size or 0 for each in others)


async def receive(ctx: Context, room: int) -> Received:
    """Write the request's body to a new content; what comes only in part leaves nothing.

    Args:
        ctx: The request.
        room: How many bytes it may have.
    """
    if ctx.headers.get("content-type", _CONTENT_TYPE) != _CONTENT_TYPE:
        raise unsupported_type(_CONTENT_TYPE)
    if len(ctx.params["key"]) > _LONGEST_KEY:
        raise ApiError(400, "Filename is too long.")
    declared = int(ctx.headers.get("content-length") or 0)
    if declared > room:
        raise ApiError(400, "Bucket quota exceeded.")
    assert ctx.stream is not None
    name = ctx.store.new_content()
    path = ctx.store.content_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as target:
            size, md5 = await _copy(ctx, target, room)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(name, size, md5)


async def _copy(ctx: Context, target: BinaryIO, room: int) -> tuple[int, str]:
    assert ctx.stream is not None
    digest = hashlib.md5(usedforsecurity=False)
    size = 0
    async for piece in ctx.stream():
        size += len(piece)
        if size > room:
            raise ApiError(400, "Bucket quota exceeded.")
        digest.update(piece)
        target.write(piece)
    return size, digest.hexdigest()


def _draft_file(ctx: Context, needed: Level) -> tuple[Draft, File]:
    # who may not see the draft still learns that a file is not there
    draft, _ = find_draft(ctx, ctx.params["id"], Level.NONE)
    file = find_file(ctx, draft, ctx.params["key"])
    find_draft(ctx, draft.id, needed)
    return draft, file


def _open_for_content(ctx: Context) -> tuple[Draft, File]:
    draft, file = _draft_file(ctx, Level.REVIEW)
    if draft.locked:
        raise ApiError(403, _LOCKED)
    return draft, file


def _readable(ctx: Context) -> Record:
    if ctx.store.find(Lineage, ctx.params["id"]):
        raise ApiError(404, "Not found.")
    record, lineage = find_record(ctx, ctx.params["id"])
    if not may_read_files(ctx, record, lineage):
        raise ApiError(403, "Permission denied.")
    return record


def _keep(ctx: Context, file: File) -> None:
    file.updated = ctx.world.timestamp()
    ctx.store.put(file)


_DRAFT = "/api/records/{id}/draft"
_RECORD = "/api/records/{id}"

ROUTES = [
    Route("GET", f"{_DRAFT}/files", list_draft, RDM_FORMS),
    Route("POST", f"{_DRAFT}/files", announce, RDM_FORMS),
    Route("DELETE", f"{_DRAFT}/files", remove_all, RDM_FORMS),
    Route("GET", f"{_DRAFT}/files-archive", archive_draft, RDM_FORMS),
    Route("GET", f"{_DRAFT}/files/{{key:path}}/content", download_draft, RDM_FORMS),
    Route(
        "GET",
        f"{_DRAFT}/files/{{key:path}}/container",
        list_container_draft,
        RDM_FORMS,
        zenodo_only=True,
    ),
    Route(
        "GET",
        f"{_DRAFT}/files/{{key:path}}/container/{{path:path}}",
        unpack_draft,
        RDM_FORMS,
        zenodo_only=True,
    ),
    Route("PUT", f"{_DRAFT}/files/{{key:path}}/content", send, RDM_FORMS, streams=True),
    Route(
        "PUT",
        f"{_DRAFT}/files/{{key:path}}/content/{{part:int}}",
        send_part,
        RDM_FORMS,
        streams=True,
    ),
    Route("POST", f"{_DRAFT}/files/{{key:path}}/commit", commit, RDM_FORMS),
    Route("GET", f"{_DRAFT}/files/{{key:path}}", read_draft, RDM_FORMS),
    Route("PUT", f"{_DRAFT}/files/{{key:path}}", describe, RDM_FORMS),
    Route("DELETE", f"{_DRAFT}/files/{{key:path}}", remove, RDM_FORMS),
    Route("GET", f"{_RECORD}/files", list_record),
    Route("GET", f"{_RECORD}/files-archive", archive_record),
    Route("GET", f"{_RECORD}/files/{{key:path}}/content", download_record),
    Route("GET", f"{_RECORD}/files/{{key:path}}/container", list_container, zenodo_only=True),
    Route(
        "GET",
        f"{_RECORD}/files/{{key:path}}/container/{{path:path}}",
        unpack_record,
        zenodo_only=True,
    ),
    Route("GET", f"{_RECORD}/files/{{key:path}}", read_record),
]
