"""Drafts: create, read, save, delete, edit, and the DOI that is reserved for one."""

from __future__ import annotations

from .answers import Answer, ApiError, Json, field_error, invalid
from .context import RECORD_FORMS, Context, Route
from .entries import entry_answer
from .identity import doi, new_id, new_uuid
from .lookup import files_of, find_draft, find_record, lineage_of, versions_of
from .permissions import Level, require, require_user
from .reviews import close_review_of, open_review_of
from .schema import Loaded, load_draft
from .schema_lookup import SchemaLookup
from .state import Draft, File, Lineage, Record

_MISSING_FILES = "Missing uploaded files."
_METADATA_ONLY_HINT = " To disable files for this record please mark it as metadata-only."
# the counter moves on while a record is published and opened for editing
_REVISIONS_TO_EDIT = 7


def create(ctx: Context) -> Answer:
    """POST /api/records."""
    owner = require_user(ctx)
    body = ctx.json()
    now = ctx.world.timestamp()
    lineage = Lineage(id=new_id(ctx), owner=owner, created=now)
    draft_id = new_id(ctx)
    loaded = _load(ctx, body, draft_id)
    draft = Draft(
        id=draft_id,
        parent=lineage.id,
        index=1,
        revision=5 if loaded.data["metadata"] else 4,
        created=now,
        updated=now,
        expires=now.replace("T", " "),
        data=complete_data(loaded.data, None),
        bucket=new_uuid(),
    )
    ctx.store.put(lineage)
    ctx.store.put(draft)
    return entry_answer(ctx, draft, 201, errors=loaded.errors)


