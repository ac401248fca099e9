"""Make a draft, and find it again when its answer is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from email.utils import parsedate_to_datetime

from ..errors import NotFound, OutcomeUnknown, ResponseError
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ..wire.paging import read_hits
from ..wire.search import all_of, created_since
from ._steps import Document, Flow, attempt, is_lost, pause
from .compare import holds

# The Date header has whole seconds, and clocks tick between an answer and its reading.
_SLACK = dt.timedelta(seconds=2)


def create(
    body: Document,
    *,
    started: dt.datetime,
    handed_out: Collection[str],
    look_at: str,
    retry: Retry,
) -> Flow[Document]:
    """Make a draft.

    The server knows no idempotency key, so after a lost answer the only proof is a single
    unpublished draft, made since, that holds what was sent and that this process has not
    handed out. Anything else is :class:`OutcomeUnknown`.

    Args:
        body: What to send.
        started: Time of this client's clock when the call began.
        handed_out: Ids of drafts that this process made or read before.
        look_at: Page on which the user sees their uploads.
        retry: How long to look.
    """
    reply = yield from attempt(endpoints.create(body))
    if isinstance(reply, Answer):
        return reply.document() or {}
    if not is_lost(reply):
        raise reply
    seen: dict[str, str] = {}
    for seconds in retry.watch():
        yield from pause(seconds)
        found = yield from _made_since(started, handed_out, seen)
        equal: list[Document] = []
        for identifier in found:
            draft = yield from _draft(identifier)
            if draft is not None and holds(body, draft):
                equal.append(draft)
        if len(equal) == 1:
            return equal[0]
        if len(equal) > 1:
            break
    if isinstance(reply, ResponseError) and reply.status == 500 and not seen:
        raise reply
    raise OutcomeUnknown(
        _explain(body, started, seen, look_at),
        action="create",
        candidates=list(seen),
        look_at=look_at,
    ) from reply


def _made_since(
    started: dt.datetime, handed_out: Collection[str], seen: dict[str, str]
) -> Flow[list[str]]:
    """Look for drafts made since; those not handed out are kept in ``seen`` with their times."""
    # a window of a day is for the index; what counts is compared on the server's clock below
    query = all_of("is_published:false", created_since(started - dt.timedelta(days=1)))
    pairs = (("q", query or ""), ("sort", "newest"), ("size", "25"), ("allversions", "true"))
    reply = yield from attempt(endpoints.my_records(pairs))
    if not isinstance(reply, Answer):
        return []
    since = started + _skew(reply) - _SLACK
    for hit in read_hits(reply.document() or {}).items:
        identifier, created = hit.get("id"), hit.get("created")
        if not isinstance(identifier, str) or not isinstance(created, str):
            continue
        if identifier not in handed_out and dt.datetime.fromisoformat(created) >= since:
            seen[identifier] = created
    return list(seen)


def _skew(answer: Answer) -> dt.timedelta:
    """How far the server's clock is ahead of this one."""
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return dt.timedelta(0)
    if answer.received is None:
        return dt.timedelta(0)
    return there - answer.received


def _draft(identifier: str) -> Flow[Document | None]:
    reply = yield from attempt(endpoints.read_draft(identifier))
    if isinstance(reply, NotFound):
        return None
    return reply.document() if isinstance(reply, Answer) else None


def _explain(body: Document, started: dt.datetime, seen: dict[str, str], look_at: str) -> str:
    metadata = body.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    text = (
        f"The answer to create() was lost, {started.isoformat(timespec='seconds')}, title"
        f" {title!r}. It was not repeated, for that could make a second draft.\n"
    )
    if seen:
        listed = ", ".join(f"{identifier} ({created})" for identifier, created in seen.items())
        text += f"These drafts were made since and may be it: {listed}."
    else:
        text += "No draft made since was found, so most likely none was made."
    return f"{text} Look at {look_at}; delete what you do not want, then create again."
