"""The steps that flows are made of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pydantic import JsonValue

from ..errors import NoAnswer, ResponseError, ServerError
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


def ask(call: Call) -> Flow[Document]:
    """Do a call and take its document; its error is raised."""
    reply = yield from attempt(call)
    if not isinstance(reply, Answer):
        raise reply
    return reply.document() or {}


def pause(seconds: float) -> Flow[None]:
    """Wait."""
    yield Pause(seconds)


def is_lost(reply: Answer | Failed) -> bool:
    """Whether nobody can tell from this reply what the server did.

    No answer at all, or a failure that may have come after the work was done.
    """
    if isinstance(reply, NoAnswer):
        return reply.may_have_landed
    return isinstance(reply, ServerError)


def status_of(reply: Answer | Failed) -> int | None:
    """The HTTP status, if there was an answer."""
    return None if isinstance(reply, NoAnswer) else reply.status
