"""What a caller's function is told of transfers, and how often."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.transfer.progress import FileReporter, Phase, Progress, Reporter

BUSY: list[Phase] = ["hashing", "moving", "retrying", "verifying"]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Told(list[Progress]):
    """What was told."""

    def phases(self) -> list[Phase]:
        return [event.phase for event in self]


def reporting(total: int | None = 1000) -> tuple[Told, Clock, FileReporter]:
    told, clock = Told(), Clock()
    return told, clock, Reporter(told.append, clock).file("a.bin", total, "download")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("moved"), st.integers(-50, 400)),
        st.tuples(st.just("at"), st.integers(0, 1000)),
        st.tuples(st.just("phase"), st.sampled_from(BUSY)),
        st.tuples(st.just("time"), st.floats(0, 5)),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(STEPS, st.sampled_from(["done", "skipped", "failed"]), st.sampled_from([1000, None]))
def test_whatever_happens(steps: list[tuple[str, object]], end: Phase, total: int | None) -> None:
    told, clock, file = reporting(total)
    done, phase, moved = 0, "waiting", 0
    for what, value in steps:
        before, was, count = done, phase, len(told)
        if what == "time":
            clock.now += value
            assert len(told) == count
            continue
        getattr(file, what)(value)
        match what:
            case "moved":
                done, phase, moved = done + value, "moving", moved + max(0, value)
            case "at":
                done = value
            case "phase":
                phase = value
        assert len(told) - count <= 1
        last = total is not None and before < total <= done
        if phase != was or done < before or last:
            assert len(told) == count + 1, "phases, falls and the last byte always come through"
        if len(told) > count:
            assert (told[-1].done, told[-1].phase) == (done, phase)
        if not moved:
            assert all(event.rate is None for event in told)
    file.phase(end)
    assert told[-1].phase == end
    assert told[-1].done == (total if end != "failed" and total is not None else done)
    assert told[-1].is_complete == (end != "failed")
    assert all(event.rate is None or event.rate >= 0 for event in told)
    rest = list(told)
    for after in (lambda: file.moved(5), lambda: file.at(3), lambda: file.phase("moving")):
        after()
    assert told == rest, "nothing is told after the end"


@settings(deadline=None)
@given(st.lists(st.floats(0.0001, 0.05), min_size=10, max_size=300))
def test_a_moving_file_is_told_ten_times_a_second(gaps: list[float]) -> None:
    told, clock, file = reporting(None)
    began = clock.now
    for gap in gaps:
        file.moved(1)
        clock.now += gap
    assert len(told) <= (clock.now - began) / 0.1 + 2
    # and no longer without: a gap between two events, and the step that goes over it
    assert len(told) >= (clock.now - began) / 0.15


@settings(deadline=None)
@given(
    size=st.integers(1000, 10**9),
    gap=st.sampled_from([0.01, 0.03, 0.1, 0.7, 2.0]),
    count=st.integers(12, 100),
)
def test_rate_of_a_steady_stream(size: int, gap: float, count: int) -> None:
    told, clock, file = reporting(None)
    file.phase("moving")
    for _ in range(count):
        clock.now += gap
        file.moved(size)
    file.phase("verifying")
    assert told[-1].rate == pytest.approx(size / gap, rel=0.05)


def test_rate_forgets_what_is_long_ago() -> None:
    told, clock, file = reporting(None)
    for _ in range(50):
        clock.now += 0.1
        file.moved(1_000_000)
    assert told[-1].rate == pytest.approx(10_000_000, rel=0.1)
    clock.now += 60  # a stall
    file.moved(100)
    for _ in range(40):
        clock.now += 0.1
        file.moved(100)
    assert told[-1].rate == pytest.approx(1000, rel=0.1)


def test_what_was_there_before_is_no_rate() -> None:
    told, clock, file = reporting(1000)
    file.phase("hashing")
    file.at(900)
    clock.now += 1
    file.phase("moving")
    clock.now += 1
    file.moved(100)
    assert told[-1] == Progress("a.bin", 1000, 1000, "download", "moving", 100.0)
    assert told.phases() == ["hashing", "hashing", "moving", "moving"]


def test_planned_files_are_told_first() -> None:
    told = Told()
    reporter = Reporter(told.append)
    reporter.waiting("a", 5, "upload")
    reporter.waiting("b", None, "upload")
    reporter.file("a", 5, "upload").phase("skipped")
    first = Progress("a", 0, 5, "upload", "waiting")
    assert told == [
        first,
        replace(first, name="b", total=None),
        replace(first, done=5, phase="skipped"),
    ]


def test_nobody_is_told() -> None:
    reporter = Reporter(None, lambda: pytest.fail("no clock is read"))
    reporter.waiting("a", 5, "upload")
    file = reporter.file("a", 5, "upload")
    file.moved(5)
    file.at(3)
    file.phase("done")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_it_raises_comes_out_once(error: type[BaseException]) -> None:
    told = Told()

    def fail(progress: Progress) -> None:
        told.append(progress)
        raise error

    reporter = Reporter(fail)
    file, other = (reporter.file(name, 5, "upload") for name in "ab")
    with pytest.raises(error):
        file.moved(1)
    file.phase("failed")
    other.phase("moving")
    assert len(told) == 1, "cleaning up is not disturbed"


def test_many_threads_never_enter_it_twice_and_never_turn_back() -> None:
    told = Told()
    inside = threading.Lock()

    def tell(progress: Progress) -> None:
        assert inside.acquire(blocking=False), "entered twice"
        told.append(progress)
        inside.release()

    ticks = iter(range(10**9))
    reporter = Reporter(tell, lambda: next(ticks) * 1.0)  # each event is due
    files = [reporter.file(name, 8000, "download") for name in "ab"]
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def move() -> None:
        start.wait()
        try:
            for _ in range(1000):
                for file in files:
                    file.moved(1)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=move) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for name in "ab":
        done = [event.done for event in told if event.name == name]
        assert done == sorted(set(done))
        assert done[-1] == 8000
