"""What is sent to make or replace a draft."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from ..models._metadata_rdm import external_doi
from ..models.metadata import Metadata
from ..models.record import DepositionData

Body = dict[str, JsonValue]


def draft_body(
    metadata: Metadata, *, is_zenodo: bool, over: Mapping[str, JsonValue] | None = None
) -> Body:
    """Write the body for a draft.

    Args:
        metadata: What the work shall say about itself.
        is_zenodo: Whether the repository is Zenodo, which is then the publisher by default.
        over: The draft that is replaced, as it was read. What a body leaves out the server
            resets or keeps by rules of its own, so what the metadata does not name is repeated.
    """
    body = metadata.to_rdm()
    about = body["metadata"]
    if is_zenodo and isinstance(about, dict):
        about.setdefault("publisher", "Zenodo")
    if over is None:
        return body
    there = Metadata.from_rdm(dict(over)).to_rdm()
    for part in ("access", "files", "media_files"):
        if part not in body and part in there:
            body[part] = there[part]
    pids = over.get("pids")
    others = dict(pids) if isinstance(pids, dict) else {}
    had_external = external_doi(others) is not None
    if metadata.doi is not None:
        body["pids"] = {**others, **_object(body.get("pids"))}
    elif had_external:
        # left out it would stay; a DOI of the server's own is never touched
        body["pids"] = {scheme: pid for scheme, pid in others.items() if scheme != "doi"}
    return body


def unsaved_changes(body: Body, base: Mapping[str, JsonValue]) -> bool:
    """Whether a body says anything else than the draft that was read."""
    there = Metadata.from_rdm(dict(base)).to_rdm()
    return any(body.get(part) != there.get(part) for part in {*body, *there} - {"pids"}) or (
        external_doi(body.get("pids")) != external_doi(there.get("pids"))
    )


def has_changes(deposition: DepositionData, *, is_zenodo: bool) -> bool:
    """Whether a deposition's metadata says anything else than the server's draft."""
    body = draft_body(deposition.metadata, is_zenodo=is_zenodo, over=deposition.raw)
    return unsaved_changes(body, deposition.raw)


def _object(value: JsonValue) -> Body:
    return value if isinstance(value, dict) else {}
