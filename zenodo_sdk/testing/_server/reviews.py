"""The review of a draft by a community."""

from __future__ import annotations

from .context import Context
from .state import Event, Lineage, Request


def review_of(ctx: Context, lineage: Lineage) -> Request | None:
    """The review that a lineage's first draft is to go through."""
    return ctx.store.find(Request, lineage.review) if lineage.review else None


def open_review_of(ctx: Context, lineage: Lineage) -> Request | None:
    """The review of a lineage, if it was submitted and not yet decided."""
    review = review_of(ctx, lineage)
    return review if review is not None and review.status == "submitted" else None


def close_review_of(ctx: Context, lineage: Lineage) -> None:
    """Forget a review that was never submitted."""
    review = review_of(ctx, lineage)
    if review is not None:
        for event in ctx.store.children(Event, review.id):
            ctx.store.remove(event)
        ctx.store.remove(review)
