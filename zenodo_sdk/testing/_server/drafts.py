"""Drafts: create, read, save, delete, edit, and the DOI that is reserved for one."""

from __future__ import annotations

from dataclasses import replace

from .answers import Answer, ApiError, Json, field_error, invalid, unknown_pid
from .context import RECORD_FORMS, Context, Route
from .entries import entry_answer
from .identity import doi, new_id, new_uuid
from .lookup import files_of, find_draft, find_record, lineage_of, versions_of
from .permissions import Level, require, require_user
from .reviews import close_review_of, open_review_of, start_review
from .schema import load_draft
from .schema_lookup import SchemaLookup
from .state import Draft, File, Lineage, Record

# the counter moves on while a record is published and opened for editing
_REVISIONS_TO_EDIT = 8
_CRATE = 'application/ld+json;profile="https://w3id.org/ro/crate/1.1"'


def create(ctx: Context) -> Answer:
    """POST /api/records."""
    owner = require_user(ctx)
    body = ctx.json(_CRATE) or {}
    lineage = Lineage(id=new_id(ctx), owner=owner, created=ctx.world.timestamp())
    draft_id = new_id(ctx)
    loaded = load_draft(
        body, profile=ctx.world.profile, lookup=SchemaLookup(ctx), record_id=draft_id
    )
    draft = fresh_draft(ctx, draft_id, lineage.id, 1, complete_data(loaded.data, None))
    draft.revision = 3 + _revisions(ctx, loaded.data)
    ctx.store.put(lineage)
    ctx.store.put(draft)
    review = body["parent"].get("review") if isinstance(body.get("parent"), dict) else None
    if review:
        start_review(ctx, draft, lineage, review)
    return entry_answer(ctx, draft, 201, errors=loaded.errors, had_files=False)


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
    body = ctx.json(_CRATE)
    revision = _if_match(ctx)
    draft = _draft_of_revision(ctx, revision)
    find_draft(ctx, draft.id, Level.REVIEW)
    loaded = load_draft(
        body,
        profile=ctx.world.profile,
        lookup=SchemaLookup(ctx),
        record_id=draft.id,
        before=draft.data,
        files=[file.key for file in files_of(ctx, draft)],
    )
    had_files = draft.data["files"]["enabled"]
    draft.data = complete_data(loaded.data, draft.data)
    touch(ctx, draft)
    return entry_answer(ctx, draft, errors=loaded.errors, had_files=had_files)


def delete(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft."""
    revision = _if_match(ctx)
    draft = _draft_of_revision(ctx, revision)
    _, lineage = find_draft(ctx, draft.id, Level.EDIT)
    if open_review_of(ctx, lineage):
        raise ApiError(
            400,
            "You cannot delete a draft with an open review. Please cancel the review first.",
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
        return entry_answer(ctx, draft, 201, bare=True)
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
        data=record.data,
        bucket=new_uuid(),
        editing=True,
        locked=True,
    )
    copy_files(ctx, record, draft)
    ctx.store.put(draft)
    return entry_answer(ctx, draft, 201)


def reserve_pid(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/pids/{scheme}."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    _only_doi(ctx)
    if draft.data["pids"].get("doi"):
        raise invalid([field_error("pids.doi", "A PID already exists for type doi")])
    draft.data["pids"]["doi"] = doi(ctx, draft.id)
    touch(ctx, draft)
    return entry_answer(ctx, draft, 201)


def discard_pid(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft/pids/{scheme}."""
    draft, _ = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    _only_doi(ctx)
    if not draft.data["pids"].get("doi"):
        raise unknown_pid()
    if ctx.store.find(Record, draft.id) is not None:
        told = "Cannot discard a reserved or registered persistent identifier."
        raise invalid([field_error("pids.doi", told)])
    del draft.data["pids"]["doi"]
    touch(ctx, draft)
    return entry_answer(ctx, draft)


def _only_doi(ctx: Context) -> None:
    if ctx.params["scheme"] != "doi":
        raise ApiError(404, "Not found.")


# --- what others need, too ----------------------------------------------------


def touch(ctx: Context, draft: Draft) -> None:
    """Keep a changed draft under its next revision."""
    draft.revision += _revisions(ctx, draft.data)
    draft.updated = ctx.world.timestamp()
    ctx.store.put(draft)


def fresh_draft(ctx: Context, draft_id: str, lineage: str, index: int, data: Json) -> Draft:
    """A draft that was never published, not yet stored."""
    now = ctx.world.timestamp()
    return Draft(
        id=draft_id,
        parent=lineage,
        index=index,
        revision=5,
        created=now,
        updated=now,
        data=data,
        bucket=new_uuid(),
    )


def _revisions(ctx: Context, data: Json) -> int:
    """How far a change moves the counter: the server writes terms of vocabularies separately."""
    stored = (data["metadata"], data["custom_fields"])
    return 1 if ctx.world.vocabularies.dereference(*stored) == stored else 2


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
    if file.content:
        ctx.store.release(file.content)


def copy_files(ctx: Context, source: Draft | Record, target: Draft | Record) -> None:
    """Give a draft or record the files of another, without copying a content."""
    now = ctx.world.timestamp()
    for file in files_of(ctx, source):
        copy = replace(
            file,
            id=f"{target.bucket}/{file.key}",
            parent=target.bucket,
            version_id=new_uuid(),
            created=now,
            updated=now,
        )
        ctx.store.put(copy)


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
    Route("DELETE", "/api/records/{id}/draft", delete, RECORD_FORMS),
    Route("POST", "/api/records/{id}/draft", edit, RECORD_FORMS),
    Route("POST", "/api/records/{id}/draft/pids/{scheme}", reserve_pid, RECORD_FORMS),
    Route("DELETE", "/api/records/{id}/draft/pids/{scheme}", discard_pid, RECORD_FORMS),
]
