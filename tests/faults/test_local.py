"""Faults of folders, names and sources, and what others do, against everything that moves files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .bench import OPERATIONS, Bench, Colour, in_two_runs
from .local import ROWS
from .matrix import cases, rows_of
from .table import expect


@pytest.mark.parametrize("colour", ["async", "sync"])
@cases(rows_of(*ROWS))
def test_local(make_bench: Callable[..., Bench], name: str, operation: str, colour: Colour) -> None:
    bench = make_bench(colour, OPERATIONS[operation])
    mend = ROWS[name].arrange(bench)
    outcome = in_two_runs(bench, mend)
    assert bench.proxy.unused == []
    expect(name, operation, outcome, colour)
