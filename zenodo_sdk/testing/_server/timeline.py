"""The timeline of a request: comments, replies to them, and what was done."""

from __future__ import annotations

from typing import Any

from .answers import Answer, ApiError, Json, denied, field_error, invalid
from .bodies import CommentSchema, load
from .context import FORMS, Context, Route
from .identity import is_uuid
from .requests import (
    add_event,
    comment,
    find_request,
    is_receiver,
    me,
    page_of,
    read_request,
)
from .state import Event, Request

_PAGE = 25
_PREVIEWED = 5
"""How many replies a comment shows in the timeline."""


def create(ctx: Context) -> Answer:
    """POST /api/requests/{id}/comments."""
    return _say(ctx, None)


def reply(ctx: Context) -> Answer:
    """POST /api/requests/{id}/comments/{event}/reply."""
    answered = _event(ctx)
    if answered.answers is not None:
        raise ApiError(400, "Nested replies are not allowed.")
    return _say(ctx, answered.id)


def read(ctx: Context) -> Answer:
    """GET /api/requests/{id}/comments/{event}."""
    request = read_request(ctx, ctx.params["id"])
    return _shown(ctx, request, _event(ctx))


def update(ctx: Context) -> Answer:
    """PUT /api/requests/{id}/comments/{event}."""
    body = ctx.json()
    request, event = find_request(ctx, ctx.params["id"]), _event(ctx)
    if request.locked:
        raise ApiError(403, "Updating is now locked for this comment.")
    if event.created_by != me(ctx):
        raise ApiError(403, "You do not have permission to update this comment.")
    if event.type != "C":
        raise ApiError(403, "You cannot update this event.")
    event.payload = load(CommentSchema, body)["payload"]
    event.revision += 1
    event.updated = ctx.world.timestamp()
    ctx.store.put(event)
    return _shown(ctx, request, event)


def delete(ctx: Context) -> Answer:
    """DELETE /api/requests/{id}/comments/{event}: what remains tells that there was one."""
    event = _event(ctx)
    if event.created_by != me(ctx):
        raise denied()
    if event.type != "C":
        raise ApiError(403, "You cannot delete this event.")
    event.type = "L"
    event.payload = {
        "event": "comment_deleted",
        "content": "comment was deleted",
        "format": "html",
    }
    event.revision += 2
    event.updated = ctx.world.timestamp()
    ctx.store.put(event)
    return Answer(204)


def replies(ctx: Context) -> Answer:
    """GET /api/requests/{id}/comments/{event}/replies, focused on one or not."""
    request = read_request(ctx, ctx.params["id"])
    event = _event(ctx)
    return _page(ctx, request, _replies(ctx, event))


def timeline(ctx: Context) -> Answer:
    """GET /api/requests/{id}/timeline, focused on an event or not."""
    request = _talked_about(ctx)
    events = ctx.store.children(Event, request.id)
    return _page(ctx, request, [each for each in events if each.answers is None])


def lock(ctx: Context) -> Answer:
    """GET /api/requests/{id}/lock: nobody comments any more."""
    return _lock(ctx, locked=True)


def unlock(ctx: Context) -> Answer:
    """GET /api/requests/{id}/unlock."""
    return _lock(ctx, locked=False)


def _lock(ctx: Context, *, locked: bool) -> Answer:
    request = find_request(ctx, ctx.params["id"])
    if not ctx.world.profile.request_locks or not is_receiver(ctx, request):
        raise denied()
    state = "locked" if locked else "unlocked"
    if request.locked == locked:
        raise ApiError(403, f"The request is already {state}.")
    request.locked = locked
    request.revision += 1
    ctx.store.put(request)
    add_event(ctx, request, "L", me(ctx), {"event": state, "format": "html"})
    return Answer(204)


def _talked_about(ctx: Context) -> Request:
    """The request in the path, for those who may read it."""
    if not is_uuid(ctx.params["id"]):
        raise invalid([field_error("request_id", "Not a valid UUID.")])
    return read_request(ctx, ctx.params["id"])


