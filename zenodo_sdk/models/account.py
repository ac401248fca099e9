"""Who the token belongs to."""

import datetime as dt
from typing import Self

from pydantic import JsonValue

from ._base import Model
from ._values import when
from ._wire import Wire


class Account(Model):
    """The account that a token belongs to."""

    id: str
    """The user's id on this host."""
    email: str | None = None
    """E-mail address."""
    confirmed_at: dt.datetime | None = None
    """When the address was confirmed (UTC)."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the answer of ``/api/me``."""
        wire = Wire(value)
        identifier = wire.rest.pop("id", None)
        return cls.model_construct(
            id="" if identifier is None else str(identifier),
            email=wire.text("email"),
            confirmed_at=when(wire.text("confirmed_at")),
            extra=wire.rest,
        )
