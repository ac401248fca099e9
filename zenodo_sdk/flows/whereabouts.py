"""Where a deposition is: it moves when it is published, opened for editing or deleted."""

from __future__ import annotations

from typing import TypeVar

from ..errors import Gone, NotFound, Refused
from ..models.record import DepositionData
from ..wire import endpoints
from ._steps import Document, Failed, Flow, ask, request

T = TypeVar("T")


def read_deposition(identifier: str) -> Flow[Document]:
    """Read a draft or open edits, else what is published.

    Args:
        identifier: An id; that of a concept leads to its latest version.

    Raises:
        NotFound: There is neither, or it is not the account's.
    """
    draft = yield from request(endpoints.read_draft(identifier))
    if not isinstance(draft, Failed):
        return draft
    if not isinstance(draft, NotFound):
        raise draft
    record = yield from ask(endpoints.read_record(identifier))
    latest = DepositionData.from_rdm(record).id
    # a concept's latest version may have open edits
    return record if latest == identifier else (yield from read_deposition(latest))


def while_it_is_there(record_id: str, flow: Flow[T]) -> Flow[T]:
    """Do a flow on a draft, and tell it apart when the draft was published elsewhere.

    Args:
        record_id: The draft.
        flow: What to do.

    Raises:
        Refused: It is no draft any more.
        NotFound: It is not there at all.
    """
    try:
        return (yield from flow)
    except NotFound as error:
        missing = error
    try:
        now = DepositionData.from_rdm((yield from read_deposition(record_id)))
    except (NotFound, Gone):
        raise missing from None
    raise Refused(
        f"{record_id} was {'published' if now.state == 'published' else 'changed'} elsewhere since"
        " it was read: refresh() it and look."
    )
