"""Runs a program as a process of its own, and reads what the kernel accounted for it.

A program starts with the peak memory of whoever starts it: the kernel keeps the figure when a
process becomes another program. So a small one stands between the benchmark and what is measured;
its own memory, about 13 MiB, is the least that can be told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes:
        wall: Seconds from its start to its end.
        cpu: CPU seconds, user and system, with those of its children.
        memory: Peak of resident memory in bytes.
        failure: Why it did not succeed; empty if it did.
    """

    wall: float
    cpu: float
    memory: int
    failure: str


def run(
    command: list[str], *, timeout: float, folder: Path, env: dict[str, str] | None = None
) -> Cost:
    """Run a program to its end.

    Args:
        command: Program and arguments.
        timeout: Seconds after which it is ended.
        folder: Where it runs, and where its output is kept.
        env: Its environment; this process's own by default.
    """
    between = [sys.executable, "-I", "-S", __file__, str(folder), str(timeout), *command]
    told = subprocess.run(between, env=env, stdout=subprocess.PIPE, check=True).stdout
    return Cost(**json.loads(told))


def _main(folder: str, timeout: float, command: list[str]) -> None:
    output = Path(folder) / "output.txt"
    late = threading.Event()
    with output.open("wb") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd=folder
        )

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, give_up)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = code = os.waitstatus_to_exitcode(status)
    failure = ""
    if late.is_set():
        failure = f"not done after {timeout:.0f} s"
    elif code:
        said = output.read_text(errors="replace").strip().splitlines() or ["nothing"]
        failure = f"exit code {code}: {said[-1][:300]}"
    # Linux counts KiB, macOS bytes
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory, "failure": failure}))


if __name__ == "__main__":
    _main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
