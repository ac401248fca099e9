"""The routes of the vocabularies, and of affiliations, awards, funders, names and subjects."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from .answers import RDM_JSON, Answer, ApiError, Json, denied
from .bodies import redirect
from .context import FORMS, Context, Route
from .permissions import require_user
from .search import Kind, SearchArgs, SearchResult, Style, compile_query, envelope, parse_args
from .suggest import suggest_score
from .vocabularies import (
    GENERIC_SHORT_KEYS,
    OWN_ROUTE,
    REVISIONS,
    SHORT_KEYS,
    hit_answer,
    item_answer,
    ordered,
    short_answer,
)

_CREATED = "2026-01-01T00:00:00.000000+00:00"
"""All entries are as old as that."""

_NO_PID = "The persistent identifier does not exist."


def overview(ctx: Context) -> Answer:
    """GET /api/vocabularies/."""
    found = ctx.world.vocabularies.overview()
    if ctx.accepted == RDM_JSON:
        found = [{key: each[key] for key in GENERIC_SHORT_KEYS if key in each} for each in found]
    links = {"self": f"{ctx.base}/api/vocabularies/?facets=%7B%7D"}
    body: Json = {"hits": {"hits": found, "total": len(found)}, "links": links}
    return Answer(200, body, media_type=ctx.accepted)


def list_terms(ctx: Context) -> Answer:
    """GET /api/vocabularies/{type}."""
    kind = ctx.params["type"]
    if kind not in ctx.world.vocabularies.kinds:
        raise ApiError(404, "Not found.")
    return _list(ctx, kind, "vocabularies", f"/api/vocabularies/{kind}")


def read_term(ctx: Context) -> Answer:
    """GET /api/vocabularies/{type}/{id}."""
    return _item(ctx, ctx.params["type"], _NO_PID)


def list_kind(kind: str, ctx: Context) -> Answer:
    """GET /api/funders, for example."""
    if kind == "names":
        require_user(ctx)
    return _list(ctx, kind, cast("Kind", kind), f"/api/{kind}")


def read_kind(kind: str, ctx: Context) -> Answer:
    """GET /api/funders/{id}, for example."""
    if kind == "names":
        require_user(ctx)
    return _item(ctx, kind, _NO_PID if kind == "subjects" else "Not found.")


def read_name(ctx: Context) -> Answer:
    """GET /api/names/{scheme}/{identifier}: a name by what somebody else calls it."""
    require_user(ctx)
    wanted = {"scheme": ctx.params["scheme"], "identifier": ctx.params["identifier"]}
    names = ctx.world.vocabularies.all("names")
    item = next((each for each in names if wanted in each.get("identifiers", ())), None)
    if item is None:
        raise ApiError(404, _NO_PID)
    return _shown(ctx, "names", item)


def change(ctx: Context) -> Answer:
    """Only administrators write vocabularies."""
    raise denied()


def with_slash(ctx: Context) -> Answer:
    """GET /api/vocabularies: the list is elsewhere."""
    return redirect(f"{ctx.base}/api/vocabularies/", 308)


def licences(ctx: Context) -> Answer:
    """GET /api/licenses/, where Zenodo once had them."""
    return redirect("/api/vocabularies/licenses", 301)


def _item(ctx: Context, kind: str, missing: str) -> Answer:
    item = ctx.world.vocabularies.get(kind, ctx.params["id"])
    if item is None:
        raise ApiError(404, missing)
    return _shown(ctx, kind, item)


def _shown(ctx: Context, kind: str, item: Json) -> Answer:
    answer = item_answer(kind, item, ctx.base, _CREATED)
    body = short_answer(kind, answer) if ctx.accepted == RDM_JSON else answer
    return Answer(200, body, {"ETag": f'"{REVISIONS.get(kind, 1)}"'}, ctx.accepted)


def _list(ctx: Context, kind: str, searched: Kind, path: str) -> Answer:
    profile = ctx.world.profile
    args = parse_args(ctx.query, profile=profile, authenticated=ctx.user is not None, kind=searched)
    found = _matching(ctx, kind, args)
    aggregations: Json = {}
    if kind == "awards":
        chosen = args.facets.get("funders", ())
        aggregations = ctx.world.vocabularies.funders_facet(found, chosen)
        found = [each for each in found if not chosen or each["funder"]["id"] in chosen]
    start = (args.page - 1) * args.size
    page = found[start : start + args.size]
    hits = [hit_answer(kind, each, ctx.base, _CREATED) for each in page]
    short = ctx.accepted == RDM_JSON and (kind not in OWN_ROUTE or kind in SHORT_KEYS)
    if short:
        hits = [short_answer(kind, each) for each in hits]
    result = SearchResult(len(found), page, aggregations, args.sort)
    style: Style = "ui" if short else "plain"
    body = envelope(result, args, ctx.base + path, hits=hits, style=style)
    return Answer(200, body, media_type=ctx.accepted)


def _matching(ctx: Context, kind: str, args: SearchArgs) -> list[Json]:
    tag = args.texts.get("tags")
    items = [
        each for each in ctx.world.vocabularies.all(kind) if not tag or tag in each.get("tags", [])
    ]
    if not args.q and not args.suggest:
        return ordered(items, args.sort)
    score = _score(ctx, kind, args)
    scored = [(points, each) for each in items if (points := score(each)) > 0]
    if args.sort == "bestmatch":
        scored.sort(key=lambda one: one[0], reverse=True)
        return [each for _, each in scored]
    return ordered([each for _, each in scored], args.sort)


def _score(ctx: Context, kind: str, args: SearchArgs) -> Callable[[Json], float]:
    if args.suggest:
        text = args.suggest
        return lambda item: suggest_score(item, text, kind)
    profile = ctx.world.profile
    return compile_query(args.q, profile=profile, slug_to_uuid=lambda _slug: None, kind=args.kind)


_VOCABULARY = "/api/vocabularies/{type}"

ROUTES = [
    Route("GET", "/api/vocabularies", with_slash, FORMS),
    Route("GET", "/api/vocabularies/", overview, FORMS),
    Route("GET", _VOCABULARY, list_terms, FORMS),
    Route("POST", _VOCABULARY, change, FORMS),
    Route("GET", f"{_VOCABULARY}/{{id:path}}", read_term, FORMS),
    Route("PUT", f"{_VOCABULARY}/{{id:path}}", change, FORMS),
    Route("DELETE", f"{_VOCABULARY}/{{id:path}}", change),
    Route("GET", "/api/licenses/", licences, zenodo_only=True),
    Route("GET", "/api/names/{scheme}/{identifier}", read_name, FORMS),
    *(
        route
        for kind in OWN_ROUTE
        for route in (
            Route("GET", f"/api/{kind}", partial(list_kind, kind), FORMS),
            Route("POST", f"/api/{kind}", change, FORMS),
            Route("GET", f"/api/{kind}/{{id:path}}", partial(read_kind, kind), FORMS),
            Route("PUT", f"/api/{kind}/{{id:path}}", change, FORMS),
            Route("DELETE", f"/api/{kind}/{{id:path}}", change),
        )
    ),
]
