from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import flow_driver as sim
from tests.support.flow_driver import Server, late
from zenodo_sdk.errors import (
    BadRequest,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ServerError,
    ZenodoError,
)
from zenodo_sdk.flows.publish import publish
from zenodo_sdk.retry import Retry

RETRY = Retry(settle=5.0)
BODY = {"metadata": {"title": "Soil grid"}}
EDITED = {"metadata": {"title": "Soil grids"}}


def server(editing: bool, faults=None, **known) -> Server:
    repository = Server(faults, **known)
    repository.draft(id="1", body=EDITED if editing else BODY, published=editing)
    if editing:
        repository.record("1", body=BODY)
    return repository


def go(repository: Server, editing: bool, retry=RETRY):
    return repository.run(publish("1", editing=editing, look_at="the page", retry=retry))


def is_done(repository: Server, editing: bool) -> bool:
    record = repository.records.get("1")
    wanted = EDITED if editing else BODY
    return "1" not in repository.drafts and record is not None and record.body == wanted


EITHER = pytest.mark.parametrize("editing", [False, True], ids=["first", "edit"])


@EITHER
def test_nothing_goes_wrong(editing):
    repository = server(editing)
    assert go(repository, editing)["metadata"] == (EDITED if editing else BODY)["metadata"]
    assert repository.count("publish") == 1
    assert repository.paused == 0


@EITHER
@pytest.mark.parametrize(
    ("faults", "posts"),
    [
        ([sim.ANSWER_LOST], 1),
        ([sim.CRASHED_AFTER], 1),
        ([sim.GATEWAY_AFTER], 1),
        ([sim.EMPTY], 1),
        ([sim.PAGE], 1),
        ([late(1)], 1),
        ([late(2)], 1),
        ([late(5)], 1),
        ([sim.REQUEST_LOST], 2),
        ([sim.CRASHED], 2),
        ([sim.GATEWAY], 2),
        ([sim.TIMEOUT_408], 2),
        ([sim.REQUEST_LOST, sim.ANSWER_LOST], 2),
        ([sim.REQUEST_LOST, sim.CRASHED_AFTER], 2),
        ([sim.REQUEST_LOST, late(3)], 2),
        ([late(6)], 1),
    ],
)
def test_a_lost_answer(editing, faults, posts):
    repository = server(editing, {"publish": faults})
    record = go(repository, editing)
    assert record["is_published"]
    assert is_done(repository, editing)
    assert repository.count("publish") == posts


@pytest.mark.parametrize(("editing", "calls"), [(False, 7), (True, 13)], ids=["first", "edit"])
def test_what_lands_with_the_second_one_refuses_that_with_404(editing, calls):
    repository = server(editing, {"publish": [late(calls)]})
    assert go(repository, editing)["is_published"]
    assert is_done(repository, editing)
    assert repository.count("publish") == 2


NEXT = {"metadata": {"title": "Somebody's half an edit"}}


def edited_next(editing: bool, faults) -> Server:
    """A repository in which somebody opens an edit of what has just been published."""
    repository = server(editing, faults)
    publish = repository._publish

    def and_edit(call, identifier):
        done = publish(call, identifier)
        repository.draft(id=identifier, body=NEXT, published=True, revision=12)
        return done

    repository._publish = and_edit
    return repository


@EITHER
@pytest.mark.parametrize("read_fails", [False, True])
@pytest.mark.parametrize(
    "fault", [sim.ANSWER_LOST, sim.CRASHED_AFTER, sim.EMPTY, late(1), late(2), late(3)]
)
def test_somebodys_next_edit_shows_that_it_is_done_and_is_not_published(editing, fault, read_fails):
    reads = [*[None] * editing, sim.GATEWAY] if read_fails else []
    repository = edited_next(editing, {"publish": [fault], "read_record": reads})
    record = go(repository, editing)
    assert record["metadata"] == (EDITED if editing else BODY)["metadata"]
    assert not record["is_draft"]
    assert repository.count("publish") == 1
    assert repository.drafts["1"].body == NEXT


