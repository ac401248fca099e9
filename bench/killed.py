"""Kills zenodo_sdk in the middle, calls it again, and counts what the second call costs.

    python bench/killed.py [--mib 1024] [--json FILE]

Three works, each by the blocking and by the async client: a download of one file, an upload of 50
files with ``upload_many``, and the same with ``sync``. The process gets SIGKILL at half; then the
same call is made again. Requests and bytes are those of nginx's log.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environment
from cases import MIB, OURS, Case
from run import data_folder, make_files, new_draft, what_is_wrong
from servers import Request, Servers, serving
from watched import Event, running

RATE = 20 * MIB
"""Bytes a second of each connection of a download, so that there is a middle."""
FILES, SIZE = 50, 2_000_000


@dataclass(frozen=True)
class Run:
    """What a call cost.

    Attributes:
        requests: How many requests.
        contents: How many of them moved content.
        moved: Bytes of content.
        failed: Requests that ended with an error, those that the kill cut off among them.
    """

    requests: int
    contents: int
    moved: int
    failed: list[str]


def killed(case: Case, who: str, folder: Path, call: str) -> dict[str, Any]:
    """Do a work, killed at half, and again.

    Args:
        case: The work.
        who: Which of ours.
        folder: Where the data goes; empty.
        call: What is called, for the table.
    """
    records, out, sources = folder / "records", folder / "out", folder / "sources"
    records.mkdir()
    known = make_files(sources, case)
    (records / "7").mkdir()
    for name in known:
        (records / "7" / name).hardlink_to(sources / name)
    out.mkdir()
    far = case.what != "download"
    with serving(folder / "servers", records, known, far=far, rate=RATE) as servers:
        job: dict[str, Any] = {
            "who": who,
            "what": case.what,
            "base": servers.far if far else servers.fast,
            "token": "TOKEN" if far else "",
            "record": "7",
            "out": str(out),
            "paths": [str(sources / name) for name in known],
            "folder": str(sources),
            "draft": new_draft(servers) if far else "",
        }
        runs: list[Run] = []
        there: set[str] = set()
        for half in (True, False):
            servers.forget()
            _run(case, job, folder / "job", half=half)
            _hung_up(servers.fast)
            runs.append(_counted(case, servers))
            sent = Counter(_name(row) for row in servers.requests() if row.has_content)
            if far and half:
                there = _committed(servers, job["draft"])
            elif far and sent != Counter(known.keys() - there):
                raise SystemExit(f"{call}, {who}: of {sorted(there)}, it sent {sent}")
        if wrong := what_is_wrong(servers.store if far else out, known):
            raise SystemExit(f"{call}, {who}: {wrong}")
    left = [path for path in out.rglob("*") if path.name not in known]
    if left:
        raise SystemExit(f"{call}, {who}: {left} is left")
    first, second = runs
    return {
        "call": call,
        "who": who,
        "bytes": case.volume,
        "files": case.files,
        "first": asdict(first),
        "second": asdict(second),
        "again": second.moved / case.volume,
        "there": len(there),
        "twice": (first.moved + second.moved - case.volume) / MIB,
    }


def _run(case: Case, job: dict[str, Any], folder: Path, *, half: bool) -> None:
    """Call it, up to the half or to the end."""
    finished: set[str] = set()
    with running(job, folder) as watched:
        for event in watched.events():
            if event.phase == "done":
                finished.add(event.name)
            if half and _is_half(case, event, len(finished)):
                watched.process.kill()
                watched.process.wait()
                return
        watched.end()
    if half:
        raise SystemExit(f"{case.name}: it ended before it was killed")


def _committed(servers: Servers, draft: str) -> set[str]:
    """The files that the server has."""
    url = f"{servers.fast}/api/records/{draft}/draft/files"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
        entries = json.load(answer)["entries"]
    return {entry["key"] for entry in entries if entry["status"] == "completed"}


def _name(row: Request) -> str:
    return row.path.removesuffix("/content").rpartition("/")[2]


def _hung_up(url: str) -> None:
    """Wait until nginx has ended all connections, and so has logged all requests."""
    port = f":{urlsplit(url).port:04X}"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        # 0A: the listening socket; 06: ended, and only remembered
        if all(row[3] in ("0A", "06") for row in rows if row[1].endswith(port)):
            return
        time.sleep(0.02)
    raise SystemExit("nginx still has connections")


def _is_half(case: Case, event: Event, finished: int) -> bool:
    return event.done * 2 >= case.size if case.files == 1 else finished * 2 >= case.files


def _counted(case: Case, servers: Servers) -> Run:
    rows = servers.requests()
    contents = [row for row in rows if row.has_content]
    return Run(
        requests=len(rows),
        contents=len(contents),
        moved=sum(_moved(case, row) for row in contents),
        failed=[f"{row.status} {row.method} {row.path}" for row in rows if row.status >= 400],
    )


def _moved(case: Case, row: Request) -> int:
    # what a request has besides its content is less than half a kilobyte
    return row.sent if case.what == "download" else row.received


def table(told: list[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| call | client | first: requests, MiB | kept | again: requests, MiB | of all bytes |",
        "|---|---|---|---|---|---|",
    ]
    for row in told:
        runs = [
            f"{run['requests']}, {run['moved'] / MIB:.1f}" for run in (row["first"], row["second"])
        ]
        client = row["who"].removeprefix("zenodo_sdk ")
        kept = f"{(row['bytes'] - row['second']['moved']) / MIB:.0f} MiB"
        if row["files"] > 1:
            kept = f"{row['there']} of {row['files']} files"
        again = f"{runs[1]} | {row['again'] * 100:.1f} %"
        lines.append(f"| `{row['call']}` | {client} | {runs[0]} | {kept} | {again} |")
    return "\n".join(lines)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mib", type=int, default=1024, help="size of what is downloaded")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    asked = parser.parse_args()
    environment.prepare_ours()
    big = Case("download", "", "download", "fast", 1, asked.mib * MIB, (), (), ())
    many = Case("upload", "", "upload", "far", FILES, SIZE, (), (), ())
    folder = Case("sync", "", "sync", "far", FILES, SIZE, (), (), ())
    calls = ((big, "download_all"), (many, "upload_many"), (folder, "sync"))
    told: list[dict[str, Any]] = []
    place, _ = data_folder(3 * big.volume)
    for case, call in calls:
        for who in OURS:
            with tempfile.TemporaryDirectory(prefix="zenodo-killed-", dir=place) as data:
                told.append(killed(case, who, Path(data), call))
            print(json.dumps(told[-1]), file=sys.stderr)
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    print(table(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
