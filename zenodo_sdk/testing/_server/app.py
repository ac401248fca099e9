"""The ASGI application: routes to handlers, and what they answer to HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as StarletteRoute

from . import accounts, drafts, exports, files, publication, records
from .answers import JSON, Answer, ApiError
from .context import MEBIBYTE, Context, Handler, Route, Streaming, World
from .limits import Meter, TooMany

_log = logging.getLogger("zenodo_sdk.testing")

_BODY_LIMIT = 100 * MEBIBYTE
_NO_ROUTE = (
    "The requested URL was not found on the server. If you entered the URL manually please check"
    " your spelling and try again."
)
_NO_METHOD = "The method is not allowed for the requested URL."
_INTERNAL = (
    "The server encountered an internal error and was unable to complete your request. Either the"
    " server is overloaded or there is an error in the application."
)
_TOO_LARGE = "The data value transmitted exceeds the capacity limit."

_ROUTES: list[Route] = [
    *records.ROUTES,
    *drafts.ROUTES,
    *publication.ROUTES,
    *files.ROUTES,
    *accounts.ROUTES,
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
    return Starlette(
        routes=[
            StarletteRoute(path, _endpoint(world, meter, methods), methods=_ALL)
            for path, methods in by_path.items()
        ],
        exception_handlers={HTTPException: _http_error},  # type: ignore[dict-item]
    )


_ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _endpoint(
    world: World, meter: Callable[[], Meter | None], methods: dict[str, Route]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            route = methods.get("GET" if request.method == "HEAD" else request.method)
            if route is None:
                return _without_handler(request, methods)
            counter = meter()
            if counter is not None:
                headers = _count(counter, world, request)
            answer = await _answer(world, route, request)
        except TooMany as refusal:
            headers = refusal.headers
            answer = Answer(refusal.status, refusal.body())
        except ApiError as refusal:
            answer = Answer(refusal.status, refusal.body())
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            _log.exception("%s %s failed", request.method, request.url.path)
            answer = Answer(500, {"status": 500, "message": _INTERNAL})
        return _respond(answer, headers)

    return endpoint


async def _answer(world: World, route: Route, request: Request) -> Answer:
    offers = route.offers or exports.offered(world.profile)
    accepted = exports.negotiate(request.headers.get("accept"), list(offers), offers[0])
    ctx = Context(
        world=world,
        user=accounts.user_of(world.store, request.headers.get("authorization", "")),
        base=f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}",
        path=request.url.path,
        params=request.path_params,
        query=request.query_params.multi_items(),
        headers=dict(request.headers),
        accepted=accepted,
    )
    if route.streams:
        ctx.stream = request.stream
        return await cast("Streaming", route.handler)(ctx)
    ctx.body = await _body(request)
    with world.store.transaction():
        return cast("Handler", route.handler)(ctx)


async def _body(request: Request) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > _BODY_LIMIT:
            raise ApiError(413, _TOO_LARGE)
        pieces.append(piece)
    return b"".join(pieces)


def _count(meter: Meter, world: World, request: Request) -> dict[str, str]:
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


def _without_handler(request: Request, methods: Iterable[str]) -> Response:
    allowed = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    if request.method == "OPTIONS":
        return Response(headers={"Allow": ", ".join(sorted(allowed))}, media_type="text/html")
    return _respond(Answer(405, {"message": _NO_METHOD, "status": 405}), {})


def _http_error(request: Request, error: HTTPException) -> Response:
    return _respond(Answer(404, {"message": _NO_ROUTE, "status": 404}), {})


def _respond(answer: Answer, headers: dict[str, str]) -> Response:
    body, media_type = answer.body, answer.media_type or JSON
    fields = {**answer.headers, **headers}
    if body is None:
        return Response(status_code=answer.status, headers=fields)
    if isinstance(body, bytes | str):
        response = Response(body, answer.status, fields)
    elif isinstance(body, dict | list):
        response = Response(_encode(body), answer.status, fields)
    else:
        response = StreamingResponse(body, answer.status, fields)
    response.headers["content-type"] = media_type
    return response


def _encode(body: Any) -> bytes:
    return json.dumps(body).encode()
