"""The arguments of a search, with the refusals of the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..answers import ApiError, Json, field_error, invalid
from ..profiles import Profile
from .kinds import RECORD_KINDS, Kind, rules

WINDOW = 10_000
"""How deep a search can be paged into."""

_DEFAULT_SIZE = 25
_USERS_SIZE = 10

_CASES = (str.lower, str.upper, str.capitalize)
# the spellings of truth that the server's schemas know
_TRUE = frozenset({"1", *(f(word) for word in ("t", "true", "on", "y", "yes") for f in _CASES)})
_FALSE = frozenset({"0", *(f(word) for word in ("f", "false", "off", "n", "no") for f in _CASES)})

_VERSIONED = ("allversions", "include_deleted")
_FLAGS: dict[Kind, tuple[str, ...]] = {
    **dict.fromkeys(RECORD_KINDS, (*_VERSIONED, "shared_with_me", "expand")),
    "communities": ("include_deleted",),
    "user_communities": ("include_deleted",),
    "requests": ("is_open", "shared_with_me"),
    "vocabularies": ("active", "status"),
}
_TEXTS: dict[Kind, tuple[str, ...]] = {
    **dict.fromkeys(RECORD_KINDS, ("style", "locale", "status")),
    "communities": ("status",),
    "user_communities": ("status",),
    "requests": ("created_by", "topic", "receiver"),
    "vocabularies": ("tags",),
}
_ZENODO_TEXTS = ("type", "subtype")
_STATUS_IS_USED_UP: frozenset[Kind] = frozenset({"records", "community_records"})


@dataclass(frozen=True)
class SearchArgs:
    """What is asked for.

    Args:
        kind: What is searched.
        profile: Where.
        q: The query.
        suggest: The beginning of a name that is being typed.
        sort: The order.
        page: The page, from 1.
        size: The length of a page.
        flags: The truth values among the arguments: ``allversions``, ``shared_with_me``,
            ``is_open`` and so on.
        texts: Other arguments: ``type``, ``subtype``, ``tags``, ``topic`` and so on.
        communities: The slugs of communities; a record in any of them will do.
        facets: The values of facets that are chosen.
    """

    kind: Kind
    profile: Profile
    q: str | None
    suggest: str | None
    sort: str
    page: int
    size: int
    flags: Mapping[str, bool]
    texts: Mapping[str, str]
    communities: Sequence[str]
    facets: Mapping[str, Sequence[str]]

    @property
    def all_versions(self) -> bool:
        """Older versions are wanted too."""
        return self.flags.get("allversions", False)

    def in_links(self) -> dict[str, str | int | Sequence[str]]:
        """The arguments that links to pages repeat, spelled as there."""
        used_up = {"include_deleted"} if self.kind in RECORD_KINDS else set[str]()
        if self.kind in _STATUS_IS_USED_UP:
            used_up.add("status")
        if self.kind == "vocabularies":
            used_up.add("tags")
        if self.kind == "community_records":
            used_up.add("expand")
        given: dict[str, str | int | Sequence[str]] = {
            **{name: str(value) for name, value in self.flags.items()},
            **self.texts,
            **self.facets,
            "page": self.page,
            "size": self.size,
            "sort": self.sort,
        }
        for name, value in (
            ("q", self.q),
            ("suggest", self.suggest),
            ("communities", self.communities or None),
        ):
            if value is not None:
                given[name] = value
        return {name: value for name, value in given.items() if name not in used_up}


def parse_args(
    query: Iterable[tuple[str, str]], *, profile: Profile, authenticated: bool, kind: Kind
) -> SearchArgs:
    """Read the arguments of a search.

    Args:
        query: The decoded arguments, in their order.
        profile: Which server.
        authenticated: Accounts get larger pages on Zenodo.
        kind: What is searched.

    Raises:
        ApiError: One of them is refused.
    """
    given: dict[str, list[str]] = {}
    for name, value in query:
        given.setdefault(name, []).append(value)
    on_zenodo = profile.name == "zenodo" and kind in RECORD_KINDS
    if on_zenodo:
        _rename_all_versions(given)
    known = rules(kind, profile)
    errors: list[Json] = []
    page = _whole_number(given, "page", 1, None, errors)
    limit = _size_limit(profile, authenticated) if on_zenodo else None
    size = _whole_number(given, "size", _DEFAULT_SIZE, limit, errors)
    flags = _truths(given, _FLAGS.get(kind, ()), errors)
    if errors:
        raise invalid(errors)
    q, suggest = (given[name][0] if name in given else None for name in ("q", "suggest"))
    if suggest and (q or not known.suggests):
        raise _refused()
    if kind == "users":
        page, size = 1, _USERS_SIZE
    if (page - 1) * size >= WINDOW:
        raise _refused()
    texts = _TEXTS.get(kind, ()) + (_ZENODO_TEXTS if on_zenodo else ())
    sort = given["sort"][0] if "sort" in given else known.default
    if not (q or suggest) and (sort == "bestmatch" or "sort" not in given):
        sort = known.default_without_query
    if sort not in known.sorts:
        raise invalid([field_error("_schema", f"Invalid sort option '{sort}'.")])
    return SearchArgs(
        kind=kind,
        profile=profile,
        q=q,
        suggest=suggest,
        sort=sort,
        page=page,
        size=size,
        flags=flags,
        texts={name: given[name][0] for name in texts if name in given},
        communities=tuple(given.get("communities", ())) if on_zenodo else (),
        facets={name: tuple(given[name]) for name in known.facets if name in given},
    )


def flag(query: Iterable[tuple[str, str]], name: str) -> bool:
    """A truth value among the arguments of a request that is no search.

    Raises:
        ApiError: It is none.
    """
    given = {key: [value] for key, value in query if key == name}
    errors: list[Json] = []
    flags = _truths(given, (name,), errors)
    if errors:
        raise invalid(errors)
    return flags.get(name, False)


def _refused() -> ApiError:
    return ApiError(400, "Invalid querystring parameters.")


def _rename_all_versions(given: dict[str, list[str]]) -> None:
    """The older name of ``allversions``, which also works without a value."""
    values = given.pop("all_versions", None)
    if values:
        given["allversions"] = [values[0] or "true"]


def _size_limit(profile: Profile, authenticated: bool) -> tuple[int, str]:
    if authenticated:
        return profile.page_limit, f"Page size cannot be greater than {profile.page_limit}."
    return profile.guest_page_limit, (
        f"Page size cannot be greater than {profile.guest_page_limit}. Please use authenticated "
        f"requests to increase the limit to {profile.page_limit}."
    )


def _whole_number(
    given: Mapping[str, list[str]],
    name: str,
    default: int,
    limit: tuple[int, str] | None,
    errors: list[Json],
) -> int:
    if name not in given:
        return default
    try:
        number = int(given[name][0])
    except ValueError:
        errors.append(field_error(name, "Not a valid integer."))
        return default
    if number < 1:
        errors.append(field_error(name, "Must be greater than or equal to 1."))
    elif limit and number > limit[0]:
        errors.append(field_error(name, limit[1]))
    return number


def _truths(
    given: Mapping[str, list[str]], names: Iterable[str], errors: list[Json]
) -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for name in names:
        if name not in given:
            continue
        text = given[name][0]
        if text in _TRUE or text in _FALSE:
            flags[name] = text in _TRUE
        else:
            errors.append(field_error(name, "Not a valid boolean."))
    return flags
