"""Published records: read, list, search; and the account's own list."""

from __future__ import annotations

from .answers import JSON, Answer, Json, denied, internal
from .bodies import redirect
from .context import RECORD_FORMS, Context, Route
from .entries import entry_answer, search_answer
from .lookup import any_record, find_record, latest_version, lineage_of, versions_of
from .permissions import Level, level, may_read_record, require_user
from .state import Draft, Lineage, Record


def read(ctx: Context) -> Answer:
    """GET /api/records/{id}; the id of a lineage leads to its latest version."""
    record_id = ctx.params["id"]
    latest = latest_version(ctx, record_id)
    if latest is not None:
        find_record(ctx, latest.id)  # refuses those who may not see it
        return redirect(f"/api/records/{latest.id}", 302)
    record, _ = find_record(ctx, record_id)
    return entry_answer(ctx, record, file_links=True, signposted=True)


def read_latest(ctx: Context) -> Answer:
    """GET /api/records/{id}/versions/latest."""
    record_id = ctx.params["id"]
    latest = latest_version(ctx, record_id)
    if latest is None:
        record, lineage = find_record(ctx, record_id)
        latest = latest_version(ctx, lineage.id) or record
    find_record(ctx, latest.id)
    location = f"{ctx.base}/api/records/{latest.id}"
    body: Json = {"status": 301, "message": "Redirecting...", "location": location}
    return Answer(301, body, {"Location": location}, JSON)


def list_versions(ctx: Context) -> Answer:
    """GET /api/records/{id}/versions."""
    record_id = ctx.params["id"]
    entry = ctx.store.find(Draft, record_id) or any_record(ctx, record_id)
    if isinstance(entry, Record) and not may_read_record(ctx, entry, lineage_of(ctx, entry)):
        raise denied()
    versions = versions_of(ctx, entry.parent or "")
    return search_answer(ctx, "versions", (each for each in versions if _visible(ctx, each)))


def for_administrators(ctx: Context) -> Answer:
    """Refuses what only administrators may do."""
    find_record(ctx, ctx.params["id"])
    raise denied()


def save(ctx: Context) -> Answer:
    """PUT /api/records/{id}: there is such a route, but only drafts can be saved."""
    raise internal()


def search_records(ctx: Context) -> Answer:
    """GET /api/records."""
    found = (each for each in ctx.store.all(Record) if _visible(ctx, each))
    return search_answer(ctx, "records", found)


def search_own(ctx: Context) -> Answer:
    """GET /api/user/records: drafts, and published records that are not being edited."""
    require_user(ctx)
    drafts = ctx.store.all(Draft)
    edited = {draft.id for draft in drafts}
    records = (each for each in ctx.store.all(Record) if each.tombstone is None)
    entries: list[Draft | Record] = [
        *drafts,
        *(each for each in records if each.id not in edited),
    ]
    lineages = {each.id: each for each in ctx.store.all(Lineage)}
    mine = (each for each in entries if level(ctx, lineages[each.parent or ""]) >= Level.PREVIEW)
    return search_answer(ctx, "user_records", mine)


def _visible(ctx: Context, record: Record) -> bool:
    if record.tombstone is not None:
        return False
    lineage = ctx.store.find(Lineage, record.parent or "")
    return lineage is not None and may_read_record(ctx, record, lineage)


ROUTES = [
    Route("GET", "/api/records", search_records, RECORD_FORMS),
    Route("GET", "/api/records/{id}", read, RECORD_FORMS),
    Route("DELETE", "/api/records/{id}", for_administrators),
    Route("DELETE", "/api/records/{id}/delete", for_administrators),
    Route("GET", "/api/records/{id}/revisions", for_administrators),
    Route("PUT", "/api/records/{id}", save),
    Route("GET", "/api/records/{id}/versions", list_versions, RECORD_FORMS),
    Route("GET", "/api/records/{id}/versions/latest", read_latest, RECORD_FORMS),
    Route("GET", "/api/user/records", search_own, RECORD_FORMS),
]
