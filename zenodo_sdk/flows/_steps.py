"""The steps that flows are made of."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, TypeVar

from pydantic import JsonValue

from ..errors import NoAnswer, ResponseError, ServerError, UnexpectedAnswer
from ..transfer.progress import Phase
from ..wire.call import Answer, Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the next step."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SendContent:
    """Send the content of one of the files at hand, from its beginning.

    Attributes:
        call: Where to.
        name: Which file's.
        begins: Called right before: it may have to wait for its turn.
    """

    call: Call
    name: str
    begins: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Digest:
    """Tell what the content of one of the files at hand is, reading it if that was not done."""

    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read.

    Attributes:
        md5: Hexadecimal digest.
        size: Bytes.
    """

    md5: str
    size: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the caller what is being done for one of the files at hand."""

    name: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Several:
    """Do several flows, a few at once; the first error ends them all and is thrown.

    Attributes:
        flows: The flows, by the name of the file that each is about.
    """

    flows: Mapping[str, Flow[None]]


Step: TypeAlias = Call | SendContent | Pause | Digest | Tell | Several
Failed: TypeAlias = ResponseError | NoAnswer
Reply: TypeAlias = Answer | ResponseError | NoAnswer | Seen | None
"""An answer or its error after a call, what was seen after Digest, None after all others."""

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
