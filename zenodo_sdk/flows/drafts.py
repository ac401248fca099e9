"""Save, delete, reserve: calls on one draft that reading can settle."""

from __future__ import annotations

from contextlib import suppress

from ..errors import BadRequest, Conflict, Difference, Gone, NotFound, OutcomeUnknown, Refused
from ..models.record import DepositionData
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer, Call
from ._steps import (
    Document,
    Failed,
    Flow,
    ask,
    attempt,
    is_crash,
    is_lost,
    pause,
    peek,
    reason,
    request,
    revision_of,
)
from .compare import differences, editable, holds


def save(record_id: str, body: Document, *, base: Document, retry: Retry) -> Flow[Document]:
    """Replace a draft with what the user made of it.

    The server's revision also rises without anyone's edit (a deleted file, an import, a
    reserved DOI), so a 412 is read before it is believed: if nothing that a user can edit
    differs from the base, the save is repeated once on the new revision.

    After a lost answer it is sent again while the revision stands: only one of them can meet
    that revision. Once it has risen, the draft shows whether it was this save that raised it.

    A 400 that names no field may be the server's answer to the later of two saves at once;
    where the revision has risen, it is read like a 412.

    Args:
        record_id: The draft.
        body: What it shall be.
        base: The draft as it was read.
        retry: How often and how long to try.

    Raises:
        Conflict: Someone else changed it; the error lists the differences.
    """
    revision, pauses = revision_of(base), retry.watch()
    crashed = lost = rebased = False
    while True:
        reply = yield from request(endpoints.save(record_id, body, revision))
        if not isinstance(reply, Failed):
            return reply
        refused = isinstance(reply, BadRequest) and not reply.field_errors
        if not (refused or isinstance(reply, Conflict) or is_lost(reply)):
            raise reply
        lost = lost or is_lost(reply)
        look = endpoints.read_draft(record_id)
        now = yield from (peek(look) if refused else ask(look))
        if now is None or (refused and revision_of(now) <= revision):
            raise reply
        if revision_of(now) == revision:
            seconds = next(pauses, None)
            if seconds is None or (crashed and is_crash(reply)):
                raise reply
            crashed = is_crash(reply)
            yield from pause(seconds)
            continue
        found = differences(editable(base), editable(now))
        # a body that says nothing else than the base proves nothing by being there
        if lost and found and holds(body, now) and not holds(body, base):
            return now
        if found or rebased:
            raise _save_conflict(record_id, found, lost)
        revision, rebased = revision_of(now), True


def refuse_stale(found: DepositionData, now: DepositionData) -> None:
    """Refuse to act on a deposition that is no longer what the caller sees.

    Args:
        found: The deposition as the caller sees it.
        now: The deposition as it is.

    Raises:
        Refused: It was published, or opened for editing, elsewhere.
        Conflict: Someone else changed what a user can edit.
    """
    if now.state != found.state:
        raise Refused(
            f"{found.id} is '{now.state}' now and was '{found.state}' when it was read: refresh()"
            " it and look."
        )
    refuse_conflict(found.id, found.raw, now.raw)


def refuse_conflict(record_id: str, base: Document, now: Document) -> None:
    """Refuse to go on from a draft in which someone else changed what a user can edit.

    Args:
        record_id: The draft.
        base: The draft as it was read.
        now: The draft as it is.

    Raises:
        Conflict: They differ; the error lists how.
    """
    found = differences(editable(base), editable(now))
    if found:
        raise _save_conflict(record_id, found, lost=False)


def _save_conflict(record_id: str, found: tuple[Difference, ...], lost: bool) -> Conflict:
    which = (
        "The answer to a save was lost, and what is there is not what was sent."
        if lost
        else "It was not overwritten."
    )
    told = f"{which} refresh() it, apply your change again, and save()."
    return _conflict(endpoints.save(record_id, None, 0), record_id, found, told)


