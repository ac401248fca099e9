"""How long `import zenodo_sdk` takes, as a ratio to `import httpx, pydantic`.

    python scripts/bench_import.py [pairs]

The two are started in turn, so that a machine that speeds up or slows down does so for both.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(statement: str) -> float:
    """Time a fresh interpreter that runs a statement."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started


def main(pairs: int) -> None:
    """Measure and print."""
    nothing: list[float] = []
    base: list[float] = []
    ours: list[float] = []
    for _ in range(pairs):
        nothing.append(seconds("pass"))
        base.append(seconds("import httpx, pydantic"))
        ours.append(seconds("import zenodo_sdk"))
    start = statistics.median(nothing)
    ratios = [(o - start) / (b - start) for o, b in zip(ours, base, strict=True)]
    print(f"import httpx, pydantic: {statistics.median(base) - start:.3f} s (median of {pairs})")
    print(f"import zenodo_sdk:      {statistics.median(ours) - start:.3f} s")
    print(f"ratio, pair by pair:    {statistics.median(ratios):.2f} (median)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
