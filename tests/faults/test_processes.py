"""Processes that are killed, interrupted, two at once or on a bad disk, against all calls."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from zenodo_sdk.testing import Meanwhile

from . import jobs
from .bench import FILES, OPERATIONS, Bench, Colour, assert_safe
from .matrix import cases, rows_of
from .network import PLACES
from .processes import HELD, KILLED
from .table import expect

# a process begins with the imports done, and with no thread of this one
_new = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
if hasattr(os, "fork"):
    _new.set_forkserver_preload(["tests.faults.jobs"])


@contextmanager
def started(work: Callable[..., None], *args: Any) -> Iterator[tuple[BaseProcess, Connection]]:
    hears, tells = _new.Pipe()
    child = _new.Process(target=work, args=(*args, tells))
    child.start()
    tells.close()
    try:
        yield child, hears
    finally:
        child.kill()
        child.join()
        child.close()
        hears.close()


class Hold:
    """Keeps a request back, and tells when it is there."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        self.go.wait(60)


def job_of(bench: Bench) -> jobs.Job:
    return jobs.Job(
        colour=bench.colour,
        operation=bench.operation.name,
        url=bench.proxy.url,
        token=bench.server.token,
        draft=bench.draft,
        record=bench.record,
        source=bench.source,
        target=bench.target,
    )


def held(bench: Bench, place: str) -> Hold:
    hold = Hold()
    skip = 2 if place == "later piece" else 0
    bench.proxy.inject(Meanwhile(*PLACES[place], hold, skip=skip))
    return hold


def run_again(bench: Bench) -> None:
    bench.proxy.clear()
    assert bench.run() == "completed"
    assert_safe(bench)
    assert bench.is_complete(), (sorted(bench.there()), bench.left_over())
    assert bench.in_source() == FILES


@pytest.mark.parametrize("colour", ["async", "sync"])
@cases(rows_of(*KILLED))
def test_killed(
    make_bench: Callable[..., Bench], name: str, operation: str, colour: Colour
) -> None:
    signal_, place = KILLED[name]
    bench = make_bench(colour, OPERATIONS[operation])
    hold = held(bench, place)
    with started(jobs.do, job_of(bench)) as (child, told):
        assert hold.reached.wait(60)
        assert child.pid is not None
        os.kill(child.pid, signal_)
        child.join(60)
        assert not child.is_alive(), "it waits for the request that is held"
        outcome = "killed" if signal_ == signal.SIGKILL else str(told.recv())
    hold.go.set()
    assert_safe(bench)
    run_again(bench)
    expect(name, operation, outcome, colour)


@pytest.mark.parametrize("colour", ["async", "sync"])
@cases(rows_of(*HELD))
def test_two_processes(
    make_bench: Callable[..., Bench], name: str, operation: str, colour: Colour
) -> None:
    bench = make_bench(colour, OPERATIONS[operation])
    hold = held(bench, HELD[name])
    with started(jobs.do, job_of(bench)) as (_, told):
        assert hold.reached.wait(60)
        mine = bench.run()
        hold.go.set()
        others = str(told.recv())
    assert_safe(bench)
    run_again(bench)
    expect(name, operation, f"{mine}; the other {others}", colour)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system of its own")
@pytest.mark.parametrize("colour", ["async", "sync"])
@cases(rows_of("disk full", "read-only disk"))
def test_disks(
    make_bench: Callable[..., Bench], name: str, operation: str, colour: Colour, tmp_path: Any
) -> None:
    bench = make_bench(colour, OPERATIONS[operation])
    disk = tmp_path / "disk"
    disk.mkdir()
    bench.target = disk / "target"
    options = "size=100k" if name == "disk full" else "size=8m"
    with started(jobs.do_on_a_disk, job_of(bench), disk, disk / "cache", options) as (_, told):
        answer = told.recv()
        if isinstance(answer, OSError):
            pytest.skip(f"this account may not mount a file system: {answer}")
        outcome, bench.seen = answer
        assert_safe(bench)
        assert outcome != "completed" or bench.is_complete()
        told.send("go on")
        again, bench.seen = told.recv()
    assert again == "completed"
    assert_safe(bench)
    assert bench.is_complete(), (sorted(bench.there()), bench.left_over())
    expect(name, operation, outcome, colour)
