"""All rows of the matrix, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from . import local, network, processes
from .bench import OPERATIONS, Operation

WhyNot = Callable[[Operation], str | None]


def _process(row: str) -> WhyNot:
    return lambda operation: processes.why_not(row, operation)


SECTIONS: Mapping[str, Mapping[str, WhyNot]] = {
    "Between client and server": {name: row.why_not for name, row in network.ROWS.items()},
    "Folders, names, sources, and what others do": {
        name: row.why_not for name, row in local.ROWS.items()
    },
    "Processes and disks": {name: _process(name) for name in processes.ROWS},
}
"""The rows of each section by their names, with what tells why a cell cannot be."""


def cases(rows: Mapping[str, WhyNot]) -> pytest.MarkDecorator:
    """Parametrise a test with the cells that can be of some rows, one by one."""
    found = [
        (name, operation.name)
        for name, why_not in rows.items()
        for operation in OPERATIONS.values()
        if why_not(operation) is None
    ]
    return pytest.mark.parametrize(("name", "operation"), found)


def rows_of(*names: str) -> Mapping[str, WhyNot]:
    """The rows of these names."""
    every = {name: row for section in SECTIONS.values() for name, row in section.items()}
    return {name: every[name] for name in names}
