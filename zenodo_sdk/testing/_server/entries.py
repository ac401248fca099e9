"""Answers that show a draft or a record, in the form that was asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from . import exports
from .answers import Answer, Json, internal
from .context import Context
from .expansion import expanded
from .hits import hit
from .represent import document
from .search import Kind, envelope, flag, parse_args, search
from .state import Community, Draft, Record

_log = logging.getLogger("zenodo_sdk.testing")


def entry_answer(
    ctx: Context,
    entry: Draft | Record,
    status: int = 200,
    *,
    errors: list[Json] | None = None,
    file_links: bool = False,
    signposted: bool = False,
    had_files: bool | None = None,
    bare: bool = False,
) -> Answer:
    """A draft or record, in the media type that was negotiated.

    Args:
        ctx: The request.
        entry: The draft or record.
        status: The status code.
        errors: What was found wrong while saving it.
        file_links: Files have links, as where a record is read.
        had_files: Whether files were enabled before the request changed it.
        bare: Terms of vocabularies are bare ids, as where the entry was there already.
        signposted: With a ``Link`` header for machines.
    """
    made = document(ctx, entry, file_links=file_links, had_files=had_files, bare=bare)
    if flag(ctx.query, "expand"):
        made["expanded"] = expanded(ctx, made["parent"])
    if errors:
        made["errors"] = errors
    form = _form(ctx)
    headers: dict[str, str] = {}
    if form.etag:
        headers["ETag"] = f'"{entry.revision}"'
    link = exports.signposting(made) if signposted else None
    if link:
        headers["Link"] = link
    try:
        body = form.one(made, _reading(ctx))
    except Exception:
        return _unreadable()
    return Answer(status, body, headers, form.media_type)


def search_answer(ctx: Context, kind: Kind, entries: Iterable[Draft | Record]) -> Answer:
    """What a search among drafts and records finds.

    Args:
        ctx: The request, with the arguments of the search.
        kind: Which search it is.
        entries: What is searched: all that the person may see.
    """
    profile = ctx.world.profile
    args = parse_args(ctx.query, profile=profile, authenticated=ctx.user is not None, kind=kind)
    indexed = sorted(entries, key=lambda each: each.updated)
    documents = [hit(ctx, each) for each in indexed]
    if "shared_with_me" in args.flags and ctx.user is not None:
        documents = [
            each
            for each in documents
            if (each["parent"]["access"]["owned_by"]["user"] != ctx.user.id)
            == args.flags["shared_with_me"]
        ]
    result = search(documents, args, slug_to_uuid=lambda slug: community_id(ctx, slug))
    if kind != "community_records" and args.flags.get("expand"):
        for each in result.page:
            each["expanded"] = expanded(ctx, each["parent"])
    page = envelope(result, args, ctx.base + ctx.path, style="plain")
    form = _form(ctx)
    try:
        body = form.many(page, _reading(ctx))
    except Exception:
        return _unreadable()
    return Answer(200, body, media_type=form.media_type)


def community_id(ctx: Context, slug: str) -> str | None:
    """The id of a community."""
    found = ctx.store.children(Community, slug)
    return found[0].id if found else None


def _unreadable() -> Answer:
    # Some values are kept and published, and from then on break every answer that contains them;
    # what was done before the answer was written stays done.
    _log.info("a record cannot be shown in the form that was asked for", exc_info=True)
    return internal().answer()


def _form(ctx: Context) -> exports.Export:
    return exports.exports(ctx.world.profile.name)[ctx.accepted]


def _reading(ctx: Context) -> exports.Reading:
    return exports.Reading(
        style=ctx.argument("style"), guest_url=None if ctx.user else ctx.base + ctx.asked
    )
