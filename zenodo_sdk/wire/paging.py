"""Pages of a search: which comes next, and what a page holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import JsonValue

from .call import Query

WINDOW = 10_000
"""How deep a search can be read: page times size beyond it is 400."""

DEFAULT_SIZE = 25
"""What guests may ask for on Zenodo; with a token it is 100."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page that is wanted.

    Attributes:
        number: Page number from 1.
        size: Items on a page.
    """

    number: int
    size: int

    def query(self) -> Query:
        """The query pairs that ask for it."""
        return (("page", str(self.number)), ("size", str(self.size)))

    def next(self) -> Slice | None:
        """The page after this one, if it lies within the window."""
        following = replace(self, number=self.number + 1)
        return following if following.number * following.size <= WINDOW else None


@dataclass(frozen=True, slots=True)
class Hits:
    """What one page held.

    Attributes:
        items: The records' JSON.
        total: How many there are in all, where the server counts them.
    """

    items: list[dict[str, JsonValue]]
    total: int | None


def read_hits(document: dict[str, JsonValue]) -> Hits:
    """Take a search's envelope apart."""
    envelope = document.get("hits")
    if not isinstance(envelope, dict):
        return Hits([], None)
    hits, total = envelope.get("hits"), envelope.get("total")
    items = [hit for hit in hits if isinstance(hit, dict)] if isinstance(hits, list) else []
    return Hits(items, total if isinstance(total, int) else None)
