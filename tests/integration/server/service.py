"""A background process that outlives the command which started it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console import Failure

START_PATIENCE = 180.0
STOP_PATIENCE = 15.0


@dataclass(frozen=True)
class Service:
    """One program, with the pid file that finds it again.

    A pid file outlives a crash and a reboot, after which its number may be another
    process's. It is believed only if that process's command line holds `mark`.
    """

    name: str
    argv: tuple[str, ...]
    mark: str
    run: Path
    log: Path
    environment: Mapping[str, str]
    port: int | None = None
    user: str | None = None
    farewell: signal.Signals = signal.SIGTERM
    child_mark: str = ""
    """What its children are called, if not by the mark."""

    @property
    def pid_file(self) -> Path:
        return self.run / f"{self.name}.pid"

    def pid(self) -> int | None:
        """The process, if it is alive and is the one meant."""
        pid = self._recorded()
        return pid if pid and not _ended(pid) and self.mark in _command_line(pid) else None

    def running(self) -> bool:
        return self.pid() is not None

    def start(self) -> None:
        """Start it in a session of its own, with its output in its log."""
        with self.log.open("w") as log:
            process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=dict(self.environment),
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        self.pid_file.write_text(f"{process.pid}\n")
        process.returncode = 0  # it is meant to live on: no warning about that

    def clear_the_way(self) -> None:
        """End what a killed process left behind, and make sure that the port is free."""
        for pid in self.leftovers():
            _signal(pid, signal.SIGKILL)
        wait(lambda: not self.leftovers(), STOP_PATIENCE)
        self.pid_file.unlink(missing_ok=True)
        if self.port is not None and not wait(self._port_is_free, 3.0):
            raise Failure(
                f"port {self.port}, wanted for {self.name}, is taken by another program;"
                " choose other ports with RDM_SERVER_PORT"
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for a sign of readiness, for as long as the process just started lives."""
        pid = self._recorded()
        # Not `running`: some programs have their final command line only after a while.
        wait(lambda: ready() or pid is None or _ended(pid), START_PATIENCE)
        if not ready():
            what = "died" if pid is None or _ended(pid) else "did not get ready in time"
            raise Failure(f"{self.name} {what}; see {self.log}")

    def listening(self) -> bool:
        return not self._port_is_free()

    def _port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port or 0)) != 0

    def _recorded(self) -> int | None:
        try:
            return int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def leftovers(self) -> list[int]:
        """The children of a leader that is gone; they still are in its session."""
        leader = self._recorded()
        if leader is None or self.running():
            return []
        marks = [mark for mark in (self.mark, self.child_mark) if mark]
        return [
            pid
            for pid in (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
            if pid != leader
            and _session(pid) == leader
            and not _ended(pid)
            and any(mark in _command_line(pid) for mark in marks)
        ]


def stop(services: Iterable[Service]) -> None:
    """Ask all of them to end, wait for all, and kill those that do not."""
    running = [(service, pid) for service in services if (pid := service.pid())]
    for service, pid in running:
        _signal(pid, service.farewell)
    give_up = time.monotonic() + STOP_PATIENCE
    for service, pid in running:
        ended = partial(_ended, pid)
        if not wait(ended, give_up - time.monotonic()):
            _signal(pid, signal.SIGKILL)
            wait(ended, 2.0)
        for child in service.leftovers():
            _signal(child, signal.SIGKILL)
        service.pid_file.unlink(missing_ok=True)


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, at most so long; tell whether it came true."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _status(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _ended(pid: int) -> bool:
    """Whether a process is no more; one that only waits to be reaped counts as ended."""
    return _status(pid)[:1] in ([], ["Z"], ["X"])


def _session(pid: int) -> int:
    status = _status(pid)
    return int(status[3]) if status else 0


def _command_line(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")
