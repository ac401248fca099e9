"""Requests: what they are, who may read them, and which actions are open to whom."""

from __future__ import annotations

from .answers import ApiError, Json, denied, unknown_pid
from .bodies import no_route
from .context import Context
from .identity import is_uuid, new_uuid
from .permissions import CURATORS, MANAGERS, Level, level, role_in
from .state import Community, Draft, Event, Lineage, Record, Request, User

SYSTEM: Json = {"user": "system"}
ACTIONS: dict[str, tuple[str, str]] = {
    "submit": ("created", "submitted"),
    "accept": ("submitted", "accepted"),
    "decline": ("submitted", "declined"),
    "cancel": ("submitted", "cancelled"),
    "expire": ("submitted", "expired"),
    "delete": ("created", "deleted"),
}
"""The state from which an action leads, and the state to which."""
CLOSED = ("accepted", "declined", "cancelled", "expired")

# Crockford's digits, as in ids
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def make_request(
    ctx: Context,
    kind: str,
    *,
    created_by: Json,
    receiver: Json | None,
    topic: Json,
    title: str = "",
    description: str = "",
    status: str = "created",
    payload: Json | None = None,
    expires: str | None = None,
) -> Request:
    """Open a request."""
    now = ctx.world.timestamp()
    request = Request(
        id=new_uuid(),
        parent=reference(topic),
        number=_number(ctx.store.next("request")),
        revision=2,
        created=now,
        updated=now,
        type=kind,
        status=status,
        title=title,
        created_by=created_by,
        receiver=receiver,
        topic=topic,
        description=description,
        payload=payload,
        expires=expires,
    )
    ctx.store.put(request)
    return request


def move(ctx: Context, request: Request, status: str, *, by: Json) -> None:
    """Give a request another state; what decides it is logged."""
    request.status = status
    request.revision += 1
    request.updated = ctx.world.timestamp()
    ctx.store.put(request)
    if status in CLOSED:
        add_event(ctx, request, "L", by, {"event": status, "format": "html"})


def comment(
    ctx: Context, request: Request, payload: Json, *, by: Json, answers: str | None = None
) -> Event:
    """Comment on a request."""
    said = {"content": payload["content"], "format": payload.get("format", "html")}
    return add_event(ctx, request, "C", by, said, answers)


def add_event(
    ctx: Context,
    request: Request,
    kind: str,
    by: Json,
    payload: Json,
    answers: str | None = None,
) -> Event:
    """Add an entry to the timeline of a request."""
    now = ctx.world.timestamp()
    event = Event(
        id=new_uuid(),
        parent=request.id,
        revision=1,
        created=now,
        updated=now,
        type=kind,
        created_by=by,
        payload=payload,
        answers=answers,
    )
    ctx.store.put(event)
    return event


def forget(ctx: Context, request: Request) -> None:
    """Remove a request and its timeline."""
    for event in ctx.store.children(Event, request.id):
        ctx.store.remove(event)
    ctx.store.remove(request)


def reference(entity: Json) -> str:
    """How an entity is named in one word, for example ``record:274``."""
    ((kind, id_),) = entity.items()
    return f"{kind}:{id_}"


def me(ctx: Context) -> Json:
    """Who sends the request; guests are refused with 403."""
    if ctx.user is None:
        raise denied()
    return {"user": ctx.user.id}


# --- who may what -------------------------------------------------------------


def find_request(ctx: Context, request_id: str) -> Request:
    """A request.

    Raises:
        ApiError: 404 if there is none.
    """
    if not is_uuid(request_id):
        raise no_route()
    request = ctx.store.find(Request, request_id)
    if request is None:
        raise ApiError(404, "Not found.")
    return request


def read_request(ctx: Context, request_id: str) -> Request:
    """A request that the person may read.

    Raises:
        ApiError: 404 if there is none, 403 for those who may not.
    """
    request = find_request(ctx, request_id)
    if not may_read(ctx, request):
        raise denied()
    about = (request.topic or {}).get("record")
    if about and not (ctx.store.find(Draft, about) or ctx.store.find(Record, about)):
        raise unknown_pid()
    return request


