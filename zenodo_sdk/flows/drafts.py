"""Save, delete, reserve: calls on one draft that reading can settle."""

from __future__ import annotations

from ..errors import BadRequest, Conflict, Gone, NotFound, OutcomeUnknown
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer, Call
from ._steps import Document, Flow, ask, attempt, is_lost, pause
from .compare import differences, editable, holds


def save(record_id: str, body: Document, *, base: Document, retry: Retry) -> Flow[Document]:
    """Replace a draft with what the user made of it.

    The server's revision also rises without anyone's edit (a deleted file, an import, a
    reserved DOI), so a 412 is read before it is believed: if nothing that a user can edit
    differs from the base, the save is repeated once on the new revision.

    Args:
        record_id: The draft.
        body: What it shall be.
        base: The draft as it was read.
        retry: How often and how long to try.

    Raises:
        Conflict: Someone else changed it; the error lists the differences.
    """
    revision = _revision(base)
    rebased = False
    for seconds in (*retry.watch(), None):
        reply = yield from attempt(endpoints.save(record_id, body, revision))
        if isinstance(reply, Answer):
            return reply.document() or {}
        if not isinstance(reply, Conflict) and not is_lost(reply):
            raise reply
        now = yield from ask(endpoints.read_draft(record_id))
        if is_lost(reply):
            if _revision(now) != revision and holds(body, now):
                return now
            if _revision(now) == revision:
                if seconds is None:
                    raise reply
                yield from pause(seconds)
                continue
        found = differences(editable(base), editable(now))
        if found or rebased:
            listed = "\n".join(f"  - {difference}" for difference in found)
            conflict = Conflict(
                f"Deposition {record_id} was changed elsewhere since it was read. refresh() it,"
                f" apply your change again, and save().\n{listed}",
                status=412,
                method="PUT",
                path=endpoints.save(record_id, None, revision).path,
            )
            conflict.differences = found
            raise conflict
        revision, rebased = _revision(now), True
    raise AssertionError("the last round returns or raises")


def delete(call: Call, look: Call, *, retry: Retry) -> Flow[None]:
    """Delete something; after a lost answer, its absence is the proof.

    Args:
        call: The deletion.
        look: What reads the thing.
        retry: How often and how long to try.
    """
    for seconds in (*retry.watch(), None):
        reply = yield from attempt(call)
        if isinstance(reply, Answer):
            return
        if not is_lost(reply):
            raise reply
        seen = yield from attempt(look)
        if isinstance(seen, NotFound | Gone):
            return
        if seconds is None:
            raise reply
        yield from pause(seconds)


def reserve_doi(record_id: str, *, look_at: str, retry: Retry) -> Flow[Document]:
    """Reserve the DOI that publication will register; one that is there already stays."""
    for seconds in (*retry.watch(), None):
        reply = yield from attempt(endpoints.reserve_doi(record_id))
        if isinstance(reply, Answer):
            return reply.document() or {}
        if not isinstance(reply, BadRequest) and not is_lost(reply):
            raise reply
        draft = yield from ask(endpoints.read_draft(record_id))
        if _has_doi(draft):
            return draft
        if not is_lost(reply):
            raise reply
        if seconds is not None:
            yield from pause(seconds)
    raise OutcomeUnknown(
        f"The answer to reserve_doi() of {record_id} was lost and the draft shows no DOI. Look at"
        f" {look_at}, then call it again: a DOI that is there already is kept.",
        action="reserve_doi",
        candidates=[record_id],
        look_at=look_at,
    )


def _has_doi(draft: Document) -> bool:
    match draft.get("pids"):
        case {"doi": {"identifier": str() as doi}}:
            return bool(doi)
        case _:
            return False


def _revision(record: Document) -> int:
    revision = record.get("revision_id")
    return revision if isinstance(revision, int) else 0
