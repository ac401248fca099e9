"""Submitting a draft to a community: the review, and what its reviewers decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from babel.dates import format_date

from .answers import RDM_JSON, Answer, ApiError, Json, field_error, internal, invalid
from .bodies import CommentSchema, load
from .communities import may_include, may_submit
from .context import FORMS, Context, Route
from .drafts import touch
from .lookup import find_draft, lineage_of
from .permissions import Level
from .publication import check, publish_draft
from .requests import SYSTEM, comment, document, me, move, page_of
from .reviews import close_review_of, last_review_of, open_review_of, start_review
from .state import Community, Draft, Lineage, Record, Request

CLOSED_TO_ALL = "Submission to this community is only allowed to community members."
NOT_PUBLIC = "A public record cannot be included in a restricted community."
AUTOMATIC = (
    "This request has been automatically accepted, as the uploader can submit to community"
    " directly without review."
)
_OPEN = "An open review cannot be deleted."


def set_review(ctx: Context) -> Answer:
    """PUT /api/records/{id}/draft/review."""
    body = ctx.json()
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.MANAGE)
    if last_review_of(ctx, lineage) is not None:
        _drop(ctx, draft, lineage)
    if ctx.store.find(Record, draft.id):
        raise ApiError(400, "You cannot create a review for an already published record.")
    if draft.index > 1:
        raise ApiError(400, "You cannot create a review for a new version of a published record.")
    request = start_review(ctx, draft, lineage, body)
    return Answer(200, document(ctx, request), terse=True)


def read_review(ctx: Context) -> Answer:
    """GET /api/records/{id}/draft/review."""
    _, lineage = find_draft(ctx, ctx.params["id"], Level.PREVIEW)
    request = _review(ctx, lineage)
    body = document(ctx, request)
    if ctx.accepted == RDM_JSON:
        body["ui"] = {
            "created_date_l10n_long": _day(request.created),
            "updated_date_l10n_long": _day(request.updated),
            "version": None,
        }
    return Answer(200, body, {"ETag": f'"{request.revision}"'}, ctx.accepted)


def delete_review(ctx: Context) -> Answer:
    """DELETE /api/records/{id}/draft/review."""
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.MANAGE)
    _review(ctx, lineage)
    _drop(ctx, draft, lineage)
    return Answer(204)


def submit(ctx: Context) -> Answer:
    """POST /api/records/{id}/draft/actions/submit-review."""
    body = cast("Json", ctx.json() or {})
    require_review = body.pop("require_review", False)
    if not isinstance(require_review, bool):
        raise invalid([field_error("require_review", "Must be a boolean, true or false")])
    draft, lineage = find_draft(ctx, ctx.params["id"], Level.NONE)
    request = _review(ctx, lineage)
    find_draft(ctx, draft.id, Level.MANAGE)
    community = receiver_of(ctx, request)
    if not may_submit(ctx, community, community.id):
        raise ApiError(403, CLOSED_TO_ALL)
    if request.status != "created":
        raise internal()
    submit_draft(ctx, request)
    put_forward(ctx, request, body)
    published = not require_review and include_directly(
        ctx, request, community, lambda: accept_draft(ctx, request)
    )
    made = document(ctx, request)
    page = f"{ctx.base}/records/{draft.id}" if published else page_of(ctx, request)
    made["links"]["next_html"] = page
    return Answer(202, made, terse=True)


# --- what others need, too ----------------------------------------------------


def receiver_of(ctx: Context, request: Request) -> Community:
    """The community that is asked."""
    community = ctx.store.find(Community, (request.receiver or {}).get("community", ""))
    if community is None:
        raise ApiError(404, "Not found.")
    return community


def put_forward(ctx: Context, request: Request, said: Json | None) -> None:
    """Submit a request, with a comment if something is said."""
    move(ctx, request, "submitted", by=me(ctx))
    if said:
        payload = load(CommentSchema, {"payload": said.get("payload", {})})["payload"]
        comment(ctx, request, payload, by=me(ctx))


def include_directly(
    ctx: Context, request: Request, community: Community, accept: Callable[[], None]
) -> bool:
    """Accept a request without a review, if the person may include records."""
    if not may_include(ctx, community):
        return False
    accept()
    move(ctx, request, "accepted", by=SYSTEM)
    comment(ctx, request, {"content": AUTOMATIC}, by=SYSTEM)
    return True


def submit_draft(ctx: Context, request: Request) -> None:
    """What submitting a review does: the draft has to be complete but for its files."""
    draft = _topic(ctx, request)
    errors = [
        error
        for error in check(ctx, draft)
        if error["field"] != "metadata.publisher" and not error["field"].startswith("files")
    ]
    if errors:
        raise invalid(errors)
    request.title = draft.data["metadata"]["title"]


def accept_draft(ctx: Context, request: Request) -> None:
    """What accepting a review does: the draft is published, in the community."""
    draft = _topic(ctx, request)
    lineage = lineage_of(ctx, draft)
    community = receiver_of(ctx, request)
    lineage.review = None
    take_in(ctx, draft, lineage, community, default=True)
    publish_draft(ctx, draft, lineage, reviewed=True)


def cancel_draft(ctx: Context, request: Request) -> None:
    """What cancelling a review does: the draft is free again."""
    lineage = lineage_of(ctx, _topic(ctx, request))
    lineage.review = None
    ctx.store.put(lineage)


def take_in(
    ctx: Context, entry: Draft | Record, lineage: Lineage, community: Community, *, default: bool
) -> None:
    """Put a lineage into a community.

    Raises:
        ApiError: 400 for a public record in a restricted community.
    """
    restricted = community.data["access"]["visibility"] == "restricted"
    if restricted and entry.data["access"]["record"] == "public":
        raise ApiError(400, NOT_PUBLIC)
    lineage.communities = sorted({*lineage.communities, community.id})
    if default:
        lineage.default_community = community.id
    ctx.store.put(lineage)


def _day(moment: str) -> str:
    return format_date(datetime.fromisoformat(moment), "long", locale="en")


def _topic(ctx: Context, request: Request) -> Draft:
    draft = ctx.store.find(Draft, (request.topic or {}).get("record", ""))
    if draft is None:
        raise ApiError(404, "Not found.")
    return draft


def _review(ctx: Context, lineage: Lineage) -> Request:
    request = last_review_of(ctx, lineage)
    if request is None:
        raise ApiError(404, "Review for draft not found")
    return request


def _drop(ctx: Context, draft: Draft, lineage: Lineage) -> None:
    if ctx.store.find(Record, draft.id):
        raise ApiError(
            400, "You cannot delete a review for a draft that has already been published."
        )
    if open_review_of(ctx, lineage):
        raise ApiError(400, _OPEN)
    close_review_of(ctx, lineage)
    ctx.store.put(lineage)
    touch(ctx, draft)


_REVIEW = "/api/records/{id}/draft/review"

ROUTES = [
    Route("GET", _REVIEW, read_review, FORMS),
    Route("PUT", _REVIEW, set_review, FORMS),
    Route("DELETE", _REVIEW, delete_review),
    Route("POST", "/api/records/{id}/draft/actions/submit-review", submit, FORMS),
]