def may_read(ctx: Context, request: Request) -> bool:
    """Whether the person may read a request."""
    if is_creator(ctx, request):
        return True
    if request.status == "created":
        return False
    return is_receiver(ctx, request) or _sees_topic(ctx, request)


def is_creator(ctx: Context, request: Request) -> bool:
    """Whether the person made a request."""
    return _is(ctx, request.created_by, MANAGERS)


def is_receiver(ctx: Context, request: Request) -> bool:
    """Whether the person decides a request."""
    return request.receiver is not None and _is(ctx, request.receiver, CURATORS)


def may_act(ctx: Context, request: Request, action: str) -> bool:
    """Whether the person may do this with a request, if its state allows it."""
    if action in ("submit", "cancel"):
        return is_creator(ctx, request)
    if action == "delete":
        return is_creator(ctx, request) and request.status == "created"
    return action in ("accept", "decline") and is_receiver(ctx, request)


def _is(ctx: Context, entity: Json, roles: tuple[str, ...]) -> bool:
    if "community" in entity:
        return role_in(ctx, entity["community"]) in roles
    return ctx.user is not None and entity == {"user": ctx.user.id}


def _sees_topic(ctx: Context, request: Request) -> bool:
    topic = request.topic or {}
    if "community" in topic:
        return role_in(ctx, topic["community"]) in MANAGERS
    record_id = topic.get("record", "")
    entry = ctx.store.find(Record, record_id) or ctx.store.find(Draft, record_id)
    lineage = ctx.store.find(Lineage, entry.parent or "") if entry else None
    return lineage is not None and level(ctx, lineage) >= Level.PREVIEW


# --- how they are shown -------------------------------------------------------


def document(ctx: Context, request: Request) -> Json:
    """A request as the person sees it."""
    comments = [each for each in ctx.store.children(Event, request.id) if each.type == "C"]
    last = comments[-1] if comments else None
    made: Json = {
        "id": request.id,
        "created": request.created,
        "updated": request.updated,
        "links": _links(ctx, request),
        "revision_id": request.revision,
        "type": request.type,
        "title": request.title,
    }
    if request.description:
        made["description"] = request.description
    made |= {
        "number": request.number,
        "status": request.status,
        "is_closed": request.status in CLOSED,
        "is_open": request.status == "submitted",
        "expires_at": request.expires,
        "is_expired": request.status == "expired",
        "last_reply": _reply(last) if last else None,
        "last_activity_at": max(request.updated, last.created) if last else request.updated,
        "created_by": request.created_by,
        "receiver": request.receiver,
        "topic": request.topic,
        "files": {"enabled": True},
    }
    if ctx.world.profile.request_locks:
        made["is_locked"] = request.locked
    if request.payload is not None:
        made["payload"] = request.payload
    return made


def page_of(ctx: Context, request: Request) -> str:
    """The address of a request's page."""
    topic = request.topic or {}
    community = ctx.store.find(Community, topic.get("community", ""))
    if community is not None:
        return f"{ctx.base}/communities/{community.parent}/requests/{request.id}"
    return f"{ctx.base}/me/requests/{request.id}"


def is_account(ctx: Context, user: str) -> bool:
    """Whether there is such an account."""
    return ctx.store.find(User, user) is not None


def _links(ctx: Context, request: Request) -> Json:
    own = f"{ctx.base}/api/requests/{request.id}"
    parts = ("comments", "timeline", "timeline_focused", "lock", "unlock")
    return {
        "self": own,
        "self_html": page_of(ctx, request),
        **{part: f"{own}/{part}" for part in parts},
        "actions": {
            action: f"{own}/actions/{action}"
            for action, (before, _) in ACTIONS.items()
            if request.status == before and action != "delete" and may_act(ctx, request, action)
        },
    }


def _reply(event: Event) -> Json:
    return {
        "id": event.id,
        "created": event.created,
        "updated": event.updated,
        "links": {},
        "revision_id": event.revision,
        "type": event.type,
        "created_by": event.created_by,
        "permissions": {},
        "parent_id": event.answers,
    }


def _number(count: int) -> str:
    digits = ""
    while count:
        count, rest = divmod(count, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits
