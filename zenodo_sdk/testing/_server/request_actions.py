"""The routes of requests: list, read, change, and act on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import cast

from marshmallow import Schema, fields

from . import access_requests, inclusion, members, submission
from .answers import Answer, ApiError, Json, denied
from .bodies import CommentSchema, load, redirect
from .communities import find_community
from .context import FORMS, RDM_FORMS, Context, Route
from .lookup import find_record
from .permissions import CURATORS, require_user, role_in
from .requests import (
    ACTIONS,
    comment,
    document,
    find_request,
    forget,
    is_creator,
    is_receiver,
    may_act,
    may_read,
    me,
    move,
    read_request,
    reference,
)
from .schema.fields import Text
from .search import envelope, parse_args, plain_labels, search
from .state import Request

_EFFECTS: dict[tuple[str, str], Callable[[Context, Request], None]] = {
    ("community-submission", "submit"): submission.submit_draft,
    ("community-submission", "accept"): submission.accept_draft,
    ("community-submission", "cancel"): submission.cancel_draft,
    ("community-inclusion", "accept"): inclusion.accept,
    ("community-invitation", "accept"): members.join,
    ("user-access-request", "accept"): access_requests.accept,
}
_LABELS = {"community-submission": "Draft review", "user-access-request": "User access"}


class _Change(Schema):
    title = Text()
    description = Text()
    payload = fields.Dict()
    type = fields.String()


def read(ctx: Context) -> Answer:
    """GET /api/requests/{id}."""
    return _shown(ctx, read_request(ctx, ctx.params["id"]))


def update(ctx: Context) -> Answer:
    """PUT /api/requests/{id}."""
    body = ctx.json()
    request = find_request(ctx, ctx.params["id"])
    both = request.status == "submitted" and is_receiver(ctx, request)
    if not both and not (request.status in ("created", "submitted") and is_creator(ctx, request)):
        raise denied()
    known = {key: body[key] for key in _Change().fields if key in (body or {})}
    data = load(_Change, known)
    request.title = data.get("title", request.title)
    request.description = data.get("description", request.description)
    if "payload" in data:
        request.payload = {**(request.payload or {}), **data["payload"]}
    request.revision += 1
    request.updated = ctx.world.timestamp()
    ctx.store.put(request)
    return _shown(ctx, request)


def delete(ctx: Context) -> Answer:
    """DELETE /api/requests/{id}: only before it is submitted."""
    request = find_request(ctx, ctx.params["id"])
    if not may_act(ctx, request, "delete"):
        raise denied()
    forget(ctx, request)
    return Answer(204)


def act(ctx: Context) -> Answer:
    """POST /api/requests/{id}/actions/{action}."""
    body = cast("Json", ctx.json() or {})
    request, action = find_request(ctx, ctx.params["id"]), ctx.params["action"]
    if action not in ACTIONS:
        raise ApiError(400, f"Error for action '{action}': No such action available")
    before, after = ACTIONS[action]
    if not may_act(ctx, request, action):
        raise denied()
    if request.status != before:
        raise ApiError(400, f"Error for action '{action}': Could not execute the action")
    effect = _EFFECTS.get((request.type, action))
    if effect is not None:
        effect(ctx, request)
    move(ctx, request, after, by=me(ctx))
    if body:
        said: Json = load(CommentSchema, {"payload": body.get("payload", {})})["payload"]
        comment(ctx, request, said, by=me(ctx))
    return _shown(ctx, request)


def search_all(ctx: Context) -> Answer:
    """GET /api/requests/."""
    require_user(ctx)
    return _found(ctx, ctx.store.all(Request), "/api/requests/")


def search_own(ctx: Context) -> Answer:
    """GET /api/user/requests."""
    require_user(ctx)
    begun = [each for each in ctx.store.all(Request) if each.status != "created"]
    return _found(ctx, begun, "/api/user/requests")


def of_record(ctx: Context) -> Answer:
    """GET /api/records/{id}/requests."""
    record, _ = find_record(ctx, ctx.params["id"])
    require_user(ctx)
    return _found(ctx, ctx.store.children(Request, f"record:{record.id}"), "/api/requests/")


def of_community(ctx: Context) -> Answer:
    """GET /api/communities/{id}/requests: those that its curators decide."""
    community = find_community(ctx, ctx.params["id"])
    # by its slug nobody is known to be a curator
    if community.id != ctx.params["id"] or role_in(ctx, community.id) not in CURATORS:
        raise denied()
    ours = [
        each
        for each in ctx.store.all(Request)
        if each.receiver == {"community": community.id} and each.status != "created"
    ]
    return _found(ctx, ours, f"/api/communities/{community.id}/requests")


def without_slash(ctx: Context) -> Answer:
    """GET /api/requests: the list is elsewhere."""
    query = "&".join(f"{name}={value}" for name, value in ctx.query)
    return redirect(f"{ctx.base}/api/requests/" + (f"?{query}" if query else ""), 308)


def _shown(ctx: Context, request: Request) -> Answer:
    headers = {"ETag": f'"{request.revision}"'}
    return Answer(200, document(ctx, request), headers, ctx.accepted)


def _found(ctx: Context, requests: Iterable[Request], path: str) -> Answer:
    args = parse_args(ctx.query, profile=ctx.world.profile, authenticated=True, kind="requests")
    wanted = (each for each in requests if may_read(ctx, each) and _fits(args.texts, each))
    opened = args.flags.get("is_open")
    documents = [
        made
        for made in (document(ctx, each) for each in wanted)
        if opened is None or made["is_open"] == opened
    ]
    mine = args.flags.get("shared_with_me")
    if mine is not None and ctx.user is not None:
        person = {"user": ctx.user.id}
        documents = [
            each
            for each in documents
            if (person not in (each["created_by"], each["receiver"])) == mine
        ]
    result = search(documents, args, slug_to_uuid=lambda _slug: None, labels=_label)
    shown = replace(args, texts={})
    body = envelope(result, shown, ctx.base + path, style="requests")
    return Answer(200, body, media_type=ctx.accepted)


def _fits(wanted: Mapping[str, str], request: Request) -> bool:
    found = {
        "created_by": request.created_by,
        "topic": request.topic,
        "receiver": request.receiver,
    }
    return all(
        entity is not None and reference(entity) == wanted[name]
        for name, entity in found.items()
        if name in wanted
    )


def _label(facet: str, value: str) -> str:
    return _LABELS.get(value) or plain_labels(facet, value)


_OWN = "/api/requests/{id}"

ROUTES = [
    Route("GET", "/api/requests/", search_all, FORMS),
    Route("GET", "/api/requests", without_slash),
    Route("GET", "/api/user/requests", search_own, RDM_FORMS),
    Route("GET", "/api/records/{id}/requests", of_record, FORMS),
    Route("GET", "/api/communities/{id}/requests", of_community, FORMS),
    Route("GET", _OWN, read, FORMS),
    Route("PUT", _OWN, update, FORMS),
    Route("DELETE", _OWN, delete),
    Route("POST", f"{_OWN}/actions/{{action}}", act, FORMS),
]
