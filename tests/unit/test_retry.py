from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.retry import Failure, Retry, wait_before_next
from zenodo_sdk.wire.call import Repeat

POLICY = Retry(attempts=5, base=0.5, cap=30.0, obey=120.0)


@pytest.mark.parametrize(
    ("failure", "safe", "never"),
    [
        (Failure(reached=False), True, True),
        (Failure(reached=True), True, False),
        (Failure(status=429), True, True),
        (Failure(status=429, retry_after=7.0), 7.0, 7.0),
        (Failure(status=429, retry_after=120.0), 120.0, 120.0),
        (Failure(status=429, retry_after=121.0), False, False),
        (Failure(status=503), True, False),
        (Failure(status=503, retry_after=9.0), 9.0, False),
        (Failure(status=503, retry_after=999.0), False, False),
        (Failure(status=408), True, False),
        (Failure(status=502), True, False),
        (Failure(status=504), True, False),
        (Failure(status=500), True, False),
        (Failure(status=501), False, False),
        (Failure(status=400), False, False),
        (Failure(status=401), False, False),
        (Failure(status=403), False, False),
        (Failure(status=404), False, False),
        (Failure(status=409), False, False),
        (Failure(status=410), False, False),
        (Failure(status=412), False, False),
        (Failure(status=413), False, False),
        (Failure(status=200), False, False),
    ],
)
def test_what_is_sent_again_and_when(failure, safe, never):
    for repeat, expected in ((Repeat.SAFE, safe), (Repeat.NEVER, never)):
        seconds = wait_before_next(POLICY, repeat, failure, 1, 1.0)
        if expected is False:
            assert seconds is None
        else:
            assert seconds == (0.5 if expected is True else expected)


def test_a_crash_is_tried_once_more_and_no_more():
    crash = Failure(status=500)
    assert wait_before_next(POLICY, Repeat.SAFE, crash, 1, 0.0) is not None
    assert wait_before_next(POLICY, Repeat.SAFE, crash, 2, 0.0) is None


failures = st.builds(
    Failure,
    reached=st.booleans(),
    status=st.one_of(st.none(), st.integers(200, 599)),
    retry_after=st.one_of(st.none(), st.floats(0, 1e6)),
)
policies = st.builds(
    Retry,
    attempts=st.integers(1, 10**6),
    base=st.floats(0, 1e6),
    cap=st.floats(0, 1e6),
    obey=st.floats(0, 1e6),
    settle=st.floats(0, 300),
)


@given(policies, st.sampled_from(Repeat), failures, st.integers(1, 10**6), st.floats(0, 1))
def test_decisions_keep_to_their_bounds(policy, repeat, failure, attempt, jitter):
    seconds = wait_before_next(policy, repeat, failure, attempt, jitter)
    if seconds is None:
        return
    assert attempt < policy.attempts
    assert 0 <= seconds <= max(policy.cap, policy.obey)
    if failure.status in (429, 503) and failure.retry_after is not None:
        assert seconds >= failure.retry_after
    if repeat is Repeat.NEVER:
        assert failure.status == 429 or (failure.status is None and not failure.reached)


@given(policies)
def test_the_watch_lasts_as_long_as_it_is_said(policy):
    pauses = list(policy.watch())
    assert math.isclose(sum(pauses), policy.settle, abs_tol=1e-6)
    assert all(0 < seconds <= 5.0 for seconds in pauses)
    assert pauses[:-1] == sorted(pauses[:-1])


@given(policies, st.integers(1, 10**6))
def test_the_wait_grows_up_to_its_cap(policy, attempt):
    assert policy.backoff(attempt) <= policy.backoff(attempt + 1) <= policy.cap


@pytest.mark.parametrize(
    "known",
    [
        {"attempts": 0},
        {"base": -1.0},
        {"cap": -1.0},
        {"obey": -0.1},
        {"settle": -1.0},
        {"settle": math.nan},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(known):
    with pytest.raises(ValueError, match="attempts must be at least 1"):
        Retry(**known)