def read(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft."""
    try:
        draft, _ = find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    except ApiError as error:
        if error.message == "Not found.":
            raise ApiError(404, "The persistent identifier does not exist.") from None
        raise
    return entry_answer(ctx, draft)


def save(ctx: Context) -> Answer:
    """PUT /api/records/{id}/draft."""
    body = ctx.json()
    revision = _if_match(ctx)
    draft = _draft_of_revision(ctx, revision)
    find_draft(ctx, draft.id, Level.REVIEW)
    loaded = _load(ctx, body, draft.id)
    draft.data = complete_data(loaded.data, draft.data)
    touch(ctx, draft)
    errors = loaded.errors + _file_errors(ctx, draft)
    return entry_answer(ctx, draft, errors=errors)


def delete(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft."""
    revision = _if_match(ctx)
    draft = _draft_of_revision(ctx, revision)
    _, lineage = find_draft(ctx, draft.id, Level.EDIT)
    if open_review_of(ctx, lineage):
        raise ApiError(
            400,
            "You cannot delete a draft with an open review. It can be deleted once the"
            " review is closed.",
        )
    remove_draft(ctx, draft)
    if not versions_of(ctx, lineage.id) and not ctx.store.children(Draft, lineage.id):
        close_review_of(ctx, lineage)
        ctx.store.remove(lineage)
    return Answer(204)


def edit(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft: open a published record for editing."""
    record_id = ctx.params["id"]
    draft = ctx.store.find(Draft, record_id)
    if draft is not None:
        require(ctx, lineage_of(ctx, draft), Level.EDIT)
        return entry_answer(ctx, draft, 201)
    record, lineage = find_record(ctx, record_id)
    require(ctx, lineage, Level.EDIT)
    now = ctx.world.timestamp()
    draft = Draft(
        id=record.id,
        parent=record.parent,
        index=record.index,
        revision=record.draft_revision + _REVISIONS_TO_EDIT,
        created=record.draft_created,
        updated=now,
        expires=record.draft_created.replace("T", " "),
        data=record.data,
        bucket=new_uuid(),
        locked=True,
    )
    copy_files(ctx, record, draft)
    ctx.store.put(draft)
    return entry_answer(ctx, draft, 201)


def reserve_doi(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/pids/doi."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    if draft.data["pids"].get("doi"):
        raise invalid([field_error("pids.doi", "A PID already exists for type doi")])
    draft.data["pids"]["doi"] = doi(ctx, draft.id)
    touch(ctx, draft)
    return entry_answer(ctx, draft, 201)


def discard_doi(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft/pids/doi."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    if not draft.data["pids"].pop("doi", None):
        raise invalid([field_error("pids.doi", "No PID found for type doi")])
    touch(ctx, draft)
    return entry_answer(ctx, draft)


# --- what others need, too ----------------------------------------------------


def touch(ctx: Context, draft: Draft) -> None:
    """Keep a changed draft under its next revision."""
    draft.revision += 2
    draft.updated = ctx.world.timestamp()
    ctx.store.put(draft)


def remove_draft(ctx: Context, draft: Draft) -> None:
    """Forget a draft and its files; a record's counter of drafts goes on."""
    for file in files_of(ctx, draft):
        remove_file(ctx, file)
    ctx.store.remove(draft)
    record = ctx.store.find(Record, draft.id)
    if record is not None:
        record.draft_revision = draft.revision
        ctx.store.put(record)


def remove_file(ctx: Context, file: File) -> None:
    """Forget a file; its content goes with the last one that names it."""
    ctx.store.remove(file)
    for content in filter(None, (file.content, *file.parts.values())):
        ctx.store.release(content)


def copy_files(ctx: Context, source: Draft | Record, target: Draft | Record) -> None:
    """Give a draft or record the files of another, without copying a content."""
    for file in files_of(ctx, source):
        fields = {**vars(file), "id": f"{target.bucket}/{file.key}", "parent": target.bucket}
        ctx.store.put(File(**fields))


def missing_files(ctx: Context, *, publishing: bool) -> Json:
    """The error for a draft that has no files, though it should."""
    hint = _METADATA_ONLY_HINT if publishing or ctx.world.profile.metadata_only else ""
    return field_error("files.enabled", _MISSING_FILES + hint)


def complete_data(data: Json, before: Json | None) -> Json:
    """What a body leaves out stays as it was."""
    kept = before or {
        "access": {
            "record": "public",
            "files": "public",
            "embargo": {"active": False, "reason": None},
        },
        "pids": {},
    }
    return {
        "metadata": data["metadata"],
        "custom_fields": data["custom_fields"],
        "access": data.get("access", kept["access"]),
        "pids": data.get("pids", kept["pids"]),
        "files": data["files"],
        "media_files": data["media_files"],
    }


def _load(ctx: Context, body: object, record_id: str) -> Loaded:
    return load_draft(
        {} if body is None else body,
        profile=ctx.world.profile,
        lookup=SchemaLookup(ctx),
        record_id=record_id,
    )


def _file_errors(ctx: Context, draft: Draft) -> list[Json]:
    if not draft.data["files"]["enabled"] or files_of(ctx, draft):
        return []
    return [missing_files(ctx, publishing=False)]


def _if_match(ctx: Context) -> int | None:
    given = ctx.headers.get("if-match")
    if given is None:
        return None
    try:
        return int(given)
    except ValueError:
        raise invalid([field_error("if_match", "Not a valid integer.")]) from None


def _draft_of_revision(ctx: Context, revision: int | None) -> Draft:
    draft = ctx.store.find(Draft, ctx.params["id"])
    if draft is None:
        find_draft(ctx, ctx.params["id"], Level.NONE)  # tells why there is none
        raise AssertionError
    if revision is not None and revision != draft.revision:
        raise ApiError(
            412,
            f"Revision id provided({revision}) doesn't match record's one({draft.revision})",
        )
    return draft


ROUTES = [
    Route("POST", "/api/records", create, RECORD_FORMS),
    Route("GET", "/api/records/{id}/draft", read, RECORD_FORMS),
    Route("PUT", "/api/records/{id}/draft", save, RECORD_FORMS),
    Route("DELETE", "/api/records/{id}/draft", delete),
    Route("POST", "/api/records/{id}/draft", edit, RECORD_FORMS),
    Route("POST", "/api/records/{id}/draft/pids/doi", reserve_doi, RECORD_FORMS),
    Route("DELETE", "/api/records/{id}/draft/pids/doi", discard_doi, RECORD_FORMS),
]
