"""Answers that show a draft or a record, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from . import exports
from .answers import RDM_JSON, Answer, Json
from .context import Context
from .represent import document
from .search import Kind, Style, envelope, parse_args, search
from .state import Community, Draft, Record


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


def search_answer(ctx: Context, kind: Kind, entries: Iterable[Draft | Record]) -> Answer:
    """What a search among drafts and records finds.

    Args:
        ctx: The request, with the arguments of the search.
        kind: Which search it is.
        entries: What is searched: all that the person may see.
    """
    profile = ctx.world.profile
    args = parse_args(ctx.query, profile=profile, authenticated=ctx.user is not None, kind=kind)
    documents = [document(ctx, each, file_links=True) for each in entries]
    if "shared_with_me" in args.flags and ctx.user is not None:
        documents = [
            each
            for each in documents
            if (each["parent"]["access"]["owned_by"]["user"] != ctx.user.id)
            == args.flags["shared_with_me"]
        ]
    result = search(documents, args, slug_to_uuid=lambda slug: community_id(ctx, slug))
    hits = [
        exports.render(hit, ctx.accepted, profile=profile, query=dict(ctx.query))[0]
        for hit in result.page
    ]
    body = envelope(result, args, ctx.base + ctx.path, hits=hits, style=_style(ctx))
    return Answer(200, body, media_type=ctx.accepted)


def community_id(ctx: Context, slug: str) -> str | None:
    """The id of a community."""
    found = ctx.store.children(Community, slug)
    return found[0].id if found else None


def _style(ctx: Context) -> Style:
    if ctx.accepted == RDM_JSON:
        return "ui"
    return "zenodo" if ctx.world.profile.legacy_json else "plain"
