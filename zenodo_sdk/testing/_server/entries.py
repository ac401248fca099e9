"""Answers that show a draft or a record, in the form that was asked for."""

from __future__ import annotations

from . import exports
from .answers import RDM_JSON, Answer, Json
from .context import Context
from .represent import document
from .state import Draft, Record


def entry_answer(
    ctx: Context,
    entry: Draft | Record,
    status: int = 200,
    *,
    errors: list[Json] | None = None,
    file_links: bool = False,
    signposted: bool = False,
) -> Answer:
    """A draft or record, in the media type that was negotiated.

    Args:
        ctx: The request.
        entry: The draft or record.
        status: The status code.
        errors: What was found wrong while saving it.
        file_links: Files have links, as where a record is read.
        signposted: With a ``Link`` header for machines.
    """
    made = document(ctx, entry, errors=errors, file_links=file_links)
    body, media_type = exports.render(
        made, ctx.accepted, profile=ctx.world.profile, query=dict(ctx.query)
    )
    headers: dict[str, str] = {}
    if exports.has_etag(ctx.accepted):
        headers["ETag"] = f'"{entry.revision}"'
    if signposted:
        headers["Link"] = (
            f'<{ctx.base}/api/records/{entry.id}> ; rel="linkset" ; type="application/linkset+json"'
        )
    return Answer(status, body, headers, media_type)


def index_document(ctx: Context, entry: Draft | Record) -> Json:
    """A draft or record as the search index has it, and as hits show it."""
    made = document(ctx, entry, file_links=True)
    if ctx.accepted == RDM_JSON:
        return made
    return made
