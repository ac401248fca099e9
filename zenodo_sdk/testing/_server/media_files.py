"""The media files of drafts and records, of which there are none: only whether they are enabled."""

from __future__ import annotations

from .answers import Answer, ApiError, Json, denied
from .context import RDM_FORMS, Context, Route
from .lookup import find_draft, find_record, lineage_of
from .permissions import Level, may_read_files
from .state import Draft, Record


def list_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/media-files."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    return _listed(ctx, draft)


def list_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/media-files."""
    return _listed(ctx, _readable(ctx))


def change_draft(ctx: Context) -> Answer:
    """POST or DELETE /api/records/{id}/draft/media-files."""
    find_draft(ctx, ctx.params["id"], Level.REVIEW)
    raise _not_enabled()


def archive_draft(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/media-files-archive."""
    find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    raise _not_enabled()


def archive_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/media-files-archive."""
    _readable(ctx)
    raise _not_enabled()


def one_of_draft(ctx: Context) -> Answer:
    """Whatever is done with a media file of a draft; nobody is asked who they are."""
    find_draft(ctx, ctx.params["id"], Level.NONE)
    raise _not_enabled()


def one_of_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/media-files/{key}, and its content."""
    find_record(ctx, ctx.params["id"])
    raise _not_enabled()


def _listed(ctx: Context, entry: Draft | Record) -> Answer:
    own = ctx.base + ctx.path
    enabled: bool = entry.data["media_files"]["enabled"]
    body: Json = {"enabled": enabled, "links": {"self": own, "archive": f"{own}-archive"}}
    if enabled:
        body |= {"entries": [], "default_preview": None, "order": []}
    return Answer(200, body)


def _readable(ctx: Context) -> Record:
    record, _ = find_record(ctx, ctx.params["id"])
    if not may_read_files(ctx, record, lineage_of(ctx, record)):
        raise denied()
    return record


def _not_enabled() -> ApiError:
    return ApiError(403, "Files are not enabled.")


_DRAFT = "/api/records/{id}/draft/media-files"
_RECORD = "/api/records/{id}/media-files"

ROUTES = [
    Route("GET", _DRAFT, list_draft, RDM_FORMS),
    Route("POST", _DRAFT, change_draft, RDM_FORMS),
    Route("DELETE", _DRAFT, change_draft, RDM_FORMS),
    Route("GET", f"{_DRAFT}-archive", archive_draft, RDM_FORMS),
    Route("GET", f"{_DRAFT}/{{key:path}}/content", one_of_draft, RDM_FORMS),
    Route("PUT", f"{_DRAFT}/{{key:path}}/content", one_of_draft, RDM_FORMS),
    Route("POST", f"{_DRAFT}/{{key:path}}/commit", one_of_draft, RDM_FORMS),
    Route("GET", f"{_DRAFT}/{{key:path}}", one_of_draft, RDM_FORMS),
    Route("PUT", f"{_DRAFT}/{{key:path}}", one_of_draft, RDM_FORMS),
    Route("DELETE", f"{_DRAFT}/{{key:path}}", one_of_draft, RDM_FORMS),
    Route("GET", _RECORD, list_record, RDM_FORMS),
    Route("GET", f"{_RECORD}-archive", archive_record, RDM_FORMS),
    Route("GET", f"{_RECORD}/{{key:path}}/content", one_of_record, RDM_FORMS),
    Route("GET", f"{_RECORD}/{{key:path}}", one_of_record, RDM_FORMS),
]
