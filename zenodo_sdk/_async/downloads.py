"""Downloading contents: drives what ``transfer/`` decides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..errors import ChecksumMismatch, NoAnswer
from ..transfer.job import Job
from ..transfer.progress import ProgressCallback
from ..transfer.sink import Sink
from . import _runtime
from .transport import AsyncTransport


async def download(
    transport: AsyncTransport, jobs: Sequence[Job], progress: ProgressCallback | None
) -> list[Path]:
    """Download files, each verified before it gets its name.

    Args:
        transport: Where to send.
        jobs: The files.
        progress: Told how far they are.

    Returns:
        Where they are, in the order of the jobs.
    """

    async def one(job: Job) -> Path:
        return await _one(transport, job, progress)

    return await _runtime.side_by_side(one, jobs, 3)


async def _one(transport: AsyncTransport, job: Job, progress: ProgressCallback | None) -> Path:
    retry = transport.settings.retry
    failure: NoAnswer | ChecksumMismatch | None = None
    with Sink(job.target, job.file, overwrite=job.overwrite, progress=progress) as sink:
        if not await _runtime.in_thread(sink.open):
            return job.target
        for attempt in range(1, retry.attempts + 1):
            if failure is not None:
                await _runtime.sleep(retry.backoff(attempt - 1))
                await _runtime.in_thread(sink.restart)
            before = failure
            # opening is repeated by the transport; what breaks or differs later, here
            async with transport.receive(job.call) as content:
                try:
                    async for block in content.blocks:
                        await _runtime.in_thread(partial(sink.write, block))
                    return await _runtime.in_thread(sink.finish)
                except (NoAnswer, ChecksumMismatch) as error:
                    failure = error
            if _is_same(failure, before):
                break
    assert failure is not None
    raise failure


def _is_same(failure: Exception, before: Exception | None) -> bool:
    """Whether the same wrong bytes came twice: then the way there is not to blame."""
    return (
        isinstance(failure, ChecksumMismatch)
        and isinstance(before, ChecksumMismatch)
        and failure.actual == before.actual
    )
