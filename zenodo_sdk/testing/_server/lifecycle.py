"""What owners may ask for on Zenodo: to delete a record, to change its files, more space."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from marshmallow import Schema, fields, validate

from .answers import Answer, ApiError, Json, denied, field_error, internal, invalid
from .bodies import load
from .context import Context, Route
from .drafts import remove_draft
from .exports.citation import bibliography
from .lookup import find_record, lineage_of
from .represent import document as entry_document
from .requests import SYSTEM, document, make_request, me, move
from .state import Draft, Lineage, Record, Request

_GRACE = timedelta(days=30)
_DELETION_POLICY = "grace-period-v1"
_FILES_POLICY = "file-modification-grace-period-v1"
_GIGABYTE = 1_000_000_000
_ALLOWANCE = 200
"""How large a record may become, in GB."""


class _Comment(Schema):
    comment = fields.String(validate=validate.Length(min=25), allow_none=True)


def request_deletion(ctx: Context) -> Answer:
    """POST /api/records/{id}/request-deletion: soon after it was published, it is gone at once."""
    record = _published(ctx)
    if record.tombstone is not None:
        raise ApiError(400, "Record in unexpected deletion status.")
    _require_grace(ctx, record)
    body = _object(ctx)
    reason = body.get("reason")
    term = ctx.world.vocabularies.get("removalreasons", str(reason))
    if term is None or "deletion-request" not in term.get("tags", []):
        raise invalid([field_error("_schema", "Invalid removal reason")])
    comment = body.get("comment")
    payload: Json = {"policy_id": _DELETION_POLICY, "reason": reason}
    if isinstance(comment, str) and not _Comment().validate({"comment": comment}):
        payload["comment"] = comment
    title = record.data["metadata"]["title"]
    request = _granted(ctx, "record-deletion", record, f'Deletion request for "{title}"', payload)
    bury(ctx, record, str(reason))
    return Answer(200, document(ctx, request), terse=True)


def modify_files(ctx: Context) -> Answer:
    """POST /api/records/{id}/file-modification: the files of the open edits may be changed."""
    record, _ = find_record(ctx, ctx.params["id"])
    _require_grace(ctx, record)
    given = load(_Comment, _object(ctx))
    title = record.data["metadata"]["title"]
    draft = ctx.store.find(Draft, record.id)
    if draft is None:
        raise ApiError(404, "Not found.")
    payload: Json = {**given, "policy_id": _FILES_POLICY}
    request = _granted(
        ctx, "file-modification", record, f'File modification request for "{title}"', payload
    )
    draft.locked = False
    ctx.store.put(draft)
    return Answer(200, document(ctx, request), terse=True)


def increase_quota(ctx: Context) -> Answer:
    """POST /api/records/{id}/quota-increase."""
    record_id, body = ctx.params["id"], _object(ctx)
    draft = ctx.store.find(Draft, record_id)
    entry: Draft | Record = draft or find_record(ctx, record_id)[0]
    lineage = lineage_of(ctx, entry)
    if not ctx.world.profile.owner_requests or not _owns(ctx, lineage):
        raise denied()
    size = body.get("quota_size")
    if not isinstance(size, str) or not size.isdigit():
        raise internal()
    if int(size) > _ALLOWANCE:
        raise denied()
    title = entry.data["metadata"].get("title")
    named = f'Quota increase request for "{title}"' if title else "Quota increase request"
    request = _granted(ctx, "quota-increase", entry, named, {"quota_size": size})
    if draft is not None:
        draft.quota = int(size) * _GIGABYTE
        ctx.store.put(draft)
    return Answer(200, document(ctx, request), terse=True)


def bury(ctx: Context, record: Record, reason: str) -> None:
    """Delete a published record; a tombstone tells of it."""
    shown = entry_document(ctx, record)
    record.tombstone = {
        "note": "",
        "removed_by": me(ctx),
        "removal_date": ctx.world.timestamp(),
        "citation_text": bibliography(shown, "apa"),
        "is_visible": True,
        "removal_reason": {"id": reason},
        "deletion_policy": {"id": _DELETION_POLICY},
    }
    record.revision += 1
    draft = ctx.store.find(Draft, record.id)
    if draft is not None:
        remove_draft(ctx, draft)
    ctx.store.put(record)


def _published(ctx: Context) -> Record:
    """The record in the path, also if it was deleted."""
    record = ctx.store.find(Record, ctx.params["id"])
    return record or find_record(ctx, ctx.params["id"])[0]


def _require_grace(ctx: Context, record: Record) -> None:
    """Only owners may, and only for some days."""
    late = ctx.world.now() > datetime.fromisoformat(record.created) + _GRACE
    owner = _owns(ctx, lineage_of(ctx, record))
    if not ctx.world.profile.owner_requests or late or not owner:
        raise denied()


def _owns(ctx: Context, lineage: Lineage) -> bool:
    return ctx.user is not None and lineage.owner == ctx.user.id


def _object(ctx: Context) -> Json:
    body = ctx.json()
    if not isinstance(body, dict):
        raise internal()
    return cast("Json", body)


def _granted(ctx: Context, kind: str, entry: Draft | Record, title: str, payload: Json) -> Request:
    """A request that is accepted as soon as it is made."""
    request = make_request(
        ctx,
        kind,
        created_by=me(ctx),
        receiver=None,
        topic={"record": entry.id},
        title=title,
        payload=payload,
    )
    move(ctx, request, "submitted", by=me(ctx))
    move(ctx, request, "accepted", by=SYSTEM)
    return request


ROUTES = [
    Route("POST", "/api/records/{id}/request-deletion", request_deletion),
    Route("POST", "/api/records/{id}/file-modification", modify_files),
    Route("POST", "/api/records/{id}/quota-increase", increase_quota),
]
