"""Secret links: who has one may see or change a record."""

from __future__ import annotations

import base64
import json
import secrets

from marshmallow import Schema, fields, validate

from .answers import Answer, ApiError, Json, denied, field_error, invalid, unknown_pid
from .bodies import load, no_method
from .context import RDM_FORMS, Context, Route
from .identity import new_uuid
from .lookup import lineage_of
from .permissions import Level, level
from .schema.fields import Day, Text
from .state import Draft, Lineage, Record


class _LinkSchema(Schema):
    expires_at = Day()
    permission = fields.String(validate=validate.OneOf(["view", "preview", "edit"]))
    description = Text()
    origin = fields.String()


def create(ctx: Context) -> Answer:
    """POST /api/records/{id}/access/links."""
    body = ctx.json()
    _, lineage = managed(ctx)
    data = load(_LinkSchema, body)
    _check_future(ctx, data)
    if "permission" not in data:
        raise _wrong("permission", "An access permission level is required")
    link_id = new_uuid()
    link: Json = {"id": link_id, "created_at": ctx.world.timestamp()}
    if "expires_at" in data:
        link["expires_at"] = data["expires_at"]
    link |= {
        "permission": data["permission"],
        "description": data.get("description", ""),
        "token": _token(link_id),
    }
    lineage.links.append(link)
    ctx.store.put(lineage)
    return Answer(201, link)


def list_all(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/links."""
    _, lineage = managed(ctx)
    return Answer(200, {"hits": {"hits": lineage.links, "total": len(lineage.links)}})


def read(ctx: Context) -> Answer:
    """GET /api/records/{id}/access/links/{link}."""
    _, lineage = managed(ctx)
    return Answer(200, lineage.links[_place(ctx, lineage)])


def update(ctx: Context) -> Answer:
    """PATCH /api/records/{id}/access/links/{link}."""
    body = ctx.json()
    _, lineage = managed(ctx)
    place = _place(ctx, lineage)
    data = load(_LinkSchema, body)
    _check_future(ctx, data)
    link = lineage.links[place]
    ends = data.get("expires_at")
    if ends and link.get("expires_at") and ends > link["expires_at"]:
        raise _wrong("expires_at", "Cannot postpone expiration of links")
    ends = ends or link.get("expires_at")
    changed: Json = {"id": link["id"], "created_at": link["created_at"]}
    if ends:
        changed["expires_at"] = ends
    changed |= {
        "permission": data.get("permission", link["permission"]),
        "description": data.get("description", link["description"]),
        "token": link["token"],
    }
    lineage.links[place] = changed
    ctx.store.put(lineage)
    return Answer(200, changed)


def delete(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/access/links/{link}."""
    _, lineage = managed(ctx)
    lineage.links.pop(_place(ctx, lineage))
    ctx.store.put(lineage)
    return Answer(204)


def replace(ctx: Context) -> Answer:
    """PUT /api/records/{id}/access/links/{link}: there is such a route, but it takes nothing."""
    raise no_method()


def managed(ctx: Context) -> tuple[Draft | Record, Lineage]:
    """The record or draft in the path, for those who manage it.

    Raises:
        ApiError: 404 if there is none, 403 for those who may not.
    """
    record_id = ctx.params["id"]
    entry = ctx.store.find(Record, record_id) or ctx.store.find(Draft, record_id)
    if entry is None:
        raise unknown_pid()
    lineage = lineage_of(ctx, entry)
    if level(ctx, lineage) < Level.MANAGE:
        raise denied()
    return entry, lineage


def _place(ctx: Context, lineage: Lineage) -> int:
    for place, link in enumerate(lineage.links):
        if link["id"] == ctx.params["link"]:
            return place
    raise ApiError(404, "No secret link found with the given ID.")


def _check_future(ctx: Context, data: Json) -> None:
    if "expires_at" in data and data["expires_at"] < ctx.world.now().isoformat():
        raise _wrong("expires_at", "Expiration date must be set to the future")


def _wrong(field: str, text: str) -> ApiError:
    return invalid([field_error(field, text)])


def _token(link_id: str) -> str:
    """A token that looks like the server's, signed with nothing but chance."""
    claims = {"id": link_id, "data": {}, "random": secrets.token_hex(16)}
    parts = (
        b'{"alg":"HS512"}',
        json.dumps(claims, separators=(",", ":")).encode(),
        secrets.token_bytes(64),
    )
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


_LINKS = "/api/records/{id}/access/links"

ROUTES = [
    Route("POST", _LINKS, create, RDM_FORMS),
    Route("GET", _LINKS, list_all, RDM_FORMS),
    Route("GET", f"{_LINKS}/{{link}}", read, RDM_FORMS),
    Route("PATCH", f"{_LINKS}/{{link}}", update, RDM_FORMS),
    Route("DELETE", f"{_LINKS}/{{link}}", delete, RDM_FORMS),
    Route("PUT", f"{_LINKS}/{{link}}", replace, RDM_FORMS),
]
