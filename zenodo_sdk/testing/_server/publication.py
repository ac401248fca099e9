"""Publishing a draft, and the draft of a next version."""

from __future__ import annotations

from copy import deepcopy

from .answers import JSON, RDM_JSON, Answer, ApiError, Json, denied, field_error, invalid
from .context import RECORD_FORMS, Context, Route
from .drafts import copy_files, missing_files, remove_file, touch
from .entries import entry_answer
from .identity import doi, new_id, new_uuid, oai
from .lookup import files_of, find_draft, find_record, latest_version, next_draft
from .permissions import Level, may_read_files, require
from .represent import file_list
from .reviews import review_of
from .schema import publish_errors
from .schema_lookup import SchemaLookup
from .state import Draft, Lineage, Record


def publish(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/actions/publish."""
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    if review_of(ctx, lineage):
        raise ApiError(
            400, "You cannot publish a draft with a review: submit the review, or delete it."
        )
    return entry_answer(ctx, publish_draft(ctx, draft, lineage), 202)


def publish_draft(ctx: Context, draft: Draft, lineage: Lineage) -> Record:
    """Make a draft a published record, or its edits those of the record.

    Raises:
        ApiError: 400 with everything that is missing.
    """
    errors = check(ctx, draft)
    if errors:
        raise invalid(errors)
    now = ctx.world.timestamp()
    record = ctx.store.find(Record, draft.id)
    before = record
    record = Record(
        id=draft.id,
        parent=draft.parent,
        index=draft.index,
        revision=before.revision + 2 if before else 4,
        created=before.created if before else now,
        updated=now,
        data=draft.data,
        bucket=draft.bucket,
        draft_created=draft.created,
        draft_revision=draft.revision,
    )
    if before:
        for file in files_of(ctx, before):
            remove_file(ctx, file)
    _register(ctx, record, lineage)
    ctx.store.put(record)
    ctx.store.remove(draft)
    return record


def check(ctx: Context, draft: Draft) -> list[Json]:
    """All that stands against publishing a draft."""
    errors = publish_errors(
        draft.data,
        profile=ctx.world.profile,
        lookup=SchemaLookup(ctx),
        record_id=draft.id,
    )
    files = files_of(ctx, draft)
    if draft.data["files"]["enabled"] and not files:
        errors.append(missing_files(ctx, publishing=True))
    elif draft.data["files"]["enabled"] and not all(file.completed for file in files):
        errors.append(
            field_error(
                "files", "One or more files have not completed their transfer, please wait."
            )
        )
    return errors


def new_version(ctx: Context) -> Answer:
    """POST /api/records/{id}/versions."""
    record, lineage = find_record(ctx, ctx.params["id"])
    require(ctx, lineage, Level.EDIT)
    external = record.data["pids"].get("doi", {}).get("provider") == "external"
    if external and not ctx.world.profile.external_doi_versions:
        raise denied()
    draft = next_draft(ctx, lineage.id)
    if draft is None:
        draft = _next_version(ctx, lineage)
        ctx.store.put(draft)
    return entry_answer(ctx, draft, 201)


def import_files(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/actions/files-import."""
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    record = latest_version(ctx, lineage.id)
    if record is None:
        raise ApiError(404, "Not found.")
    if not may_read_files(ctx, record, lineage):
        raise denied()
    if not draft.data["files"]["enabled"]:
        raise invalid([field_error("files.enabled", "Files support must be enabled.")])
    if files_of(ctx, draft):
        raise invalid([field_error("files.enabled", "Please remove all files first.")])
    copy_files(ctx, record, draft)
    touch(ctx, draft)
    return Answer(201, file_list(ctx, draft))


def _next_version(ctx: Context, lineage: Lineage) -> Draft:
    latest = latest_version(ctx, lineage.id)
    assert latest is not None
    now = ctx.world.timestamp()
    data = deepcopy(latest.data)
    data["metadata"].pop("version", None)
    data["metadata"]["publication_date"] = ctx.world.now().date().isoformat()
    data["pids"] = {}
    return Draft(
        id=new_id(ctx),
        parent=lineage.id,
        index=latest.index + 1,
        revision=5,
        created=now,
        updated=now,
        expires=now.replace("T", " "),
        data=data,
        bucket=new_uuid(),
    )


def _register(ctx: Context, record: Record, lineage: Lineage) -> None:
    """Give a record its DOI and OAI identifier, and its lineage the concept DOI."""
    pids = record.data["pids"]
    own = pids.get("doi", {})
    if not own.get("identifier"):
        pids["doi"] = own = doi(ctx, record.id)
    if own["provider"] != "external" and "doi" not in lineage.pids:
        lineage.pids["doi"] = doi(ctx, lineage.id)
        ctx.store.put(lineage)
    pids.setdefault("oai", oai(ctx, record.id))


ROUTES = [
    Route("POST", "/api/records/{id}/draft/actions/publish", publish, RECORD_FORMS),
    Route("POST", "/api/records/{id}/versions", new_version, RECORD_FORMS),
    Route("POST", "/api/records/{id}/draft/actions/files-import", import_files, (JSON, RDM_JSON)),
]
