"""Upload one file in the server's three steps, whatever gets lost on the way.

What was measured on the running servers decides here: an entry reads ``pending`` before, during
and after a content whose answer was lost, so reading it decides nothing; committing does (500:
no whole content, 200: it landed, and committing again is harmless). A content sent after the
commit destroys the file, and bytes of a broken transfer may turn up in an entry made anew. So
content goes only into an entry that was just made, and only an equal MD5 counts.
"""

from __future__ import annotations

from typing import Literal

from ..errors import (
    BadRequest,
    ChecksumMismatch,
    FileExists,
    FilesLocked,
    NotFound,
    PermissionDenied,
    ResponseError,
)
from ..models.file import FileData, read_files
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import Digest, Failed, Flow, SendContent, attempt, is_lost, pause
from .drafts import delete

Overwrite = Literal["error", "replace", "skip"]


def upload(
    record_id: str, name: str, size: int, *, overwrite: Overwrite, retry: Retry
) -> Flow[FileData]:
    """Upload the content at hand.

    Args:
        record_id: The draft.
        name: Name that the file shall have.
        size: Bytes.
        overwrite: What to do where a file of that name is: ``"error"`` refuses, ``"replace"``
            replaces it, ``"skip"`` keeps it if it holds the same content.
        retry: How often and how long to try.
    """
    kept = yield from _make_room(record_id, name, size, overwrite, retry)
    if kept is not None:
        return kept
    failure: Failed | ChecksumMismatch | None = None
    for round_ in range(retry.attempts):
        if round_ > 0:
            yield from pause(retry.backoff(round_))
            yield from _make_entry(record_id, name, retry, ours=True)
        sent = yield from attempt(SendContent(endpoints.put_content(record_id, name)))
        if _is_refusal(sent):
            assert isinstance(sent, ResponseError)
            yield from _remove(record_id, name, retry)
            raise _explained(sent, record_id)
        committed = yield from _commit(record_id, name, retry)
        if isinstance(committed, FileData):
            digest = yield from _digest()
            if committed.md5 == digest and committed.size == size:
                return committed
            failure = ChecksumMismatch(
                f"the server holds other bytes under '{name}' than were sent; they were removed",
                name=name,
                expected=f"md5:{digest}",
                actual=committed.checksum or "none",
            )
        else:
            failure = committed if isinstance(sent, Answer) else sent
    assert failure is not None
    yield from _remove(record_id, name, retry)
    raise failure


def _is_refusal(reply: Answer | Failed) -> bool:
    """Whether the server said no to the content, which sending it again would not change.

    404 says that the entry is gone, and a dropped connection that it may be there: both are
    mended by starting anew.
    """
    return isinstance(reply, ResponseError) and not is_lost(reply) and reply.status != 404


def _explained(reply: ResponseError, record_id: str) -> Exception:
    if isinstance(reply, PermissionDenied) and "lock" in reply.server_message.lower():
        return FilesLocked(
            f"The files of {record_id} are locked, as those of every published version are:"
            " new_version() makes a draft whose files can change."
        )
    return reply


def _make_room(
    record_id: str, name: str, size: int, overwrite: Overwrite, retry: Retry
) -> Flow[FileData | None]:
    """Make an empty entry, or tell the file that is kept in its place."""
    try:
        yield from _make_entry(record_id, name, retry)
    except FileExists:
        there = yield from _look(record_id, name)
        if there is None:
            yield from _make_entry(record_id, name, retry)
            return None
        if overwrite == "error":
            state = "is there already" if there.is_complete else "was begun and not completed"
            raise FileExists(
                f"'{name}' {state} in {record_id}; pass overwrite='replace' to send it anew",
                name,
            ) from None
        if overwrite == "skip" and there.is_complete:
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


def _make_entry(record_id: str, name: str, retry: Retry, *, ours: bool = False) -> Flow[None]:
    """Make an entry that holds nothing.

    Args:
        record_id: The draft.
        name: The file's name.
        retry: How often to try.
        ours: Whether an unfinished entry of this name is this upload's own. It becomes so when
            the answer to making it is lost; it is then made anew, for only an entry whose
            making was seen is known to be empty.

    Raises:
        FileExists: The name is taken.
    """
    for round_ in range(retry.attempts):
        if ours:
            there = yield from _look(record_id, name)
            if there is not None and there.is_complete and round_ > 0:
                raise FileExists(f"'{name}' was uploaded by someone else meanwhile", name)
            if there is not None:
                yield from _remove(record_id, name, retry)
        reply = yield from attempt(endpoints.init_file(record_id, name))
        if isinstance(reply, Answer):
            return
        taken = isinstance(reply, BadRequest) and "already exists" in reply.server_message
        if taken and not ours:
            raise FileExists(f"'{name}' is there already", name)
        if round_ == retry.attempts - 1 or not (taken or is_lost(reply)):
            raise reply
        ours = True
        yield from pause(retry.backoff(round_ + 1))


def _commit(record_id: str, name: str, retry: Retry) -> Flow[FileData | Failed]:
    """Commit, which also probes; an answer that was lost is asked for again."""
    round_ = 0
    while True:
        round_ += 1
        reply = yield from attempt(endpoints.commit_file(record_id, name))
        if isinstance(reply, Answer):
            there = _read(reply) or (yield from _look(record_id, name))
            if there is not None and there.is_complete:
                return there
        elif isinstance(reply, ResponseError) and reply.status in (404, 500):
            # gone, or no whole content: nothing that another commit would mend
            return reply
        elif not is_lost(reply):
            raise reply
        if round_ == retry.attempts:
            break
        yield from pause(retry.backoff(round_))
    if isinstance(reply, Answer):
        raise ChecksumMismatch(
            f"the server completed '{name}' and does not tell its checksum; delete it and upload"
            " it again",
            name=name,
            expected="a checksum",
            actual="none",
        )
    return reply


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
