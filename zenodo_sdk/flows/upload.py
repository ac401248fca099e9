"""Upload one file in the server's three steps, whatever gets lost on the way.

What was measured on the running servers decides here: an entry reads ``pending`` before, during
and after a content whose answer was lost, so reading it decides nothing; committing does (500:
no whole content, 200: it landed, and committing again is harmless). A content sent after the
commit destroys the file, and bytes of a broken transfer may turn up in an entry made anew. So
content goes only into an entry that was just made, and only an equal MD5 counts.
"""

from __future__ import annotations

from typing import TypeGuard

from ..errors import (
    BadRequest,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
)
from ..models.file import FileData, read_files
from ..retry import Retry
from ..transfer.overwrite import Overwrite
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import (
    Digest,
    Failed,
    Flow,
    SendContent,
    attempt,
    is_crash,
    is_lost,
    pause,
    reason,
    request,
)
from .drafts import delete


def upload(
    record_id: str, name: str, size: int, *, overwrite: Overwrite, retry: Retry
) -> Flow[FileData]:
    """Upload the content at hand.

    Args:
        record_id: The draft.
        name: Name that the file shall have.
        size: Bytes.
        overwrite: What to do where a complete file of that name is: ``"error"`` refuses,
            ``"replace"`` replaces it, ``"skip"`` keeps it if it holds the same content. What was
            begun and not completed is replaced in any case.
        retry: How often and how long to try.

    Raises:
        OutcomeUnknown: It failed, and what is left of it could not be removed. After any other
            error that follows the first byte, nothing is under the name.
    """
    kept = yield from _make_room(record_id, name, size, overwrite, retry)
    if kept is not None:
        return kept
    try:
        return (yield from _send(record_id, name, size, retry))
    except Exception as failure:
        # of the server, or of this side: a file that shrank, a progress callback that failed
        yield from _clear(record_id, name, failure, retry)
        raise


def _send(record_id: str, name: str, size: int, retry: Retry) -> Flow[FileData]:
    """Send the content into the entry that was just made, and into another one if it fails."""
    failure: Failed | ChecksumMismatch | None = None
    for round_ in range(retry.attempts):
        if round_ > 0:
            yield from pause(retry.backoff(round_))
            yield from _make_entry(record_id, name, retry, all_ours=True)
        sent = yield from attempt(SendContent(endpoints.put_content(record_id, name)))
        if _is_final(sent):
            raise sent
        committed = yield from _commit(record_id, name, retry)
        if not isinstance(committed, FileData):
            if _is_final(committed):
                raise committed
            failure = committed if isinstance(sent, Answer) else sent
            continue
        digest = yield from _digest()
        if committed.md5 == digest and committed.size == size:
            return committed
        failure = ChecksumMismatch(
            f"the server's copy of '{name}' in {record_id} is not what was sent, and was removed."
            " Upload it again; if that does not help, something on the way changes the bytes.",
            name=name,
            expected=f"md5:{digest}",
            actual=committed.checksum or "none",
        )
    assert failure is not None
    raise failure


def _is_final(reply: Answer | Failed) -> TypeGuard[Failed]:
    """Whether trying again would not change it: the server said no, or could not be reached.

    404 says that the entry is gone, and a lost answer that it may be there: both are mended by
    starting anew.
    """
    return not (isinstance(reply, Answer | NotFound) or is_lost(reply))


def _clear(record_id: str, name: str, failure: Exception, retry: Retry) -> Flow[None]:
    """Leave nothing under the name that was not verified."""
    try:
        yield from _remove(record_id, name, retry)
    except Exception as error:
        # of whatever kind: also a client that was closed meanwhile leaves it there
        raise OutcomeUnknown(
            f"The upload of '{name}' to {record_id} failed ({reason(failure)}), and what is left"
            f" of it could not be removed ({reason(error)}). Upload it again with"
            " overwrite='replace', or delete it, before you publish.",
            action="upload",
            candidates=[record_id],
        ) from failure


