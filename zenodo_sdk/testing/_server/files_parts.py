"""Contents that are sent in parts."""

from __future__ import annotations

import hashlib

from .answers import ApiError, Json, denied
from .context import Context
from .identity import new_uuid
from .state import File

FAILED = "File upload transfer failed."


def allocate(ctx: Context, file: File) -> None:
    """Make room for a content that will come in parts; what never comes stays zeros."""
    file.content = ctx.store.new_content()
    ctx.store.release(file.content)  # unless the file comes to be
    file.size = file.declared["size"]
    file.version_id, file.file_id = new_uuid(), new_uuid()
    path = ctx.store.content_path(file.content)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.truncate(file.size)


def check_part(ctx: Context, file: File) -> None:
    """Refuse parts where they make no sense.

    Raises:
        ApiError: 403 on Zenodo, 400 for a file that comes in one piece.
    """
    if not ctx.world.profile.multipart:
        raise denied()
    if file.transfer["type"] != "M":
        kind = file.transfer["type"]
        raise ApiError(400, f'Transfer type "{kind}" does not support multipart uploads.')


def place(ctx: Context, file: File, number: int, content: bytes) -> Json:
    """Put a part where it belongs; what is added to the answer tells whether that was possible."""
    transfer = file.transfer
    fits = number == transfer["parts"] or len(content) == transfer["part_size"]
    if not 1 <= number <= transfer["parts"] or not fits:
        return {"errors": FAILED}
    with ctx.store.content_path(file.content or "").open("r+b") as target:
        target.seek((number - 1) * transfer["part_size"])
        target.write(content)  # what the last one has too much counts in the checksum alone
    return {}


def unite(ctx: Context, file: File) -> None:
    """What came in parts becomes a file as any other."""
    with ctx.store.content_path(file.content or "").open("rb") as source:
        file.md5 = hashlib.file_digest(
            source, lambda: hashlib.md5(usedforsecurity=False)
        ).hexdigest()
    file.transfer = {"type": "L"}
