"""What the server says: answers, and errors with the bodies that InvenioRDM gives them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

RDM_JSON = "application/vnd.inveniordm.v1+json"
ZENODO_JSON = "application/vnd.zenodo.v1+json"
JSON = "application/json"


def field_error(field: str, *messages: str) -> Json:
    """One entry of an answer's ``errors``."""
    return {"field": field, "messages": list(messages)}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    Args:
        status: The status code.
        body: JSON (a dict or list), text, bytes, a stream of bytes, or None for no body.
        headers: Header fields beside Content-Type and Content-Length.
        media_type: The Content-Type; that of JSON if None.
        terse: JSON in alphabetical order and without blanks, as the real server's web framework
            itself writes it.
    """

    status: int = 200
    body: Json | list[Any] | str | bytes | AsyncIterable[bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    terse: bool = False


class ApiError(Exception):
    """A refusal, with the body that the real server sends.

    Args:
        status: The status code.
        message: The ``message`` of the body.
        errors: The ``errors`` of the body, if it has any.
        more: Further keys of the body, for example ``tombstone``.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: Iterable[Json] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.errors = None if errors is None else list(errors)
        self.more = dict(more or {})

    def body(self) -> Json:
        """The body of the answer."""
        body: Json = {"status": self.status, "message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return body | self.more

    def answer(self) -> Answer:
        """The answer that tells it."""
        return Answer(self.status, self.body())


class FrameworkError(ApiError):
    """A refusal that comes from the real server's web framework, which words it in its own way."""

    def answer(self) -> Answer:
        """The answer that tells it."""
        return Answer(self.status, {"message": self.message, "status": self.status}, terse=True)


def invalid(errors: Iterable[Json]) -> ApiError:
    """400 with a list of what is wrong in which field."""
    return ApiError(400, "A validation error occurred.", errors)


def denied() -> ApiError:
    """403, also for those who did not say who they are."""
    return ApiError(403, "Permission denied.")


def unknown_pid() -> ApiError:
    """404 for an id that no draft or record has."""
    return ApiError(404, "The persistent identifier does not exist.")


def internal() -> ApiError:
    """500, where the real server stumbles."""
    return FrameworkError(
        500,
        "The server encountered an internal error and was unable to complete your request. Either"
        " the server is overloaded or there is an error in the application.",
    )
