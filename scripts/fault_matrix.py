"""Measure docs/concepts/fault-matrix.md anew.

    python scripts/fault_matrix.py
    python scripts/fault_matrix.py -k "kill and download"

Runs the tests in ``tests/faults``, or those that pytest's options choose, and writes what became
of each case, unless one fails, or ends in one way with one client and in another way with the
other. What was not run, or was skipped, stays as the page has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# E402: the tests are no package that is installed, so the path comes first
from tests.faults.bench import OPERATIONS  # noqa: E402
from tests.faults.matrix import SECTIONS  # noqa: E402
from tests.faults.table import PAGE, WRITE, cells, known, page  # noqa: E402


def main() -> int:
    """Measure, compare the clients, write."""
    with tempfile.TemporaryDirectory() as folder:
        tests = [sys.executable, "-m", "pytest", "-q", "tests/faults", *sys.argv[1:]]
        deselected = ["--deselect", "tests/faults/test_table.py"]
        run = subprocess.run(
            [*tests, *deselected], cwd=ROOT, env={**os.environ, WRITE: folder}, check=False
        )
        measured: dict[tuple[str, str], dict[str, set[str]]] = {}
        for file in Path(folder).iterdir():
            row, operation, colour, outcome = json.loads(file.read_text())
            by_colour = measured.setdefault((row, operation), {})
            by_colour.setdefault(colour, set()).add(outcome)
    wanted = [
        (row, operation)
        for rows in SECTIONS.values()
        for row in rows
        for operation in OPERATIONS
        if known(row, operation) is None
    ]
    old = cells()
    wrong = [f"{each}: not measured" for each in wanted if each not in measured and each not in old]
    for cell, colours in measured.items():
        if len({outcome for found in colours.values() for outcome in found}) > 1:
            wrong.append(f"{cell}: {colours}")
    if wrong or run.returncode:
        print("\n".join(["nothing was written", *wrong]))
        return 1
    outcomes = {
        each: next(iter(measured[each].values())).pop() if each in measured else old[each]
        for each in wanted
    }
    PAGE.write_text(page(outcomes), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}: {len(outcomes)} cases with each client")
    return 0


if __name__ == "__main__":
    sys.exit(main())
