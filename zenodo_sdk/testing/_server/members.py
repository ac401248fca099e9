"""Members of communities, and invitations to become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from .answers import Answer, ApiError, Json, denied, field_error, invalid
from .bodies import load
from .communities import find_community
from .context import FORMS, Context, Route
from .identity import is_uuid, new_uuid
from .permissions import MANAGERS, require_user, role_in
from .requests import comment, make_request
from .schema.fields import Text
from .state import Community, Member, Request, User

_ROLES = ("reader", "curator", "manager", "owner")
_INVITATION_LASTS = timedelta(days=30)
_ALREADY = (
    "One of the submitted entity is already a member or pending a decision. The entire action was"
    " cancelled."
)
_PAGE = 25

_Facets = dict[str, tuple[str, Counter[str], Callable[[str], str]]]


class _Entity(Schema):
    type = fields.String(required=True, validate=validate.OneOf(["user", "group", "email"]))
    id = fields.String(required=True)


class _Members(Schema):
    members = fields.List(fields.Nested(_Entity), validate=validate.Length(min=1, max=100))


class _Invitation(_Members):
    role = fields.String(required=True, validate=validate.OneOf(_ROLES, error="Invalid role."))
    visible = fields.Boolean()
    message = Text()


class _Change(_Members):
    role = fields.String(validate=validate.OneOf(_ROLES, error="Invalid role."))
    visible = fields.Boolean()

    @validates_schema
    def check(self, data: Json, **_: object) -> None:
        """Something is to be changed."""
        if "role" not in data and "visible" not in data:
            names = ("role", "visible", "group_notification_enabled")
            wanted = " and/or ".join(f"'{name}'" for name in names)
            raise ValidationError(f"Missing fields {wanted}.")


def list_members(ctx: Context) -> Answer:
    """GET /api/communities/{id}/members."""
    community = _community(ctx)
    if role_in(ctx, community.id) is None:
        raise denied()
    members = [each for each in ctx.store.children(Member, community.id) if each.active]
    facets: _Facets = {
        "role": ("Role", _count(each.role for each in members), str.capitalize),
        "visibility": ("Visibility", _count(str(each.visible).lower() for each in members), _seen),
    }
    return _page(ctx, community, "members", [_member(ctx, each) for each in members], facets)


def list_public(ctx: Context) -> Answer:
    """GET /api/communities/{id}/members/public."""
    community = _community(ctx)
    access = community.data["access"]
    open_to_all = access["visibility"] == access["members_visibility"] == "public"
    if not open_to_all and role_in(ctx, community.id) is None:
        raise denied()
    members = ctx.store.children(Member, community.id)
    shown = [
        {"id": each.id, "member": _person(ctx, each), "links": {}}
        for each in members
        if each.active and each.visible
    ]
    return _page(ctx, community, "members/public", shown, None)


def change(ctx: Context) -> Answer:
    """PUT /api/communities/{id}/members: another role, or shown to all."""
    community = _community(ctx)
    _require_member(ctx, community)
    data = load(_Change, ctx.json())
    for member in _named(ctx, community, data):
        own = ctx.user is not None and member.user == ctx.user.id
        if "role" in data:
            if own:
                raise invalid([field_error("_schema", "You cannot change your own role.")])
            _require_over(ctx, community, member.role, data["role"])
            member.role = data["role"]
        if "visible" in data:
            if data["visible"] and not own:
                raise denied()
            member.visible = data["visible"]
        member.revision += 1
        member.updated = ctx.world.timestamp()
        ctx.store.put(member)
    return Answer(204)


def remove(ctx: Context) -> Answer:
    """DELETE /api/communities/{id}/members: send away, or leave."""
    community = _community(ctx)
    _require_member(ctx, community)
    for member in _named(ctx, community, load(_Members, ctx.json())):
        if ctx.user is None or member.user != ctx.user.id:
            _require_over(ctx, community, member.role)
        ctx.store.remove(member)
    left = ctx.store.children(Member, community.id)
    if not any(each.active and each.role == "owner" for each in left):
        raise invalid([field_error("_schema", "A community must have at least one owner.")])
    return Answer(204)


def add(ctx: Context) -> Answer:
    """POST /api/communities/{id}/members: only groups can be added, and there are none."""
    _community(ctx)
    raise denied()


def invite(ctx: Context) -> Answer:
    """POST /api/communities/{id}/invitations."""
    body = ctx.json()
    community = _community(ctx)
    data = load(_Invitation, {} if body is None else body)
    _require_over(ctx, community, data["role"])
    known = {each.user for each in _pending(ctx, community)}
    for entity in data.get("members", []):
        if entity["id"] in known or ctx.store.find(User, entity["id"]) is None:
            raise ApiError(400, _ALREADY)
        _invite(ctx, community, entity["id"], data)
    return Answer(204)


def list_invitations(ctx: Context) -> Answer:
    """GET /api/communities/{id}/invitations."""
    community = _community(ctx)
    if role_in(ctx, community.id) not in MANAGERS:
        raise denied()
    invited = [
        (each, request)
        for each in ctx.store.children(Member, community.id)
        if not each.active and (request := ctx.store.find(Request, each.request or ""))
    ]
    opened = [str(request.status == "submitted").lower() for _, request in invited]
    facets: _Facets = {
        "role": ("Role", _count(each.role for each, _ in invited), str.capitalize),
        "status": ("Status", _count(each.status for _, each in invited), str.capitalize),
        "is_open": ("Status", _count(opened), lambda key: "Open" if key == "true" else "Closed"),
    }
    shown = [_invitation(ctx, community, each, request) for each, request in invited]
    return _page(ctx, community, "invitations", shown, facets)


def no_membership_requests(ctx: Context) -> Answer:
    """/api/communities/{id}/membership-requests: no community takes them."""
    _community(ctx)
    raise denied()


def join(ctx: Context, request: Request) -> None:
    """Make somebody who accepts an invitation a member."""
    for member in ctx.store.where(Member, "$.request", request.id):
        member.active = True
        member.revision += 2
        member.updated = ctx.world.timestamp()
        ctx.store.put(member)


# --- steps --------------------------------------------------------------------


def _community(ctx: Context) -> Community:
    name = ctx.params["id"]
    if not is_uuid(name):
        raise invalid([field_error("pid_value", "Not a valid UUID.")])
    return find_community(ctx, name)


def _require_member(ctx: Context, community: Community) -> None:
    require_user(ctx)
    if role_in(ctx, community.id) is None:
        raise denied()


def _require_over(ctx: Context, community: Community, *roles: str) -> None:
    """Owners rule over all, managers over all but owners."""
    own = role_in(ctx, community.id)
    if own not in MANAGERS or (own != "owner" and "owner" in roles):
        raise denied()


def _named(ctx: Context, community: Community, data: Json) -> list[Member]:
    active = {each.user: each for each in ctx.store.children(Member, community.id) if each.active}
    wanted = [entity["id"] for entity in data.get("members", [])]
    if any(user not in active for user in wanted):
        raise ApiError(400, "Invalid member specified.")
    return [active[user] for user in wanted]


def _pending(ctx: Context, community: Community) -> Iterable[Member]:
    for member in ctx.store.children(Member, community.id):
        request = ctx.store.find(Request, member.request or "")
        if member.active or (request is not None and request.status == "submitted"):
            yield member


def _invite(ctx: Context, community: Community, user: str, data: Json) -> None:
    title = community.data["metadata"]["title"]
    us: Json = {"community": community.id}
    request = make_request(
        ctx,
        "community-invitation",
        created_by=us,
        receiver={"user": user},
        topic=us,
        title=f'Invitation to join "{title}"',
        description=f'You will join as "{data["role"].capitalize()}".',
        status="submitted",
        expires=(ctx.world.now() + _INVITATION_LASTS).isoformat(),
    )
    if data.get("message"):
        comment(ctx, request, {"content": data["message"]}, by={"user": require_user(ctx)})
    now = ctx.world.timestamp()
    ctx.store.put(
        Member(
            id=new_uuid(),
            parent=community.id,
            user=user,
            role=data["role"],
            created=now,
            updated=now,
            active=False,
            request=request.id,
        )
    )


def _person(ctx: Context, member: Member) -> Json:
    user = ctx.store.find(User, member.user)
    return {
        "type": "user",
        "id": member.user,
        "name": user.name if user else "",
        "description": "",
        "avatar": f"{ctx.base}/api/users/{member.user}/avatar.svg",
    }


def _base(ctx: Context, member: Member, permissions: Json) -> Json:
    return {
        "id": member.id,
        "member": _person(ctx, member),
        "role": member.role,
        "visible": member.visible,
        "group_notification_enabled": None,
        "is_current_user": ctx.user is not None and ctx.user.id == member.user,
        "permissions": permissions,
        "created": member.created,
        "updated": member.updated,
        "revision_id": member.revision,
    }


def _member(ctx: Context, member: Member) -> Json:
    own = ctx.user is not None and ctx.user.id == member.user
    role = role_in(ctx, member.parent or "")
    over = not own and (role == "owner" or (role == "manager" and member.role != "owner"))
    permissions: Json = {
        "can_leave": own,
        "can_delete": over,
        "can_update_role": over,
        "can_update_visible": own or (over and member.visible),
        "can_update_group_notification": False,
    }
    return {**_base(ctx, member, permissions), "links": {}}


def _invitation(ctx: Context, community: Community, member: Member, request: Request) -> Json:
    opened = request.status == "submitted"
    links: Json = {"self_html": f"{ctx.base}/communities/{community.parent}/requests/{request.id}"}
    if opened:
        cancel = f"{ctx.base}/api/requests/{request.id}/actions/cancel"
        links = {"actions": {"cancel": cancel}, **links}
    return {
        **_base(ctx, member, {"can_cancel": opened, "can_update_role": opened}),
        "request": {
            "id": request.id,
            "status": request.status,
            "is_open": opened,
            "expires_at": request.expires,
            "type": request.type,
        },
        "links": links,
    }


def _seen(key: str) -> str:
    return "Public" if key == "true" else "Hidden"


def _count(values: Iterable[str]) -> Counter[str]:
    return Counter(values)


def _page(
    ctx: Context, community: Community, part: str, shown: list[Json], facets: _Facets | None
) -> Answer:
    body: Json = {"hits": {"hits": shown[:_PAGE], "total": len(shown)}}
    if facets is not None:
        body["aggregations"] = {
            name: {
                "buckets": [
                    {"key": key, "doc_count": count, "label": label(key), "is_selected": False}
                    for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
                ],
                "label": title,
            }
            for name, (title, counts, label) in facets.items()
        }
    address = f"{ctx.base}/api/communities/{community.id}/{part}?page=1&size={_PAGE}&sort=name"
    body |= {"sortBy": "name", "page": 1, "links": {"self": address}}
    return Answer(200, body, media_type=ctx.accepted)


_OWN = "/api/communities/{id}"

ROUTES = [
    Route("GET", f"{_OWN}/members", list_members, FORMS),
    Route("GET", f"{_OWN}/members/public", list_public, FORMS),
    Route("POST", f"{_OWN}/members", add),
    Route("PUT", f"{_OWN}/members", change),
    Route("DELETE", f"{_OWN}/members", remove),
    Route("POST", f"{_OWN}/invitations", invite),
    Route("GET", f"{_OWN}/invitations", list_invitations, FORMS),
    Route("POST", f"{_OWN}/membership-requests", no_membership_requests),
    Route("GET", f"{_OWN}/membership-requests", no_membership_requests),
]
