"""What this process remembers of each repository, beyond what the server tells.

Which drafts it has handed out (one of those is never taken for the result of another call), and
which files it began to upload and has not seen verified (those stop a publication).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

T = TypeVar("T")


class HandedOut:
    """Depositions that a caller was given; it is alive, and safe to share between threads.

    Args:
        ids: Those that were given before.
    """

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._ids = set(ids)
        self._claimed: set[str] = set()

    def __contains__(self, deposition_id: object) -> bool:
        with self._lock:
            return deposition_id in self._ids

    def receive(self, deposition_id: str) -> bool:
        """Take one that the server's own answer names.

        Args:
            deposition_id: The deposition.

        Returns:
            Whether it is the caller's: not if a call beside it claimed it. That it was handed
            out long ago is no reason: a server that was reset gives its numbers again.
        """
        with self._lock:
            if deposition_id in self._claimed:
                return False
            self._ids.add(deposition_id)
            return True

    def claim(self, deposition_id: str) -> bool:
        """Take one that was found by looking, if nobody has it.

        Args:
            deposition_id: The deposition.

        Returns:
            Whether it is the caller's now.
        """
        with self._lock:
            if deposition_id in self._ids:
                return False
            self._ids.add(deposition_id)
            self._claimed.add(deposition_id)
            return True


class Ledger:
    """The memory for one repository, shared by all clients of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handed_out = HandedOut()
        self._unverified: defaultdict[str, set[str]] = defaultdict(set)
        self._made: dict[str, int] = {}
        self._locks: dict[tuple[str, object], object] = {}

    def hand_out(self, deposition_id: str) -> None:
        """Remember that the caller holds this deposition."""
        self._handed_out.receive(deposition_id)

    def handed_out(self) -> HandedOut:
        """Every deposition that a caller was given, now and later."""
        return self._handed_out

    def made(self, deposition_id: str, revision: int) -> None:
        """This process made the draft, and was told this revision of it."""
        with self._lock:
            self._made[deposition_id] = revision
            # of a draft that had this number before the server was reset
            self._unverified.pop(deposition_id, None)

    def changed(self, deposition_id: str) -> None:
        """This process changed the draft; other objects of it may be behind."""
        with self._lock:
            self._made.pop(deposition_id, None)

    def is_as_made(self, deposition_id: str, revision: int) -> bool:
        """Whether this process made the draft at this revision and did not change it since."""
        with self._lock:
            return self._made.get(deposition_id) == revision

    def is_empty(self, deposition_id: str) -> bool:
        """Whether this process made the draft and began no upload to it."""
        with self._lock:
            return deposition_id in self._made and deposition_id not in self._unverified

    def lock_for(self, concept_id: str, make: Callable[[], T]) -> T:
        """The lock under which the next version of a work is made, one for each colour.

        Args:
            concept_id: The work.
            make: Makes a lock of the caller's colour.
        """
        with self._lock:
            return cast("T", self._locks.setdefault((concept_id, make), make()))

    def begin(self, deposition_id: str, name: str) -> None:
        """An upload of this name has begun."""
        with self._lock:
            self._unverified[deposition_id].add(name)

    def settle(self, deposition_id: str, name: str) -> None:
        """The file is verified, or gone."""
        with self._lock:
            self._unverified[deposition_id].discard(name)

    def unverified(self, deposition_id: str) -> list[str]:
        """Files whose upload began here and is neither verified nor undone."""
        with self._lock:
            return sorted(self._unverified.get(deposition_id, ()))


_lock = threading.Lock()
_ledgers: dict[str, Ledger] = {}


def ledger_of(base_url: str) -> Ledger:
    """The ledger of a repository."""
    with _lock:
        return _ledgers.setdefault(base_url, Ledger())
