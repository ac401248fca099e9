"""Sending calls: the one module that knows the HTTP library."""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import httpx

from ..credentials import Lookup, find_token
from ..errors import (
    ConfigurationError,
    NoAnswer,
    RateLimited,
    Refused,
    ResponseError,
    TimedOut,
)
from ..flows._steps import Flow, Pause, Reply, Step
from ..ledger import ledger_of
from ..pacing import pace_of
from ..retry import Failure, wait_before_next
from ..settings import Settings
from ..transfer.progress import FileReporter
from ..transfer.upload.source import BLOCK, Source
from ..wire import decode
from ..wire.call import JSON, OCTETS, Answer, Call
from ..wire.origin import Origin
from ..wire.redirects import REDIRECTS, Target
from ..wire.sharing import PARAMETER, ShareToken, hidden
from . import _runtime

T = TypeVar("T")

_log = logging.getLogger("zenodo_sdk")

# Below the 5 s after which Zenodo's gateway drops idle connections: a request must not be
# written into one that is just being closed, for then nobody knows whether it landed.
_KEEP_ALIVE = 4.0

_GATHERED = 1 << 18
"""Bytes of a content to hand over at a time at most; each time costs a change of threads."""

_ENOUGH = 1 << 16
"""Bytes that are handed over when :data:`_SLOW` has passed: it is slow connections of which there
are many, and what they hold is the memory that a download takes."""

_SLOW = 0.005
_GATHERING = 0.25
"""Seconds after which it is handed over however little it is, so that nothing seems to stand."""


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


@dataclass(frozen=True, slots=True)
class AsyncContent:
    """The content of a file on its way.

    Attributes:
        answer: Status and headers.
        groups: The content, as it came: a quarter of a megabyte at a time, never copied together.
    """

    answer: Answer
    groups: AsyncIterator[list[bytes]]

    @property
    async def blocks(self) -> AsyncIterator[bytes]:
        """The content in blocks of bytes."""
        async for group in self.groups:
            yield b"".join(group)


class AsyncSteps(Protocol):
    """Does those steps of a flow that are no calls and no pauses."""

    async def do(self, step: Step) -> Reply:
        """Do a step."""
        ...


