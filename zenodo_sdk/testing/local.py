"""A whole Zenodo inside a Python process, for trying, for tests, and for breaking."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from pydantic import JsonValue
from uvicorn.protocols.http import h11_impl

from .. import AsyncClient, Client
from ._server.answers import ApiError
from ._server.app import make_app
from ._server.clock import telling, utc_now
from ._server.context import Context, World
from ._server.limits import Meter, RateLimit
from ._server.profiles import PROFILES, ProfileName
from ._server.seed import inside, seed_community, seed_record, seed_term
from ._server.state import Term, Token, User
from ._server.store import Snapshot, Store, StoreError
from ._server.vocabularies import Vocabularies

_FIRST_EMAIL = "user@example.org"


@dataclass(frozen=True)
class LocalAccount:
    """An account of the embedded Zenodo.

    Args:
        id: Its id.
        email: Its e-mail address.
        token: An access token of it.
    """

    id: str
    email: str
    token: str = field(repr=False)


class LocalZenodo:
    """An embedded Zenodo on a loopback port.

    It answers as zenodo.org does, or as a stock InvenioRDM does: ids, validation, errors, files,
    DOIs, versions, search. Nothing leaves the machine, and its DOIs are not registered anywhere.

    Args:
        profile: What to imitate: ``"zenodo"`` or ``"inveniordm"``.
        data: A folder that keeps everything over restarts; without one, all is gone at the end.
        port: The port on 127.0.0.1; a free one if 0.
        rate_limit: Limits on requests; None for no limits.
        quota: How many bytes the files of one record may have.
        now: The clock, in UTC; tests of embargoes may want their own.
        ranges: Give parts of files to those who ask for them with ``Range``, as Zenodo does where
            nginx and the storage send the files; the application itself ignores ``Range``.

    Attributes:
        url: Its base URL.

    Raises:
        ValueError: There is no such profile.
        StoreError: The data folder is in use, cannot be written or holds something else.
        OSError: The port is taken.

    Example:
        >>> with LocalZenodo() as server, server.client() as client:
        ...     client.whoami().email
        'user@example.org'
    """

    def __init__(
        self,
        profile: ProfileName = "zenodo",
        *,
        data: Path | str | None = None,
        port: int = 0,
        rate_limit: RateLimit | None = None,
        quota: int = 50_000_000_000,
        now: Callable[[], datetime] = utc_now,
        ranges: bool = False,
    ) -> None:
        if profile not in PROFILES:
            raise ValueError(f"profile is {' or '.join(PROFILES)}, not {profile!r}")
        self._meter: Meter | None = None
        self.rate_limit = rate_limit
        with ExitStack() as opened:
            self._socket = opened.enter_context(_listen(port))
            self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
            self._store = Store(None if data is None else Path(data))
            opened.callback(self._store.close)
            self._world = World(
                store=self._store,
                profile=PROFILES[profile],
                vocabularies=Vocabularies(profile, self._seeded),
                quota=quota,
                now=now,
                ranges=ranges,
            )
            self._check_profile()
            self._account = self._first_account()
            opened.pop_all()
        # InvenioRDM answers so where it distrusts a ZIP, and uvicorn sends no number it cannot name
        h11_impl.STATUS_PHRASES.setdefault(999, b"")
        config = uvicorn.Config(
            make_app(self._world, lambda: self._meter),
            # the same whatever else is installed
            loop="asyncio",
            http="h11",
            ws="none",
            log_config=None,
            # a test's own log is not the place for its notes, nor for addresses with tokens
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name="embedded-zenodo",
            daemon=True,
        )

    # --- running --------------------------------------------------------------

    def start(self) -> Self:
        """Serve, until ``close``; a ``with`` block does both."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving; without a data folder, all is gone."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()
        self._store.close()

    def wait(self) -> None:
        """Wait until the server is stopped from elsewhere."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # --- who ------------------------------------------------------------------

    @property
    def token(self) -> str:
        """An access token of the first account."""
        return self._account.token

    @property
    def account(self) -> LocalAccount:
        """The first account, which there always is."""
        return self._account

    def add_user(
        self, email: str | None = None, *, name: str = "", affiliation: str = ""
    ) -> LocalAccount:
        """Make another account.

        Args:
            email: Its address; one of ``example.org`` if None.
            name: The full name of its owner.
            affiliation: Where its owner works.
        """
        with self._store.transaction():
            number = str(self._store.next("user"))
            address = email or f"user{number}@example.org"
            created = self._world.timestamp()
            user = User(
                id=number,
                email=address,
                name=name or address,
                created=created,
                affiliation=affiliation,
            )
            self._store.put(user)
            return LocalAccount(number, address, self._new_token(number))

    def add_token(self, account: LocalAccount) -> str:
        """Make another access token of an account."""
        with self._store.transaction():
            return self._new_token(account.id)

    def revoke_token(self, token: str) -> None:
        """Make an access token worthless."""
        with self._store.transaction():
            found = self._store.find(Token, token)
            if found is not None:
                self._store.remove(found)

    def client(self, account: LocalAccount | None = None) -> Client:
        """A client of the server.

        Args:
            account: Whose; that of the first account if None.
        """
        return Client((account or self._account).token, base_url=self.url)

    def async_client(self, account: LocalAccount | None = None) -> AsyncClient:
        """An asynchronous client of the server.

        Args:
            account: Whose; that of the first account if None.
        """
        return AsyncClient((account or self._account).token, base_url=self.url)

    # --- what -----------------------------------------------------------------

    def seed(
        self,
        record: Mapping[str, JsonValue],
        files: Mapping[str, bytes] | None = None,
        *,
        account: LocalAccount | None = None,
    ) -> str:
        """Publish a record at once, without a draft.

        Args:
            record: The record in the InvenioRDM form, as a repository's API gives it or takes
                it. Its ``id`` and its lineage's are kept; DOIs are given anew.
            files: Its files; a record without any is one of metadata only.
            account: Who owns it; the first account if None.

        Returns:
            Its id.

        Raises:
            ValueError: The server would refuse it; the message tells why.
        """
        with telling(self._world.now), self._store.transaction():
            try:
                return seed_record(self._inside(account), dict(record), files or {}).id
            except ApiError as error:
                reasons = "; ".join(
                    f"{each['field']}: {' '.join(each['messages'])}" for each in error.errors or []
                )
                raise ValueError(
                    f"the record cannot be seeded: {reasons or error.message}"
                ) from None

    def add_community(
        self,
        slug: str,
        title: str = "",
        *,
        review: bool = False,
        account: LocalAccount | None = None,
    ) -> str:
        """Make a community.

        Args:
            slug: Its name in addresses.
            title: Its title.
            review: Every record waits for a curator; otherwise members' records are in at once.
            account: Who owns it; the first account if None.

        Returns:
            Its id, a UUID.
        """
        with self._store.transaction():
            return seed_community(self._inside(account), slug, title or slug, review=review).id

    def add_term(self, vocabulary: str, item: Mapping[str, JsonValue]) -> None:
        """Add an entry to a vocabulary.

        Args:
            vocabulary: For example ``"funders"``, ``"awards"``, ``"affiliations"``, ``"names"``,
                ``"subjects"`` or ``"licenses"``.
            item: The entry as the API gives it, with its ``id``.
        """
        with self._store.transaction():
            seed_term(self._inside(None), vocabulary, dict(item))

    @property
    def rate_limit(self) -> RateLimit | None:
        """Limits on requests; setting them starts the count anew, None lifts them."""
        return self._meter.limit if self._meter else None

    @rate_limit.setter
    def rate_limit(self, limit: RateLimit | None) -> None:
        self._meter = Meter(limit) if limit else None

    def snapshot(self) -> Snapshot:
        """Remember the state, to come back to it with ``restore``."""
        return self._store.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a state; what was made since is gone.

        Raises:
            ValueError: It is the state of another server.
        """
        self._store.restore(snapshot)

    # --- steps ----------------------------------------------------------------

    def _inside(self, account: LocalAccount | None) -> Context:
        user = self._store.find(User, (account or self._account).id)
        assert user is not None
        return inside(self._world, user, self.url)

    def _seeded(self, vocabulary: str) -> Mapping[str, dict[str, Any]]:
        terms = self._store.children(Term, vocabulary)
        return {str(term.item["id"]): term.item for term in terms}

    def _new_token(self, user: str) -> str:
        token = secrets.token_urlsafe(45)
        self._store.put(Token(id=token, parent=user))
        return token

    def _first_account(self) -> LocalAccount:
        users = self._store.all(User)
        if not users:
            return self.add_user(_FIRST_EMAIL)
        tokens = self._store.children(Token, users[0].id)
        token = tokens[0].id if tokens else self._new_token(users[0].id)
        return LocalAccount(users[0].id, users[0].email, token)

    def _check_profile(self) -> None:
        """Ids and DOIs of one profile make no sense in another."""
        name = self._world.profile.name
        kept = self._store.about("profile")
        if kept is None:
            self._store.mark("profile", name)
        elif kept != name:
            raise StoreError(
                f"{self._store.folder} holds a server of the profile {kept!r}, not {name!r}"
            )


class _Server(uvicorn.Server):
    """Cuts who is still connected at the end, and does not complain of it."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def _listen(port: int) -> socket.socket:
    # named as TCP: asyncio spares only such a socket the delay that joins small packets
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise OSError(
            error.errno,
            f"port {port} of 127.0.0.1 cannot be used ({error.strerror}); 0 takes a free one",
        ) from None
    return listening
