"""Where the two colours differ: waiting, threads, working side by side.

Its twin in the other colour and this file are the only pair that is not generated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")
S = TypeVar("S")

Lock = anyio.Lock
Slots = anyio.Semaphore
"""So many may be in it at once; a context manager."""


async def sleep(seconds: float) -> None:
    """Wait."""
    await anyio.sleep(seconds)


async def in_thread(work: Callable[[], T]) -> T:
    """Do something that blocks; when this is over, cancelled or not, so is the work."""
    job: Future[T] = Future()

    def run() -> None:
        if job.set_running_or_notify_cancel():
            try:
                job.set_result(work())
            except BaseException as error:
                job.set_exception(error)

    try:
        await anyio.to_thread.run_sync(run)
    except anyio.get_cancelled_exc_class():
        # asyncio's own cancel() leaves the thread at work, on files about to be closed
        while not (job.cancel() or job.done()):
            with anyio.CancelScope(shield=True), suppress(anyio.get_cancelled_exc_class()):
                await anyio.to_thread.run_sync(wait, [job])
        raise
    return job.result()


_END = object()


async def steps(work: Iterator[object]) -> None:
    """Do something that blocks for long, in steps; a cancellation comes between two of them."""
    while await in_thread(lambda: next(work, _END)) is not _END:
        pass


async def stream(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Take blocks from an iterator that reads a disk."""
    while (block := await in_thread(lambda: next(blocks, b""))) != b"":
        yield block


class Crew:
    """Workers at one task, which can become more while they work; the first error ends them all.

    Args:
        work: What each of them does, until there is nothing left for it to do.
    """

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work

    async def run(self, workers: int) -> None:
        """Let so many work, and those that are hired meanwhile, until all are done."""
        try:
            async with anyio.create_task_group() as self._group:
                self.hire(workers)
        except BaseExceptionGroup as errors:
            first = _first(errors)
        else:
            return
        raise first

    def hire(self, workers: int) -> None:
        """Let so many more work; called by one that does."""
        for _ in range(workers):
            self._group.start_soon(self._one)

    async def _one(self) -> None:
        try:
            await self._work()
        except BaseException:
            # at once, before another one begins something
            self._group.cancel_scope.cancel()
            raise


async def side_by_side(
    work: Callable[[S], Awaitable[T]], items: Iterable[S], at_once: int
) -> list[T]:
    """Do the same for several items, a few at once; the first error ends it all."""
    todo = deque(enumerate(items))
    results: dict[int, T] = {}

    async def one_by_one() -> None:
        while todo:
            position, item = todo.popleft()
            results[position] = await work(item)

    await Crew(one_by_one).run(min(at_once, len(todo)))
    return [results[position] for position in sorted(results)]


def _first(error: BaseException) -> BaseException:
    inside: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _first(inside[0]) if inside else error
