"""What can be searched, and the rules of each search: how it sorts and which facets it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..profiles import Profile

Kind = Literal[
    "records",
    "user_records",
    "versions",
    "community_records",
    "communities",
    "user_communities",
    "requests",
    "vocabularies",
    "affiliations",
    "funders",
    "awards",
    "names",
    "subjects",
    "users",
    "groups",
]

RECORD_KINDS: frozenset[Kind] = frozenset(
    {"records", "user_records", "versions", "community_records"}
)

Sorts = dict[str, tuple[str, ...]]
"""Names of orders, with the fields by which they go; ``-`` is the largest first."""

_BASIC: Sorts = {"bestmatch": ("-_score",), "newest": ("-created",), "oldest": ("created",)}
_ACTIVITY: Sorts = {
    "newestactivity": ("-last_activity_at",),
    "oldestactivity": ("last_activity_at",),
}
_CHANGES: Sorts = {
    **_BASIC,
    "version": ("-versions.index",),
    "updated-desc": ("-updated",),
    "updated-asc": ("updated",),
    **_ACTIVITY,
}
_STOCK: Sorts = {
    **_CHANGES,
    "mostviewed": ("-stats.all_versions.unique_views",),
    "mostdownloaded": ("-stats.all_versions.unique_downloads",),
}
_JOURNAL = tuple(f"custom_fields.journal:journal.{part}" for part in ("volume", "issue", "pages"))
_SESSION = tuple(f"custom_fields.meeting:meeting.{part}" for part in ("session", "session_part"))
_LATEST = ("-metadata.publication_date", "-created")
_EARLIEST = ("metadata.publication_date", "created")
_ZENODO: Sorts = {
    **_STOCK,
    "publication-desc": _LATEST,
    "publication-asc": _EARLIEST,
    "conference-desc": tuple(f"-{field}" for field in _SESSION),
    "conference-asc": _SESSION,
    "journal-desc": ("-metadata.publication_date", *_JOURNAL),
    "journal-asc": ("metadata.publication_date", *_JOURNAL),
    "-bestmatch": ("_score",),
    "publication_date": _LATEST,
    "-publication_date": _EARLIEST,
    "mostrecent": ("-created",),
    "-mostrecent": ("created",),
    "-mostviewed": ("stats.all_versions.unique_views",),
    "journal": ("-metadata.publication_date", *_JOURNAL),
    "-journal": ("metadata.publication_date", *_JOURNAL),
    "conference_session": tuple(f"-{field}" for field in _SESSION),
    "-conference_session": _SESSION,
    "-version": ("versions.index",),
}


@dataclass(frozen=True)
class Rules:
    """The rules of a search.

    Args:
        sorts: The orders it knows.
        default: The order if there is a query.
        default_without_query: The order if there is none.
        facets: The facets, in the order of the answer.
        suggests: It takes ``suggest``.
        latest: The field that tells the newest version.
    """

    sorts: Sorts
    default: str = "bestmatch"
    default_without_query: str = "newest"
    facets: tuple[str, ...] = ()
    suggests: bool = False
    latest: str | None = None


def rules(kind: Kind, profile: Profile) -> Rules:
    """The rules of a search in a profile."""
    if kind in RECORD_KINDS:
        return _record_rules(kind, zenodo=profile.name == "zenodo")
    if kind in ("communities", "user_communities"):
        more = ("funder", "organization") if profile.name == "zenodo" else ("visibility",)
        return Rules(_CHANGES, facets=("type", *more))
    if kind == "requests":
        return Rules({**_BASIC, **_ACTIVITY}, facets=("type", "status"))
    return _LOOK_UPS[kind]


def _record_rules(kind: Kind, *, zenodo: bool) -> Rules:
    sorts = _ZENODO if zenodo else _STOCK
    if kind == "versions":
        return Rules(sorts, "version", "version")
    latest = "versions.is_latest_draft" if kind == "user_records" else "versions.is_latest"
    if zenodo:
        facets: tuple[str, ...] = ("access_status", "resource_type", "subject", "file_type")
    elif kind == "user_records":
        facets = ("access_status", "is_published", "resource_type", "file_type")
    else:
        facets = ("access_status", "file_type", "resource_type")
    changed_first = kind == "user_records" and not zenodo
    without_query = "updated-desc" if changed_first else "newest"
    return Rules(sorts, "bestmatch", without_query, facets, latest=latest)


def _look_up(name: str, field: str) -> Rules:
    return Rules({**_BASIC, name: (field,)}, default_without_query=name, suggests=True)


_LOOK_UPS = {
    "vocabularies": _look_up("title", "title.en"),
    "affiliations": _look_up("name", "name"),
    "funders": _look_up("name", "name"),
    "awards": Rules(_BASIC, facets=("funders",), suggests=True),
    "names": _look_up("name", "name"),
    "subjects": _look_up("subject", "subject"),
    "users": Rules(_BASIC, suggests=True),
    "groups": _look_up("name", "name"),
}
