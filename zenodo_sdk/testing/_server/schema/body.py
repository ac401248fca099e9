"""The body of a draft as a whole, and how what is wrong with it is listed."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from ..answers import Json
from ..profiles import Profile
from .access import AccessSchema
from .custom_fields import zenodo_fields
from .fields import Broken
from .files import FilesSchema
from .metadata import MetadataSchema, ZenodoMetadataSchema
from .pids import pids_field


def read(body: object, profile: Profile, *, saving: bool = False) -> tuple[Json, list[Json]]:
    """What of a body can be used, and what is wrong with the rest.

    Args:
        body: What was sent.
        profile: The kind of repository.
        saving: It is to change a draft that there is: then the server looks at the access before
            it knows that this is an object.

    Raises:
        Broken: The server fails over it.
    """
    if not isinstance(body, dict) or "internal_notes" in body:
        raise Broken
    sent = deepcopy(cast("Json", body))
    objects = [sent.get("review") or {}, sent.get("access", {}) if saving else {}]
    if not all(isinstance(item, dict) for item in objects):
        raise Broken
    if profile.name == "zenodo" and _asks_for_review(sent.get("parent")):
        raise Broken
    try:
        return cast("Json", _schemas()[profile.name].load(sent)), []
    except ValidationError as error:
        return cast("Json", error.valid_data), list(_listed(error.messages))
    except Exception as error:
        # Where a library fails here it fails there too: both use the same ones.
        raise Broken from error


class _ParentSchema(Schema):
    id = fields.String()
    review = fields.Dict()

    @pre_load
    def drop_output(self, data: Json, **_: Any) -> Json:
        """What was read may be sent back."""
        for key in ("access", "communities", "is_verified", "pids"):
            data.pop(key, None)
        if data.get("review") is None:
            data.pop("review", None)
        return data


class _DraftSchema(Schema):
    class Meta:
        """Settings."""

        unknown = EXCLUDE

    id = fields.String()
    parent = fields.Nested(_ParentSchema)
    pids = pids_field()
    metadata = fields.Nested(MetadataSchema)
    custom_fields = fields.Nested(Schema)
    access = fields.Nested(AccessSchema)
    files = fields.Nested(FilesSchema)
    media_files = fields.Nested(FilesSchema)


class _ZenodoDraftSchema(_DraftSchema):
    metadata = fields.Nested(ZenodoMetadataSchema)
    custom_fields = fields.Nested(Schema.from_dict(zenodo_fields()))


def _asks_for_review(parent: Any) -> bool:
    return isinstance(parent, dict) and bool(cast("Json", parent).get("review"))


@cache
def _schemas() -> dict[str, Schema]:
    return {"zenodo": _ZenodoDraftSchema(), "inveniordm": _DraftSchema()}


def _listed(messages: Any, path: str = "") -> Iterator[Json]:
    """Nested messages as a flat list of fields."""
    if isinstance(messages, dict):
        for key, inner in cast("Json", messages).items():
            yield from _listed(inner, f"{path}.{key}" if path else str(key))
    else:
        yield {"field": path, "messages": messages if isinstance(messages, list) else [messages]}