def _say(ctx: Context, answers: str | None) -> Answer:
    request = _talked_about(ctx)
    if request.locked:
        raise ApiError(403, "Commenting is now locked for this conversation.")
    body = ctx.json()
    said: Json = load(CommentSchema, {} if body is None else body)["payload"]
    event = comment(ctx, request, said, by=me(ctx), answers=answers)
    return _shown(ctx, request, event, 201)


def _event(ctx: Context) -> Event:
    event = ctx.store.find(Event, ctx.params["event"])
    if event is None:
        raise ApiError(404, "Not found.")
    return event


def _replies(ctx: Context, event: Event) -> list[Event]:
    events = ctx.store.children(Event, event.parent or "")
    return [each for each in events if each.answers == event.id]


def _shown(ctx: Context, request: Request, event: Event, status: int = 200) -> Answer:
    headers = {"ETag": f'"{event.revision}"'}
    return Answer(status, _document(ctx, request, event), headers, ctx.accepted)


def _document(ctx: Context, request: Request, event: Event) -> Json:
    mine = ctx.user is not None and event.created_by == {"user": ctx.user.id}
    mine = mine and event.type == "C"
    return {
        "id": event.id,
        "created": event.created,
        "updated": event.updated,
        "links": _links(ctx, request, event),
        "revision_id": event.revision,
        "type": event.type,
        "created_by": event.created_by,
        "permissions": {
            "can_update_comment": mine and not request.locked,
            "can_delete_comment": mine,
            "can_reply_comment": not request.locked,
        },
        "parent_id": event.answers,
        "payload": event.payload,
    }


def _links(ctx: Context, request: Request, event: Event) -> Json:
    own = f"{ctx.base}/api/requests/{request.id}/comments/{event.id}"
    anchor = f"{event.answers}_{event.id}" if event.answers else event.id
    links: Json = {"self": own, "self_html": f"{page_of(ctx, request)}#commentevent-{anchor}"}
    if event.answers is None:
        links |= {part: f"{own}/{part}" for part in ("reply", "replies", "replies_focused")}
    return links


def _page(ctx: Context, request: Request, events: list[Event]) -> Answer:
    page, size = _number(ctx, "page", 1), _number(ctx, "size", _PAGE)
    shown = [_with_replies(ctx, request, each) for each in events]
    address = ctx.base + ctx.path

    def link(number: int) -> str:
        return f"{address}?page={number}&size={size}&sort=oldest"

    links: dict[str, Any] = {"prev": link(page - 1)} if page > 1 else {}
    links["self"] = link(page)
    if page * size < len(events):
        links["next"] = link(page + 1)
    hits = {"hits": shown[(page - 1) * size : page * size], "total": len(events)}
    return Answer(
        200,
        {"hits": hits, "sortBy": "oldest", "page": page, "links": links},
        media_type=ctx.accepted,
    )


def _with_replies(ctx: Context, request: Request, event: Event) -> Json:
    found = _replies(ctx, event)
    return {
        **_document(ctx, request, event),
        "children": [_document(ctx, request, each) for each in found[-_PREVIEWED:]],
        "children_count": len(found),
    }


def _number(ctx: Context, name: str, default: int) -> int:
    given = ctx.argument(name)
    return int(given) if given and given.isdigit() and int(given) else default


_EVENT = "/api/requests/{id}/comments/{event}"

ROUTES = [
    Route("POST", "/api/requests/{id}/comments", create, FORMS),
    Route("GET", _EVENT, read, FORMS),
    Route("PUT", _EVENT, update, FORMS),
    Route("DELETE", _EVENT, delete),
    Route("POST", f"{_EVENT}/reply", reply, FORMS),
    Route("GET", f"{_EVENT}/replies", replies, FORMS),
    Route("GET", f"{_EVENT}/replies_focused", replies, FORMS),
    Route("GET", "/api/requests/{id}/timeline", timeline, FORMS),
    Route("GET", "/api/requests/{id}/timeline_focused", timeline, FORMS),
    Route("GET", "/api/requests/{id}/lock", lock),
    Route("GET", "/api/requests/{id}/unlock", unlock),
]
