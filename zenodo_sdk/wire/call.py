"""A request and its answer as plain values, so that everything about them can be decided purely."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue

ACCEPT_RDM = "application/vnd.inveniordm.v1+json, application/json;q=0.9, */*;q=0.1"
"""Right on every endpoint: the file endpoints know only ``application/json``, and records would
answer that with another dialect on Zenodo."""

ACCEPT_PLAIN = "application/json"
"""Each endpoint's own dialect, which can show records that the other one fails at."""

ACCEPT_CONTENT = "*/*"
JSON = "application/json"
OCTETS = "application/octet-stream"

Query = tuple[tuple[str, str], ...]


class Repeat(enum.Enum):
    """Whether a call may be sent once more when nobody knows what became of it."""

    SAFE = "safe"
    """It changes nothing, or changing it twice is changing it once."""
    NEVER = "never"
    """It may have landed; only reading can tell."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API.

    Attributes:
        method: HTTP method.
        path: Path from the host's root, percent-encoded.
        query: Query pairs, not yet encoded.
        body: JSON body; None sends none.
        headers: Headers of this call alone.
        repeat: Whether it may be repeated when its outcome is unknown.
        accept: The ``Accept`` header.
        family: Which rate limit it counts against on the server.
        if_crashed: What a 500 to this call may mean, and what to do then.
    """

    method: str
    path: str
    query: Query = ()
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    repeat: Repeat = Repeat.NEVER
    accept: str = ACCEPT_RDM
    family: str = "api"
    if_crashed: str = ""

    def encoded(self) -> bytes | None:
        """The body as bytes."""
        return None if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API, read to its end.

    Attributes:
        status: HTTP status.
        headers: Headers, names in lower case.
        content: Body.
        received: When it came, by this machine's clock (UTC).
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    received: dt.datetime | None = None

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def document(self) -> dict[str, JsonValue] | None:
        """The body as a JSON object, or None where it is none."""
        value = self.json()
        return value if isinstance(value, dict) else None

    def json(self) -> JsonValue:
        """The body as JSON, or None where it is none."""
        if not self.content or not (self.media_type == JSON or self.media_type.endswith("+json")):
            return None
        try:
            return cast("JsonValue", json.loads(self.content))
        except ValueError:
            return None
