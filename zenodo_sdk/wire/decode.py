"""What an error answer means, and what the user can do about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from ..errors import (
    BadRequest,
    Conflict,
    FieldError,
    Gone,
    NotFound,
    PermissionDenied,
    RateLimited,
    ResponseError,
    ServerError,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from ..models._paths import to_python_path
from .call import Answer, Call

_PAGE_EXCERPT = 300


def error_of(
    call: Call, answer: Answer, *, host: str, now: float, tried: Sequence[str] = ()
) -> ResponseError:
    """Make the error that an answer stands for.

    Args:
        call: What was asked.
        answer: An answer that is no success.
        host: Host that answered, for the message.
        now: Seconds since the epoch, to resolve dates in ``Retry-After``.
        tried: Where a token was looked for in vain; empty when one was sent.
    """
    error = _error_of(call, answer, host, tried)
    if answer.status in (429, 503):
        error.retry_after = retry_after(answer, now)
    return error


def _error_of(call: Call, answer: Answer, host: str, tried: Sequence[str]) -> ResponseError:
    document = answer.document()
    if document is None and is_page(answer):
        return _page(call, answer, host)
    said = _message(document) or _excerpt(answer)
    fields = tuple(field_errors(document))
    kind, advice = _meaning(answer.status, call)
    if tried and kind in (Unauthorized, PermissionDenied):
        advice = f"No token was sent. It was looked for in: {'; '.join(tried)}."
    text = f"{call.method} {call.path} on {host}: {answer.status}"
    if said:
        text += f" {said}"
    if advice:
        text += f"\n{advice}"
    error = kind(
        text,
        status=answer.status,
        server_message=said,
        field_errors=fields,
        method=call.method,
        path=call.path,
        request_id=answer.headers.get("x-request-id"),
    )
    if isinstance(error, Gone) and document is not None:
        tombstone = document.get("tombstone")
        error.tombstone = tombstone if isinstance(tombstone, dict) else None
    return error


def _meaning(status: int, call: Call) -> tuple[type[ResponseError], str]:
    match status:
        case 400:
            return BadRequest, "Correct what the server names and send it again."
        case 401:
            return Unauthorized, (
                "Give a token of this host: Client(token=…), zenodo_sdk.login(…) or the"
                " environment. client.whoami() tells whether the server knows it."
            )
        case 403:
            return PermissionDenied, (
                "Either this account may not do that, or the server does not know the token (it"
                " then treats the request as anonymous): client.whoami() tells which."
            )
        case 404:
            return NotFound, (
                "Either it is not there, or this account may not see it: client.whoami() tells"
                " whose token is used."
            )
        case 409 | 412:
            return Conflict, "It was changed elsewhere: refresh(), apply your change again, save()."
        case 410:
            return Gone, "It was deleted; .tombstone holds what the server still says of it."
        case 413:
            return TooLarge, "It is over the server's size limit: send less, or ask for more quota."
        case 429:
            return RateLimited, "Too many requests; wait as long as .retry_after says."
        case 406 | 415:
            return UnexpectedAnswer, "This server does not speak the InvenioRDM dialect here."
        case 500 if call.if_crashed:
            return ServerError, f"The server failed; trying again later may help. {call.if_crashed}"
        case _ if status >= 500:
            return ServerError, "The server failed; trying again later may help."
        case _ if status >= 400:
            return ResponseError, "The server does not accept this request."
        case _:
            return UnexpectedAnswer, f"No such answer to a {call.method} is known."


def _page(call: Call, answer: Answer, host: str) -> ResponseError:
    """A web page where the API was asked: a gateway, a block page, or no API at all."""
    kind: type[ResponseError] = UnexpectedAnswer
    match answer.status:
        case 403 | 429:
            why = (
                "the site's front end blocked this client. Set user_agent= so that it names you"
                " and a contact, and slow down."
            )
            kind = PermissionDenied if answer.status == 403 else RateLimited
        case 404:
            why = "nothing of the API is at that address. Is base_url a repository's root?"
            kind = NotFound
        case status if status >= 500:
            why = "the gateway before the server failed, or the site is under maintenance."
            kind = ServerError
        case 413:
            why = "the request is over the gateway's size limit."
            kind = TooLarge
        case _:
            why = "this is a web page, not the API. Is base_url a repository's root?"
    return kind(
        f"{call.method} {call.path} on {host}: {answer.status} with a web page: {why}",
        status=answer.status,
        server_message=_excerpt(answer),
        method=call.method,
        path=call.path,
        request_id=answer.headers.get("x-request-id"),
    )


def unexpected(call: Call, answer: Answer, *, host: str) -> ResponseError:
    """Make the error for a success that does not hold what a success holds."""
    if is_page(answer):
        return _page(call, answer, host)
    return UnexpectedAnswer(
        f"{call.method} {call.path} on {host}: {answer.status}, but its body is not the JSON"
        f" object that InvenioRDM answers: {_excerpt(answer) or 'nothing'}",
        status=answer.status,
        server_message=_excerpt(answer),
        method=call.method,
        path=call.path,
        request_id=answer.headers.get("x-request-id"),
    )


def is_page(answer: Answer) -> bool:
    """Whether the body is a web page, whatever its media type claims."""
    start = answer.content[:200].lstrip().lower()
    return (answer.media_type == "text/html" and bool(start)) or start.startswith(
        (b"<!doctype html", b"<html")
    )


def field_errors(document: dict[str, JsonValue] | None) -> Iterable[FieldError]:
    """Read what a body says of single fields, in any of the forms that InvenioRDM has.

    Each item has ``field`` and ``messages`` (a list), or the older ``message``; the whole may
    also be a mapping or a text.
    """
    errors = (document or {}).get("errors")
    if isinstance(errors, str):
        yield FieldError("", (errors,))
    elif isinstance(errors, dict):
        for name, told in errors.items():
            yield FieldError(to_python_path(name), tuple(_texts(told)))
    elif isinstance(errors, list):
        for item in errors:
            if isinstance(item, dict):
                field = item.get("field")
                messages = item.get("messages", item.get("message"))
                path = to_python_path(field) if isinstance(field, str) else ""
                yield FieldError(path, tuple(_texts(messages)))
            else:
                yield FieldError("", tuple(_texts(item)))


def _texts(value: JsonValue) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            for text in _texts(item):
                yield f"{key}: {text}"
    elif value is not None:
        yield str(value)


def _message(document: dict[str, JsonValue] | None) -> str:
    message = (document or {}).get("message")
    return message if isinstance(message, str) else ""


def _excerpt(answer: Answer) -> str:
    text = answer.content[:4000].decode("utf-8", "replace")
    if is_page(answer):
        text = re.sub(r"(?is)<(style|script)\b.*?(</\1>|$)|<[^>]*(>|$)", " ", text)
    # control characters would act on the terminal that shows the message
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:_PAGE_EXCERPT]


def retry_after(answer: Answer, now: float) -> float | None:
    """Read ``Retry-After``: seconds, or a date. Meaningful on 429 and 503 alone.

    InvenioRDM sends it on every answer.
    """
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]*)?", value):
        return max(0.0, float(value))
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    # "-0000" says UTC too, but is read as the time of no place
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, moment.timestamp() - now)