def _conflict(call: Call, record_id: str, found: tuple[Difference, ...], told: str) -> Conflict:
    listed = "".join(f"\n  - {difference}" for difference in found)
    conflict = Conflict(
        f"Deposition {record_id} was changed elsewhere since it was read. {told}{listed}",
        status=412,
        method=call.method,
        path=call.path,
    )
    conflict.differences = found
    return conflict


def delete_draft(record_id: str, *, base: Document, editing: bool, retry: Retry) -> Flow[None]:
    """Delete a draft, or discard the edits of a published record, if it is as it was read.

    One call does both, so a draft that somebody published, and edits again, would lose those
    edits. The revision that goes along prevents it, and a 412 is read as in ``save``.

    Args:
        record_id: The draft.
        base: The draft as it was read.
        editing: Whether it was published before, so that its edits are discarded.
        retry: How often and how long to try.

    Raises:
        NotFound: It was not there in the first place.
        Refused: It was published meanwhile.
        Conflict: Someone else changed it; the error lists the differences.
    """
    revision, rebased = revision_of(base), False
    look = endpoints.read_draft(record_id)
    while True:
        call = endpoints.delete_draft(record_id, revision)
        with suppress(Conflict):
            return (yield from delete(call, look, retry=retry))
        now = yield from ask(look)
        if now.get("is_published") is True and not editing:
            raise Refused(
                f"{record_id} was published meanwhile, and what is open are edits of it: nothing"
                " was deleted. refresh() it."
            )
        found = differences(editable(base), editable(now))
        if found or rebased:
            told = (
                "Its edits were not discarded. refresh() it, and discard() if you still want to."
                if editing
                else "It was not deleted. refresh() it, and delete() if you still want to."
            )
            raise _conflict(call, record_id, found, told)
        revision, rebased = revision_of(now), True


def delete(call: Call, look: Call, *, retry: Retry) -> Flow[None]:
    """Delete something; after a lost answer, its absence is the proof.

    Args:
        call: The deletion.
        look: What reads the thing.
        retry: How often and how long to try.

    Raises:
        NotFound: It was not there in the first place.
    """
    crashed = lost = False
    for seconds in (*retry.watch(), None):
        reply = yield from attempt(call)
        if isinstance(reply, Answer) or (lost and isinstance(reply, NotFound | Gone)):
            return
        if not is_lost(reply):
            raise reply
        lost = True
        seen = yield from attempt(look)
        if isinstance(seen, NotFound | Gone):
            return
        if seconds is None or (crashed and is_crash(reply)):
            raise reply
        crashed = is_crash(reply)
        yield from pause(seconds)


def reserve_doi(record_id: str, *, look_at: str, retry: Retry) -> Flow[Document]:
    """Reserve the DOI that publication will register; one that is there already stays.

    Args:
        record_id: The draft.
        look_at: Page on which the user sees the draft.
        retry: How often and how long to try.
    """
    crashed = False
    lost: Failed | None = None
    for seconds in (*retry.watch(), None):
        # it can be asked for again: a draft that has a DOI answers 400
        reply = yield from request(endpoints.reserve_doi(record_id))
        if not isinstance(reply, Failed):
            return reply
        if not isinstance(reply, BadRequest) and not is_lost(reply):
            raise reply
        draft = yield from peek(endpoints.read_draft(record_id))
        if draft is not None and _has_doi(draft):
            return draft
        if not is_lost(reply) or (crashed and is_crash(reply)):
            raise reply
        crashed, lost = is_crash(reply), reply
        if seconds is not None:
            yield from pause(seconds)
    assert lost is not None
    raise OutcomeUnknown(
        f"The answer to reserve_doi() of {record_id} was lost ({reason(lost)}) and the draft shows"
        f" no DOI. Look at {look_at}, then call it again: a DOI that is there already is kept.",
        action="reserve_doi",
        candidates=[record_id],
        look_at=look_at,
    ) from lost


def _has_doi(draft: Document) -> bool:
    match draft.get("pids"):
        case {"doi": {"identifier": str() as doi}}:
            return bool(doi)
        case _:
            return False
