"""Lists that ask the server as they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from pydantic import JsonValue

from ..errors import Refused
from ..wire.call import Call, Query
from ..wire.paging import Hits, Slice, read_hits
from .transport import AsyncTransport

T = TypeVar("T")


class AsyncPager(Generic[T]):
    """A list on the server: nothing is asked until it is read, and it can be read again.

    The server has no snapshots: what is added or removed while a list is read can shift its
    pages. An item that shows up twice is given once.

    Example:
        ::

            async for deposition in client.depositions.list(published=False):
                print(deposition.id, deposition.title)
    """

    def __init__(
        self,
        transport: AsyncTransport,
        ask: Callable[[Query], Call],
        read: Callable[[dict[str, JsonValue]], T],
        *,
        page_size: int,
        limit: int | None,
    ) -> None:
        if page_size < 1 or (limit is not None and limit < 0):
            raise Refused("page_size must be at least 1 and limit must not be negative")
        self._transport = transport
        self._ask = ask
        self._read = read
        self._page_size = page_size
        self._limit = limit

    def __aiter__(self) -> AsyncIterator[T]:
        """Go through all items, page by page."""
        return self._items()

    async def _items(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page:
                yield item

    async def pages(self) -> AsyncIterator[list[T]]:
        """Go through the pages.

        Raises:
            Refused: There is more than the server lets anyone see of one query (10,000 items).
        """
        left = self._limit
        seen: set[str] = set()
        wanted: Slice | None = Slice(1, self._page_size)
        while wanted is not None and (left is None or left > 0):
            hits = await self._fetch(wanted)
            fresh = [item for item in hits.items if _is_new(item, seen)]
            page = [self._read(item) for item in fresh[:left]]
            if left is not None:
                left -= len(page)
            if page:
                yield page
            if len(hits.items) < wanted.size:
                return
            following = wanted.next()
            shown = wanted.number * wanted.size
            if following is None and (hits.total or 0) > shown and left != 0:
                raise Refused(
                    f"the server shows only {shown} of these {hits.total}; split the query, for"
                    " example by created:[2025-01-01 TO 2025-06-30]"
                )
            wanted = following

    async def first(self) -> T | None:
        """The first item, or None where there is none."""
        if self._limit == 0:
            return None
        hits = await self._fetch(Slice(1, 1))
        return self._read(hits.items[0]) if hits.items else None

    async def total(self) -> int | None:
        """How many there are, where the server counts them; ``limit`` does not change it."""
        return (await self._fetch(Slice(1, 1))).total

    async def _fetch(self, wanted: Slice) -> Hits:
        answer = await self._transport.send(self._ask(wanted.query()))
        return read_hits(answer.document() or {})


def _is_new(item: dict[str, JsonValue], seen: set[str]) -> bool:
    identifier = str(item.get("id"))
    if identifier in seen:
        return False
    seen.add(identifier)
    return True
