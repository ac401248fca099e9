"""Entries of a draft's files: look at them, make them, remove them, complete them.

An entry is where a content goes. Only one whose making was seen is known to hold nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from ..errors import BadRequest, NoAnswer, NotFound
from ..models.file import FileData, read_files
from ..retry import Retry
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import Failed, Flow, ask, attempt, is_crash, is_lost, pause, request
from .drafts import delete


def is_final(reply: Answer | Failed) -> TypeGuard[Failed]:
    """Whether trying again would not change it: the server said no, or could not be reached.

    404 says that the entry is gone, and a lost answer that it may be there: both are mended by
    starting anew.
    """
    return not (isinstance(reply, Answer | NotFound) or is_lost(reply))


def is_taken(reply: Failed) -> bool:
    """Whether a name that was announced is taken."""
    return isinstance(reply, BadRequest) and "already exists" in reply.server_message


def find(record_id: str, names: Sequence[str]) -> Flow[Mapping[str, FileData]]:
    """Read what is there under these names; of several names, all of the draft's files."""
    if len(names) == 1:
        there = yield from look(record_id, names[0])
        return {} if there is None else {there.name: there}
    return (yield from find_all(record_id))


def find_all(record_id: str) -> Flow[Mapping[str, FileData]]:
    """Read all of the draft's files."""
    listed = yield from ask(endpoints.files(record_id, draft=True))
    return {file.name: file for file in read_files(listed)}


def look(record_id: str, name: str) -> Flow[FileData | None]:
    """Read one entry, if there is one."""
    reply = yield from attempt(endpoints.read_file(record_id, name, draft=True))
    if isinstance(reply, NotFound):
        return None
    if not isinstance(reply, Answer):
        raise reply
    return _read(reply)


def remake(record_id: str, name: str, retry: Retry) -> Flow[None]:
    """Make an entry anew, in the place of this upload's own.

    Args:
        record_id: The draft.
        name: The file's name.
        retry: How often to try.
    """
    yield from remove(record_id, name, retry)
    for round_ in range(1, retry.attempts + 1):
        if round_ > 1:
            yield from remove(record_id, name, retry)
        reply = yield from request(endpoints.init_files(record_id, [name]))
        if not isinstance(reply, Failed):
            return
        if round_ == retry.attempts or not (is_taken(reply) or is_lost(reply)):
            raise reply
        yield from pause(retry.backoff(round_))


def commit(record_id: str, name: str, retry: Retry) -> Flow[FileData | Failed]:
    """Commit, which also probes; an answer that was lost is asked for again."""
    call = endpoints.commit_file(record_id, name)
    reply: Answer | Failed | None = None
    for round_ in range(1, retry.attempts + 1):
        reply = yield from attempt(call)
        there = _read(reply) if isinstance(reply, Answer) else None
        if there is None or not there.is_complete:
            if is_final(reply):
                return reply
            # a crash mostly says that no whole content is there, yet may come after the work
            there = yield from look(record_id, name)
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


def remove(record_id: str, name: str, retry: Retry) -> Flow[None]:
    """Remove an entry; that it is gone already is as good."""
    for round_ in range(1, retry.attempts + 1):
        try:
            yield from delete(
                endpoints.delete_file(record_id, name),
                endpoints.read_file(record_id, name, draft=True),
                retry=retry,
            )
        except NotFound:
            return
        except BadRequest:
            # InvenioRDM says "Not a valid value." when other files of the draft change at that
            # moment; a little later it does it
            if round_ == retry.attempts:
                raise
            yield from pause(retry.backoff(round_))
        else:
            return


def _read(answer: Answer) -> FileData | None:
    files = read_files({"entries": [answer.document() or {}]})
    return files[0] if files else None