@EITHER
def test_without_sight_of_the_record_somebodys_edit_is_not_published(editing):
    reads = [*[None] * editing, *[sim.GATEWAY] * 99]
    repository = edited_next(editing, {"publish": [sim.ANSWER_LOST], "read_record": reads})
    with pytest.raises(OutcomeUnknown):
        go(repository, editing)
    assert repository.count("publish") == 1
    assert repository.drafts["1"].body == NEXT


@EITHER
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (sim.FORBIDDEN, PermissionDenied),
        (sim.UNREACHED, NoAnswer),
        (sim.Fault(does=False, status=400), BadRequest),
        (sim.Fault(does=False, status=404), NotFound),
    ],
)
def test_a_refusal_is_raised_at_once(editing, fault, error):
    repository = server(editing, {"publish": [fault]})
    with pytest.raises(error):
        go(repository, editing)
    assert repository.count("publish") == 1
    assert repository.paused == 0


@EITHER
def test_a_refusal_of_the_second_is_raised(editing):
    second = sim.Fault(does=False, status=400)
    repository = server(editing, {"publish": [sim.REQUEST_LOST, second]})
    with pytest.raises(BadRequest):
        go(repository, editing)
    assert repository.count("publish") == 2


@EITHER
def test_what_never_answers_is_unknown_after_two(editing):
    repository = server(editing, {"publish": [sim.REQUEST_LOST] * 9})
    with pytest.raises(OutcomeUnknown) as caught:
        go(repository, editing)
    assert repository.count("publish") == 2
    assert repository.paused == pytest.approx(2 * RETRY.settle)
    assert caught.value.candidates == ("1",)
    assert "the page" in str(caught.value)
    assert "publish() again" in str(caught.value)


@EITHER
def test_what_always_crashes_is_the_crash(editing):
    repository = server(editing, {"publish": [sim.CRASHED] * 9})
    with pytest.raises(ServerError):
        go(repository, editing)
    assert repository.count("publish") == 2


@EITHER
def test_without_sight_of_the_draft_it_is_not_sent_again(editing):
    repository = server(editing, {"publish": [sim.REQUEST_LOST], "read_draft": [sim.GATEWAY] * 99})
    with pytest.raises(OutcomeUnknown):
        go(repository, editing)
    assert repository.count("publish") == 1


def test_an_old_record_is_no_proof_of_an_edit():
    def discard(repository: Server, name: str) -> None:
        if name == "read_draft":
            repository.drafts.clear()

    repository = server(True, {"publish": [sim.REQUEST_LOST]}, before_call=discard)
    with pytest.raises(OutcomeUnknown):
        go(repository, True)
    assert repository.count("publish") == 1


def test_the_draft_is_read_before_the_record():
    repository = server(False, {"publish": [sim.ANSWER_LOST]})
    go(repository, False)
    assert repository.calls == ["publish", "read_draft", "read_record"]


def test_a_moment_without_draft_and_record():
    repository = server(
        False,
        {"publish": [sim.ANSWER_LOST], "read_record": [sim.Fault(does=False, status=404)] * 2},
    )
    assert go(repository, False)["is_published"]
    assert repository.count("publish") == 1


@EITHER
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_success_is_always_true(editing, data):
    writes = st.one_of(
        st.sampled_from(
            [
                None,
                sim.ANSWER_LOST,
                sim.REQUEST_LOST,
                sim.CRASHED,
                sim.CRASHED_AFTER,
                sim.GATEWAY_AFTER,
                sim.EMPTY,
                sim.PAGE,
            ]
        ),
        st.integers(1, 20).map(late),
    )
    reads = st.sampled_from([None, None, sim.REQUEST_LOST, sim.CRASHED, sim.PAGE, sim.EMPTY])
    repository = server(
        editing,
        {
            "publish": data.draw(st.lists(writes, max_size=3)),
            "read_draft": data.draw(st.lists(reads, max_size=9)),
            "read_record": [None, *data.draw(st.lists(reads, max_size=9))],
        },
    )
    try:
        record = go(repository, editing)
    except ZenodoError:
        pass
    else:
        assert is_done(repository, editing)
        assert record["revision_id"] == repository.records["1"].revision
    assert repository.count("publish") <= 2
