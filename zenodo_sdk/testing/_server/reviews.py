"""The review of a draft by a community."""

from __future__ import annotations

from typing import Any

from .answers import ApiError, Json, field_error, internal, invalid
from .context import Context
from .requests import CLOSED, forget, make_request, me
from .state import Community, Draft, Lineage, Request

_KIND = "community-submission"


def review_of(ctx: Context, lineage: Lineage) -> Request | None:
    """The review that a lineage's first draft is still to go through."""
    review = last_review_of(ctx, lineage)
    return None if review is None or review.status in CLOSED else review


def last_review_of(ctx: Context, lineage: Lineage) -> Request | None:
    """The review of a lineage, also one that was declined."""
    return ctx.store.find(Request, lineage.review) if lineage.review else None


def open_review_of(ctx: Context, lineage: Lineage) -> Request | None:
    """The review of a lineage, if it was submitted and not yet decided."""
    review = last_review_of(ctx, lineage)
    return review if review is not None and review.status == "submitted" else None


def close_review_of(ctx: Context, lineage: Lineage) -> None:
    """Let go of a review; one that was never submitted is forgotten."""
    review = last_review_of(ctx, lineage)
    if review is not None and review.status not in CLOSED:
        forget(ctx, review)
    lineage.review = None


def start_review(ctx: Context, draft: Draft, lineage: Lineage, body: Any) -> Request:
    """Let a draft go through a review; it is not submitted yet.

    Raises:
        ApiError: 400 for what is no review, 404 for an unknown community.
    """
    if not isinstance(body, dict):
        raise internal()
    wanted: Json = body
    if wanted.get("type") != _KIND:
        raise invalid([field_error("type", "Invalid review type.")])
    receiver = wanted.get("receiver")
    if not isinstance(receiver, dict) or "community" not in receiver:
        raise internal()
    community = ctx.store.find(Community, str(receiver["community"]))
    if community is None:
        raise ApiError(404, "Not found.")
    request = make_request(
        ctx,
        _KIND,
        created_by=me(ctx),
        receiver={"community": community.id},
        topic={"record": draft.id},
    )
    lineage.review = request.id
    ctx.store.put(lineage)
    return request
