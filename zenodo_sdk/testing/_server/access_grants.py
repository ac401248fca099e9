"""Grants: what others than the owner may do with a record."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from .access_links import managed
from .answers import Answer, ApiError, Json, denied, field_error, internal, invalid
from .bodies import load
from .context import RDM_FORMS, Context, Route
from .permissions import require_user
from .requests import is_account
from .schema.fields import Text
from .state import Lineage

_NO_GRANT = "No grant found with the given ID."
_SYSTEM_ROLES = ("any_user", "authenticated_user", "system_process")


class _Subject(Schema):
    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["user", "role", "system_role"]))


class _Grant(Schema):
    permission = fields.String(required=True)
    subject = fields.Nested(_Subject, required=True)
    origin = fields.String()
    message = Text()
    notify = fields.Boolean()


class _Grants(Schema):
    grants = fields.List(fields.Nested(_Grant), validate=validate.Length(min=1, max=100))


def create(ctx: Context) -> Answer:
    """POST /api/records/{id}/access/grants: several at once."""
    body = ctx.json()
    _, lineage = managed(ctx)
    if body is None:
        raise internal()
    data = load(_Grants, body)
    if "grants" not in data:
        raise ApiError(404, _NO_GRANT)
    subjects = [grant["subject"] for grant in lineage.grants]
    if any(grant["subject"] in subjects for grant in data["grants"]):
        raise ApiError(400, "Grant for this user/role already exists within this record.")
    made = [_grant(ctx, each, f"api:{require_user(ctx)}") for each in data["grants"]]
    lineage.grants.extend(made)
    ctx.store.put(lineage)
    return Answer(201, _list(made))


def list_all(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/grants."""
    _, lineage = managed(ctx)
    return Answer(200, _list(lineage.grants))


def read(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/grants/{grant}; grants are counted from 0."""
    _, lineage = managed(ctx)
    return Answer(200, lineage.grants[_place(ctx, lineage)])


def update(ctx: Context) -> Answer:
    """PATCH /api/records/{id}/access/grants/{grant}."""
    body: Json = ctx.json() or {}
    _, lineage = managed(ctx)
    return _replace(ctx, lineage, _place(ctx, lineage), body)


def put(ctx: Context) -> Answer:
    """PUT /api/records/{id}/access/grants/{grant}."""
    body = ctx.json()
    _, lineage = managed(ctx)
    place = _place(ctx, lineage)
    data = load(_Grant, body)
    if "origin" not in data:
        raise _no_subject()
    return _replace(ctx, lineage, place, data)


def delete(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/access/grants/{grant}."""
    _, lineage = managed(ctx)
    lineage.grants.pop(_place(ctx, lineage))
    ctx.store.put(lineage)
    return Answer(204)


# --- the same by who is granted something ---------------------------------------


def list_users(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/users."""
    return _list_of(ctx, "user")


def read_user(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/users/{subject}."""
    _, lineage = managed(ctx)
    return Answer(200, lineage.grants[_place_of(ctx, lineage, "user")])


def update_user(ctx: Context) -> Answer:
    """PATCH /api/records/{id}/access/users/{subject}."""
    body: Json = ctx.json() or {}
    _, lineage = managed(ctx)
    return _replace(ctx, lineage, _place_of(ctx, lineage, "user"), body)


def delete_user(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/access/users/{subject}."""
    _, lineage = managed(ctx)
    lineage.grants.pop(_place_of(ctx, lineage, "user"))
    ctx.store.put(lineage)
    return Answer(204)


def list_groups(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/groups."""
    _require_groups(ctx)
    return _list_of(ctx, "role")


def read_group(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/groups/{subject}."""
    _require_groups(ctx)
    _, lineage = managed(ctx)
    return Answer(200, lineage.grants[_place_of(ctx, lineage, "role")])


def _require_groups(ctx: Context) -> None:
    if not ctx.world.profile.groups:
        raise denied()


def _grant(ctx: Context, data: Json, origin: str) -> Json:
    subject: Json = data["subject"]
    if subject["type"] == "role" and not ctx.world.profile.groups:
        raise denied()
    known = subject["type"] == "user" and is_account(ctx, subject["id"])
    if not known and not (subject["type"] == "system_role" and subject["id"] in _SYSTEM_ROLES):
        raise _no_subject()
    return {
        "permission": data["permission"],
        "subject": {"id": subject["id"], "type": subject["type"]},
        "origin": data.get("origin") or origin,
    }


def _replace(ctx: Context, lineage: Lineage, place: int, changes: Json) -> Answer:
    before = lineage.grants[place]
    subject: Json = {**before["subject"], **changes.get("subject", {})}
    wanted: Json = {
        "permission": changes.get("permission", before["permission"]),
        "subject": subject,
        "origin": changes.get("origin", before["origin"]),
    }
    lineage.grants[place] = _grant(ctx, load(_Grant, wanted), before["origin"])
    ctx.store.put(lineage)
    return Answer(200, lineage.grants[place])


def _place(ctx: Context, lineage: Lineage) -> int:
    given = ctx.params["grant"]
    if not given.isdigit() or int(given) >= len(lineage.grants):
        raise ApiError(404, _NO_GRANT)
    return int(given)


def _place_of(ctx: Context, lineage: Lineage, kind: str) -> int:
    wanted = {"id": ctx.params["subject"], "type": kind}
    for place, grant in enumerate(lineage.grants):
        if grant["subject"] == wanted:
            return place
    name = "user" if kind == "user" else "group"
    raise ApiError(404, f"No grant found by given {name} id.")


def _list_of(ctx: Context, kind: str) -> Answer:
    _, lineage = managed(ctx)
    return Answer(200, _list([each for each in lineage.grants if each["subject"]["type"] == kind]))


def _list(grants: list[Json]) -> Json:
    hits = [{**grant, "id": place} for place, grant in enumerate(grants)]
    return {"hits": {"hits": hits, "total": len(hits)}}


def _no_subject() -> ApiError:
    return invalid([field_error("subject.id", "Could not find the specified subject.")])


_ACCESS = "/api/records/{id}/access"

ROUTES = [
    Route("POST", f"{_ACCESS}/grants", create, RDM_FORMS),
    Route("GET", f"{_ACCESS}/grants", list_all, RDM_FORMS),
    Route("GET", f"{_ACCESS}/grants/{{grant}}", read, RDM_FORMS),
    Route("PUT", f"{_ACCESS}/grants/{{grant}}", put, RDM_FORMS),
    Route("PATCH", f"{_ACCESS}/grants/{{grant}}", update, RDM_FORMS),
    Route("DELETE", f"{_ACCESS}/grants/{{grant}}", delete, RDM_FORMS),
    Route("GET", f"{_ACCESS}/users", list_users, RDM_FORMS),
    Route("GET", f"{_ACCESS}/users/{{subject}}", read_user, RDM_FORMS),
    Route("PATCH", f"{_ACCESS}/users/{{subject}}", update_user, RDM_FORMS),
    Route("DELETE", f"{_ACCESS}/users/{{subject}}", delete_user, RDM_FORMS),
    Route("GET", f"{_ACCESS}/groups", list_groups, RDM_FORMS),
    Route("GET", f"{_ACCESS}/groups/{{subject}}", read_group, RDM_FORMS),
]
