"""What there is in the embedded Zenodo: users, drafts, records, files, communities, requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .answers import Json
from .store import Document


@dataclass
class User(Document):
    """An account."""

    id: str
    email: str
    name: str
    created: str
    affiliation: str = ""
    parent: str | None = None


@dataclass
class Token(Document):
    """An access token; its id is what the ``Authorization`` header carries."""

    id: str
    parent: str | None  # the user


@dataclass
class Lineage(Document):
    """What all versions of a record share; InvenioRDM calls it the parent."""

    id: str
    owner: str
    created: str
    parent: str | None = None
    settings: Json = field(
        default_factory=lambda: {
            "allow_user_requests": False,
            "allow_guest_requests": False,
            "accept_conditions_text": None,
            "secret_link_expiration": 0,
        }
    )
    grants: list[Json] = field(default_factory=list[Json])
    links: list[Json] = field(default_factory=list[Json])
    communities: list[str] = field(default_factory=list[str])
    default_community: str | None = None
    review: str | None = None
    pids: Json = field(default_factory=dict[str, Any])


@dataclass
class Draft(Document):
    """A draft: unpublished, or the open edits of a published record."""

    id: str
    parent: str | None  # the lineage
    index: int
    revision: int
    created: str
    updated: str
    data: Json
    bucket: str
    editing: bool = False  # it holds the edits of a published record
    locked: bool = False  # the files are those of the published record
    quota: int | None = None  # what was granted to it, in bytes


@dataclass
class Record(Document):
    """A published version."""

    id: str
    parent: str | None  # the lineage
    index: int
    revision: int
    created: str
    updated: str
    data: Json
    bucket: str
    draft_created: str  # what its drafts tell of themselves goes on over publications
    draft_revision: int
    tombstone: Json | None = None


@dataclass
class File(Document):
    """A file of a bucket; drafts and records each have a bucket."""

    id: str  # bucket/key
    parent: str | None  # the bucket
    key: str
    created: str
    updated: str
    transfer: Json
    metadata: Json | None = None
    access: Json = field(default_factory=lambda: {"hidden": False})
    content: str | None = None  # the content's name in the store
    size: int | None = None
    md5: str | None = None
    completed: bool = False
    version_id: str | None = None
    file_id: str | None = None
    declared: Json = field(default_factory=dict[str, Any])  # size and checksum, if announced


@dataclass
class Community(Document):
    """A community; its parent is its slug."""

    id: str
    parent: str | None
    revision: int
    created: str
    updated: str
    data: Json
    deleted: bool = False


@dataclass
class Member(Document):
    """A member of a community, or somebody invited; its parent is the community."""

    id: str
    parent: str | None
    user: str
    role: str
    created: str
    updated: str
    revision: int = 1
    visible: bool = False
    active: bool = True
    request: str | None = None  # the invitation


@dataclass
class Request(Document):
    """A request, for example to take a record into a community; its parent is its topic."""

    id: str
    parent: str | None
    number: str
    revision: int
    created: str
    updated: str
    type: str
    status: str
    title: str
    created_by: Json
    receiver: Json | None
    topic: Json | None
    description: str = ""
    payload: Json | None = None
    expires: str | None = None
    locked: bool = False


@dataclass
class Event(Document):
    """A comment on a request, or an entry of its log; its parent is the request."""

    id: str
    parent: str | None
    revision: int
    created: str
    updated: str
    type: str
    created_by: Json
    payload: Json
    answers: str | None = None  # the comment that it replies to


@dataclass
class Term(Document):
    """A vocabulary entry that was seeded; its parent is the vocabulary."""

    id: str  # vocabulary/id
    parent: str | None
    item: Json
