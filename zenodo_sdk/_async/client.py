"""The client: where everything starts."""

from __future__ import annotations

import datetime as dt
import time
from types import TracebackType
from typing import Self

import httpx

from ..checking import Dialect, Source, judged
from ..credentials import stored_for
from ..errors import PermissionDenied, Problem, TokenMissing, TokenRefused, Unauthorized
from ..models.account import Account
from ..pacing import RateLimits
from ..retry import Retry
from ..settings import (
    DEFAULT_RETRY,
    DEFAULT_TIMEOUTS,
    PRODUCTION_URL,
    SANDBOX_URL,
    Settings,
    Timeouts,
    TokenArgument,
)
from ..wire import endpoints
from . import _runtime
from .connection import AsyncConnection
from .depositions import AsyncDepositions
from .records import AsyncRecords
from .transport import AsyncTransport


class AsyncClient:
    """A client of one repository.

    Without a ``token`` it is looked up when first needed: in the environment
    (``ZENODO_TOKEN``, ``ZENODO_SANDBOX_TOKEN``, or ``ZENODO_SDK_TOKEN`` for other hosts), in
    the OS keyring (``zenodo_sdk.login()`` puts it there), and in ``~/.zenodo_token`` as
    zenodopy writes it. Each host has its own: one host's token is never sent to another.

    A client may be used by many threads or tasks at once. Close it, or use it as a context
    manager.

    Args:
        token: A token, something that tells it (asked before each request), or ``""`` for
            none at all.
        base_url: The repository's root.
        timeout: Seconds to wait for anything, or :class:`Timeouts` to say it in detail.
        retry: How patient to be with a server that fails.
        user_agent: Your program's name and a contact, put before the SDK's own; Zenodo has
            blocked clients that do not say who they are.
        http_client: Your own HTTP client, for proxies or certificates. It stays yours to close.

    Raises:
        ConfigurationError: A setting cannot work.

    Example:
        ::

            async with AsyncClient() as client:
                record = await client.records.get("10.5281/zenodo.8435696")
    """

    def __init__(
        self,
        token: TokenArgument = None,
        *,
        base_url: str = PRODUCTION_URL,
        timeout: float | Timeouts = DEFAULT_TIMEOUTS,
        retry: Retry = DEFAULT_RETRY,
        user_agent: str | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = Settings.of(base_url, token, timeout, retry, user_agent)
        self._use(AsyncTransport(settings, AsyncConnection(http_client)), owns=True)

    @classmethod
    def sandbox(
        cls,
        token: TokenArgument = None,
        *,
        timeout: float | Timeouts = DEFAULT_TIMEOUTS,
        retry: Retry = DEFAULT_RETRY,
        user_agent: str | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> Self:
        """A client of sandbox.zenodo.org, which has accounts and tokens of its own.

        Args:
            token: As for the client itself, like all arguments.
            timeout: Seconds to wait.
            retry: How patient to be.
            user_agent: Your program's name and a contact.
            http_client: Your own HTTP client.
        """
        return cls(
            token,
            base_url=SANDBOX_URL,
            timeout=timeout,
            retry=retry,
            user_agent=user_agent,
            http_client=http_client,
        )

    def _use(self, transport: AsyncTransport, *, owns: bool) -> None:
        self._transport = transport
        self._owns = owns
        self.depositions = AsyncDepositions(transport)
        """Your uploads."""
        self.records = AsyncRecords(transport)
        """Published records."""

    @property
    def base_url(self) -> str:
        """The repository's root."""
        return self._transport.settings.base_url

    @property
    def rate_limit(self) -> RateLimits:
        """How much the host still takes, from the headers of its answers; asks nothing.

        The budget belongs to the host: all clients, threads and tasks of this process share it,
        and wait when it is used up. Zenodo grants guests 60 requests a minute and accounts 100,
        and 30 searches (its documentation; the headers tell what holds).

        Example:
            ::

                print(client.rate_limit.api.remaining, client.rate_limit.api.resets)
        """
        return self._transport.pace.limits(time.monotonic(), dt.datetime.now(dt.UTC))

    def with_options(
        self,
        *,
        timeout: float | Timeouts | None = None,
        retry: Retry | None = None,
        user_agent: str | None = None,
    ) -> Self:
        """A client with other settings that shares this one's connections, token and budget.

        Closing it does nothing; close the first one.

        Args:
            timeout: Seconds to wait; None keeps the setting, as for all arguments.
            retry: How patient to be.
            user_agent: Your program's name and a contact.
        """
        other = type(self).__new__(type(self))
        other._use(
            self._transport.with_settings(
                self._transport.settings.changed(timeout, retry, user_agent)
            ),
            owns=False,
        )
        return other

    async def whoami(self) -> Account:
        """Tell whose token this is.

        Raises:
            TokenMissing: There is none; the message says where it was looked for.
            TokenRefused: The server does not know it; the message says where it came from,
                and for which other host the same text is stored, if for any.
        """
        host = self._transport.settings.host
        lookup = await self._transport.token()
        token = lookup.token
        if token is None:
            raise TokenMissing(
                f"no token for {host}. Looked in: {'; '.join(lookup.tried) or 'nothing'}. Make one"
                f" at {self.base_url}/account/settings/applications/ and store it with"
                f" zenodo_sdk.login(host='{host}')."
            )
        try:
            answer = await self._transport.send(endpoints.me())
        except (Unauthorized, PermissionDenied) as error:
            others = await _runtime.in_thread(lambda: stored_for(token.value, except_host=host))
            hint = (
                f" The same text is stored for {' and '.join(others)}: each host has tokens of its"
                " own."
                if others
                else ""
            )
            raise TokenRefused(
                f"{host} does not know the token from {token.source} (status {error.status}).{hint}"
                f" Make one at {self.base_url}/account/settings/applications/."
            ) from None
        return Account.from_rdm(answer.document() or {})

    async def check(
        self, source: Source, *, github: bool = False, dialect: Dialect | None = None
    ) -> list[Problem]:
        """Tell what this repository would refuse, drop or change, without making a draft.

        What :func:`zenodo_sdk.check` finds offline, and whether the repository knows the funders,
        awards, organisations, subjects, communities and words of vocabularies that are named by
        id. Each is looked up once, in a request of its own; of Zenodo's vocabularies, only what
        this package does not know. Reading needs no token.

        Args:
            source: What :func:`zenodo_sdk.check` takes.
            github: Judge it as Zenodo's GitHub integration would take it.
            dialect: What the source is written in; recognised by default.

        Returns:
            The problems, errors first.

        Raises:
            ResponseError: The server does not tell: it fails, or wants a token.
            NoAnswer: It cannot be reached.

        Example:
            ::

                for problem in await client.check(".zenodo.json"):
                    print(problem)
        """
        # not at import: most programs have no need of it
        from ..flows.existence import AT_ONCE, is_known, problems_of, references

        found = await _runtime.in_thread(lambda: judged(source, github=github, dialect=dialect))
        asked = references(found, is_zenodo=self._transport.settings.is_zenodo)
        known = await _runtime.side_by_side(
            lambda one: self._transport.run(is_known(one)), asked, AT_ONCE
        )
        return problems_of(found, asked, known, base_url=self.base_url)

    async def close(self) -> None:
        """Close the connections, unless they are another client's or your own."""
        if self._owns:
            await self._transport.connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"
