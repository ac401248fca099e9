"""Measures zenodo_sdk beside curl and its peers, on servers that it starts itself.

    python bench/run.py [--only CASE ...] [--runs 3] [--json FILE]
    python bench/run.py --markdown FILE.json ...

See bench/README.md for what the figures mean.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import environment
import measure
import report
from cases import CASES, MIB, OURS, Case
from servers import HERE, Servers, serving

_BLOCK = MIB


class Bench:
    """One run of the benchmark.

    Args:
        runs: How often everything is measured.
        folder: Where the data lies.
        all_peers: Whether the peers that take very long are measured too.
        missing: What cannot be measured here, and why.
        plain_latency: Whether long lines have no slow start.
    """

    def __init__(
        self, runs: int, folder: Path, all_peers: bool, missing: dict[str, str], plain_latency: bool
    ) -> None:
        self.runs = runs
        self.folder = folder
        self.all_peers = all_peers
        self.missing = missing
        self.plain_latency = plain_latency

    def case(self, case: Case) -> dict[str, Any]:
        """Measure one case."""
        sources = self.folder / "sources"
        records = self.folder / "records"
        known = make_files(sources, case)
        # what is downloaded is what is uploaded
        (records / "7").mkdir(parents=True)
        for name in known:
            (records / "7" / name).hardlink_to(sources / name)
        slow = {} if self.all_peers else dict(case.slow)
        extra = tuple(who for who, _ in case.slow) if self.all_peers else ()
        everyone = (*case.floor, *OURS, *case.peers, *extra)
        not_run = {who: self.missing[who] for who in everyone if who in self.missing}
        not_run |= {who: f"left out: {why} (--all-peers)" for who, why in slow.items()}
        able = [who for who in everyone if who not in not_run]
        runs: list[dict[str, Any]] = []
        for number in range(self.runs):
            # another one first in each round, so that a machine that slows down does so for all
            turn = number % max(1, len(able))
            for who in (*able[turn:], *able[:turn]):
                run = {"round": number + 1, "who": who, **self._once(case, who, sources, known)}
                runs.append(run)
                told = run["failure"] or f"{run['wall']:.2f} s"
                print(f"  {case.name} {number + 1}/{self.runs} {who}: {told}", file=sys.stderr)
        shutil.rmtree(sources)
        shutil.rmtree(records)
        return report.judged(
            {
                "name": case.name,
                "title": case.title,
                "bytes": case.volume,
                "participants": list(everyone),
                "not_run": not_run,
                "runs": runs,
            },
            case,
        )

    def _once(
        self, case: Case, who: str, sources: Path, known: dict[str, tuple[int, str]]
    ) -> dict[str, Any]:
        root = self.folder / "once"
        home = root / "home"
        out = root / "out"
        for folder in (home, out):
            folder.mkdir(parents=True)
        far = case.server == "far"
        records = sources.parent / "records"
        with serving(
            root / "servers", records, known, far=far, plain=self.plain_latency
        ) as servers:
            job: dict[str, Any] = {
                "who": who,
                "what": case.what,
                "base": getattr(servers, case.server),
                "token": "" if case.what == "download" else "TOKEN",
                "record": "7",
                "out": str(out),
                "paths": [str(sources / name) for name in known],
                "folder": str(sources),
                "draft": new_draft(servers) if case.what == "sync" else "",
                "span": str(root / "span"),
            }
            command = self._command(job, root, next(iter(known)))
            env = environ(home)
            failure = ""
            if case.what == "sync":
                first = measure.run(command, timeout=case.timeout, folder=root, env=env)
                failure = first.failure and f"the first time: {first.failure}"
            servers.forget()
            load = os.getloadavg()[0]
            cost = measure.run(command, timeout=case.timeout, folder=root, env=env)
            traffic = servers.traffic()
            if who != "md5sum":
                found = out if case.what == "download" else servers.store
                wrong = what_is_wrong(found, known)
                cost = replace(cost, failure=failure or cost.failure or wrong)
        span = root / "span"
        told = {
            **asdict(cost),
            "span": float(span.read_text()) if span.exists() else None,
            "load": load,
            "traffic": asdict(traffic),
        }
        shutil.rmtree(root)
        return told

    def _command(self, job: dict[str, Any], root: Path, name: str) -> list[str]:
        who, base, source = job["who"], job["base"], job["paths"][0]
        if who == "md5sum":
            return ["md5sum", source]
        if who == "curl":
            command = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*"]
            if job["what"] == "download":
                url = f"{base}/api/records/{job['record']}/files/{name}/content"
                return [*command, "-o", f"{job['out']}/{name}", url]
            return [*command, "-T", source, f"{base}/api/files/curl/{name}"]
        described = root / "job.json"
        described.write_text(json.dumps(job))
        script = "job_ours.py" if who in OURS else "job_peers.py"
        return [str(environment.python(who)), str(HERE / script), str(described)]


def make_files(folder: Path, case: Case) -> dict[str, tuple[int, str]]:
    """Write the files; tells the size and the MD5 of each."""
    folder.mkdir()
    known: dict[str, tuple[int, str]] = {}
    seeds = iter(range(1_000_000))
    for number in range(case.files):
        name = f"data-{number:03}.bin"
        md5 = hashlib.md5(usedforsecurity=False)
        with (folder / name).open("wb") as stream:
            for start in range(0, case.size, _BLOCK):
                # no two blocks alike: one in another's place must show
                block = random.Random(next(seeds)).randbytes(min(_BLOCK, case.size - start))
                md5.update(block)
                stream.write(block)
        known[name] = (case.size, md5.hexdigest())
    return known


def what_is_wrong(folder: Path, known: dict[str, tuple[int, str]]) -> str:
    """Compare what arrived, after the measurement; empty if all is right."""
    for name, (_, md5) in known.items():
        found = [path for path in folder.rglob(name) if path.is_file()]
        if len(found) != 1:
            return f"{name} is there {len(found)} times"
        with found[0].open("rb") as stream:
            if hashlib.file_digest(stream, "md5").hexdigest() != md5:
                return f"{name} holds wrong bytes"
    return ""


def new_draft(servers: Servers) -> str:
    """Make a draft without files, and tell its id."""
    request = urllib.request.Request(
        f"{servers.fast}/api/records", data=b"{}", headers={"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return str(json.load(answer)["id"])


def environ(home: Path) -> dict[str, str]:
    """An environment without the user's own settings, tokens, caches and proxies."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return {**own, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "NO_PROXY": "*"}


