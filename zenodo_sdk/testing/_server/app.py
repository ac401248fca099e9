"""The ASGI application: routes to handlers, and what they answer to HTTP."""

from __future__ import annotations

import codecs
import json
import logging
import re
import string
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from . import (
    access_grants,
    access_links,
    access_requests,
    accounts,
    communities,
    drafts,
    exports,
    files,
    inclusion,
    lifecycle,
    media_files,
    members,
    people,
    publication,
    records,
    request_actions,
    submission,
    terms,
    timeline,
)
from .answers import JSON, Answer, ApiError, FrameworkError, internal
from .bodies import no_method, no_route
from .clock import telling
from .context import MEBIBYTE, Context, Handler, Route, Streaming, World
from .limits import Meter, TooMany

_log = logging.getLogger("zenodo_sdk.testing")

_BODY_LIMIT = 100 * MEBIBYTE
_NO_BODY = "text/html; charset=utf-8"
_TOO_LARGE = "The data value transmitted exceeds the capacity limit."

_ROUTES: list[Route] = [
    *records.ROUTES,
    *drafts.ROUTES,
    *publication.ROUTES,
    *files.ROUTES,
    *media_files.ROUTES,
    *accounts.ROUTES,
    *communities.ROUTES,
    *members.ROUTES,
    *inclusion.ROUTES,
    *submission.ROUTES,
    *request_actions.ROUTES,
    *timeline.ROUTES,
    *access_links.ROUTES,
    *access_grants.ROUTES,
    *access_requests.ROUTES,
    *lifecycle.ROUTES,
    *terms.ROUTES,
    *people.ROUTES,
]


def make_app(world: World, meter: Callable[[], Meter | None]) -> Starlette:
    """The application.

    Args:
        world: What it serves.
        meter: Gives what counts requests now; None while nothing is limited.
    """
    by_path: dict[str, dict[str, Route]] = {}
    for route in _ROUTES:
        if not route.zenodo_only or world.profile.name == "zenodo":
            by_path.setdefault(route.path, {})[route.method] = route
    app = Starlette(
        routes=[
            StarletteRoute(path, _endpoint(world, meter, methods), methods=list(methods))
            for path, methods in by_path.items()
        ],
        exception_handlers={HTTPException: _unrouted(world, meter)},
        middleware=[Middleware(_OneSlash)],
    )
    app.router.redirect_slashes = False
    return app


_STAY_ESCAPED = "zenodo_sdk.stay_escaped"
_IN_QUERY = frozenset(string.ascii_letters + string.digits + "_.-=&;:%+~,*@!()/?'$")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLASHES = re.compile("^/api//+")
_ROUTERS_REDIRECT = 308


class _OneSlash:
    """Several slashes after ``/api`` are as good as one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": _SLASHES.sub("/api/", scope["path"])}
        await self._app(scope, receive, send)


def _endpoint(
    world: World, meter: Callable[[], Meter | None], methods: dict[str, Route]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            route = methods["GET" if request.method == "HEAD" else request.method]
            query = _query(request)
            headers = _count(meter(), world, request)
            answer = await _answer(world, route, request, query)
            if answer.status == _ROUTERS_REDIRECT:
                headers = {}
        except TooMany as refusal:
            headers = refusal.headers
            answer = refusal.answer()
        except ApiError as refusal:
            answer = refusal.answer()
            if isinstance(refusal, FrameworkError) and refusal.status == 404:
                headers = {}  # the path did not lead to a handler at all
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            _log.exception("%s %s failed", request.method, request.url.path)
            answer = internal().answer()
        return _respond(answer, headers)

    return endpoint


async def _answer(
    world: World, route: Route, request: Request, query: list[tuple[str, str]]
) -> Answer:
    offers = exports.offered(world.profile.name) if route.offers is None else route.offers
    accept = request.headers.get("accept") if offers else None
    accepted = exports.negotiate(accept, list(offers), JSON)
    ctx = Context(
        world=world,
        user=accounts.user_of(world.store, request.headers.get("authorization", "")),
        base=f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}",
        path=request.url.path,
        asked=request.url.path + ("?" + request.url.query if request.url.query else ""),
        params=request.path_params,
        query=query,
        headers=dict(request.headers),
        accepted=accepted,
    )
    if route.streams:
        ctx.stream = request.stream
        answer = await cast("Streaming", route.handler)(ctx)
    else:
        ctx.body = await _body(request)
        with telling(world.now), world.store.transaction():
            answer = cast("Handler", route.handler)(ctx)
    told = (
        answer.media_type is not None or answer.terse or answer.body is None or answer.status >= 400
    )
    return answer if told else replace(answer, media_type=accepted)


def _query(request: Request) -> list[tuple[str, str]]:
    """The query arguments; bytes that are no UTF-8 stay escaped."""
    raw = request.scope["query_string"].decode("latin-1")
    if not set(raw) <= _IN_QUERY or _BROKEN_ESCAPE.search(raw):
        raise FrameworkError(400, "Error trying to decode a non urlencoded string.")
    return parse_qsl(raw, keep_blank_values=True, errors=_STAY_ESCAPED)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    part = error.object[error.start : error.end]
    return "".join(f"%{byte:02X}" for byte in part), error.end


codecs.register_error(_STAY_ESCAPED, _escaped)


async def _body(request: Request) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > _BODY_LIMIT:
            raise ApiError(413, _TOO_LARGE)
        pieces.append(piece)
    return b"".join(pieces)


def _count(meter: Meter | None, world: World, request: Request) -> dict[str, str]:
    if meter is None:
        return {}
    address = request.client.host if request.client else ""
    client = f"{request.headers.get('user-agent', '')} {address}"
    path = request.url.path
    searches = path == "/api/records" or (
        path.startswith("/api/communities/") and path.endswith("/records")
    )
    return meter.count(
        client,
        world.now().timestamp(),
        search=searches and request.method == "GET",
        known=accounts.user_of(world.store, request.headers.get("authorization", "")) is not None,
    )


def _unrouted(
    world: World, meter: Callable[[], Meter | None]
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        allowed = _allowed(request)
        if not allowed:
            return _respond(no_route().answer(), {})
        if request.method != "OPTIONS":
            return _respond(no_method().answer(), {})
        try:
            headers = _count(meter(), world, request)
        except TooMany as refusal:
            return _respond(refusal.answer(), refusal.headers)
        headers["Allow"] = ", ".join(sorted({*allowed, "OPTIONS"}))
        return Response(headers=headers, media_type="text/html")

    return answer


def _allowed(request: Request) -> set[str]:
    """The methods of all routes that have the path."""
    return {
        method
        for route in cast("Starlette", request.app).routes
        if isinstance(route, StarletteRoute) and route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    }


def _respond(answer: Answer, headers: dict[str, str]) -> Response:
    body, media_type = answer.body, answer.media_type or JSON
    fields = {**answer.headers, **headers}
    if body is None:
        kind = None if answer.status == 304 else answer.media_type or _NO_BODY
        return Response(None, answer.status, fields, kind)
    if isinstance(body, bytes | str):
        response = Response(body, answer.status, fields)
    elif isinstance(body, dict | list):
        response = Response(_encode(body, terse=answer.terse), answer.status, fields)
    else:
        response = StreamingResponse(body, answer.status, fields)
    response.headers["content-type"] = media_type
    return response


def _encode(body: Any, *, terse: bool) -> bytes:
    if terse:
        return json.dumps(body, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    return json.dumps(body).encode()
