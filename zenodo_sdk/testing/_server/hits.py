"""Drafts and records as a search gives them: as they were indexed."""

from __future__ import annotations

from .answers import Json
from .context import Context
from .represent import document
from .state import Draft, Record

_COMMUNITY_METADATA = ("title", "type", "website", "organizations", "funding")
_COMMUNITY_ACCESS = {
    "visibility": "public",
    "members_visibility": "public",
    "member_policy": "closed",
    "record_submission_policy": "open",
    "review_policy": "closed",
}


def hit(ctx: Context, entry: Draft | Record) -> Json:
    """A draft or record in the InvenioRDM form, as a list shows it."""
    made = document(ctx, entry, had_files=False if _untouched(entry) else None)
    if "entries" in made["files"]:
        made["files"] |= _files(made)
    communities = made["parent"]["communities"]
    if "entries" in communities:
        shown = [_community(ctx, each) for each in communities["entries"]]
        made["parent"]["communities"] = {**communities, "entries": shown}
    if "swh" in made:
        made["swh"] = None
    return made


def _untouched(entry: Draft | Record) -> bool:
    """A draft that was never saved is indexed as it was answered when it was made."""
    return isinstance(entry, Draft) and entry.index == 1 and entry.updated == entry.created


def _files(made: Json) -> Json:
    """The files of published records are indexed, unless they alone are hidden."""
    access = made["access"]
    hidden = access["record"] == "public" and access["files"] != "public"
    if made["is_draft"] or hidden:
        return {"count": 0, "total_bytes": 0, "entries": {}}
    entries: Json = made["files"]["entries"]
    shown = {
        key: {name: value for name, value in entry.items() if name != "storage_class"}
        for key, entry in entries.items()
    }
    return {"entries": shown}


def _community(ctx: Context, made: Json) -> Json:
    """Little of a community is indexed with its records; the rest is as in any new one."""
    metadata = {key: value for key, value in made["metadata"].items() if key in _COMMUNITY_METADATA}
    if "type" in metadata:
        term = ctx.world.vocabularies.get("communitytypes", metadata["type"]["id"])
        if term is not None:
            metadata["type"] = {"id": term["id"], "title": dict(sorted(term["title"].items()))}
    kept = {key: value for key, value in made.items() if key != "custom_fields"}
    return kept | {"metadata": metadata, "access": dict(_COMMUNITY_ACCESS)}