def data_folder(needed: int) -> tuple[Path, str]:
    """Find a place for the data that is not a disk, if there is one."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > needed:
        return memory, "memory (tmpfs)"
    return Path(tempfile.gettempdir()), "the temporary folder: the disk is measured as well"


def _wanted(only: Iterable[str]) -> list[Case]:
    names = set(only)
    unknown = names - {case.name for case in CASES}
    if unknown:
        raise SystemExit(
            f"no case {', '.join(sorted(unknown))}; there are "
            + ", ".join(case.name for case in CASES)
        )
    return [case for case in CASES if not names or case.name in names]


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="CASE", help="only these cases")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--all-peers", action="store_true", help="also those that take very long")
    parser.add_argument(
        "--plain-latency", action="store_true", help="long lines only delay: no slow start"
    )
    parser.add_argument("--who", nargs="+", default=[], help="only these participants")
    parser.add_argument("--data", type=Path, help="where to put the data; memory by default")
    parser.add_argument(
        "--markdown", nargs="+", type=Path, metavar="JSON", help="fill the documentation's table"
    )
    asked = parser.parse_args()
    if asked.markdown:
        report.document([json.loads(path.read_text()) for path in asked.markdown])
        return 0
    wanted = _wanted(asked.only)
    programs = environment.programs()
    if "nginx" in programs:
        raise SystemExit(f"nothing is measured: {programs['nginx']}")
    missing = {**programs, **environment.prepare()}
    if asked.who:
        everyone = {who for case in CASES for who in (*case.floor, *OURS, *case.peers)}
        if unknown := set(asked.who) - everyone:
            raise SystemExit(
                f"no {', '.join(sorted(unknown))}; there are {', '.join(sorted(everyone))}"
            )
        missing |= dict.fromkeys(everyone - set(asked.who), "left out (--who)")
    place, kind = data_folder(4 * max(case.volume for case in wanted) + 64 * MIB)
    told: dict[str, Any] = {
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": environment.machine() | {"data": kind},
        "versions": environment.versions(),
        "latency": "100 ms" + (", no slow start" if asked.plain_latency else ", slow start"),
        "cases": [],
    }
    with tempfile.TemporaryDirectory(prefix="zenodo-bench-", dir=asked.data or place) as folder:
        bench = Bench(asked.runs, Path(folder), asked.all_peers, missing, asked.plain_latency)
        for case in wanted:
            told["cases"].append(bench.case(case))
            if asked.json:
                # after each case: what was measured shall survive what comes
                asked.json.write_text(json.dumps(told, indent=1) + "\n")
    print(report.text(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