def _make_room(
    record_id: str, name: str, size: int, overwrite: Overwrite, retry: Retry
) -> Flow[FileData | None]:
    """Make an empty entry, or tell the file that is kept in its place."""
    try:
        yield from _make_entry(record_id, name, retry)
    except FileExists:
        there = yield from _look(record_id, name)
        # What a broken run left unfinished is no file: nothing in it could be lost, and the same
        # script run again shall get through.
        if there is not None and not there.is_complete:
            there = None
        if there is not None and overwrite == "error":
            raise FileExists(
                f"'{name}' is there already in {record_id}; pass overwrite='replace' to send it"
                " anew",
                name,
            ) from None
        if there is not None and overwrite == "skip":
            digest = yield from _digest()
            if there.size == size and there.md5 == digest:
                return there
            raise FileExists(
                f"'{name}' is there already in {record_id} and holds other content; pass"
                " overwrite='replace' to replace it",
                name,
            ) from None
        yield from _remove(record_id, name, retry)
        yield from _make_entry(record_id, name, retry)
    return None


def _make_entry(record_id: str, name: str, retry: Retry, *, all_ours: bool = False) -> Flow[None]:
    """Make an entry that holds nothing.

    Only an entry whose making was seen is known to be empty. One whose making was not seen is
    removed and made anew.

    Args:
        record_id: The draft.
        name: The file's name.
        retry: How often to try.
        all_ours: Whether whatever is under the name comes from this upload. As long as nothing
            was sent, a complete file cannot.

    Raises:
        FileExists: The name is taken.
    """
    lost = False
    for round_ in range(1, retry.attempts + 1):
        if lost and not all_ours:
            there = yield from _look(record_id, name)
            if there is not None and there.is_complete:
                raise FileExists(f"'{name}' is there already in {record_id}", name)
        if lost or all_ours:
            yield from _remove(record_id, name, retry)
        reply = yield from request(endpoints.init_file(record_id, name))
        if not isinstance(reply, Failed):
            return
        taken = isinstance(reply, BadRequest) and "already exists" in reply.server_message
        if taken and not (lost or all_ours):
            raise FileExists(f"'{name}' is there already in {record_id}", name)
        if round_ == retry.attempts or not (taken or is_lost(reply)):
            raise reply
        lost = True
        yield from pause(retry.backoff(round_))


def _commit(record_id: str, name: str, retry: Retry) -> Flow[FileData | Failed]:
    """Commit, which also probes; an answer that was lost is asked for again."""
    call = endpoints.commit_file(record_id, name)
    reply: Answer | Failed | None = None
    for round_ in range(1, retry.attempts + 1):
        reply = yield from attempt(call)
        there = _read(reply) if isinstance(reply, Answer) else None
        if there is None or not there.is_complete:
            if _is_final(reply):
                return reply
            # a crash mostly says that no whole content is there, yet may come after the work
            there = yield from _look(record_id, name)
        if there is not None and there.is_complete:
            return there
        if isinstance(reply, NotFound) or is_crash(reply):
            # gone, or no whole content: nothing that another commit would mend
            return reply
        if round_ < retry.attempts:
            yield from pause(retry.backoff(round_))
    if isinstance(reply, Failed):
        return reply
    return NoAnswer(
        f"the server does not say that '{name}' is complete",
        method=call.method,
        path=call.path,
        may_have_landed=True,
    )


def _remove(record_id: str, name: str, retry: Retry) -> Flow[None]:
    """Remove the entry; that it is gone already is as good."""
    try:
        yield from delete(
            endpoints.delete_file(record_id, name),
            endpoints.read_file(record_id, name, draft=True),
            retry=retry,
        )
    except NotFound:
        return


def _look(record_id: str, name: str) -> Flow[FileData | None]:
    reply = yield from attempt(endpoints.read_file(record_id, name, draft=True))
    if isinstance(reply, NotFound):
        return None
    if not isinstance(reply, Answer):
        raise reply
    return _read(reply)


def _read(answer: Answer) -> FileData | None:
    files = read_files({"entries": [answer.document() or {}]})
    return files[0] if files else None


def _digest() -> Flow[str]:
    reply = yield Digest()
    assert isinstance(reply, str)
    return reply
