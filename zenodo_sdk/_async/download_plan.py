"""Looking before downloading: a plan, and doing what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..pacing import CONNECTIONS
from ..transfer.download.job import Job
from ..transfer.download.plan import DownloadPlanData, Looking, PlannedDownload
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from . import _runtime
from .cached import in_steps
from .downloads import download
from .transport import AsyncTransport

_READERS = 4
"""Files that are read at a time: MD5 is the limit, and fills a core for each."""


class AsyncDownloadPlan(DownloadPlanData):
    """What a download would do, and a way to do it; ``str()`` of it is a table.

    Made by :meth:`AsyncRecordFiles.plan_download`.
    """

    def __init__(
        self, transport: AsyncTransport, folder: Path, found: Sequence[tuple[Job, PlannedDownload]]
    ) -> None:
        super().__init__(folder, [entry for _, entry in found])
        self._transport = transport
        self._jobs = [job for job, _ in found]

    async def apply(
        self,
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        connections: int = CONNECTIONS,
    ) -> list[Path]:
        """Download what is missing.

        What was ``present`` is not read again, unless it changed since the plan was made.
        What was ``differs`` is refused before anything moves.

        Args:
            overwrite: ``"replace"`` replaces everything that is there, ``"error"`` refuses it.
            progress: Called with how far each file is.
            connections: How many connections to use at most.

        Returns:
            Where the files are, in the plan's order.

        Raises:
            FileExists: Other content is under one of the names; nothing was downloaded.

        Example:
            ::

                plan = await record.files.plan_download("data/")
                print(plan)
                paths = await plan.apply()
        """
        if overwrite == "skip":
            self.refuse_differing()
        kept = await _runtime.in_thread(lambda: [entry.is_unchanged for entry in self.entries])
        jobs = [
            replace(job, overwrite=overwrite, is_kept=is_kept and overwrite == "skip")
            for job, is_kept in zip(self._jobs, kept, strict=True)
        ]
        return await download(self._transport, jobs, progress, connections)


async def plan_download(
    transport: AsyncTransport, folder: Path, jobs: Sequence[Job]
) -> AsyncDownloadPlan:
    """Look at what is there of the files.

    Args:
        transport: Where to send what the plan is asked to do.
        folder: Where the files shall be.
        jobs: The files.
    """
    looking = await _runtime.in_thread(partial(Looking, folder))

    async def one(job: Job) -> tuple[Job, PlannedDownload]:
        return job, await in_steps(looking.look(job.file, job.target))

    found = await _runtime.side_by_side(one, jobs, _READERS)
    await _runtime.in_thread(looking.remember)
    return AsyncDownloadPlan(transport, folder, found)
