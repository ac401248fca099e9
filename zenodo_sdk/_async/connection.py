"""The HTTP library's pool, addresses, answers and failures, in words of ours."""

from __future__ import annotations

import datetime as dt
import logging

import httpx

from ..errors import NoAnswer, TimedOut
from ..wire.call import Answer, Call
from ..wire.sharing import PARAMETER, ShareToken, hidden

# Below the 5 s after which Zenodo's gateway drops idle connections: a request must not be
# written into one that is just being closed, for then nobody knows whether it landed.
_KEEP_ALIVE = 4.0


class AsyncConnection:
    """A connection pool that several clients may share."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        self._owned = http_client is None
        self.http = http_client or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=20, keepalive_expiry=_KEEP_ALIVE),
            # a proxy that leads out of an institute does not lead back to this machine
            mounts=dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]")),
        )

    async def close(self) -> None:
        """Close the pool, unless the caller brought it."""
        if self._owned:
            await self.http.aclose()


class SharedUrl(httpx.URL):
    """An address with the token of a share link, which shows itself without it.

    The HTTP library logs every address at INFO, and so do programs that watch it.
    """

    def __init__(self, url: httpx.URL, share: ShareToken) -> None:
        super().__init__(url.copy_merge_params({PARAMETER: share.token}))
        self.share = share
        for part in ("http11", "http2"):
            # these log the headers of answers, and a server may repeat it in a Location
            logging.getLogger(f"httpcore.{part}").addFilter(_hide)

    def __str__(self) -> str:
        return hidden(super().__str__())

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


def _hide(record: logging.LogRecord) -> bool:
    record.msg, record.args = hidden(record.getMessage()), None
    return True


def head_of(response: httpx.Response, content: bytes = b"") -> Answer:
    """Tell what was answered, without the token of a share link.

    Args:
        response: The answer.
        content: Its body, if it was read.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    if isinstance(url := response.request.url, SharedUrl) and "location" in headers:
        # added again where the way leads to the repository itself
        headers["location"] = url.share.removed_from(headers["location"])
    return Answer(response.status_code, headers, content, dt.datetime.now(dt.UTC))


async def read_to_end(call: Call, host: str, response: httpx.Response) -> Answer:
    """Read an answer to its end.

    Args:
        call: What was asked.
        host: Who was asked.
        response: The answer.

    Raises:
        NoAnswer: It broke off.
    """
    try:
        return head_of(response, _scrubbed(response, await response.aread()))
    except httpx.RequestError as error:
        failure = no_answer(call, host, error)
    finally:
        await response.aclose()
    # Raised here and not above: the error it came from holds the request, and that the token.
    raise failure


def no_answer(call: Call, host: str, error: httpx.RequestError | httpx.InvalidURL) -> NoAnswer:
    """Tell what kept an answer from coming.

    Args:
        call: What was asked.
        host: Who was asked.
        error: What the HTTP library says.
    """
    kind = TimedOut if isinstance(error, httpx.TimeoutException) else NoAnswer
    reached = not isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    )
    why = str(error) or type(error).__name__
    told = (
        f"the connection to {host} failed before its answer ({why})"
        if reached
        else f"{host} could not be reached ({why}); check the address and the network"
    )
    return kind(
        f"{call.method} {call.path}: {told}",
        method=call.method,
        path=call.path,
        may_have_landed=reached,
    )


def _scrubbed(response: httpx.Response, content: bytes) -> bytes:
    """Take tokens out of an answer: a debugging page may show the whole request.

    A record that was asked for with a share link also shows that link, in its ``ui`` part: it
    invites to log in and come back.
    """
    if isinstance(url := response.request.url, SharedUrl):
        content = url.share.scrubbed(content)
    token = response.request.headers.get("Authorization", "").partition(" ")[2].encode()
    return content.replace(token, b"***") if token and response.is_error else content
