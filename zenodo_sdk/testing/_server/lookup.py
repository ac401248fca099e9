"""Finding drafts and records by their ids, with the server's answers for what is not there."""

from __future__ import annotations

from .answers import ApiError, denied, unknown_pid
from .context import Context
from .permissions import Level, level, may_read_record
from .state import Draft, File, Lineage, Record


def lineage_of(ctx: Context, entry: Draft | Record) -> Lineage:
    """What all versions of a draft or record share."""
    lineage = ctx.store.find(Lineage, entry.parent or "")
    assert lineage is not None
    return lineage


def find_draft(ctx: Context, record_id: str, needed: Level) -> tuple[Draft, Lineage]:
    """A draft that the person may do this with.

    Raises:
        ApiError: 404 if there is none, 403 for those who may not.
    """
    draft = ctx.store.find(Draft, record_id)
    if draft is None:
        known = ctx.store.find(Record, record_id) or ctx.store.find(Lineage, record_id)
        raise ApiError(404, "Not found.") if known else unknown_pid()
    lineage = lineage_of(ctx, draft)
    if level(ctx, lineage) < needed:
        raise denied()
    return draft, lineage


def any_record(ctx: Context, record_id: str) -> Record:
    """A published record, even a deleted one, whoever asks.

    Raises:
        ApiError: 404 if there is none.
    """
    record = ctx.store.find(Record, record_id)
    if record is None:
        if ctx.store.find(Draft, record_id):
            raise ApiError(404, "The persistent identifier is not registered.")
        raise unknown_pid()
    return record


def find_record(ctx: Context, record_id: str) -> tuple[Record, Lineage]:
    """A published record that the person may see.

    Raises:
        ApiError: 404 if there is none, 410 if it was deleted, 403 for those who may not.
    """
    record = any_record(ctx, record_id)
    if record.tombstone is not None:
        raise ApiError(410, "Record deleted", more={"tombstone": record.tombstone})
    lineage = lineage_of(ctx, record)
    if not may_read_record(ctx, record, lineage):
        raise denied()
    return record, lineage


def versions_of(ctx: Context, lineage_id: str) -> list[Record]:
    """The published versions of a lineage that are still there, oldest first."""
    found = ctx.store.children(Record, lineage_id)
    return sorted((each for each in found if each.tombstone is None), key=lambda each: each.index)


def latest_version(ctx: Context, lineage_id: str) -> Record | None:
    """The latest published version of a lineage."""
    versions = versions_of(ctx, lineage_id)
    return versions[-1] if versions else None


def next_draft(ctx: Context, lineage_id: str) -> Draft | None:
    """The draft of the lineage's next version."""
    drafts = ctx.store.children(Draft, lineage_id)
    return next((each for each in drafts if ctx.store.find(Record, each.id) is None), None)


def files_of(ctx: Context, entry: Draft | Record) -> list[File]:
    """The files of a draft or record, in the order they were announced."""
    return ctx.store.children(File, entry.bucket)


def check_files_enabled(entry: Draft | Record) -> None:
    """Refuse with 403 what needs files, where there are none to be."""
    if not entry.data["files"]["enabled"]:
        raise ApiError(403, "Files are not enabled.")


def find_file(ctx: Context, entry: Draft | Record, key: str) -> File:
    """A file by its key.

    Raises:
        ApiError: 404 if there is none, 403 if there are none to be.
    """
    check_files_enabled(entry)
    file = ctx.store.find(File, f"{entry.bucket}/{key}")
    if file is None:
        raise ApiError(404, f"Record '{entry.id}' has no file '{key}'.")
    return file
