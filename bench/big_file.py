"""Moves one very large file each way, and watches the memory of the process.

    python bench/big_file.py [--gib 20] [--colour sync|async] [--json FILE] [--svg FILE]

Fails where the file is not the same on the other side, where a range or a total is wrong, or where
memory grows with what was moved. Needs as much room on a disk as the file has bytes, once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environment
import plot
from cases import MIB
from run import what_is_wrong
from servers import Request, serving
from watched import Event, Watched, running

GIB = 1 << 30
NAME = "large.bin"
RATE = 64 * MIB
"""Bytes a second of each connection of a download, so that several of them are used."""
FLAT = 8 * MIB
"""Bytes by which memory in the last fifth may be above that in the second."""
EVERY = 0.25
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Way:
    """What was seen on one way.

    Attributes:
        seconds: From start to end.
        samples: Bytes moved, and bytes of resident memory at that time.
        growth: Bytes from the median of the memory in the second fifth of the file to that in the
            last: one moment's memory swings by some MiB with what is on its way.
        ranges: How many ranges were asked for.
        beyond: How many of them began above 4 GiB.
        again: Bytes that were sent and not wanted, or sent twice.
        events: How often progress was told.
    """

    seconds: float
    samples: list[tuple[int, int]]
    growth: int
    ranges: int
    beyond: int
    again: int
    events: int

    @property
    def peak(self) -> int:
        """Most resident memory in bytes."""
        return max(memory for _, memory in self.samples)


def make(path: Path, size: int) -> str:
    """Write the file, sparse but for its marks; tells its MD5."""
    with path.open("wb") as stream:
        # each MiB has its number, so that one in another's place shows
        for start in range(0, size - 8, MIB):
            stream.seek(start)
            stream.write((start // MIB + 1).to_bytes(8, "big"))
        for at in (4 * GIB - 1, 4 * GIB, 4 * GIB + 1, 12 * GIB, size - 1):
            if at < size:
                stream.seek(at)
                stream.write(b"\xff")
        stream.truncate(size)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def move(what: str, colour: str, folder: Path, source: Path, known: tuple[int, str]) -> Way:
    """Move it one way.

    Args:
        what: ``"download"`` or ``"upload"``.
        colour: Which client.
        folder: Where everything is put; removed at the end.
        source: The file.
        known: Its size and MD5.
    """
    size = known[0]
    out, records = folder / "out", folder / "records"
    out.mkdir(parents=True)
    (records / "7").mkdir(parents=True)
    (records / "7" / NAME).hardlink_to(source)
    with serving(folder / "servers", records, {NAME: known}, far=False, rate=RATE) as servers:
        job: dict[str, Any] = {"who": f"zenodo_sdk {colour}", "what": what}
        job |= {"base": servers.fast, "record": "7"}
        job |= {"token": "" if what == "download" else "TOKEN", "draft": ""}
        job |= {"out": str(out), "paths": [str(source)]}
        started = time.monotonic()
        with running(job, folder / "job") as watched:
            samples, events = _watch(watched)
        seconds = time.monotonic() - started
        rows = [row for row in servers.requests() if row.has_content]
        wrong = what_is_wrong(out if what == "download" else servers.store, {NAME: known})
    shutil.rmtree(folder)
    assert not wrong, wrong
    _check_progress(events, size)
    asked = list(_ranges(rows, size)) if what == "download" else []
    if what == "upload":
        assert [row.method for row in rows] == ["PUT"], rows
        assert 0 < rows[0].received - size < 4096, rows
    early = [memory for done, memory in samples if size / 5 <= done < size * 2 / 5]
    late = [memory for done, memory in samples if done >= size * 4 / 5]
    return Way(
        seconds=seconds,
        samples=samples,
        growth=round(statistics.median(late) - statistics.median(early)),
        ranges=len(asked),
        beyond=sum(start >= 4 * GIB for start, _ in asked),
        again=sum(row.sent for row in rows) - size if what == "download" else 0,
        events=len(events),
    )


def _watch(watched: Watched) -> tuple[list[tuple[int, int]], list[Event]]:
    events: list[Event] = []
    samples: list[tuple[int, int]] = []
    status = Path(f"/proc/{watched.process.pid}/status")
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            # what has ended has no memory any more
            found = re.search(r"VmRSS:\s*(\d+) kB", status.read_text())
            if found and events and events[-1].phase != "waiting":
                samples.append((events[-1].done, int(found[1]) << 10))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for event in watched.events():
            events.append(event)
    finally:
        over.set()
        looking.join()
    watched.end()
    return samples, events


def _check_progress(events: list[Event], size: int) -> None:
    done = [event.done for event in events]
    assert {event.total for event in events} == {size}, "a total is wrong"
    assert done == sorted(done), "it went back"
    assert done[-1] == size, done[-1]
    assert events[-1].phase == "done", events[-1]
    assert size <= 4 * GIB or any(4 * GIB < each < size for each in done), "nothing above 4 GiB"


def _ranges(rows: list[Request], size: int) -> Iterator[tuple[int, int]]:
    """The ranges that were asked for, each from its first byte to before the other."""
    covered = 0
    for row in sorted(rows, key=lambda row: [int(n) for n in re.findall(r"\d+", row.range)]):
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", row.range)
        assert match, row
        start, end = int(match[1]), int(match[2]) + 1
        assert row.status == 206, row
        assert start < end <= size, row
        assert start <= covered, f"nobody asked for the bytes from {covered} to {start}"
        assert row.sent <= end - start, row
        covered = max(covered, end)
        yield start, end
    assert covered == size, covered


def _told(way: Way, size: int) -> dict[str, Any]:
    return {
        "seconds": round(way.seconds, 1),
        "rate": round(size / way.seconds / 1e6),
        "peak": way.peak,
        "growth": way.growth,
        "ranges": way.ranges,
        "beyond": way.beyond,
        "again": way.again,
        "events": way.events,
        "samples": way.samples,
    }


def main() -> int:
    """Move it, check and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gib", type=float, default=20, help="size of the file")
    parser.add_argument("--colour", choices=("sync", "async"), default="sync")
    parser.add_argument("--data", type=Path, help="where to put the data; a folder on a disk")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the memory")
    asked = parser.parse_args()
    environment.prepare_ours()
    size = int(asked.gib * GIB) + 7
    told: dict[str, Any] = {"bytes": size, "colour": asked.colour}
    ways: dict[str, Way] = {}
    with tempfile.TemporaryDirectory(prefix="zenodo-big-", dir=asked.data) as place:
        source = Path(place) / NAME
        known = (size, make(source, size))
        if shutil.disk_usage(place).free < size + GIB:
            raise SystemExit(f"{place} has no room for {size} bytes; name another with --data")
        for what in ("download", "upload"):
            way = ways[what] = move(what, asked.colour, Path(place) / what, source, known)
            told[what] = _told(way, size)
            print(
                f"{what}: {way.seconds:.0f} s, {size / way.seconds / 1e6:.0f} MB/s,"
                f" peak {way.peak / MIB:.1f} MiB, growth {way.growth / MIB:.1f} MiB,"
                f" {way.ranges} ranges, {way.beyond} above 4 GiB"
            )
    if asked.json:
        asked.json.write_text(json.dumps(told) + "\n")
    if asked.svg:
        drawn = {
            what: [(done / GIB, memory / MIB) for done, memory in way.samples]
            for what, way in ways.items()
        }
        title = f"Memory while {asked.gib:g} GiB move"
        asked.svg.write_text(plot.lines(title, "GiB moved", "resident memory in MiB", drawn))
    grown = [what for what, way in ways.items() if way.growth >= FLAT]
    if grown:
        print(f"memory grows: {', '.join(grown)}", file=sys.stderr)
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
