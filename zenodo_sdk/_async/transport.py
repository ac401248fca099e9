"""Sending calls: with the token, in the budget, and again where that is safe."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import httpx

from ..credentials import Lookup, find_token
from ..errors import ConfigurationError, NoAnswer, RateLimited, Refused, ResponseError
from ..flows._steps import Flow, Pause, Reply, Step
from ..ledger import ledger_of
from ..pacing import pace_of
from ..retry import Failure, wait_before_next
from ..settings import Settings
from ..transfer.progress import FileReporter
from ..transfer.upload.source import Source
from ..wire import decode
from ..wire.call import JSON, OCTETS, Answer, Call
from ..wire.origin import Origin
from ..wire.redirects import REDIRECTS, Target
from ..wire.sharing import ShareToken
from . import _runtime
from .connection import AsyncConnection, SharedUrl, head_of, no_answer, read_to_end
from .content import AsyncContent, gather

T = TypeVar("T")

_log = logging.getLogger("zenodo_sdk")


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
        groups = gather(call, self.settings.host, response, self.settings.timeouts.stall)
        try:
            yield AsyncContent(head_of(response), groups)
        finally:
            await groups.aclose()
            await response.aclose()

    async def _open(self, call: Call) -> httpx.Response:
        attempt = 0
        while True:
            attempt += 1
            failure: NoAnswer | ResponseError
            try:
                response = await self._once(call, None, None)
                answer = head_of(response)
                if answer.status in (200, 206) and answer.media_type != "text/html":
                    return response
                failure = self._error(call, await read_to_end(call, self.settings.host, response))
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
                answer = await read_to_end(call, self.settings.host, response)
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
            answer = head_of(response)
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
            blocks = _apart(source.blocks(report))
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
            request.url = SharedUrl(request.url, self.share)
        return request, blocks

    async def _exchange(
        self, call: Call, request: httpx.Request, blocks: Generator[bytes, None, None] | None
    ) -> httpx.Response:
        if self.connection.http.is_closed:
            raise Refused("the client is closed; make another")
        failure: Exception
        try:
            return await self.connection.http.send(
                request, auth=None, stream=True, follow_redirects=False
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:  # the latter of a Location
            failure = no_answer(call, self.settings.host, error)
        except _SourceFailed as error:
            failure = error.why
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


class _SourceFailed(Exception):
    """A content could not be read; no error of the HTTP library's."""

    def __init__(self, why: Exception) -> None:
        super().__init__()
        self.why = why


def _apart(blocks: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    # An iterator that reads from another server fails with the same errors as the connection to
    # this one, and the HTTP library would leave the request in them.
    try:
        yield from blocks
    except Exception as error:
        raise _SourceFailed(error) from None
