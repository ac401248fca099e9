"""From the body of a request to the draft that is stored, and from there to publication."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from ..answers import Json, internal
from ..profiles import Profile
from .access import OPEN, settled_access
from .body import read
from .fields import Broken
from .files import changed_files, media_files, new_files
from .lookup import Lookup
from .pids import check_pids
from .relations import settle_terms
from .storage import can_be_stored, without_empties

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Loaded:
    """A body that was taken.

    Args:
        data: What is stored of it: ``metadata``, ``custom_fields``, ``files``, ``media_files``,
            and ``access`` and ``pids`` if they were sent; else those stay as they are.
            Terms are bare ``{"id": ...}``.
        errors: What the answer lists under ``errors``.
    """

    data: Json
    errors: list[Json]


def _fails_as_the_server_does(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except Broken as error:
            raise internal() from error

    return run


@_fails_as_the_server_does
def load_draft(
    body: object,
    *,
    profile: Profile,
    lookup: Lookup,
    record_id: str | None = None,
    before: Json | None = None,
    files: Collection[str] = (),
) -> Loaded:
    """Read the body of a request that makes or saves a draft.

    Args:
        body: What was sent.
        profile: The kind of repository.
        lookup: Vocabularies and DOIs.
        record_id: The draft's id, which may hold the DOI that it is given.
        before: What is stored of the draft; None if it is to be made.
        files: The keys of the draft's files.

    Raises:
        ApiError: The server refuses the body as a whole, or fails over it.
    """
    loaded, errors = read(body or {}, profile, saving=before is not None)
    data = _described(loaded, profile)
    if "access" in loaded:
        access = before["access"] if before else OPEN
        data["access"] = settled_access(loaded["access"], access, profile)
    wanted, wanted_media = loaded.get("files", {}), loaded.get("media_files", {})
    if before is None:
        data["files"], wrong_files = new_files(wanted, profile)
    else:
        data["files"], wrong_files = changed_files(wanted, before["files"], files, profile)
    data["media_files"], wrong_media = media_files(
        wanted_media, before["media_files"] if before else None
    )
    kept: Json = deepcopy(before["pids"]) if before else {}
    pids: Json = loaded.get("pids", kept)
    wrong_pids = check_pids(
        pids, data["metadata"], profile=profile, lookup=lookup, record_id=record_id
    )
    if "pids" in loaded:
        data["pids"] = pids
    settle_terms(data, lookup)
    if not can_be_stored(data["metadata"], data["custom_fields"]):
        raise Broken
    return Loaded(data, [*errors, *wrong_files, *wrong_media, *wrong_pids])


@_fails_as_the_server_does
def publish_errors(
    data: Json,
    *,
    profile: Profile,
    lookup: Lookup,
    record_id: str | None = None,
    files: Sequence[Json] = (),
) -> list[Json]:
    """What stands against publishing a draft; nothing if the list is empty.

    Args:
        data: What is stored of the draft, whole.
        profile: The kind of repository.
        lookup: Vocabularies and DOIs.
        record_id: The draft's id.
        files: What is wrong with its files: that is told once the fields are right, and
            before the identifiers are looked at.

    Raises:
        ApiError: The server fails over it.
    """
    parts = {key: data[key] for key in ("pids", "metadata", "custom_fields", "access")}
    _, errors = read(parts, profile)
    return (
        errors
        or list(files)
        or check_pids(
            deepcopy(data["pids"]),
            data["metadata"],
            profile=profile,
            lookup=lookup,
            record_id=record_id,
        )
    )


def _described(loaded: Json, profile: Profile) -> Json:
    metadata: Json = without_empties(loaded.get("metadata", {}))
    if profile.name == "zenodo" and metadata.get("resource_type") == {"id": "publication-thesis"}:
        metadata["resource_type"] = {"id": "publication-dissertation"}
    return {
        "metadata": metadata,
        "custom_fields": without_empties(loaded.get("custom_fields", {})),
    }
