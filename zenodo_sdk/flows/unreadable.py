"""Find the records that a list cannot be read for."""

from __future__ import annotations

from ..wire import endpoints
from ..wire.paging import Hits, Slice, read_hits
from ._steps import Document, Failed, Flow, ask, is_crash, request

_BLOCK = 64  # halves evenly down to one, and is a page that Zenodo allows

_EVERYTHING = (("allversions", "true"), ("sort", "oldest"))


def find_unreadable() -> Flow[list[str]]:
    """Find which of the account's records make every list fail that holds them.

    Pages that fail are halved until one record is left. The dialect that the SDK reads does not
    show it, and so not its id; the other dialect does.

    Raises:
        ServerError: The server fails for another reason.
    """
    found: list[str] = []
    block: Slice | None = Slice(1, _BLOCK)
    while block is not None:
        names = yield from _plain(block)
        bad = yield from _unreadable(block)
        found += [names[position] for position in bad if position < len(names)]
        block = block.next() if len(names) == _BLOCK else None
    return found


def _unreadable(part: Slice) -> Flow[list[int]]:
    """Tell the positions within a block that cannot be read."""
    reply = yield from request(endpoints.my_records_once((*_EVERYTHING, *part.query())))
    if not isinstance(reply, Failed):
        return []
    if not is_crash(reply):
        raise reply
    if part.size == 1:
        return [(part.number - 1) % _BLOCK]
    halves = Slice(2 * part.number - 1, part.size // 2), Slice(2 * part.number, part.size // 2)
    first = yield from _unreadable(halves[0])
    second = yield from _unreadable(halves[1])
    return first + second


def _plain(block: Slice) -> Flow[list[str]]:
    call = endpoints.my_records_once((*_EVERYTHING, *block.query()), plain=True)
    document: Document = yield from ask(call)
    hits: Hits = read_hits(document)
    return [str(hit.get("id")) for hit in hits.items]
