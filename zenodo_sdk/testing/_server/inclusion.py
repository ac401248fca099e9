"""The communities of a published record: ask them to take it in, list them, leave them."""

from __future__ import annotations

from typing import cast
from uuid import NAMESPACE_URL, uuid5

from marshmallow import Schema, fields, validate

from .answers import Answer, ApiError, Json, denied, field_error, internal, invalid
from .bodies import CommentSchema, load
from .communities import (
    find_community,
    known_community,
    may_submit,
    memberships,
    search_answer,
)
from .context import FORMS, RECORD_FORMS, Context, Route
from .entries import search_answer as record_search_answer
from .lookup import find_record, lineage_of, versions_of
from .permissions import Level, is_curator, may_read_record, require
from .requests import document, make_request, me
from .state import Community, Draft, Lineage, Record, Request
from .submission import CLOSED_TO_ALL, include_directly, put_forward, receiver_of, take_in

_KIND = "community-inclusion"
_MOST = 10


class _Wish(Schema):
    id = fields.String(required=True)
    comment = fields.Nested(CommentSchema)
    require_review = fields.Boolean()


class _Wishes(Schema):
    communities = fields.List(fields.Nested(_Wish), validate=validate.Length(min=1), required=True)


class _Named(Schema):
    id = fields.String()


class _Records(Schema):
    records = fields.List(fields.Nested(_Named), validate=validate.Length(min=1), required=True)


class _Default(Schema):
    default = fields.String(allow_none=True)


def add(ctx: Context) -> Answer:
    """POST /api/records/{id}/communities: each community takes it in, is asked, or refuses."""
    wishes = _list(ctx, _Wishes, "communities")
    record, lineage = find_record(ctx, ctx.params["id"])
    require(ctx, lineage, Level.MANAGE)
    processed: list[Json] = []
    errors: list[Json] = []
    for wish in wishes:
        result: Json = {"community_id": wish["id"]}
        try:
            request = _ask(ctx, record, lineage, wish)
        except ApiError as refusal:
            errors.append({**result, "message": refusal.message})
        else:
            result |= {"request_id": request.id, "request": document(ctx, request)}
            processed.append(result)
    body: Json = {}
    if processed:
        body["processed"] = processed
    if errors:
        body["errors"] = errors
    return Answer(200 if processed else 400, body, terse=True)


