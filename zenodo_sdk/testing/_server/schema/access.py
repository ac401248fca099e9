"""Who may see a record and its files, and until when files are held back."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates, validates_schema

from ..answers import Json, field_error, invalid
from ..clock import today
from ..profiles import Profile
from .fields import Day, Text

OPEN: Json = {
    "record": "public",
    "files": "public",
    "embargo": {"active": False, "reason": None},
}
"""The access of a draft that says nothing about it."""


class EmbargoSchema(Schema):
    """The embargo on the files."""

    active = fields.Boolean(allow_none=True, load_default=None)
    until = Day(allow_none=True, load_default=None)
    reason = Text(allow_none=True, load_default=None)

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """An active one ends in the future, one that is over does not."""
        ends_later = data["until"] is not None and data["until"] > today()
        if data["active"] and not ends_later:
            raise ValidationError("Embargo end date must be set to a future date.", "until")
        if data["active"] is False and ends_later:
            raise ValidationError("Embargo end date must be unset or in the past.", "until")


class AccessSchema(Schema):
    """The ``access`` of a draft."""

    record = Text(required=True)
    files = Text(required=True)
    embargo = fields.Nested(EmbargoSchema)
    status = Text()

    @validates("record")
    def check_record(self, value: str, **_: Any) -> None:
        """It is one of the levels."""
        _check_level("record", value)

    @validates("files")
    def check_files(self, value: str, **_: Any) -> None:
        """It is one of the levels."""
        _check_level("files", value)


def settled_access(wanted: Json, before: Json, profile: Profile) -> Json:
    """The access that is stored when a body asks for this one.

    Args:
        wanted: What of it could be read.
        before: The access until now.
        profile: The kind of repository.

    Raises:
        ApiError: It is incomplete or not allowed.
    """
    messages: list[str] = []
    if wanted.get("record") != before["record"] and not profile.restricted_records:
        messages.append("You don't have permissions to manage record access.")
    messages.extend([f"'{level}'" for level in ("record", "files") if level not in wanted][:1])
    if messages:
        raise invalid([field_error("access", *messages)])
    closed = wanted["record"] == "restricted"
    return {
        "record": wanted["record"],
        "files": "restricted" if closed else wanted["files"],
        "embargo": _settled_embargo(wanted.get("embargo") or {}),
    }


def _check_level(field: str, value: str) -> None:
    if value not in {"public", "restricted"}:
        raise ValidationError(f"'{field}' must be either 'public' or 'restricted'", field)


def _settled_embargo(wanted: Json) -> Json:
    """The embargo as it is stored: without an end it has none, with one it may become active."""
    until, reason, active = wanted.get("until"), wanted.get("reason"), wanted.get("active")
    if active is None:
        active = until is not None and until > today()
    embargo = {"active": active, "until": until, "reason": reason}
    return {key: value for key, value in embargo.items() if key != "until" or value}
