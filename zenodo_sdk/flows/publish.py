"""Publish a draft once, and know whether it was."""

from __future__ import annotations

from typing import Literal

from ..errors import NotFound, OutcomeUnknown
from ..retry import Retry
from ..wire import endpoints
from ._steps import (
    Document,
    Failed,
    Flow,
    ask,
    is_crash,
    is_lost,
    pause,
    peek,
    reason,
    request,
    revision_of,
)

_Seen = Document | Literal["draft"] | None
"""The published record, a draft that is still there, or nothing that tells."""


def publish(record_id: str, *, editing: bool, look_at: str, retry: Retry) -> Flow[Document]:
    """Publish a draft.

    After a lost answer the draft is read first, then the record: read the other way round,
    both can be missing for a moment. It is done when the draft is gone and the record is
    there; of an edit, when the record's revision has risen as well. It is also done, and what
    is in the draft is somebody's next edit, when the draft says that it is published, or the
    revision of the edited record has risen. Any other draft that is there when the watch ends
    is published once more: of two at once the server carries out one.

    Args:
        record_id: The draft.
        editing: Whether the record was published before.
        look_at: Page on which the user sees the draft.
        retry: How long to watch.
    """
    before = 0
    if editing:
        before = revision_of((yield from ask(endpoints.read_record(record_id))))
    lost: Failed | None = None
    seen: _Seen = None
    for _ in range(2):
        reply = yield from request(endpoints.publish(record_id))
        if not isinstance(reply, Failed):
            return reply
        # no draft any more, after a lost answer: what was lost is just being carried out
        landing = lost is not None and isinstance(reply, NotFound)
        if not landing and not is_lost(reply):
            raise reply
        seen = yield from _watch(record_id, editing, before, retry)
        if isinstance(seen, dict):
            return seen
        lost = reply
        if seen is None:
            # publishing now could publish what someone has edited since
            break
    assert lost is not None
    if seen == "draft" and is_crash(lost):
        raise lost
    state = (
        "it is still a draft"
        if seen == "draft"
        else "the server does not tell whether it was published"
    )
    raise OutcomeUnknown(
        f"The answer to publish() of {record_id} was lost ({reason(lost)}), and after watching"
        f" it {state}. Look at {look_at}: if it is a draft there, call publish() again.",
        action="publish",
        candidates=[record_id],
        look_at=look_at,
    ) from lost


def _watch(record_id: str, editing: bool, before: int, retry: Retry) -> Flow[_Seen]:
    """Look until the record is published; what was seen last otherwise."""
    for seconds in retry.watch():
        seen = yield from _look(record_id, editing, before)
        if isinstance(seen, dict):
            return seen
        yield from pause(seconds)
    return (yield from _look(record_id, editing, before))


def _look(record_id: str, editing: bool, before: int) -> Flow[_Seen]:
    draft = yield from request(endpoints.read_draft(record_id))
    unless_done: _Seen = None
    if not isinstance(draft, Failed):
        unless_done = "draft"
        if not editing and draft.get("is_published") is not True:
            return unless_done
    elif not isinstance(draft, NotFound):
        return None
    record = yield from peek(endpoints.read_record(record_id))
    # a concept's id answers another record, and an edit leaves the old one in its place
    if record is None or record.get("id") != record_id:
        return None
    return unless_done if editing and revision_of(record) <= before else record
