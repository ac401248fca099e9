"""Publishing a draft, and the draft of a next version."""

from __future__ import annotations

from copy import deepcopy

from .answers import Answer, ApiError, Json, denied, field_error, invalid
from .context import RDM_FORMS, RECORD_FORMS, Context, Route
from .drafts import copy_files, fresh_draft, remove_file, touch
from .entries import entry_answer
from .identity import doi, new_id, oai
from .lookup import any_record, files_of, find_draft, latest_version, lineage_of, next_draft
from .permissions import Level, may_read_files, require
from .represent import file_list
from .reviews import review_of
from .schema import publish_errors
from .schema_lookup import SchemaLookup
from .state import Draft, Lineage, Record

_MISSING_FILES = (
    "Missing uploaded files. To disable files for this record please mark it as metadata-only."
)
_INCOMPLETE_FILES = "One or more files have not completed their transfer, please wait."


def publish(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/actions/publish."""
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.REVIEW)
    if review_of(ctx, lineage):
        raise ApiError(
            400,
            "You cannot publish a draft with an open review request. Please cancel the review"
            " request first.",
        )
    return entry_answer(ctx, publish_draft(ctx, draft, lineage), 202)


def publish_draft(
    ctx: Context, draft: Draft, lineage: Lineage, *, reviewed: bool = False
) -> Record:
    """Make a draft a published record, or its edits those of the record.

    Args:
        ctx: The request.
        draft: The draft.
        lineage: Its lineage.
        reviewed: A community accepted it.

    Raises:
        ApiError: 400 with everything that is missing.
    """
    errors = check(ctx, draft)
    if errors:
        raise invalid(errors)
    now = ctx.world.timestamp()
    before = ctx.store.find(Record, draft.id)
    record = Record(
        id=draft.id,
        parent=draft.parent,
        index=draft.index,
        revision=before.revision + 2 if before else _first_revision(ctx, draft, reviewed),
        created=before.created if before else now,
        updated=now,
        data=draft.data,
        bucket=before.bucket if before and draft.locked else draft.bucket,
        draft_created=draft.created,
        # the first publication moves the counter by one less
        draft_revision=draft.revision if before else draft.revision - 1,
    )
    if before:  # one of the two sets of files is left over
        for file in files_of(ctx, draft if draft.locked else before):
            remove_file(ctx, file)
    _register(ctx, record, lineage, before.data["pids"] if before else {})
    ctx.store.put(record)
    ctx.store.remove(draft)
    return record


def check(ctx: Context, draft: Draft) -> list[Json]:
    """All that stands against publishing a draft."""
    return publish_errors(
        draft.data,
        profile=ctx.world.profile,
        lookup=SchemaLookup(ctx),
        record_id=draft.id,
        files=_wrong_files(ctx, draft),
    )


def _wrong_files(ctx: Context, draft: Draft) -> list[Json]:
    if not draft.data["files"]["enabled"]:
        return []
    files = files_of(ctx, draft)
    if not files:
        return [field_error("files.enabled", _MISSING_FILES)]
    if not all(file.completed for file in files):
        return [field_error("files", _INCOMPLETE_FILES)]
    return []


def new_version(ctx: Context) -> Answer:
    """POST /api/records/{id}/versions."""
    record = any_record(ctx, ctx.params["id"])  # a deleted one may have a next version, too
    lineage = lineage_of(ctx, record)
    require(ctx, lineage, Level.EDIT)
    external = record.data["pids"].get("doi", {}).get("provider") == "external"
    if external and not ctx.world.profile.external_doi_versions:
        raise denied()
    draft = next_draft(ctx, lineage.id)
    if draft is not None:
        return entry_answer(ctx, draft, 201, bare=True)
    draft = _next_version(ctx, lineage, latest_version(ctx, lineage.id) or record)
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


def _next_version(ctx: Context, lineage: Lineage, latest: Record) -> Draft:
    data = deepcopy(latest.data)
    data["metadata"].pop("version", None)
    data["metadata"]["publication_date"] = ctx.world.now().date().isoformat()
    data["pids"] = {}
    return fresh_draft(ctx, new_id(ctx), lineage.id, latest.index + 1, data)


def _first_revision(ctx: Context, draft: Draft, reviewed: bool) -> int:
    if reviewed and ctx.world.profile.name == "zenodo":
        return 3
    return 4 if draft.data["files"]["enabled"] else 3


def _register(ctx: Context, record: Record, lineage: Lineage, before: Json) -> None:
    """Give a record its DOI and OAI identifier, and its lineage the concept DOI.

    What it was published with it keeps; a record that is hidden gets nothing new.
    """
    pids: Json = {scheme: pid for scheme, pid in record.data["pids"].items() if pid}
    if not pids.get("doi", {}).get("identifier"):
        pids.pop("doi", None)
    made = {"doi": doi(ctx, record.id), "oai": oai(ctx, record.id)}
    hidden = record.data["access"]["record"] == "restricted"
    record.data["pids"] = pids = {**({} if hidden else made), **before, **pids}
    if pids.get("doi", {}).get("provider") == "datacite" and "doi" not in lineage.pids:
        lineage.pids["doi"] = doi(ctx, lineage.id)
        ctx.store.put(lineage)


ROUTES = [
    Route("POST", "/api/records/{id}/draft/actions/publish", publish, RECORD_FORMS),
    Route("POST", "/api/records/{id}/versions", new_version, RECORD_FORMS),
    Route("POST", "/api/records/{id}/draft/actions/files-import", import_files, RDM_FORMS),
]
