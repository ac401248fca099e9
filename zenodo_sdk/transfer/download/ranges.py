"""Which bytes of a file are missing, and which connection fetches them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SMALLEST = 16 << 20
"""Bytes of the smallest piece worth a request of its own: hosts count requests."""


class Span(NamedTuple):
    """Bytes from ``start`` to before ``end``."""

    start: int
    end: int


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same bytes in as few spans as can be, in order."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(end, result[-1].end))
        else:
            result.append(Span(start, end))
    return result


def counted(spans: Iterable[Span]) -> int:
    """How many bytes spans have that do not overlap."""
    return sum(end - start for start, end in spans)


def gaps(have: Iterable[Span], size: int) -> list[Span]:
    """What is missing of so many bytes."""
    return list(_gaps(merged(have), size))


def _gaps(have: Sequence[Span], size: int) -> Iterator[Span]:
    at = 0
    for start, end in have:
        if at < min(start, size):
            yield Span(at, min(start, size))
        at = max(at, end)
    if at < size:
        yield Span(at, size)


@dataclass(eq=False, slots=True)
class Piece:
    """Bytes that one connection fetches.

    Attributes:
        at: The next byte to come.
        end: The byte after the last; comes nearer when another connection takes the rest over.
    """

    at: int
    end: int

    @property
    def left(self) -> int:
        """How many bytes have not come yet."""
        return self.end - self.at


class Ranges:
    """Deals out what is missing of a file; used by several threads.

    A piece is half of what each connection would get of the rest, so that there are few
    requests, and yet all connections end at about the same time (guided self-scheduling). It is
    taken from the front, because the digest goes from there. When everything is dealt out, an
    idle connection takes the later half of the longest piece over: so a slow one does not hold
    the file.

    Args:
        size: Bytes in all.
        have: What is there already.
        connections: How many there are to fetch it.
        smallest: Bytes of the smallest piece.
    """

    def __init__(
        self, size: int, have: Iterable[Span] = (), *, connections: int, smallest: int | None = None
    ) -> None:
        self._size = size
        self._smallest = SMALLEST if smallest is None else smallest
        self._connections = connections
        self._open = gaps(have, size)
        self._moving: list[Piece] = []
        self._lock = threading.Lock()

    def take(self) -> Piece | None:
        """Take a piece to fetch, or None where there is none for another connection."""
        with self._lock:
            piece = self._dealt() or self._taken_over()
            if piece is not None:
                self._moving.append(piece)
            return piece

    def _dealt(self) -> Piece | None:
        if not self._open:
            return None
        share = max(self._smallest, counted(self._open) // (2 * self._connections))
        start, end = self._open.pop(0)
        # no crumb is left over, which would cost a request too
        if end - start >= share + self._smallest:
            self._open.insert(0, Span(start + share, end))
            end = start + share
        return Piece(start, end)

    def _taken_over(self) -> Piece | None:
        longest = max(self._moving, key=lambda piece: piece.left, default=None)
        if longest is None or longest.left < 2 * self._smallest:
            return None
        middle = longest.at + longest.left // 2
        piece = Piece(middle, longest.end)
        longest.end = middle
        return piece

    def landed(self, piece: Piece, size: int) -> None:
        """Note that the next bytes of a piece are there."""
        with self._lock:
            piece.at = min(piece.at + size, piece.end)
            if piece.at == piece.end and piece in self._moving:
                self._moving.remove(piece)

    def restart(self, whole: Piece | None = None) -> bool:
        """Forget everything that came, and end all pieces that are under way.

        Args:
            whole: A piece that is under way, and is everything from now on; nothing is dealt out in
                parts any more.

        Returns:
            False if nothing was done, for that piece is not under way any more.
        """
        with self._lock:
            if whole is not None and whole not in self._moving:
                return False
            for piece in self._moving:
                piece.end = piece.at
            self._moving, self._open = [], gaps((), self._size)
            if whole is not None:
                self._moving, self._open = [whole], []
                whole.at, whole.end = 0, self._size
                self._smallest = max(self._size, 1)
            return True

    def end(self, piece: Piece) -> None:
        """Note that no more of a piece will come, nor be asked for."""
        with self._lock:
            piece.end = piece.at
            if piece in self._moving:
                self._moving.remove(piece)

    def leave(self, piece: Piece) -> bool:
        """Leave the rest of a piece to the other connections; False if there are none.

        There are, as long as another piece is under way: who has it comes back for this one.
        """
        with self._lock:
            if piece not in self._moving or len(self._moving) < 2:
                return False
            self._moving.remove(piece)
            self._open = merged([*self._open, Span(piece.at, piece.end)])
            piece.end = piece.at
            return True

    @property
    def waiting(self) -> int:
        """How many more connections there is something to fetch for."""
        with self._lock:
            dealt = sum(max(1, (end - start) // self._smallest) for start, end in self._open)
            return dealt + sum(piece.left // (2 * self._smallest) for piece in self._moving)

    @property
    def is_complete(self) -> bool:
        """Whether every byte is there."""
        with self._lock:
            return not self._open and not self._moving
