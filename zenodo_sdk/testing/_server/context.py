"""A request under way, and the world it finds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .answers import JSON, RDM_JSON, Answer, ApiError, internal
from .clock import utc_now
from .profiles import Profile
from .state import User
from .store import Store
from .vocabularies import Vocabularies

MEBIBYTE = 1024 * 1024
FORMS = (JSON, RDM_JSON)
"""What most routes offer; a refusal names them in this order."""
RDM_FORMS = (RDM_JSON, JSON)
"""The same, as other routes name them."""
RECORD_FORMS = None
"""What a route offers that shows records: the forms depend on the profile."""


@dataclass
class World:
    """What all requests share.

    Args:
        store: Users, drafts, records, files ….
        profile: What kind of repository it imitates.
        vocabularies: Licences, resource types ….
        quota: The largest total of files of a record, in bytes.
        now: The clock, in UTC.
        ranges: Contents are handed to a web server that gives parts of them.
    """

    store: Store
    profile: Profile
    vocabularies: Vocabularies
    quota: int = 50_000_000_000
    now: Callable[[], datetime] = utc_now
    ranges: bool = False

    def timestamp(self) -> str:
        """The time now, as the server writes it."""
        return self.now().isoformat(timespec="microseconds")


@dataclass
class Context:
    """One request.

    Args:
        world: What all requests share.
        user: Whose token it carries; None for a guest.
        base: Scheme and host that the client used; links start with it.
        path: The path, decoded.
        asked: The path and the query arguments, as sent.
        params: What the route found in the path.
        query: The query arguments, in order.
        headers: The header fields, by lower-case name.
        body: The whole body; empty where the route streams.
        accepted: The media type that the answer will have.
        stream: The body in pieces, where the route streams.
    """

    world: World
    user: User | None
    base: str
    path: str
    asked: str
    params: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = b""
    accepted: str = JSON
    stream: Callable[[], AsyncIterator[bytes]] | None = field(default=None, repr=False)

    @property
    def store(self) -> Store:
        """Users, drafts, records, files …."""
        return self.world.store

    def argument(self, name: str) -> str | None:
        """The first query argument of that name."""
        return next((value for key, value in self.query if key == name), None)

    def json(self, *others: str) -> Any:
        """The body as JSON; None if there is none.

        Args:
            others: What else a refusal says that might be sent.

        Raises:
            ApiError: 415 for another Content-Type, 400 for what is no JSON.
        """
        content_type = self.headers.get("content-type") or JSON
        if content_type != JSON:
            raise unsupported_type(JSON, *others)
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            raise ApiError(400, "Unable to decode JSON data in request body.") from None
        except RecursionError:
            raise internal() from None


def unsupported_type(*expected: str) -> ApiError:
    """415, with what would have been right."""
    names = ", ".join(expected)
    return ApiError(415, f"Invalid 'Content-Type' header. Expected one of: {names}")


Handler = Callable[[Context], Answer]
Streaming = Callable[[Context], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """One method of one path.

    Args:
        method: The HTTP method.
        path: The path, with ``{id}`` for a segment and ``{key:path}`` for several.
        handler: What answers.
        offers: The media types it can answer with, JSON unless another is asked for; None for all
            the forms of a record, and none at all where nobody looks at what is asked for.
        streams: The handler reads the body itself, in pieces.
        zenodo_only: Only Zenodo has it.
    """

    method: str
    path: str
    handler: Handler | Streaming
    offers: tuple[str, ...] | None = (JSON,)
    streams: bool = False
    zenodo_only: bool = False
