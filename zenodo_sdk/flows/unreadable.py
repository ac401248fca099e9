"""Find the records that a list cannot be read for."""

from __future__ import annotations

from ..wire import endpoints
from ..wire.paging import Slice, read_hits
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
        shown = yield from _read(block)
        if shown is None:
            shown = yield from _plain(block)
            bad = yield from _halves(block)
            found += [shown[position] for position in bad if position < len(shown)]
        block = block.next() if len(shown) == _BLOCK else None
    return found


def _halves(part: Slice) -> Flow[list[int]]:
    """Tell the positions within a block that cannot be read; not all of this part can."""
    if part.size == 1:
        return [(part.number - 1) % _BLOCK]
    bad: list[int] = []
    for number in (2 * part.number - 1, 2 * part.number):
        half = Slice(number, part.size // 2)
        if (yield from _read(half)) is None:
            bad += yield from _halves(half)
    return bad


def _read(part: Slice) -> Flow[list[str] | None]:
    """The ids on a page, or None where it cannot be read."""
    reply = yield from request(endpoints.my_records_once((*_EVERYTHING, *part.query())))
    if is_crash(reply):
        return None
    if isinstance(reply, Failed):
        raise reply
    return _ids(reply)


def _plain(block: Slice) -> Flow[list[str]]:
    call = endpoints.my_records_once((*_EVERYTHING, *block.query()), plain=True)
    return _ids((yield from ask(call)))


def _ids(page: Document) -> list[str]:
    return [str(hit.get("id")) for hit in read_hits(page).items]
