"""Depositions and records: what the server knows of a work beside what it says of itself."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any, Literal, Self

from pydantic import Field, JsonValue

from ..errors import Problem
from ..types import JsonObject
from ._base import Model
from ._problems import read_problem
from ._values import when
from ._wire import Wire, as_object, as_text
from .file import FileData, read_files
from .inclusion import Inclusion
from .metadata import Metadata

State = Literal["draft", "published", "editing"]


class CommunityRef(Model):
    """A community that a record is in.

    Args:
        id: Its UUID.
        slug: The name in its address; None where the server gave only the id.
        title: Its title.
    """

    id: str
    """UUID."""
    slug: str | None = None
    """The name in its address."""
    title: str | None = None
    """Its title."""


class Usage(Model):
    """How often something was looked at and downloaded."""

    views: int = 0
    """Page views."""
    unique_views: int = 0
    """Page views, one per visitor and hour."""
    downloads: int = 0
    """File downloads."""
    unique_downloads: int = 0
    """File downloads, one per visitor and hour."""
    data_volume: float = 0.0
    """Bytes downloaded."""


class Stats(Model):
    """Usage of one version and of all versions of a record."""

    this_version: Usage
    """Of this version."""
    all_versions: Usage
    """Of all versions."""


class WorkData(Model):
    """What depositions and records have in common.

    Times are in UTC, sizes in bytes. Attributes never reach for the server: ``refresh()`` does.
    """

    id: str
    """Id of this version: digits on Zenodo, ``abcde-fghij`` elsewhere."""
    concept_id: str | None = None
    """Id that all versions share."""
    metadata: Metadata
    """What the work says about itself."""
    doi: str | None = None
    """DOI of this version, registered, reserved or external; None before there is one."""
    concept_doi: str | None = None
    """DOI that always leads to the latest version."""
    created: dt.datetime | None = None
    """When it was created."""
    modified: dt.datetime | None = None
    """When it last changed."""
    revision: int = 0
    """The server's revision counter."""
    version_index: int | None = None
    """1 for the first version."""
    is_latest: bool = False
    """Whether no newer version is published."""
    status: str | None = None
    """The server's own word: ``draft``, ``published``, ``new_version_draft``, ``in_review``, …"""
    owner_id: str | None = None
    """Id of the user who owns it."""
    file_count: int | None = None
    """Number of files; None where the server does not let this account see it."""
    total_bytes: int | None = None
    """Size of all files together."""
    communities: list[CommunityRef] = []
    """Communities that it is in."""
    links: dict[str, str] = Field(default_factory=dict, repr=False)
    """The server's links by name; they are data here, requests do not follow them."""
    raw: dict[str, JsonValue] = Field(default_factory=dict, repr=False)
    """The server's whole answer, for what this version does not model."""

    def __setattr__(self, name: str, value: object) -> None:
        """Take new ``metadata``; the rest is the server's and follows from what is done."""
        if name in type(self).model_fields and name != "metadata":
            way = {
                "doi": "set metadata.doi to bring your own, or call reserve_doi()",
                "state": "call publish(), edit() or discard()",
            }.get(name, "change metadata and save()")
            raise AttributeError(f"{name} is what the server said and cannot be set: {way}")
        super().__setattr__(name, value)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        # enough to know it by; the whole would fill a screen
        told = ("id", "state", "doi")
        known = [(name, vars(self)[name]) for name in told if vars(self).get(name) is not None]
        return [*known, ("title", self.title)]

    @property
    def title(self) -> str | None:
        """The title, a short cut to ``metadata.title``."""
        return self.metadata.title

    @property
    def url(self) -> str | None:
        """Address of its web page: the record's when published, the upload form before that."""
        return self.links.get("self_html")

    @property
    def access_status(self) -> str | None:
        """The server's summary: ``open``, ``embargoed``, ``restricted`` or ``metadata-only``."""
        match self.raw.get("access"):
            case {"status": str() as status}:
                return status
            case _:
                return None

    @property
    def file_entries(self) -> list[FileData]:
        """The files that came with this answer; lists and searches come without them."""
        return read_files(self.raw)

    @classmethod
    def from_rdm(cls, record: JsonObject) -> Self:
        """Read a record or draft as InvenioRDM sends it; nothing is refused.

        Args:
            record: JSON of ``application/vnd.inveniordm.v1+json``.
        """
        return cls._read(cls._common(Wire(record), record))

    @classmethod
    def _common(cls, wire: Wire, record: JsonObject) -> dict[str, object]:
        """Read what both have."""
        parent = wire.one("parent", Wire) or Wire({})
        versions = wire.one("versions", Wire) or Wire({})
        files = wire.one("files", Wire) or Wire({})
        links = record.get("links")
        access = parent.one("access", Wire) or Wire({})
        owner = access.one("owned_by", Wire) or Wire({})
        user = owner.rest.get("user")
        return {
            "id": str(record.get("id", "")),
            "concept_id": parent.text("id"),
            "metadata": Metadata.from_rdm(record),
            "doi": _doi(record.get("pids")),
            "concept_doi": _doi(parent.rest.get("pids")),
            "created": when(wire.text("created")),
            "modified": when(wire.text("updated")),
            "revision": wire.integer("revision_id") or 0,
            "version_index": versions.integer("index"),
            "is_latest": versions.flag("is_latest") or False,
            "status": wire.text("status"),
            "owner_id": None if user is None else str(user),
            "file_count": files.integer("count"),
            "total_bytes": files.integer("total_bytes"),
            "communities": _communities(parent.rest.get("communities")),
            "links": {name: link for name, link in links.items() if isinstance(link, str)}
            if isinstance(links, dict)
            else {},
            "raw": dict(record),
            "extra": {},
        }


