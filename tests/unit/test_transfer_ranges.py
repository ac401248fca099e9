"""What is dealt out of a file that is being downloaded: everything, and nothing twice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.transfer.download.ranges import SMALLEST, Piece, Ranges, Span, gaps, merged

GIB = 1 << 30


def spans(size: int) -> st.SearchStrategy[list[Span]]:
    edges = st.lists(st.integers(0, size), max_size=12)
    return edges.map(lambda found: [Span(*sorted(pair)) for pair in pairwise(found)])


@given(spans(60), st.integers(0, 70))
def test_merged_and_gaps_are_all_there_is(have: list[Span], size: int) -> None:
    there = {byte for start, end in have for byte in range(start, end)}
    one = merged(have)
    assert {byte for start, end in one for byte in range(start, end)} == there
    assert all(before.end < after.start for before, after in pairwise(one))
    missing = gaps(have, size)
    assert {byte for start, end in missing for byte in range(start, end)} == set(
        range(size)
    ) - there
    assert all(before.end < after.start for before, after in pairwise(missing))


class Workers:
    """Connections of any speed, that break and come back."""

    def __init__(self, ranges: Ranges, size: int, have: list[Span]) -> None:
        self.ranges = ranges
        self.got = [0] * size
        for start, end in merged(have):
            self.got[start:end] = [1] * (end - start)
        self.pieces: list[Piece] = []

    def take(self) -> bool:
        piece = self.ranges.take()
        if piece is None:
            return False
        assert piece.left > 0
        self.pieces.append(piece)
        self.check()
        return True

    def land(self, number: int, size: int) -> None:
        piece = self.pieces[number % len(self.pieces)]
        size = min(size, piece.left)
        for byte in range(piece.at, piece.at + size):
            self.got[byte] += 1
        self.ranges.landed(piece, size)
        if not piece.left:
            self.pieces.remove(piece)
        self.check()

    def leave(self, number: int) -> None:
        piece = self.pieces[number % len(self.pieces)]
        alone = len(self.pieces) == 1
        assert self.ranges.leave(piece) is not alone
        if not alone:
            assert not piece.left
            self.pieces.remove(piece)
        self.check()

    def restart(self) -> None:
        assert self.ranges.restart()
        assert not any(piece.left for piece in self.pieces), "nobody goes on with what is old"
        self.got = [0] * len(self.got)
        self.pieces.clear()

    def check(self) -> None:
        owned = sorted((piece.at, piece.end) for piece in self.pieces)
        assert all(before[1] <= after[0] for before, after in pairwise(owned))


ACTIONS = st.one_of(
    st.tuples(st.just("take"), st.just(0), st.just(0)),
    st.tuples(st.just("land"), st.integers(0, 9), st.integers(1, 60)),
    st.tuples(st.just("leave"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("restart"), st.just(0), st.just(0)),
)


@settings(max_examples=300)
@given(
    st.integers(0, 300).flatmap(lambda size: st.tuples(st.just(size), spans(size))),
    st.integers(1, 8),
    st.integers(1, 40),
    st.lists(ACTIONS, max_size=60),
)
def test_every_byte_comes_once(
    file: tuple[int, list[Span]],
    connections: int,
    smallest: int,
    actions: list[tuple[str, int, int]],
) -> None:
    size, have = file
    ranges = Ranges(size, have, connections=connections, smallest=smallest)
    workers = Workers(ranges, size, have)
    for action, number, length in actions:
        if action == "take" and len(workers.pieces) < connections:
            workers.take()
        elif action == "restart" and number == 0:
            workers.restart()
        elif workers.pieces and action == "land":
            workers.land(number, length)
        elif workers.pieces and action == "leave":
            workers.leave(number)
    for _ in range(2 * size + 2):
        if not workers.pieces and not workers.take():
            break
        workers.land(0, size)
    assert ranges.is_complete
    assert not ranges.waiting
    assert workers.got == [1] * size


@given(st.integers(1, 300), st.lists(st.integers(1, 300), max_size=5), st.integers(1, 9))
def test_whole(size: int, landed: list[int], smallest: int) -> None:
    """A server that sends everything makes one piece of it, which nobody else has a part in."""
    ranges = Ranges(size, connections=4, smallest=smallest)
    pieces = [piece for _ in range(3) if (piece := ranges.take())]
    for piece, length in zip(pieces, landed, strict=False):
        ranges.landed(piece, length)
    last = pieces[-1]
    if not last.left:
        assert not ranges.restart(last), "what came to its end is nobody's any more"
        return
    assert ranges.restart(last)
    assert (last.at, last.end) == (0, size)
    assert not any(piece.left for piece in pieces[:-1])
    assert ranges.take() is None
    for piece in pieces[:-1]:
        assert not ranges.restart(piece)
    ranges.landed(last, size)
    assert ranges.is_complete
    ranges.restart()
    whole = ranges.take()
    assert whole is not None
    assert whole.left == size, "once more, and in one piece again"


@pytest.mark.parametrize(
    ("size", "connections", "most"),
    [(1, 8, 1), (SMALLEST, 8, 1), (2 * SMALLEST, 8, 2), (GIB, 8, 41), (50 * 10**9, 8, 150)],
)
def test_few_requests(size: int, connections: int, most: int) -> None:
    """Zenodo counts them, and guests have 60 a minute."""
    ranges = Ranges(size, connections=connections)
    pieces = []
    while (piece := ranges.take()) is not None:
        pieces.append(piece.left)
        ranges.landed(piece, piece.left)
    assert sum(pieces) == size
    assert len(pieces) <= most
    assert min(pieces) >= min(size, SMALLEST)
    assert max(pieces[-2:]) < 2 * SMALLEST, "they end at about the same time"


def test_slow_connection_does_not_hold_the_file() -> None:
    ranges = Ranges(4 * SMALLEST, connections=1)
    slow = ranges.take()
    assert slow is not None
    assert slow.left == 2 * SMALLEST
    others = [ranges.take(), ranges.take()]
    for other in others:
        assert other is not None
        ranges.landed(other, other.left)
    helper = ranges.take()
    assert helper is not None
    assert (slow.at, slow.end, helper.at, helper.end) == (
        0, SMALLEST, SMALLEST, 2 * SMALLEST,
    )  # fmt: skip
    assert ranges.take() is None, "what is left is not worth a request"
    ranges.landed(slow, 10 * SMALLEST)
    assert slow.at == SMALLEST, "what it gets beyond that is another one's"
    assert not ranges.is_complete
    ranges.landed(helper, SMALLEST)
    assert ranges.is_complete
