"""Whether a record has files, as its metadata say it."""

from typing import Self

from pydantic import JsonValue

from ..types import JsonObject
from ._base import Model
from ._wire import Unreadable, Wire, as_text, written


class FileOptions(Model):
    """Whether a record has files, and how its page shows them.

    Args:
        enabled: False makes a metadata-only record, where the repository allows it (Zenodo
            does not).
        default_preview: Name of the file that the page shows first.
        order: File names in the order of the page.
    """

    enabled: bool = True
    """Whether the record has files."""
    default_preview: str | None = None
    """Name of the file that the page shows first."""
    order: list[str] = []
    """File names in the order of the page."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        enabled = wire.flag("enabled")
        if enabled is None:
            raise Unreadable
        wire.drop("count", "total_bytes", "entries", "links")
        return cls.model_construct(
            enabled=enabled,
            default_preview=wire.text("default_preview"),
            order=wire.each("order", as_text),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return {
            **written(self.extra, default_preview=self.default_preview, order=list(self.order)),
            "enabled": self.enabled,
        }
