"""A server to send requests to, with its accounts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.truth.script import Answer, Request


@dataclass(frozen=True)
class Server:
    """A server with its accounts: the tokens and the user ids by name."""

    url: str
    tokens: Mapping[str, str] = field(repr=False)
    users: Mapping[str, str]

    @classmethod
    def at(cls, url: str, tokens: Mapping[str, str]) -> Server:
        """Ask the server who its users are."""
        bare = cls(url.rstrip("/"), tokens, {})
        users = {}
        for name in tokens:
            answer = bare.send(Request(name, "GET", "/api/me"))[0]
            users[str(answer["id"])] = name
        return cls(bare.url, tokens, users)

    def send(self, request: Request) -> tuple[Answer, bytes]:
        """Send a request as it is; return the answer, and its body as bytes."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        headers = dict(request.headers)
        if token := self.tokens.get(request.who):
            headers.setdefault("Authorization", f"Bearer {token}")
        try:
            connection.request(
                request.method, request.path.removeprefix(self.url), request.body, headers
            )
            came = connection.getresponse()
            content = came.read()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in came.getheaders()}
        return Answer(came.status, received, _parse(received, content)), content


def _parse(headers: Mapping[str, str], content: bytes) -> Any:
    if "json" not in headers.get("content-type", ""):
        return None
    try:
        return json.loads(content)
    except ValueError:
        return None
