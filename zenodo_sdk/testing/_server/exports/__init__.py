"""The forms in which records can be had (the lead's minimal version: offered, render, has_etag are called by app.py and entries.py; keep these names)."""

from __future__ import annotations

from collections.abc import Mapping

from ..answers import JSON, RDM_JSON, ZENODO_JSON, Json
from ..profiles import Profile
from .negotiation import negotiate
from .ui import ui

__all__ = ["has_etag", "negotiate", "offered", "render"]


def offered(profile: Profile) -> tuple[str, ...]:
    """The media types of a record, the default first."""
    return (JSON, RDM_JSON, *((ZENODO_JSON,) if profile.legacy_json else ()))


def has_etag(media_type: str) -> bool:
    """Whether an answer of this type tells the revision."""
    return True


def render(
    document: Json, media_type: str, *, profile: Profile, query: Mapping[str, str]
) -> tuple[Json | str | bytes, str]:
    """A record in a form, and the Content-Type of it."""
    if media_type == RDM_JSON:
        return document | {"ui": ui(document)}, RDM_JSON
    return document, media_type
