"""Where the two colours differ: waiting, threads, working side by side.

Its twin in the other colour and this file are the only pair that is not generated.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")
S = TypeVar("S")

Lock = anyio.Lock

_END = object()


async def sleep(seconds: float) -> None:
    """Wait."""
    await anyio.sleep(seconds)


async def in_thread(work: Callable[[], T]) -> T:
    """Do something that blocks."""
    return await anyio.to_thread.run_sync(work)


async def stream(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Take blocks from an iterator that reads a disk."""
    while (block := await anyio.to_thread.run_sync(next, blocks, b"")) != b"":
        yield block


async def side_by_side(
    work: Callable[[S], Awaitable[T]], items: Iterable[S], at_once: int
) -> list[T]:
    """Do the same for several items, a few at once; the first error ends it all."""
    results: dict[int, T] = {}
    limit = anyio.Semaphore(at_once)

    async def one(position: int, item: S) -> None:
        async with limit:
            results[position] = await work(item)

    try:
        async with anyio.create_task_group() as group:
            for position, item in enumerate(items):
                group.start_soon(one, position, item)
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    return [results[position] for position in sorted(results)]


def _first(error: BaseException) -> BaseException:
    inside: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _first(inside[0]) if inside else error
