"""The page of the matrix has every case, and only those; each case compares itself with it."""

from __future__ import annotations

from .bench import OPERATIONS
from .matrix import SECTIONS
from .table import NOT, PAGE, cells, known, page

FAULTS = (
    "connection refused", "reset after n bytes", "stall", "truncated body", "extra bytes",
    "200 for a range", "wrong Content-Range", "416", "429 with Retry-After", "500", "502", "503",
    "504", "HTML page with 200", "lying checksum", "file changes between pieces", "disk full",
    "read-only disk", "kill -9", "Ctrl-C", "two at once", "name taken", "hostile name",
    "source overwritten", "source vanishes", "answer lost: commit",
)  # fmt: skip


def test_the_page_has_all_cases() -> None:
    rows = [row for section in SECTIONS.values() for row in section]
    assert len(rows) == len(set(rows))
    assert set(cells()) == {(row, operation) for row in rows for operation in OPERATIONS}
    for (row, operation), outcome in cells().items():
        reason = known(row, operation)
        assert outcome == (reason or outcome), (row, operation)
    assert PAGE.read_text(encoding="utf-8") == page(cells())


def test_every_fault_meets_every_call_that_it_can() -> None:
    measured = {cell for cell, outcome in cells().items() if not outcome.startswith(NOT)}
    assert len(measured) >= 200
    for fault in FAULTS:
        assert any(row.startswith(fault) for row, _ in measured), fault
    for operation in OPERATIONS:
        assert sum(column == operation for _, column in measured) > 50