class DepositionData(WorkData):
    """A deposition: a draft, a published work of yours, or one that you are editing."""

    state: State = "draft"
    """``draft`` (never published), ``published``, or ``editing`` (published, with open edits)."""
    problems: list[Problem] = []
    """What the server found wrong at the last save, by Python path."""
    previous_id: str | None = None
    """Id of the version that ``new_version()`` was called on, for the draft that it returned."""
    inclusions: list[Inclusion] = []
    """What became of the communities named at ``publish()``."""

    def _following(self, before: "DepositionData") -> Self:
        """Take over what the server tells once, or never."""
        known = vars(self)
        known["previous_id"] = self.previous_id or before.previous_id
        known["inclusions"] = self.inclusions or before.inclusions
        if self.revision == before.revision and "errors" not in self.raw:
            known["problems"] = before.problems
        return self

    @property
    def record_url(self) -> str | None:
        """Address of the public page; before publication nothing answers there."""
        return self.links.get("record_html") or self.links.get("self_html")

    @classmethod
    def _common(cls, wire: Wire, record: JsonObject) -> dict[str, object]:
        published = wire.flag("is_published") or False
        drafted = wire.flag("is_draft") or False
        state: State = "draft"
        if published:
            state = "editing" if drafted else "published"
        return {
            **super()._common(wire, record),
            "state": state,
            "problems": wire.each("errors", partial(read_problem, body=record)),
            "previous_id": None,
            "inclusions": [],
        }


class RecordData(WorkData):
    """A published record."""

    stats: Stats | None = None
    """How often it was viewed and downloaded."""
    swhid: str | None = None
    """Software Heritage id, where its code is archived there."""

    @classmethod
    def _common(cls, wire: Wire, record: JsonObject) -> dict[str, object]:
        swh = wire.one("swh", Wire) or Wire({})
        return {
            **super()._common(wire, record),
            "stats": wire.one("stats", _stats),
            "swhid": swh.text("swhid"),
        }


def _doi(pids: JsonValue) -> str | None:
    match pids:
        case {"doi": {"identifier": str() as doi}}:
            return doi or None
        case _:
            return None


def _communities(value: JsonValue) -> list[CommunityRef]:
    wire = Wire(value if isinstance(value, dict) else {})
    entries = {str(entry.get("id")): entry for entry in wire.each("entries", as_object)}
    found: list[CommunityRef] = []
    for identifier in wire.each("ids", as_text):
        entry = entries.get(identifier, {})
        slug, about = entry.get("slug"), entry.get("metadata")
        title = about.get("title") if isinstance(about, dict) else None
        found.append(
            CommunityRef.model_construct(
                id=identifier,
                slug=slug if isinstance(slug, str) else None,
                title=title if isinstance(title, str) else None,
            )
        )
    return found


def _usage(value: JsonValue) -> Usage:
    known = {name: as_object(value).get(name) for name in Usage.model_fields if name != "extra"}
    numbers = {name: count for name, count in known.items() if isinstance(count, int | float)}
    return Usage._read(numbers)


def _stats(value: JsonValue) -> Stats:
    wire = Wire(value)
    nothing = Usage()
    return Stats.model_construct(
        this_version=wire.one("this_version", _usage) or nothing,
        all_versions=wire.one("all_versions", _usage) or nothing,
        extra={},
    )
