"""Make the next version's draft, never two of them, and take the files along."""

from __future__ import annotations

from ..errors import BadRequest, OutcomeUnknown, PermissionDenied
from ..models.file import FileData, read_files
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ..wire.paging import read_hits
from ..wire.search import quoted
from ._steps import Document, Flow, ask, attempt, is_lost, pause


def new_version(record_id: str, concept_id: str, *, look_at: str, retry: Retry) -> Flow[Document]:
    """Make the next version's draft, or take the one that is open.

    Asked one after another the server answers the same draft; asked at once it makes two. So
    after a lost answer nothing is sent: the drafts of the concept are watched.

    Args:
        record_id: Any published version.
        concept_id: What all versions share.
        look_at: Page on which the user sees their uploads.
        retry: How long to watch.
    """
    reply = yield from attempt(endpoints.new_version(record_id))
    if isinstance(reply, Answer):
        return reply.document() or {}
    if not is_lost(reply):
        raise reply
    found: list[str] = []
    for seconds in retry.watch():
        yield from pause(seconds)
        found = yield from _open_drafts(concept_id)
        if len(found) == 1:
            return (yield from ask(endpoints.read_draft(found[0])))
        if found:
            break
    listed = (
        f"The concept has several open drafts: {', '.join(found)}. Keep one and delete the others."
        if found
        else "No draft of a next version is to be seen; call new_version() again."
    )
    raise OutcomeUnknown(
        f"The answer to new_version() of {record_id} was lost. {listed} Look at {look_at}.",
        action="new_version",
        candidates=found,
        look_at=look_at,
    ) from reply


def _open_drafts(concept_id: str) -> Flow[list[str]]:
    pairs = (("q", f"parent.id:{quoted(concept_id)}"), ("allversions", "true"), ("size", "25"))
    reply = yield from attempt(endpoints.my_records(pairs))
    if not isinstance(reply, Answer):
        return []
    hits = read_hits(reply.document() or {}).items
    return [
        identifier
        for hit in hits
        if hit.get("is_published") is False and isinstance(identifier := hit.get("id"), str)
    ]


def import_files(draft_id: str, record_id: str, *, look_at: str, retry: Retry) -> Flow[None]:
    """Take the previous version's files into the draft, without a transfer.

    A draft that has files already keeps them: it is one that was open, and what it holds is
    the user's. After a lost answer it is done when names and checksums are the previous
    version's.

    Args:
        draft_id: The next version's draft.
        record_id: Any published version; the files come from the latest.
        look_at: Page on which the user sees the draft.
        retry: How long to watch.
    """
    call = endpoints.import_files(draft_id)
    lost = False
    for seconds in (*retry.watch(), None):
        reply = yield from attempt(call)
        if isinstance(reply, Answer):
            return
        if isinstance(reply, BadRequest):
            if not lost:
                there = yield from _files(draft_id, draft=True)
                if there:
                    return
            raise reply
        if not is_lost(reply):
            raise reply
        lost = True
        latest = yield from ask(endpoints.latest_version(record_id))
        wanted = yield from _files(str(latest.get("id")), draft=False)
        there = yield from _files(draft_id, draft=True)
        if _same(wanted, there):
            return
        if seconds is None or there:
            break
        yield from pause(seconds)
        there = yield from _files(draft_id, draft=True)
        if _same(wanted, there):
            return
    raise OutcomeUnknown(
        f"The answer to the import of files into {draft_id} was lost, and its files are not those"
        f" of the previous version. Look at {look_at}; delete the draft and call new_version()"
        " again.",
        action="import_files",
        candidates=[draft_id],
        look_at=look_at,
    )


def _files(record_id: str, *, draft: bool) -> Flow[list[FileData]]:
    reply = yield from attempt(endpoints.files(record_id, draft=draft))
    if isinstance(reply, PermissionDenied):
        raise reply
    return read_files(reply.document() or {}) if isinstance(reply, Answer) else []


def _same(wanted: list[FileData], there: list[FileData]) -> bool:
    if not there:
        return False
    return {file.name: file.checksum for file in wanted} == {
        file.name: file.checksum for file in there
    }
