"""A measured program: zenodo_sdk at work. `python bench/job_ours.py JOB.json`.

A job with `"tell": true` prints a line of JSON for each event of its progress.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from zenodo_sdk import AsyncClient, Client, Creator, Metadata, Progress

_METADATA = Metadata(
    title="Measured", resource_type="dataset", creators=[Creator(name="Okafor, Ada")]
)


def _tell(event: Progress) -> None:
    print(json.dumps([event.name, event.done, event.total, event.phase]), flush=True)


def in_threads(job: dict[str, Any]) -> None:
    """Do the job with the sync client."""
    progress = _tell if job.get("tell") else None
    with Client(job["token"], base_url=job["base"]) as client:
        match job["what"]:
            case "download":
                client.records.files(job["record"]).download_all(job["out"], progress=progress)
            case "upload":
                drafts = client.depositions
                deposition = drafts.get(job["draft"]) if job["draft"] else drafts.create(_METADATA)
                deposition.files.upload_many(job["paths"], progress=progress)
            case "sync":
                client.depositions.get(job["draft"]).files.sync(job["folder"], progress=progress)
            case other:
                raise ValueError(other)


async def in_tasks(job: dict[str, Any]) -> None:
    """Do the job with the async client."""
    progress = _tell if job.get("tell") else None
    async with AsyncClient(job["token"], base_url=job["base"]) as client:
        match job["what"]:
            case "download":
                await client.records.files(job["record"]).download_all(
                    job["out"], progress=progress
                )
            case "upload":
                drafts = client.depositions
                deposition = await (
                    drafts.get(job["draft"]) if job["draft"] else drafts.create(_METADATA)
                )
                await deposition.files.upload_many(job["paths"], progress=progress)
            case "sync":
                deposition = await client.depositions.get(job["draft"])
                await deposition.files.sync(job["folder"], progress=progress)
            case other:
                raise ValueError(other)


def main(job: dict[str, Any]) -> None:
    """Do the job, and tell how long it took from within."""
    started = time.perf_counter()
    if job["who"] == "zenodo_sdk async":
        asyncio.run(in_tasks(job))
    else:
        in_threads(job)
    Path(job["span"]).write_text(str(time.perf_counter() - started))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
