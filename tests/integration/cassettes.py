"""Recording and replaying what the real server said, without its secrets and its address."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import vcr
from vcr.request import Request

REPLAYED_URL = "https://rdm.example"

_KEPT_REQUEST_HEADERS = {"accept", "content-type", "content-length", "if-match"}
_KEPT_RESPONSE_HEADERS = {
    "content-type",
    "content-length",
    "date",
    "etag",
    "location",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
}


@contextmanager
def cassette(
    path: Path, *, record_from: str | None = None, tokens: tuple[str, ...] = ()
) -> Iterator[None]:
    """Play a cassette, or record one.

    Args:
        path: The cassette.
        record_from: The server to record; None plays, and nothing may reach a network. A
            scenario that asks nothing of the server has no cassette.
        tokens: Secrets that must not be written.
    """
    player = vcr.VCR(
        record_mode="none" if record_from is None else "all",
        match_on=("method", "host", "path", "query", "body"),
        before_record_request=lambda request: _clean_request(request, record_from, tokens),
        before_record_response=lambda response: _clean_response(response, record_from, tokens),
        decode_compressed_response=False,
    )
    with player.use_cassette(str(path)) as tape:
        yield
        if record_from is None:
            assert tape.all_played, f"{path.name} holds requests that were not made"


def _clean_request(request: Request, server: str | None, tokens: tuple[str, ...]) -> Request:
    headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() in _KEPT_REQUEST_HEADERS
    }
    body = request.body
    if server is not None:
        request = Request(request.method, request.uri.replace(server, REPLAYED_URL), body, headers)
        _refuse_secrets(f"{request.uri} {headers} {body!r}", tokens)
    else:
        request = Request(request.method, request.uri, body, headers)
    return request


def _clean_response(
    response: dict[str, Any], server: str | None, tokens: tuple[str, ...]
) -> dict[str, Any]:
    if server is None:
        return response
    headers = {
        name.lower(): values
        for name, values in response["headers"].items()
        if name.lower() in _KEPT_RESPONSE_HEADERS
    }
    body: bytes = response["body"]["string"] or b""
    if "gzip" in str(response["headers"].get("content-encoding", "")):
        body = gzip.decompress(body)
    body = body.replace(server.encode(), REPLAYED_URL.encode())
    if "location" in headers:
        headers["location"] = [value.replace(server, REPLAYED_URL) for value in headers["location"]]
    headers["content-length"] = [str(len(body))]
    _refuse_secrets(f"{headers} {body!r}", tokens)
    return {**response, "headers": headers, "body": {"string": body}}


def _refuse_secrets(text: str, tokens: tuple[str, ...]) -> None:
    if any(token in text for token in tokens):
        raise AssertionError("a token would have been recorded")
