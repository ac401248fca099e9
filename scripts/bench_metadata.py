"""What metadata costs: to build, to judge, to read, to write; and what the import costs.

    python scripts/bench_metadata.py [rounds]

Times are medians of rounds. Reading and writing are told as ratios to `json`, which does the
least that could be done with a record, so that the figures of two machines can be compared.
"""

from __future__ import annotations

import copy
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from zenodo_sdk import (
    Access,
    AdditionalDescription,
    AdditionalTitle,
    Contributor,
    Creator,
    Date,
    Funding,
    Journal,
    Location,
    Metadata,
    Reference,
    RelatedIdentifier,
    Software,
)


def build() -> Metadata:
    """Fill in about everything."""
    return Metadata(
        title="Soil moisture grid 2025",
        resource_type="dataset",
        creators=[
            Creator("Okafor, Ada", orcid="0000-0002-1825-0097", affiliation="University X"),
            Creator("Lee, Bo", affiliation="University Y"),
            Creator.organization("CERN", ror="01ggx4157"),
        ],
        contributors=[Contributor("Roe, Jane", role="editor")],
        publication_date="2026-11-22",
        publisher="Zenodo",
        description="<p>Daily grid of soil moisture, from 40 stations.</p>",
        additional_titles=[AdditionalTitle("Bodenfeuchte 2025", "translated-title", language="de")],
        additional_descriptions=[AdditionalDescription("<p>By hand.</p>", "methods")],
        licenses=["cc-by-4.0"],
        keywords=["soil", "moisture", "grid"],
        languages=["en"],
        dates=[Date("2025-01/2025-12", "collected")],
        version="1.0.0",
        references=[Reference("Doe 2020", identifier="10.1234/doe")],
        locations=[Location(lat=0, lon=6.05, place="On the equator")],
        related_identifiers=[RelatedIdentifier("10.1234/paper", "isSupplementTo")],
        funding=[Funding.ec("101017452")],
        journal=Journal("Soil Letters", volume="12"),
        software=Software("https://example.org/code.git", languages=["python"]),
        access=Access.open(),
    )


def median(rounds: int, action: Callable[[], object]) -> float:
    """Time an action in seconds of the processor, which other programs do not prolong."""
    action()
    times: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(20):
            action()
        times.append((time.process_time() - started) / 20)
    return statistics.median(times)


def fresh(statement: str) -> float:
    """Time a statement in an interpreter of its own, in seconds."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Measure and print."""
    metadata = build()
    record = metadata.to_rdm()
    text = json.dumps(record)
    loads = median(rounds, lambda: json.loads(text))
    dumps = median(rounds, lambda: json.dumps(record))
    print(f"build a full Metadata:      {median(rounds, build) * 1e6:7.0f} µs")
    print(f"judge it (problems()):      {median(rounds, metadata.problems) * 1e6:7.0f} µs")
    print(f"assign a title:             {median(rounds, lambda: assign(metadata)) * 1e6:7.0f} µs")
    read = median(rounds, lambda: Metadata.from_rdm(record))
    print(f"read a record (from_rdm):   {read * 1e6:7.0f} µs, {read / loads:.1f} x json.loads")
    write = median(rounds, metadata.to_rdm)
    print(f"write it (to_rdm):          {write * 1e6:7.0f} µs, {write / dumps:.1f} x json.dumps")
    copied = median(rounds, lambda: copy.deepcopy(record))
    print(f"copy its JSON (deepcopy):   {copied * 1e6:7.0f} µs, {copied / loads:.1f} x json.loads")
    pairs = [
        (fresh("import httpx, pydantic"), fresh("import zenodo_sdk"), fresh(_FIRST))
        for _ in range(max(3, rounds // 4))
    ]
    base, whole, first = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"import httpx, pydantic:     {base * 1e3:7.0f} ms with the interpreter")
    print(f"import zenodo_sdk:          {whole * 1e3:7.0f} ms, {whole / base:.2f} x that")
    print(f"and build a first Metadata: {first * 1e3:7.0f} ms, {first / base:.2f} x that")


def assign(metadata: Metadata) -> None:
    """Assign to one field."""
    metadata.title = "Another title"


_FIRST = "from zenodo_sdk import Metadata; Metadata(title='Soil', licenses=['mit']).problems()"

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
