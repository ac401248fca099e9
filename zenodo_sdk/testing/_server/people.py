"""Accounts as others see them, groups, and how often something was seen."""

from __future__ import annotations

from typing import Any, cast

from .answers import JSON, Answer, ApiError, FrameworkError, Json, denied, internal
from .context import FORMS, Context, Route
from .permissions import require_user
from .search import envelope, parse_args, search
from .state import User

_BAD_STATS = (
    'Invalid Input. It should be of the form { STATISTIC_NAME: { "stat": STAT_TYPE, "params":'
    " STAT_PARAMS }}"
)
_NO_JSON = (
    "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
)
_VIEWS: Json = {"views": 0.0, "unique_views": 0.0}
_DOWNLOADS: Json = {"downloads": 0.0, "unique_downloads": 0.0, "data_volume": 0.0}
_STATS: dict[str, tuple[str, Json]] = {
    "record-view": ("recid", _VIEWS),
    "record-download": ("recid", _DOWNLOADS),
    "record-view-all-versions": ("parent_recid", _VIEWS),
    "record-download-all-versions": ("parent_recid", _DOWNLOADS),
}


def search_users(ctx: Context) -> Answer:
    """GET /api/users: nobody is found where accounts are hidden unless their owners show them."""
    require_user(ctx)
    args = parse_args(ctx.query, profile=ctx.world.profile, authenticated=True, kind="users")
    people = ctx.store.all(User) if ctx.world.profile.public_people else []
    found = search([account(ctx, each) for each in people], args, slug_to_uuid=lambda _: None)
    body = envelope(found, args, ctx.base + ctx.path, style="requests")
    return Answer(200, body, media_type=ctx.accepted)


def read_user(ctx: Context) -> Answer:
    """GET /api/users/{id}: all about oneself, little about others."""
    if not ctx.params["id"].isdigit():
        raise internal()
    user = ctx.store.find(User, ctx.params["id"])
    if user is None or ctx.user is None:
        return Answer(404, {"status": 404, "message": None})
    return Answer(200, account(ctx, user), media_type=ctx.accepted)


def account(ctx: Context, user: User) -> Json:
    """An account, as the person behind the request sees it."""
    own = ctx.user is not None and ctx.user.id == user.id
    made: Json = {"id": user.id}
    if own:
        made |= {"created": user.created, "updated": user.created}
    made["links"] = account_links(ctx, user)
    made |= _private(user) if own else {"is_current_user": False}
    made |= {"identities": {}, "username": username(user), "profile": account_profile(user)}
    if own:
        made["preferences"] = {
            "visibility": "public",
            "email_visibility": "restricted",
            "locale": "en",
            "timezone": "UTC",
            "notifications": {"enabled": True},
        }
    return made


def account_links(ctx: Context, user: User) -> Json:
    """The links of an account."""
    api = f"{ctx.base}/api/users/{user.id}"
    return {
        "self": api,
        "avatar": f"{api}/avatar.svg",
        "records_html": f"{ctx.base}/search?q=parent.access.owned_by.user:{user.id}",
    }


def account_profile(user: User) -> Json:
    """What the owner of an account tells of themselves."""
    return {"full_name": user.name, "affiliations": user.affiliation}


def username(user: User) -> str:
    """The name that an account goes by."""
    return user.email.partition("@")[0]


def search_groups(ctx: Context) -> Answer:
    """GET /api/groups: there are none."""
    require_user(ctx)
    if not ctx.world.profile.groups:
        raise denied()
    body: Json = {
        "hits": {"hits": [], "total": 0},
        "aggregations": {"is_managed": {"buckets": [], "label": "Management state"}},
        "sortBy": "name",
        "links": {"self": f"{ctx.base}/api/groups?page=1&size=20&sort=name"},
    }
    return Answer(200, body, media_type=ctx.accepted)


def no_oai_sets(ctx: Context) -> Answer:
    """GET /api/oaipmh/sets: for administrators."""
    raise denied()


def stats(ctx: Context) -> Answer:
    """POST /api/stats: nothing is counted here."""
    if ctx.headers.get("content-type") != JSON:
        raise FrameworkError(415, _NO_JSON)
    asked = ctx.json()
    if asked is None:
        text = "The browser (or proxy) sent a request that this server could not understand."
        raise FrameworkError(400, text)
    if not isinstance(asked, dict):
        raise internal()
    found = {name: _stat(ctx, each) for name, each in cast("Json", asked).items()}
    return Answer(200, found, terse=True)


def _stat(ctx: Context, asked: Any) -> Json:
    if not isinstance(asked, dict):
        raise ApiError(400, _BAD_STATS)
    wanted = cast("Json", asked)
    if "stat" not in wanted or wanted.keys() - {"stat", "params"}:
        raise ApiError(400, _BAD_STATS)
    name = str(wanted["stat"])
    if name not in _STATS:
        raise ApiError(400, f"Unknown statistic '{name}'")
    if not ctx.world.profile.open_stats:
        text = f'You do not have a permission to query the statistic "{name}" with those parameters'
        raise FrameworkError(401 if ctx.user is None else 403, text)
    parameter, counts = _STATS[name]
    if parameter not in (wanted.get("params") or {}):
        raise ApiError(400, _BAD_STATS)
    return dict(counts)


def _private(user: User) -> Json:
    return {
        "revision_id": 0,
        "active": True,
        "confirmed": True,
        "blocked": False,
        "verified": True,
        "is_current_user": True,
        "email": user.email,
        "domain": user.email.rpartition("@")[2],
    }


ROUTES = [
    Route("GET", "/api/users", search_users, FORMS),
    Route("GET", "/api/users/{id}", read_user, FORMS),
    Route("GET", "/api/groups", search_groups, FORMS),
    Route("GET", "/api/oaipmh/sets", no_oai_sets, FORMS),
    Route("POST", "/api/stats", stats),
]
