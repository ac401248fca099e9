"""A first deposit: two real files, published, fetched back by DOI and verified.

    python3 tests/integration/server run -- python examples/first_deposit.py

It publishes for good, so it runs only where ZENODO_SDK_TEST_URL says, with the token in
ZENODO_SDK_TEST_TOKEN: on the test server that the line above starts, or on the sandbox.
"""

from __future__ import annotations

import csv
import hashlib
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from zenodo_sdk import Client, Creator, Metadata, Progress, ZenodoError


def measure(path: Path, seconds: float = 1.0) -> int:
    """Measure how late this machine wakes from short waits, and write it down as CSV."""
    rows = 0
    end = time.monotonic() + seconds
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["time_utc", "asked_ms", "waited_ms", "load_1min"])
        while time.monotonic() < end:
            before = time.perf_counter()
            time.sleep(0.005)
            waited = (time.perf_counter() - before) * 1000
            load = os.getloadavg()[0] if hasattr(os, "getloadavg") else ""
            table.writerow([datetime.now(UTC).isoformat(), 5, f"{waited:.3f}", load])
            rows += 1
    return rows


def md5(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def show(progress: Progress) -> None:
    """Tell when a file has gone out or come in whole."""
    if progress.is_complete:
        print(f"   {progress.direction:>8}  {progress.name}: {progress.done:,} bytes")


def main(url: str, token: str | None, folder: Path) -> None:
    """Deposit, publish, fetch back, verify."""
    table, noise = folder / "wakeups.csv", folder / "noise.bin"
    rows = measure(table)
    noise.write_bytes(os.urandom(20_000_000))
    print(f"1. measured {rows} wake-ups of this machine, and made 20 MB of noise")

    with Client(token, base_url=url) as client:
        deposition = client.depositions.create(
            Metadata(
                title="How late a machine wakes up",
                resource_type="dataset",
                creators=[Creator(name="Okafor, Ada", orcid="0000-0002-1825-0097")],
                description="<p>Waits of 5 ms, measured, and a file of noise.</p>",
                publisher="First deposit",
                licenses=["cc-by-4.0"],
                keywords=["latency"],
            )
        )
        print(f"2. made draft {deposition.id}")
        deposition.files.upload(table, progress=show)
        deposition.files.upload(noise, progress=show)
        deposition.publish()
        print(f"3. published as {deposition.doi}: {deposition.url}")

        record = client.records.get(deposition.doi or "")
        paths = record.files.download_all(folder / "back", progress=show)
        for path in paths:
            if md5(path) != md5(folder / path.name):
                sys.exit(f"{path.name} came back changed")
        print(f"4. fetched {len(paths)} files back by DOI; each is what was sent, byte for byte")


if __name__ == "__main__":
    server = os.environ.get("ZENODO_SDK_TEST_URL")
    if not server:
        sys.exit(
            "Set ZENODO_SDK_TEST_URL, or start a test server around this program:\n"
            "  python3 tests/integration/server run -- python examples/first_deposit.py"
        )
    with tempfile.TemporaryDirectory() as scratch:
        try:
            main(server, os.environ.get("ZENODO_SDK_TEST_TOKEN"), Path(scratch))
        except ZenodoError as error:
            sys.exit(f"{type(error).__name__}: {error}")
