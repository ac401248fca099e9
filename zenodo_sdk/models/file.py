"""A file of a deposition or a record."""

import datetime as dt
from typing import Self

from pydantic import JsonValue

from ..types import JsonObject
from ._base import Model
from ._values import when
from ._wire import Unreadable, Wire, as_object


class FileData(Model):
    """What the server knows of a file.

    Sizes are in bytes, times in UTC. While an upload is under way ``status`` is ``"pending"``
    and size and checksum are not known.
    """

    name: str
    """Its name, which the API calls its key; may hold ``/``."""
    size: int | None = None
    """Bytes; None while the upload is under way."""
    checksum: str | None = None
    """``md5:`` and the hexadecimal digest; None while the upload is under way."""
    status: str | None = None
    """``"completed"``, ``"pending"`` or ``"failed"``."""
    mimetype: str | None = None
    """Media type that the server guessed from the name."""
    created: dt.datetime | None = None
    """When it was initialised (UTC)."""
    updated: dt.datetime | None = None
    """When it last changed (UTC)."""
    file_id: str | None = None
    """Id of the stored content."""
    version_id: str | None = None
    """Id of this version of the content."""
    bucket_id: str | None = None
    """Id of the record's bucket."""
    hidden: bool = False
    """Whether the record's page leaves it out."""
    metadata: dict[str, JsonValue] | None = None
    """What the server found in it (an image's width and height, for example)."""

    @property
    def md5(self) -> str | None:
        """The hexadecimal MD5, where the server's checksum is one."""
        algorithm, _, digest = (self.checksum or "").partition(":")
        return digest.lower() if algorithm == "md5" and digest else None

    @property
    def is_complete(self) -> bool:
        """Whether the server holds its whole content."""
        # entries of a published record carry no status; a size is what pending ones lack
        return self.status == "completed" if self.status else self.size is not None

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form, of the file endpoints or of a record's ``entries``."""
        wire = Wire(value)
        name = wire.text("key")
        if name is None:
            raise Unreadable
        access = wire.one("access", Wire) or Wire({})
        entry_id = wire.text("id")
        wire.drop("links", "ext")
        return cls.model_construct(
            name=name,
            size=wire.integer("size"),
            checksum=wire.text("checksum"),
            status=wire.text("status"),
            mimetype=wire.text("mimetype"),
            created=when(wire.text("created")),
            updated=when(wire.text("updated")),
            file_id=wire.text("file_id") or entry_id,
            version_id=wire.text("version_id"),
            bucket_id=wire.text("bucket_id"),
            hidden=access.flag("hidden") or False,
            metadata=wire.one("metadata", as_object),
            extra=wire.rest,
        )


def read_files(document: JsonObject) -> list[FileData]:
    """Read all files out of a list of files (``entries`` is a list) or a record (a mapping)."""
    files = document.get("files")
    entries = document.get("entries", files.get("entries") if isinstance(files, dict) else None)
    if isinstance(entries, dict):
        named: list[JsonValue] = [
            {"key": key, **entry} for key, entry in entries.items() if isinstance(entry, dict)
        ]
        entries = named
    return Wire({"entries": entries}).each("entries", FileData.from_rdm)
