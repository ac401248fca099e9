"""The matrix as a page: what was measured is written to it, and compared with it ever after."""

from __future__ import annotations

import functools
import json
import os
import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from .bench import OPERATIONS
from .matrix import SECTIONS

PAGE = Path(__file__).parents[2] / "docs/concepts/fault-matrix.md"
WRITE = "ZENODO_SDK_TEST_FAULT_MATRIX"
"""The folder to which outcomes go in place of being compared with the page."""
NOT = "\N{EN DASH}"
"""Begins the outcome of what cannot happen; why follows."""
NO_REQUEST = f"{NOT} makes no such request"

_MARK = "| Fault |"
_HEAD = """\
# Fault matrix

What happens to each call that moves files when something goes wrong. The tests in `tests/faults`
make every case on real sockets, with both clients, and fail where it does not end as this page
says; `python scripts/fault_matrix.py` measures it anew.

How to read it:

- A row is a fault, `what: which request, how often`. *Once* hits one request, *always* each one of
  that kind until the call ends; three attempts are made.
- A cell says how the call with the fault ended: `completed`, the error that was raised, or how the
  process ended. A dash means that the call cannot meet this fault, and why.
- A *later piece* is a part of a file that is asked for while others are under way.

In every case but those with a dash:

- the call ends complete and verified, or with a subclass of `ZenodoError`;
- nothing partial or wrong has a final name then, neither in the folder nor as a complete file of
  the draft;
- no thread of the call is left;
- the same call again, without the fault, completes: every byte is compared, and no part file and
  no begun upload is left.

{count} cases with each client: {outcomes}.
"""


def expect(row: str, operation: str, outcome: str, colour: str) -> None:
    """Compare an outcome with the page, or keep it for the page that is made anew."""
    if folder := os.environ.get(WRITE):
        text = json.dumps([row, operation, colour, outcome])
        Path(folder, f"{uuid.uuid4().hex}.json").write_text(text)
        return
    committed = cells().get((row, operation))
    assert outcome == committed, (
        f"{row} x {operation} ends with {outcome!r}; the page says {committed!r}."
        " If that is right now: python scripts/fault_matrix.py"
    )


@functools.cache
def cells() -> Mapping[tuple[str, str], str]:
    """What the page says, by row and column."""
    lines = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    found: dict[tuple[str, str], str] = {}
    columns: list[str] = []
    for line in lines:
        parts = [part.strip() for part in line.strip("|").split("|")]
        if line.startswith(_MARK):
            columns = parts[1:]
        elif line.startswith("|") and not line.startswith("|---"):
            pairs = zip(columns, parts[1:], strict=True)
            found.update({(parts[0], column): outcome for column, outcome in pairs})
    return found


def known(row: str, operation: str) -> str | None:
    """What a cell says that cannot be; None if it has to be measured."""
    for rows in SECTIONS.values():
        if row in rows:
            reason = rows[row](OPERATIONS[operation])
            return None if reason is None else f"{NOT} {reason}"
    raise KeyError(row)


def page(outcomes: Mapping[tuple[str, str], str]) -> str:
    """The whole page.

    Args:
        outcomes: What was measured, by row and column.
    """
    made = Counter(outcome for outcome in outcomes.values() if not outcome.startswith(NOT))
    told = ", ".join(f"{count} {outcome}" for outcome, count in made.most_common())
    parts = [_HEAD.format(count=made.total(), outcomes=told)]
    for section, rows in SECTIONS.items():
        lines = [
            f"{_MARK} {' | '.join(OPERATIONS)} |",
            "|---" * (len(OPERATIONS) + 1) + "|",
        ]
        for row in rows:
            line = [row, *(known(row, name) or outcomes[row, name] for name in OPERATIONS)]
            lines.append(f"| {' | '.join(line)} |")
        parts.append(f"## {section}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)
