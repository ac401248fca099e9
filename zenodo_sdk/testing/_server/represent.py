"""Drafts, records and files in the InvenioRDM form."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from .answers import Json
from .context import Context
from .links import IMAGES, Subject, file_links, files_links, record_links
from .lookup import files_of, latest_version, lineage_of, next_draft
from .permissions import Level, level, may_read_files
from .state import Community, Draft, File, Lineage, Record, Request

_NO_COUNTS = {
    "views": 0,
    "unique_views": 0,
    "downloads": 0,
    "unique_downloads": 0,
    "data_volume": 0.0,
}
_UNKNOWN_TYPE = "application/octet-stream"
_PACKED = {
    "gzip": "application/gzip",
    "compress": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
}
_LONGEST_EXTENSION = 5  # with its dot
_PARTS_EXPIRE = timedelta(days=14)
_REVIEW_STATES = {"created": "draft_with_review", "submitted": "in_review"}


@dataclass(frozen=True)
class _View:
    """A draft or record as one person sees it."""

    ctx: Context
    entry: Draft | Record
    lineage: Lineage
    files: list[File]
    level: Level
    had_files: bool

    @property
    def subject(self) -> Subject:
        images = [file.key for file in self.files if _extension(file.key) in IMAGES]
        return Subject(self.ctx.base, self.ctx.world.profile, self.entry, self.lineage, images)


def document(
    ctx: Context,
    entry: Draft | Record,
    *,
    file_links: bool = False,
    had_files: bool | None = None,
    bare: bool = False,
) -> Json:
    """A draft or record in the InvenioRDM form, as the person behind the request sees it.

    Args:
        ctx: The request.
        entry: The draft or record.
        file_links: Files have links here; only reading a record gives them.
        bare: Terms of vocabularies are bare ids.
        had_files: Whether files were enabled before the request changed it: the access that is
            told still goes by that.
    """
    lineage = lineage_of(ctx, entry)
    data = entry.data
    had = data["files"]["enabled"] if had_files is None else had_files
    view = _View(ctx, entry, lineage, files_of(ctx, entry), level(ctx, lineage), had)
    published = isinstance(entry, Record) or ctx.store.find(Record, entry.id) is not None
    metadata, custom_fields = data["metadata"], data["custom_fields"]
    if not bare:
        metadata, custom_fields = ctx.world.vocabularies.dereference(metadata, custom_fields)
    made: Json = {
        "id": entry.id,
        "created": entry.created,
        "updated": entry.updated,
        "links": record_links(view.subject),
        "revision_id": entry.revision,
        "parent": _parent(view),
        "versions": _versions(view),
        "is_published": published,
        "is_draft": isinstance(entry, Draft),
    }
    if isinstance(entry, Draft):
        made["expires_at"] = entry.created.replace("T", " ")
    made |= {
        "pids": data["pids"],
        "metadata": metadata,
        "custom_fields": custom_fields,
        "access": _access(view),
        "files": _files(view, file_links),
        "media_files": _media_files(view),
        "status": _status(view, published),
    }
    if isinstance(entry, Record):
        made["deletion_status"] = {"is_deleted": False, "status": "P"}
        made["stats"] = {"this_version": dict(_NO_COUNTS), "all_versions": dict(_NO_COUNTS)}
        if ctx.world.profile.name == "zenodo":
            made["swh"] = {}
    return made


def file_document(ctx: Context, entry: Draft | Record, file: File) -> Json:
    """A file, as its own address shows it."""
    view = _View(ctx, entry, lineage_of(ctx, entry), [], Level.NONE, had_files=True)
    return _file(view, file)


def file_list(ctx: Context, entry: Draft | Record) -> Json:
    """The files of a draft or record, as a list."""
    files = files_of(ctx, entry)
    view = _View(ctx, entry, lineage_of(ctx, entry), files, Level.NONE, had_files=True)
    settings = entry.data["files"]
    made: Json = {"enabled": settings["enabled"], "links": files_links(view.subject)}
    if settings["enabled"]:
        made |= {
            "entries": [_file(view, file) for file in view.files],
            "default_preview": settings.get("default_preview"),
            "order": [],
        }
    return made


def media_type(key: str) -> str:
    """The media type that a file's name tells."""
    kind, packed = mimetypes.guess_type(key)
    return (_PACKED.get(packed) if packed else kind) or _UNKNOWN_TYPE


def _extension(key: str) -> str:
    return key.rpartition(".")[2].lower() if "." in key else ""


def _kind(key: str) -> str:
    """What a file is counted as: the usual extension of its media type, if that says anything."""
    kind = media_type(key)
    usual = mimetypes.guess_extension(kind)
    own = PurePosixPath("/", key).suffix
    if usual and (kind != _UNKNOWN_TYPE or not 0 < len(own) <= _LONGEST_EXTENSION):
        return usual.removeprefix(".")
    return own.removeprefix(".").lower()


