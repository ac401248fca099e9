from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.pacing import LONGEST_WAIT, Budget, Pace

EPOCH = 1_795_000_000.0


def headers(remaining, **known):
    return {
        "x-ratelimit-remaining": str(remaining),
        **{f"{name.replace('_', '-')}": str(value) for name, value in known.items()},
    }


def test_without_knowledge_nothing_waits():
    assert Budget().take("api", 0.0) == 0.0


def test_a_budget_is_used_up_and_comes_back():
    budget = Budget()
    budget.note("api", headers(2, retry_after=10), now=100.0, epoch=EPOCH)
    assert [budget.take("api", 101.0) for _ in range(3)] == [0.0, 0.0, 9.0]
    assert budget.take("search", 101.0) == 0.0
    assert budget.take("api", 110.0) == 0.0
    assert budget.take("api", 110.0) == 0.0, "the next window is not known yet"


def test_the_reset_is_told_on_the_servers_clock():
    budget = Budget()
    budget.note("api", headers(0, x_ratelimit_reset=EPOCH + 20), now=5.0, epoch=EPOCH)
    assert budget.take("api", 6.0) == 19.0


def test_retry_after_counts_before_the_reset():
    budget = Budget()
    known = headers(0, retry_after=3, x_ratelimit_reset=EPOCH + 999)
    budget.note("api", known, now=0.0, epoch=EPOCH)
    assert budget.take("api", 0.0) == 3.0


def test_no_header_makes_it_wait_longer_than_a_window():
    budget = Budget()
    budget.note("api", headers(0, retry_after=86_400), now=0.0, epoch=EPOCH)
    assert budget.take("api", 0.0) == LONGEST_WAIT


@pytest.mark.parametrize(
    "known",
    [
        {},
        headers("many"),
        headers("nan", retry_after=1),
        headers("inf", retry_after=1),
        headers(0),
        headers(0, retry_after="soon"),
        headers(0, retry_after="nan"),
        headers(0, retry_after=-1),
        headers(0, x_ratelimit_reset=EPOCH - 5),
    ],
)
def test_headers_that_say_nothing_are_not_believed(known):
    budget = Budget()
    budget.note("api", known, now=0.0, epoch=EPOCH)
    assert budget.take("api", 0.0) == 0.0


@given(st.text(), st.text(), st.text())
def test_no_header_is_too_odd(remaining, after, reset):
    budget = Budget()
    known = headers(remaining, retry_after=after, x_ratelimit_reset=reset)
    budget.note("api", known, now=0.0, epoch=EPOCH)
    assert 0 <= budget.take("api", 0.0) <= LONGEST_WAIT


def test_a_late_answer_gives_nothing_back():
    budget = Budget()
    budget.note("api", headers(2, retry_after=30), now=0.0, epoch=EPOCH)
    assert [budget.take("api", 1.0) for _ in range(2)] == [0.0, 0.0]
    # the seconds are rounded, so that the same end is told a little differently
    budget.note("api", headers(9, retry_after=29), now=1.5, epoch=EPOCH)
    budget.note("api", headers(1, retry_after=29), now=2.0, epoch=EPOCH)
    assert budget.take("api", 2.0) > 0.0


def test_fewer_than_expected_are_believed():
    budget = Budget()
    budget.note("api", headers(9, retry_after=30), now=0.0, epoch=EPOCH)
    budget.note("api", headers(1, retry_after=30), now=0.0, epoch=EPOCH)
    assert [budget.take("api", 0.0) for _ in range(2)] == [0.0, 30.0]


@pytest.mark.parametrize("now", [10.0, 28.0, 31.0])
def test_a_new_window_starts_afresh(now):
    budget = Budget()
    budget.note("api", headers(0, retry_after=30), now=0.0, epoch=EPOCH)
    budget.note("api", headers(3, retry_after=30), now=now, epoch=EPOCH)
    assert [budget.take("api", now) for _ in range(4)] == [0.0, 0.0, 0.0, 30.0]


def test_a_late_word_of_the_window_before_does_not_stop_the_new_one_for_long():
    budget = Budget()
    budget.note("api", headers(59, retry_after=60), now=60.0, epoch=EPOCH)
    budget.note("api", headers(0, retry_after=1), now=60.2, epoch=EPOCH)
    assert budget.take("api", 60.2) == pytest.approx(1.0)
    assert budget.take("api", 61.3) == 0.0


def test_windows_of_families_are_apart():
    budget = Budget()
    budget.note("api", headers(0, retry_after=30), now=0.0, epoch=EPOCH)
    budget.note("search", headers(5, retry_after=30), now=0.0, epoch=EPOCH)
    assert budget.take("search", 0.0) == 0.0
    assert budget.take("api", 0.0) == 30.0


def test_threads_together_take_no_more_than_there_is():
    budget, got = Budget(), []
    budget.note("api", headers(50, retry_after=30), now=0.0, epoch=EPOCH)

    def take() -> None:
        got.extend(budget.take("api", 1.0) for _ in range(25))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0.0) == 50


def test_more_connections_are_given_only_where_some_are_left():
    pace = Pace()
    assert [pace.occupy(5), pace.occupy(5), pace.occupy(5)] == [5, 3, 1]
    assert pace.occupy(5, least=0) == 0
    pace.free(3)
    assert pace.occupy(5, least=0) == 2
    assert pace.occupy(0, least=0) == 0
