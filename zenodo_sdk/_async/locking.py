"""Files that cannot change any more, for they are published."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..errors import FilesLocked, NotFound, PermissionDenied
from ..wire import endpoints
from .transport import AsyncTransport


@asynccontextmanager
async def changing(transport: AsyncTransport, record_id: str) -> AsyncGenerator[None, None]:
    """Do what changes files, and tell when they cannot change any more.

    Args:
        transport: What sends.
        record_id: The draft.

    Raises:
        FilesLocked: It was published, here or elsewhere.
    """
    try:
        yield
    except PermissionDenied as error:
        if "lock" not in error.server_message.lower():
            raise
    except NotFound:
        try:
            await transport.send(endpoints.read_draft(record_id))
        except NotFound:
            await transport.send(endpoints.read_record(record_id))
        else:
            raise
    else:
        return
    raise locked(record_id)


def locked(record_id: str) -> FilesLocked:
    """Say that a deposition's files cannot change.

    Args:
        record_id: The deposition.
    """
    return FilesLocked(
        f"The files of {record_id} cannot change: it is published. new_version() makes a draft that"
        " has them all and whose files can change."
    )
