"""Asking for access to files, and whether others may ask."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from .access_links import managed
from .answers import Answer, ApiError, Json, denied, internal
from .bodies import load
from .context import RDM_FORMS, Context, Route
from .lookup import find_record, lineage_of
from .permissions import may_read_files
from .represent import document as entry_document
from .requests import comment, document, make_request, me, move
from .schema.fields import Html, Text
from .state import Lineage, Record, Request, User

_KIND = "user-access-request"


class _Settings(Schema):
    allow_user_requests = fields.Boolean(load_default=False)
    allow_guest_requests = fields.Boolean(load_default=False)
    accept_conditions_text = Html(allow_none=True, load_default=None)
    secret_link_expiration = fields.Integer(validate=validate.Range(min=0, max=365), load_default=0)


class _Wish(Schema):
    permission = fields.Constant("view")
    email = fields.Email()
    full_name = Text()
    message = Text()
    consent_to_share_personal_data = fields.String(validate=validate.OneOf(["true", "false"]))


def settings(ctx: Context) -> Answer:
    """PUT /api/records/{id}/access: what is left out is reset."""
    body = ctx.json()
    entry, lineage = managed(ctx)
    given = load(_Settings, body)
    lineage.settings = {name: given[name] for name in _Settings().fields}
    ctx.store.put(lineage)
    made = entry_document(ctx, entry)
    # this answer alone shows the references of a record as they are stored
    stored = {key: entry.data[key] for key in ("metadata", "custom_fields")}
    return Answer(200, made | stored, terse=True)


def ask(ctx: Context) -> Answer:
    """POST /api/records/{id}/access/request: accounts by their own address, guests by any."""
    body = ctx.json()
    if not isinstance(body, dict):
        raise internal()
    wish: Json = body
    if ctx.user is not None and str(wish.get("email", "")).lower() == ctx.user.email.lower():
        return _ask_as_user(ctx, ctx.user, wish)
    if ctx.store.find(Record, ctx.params["id"]) is None:
        find_record(ctx, ctx.params["id"])  # tells why there is none
    data = load(_Wish, wish)
    if not {"email", "full_name", "consent_to_share_personal_data"} <= data.keys():
        raise internal()
    sent: Json = {"message": "Verification link sent out, please check your e-mail inbox"}
    return Answer(200, sent, terse=True)


def accept(ctx: Context, request: Request) -> None:
    """What accepting a request for access does: its maker may see the files."""
    record = ctx.store.find(Record, (request.topic or {}).get("record", ""))
    if record is None:
        raise ApiError(404, "Not found.")
    lineage: Lineage = lineage_of(ctx, record)
    subject: Json = {"id": request.created_by["user"], "type": "user"}
    kept = [grant for grant in lineage.grants if grant["subject"] != subject]
    payload = request.payload or {}
    grant: Json = {
        "permission": payload.get("permission", "view"),
        "subject": subject,
        "origin": f"request:{request.id}",
    }
    lineage.grants = [*kept, grant]
    ctx.store.put(lineage)


def _ask_as_user(ctx: Context, user: User, wish: Json) -> Answer:
    record, lineage = find_record(ctx, ctx.params["id"])
    if may_read_files(ctx, record, lineage):
        raise denied()
    for other in ctx.store.children(Request, f"record:{record.id}"):
        if other.type == _KIND and other.status == "submitted" and other.created_by == me(ctx):
            raise ApiError(400, f"Identical access requests already exist: {other.id}")
    data = load(_Wish, wish)
    payload: Json = {"permission": "view"}
    if "message" in data:
        payload["message"] = data["message"]
    request = make_request(
        ctx,
        _KIND,
        created_by={"user": user.id},
        receiver={"user": lineage.owner},
        topic={"record": record.id},
        title=record.data["metadata"]["title"],
        payload=payload,
    )
    move(ctx, request, "submitted", by=me(ctx))
    if data.get("message"):
        comment(ctx, request, {"content": data["message"]}, by=me(ctx))
    return Answer(200, document(ctx, request), terse=True)


ROUTES = [
    Route("PUT", "/api/records/{id}/access", settings, RDM_FORMS),
    Route("POST", "/api/records/{id}/access/request", ask, RDM_FORMS),
]
