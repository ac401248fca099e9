from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.errors import ServerError
from zenodo_sdk.flows.unreadable import find_unreadable
from zenodo_sdk.wire import decode
from zenodo_sdk.wire.call import ACCEPT_PLAIN, Answer, Repeat


def run(count, bad, status=500):
    """Drive the flow against a list, of which a page with a bad one cannot be shown."""
    flow, asked = find_unreadable(), 0
    call = next(flow)
    while True:
        asked += 1
        assert call.repeat is Repeat.NEVER
        query = dict(call.query)
        page, size = int(query["page"]), int(query["size"])
        assert size <= 100
        ids = list(range(count))[(page - 1) * size : page * size]
        headers = {"content-type": "application/json"}
        if call.accept != ACCEPT_PLAIN and not bad.isdisjoint(ids):
            reply = decode.error_of(call, Answer(status, headers, b"{}"), host="h", now=0.0)
        else:
            hits = [{"id": number} for number in ids]
            reply = Answer(200, headers, json.dumps({"hits": {"hits": hits}}).encode())
        try:
            call = flow.send(reply)
        except StopIteration as end:
            return end.value, asked


def test_a_sound_list_costs_a_request_for_each_page():
    assert run(0, set()) == ([], 1)
    assert run(63, set()) == ([], 1)
    assert run(64, set()) == ([], 2)


def test_one_among_many_is_found_by_halving():
    found, asked = run(200, {77})
    assert found == ["77"]
    assert asked < 20


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, 199)))))
def test_all_are_found(case):
    count, bad = case
    assert run(count, bad)[0] == [str(number) for number in sorted(bad) if number < count]


def test_another_failure_is_raised():
    with pytest.raises(ServerError):
        run(3, {1}, status=502)
