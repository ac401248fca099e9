"""The options of a draft's files; the files themselves are kept elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from marshmallow import Schema, fields, pre_load

from ..answers import Json, field_error
from ..profiles import Profile
from .fields import Text

_MISSING = "Missing uploaded files."
_MISSING_OR_UNWANTED = (
    f"{_MISSING} To disable files for this record please mark it as metadata-only."
)


class FilesSchema(Schema):
    """The ``files`` of a draft; what the server counts itself is ignored."""

    enabled = fields.Boolean()
    default_preview = Text(allow_none=True)
    order = fields.List(Text())

    @pre_load
    def drop_counts(self, data: Json, **_: Any) -> Json:
        """What was read may be sent back."""
        for key in ("count", "total_bytes", "entries"):
            data.pop(key, None)
        return data


def new_files(wanted: Json, profile: Profile) -> tuple[Json, list[Json]]:
    """The options of a new draft's files, and what is wrong with those that are wanted."""
    enabled = wanted.get("enabled", True)
    if enabled or profile.metadata_only:
        return {"enabled": enabled}, []
    return {"enabled": True}, [_not_allowed()]


def changed_files(
    wanted: Json, before: Json, keys: Collection[str], profile: Profile
) -> tuple[Json, list[Json]]:
    """The same for a draft that is saved and has files with these keys."""
    enabled = wanted.get("enabled", True)
    if enabled != before["enabled"] and not profile.metadata_only:
        return before, [_not_allowed()]
    if keys and not enabled:
        return before, [
            field_error(
                "files.enabled",
                "You must first delete all files to set the record to be metadata-only.",
            )
        ]
    settled: Json = {"enabled": enabled}
    errors: list[Json] = []
    if enabled and not keys:
        lacking = _MISSING_OR_UNWANTED if profile.metadata_only else _MISSING
        errors.append(field_error("files.enabled", lacking))
    preview: str | None = wanted.get("default_preview")
    if preview and preview not in keys:
        errors.append(field_error("files.default_preview", f'No file with key "{preview}"'))
        preview = before.get("default_preview")
    if preview:
        settled["default_preview"] = preview
    return settled, errors


def media_files(wanted: Json, before: Json | None) -> tuple[Json, list[Json]]:
    """The same for media files, of which there are none here."""
    enabled = wanted.get("enabled", before["enabled"] if before else False)
    lacking = bool(before and enabled)
    errors = [field_error("media_files.enabled", _MISSING_OR_UNWANTED)] if lacking else []
    return {"enabled": enabled}, errors


def _not_allowed() -> Json:
    return field_error("files.enabled", "You don't have permissions to manage files options.")
