"""The content of a file on its way here."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import httpx

from ..errors import NoAnswer
from ..wire.call import Answer, Call
from .connection import no_answer

_BLOCK = 1 << 20
"""Bytes of a content that has to be decoded, which are given at a time."""

_GATHERED = 1 << 19
"""Bytes of a content to hand over at a time at most; each time costs a change of threads."""

_ENOUGH = 1 << 16
"""Bytes that are handed over when :data:`_SLOW` has passed: it is slow connections of which there
are many, and what they hold is the memory that a download takes."""

_SLOW = 0.005
_GATHERING = 0.25
"""Seconds after which it is handed over however little it is, so that nothing seems to stand."""


@dataclass(frozen=True, slots=True)
class AsyncContent:
    """The content of a file on its way.

    Attributes:
        answer: Status and headers.
        groups: The content, as it came: about half a megabyte at a time, never copied together.
    """

    answer: Answer
    groups: AsyncIterator[list[bytes]]

    @property
    async def blocks(self) -> AsyncIterator[bytes]:
        """The content in blocks of bytes."""
        async for group in self.groups:
            yield b"".join(group)


async def gather(
    call: Call, host: str, response: httpx.Response, stall: float
) -> AsyncGenerator[list[bytes], None]:
    """Give the content of an answer in groups; what goes wrong while reading is a NoAnswer.

    Args:
        call: What was asked.
        host: Who was asked.
        response: The answer.
        stall: Seconds without a byte after which it is given up.
    """
    # the HTTP library looks here before each read: the wait for the head may be long
    response.request.extensions["timeout"]["read"] = stall
    failure: NoAnswer | None = None
    group: list[bytes] = []
    size, began = 0, time.monotonic()
    try:
        if "content-encoding" in response.headers:
            async for block in response.aiter_bytes(_BLOCK):
                yield [block]
            return
        # aiter_bytes() copies every byte several times to cut blocks of one size
        async for piece in response.aiter_raw():
            group.append(piece)
            size += len(piece)
            now = time.monotonic()
            if size >= _GATHERED or now - began > (_SLOW if size >= _ENOUGH else _GATHERING):
                yield group
                group, size, began = [], 0, now
    except httpx.RequestError as error:
        failure = no_answer(call, host, error)
    if group:
        # also what came before it broke
        yield group
    if failure is not None:
        raise failure