def _file(view: _View, file: File) -> Json:
    made: Json = {"created": file.created, "updated": file.updated}
    if file.version_id:
        made |= {
            "mimetype": media_type(file.key),
            "version_id": file.version_id,
            "file_id": file.file_id,
            "bucket_id": file.parent,
        }
    made |= {
        "metadata": file.metadata,
        "access": file.access,
        "links": _file_links(view, file),
        "key": file.key,
        **({} if file.completed else file.declared),
        "transfer": file.transfer,
        "status": "completed" if file.completed else "pending",
    }
    if file.version_id:
        made |= {"checksum": _checksum(file), "size": file.size, "storage_class": "L"}
    return made


def _checksum(file: File) -> str | None:
    return f"md5:{file.md5}" if file.md5 else None


def _file_links(view: _View, file: File) -> Json:
    links = file_links(view.subject, file)
    if file.transfer["type"] != "M":
        return links
    expiration = (view.ctx.world.now() + _PARTS_EXPIRE).isoformat(timespec="microseconds")
    address = links.pop("content")
    links["parts"] = [
        {"part": part, "url": f"{address}/{part}", "expiration": expiration}
        for part in range(1, file.transfer["parts"] + 1)
    ]
    return links


def _parent(view: _View) -> Json:
    lineage = view.lineage
    access: Json = {"owned_by": {"user": lineage.owner}, "settings": lineage.settings}
    if view.level >= Level.MANAGE:
        links = [{"id": link["id"]} for link in lineage.links]
        access = {
            "grants": lineage.grants,
            "owned_by": access["owned_by"],
            "links": links,
            "settings": access["settings"],
        }
    made: Json = {"id": lineage.id, "access": access}
    review = view.ctx.store.find(Request, lineage.review) if lineage.review else None
    if review is not None and view.level >= Level.REVIEW:
        made["review"] = {
            "id": review.id,
            "links": {},
            "type": review.type,
            "title": "",  # the lineage keeps what the review was called when it began
            "status": review.status,
            "receiver": review.receiver,
        }
    made["communities"] = _communities(view)
    made["pids"] = lineage.pids
    return made


def _communities(view: _View) -> Json:
    if not view.lineage.communities:
        return {}
    made: Json = {"ids": view.lineage.communities}
    if view.lineage.default_community:
        made["default"] = view.lineage.default_community
    found = (view.ctx.store.find(Community, each) for each in view.lineage.communities)
    made["entries"] = [_community(each) for each in found if each is not None]
    return made


def _community(community: Community) -> Json:
    return {
        "id": community.id,
        "created": community.created,
        "updated": community.updated,
        "links": {},
        "revision_id": community.revision,
        "slug": community.parent,
        **{key: community.data[key] for key in ("metadata", "access") if key in community.data},
        "custom_fields": {},
        **({"theme": community.data["theme"]} if "theme" in community.data else {}),
        "deletion_status": {"is_deleted": False, "status": "P"},
        "children": community.data.get("children", {"allow": False}),
    }


def _versions(view: _View) -> Json:
    latest = latest_version(view.ctx, view.lineage.id)
    made: Json = {"is_latest": latest is not None and latest.id == view.entry.id}
    if view.level >= Level.EDIT:
        coming = next_draft(view.ctx, view.lineage.id)
        last = coming or latest
        made["is_latest_draft"] = last is not None and last.id == view.entry.id
    made["index"] = view.entry.index
    return made


def _access(view: _View) -> Json:
    access: dict[str, Any] = view.entry.data["access"]
    if access["embargo"].get("active"):
        status = "embargoed"
    elif access["record"] == "public" and not view.had_files:
        status = "metadata-only"
    elif access["record"] == access["files"] == "public":
        status = "open"
    else:
        status = "restricted"
    return {**access, "status": status}


def _files(view: _View, with_links: bool) -> Json:
    settings = view.entry.data["files"]
    if not may_read_files(view.ctx, view.entry, view.lineage):
        return {"enabled": settings["enabled"]}
    made: Json = {"enabled": settings["enabled"], "order": []}
    if settings.get("default_preview"):
        made["default_preview"] = settings["default_preview"]
    made["count"] = len(view.files)
    made["total_bytes"] = sum(file.size or 0 for file in view.files if file.version_id)
    made["entries"] = {file.key: _entry(view, file, with_links) for file in view.files}
    return made


def _media_files(view: _View) -> Json:
    made: Json = {"enabled": view.entry.data.get("media_files", {}).get("enabled", False)}
    if may_read_files(view.ctx, view.entry, view.lineage):
        made |= {"order": [], "count": 0, "total_bytes": 0, "entries": {}}
    return made


def _entry(view: _View, file: File, with_links: bool) -> Json:
    if not file.version_id:
        return {"key": file.key, "metadata": file.metadata, "access": file.access}
    made: Json = {
        "id": file.file_id,
        "checksum": _checksum(file),
        "ext": _kind(file.key),
        "size": file.size,
        "mimetype": media_type(file.key),
        "storage_class": "L",
        "key": file.key,
        "metadata": file.metadata or {},
        "access": file.access,
    }
    if with_links:
        made["links"] = file_links(view.subject, file)
    return made


def _status(view: _View, published: bool) -> str:
    if published:
        return "published"
    if view.entry.index > 1:
        return "new_version_draft"
    review = view.ctx.store.find(Request, view.lineage.review) if view.lineage.review else None
    if review is None:
        return "draft"
    return _REVIEW_STATES.get(review.status, review.status)
