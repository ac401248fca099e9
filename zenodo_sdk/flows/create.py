"""Make a draft, and find it again when its answer is lost."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

from ..errors import NotFound, OutcomeUnknown
from ..ledger import HandedOut
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ..wire.paging import read_hits
from ._steps import Document, Failed, Flow, attempt, is_crash, is_lost, pause, reason, request
from .compare import holds, same_text, title_of

# The Date header has whole seconds, and clocks tick between an answer and its reading.
_SLACK = dt.timedelta(seconds=2)

# the page that Zenodo allows with a token; the draft in question is among the newest
_NEWEST = (("q", "is_published:false"), ("sort", "newest"), ("size", "100"))


def create(
    body: Document,
    *,
    started: dt.datetime,
    handed_out: HandedOut,
    look_at: str,
    retry: Retry,
) -> Flow[Document]:
    """Make a draft.

    The server knows no idempotency key, so after a lost answer the only proof is a single
    unpublished draft, made since, that is what was sent and that this process has not handed
    out. Anything else is :class:`OutcomeUnknown`.

    Args:
        body: What to send.
        started: Time of this client's clock when the call began.
        handed_out: Drafts that this process made or read before. The one returned is claimed
            there, so that of several calls at once no two return the same.
        look_at: Page on which the user sees their uploads.
        retry: How long to look.
    """
    reply = yield from request(endpoints.create(body))
    if not isinstance(reply, Failed):
        # a call beside this one, its own answer lost, may have taken this draft for its own
        if handed_out.receive(str(reply.get("id", ""))):
            return reply
    elif not is_lost(reply):
        raise reply
    seen: dict[str, str] | None = None
    for seconds in retry.watch():
        yield from pause(seconds)
        made = yield from _made_since(body, started, handed_out)
        if made is None:
            continue
        seen = made
        equal: list[Document] = []
        for identifier in made:
            draft = yield from request(endpoints.read_draft(identifier))
            if isinstance(draft, NotFound):
                continue
            if isinstance(draft, Failed):
                break  # it might be another equal one
            if _is_first(draft) and holds(body, draft):
                equal.append(draft)
        else:
            if len(equal) == 1 and handed_out.claim(str(equal[0].get("id"))):
                return equal[0]
            if len(equal) > 1:
                break
    failure = reply if isinstance(reply, Failed) else None
    if failure is not None and is_crash(failure) and seen == {}:
        raise failure
    for candidate in seen or ():
        # the caller knows of these now, so no later call may take one for its own
        handed_out.receive(candidate)
    raise OutcomeUnknown(
        _explain(body, started, failure, seen, look_at),
        action="create",
        candidates=list(seen or ()),
        look_at=look_at,
    ) from failure


def _made_since(
    body: Document, started: dt.datetime, handed_out: HandedOut
) -> Flow[dict[str, str] | None]:
    """List drafts that may be it, with their times; None where that fails.

    They were made since, were not handed out, and have the title that was sent, or none: one
    that the server could not take is left out.
    """
    reply = yield from attempt(endpoints.my_records((*_NEWEST, ("allversions", "true"))))
    document = reply.document() if isinstance(reply, Answer) else None
    if not isinstance(reply, Answer) or document is None:
        return None
    since = started + _skew(reply) - _SLACK
    made: dict[str, str] = {}
    for hit in read_hits(document).items:
        identifier, created = hit.get("id"), hit.get("created")
        if isinstance(identifier, str) and isinstance(created, str):
            is_new = _utc(dt.datetime.fromisoformat(created)) >= since
            titles = title_of(hit), title_of(body)
            plausible = None in titles or same_text(*titles)
            if is_new and plausible and identifier not in handed_out:
                made[identifier] = created
    return made


def _skew(answer: Answer) -> dt.timedelta:
    """How far the server's clock is ahead of this one."""
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return dt.timedelta(0)
    if answer.received is None:
        return dt.timedelta(0)
    return _utc(there) - answer.received


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _is_first(draft: Document) -> bool:
    """Whether it is the draft of a new work, and not of a next version or an edit."""
    return draft.get("is_published") is not True and draft.get("status") in (None, "draft")


def _explain(
    body: Document,
    started: dt.datetime,
    failure: Failed | None,
    seen: dict[str, str] | None,
    look_at: str,
) -> str:
    title = title_of(body)
    why = "" if failure is None else f" ({reason(failure)})"
    text = (
        f"The answer to create() was lost{why}, {started.isoformat(timespec='seconds')}, title"
        f" {title!r}. It was not repeated, for that could make a second draft.\n"
    )
    if seen:
        listed = ", ".join(f"{identifier} ({created})" for identifier, created in seen.items())
        text += f"These drafts were made since and may be it: {listed}."
    elif seen is None:
        text += "Your drafts could not be listed, so it may be among them."
    else:
        text += "No draft made since was found beside those that this process holds already."
    return f"{text} Look at {look_at}; delete what you do not want, then create again."
