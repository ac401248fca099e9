"""Runs zenodo_sdk as a process of its own, and follows its progress."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import environment
from run import environ
from servers import HERE


class Event(NamedTuple):
    """What the SDK said."""

    name: str
    done: int
    total: int | None
    phase: str


class Watched:
    """A running process.

    Attributes:
        process: The process.
    """

    def __init__(self, process: subprocess.Popen[str], said: Path) -> None:
        self.process = process
        self._said = said

    def events(self) -> Iterator[Event]:
        """What it says, as it says it, up to its end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield Event(*json.loads(line))

    def end(self) -> None:
        """Wait for its end; RuntimeError if it failed."""
        for _ in self.events():
            pass
        if self.process.wait():
            raise RuntimeError(self._said.read_text())


@contextmanager
def running(job: dict[str, Any], root: Path) -> Generator[Watched]:
    """Start it; whatever is left of it at the end is killed.

    Args:
        job: For job_ours.py.
        root: A folder for what it needs.
    """
    root.mkdir(exist_ok=True)
    described, said = root / "job.json", root / "said.txt"
    described.write_text(json.dumps({**job, "span": str(root / "span"), "tell": True}))
    command = [str(environment.python("zenodo_sdk")), str(HERE / "job_ours.py"), str(described)]
    with (
        said.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environ(root / "home")
        ) as process,
    ):
        try:
            yield Watched(process, said)
        finally:
            process.kill()
