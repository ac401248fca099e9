"""Publish a draft once, and know whether it was."""

from __future__ import annotations

from ..errors import NotFound, OutcomeUnknown
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import Document, Failed, Flow, ask, attempt, is_lost, pause


def publish(record_id: str, *, editing: bool, look_at: str, retry: Retry) -> Flow[Document]:
    """Publish a draft.

    After a lost answer the draft is read first, then the record: read the other way round,
    both can be missing for a moment. It is done when the draft is gone and the record is
    there; of an edit, when the record's revision has risen as well. A draft that is still
    there when the watch ends is published once more: of two at once the server carries out one.

    Args:
        record_id: The draft.
        editing: Whether the record was published before.
        look_at: Page on which the user sees the draft.
        retry: How long to watch.
    """
    before = 0
    if editing:
        before = _revision((yield from ask(endpoints.read_record(record_id))))
    reply: Answer | Failed | None = None
    for _ in range(2):
        reply = yield from attempt(endpoints.publish(record_id))
        if isinstance(reply, Answer):
            return reply.document() or {}
        if not is_lost(reply):
            break
        done = yield from _watch(record_id, editing, before, retry)
        if done is not None:
            return done
    assert not isinstance(reply, Answer | None)
    if not is_lost(reply):
        # the second call was refused: the first may have been carried out in between
        done = yield from _look(record_id, editing, before)
        if done is not None and isinstance(reply, NotFound):
            return done
        raise reply
    raise OutcomeUnknown(
        f"The answer to publish() of {record_id} was lost, and after {retry.settle:g} seconds the"
        f" server does not tell whether it was published. Look at {look_at}: if it is still a"
        " draft there, call publish() again.",
        action="publish",
        candidates=[record_id],
        look_at=look_at,
    ) from reply


def _watch(record_id: str, editing: bool, before: int, retry: Retry) -> Flow[Document | None]:
    for seconds in retry.watch():
        done = yield from _look(record_id, editing, before)
        if done is not None:
            return done
        yield from pause(seconds)
    return (yield from _look(record_id, editing, before))


def _look(record_id: str, editing: bool, before: int) -> Flow[Document | None]:
    draft = yield from attempt(endpoints.read_draft(record_id))
    if not isinstance(draft, NotFound):
        return None
    reply = yield from attempt(endpoints.read_record(record_id))
    if not isinstance(reply, Answer):
        return None
    record = reply.document() or {}
    if record.get("id") != record_id or (editing and _revision(record) <= before):
        return None
    return record


def _revision(record: Document) -> int:
    revision = record.get("revision_id")
    return revision if isinstance(revision, int) else 0
