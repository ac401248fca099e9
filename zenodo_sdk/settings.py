"""How a client is set up: plain values that both colours share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ._version import __version__
from .credentials import PRODUCTION, SANDBOX, host_of
from .errors import ConfigurationError
from .retry import Retry
from .wire.origin import check_base_url

PRODUCTION_URL = f"https://{PRODUCTION}"
SANDBOX_URL = f"https://{SANDBOX}"
OWN_USER_AGENT = f"zenodo-sdk/{__version__} (+https://github.com/zenodo-sdk/zenodo-sdk)"

CONNECT = 10.0
STALL = 30.0

TokenArgument: TypeAlias = str | Callable[[], str] | None
"""A token, something that tells it (asked before each request), or None to look it up."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    There is no limit on a whole transfer: it may take hours as long as bytes keep moving.

    Args:
        connect: For a connection.
        read: For the next bytes of an answer; publishing and completing large files take a
            server minutes.
        write: For the server to take the next bytes.
        stall: For the next bytes of a file's content that is on its way. A connection that
            brings none is given up and its piece asked for anew; the rest goes on.
    """

    connect: float = CONNECT
    read: float = 300.0
    write: float = 60.0
    stall: float = STALL

    @classmethod
    def of(cls, timeout: float | Timeouts) -> Timeouts:
        """Take a number as the longest wait of every kind."""
        if isinstance(timeout, Timeouts):
            return timeout
        if not timeout > 0:
            raise ConfigurationError("timeout must be a positive number of seconds")
        return cls(
            connect=min(timeout, CONNECT), read=timeout, write=timeout, stall=min(timeout, STALL)
        )


DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_RETRY = Retry()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a client was told."""

    base_url: str
    token: TokenArgument = field(default=None, repr=False)
    timeouts: Timeouts = DEFAULT_TIMEOUTS
    retry: Retry = DEFAULT_RETRY
    user_agent: str = OWN_USER_AGENT

    @classmethod
    def of(
        cls,
        base_url: str,
        token: TokenArgument,
        timeout: float | Timeouts,
        retry: Retry,
        user_agent: str | None,
    ) -> Settings:
        """Check what a caller said."""
        return cls(
            base_url=check_base_url(base_url),
            token=token,
            timeouts=Timeouts.of(timeout),
            retry=retry,
            user_agent=full_user_agent(user_agent),
        )

    def changed(
        self, timeout: float | Timeouts | None, retry: Retry | None, user_agent: str | None
    ) -> Settings:
        """The same, but for what is given."""
        return replace(
            self,
            timeouts=self.timeouts if timeout is None else Timeouts.of(timeout),
            retry=self.retry if retry is None else retry,
            user_agent=self.user_agent if user_agent is None else full_user_agent(user_agent),
        )

    @property
    def host(self) -> str:
        """The host, as credentials are stored under it."""
        return host_of(self.base_url)

    @property
    def is_zenodo(self) -> bool:
        """Whether this is one of Zenodo's own hosts."""
        return self.host in (PRODUCTION, SANDBOX)

    @property
    def uploads_page(self) -> str:
        """The page on which users see their uploads."""
        return f"{self.base_url}/me/uploads"


def full_user_agent(own: str | None) -> str:
    """Put the caller's name before the SDK's.

    Zenodo has blocked agents that do not say who they are; a name and a contact, such as
    ``"mytool/1.0 (mailto:me@example.org)"``, is what it asks for.
    """
    if own is None or not own.strip():
        return OWN_USER_AGENT
    text = own.strip()
    if not text.isascii() or not text.isprintable():
        raise ConfigurationError("user_agent must be one line of printable ASCII characters")
    return f"{text} {OWN_USER_AGENT}"
