"""The steps that flows are made of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, TypeVar

from pydantic import JsonValue

from ..errors import NoAnswer, ResponseError, ServerError, UnexpectedAnswer
from ..wire.call import Answer, Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the next step."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SendContent:
    """Send the content of the file at hand, from its beginning."""

    call: Call


@dataclass(frozen=True, slots=True)
class Digest:
    """Tell the MD5 of the content at hand, reading it if that has not been done."""


Step: TypeAlias = Call | SendContent | Pause | Digest
Failed: TypeAlias = ResponseError | NoAnswer
Reply: TypeAlias = Answer | ResponseError | NoAnswer | str | None
"""An answer or its error after a call, a hexadecimal digest after Digest, None after a pause."""

Flow: TypeAlias = Generator[Step, Reply, T]
Document: TypeAlias = dict[str, JsonValue]


def attempt(step: Call | SendContent) -> Flow[Answer | Failed]:
    """Do a step and hand over what became of it, good or bad."""
    reply = yield step
    assert isinstance(reply, Answer | ResponseError | NoAnswer)
    return reply


def request(call: Call) -> Flow[Document | Failed]:
    """Do a call that answers a document; a success that holds none counts as a lost answer."""
    reply = yield from attempt(call)
    if not isinstance(reply, Answer):
        return reply
    return reply.document() or NoAnswer(
        f"{call.method} {call.path}: the answer ({reply.status}) holds nothing",
        method=call.method,
        path=call.path,
        may_have_landed=True,
    )


def ask(call: Call) -> Flow[Document]:
    """Do a call and take its document; its error is raised."""
    reply = yield from request(call)
    if isinstance(reply, Failed):
        raise reply
    return reply


def peek(call: Call) -> Flow[Document | None]:
    """Read, where not being able to is no more than knowing nothing."""
    reply = yield from request(call)
    return None if isinstance(reply, Failed) else reply


def pause(seconds: float) -> Flow[None]:
    """Wait."""
    yield Pause(seconds)


def is_lost(reply: Answer | Failed) -> bool:
    """Whether nobody can tell from this reply what the server did.

    No answer at all, a success that cannot be read, or a failure that may have come after the
    work was done.
    """
    if isinstance(reply, NoAnswer):
        return reply.may_have_landed
    if isinstance(reply, UnexpectedAnswer):
        return 200 <= reply.status < 300
    return isinstance(reply, ServerError) or reply.status == 408


def is_crash(reply: Answer | Document | Failed) -> TypeGuard[ServerError]:
    """Whether the application itself failed, which it mostly does again: 500."""
    return isinstance(reply, ServerError) and reply.status == 500


def reason(failure: Exception) -> str:
    """Tell a failure in one line."""
    return str(failure).partition("\n")[0]


def revision_of(record: Document) -> int:
    """The server's revision counter of a draft or a record."""
    revision = record.get("revision_id")
    return revision if isinstance(revision, int) else 0
