"""Make the next version's draft, never two of them, and take the files along."""

from __future__ import annotations

from ..errors import BadRequest, NotFound, OutcomeUnknown, PermissionDenied
from ..models.file import FileData, read_files
from ..models.metadata import Metadata
from ..models.record import WorkData
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ..wire.paging import read_hits
from ..wire.search import quoted
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
)

_Files = list[FileData] | None
"""Files, or None where they could not be read."""

_EXTERNAL_DOI = (
    "This work has a DOI that was registered elsewhere. Zenodo makes no next version of such a"
    " work: deposit it as a work of its own, and relate the two (isNewVersionOf)."
)


def next_version(
    found: WorkData, *, with_files: bool, look_at: str, retry: Retry
) -> Flow[Document]:
    """Make the next version's draft, or take the one that is open, with the files it shall have.

    Args:
        found: Any published version.
        with_files: Whether a draft without files gets the latest version's.
        look_at: Page on which the user sees their uploads.
        retry: How long to watch.
    """
    concept_id = found.concept_id or found.id
    try:
        draft = yield from new_version(found.id, concept_id, look_at=look_at, retry=retry)
    except PermissionDenied as denied:
        if found.metadata.doi is not None:
            denied.add_note(_EXTERNAL_DOI)
        raise
    files = Metadata.from_rdm(draft).files
    if not with_files or (files is not None and not files.enabled):
        return draft
    draft_id = str(draft.get("id"))
    yield from import_files(draft_id, found.id, look_at=look_at, retry=retry)
    return (yield from ask(endpoints.read_draft(draft_id)))


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
    reply = yield from request(endpoints.new_version(record_id))
    if not isinstance(reply, Failed):
        return reply
    if not is_lost(reply):
        raise reply
    found: dict[str, Document] | None = None
    for seconds in retry.watch():
        yield from pause(seconds)
        found = yield from _open_drafts(concept_id)
        if found:
            break
    if found and len(found) == 1:
        return next(iter(found.values()))
    if found == {} and is_crash(reply):
        raise reply
    if found:
        told = f"The work has several open drafts: {', '.join(found)}. Keep one, delete the others."
    elif found == {}:
        told = "No draft of a next version is to be seen; call new_version() again."
    else:
        told = "The drafts could not be listed; new_version() later takes the one that is open."
    raise OutcomeUnknown(
        f"The answer to new_version() of {record_id} was lost ({reason(reply)}). {told} Look at"
        f" {look_at}.",
        action="new_version",
        candidates=list(found or ()),
        look_at=look_at,
    ) from reply


def _open_drafts(concept_id: str) -> Flow[dict[str, Document] | None]:
    """Read the never-published drafts of a concept; None where that cannot be done."""
    pairs = (("q", f"parent.id:{quoted(concept_id)}"), ("allversions", "true"), ("size", "25"))
    listed = yield from peek(endpoints.my_records(pairs))
    if listed is None:
        return None
    drafts: dict[str, Document] = {}
    for hit in read_hits(listed).items:
        identifier = hit.get("id")
        if hit.get("is_published") is not False or not isinstance(identifier, str):
            continue
        # the index is behind: what it lists may be deleted or published by now
        draft = yield from request(endpoints.read_draft(identifier))
        if isinstance(draft, NotFound):
            continue
        if isinstance(draft, Failed):
            return None
        if draft.get("is_published") is not True:
            drafts[identifier] = draft
    return drafts


def import_files(draft_id: str, record_id: str, *, look_at: str, retry: Retry) -> Flow[None]:
    """Take the previous version's files into the draft, without a transfer.

    A draft that has files already keeps them: it is one that was open, and what it holds is
    the user's. After a lost answer it is done when names and checksums are the previous
    version's; a draft that is still empty when the watch ends is asked for once more.

    Args:
        draft_id: The next version's draft.
        record_id: Any published version; the files come from the latest.
        look_at: Page on which the user sees the draft.
        retry: How long to watch.
    """
    lost: Failed | None = None
    there: _Files = None
    for _ in range(2):
        reply = yield from attempt(endpoints.import_files(draft_id))
        if isinstance(reply, Answer):
            return
        if isinstance(reply, BadRequest) and lost is None:
            if (yield from _files(draft_id, draft=True)):
                return
            raise reply
        # 400 after a lost answer: what was lost has just been carried out
        if not isinstance(reply, BadRequest) and not is_lost(reply):
            raise reply
        wanted: _Files = None
        for seconds in (*retry.watch(), None):
            if wanted is None:
                wanted = yield from _files_of_latest(record_id)
            there = yield from _files(draft_id, draft=True)
            if wanted is not None and there is not None and _same(wanted, there):
                return
            if there or seconds is None:
                break
            yield from pause(seconds)
        lost = reply
        if there != []:
            break
    assert lost is not None
    if there == [] and is_crash(lost):
        raise lost
    raise OutcomeUnknown(
        f"The answer to the import of files into {draft_id} was lost ({reason(lost)}), and its"
        " files are not seen to be those of the previous version. Look at"
        f" {look_at}. new_version() again takes this draft: it keeps the files that are there, and"
        " imports them if there are none.",
        action="import_files",
        candidates=[draft_id],
        look_at=look_at,
    ) from lost


def _files_of_latest(record_id: str) -> Flow[_Files]:
    latest = yield from peek(endpoints.latest_version(record_id))
    identifier = None if latest is None else latest.get("id")
    if not isinstance(identifier, str):
        return None
    return (yield from _files(identifier, draft=False))


def _files(record_id: str, *, draft: bool) -> Flow[_Files]:
    reply = yield from request(endpoints.files(record_id, draft=draft))
    if isinstance(reply, PermissionDenied):
        raise reply
    return None if isinstance(reply, Failed) else read_files(reply)


def _same(wanted: list[FileData], there: list[FileData]) -> bool:
    if not there:
        return False
    return {file.name: file.checksum for file in wanted} == {
        file.name: file.checksum for file in there
    }