class AsyncTransport:
    """Sends calls with the token, in the budget, and again where that is safe."""

    def __init__(self, settings: Settings, connection: AsyncConnection) -> None:
        self.settings = settings
        self.connection = connection
        self.ledger = ledger_of(settings.base_url)
        self.pace = pace_of(settings.base_url)
        self.share: ShareToken | None = None
        self._lookup: Lookup | None = None
        self._lookup_lock = _runtime.Lock()

    # --- one call -------------------------------------------------------------

    async def send(self, call: Call) -> Answer:
        """Send a call and read its answer.

        Args:
            call: What to ask.

        Raises:
            ResponseError: The server answered with an error.
            NoAnswer: It did not answer.
        """
        return await self._repeat(call, None, None)

    async def send_content(self, call: Call, source: Source, report: FileReporter) -> Answer:
        """Send a file's content.

        Args:
            call: Where to.
            source: The content.
            report: Told after each block.
        """
        return await self._repeat(call, source, report)

    @asynccontextmanager
    async def receive(self, call: Call) -> AsyncGenerator[AsyncContent, None]:
        """Open a file's content for reading; what goes wrong while reading is a NoAnswer.

        Args:
            call: What to ask.
        """
        response = await self._open(call)
        groups = self._groups(call, response)
        try:
            yield AsyncContent(_answer(response, b""), groups)
        finally:
            await groups.aclose()
            await response.aclose()

    async def _groups(
        self, call: Call, response: httpx.Response
    ) -> AsyncGenerator[list[bytes], None]:
        # the HTTP library looks here before each read: the wait for the head may be long
        response.request.extensions["timeout"]["read"] = self.settings.timeouts.stall
        failure: NoAnswer | None = None
        group: list[bytes] = []
        size, began = 0, time.monotonic()
        try:
            if "content-encoding" in response.headers:
                async for block in response.aiter_bytes(BLOCK):
                    yield [block]
                return
            # aiter_bytes() copies every byte several times to cut blocks of one size
            async for piece in response.aiter_raw():
                group.append(piece)
                size += len(piece)
                now = time.monotonic()
                if size >= _GATHERED or now - began > (_SLOW if size >= _ENOUGH else _GATHERING):
                    yield group
                    group, size, began = [], 0, now
        except httpx.RequestError as error:
            failure = self._no_answer(call, error)
        if group:
            # also what came before it broke
            yield group
        if failure is not None:
            raise failure

    async def _open(self, call: Call) -> httpx.Response:
        attempt = 0
        while True:
            attempt += 1
            failure: NoAnswer | ResponseError
            try:
                response = await self._once(call, None, None)
                answer = _answer(response, b"")
                if answer.status in (200, 206) and answer.media_type != "text/html":
                    return response
                failure = self._error(call, await self._read(call, response))
            except NoAnswer as error:
                failure = error
            await self._wait_or_raise(call, failure, attempt)

    async def _repeat(
        self, call: Call, source: Source | None, report: FileReporter | None
    ) -> Answer:
        attempt = 0
        while True:
            attempt += 1
            failure: NoAnswer | ResponseError
            try:
                response = await self._once(call, source, report)
                answer = await self._read(call, response)
                if 200 <= answer.status < 300:
                    if answer.content and answer.json() is None:
                        raise decode.unexpected(call, answer, host=self.settings.host)
                    return answer
                failure = self._error(call, answer)
            except NoAnswer as error:
                failure = error
            if source is not None and source.is_spent:
                raise failure
            await self._wait_or_raise(call, failure, attempt)

    async def _read(self, call: Call, response: httpx.Response) -> Answer:
        """Read an answer to its end."""
        try:
            return _answer(response, _scrubbed(response, await response.aread()))
        except httpx.RequestError as error:
            failure = self._no_answer(call, error)
        finally:
            await response.aclose()
        raise failure

    async def _once(
        self, call: Call, source: Source | None, report: FileReporter | None
    ) -> httpx.Response:
        """Send a request once, following redirects; the body is not read yet."""
        target = Target(self.settings.base_url + call.path, with_token=True)
        while True:
            await self._keep_budget(call)
            request, blocks = await self._request(call, target, source, report)
            started = time.monotonic()
            response = await self._exchange(call, request, blocks)
            _log.debug(
                "%s %s -> %d in %.0f ms",
                call.method,
                call.path,
                response.status_code,
                (time.monotonic() - started) * 1000,
            )
            answer = _answer(response, b"")
            self.pace.budget.note(call.family, answer.headers, time.monotonic(), time.time())
            if answer.status not in REDIRECTS:
                return response
            await response.aclose()
            target = target.follow(call, answer, self.settings.base_url)

    async def _request(
        self, call: Call, target: Target, source: Source | None, report: FileReporter | None
    ) -> tuple[httpx.Request, Generator[bytes, None, None] | None]:
        headers = {
            "User-Agent": self.settings.user_agent,
            "Accept": call.accept,
            "Accept-Encoding": "gzip, deflate",
            **call.headers,
        }
        blocks = None
        if source is not None:
            headers |= {"Content-Type": OCTETS, "Content-Length": str(source.size)}
            blocks = source.blocks(report)
        elif call.body is not None:
            headers["Content-Type"] = JSON
        limits = self.settings.timeouts
        timeout = httpx.Timeout(
            connect=limits.connect, read=limits.read, write=limits.write, pool=None
        )
        try:
            # Built here and not by the client: a client's own headers, cookies and .netrc must
            # not mix with ours, and no cookie the server sets may come back to it.
            request = httpx.Request(
                call.method,
                target.url,
                params=call.query if target.hops == 0 and call.query else None,
                headers=headers,
                content=call.encoded() if blocks is None else _runtime.stream(blocks),
                extensions={"timeout": timeout.as_dict()},
            )
        except httpx.InvalidURL as error:
            raise ConfigurationError(f"{target.url} is no web address: {error}") from None
        if target.with_token and (token := (await self.token()).token) is not None:
            self._refuse_open_channel()
            # nowhere else, so that no variable of ours shows it in a traceback with locals
            request.headers["Authorization"] = f"Bearer {token.value}"
        if target.with_token and self.share is not None:
            self._refuse_open_channel()
            request.url = _SharedUrl(request.url, self.share)
        return request, blocks

    async def _exchange(
        self, call: Call, request: httpx.Request, blocks: Generator[bytes, None, None] | None
    ) -> httpx.Response:
        if self.connection.http.is_closed:
            raise Refused("the client is closed; make another")
        try:
            return await self.connection.http.send(
                request, auth=None, stream=True, follow_redirects=False
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:  # the latter of a Location
            failure = self._no_answer(call, error)
        finally:
            if blocks is not None:
                blocks.close()
        # Raised here and not above, as everywhere: the error it came from holds the request,
        # and that the token.
        raise failure

    def _refuse_open_channel(self) -> None:
        base_url = self.settings.base_url
        if not Origin.of(base_url).is_private_channel:
            raise ConfigurationError(
                f"a token is not sent to {base_url}: without https anyone on the way could read"
                " it. Use the https:// address, or token='' to read public records."
            )

    async def token(self) -> Lookup:
        """Look the token up, once; a callable is asked each time."""
        # the argument is in no variable here, so that no traceback with locals shows it
        settings = self.settings
        if callable(settings.token):
            return await _runtime.in_thread(lambda: find_token(settings.host, settings.token))
        if self._lookup is None:
            async with self._lookup_lock:
                if self._lookup is None:
                    self._lookup = await _runtime.in_thread(
                        lambda: find_token(settings.host, settings.token)
                    )
        return self._lookup

    async def _keep_budget(self, call: Call) -> None:
        while (seconds := self.pace.budget.take(call.family, time.monotonic())) > 0:
            _log.info(
                "the request budget of %s is used up; waiting %.1f s", self.settings.host, seconds
            )
            await _runtime.sleep(seconds)

    async def _wait_or_raise(
        self, call: Call, failure: NoAnswer | ResponseError, attempt: int
    ) -> None:
        if isinstance(failure, NoAnswer):
            outcome = Failure(reached=failure.may_have_landed)
        else:
            outcome = Failure(status=failure.status, retry_after=failure.retry_after)
        seconds = wait_before_next(
            self.settings.retry,
            call.repeat,
            outcome,
            attempt,
            random.random(),  # noqa: S311 - spreads clients, guards nothing
        )
        if seconds is None:
            raise failure
        _log.info(
            "%s %s: %s; again in %.1f s", call.method, call.path, type(failure).__name__, seconds
        )
        await _runtime.sleep(seconds)

    def _error(self, call: Call, answer: Answer) -> ResponseError:
        lookup = self._lookup
        error = decode.error_of(
            call,
            answer,
            host=self.settings.host,
            now=time.time(),
            tried=lookup.tried if lookup is not None and lookup.token is None else (),
        )
        if isinstance(error, RateLimited) and error.retry_after is not None:
            self.pace.budget.note(
                call.family,
                {"x-ratelimit-remaining": "0", "retry-after": str(error.retry_after)},
                time.monotonic(),
                time.time(),
            )
        return error

    def _no_answer(self, call: Call, error: httpx.RequestError | httpx.InvalidURL) -> NoAnswer:
        kind = TimedOut if isinstance(error, httpx.TimeoutException) else NoAnswer
        reached = not isinstance(
            error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
        )
        host, why = self.settings.host, str(error) or type(error).__name__
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

    # --- a flow ---------------------------------------------------------------

    async def run(self, flow: Flow[T], steps: AsyncSteps | None = None) -> T:
        """Do what a flow says until it ends.

        Args:
            flow: The flow.
            steps: Does the steps that are no calls and no pauses.
        """
        try:
            step = next(flow)
            while True:
                try:
                    reply = await self._do(step, steps)
                except Exception as error:
                    # of this side: the flow may want to clear up before it goes on its way
                    step = flow.throw(error)
                else:
                    step = flow.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _do(self, step: Step, steps: AsyncSteps | None) -> Reply:
        if isinstance(step, Pause):
            await _runtime.sleep(step.seconds)
            return None
        if isinstance(step, Call):
            try:
                return await self.send(step)
            except (ResponseError, NoAnswer) as error:
                return error
        assert steps is not None
        return await steps.do(step)

    def with_settings(self, settings: Settings) -> AsyncTransport:
        """Make a transport with other settings on the same connections and token."""
        other = AsyncTransport(settings, self.connection)
        other._lookup = self._lookup
        other.share = self.share
        return other

    def sharing(self, share: ShareToken) -> AsyncTransport:
        """Make a transport that sends a share link's token with every call.

        Args:
            share: The token.
        """
        other = self.with_settings(self.settings)
        other.share = share
        return other


class _SharedUrl(httpx.URL):
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


def _scrubbed(response: httpx.Response, content: bytes) -> bytes:
    """Take the token out of an error's body: a debugging page may show the whole request."""
    if isinstance(url := response.request.url, _SharedUrl) and response.is_error:
        content = url.share.scrubbed(content)
    token = response.request.headers.get("Authorization", "").partition(" ")[2].encode()
    return content.replace(token, b"***") if token and response.is_error else content


def _answer(response: httpx.Response, content: bytes) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if isinstance(url := response.request.url, _SharedUrl) and "location" in headers:
        # added again where the way leads to the repository itself
        headers["location"] = url.share.removed_from(headers["location"])
    return Answer(response.status_code, headers, content, dt.datetime.now(dt.UTC))