def remove(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/communities."""
    wishes = _list(ctx, _Wishes, "communities")
    record = _published(ctx)
    lineage = lineage_of(ctx, record)
    errors: list[Json] = []
    for wish in wishes:
        message = _leave(ctx, record, lineage, wish["id"])
        if message:
            errors.append({"community": wish["id"], "message": message})
    body: Json = {"errors": errors} if errors else {}
    return Answer(400 if len(errors) == len(wishes) else 200, body, terse=True)


def list_communities(ctx: Context) -> Answer:
    """GET /api/records/{id}/communities."""
    record_id = ctx.params["id"]
    draft = ctx.store.find(Draft, record_id)
    if draft is not None and ctx.store.find(Record, record_id) is None:
        lineage = lineage_of(ctx, draft)
    else:
        _, lineage = find_record(ctx, record_id)
    found = (ctx.store.find(Community, each) for each in lineage.communities)
    ours = sorted((each for each in found if each is not None), key=lambda each: each.created)
    return search_answer(ctx, "communities", ours, "/api/communities")


def set_default(ctx: Context) -> Answer:
    """PUT /api/records/{id}/communities: which community stands for all."""
    wanted = load(_Default, ctx.json()).get("default")
    record, lineage = find_record(ctx, ctx.params["id"])
    require(ctx, lineage, Level.MANAGE)
    if wanted and wanted not in lineage.communities:
        raise ApiError(
            400,
            "Cannot set community as the default. The record has not been added to the community.",
        )
    lineage.default_community = wanted or None
    ctx.store.put(lineage)
    return Answer(200, _stored(record, lineage), terse=True)


def suggest(ctx: Context) -> Answer:
    """GET /api/records/{id}/communities-suggestions: those that could be asked."""
    record, lineage = find_record(ctx, ctx.params["id"])
    require(ctx, lineage, Level.MANAGE)
    asked = {(each.receiver or {}).get("community") for each in _open_requests(ctx, record)}
    not_these = {*lineage.communities, *asked}
    if (ctx.argument("membership") or "").lower() == "true":
        mine = [each for each in memberships(ctx) if each.id not in not_these]
        more: Json = {"membership": "True"}
        return search_answer(ctx, "user_communities", mine, "/api/user/communities", more)
    others = [
        each
        for each in ctx.store.all(Community)
        if not each.deleted
        and each.id not in not_these
        and each.data["access"]["visibility"] == "public"
    ]
    return search_answer(ctx, "communities", others, "/api/communities")


def list_records(ctx: Context) -> Answer:
    """GET /api/communities/{id}/records."""
    name = ctx.params["id"]
    community = known_community(ctx, name) or find_community(ctx, name)
    lineages = [each for each in ctx.store.all(Lineage) if community.id in each.communities]
    records = [
        record
        for lineage in lineages
        for record in versions_of(ctx, lineage.id)
        if may_read_record(ctx, record, lineage)
    ]
    return record_search_answer(ctx, "community_records", records)


def remove_records(ctx: Context) -> Answer:
    """DELETE /api/communities/{id}/records."""
    community = find_community(ctx, ctx.params["id"])
    if not is_curator(ctx, community.id):
        raise denied()
    errors: list[Json] = []
    for wanted in _list(ctx, _Records, "records"):
        record = ctx.store.find(Record, wanted["id"])
        if record is None:
            errors.append({"record": wanted["id"], "message": "The record does not exist."})
            continue
        message = _leave(ctx, record, lineage_of(ctx, record), community.id)
        if message:
            errors.append({"community": community.id, "message": message})
    return Answer(200, {"errors": errors} if errors else {})


def accept(ctx: Context, request: Request) -> None:
    """What accepting the request of a published record does."""
    record = ctx.store.find(Record, (request.topic or {}).get("record", ""))
    if record is None:
        raise ApiError(404, "Not found.")
    lineage = lineage_of(ctx, record)
    default = not lineage.communities
    take_in(ctx, record, lineage, receiver_of(ctx, request), default=default)


# --- steps --------------------------------------------------------------------


def _list(ctx: Context, schema: type[Schema], name: str) -> list[Json]:
    """The list in a body, of which each may be named once."""
    body = ctx.json()
    sent = body.get(name) if isinstance(body, dict) else None
    if isinstance(sent, list) and not all("id" in each for each in sent):
        raise internal()
    wanted = cast("list[Json]", load(schema, body)[name])
    if len(wanted) > _MOST:
        text = f"Too many {name} passed, {_MOST} max allowed."
        raise invalid([field_error(name, text)])
    ids = [each["id"] for each in wanted]
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        raise invalid([field_error(name, f"Duplicated {name} {twice}.")])
    return wanted


def _published(ctx: Context) -> Record:
    record = ctx.store.find(Record, ctx.params["id"])
    return record or find_record(ctx, ctx.params["id"])[0]


def _ask(ctx: Context, record: Record, lineage: Lineage, wish: Json) -> Request:
    community = known_community(ctx, wish["id"])
    if community is None:
        raise ApiError(404, "Community not found.")
    if not may_submit(ctx, community, wish["id"]):
        raise ApiError(403, CLOSED_TO_ALL)
    if community.id in lineage.communities:
        raise ApiError(400, "The record is already included in this community.")
    if any(each.receiver == {"community": community.id} for each in _open_requests(ctx, record)):
        raise ApiError(400, "There is already an open inclusion request for this community.")
    title = record.data["metadata"]["title"]
    request = make_request(
        ctx,
        _KIND,
        created_by=me(ctx),
        receiver={"community": community.id},
        topic={"record": record.id},
        title=title,
    )
    put_forward(ctx, request, wish.get("comment"))
    if not wish.get("require_review", False):
        include_directly(ctx, request, community, lambda: accept(ctx, request))
    return request


def _open_requests(ctx: Context, record: Record) -> list[Request]:
    requests = ctx.store.children(Request, f"record:{record.id}")
    return [each for each in requests if each.type == _KIND and each.status == "submitted"]


def _leave(ctx: Context, record: Record, lineage: Lineage, community_id: str) -> str | None:
    """Take a lineage out of a community; what stands against it, if something does."""
    if community_id not in lineage.communities:
        # the server tells its inner id of the record
        inner = uuid5(NAMESPACE_URL, record.id)
        return f"The record {inner} in not included in the community {community_id}."
    owner = ctx.user is not None and lineage.owner == ctx.user.id
    if not owner and not is_curator(ctx, community_id):
        return "Permission denied."
    lineage.communities.remove(community_id)
    if lineage.default_community == community_id:
        lineage.default_community = None
    ctx.store.put(lineage)
    return None


def _stored(record: Record, lineage: Lineage) -> Json:
    """A lineage as the database has it; this one route shows that."""
    communities: Json = {"ids": lineage.communities}
    if lineage.default_community:
        communities["default"] = lineage.default_community
    return {
        "$schema": "local://records/parent-v3.0.0.json",
        "access": {
            "grants": [],
            "links": [],
            "owned_by": {"user": int(lineage.owner)},
            "settings": lineage.settings,
        },
        "communities": communities,
        "id": lineage.id,
        "pid": {"obj_type": "rec", "pid_type": "recid", "pk": record.index, "status": "R"},
        "pids": lineage.pids,
    }


_COMMUNITIES = "/api/records/{id}/communities"
_RECORDS = "/api/communities/{id}/records"

ROUTES = [
    Route("POST", _COMMUNITIES, add),
    Route("DELETE", _COMMUNITIES, remove),
    Route("GET", _COMMUNITIES, list_communities, FORMS),
    Route("PUT", _COMMUNITIES, set_default),
    Route("GET", "/api/records/{id}/communities-suggestions", suggest, FORMS),
    Route("GET", _RECORDS, list_records, RECORD_FORMS),
    Route("DELETE", _RECORDS, remove_records),
]
