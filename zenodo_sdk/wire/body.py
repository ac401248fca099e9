"""What is sent to make or replace a draft."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from ..models._paths import to_python_path
from ..models._metadata_rdm import external_doi
from ..models.metadata import Metadata
from ..models.record import DepositionData
from ..types import Path

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


def python_path(path: Path, body: Mapping[str, JsonValue]) -> str:
    """Tell a place in a body as the Python objects name it.

    Args:
        path: The place.
        body: The body, which holds keywords and subjects in one list.
    """
    match path, body.get("metadata"):
        case ("metadata", "subjects", int(position), *rest), {"subjects": list(entries)}:
            words = [_is_keyword(entry) for entry in entries[: position + 1]]
            own = "keywords" if words[-1:] == [True] else "subjects"
            below = () if own == "keywords" else rest
            path = ("metadata", own, words.count(words[-1]) - 1 if words else position, *below)
        case ("pids", "doi", *_), _:
            return "metadata.doi"
        case ("files", "default_preview" | "order", *_), _:
            path = ("metadata", *path)
        case _:
            pass
    return to_python_path(".".join(map(str, path)))


def _is_keyword(entry: JsonValue) -> bool:
    return isinstance(entry, dict) and entry.keys() == {"subject"}


def _object(value: JsonValue) -> Body:
    return value if isinstance(value, dict) else {}
