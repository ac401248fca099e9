"""Faults between a client and a server, against everything that moves files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .bench import OPERATIONS, STALLED, Bench, Colour, in_two_runs
from .matrix import cases, rows_of
from .network import ROWS
from .table import NO_REQUEST, expect


@pytest.mark.parametrize("colour", ["async", "sync"])
@cases(rows_of(*ROWS))
def test_network(
    make_bench: Callable[..., Bench], name: str, operation: str, colour: Colour
) -> None:
    row = ROWS[name]
    bench = make_bench(colour, OPERATIONS[operation])
    fault = row.fault_for()
    bench.proxy.inject(fault)
    if row.stalls:
        bench.timeouts = STALLED
    outcome = in_two_runs(bench)
    if not bench.proxy.hits(fault):
        assert outcome == "completed"
        outcome = NO_REQUEST
    expect(name, operation, outcome, colour)
