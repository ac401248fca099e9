"""The next version's draft, and the files that it shall have."""

from __future__ import annotations

import os

from pydantic import JsonValue

from ..errors import Refused
from ..flows.states import refuse_in_this_state
from ..flows.versions import next_version
from ..models.record import DepositionData, WorkData
from ..transfer.folder import look_into
from ..transfer.progress import ProgressCallback
from ..transfer.upload.preflight import Limits
from ..transfer.upload.sync import make_plan, refuse
from . import _runtime
from .deposition_files import AsyncDepositionFiles
from .transport import AsyncTransport


async def next_draft(
    transport: AsyncTransport, found: WorkData, *, with_files: bool
) -> dict[str, JsonValue]:
    """Make the next version's draft, or take the one that is open.

    Args:
        transport: Where to send.
        found: Any published version.
        with_files: Whether a draft without files gets the latest version's.
    """
    if isinstance(found, DepositionData):
        refuse_in_this_state("new_version", found)
    settings = transport.settings
    flow = next_version(
        found, with_files=with_files, look_at=settings.uploads_page, retry=settings.retry
    )
    # two calls at once would make two drafts of the same next version
    async with transport.ledger.lock_for(found.concept_id or found.id, _runtime.Lock):
        return await transport.run(flow)


async def refuse_bad_folder(
    transport: AsyncTransport, folder: str | os.PathLike[str], *, import_files: bool
) -> None:
    """Refuse a folder that no version could be filled from, before a version is made.

    Args:
        transport: Whose limits count.
        folder: The folder.
        import_files: Whether the previous files are taken along.

    Raises:
        Refused: It has problems, or nothing would be left to compare it with.
    """
    if not import_files:
        raise Refused(
            "files_from keeps the previous version's files that are the same, and"
            " import_files=False would send them all: leave one of the two out"
        )
    here = await _runtime.in_thread(lambda: look_into(folder))
    limits = Limits.of(is_zenodo=transport.settings.is_zenodo, quota=None)
    refuse(make_plan(here, [], {}, remove=True, limits=limits).problems)
    if not here.files:
        raise Refused(f"'{here.path}' holds no file that could be uploaded")


async def fill(
    files: AsyncDepositionFiles,
    folder: str | os.PathLike[str],
    progress: ProgressCallback | None,
) -> None:
    """Bring the files of a new version's draft in step with a folder.

    Args:
        files: The draft's.
        folder: The folder.
        progress: Told how far each file is.
    """
    try:
        await files.sync(folder, progress=progress)
    except Exception as error:
        error.add_note(
            f"The draft of the new version, {files._record_id}, is open; the same call again takes"
            " it and sends what is missing."
        )
        raise
