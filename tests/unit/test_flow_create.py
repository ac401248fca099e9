from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import flow_driver as sim
from tests.support.flow_driver import START, Server, late
from zenodo_sdk.errors import BadRequest, NoAnswer, OutcomeUnknown, PermissionDenied, ServerError
from zenodo_sdk.flows.create import create
from zenodo_sdk.ledger import HandedOut
from zenodo_sdk.retry import Retry

RETRY = Retry(settle=10.0)
BODY = {
    "metadata": {"title": "Soil grid", "publication_date": "2026-11-22"},
    "custom_fields": {},
}
OTHER = {**BODY, "metadata": {"title": "Another", "publication_date": "2026-11-22"}}
MORE = {**BODY, "metadata": {**BODY["metadata"], "version": "1"}}
NOTHING = {"metadata": {"publication_date": "2026-11-22"}, "custom_fields": {}}


def make(repository: Server, handed_out=None, body=BODY, started=START, retry=RETRY):
    handed_out = HandedOut() if handed_out is None else handed_out
    return repository.run(
        create(body, started=started, handed_out=handed_out, look_at="the page", retry=retry)
    )


def test_one_call_and_the_draft_is_claimed():
    repository, handed_out = Server(), HandedOut()
    made = make(repository, handed_out)
    assert repository.calls == ["create"]
    assert made["id"] in handed_out


LOST_AND_DONE = [
    sim.ANSWER_LOST,
    sim.CRASHED_AFTER,
    sim.GATEWAY_AFTER,
    sim.EMPTY,
    sim.PAGE,
    late(1),
    late(3),
]


@pytest.mark.parametrize("fault", LOST_AND_DONE)
@pytest.mark.parametrize("lag", [0, 3])
def test_a_lost_answer_is_found_again(fault, lag):
    def slow_index(repository: Server, name: str) -> None:
        for draft in repository.drafts.values():
            draft.listed_after = max(draft.listed_after, lag - repository.count("list"))

    repository, handed_out = Server({"create": [fault]}, before_call=slow_index), HandedOut()
    made = make(repository, handed_out)
    assert list(repository.drafts) == [made["id"]]
    assert made["id"] in handed_out
    assert repository.count("create") == 1


@pytest.mark.parametrize("hours", [-30, -3, 0, 3, 30])
@pytest.mark.parametrize("fault", [sim.ANSWER_LOST, late(2)])
def test_clocks_that_differ_by_hours(hours, fault):
    repository = Server({"create": [fault]}, skew=dt.timedelta(hours=hours))
    old = repository.draft(body=BODY, created=START + dt.timedelta(hours=hours, minutes=-1))
    made = make(repository)
    assert made["id"] != old.id
    assert repository.count("create") == 1


def test_without_a_date_the_clocks_are_taken_as_equal():
    repository = Server({"create": [sim.ANSWER_LOST]})
    repository.date = False
    assert make(repository)["id"] in repository.drafts


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (sim.FORBIDDEN, PermissionDenied),
        (sim.UNREACHED, NoAnswer),
        (sim.Fault(does=False, status=400), BadRequest),
    ],
)
def test_a_refusal_is_raised_at_once(fault, error):
    repository = Server({"create": [fault]})
    with pytest.raises(error):
        make(repository)
    assert repository.calls == ["create"]


@pytest.mark.parametrize("fault", [sim.REQUEST_LOST, sim.GATEWAY])
def test_nothing_found_is_unknown_and_says_where_to_look(fault):
    repository = Server({"create": [fault]})
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository)
    assert caught.value.candidates == ()
    assert caught.value.look_at == "the page"
    for word in ("Soil grid", "2026-11-22T12:00:00", "the page", "create again"):
        assert word in str(caught.value)
    assert repository.count("create") == 1
    assert repository.paused == pytest.approx(RETRY.settle)


def test_a_crash_that_made_nothing_is_the_crash():
    repository = Server({"create": [sim.CRASHED]})
    with pytest.raises(ServerError):
        make(repository)
    assert repository.count("create") == 1


def test_a_crash_is_not_believed_while_nothing_can_be_listed():
    repository = Server({"create": [sim.CRASHED], "list": [sim.CRASHED] * 99})
    with pytest.raises(OutcomeUnknown, match="could not be listed"):
        make(repository)


@pytest.mark.parametrize(
    "candidate",
    [
        {"body": OTHER},
        {"body": MORE},
        {"body": NOTHING},
        {"body": {**BODY, "access": {"record": "public", "files": "restricted"}}},
        {"body": {**BODY, "pids": {"doi": {"identifier": "10.1/x", "provider": "external"}}}},
        {"body": BODY, "status": "new_version_draft"},
        {"body": BODY, "published": True},
        {"body": BODY, "created": START - dt.timedelta(seconds=30)},
    ],
)
def test_another_draft_is_never_taken(candidate):
    repository = Server({"create": [sim.REQUEST_LOST]})
    repository.draft(**candidate)
    with pytest.raises(OutcomeUnknown):
        make(repository)


def test_an_empty_draft_does_not_take_a_full_one():
    repository = Server({"create": [sim.REQUEST_LOST]})
    other = repository.draft(body=BODY)
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository, body=NOTHING)
    assert caught.value.candidates == (other.id,)
    assert other.id in str(caught.value)


def test_two_equal_drafts_are_never_told_apart():
    repository = Server({"create": [sim.ANSWER_LOST]})
    other = repository.draft(body=BODY)
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository)
    assert set(caught.value.candidates) == set(repository.drafts)
    assert other.id in caught.value.candidates


def test_one_of_two_that_cannot_be_read_may_be_equal():
    repository = Server({"create": [sim.ANSWER_LOST], "read_draft": [sim.CRASHED, None] * 50})
    repository.draft(body=BODY)
    with pytest.raises(OutcomeUnknown):
        make(repository)


def test_what_is_handed_out_is_not_taken():
    repository = Server({"create": [sim.ANSWER_LOST]})
    other = repository.draft(body=BODY)
    assert make(repository, HandedOut([other.id]))["id"] != other.id


def test_what_is_handed_out_meanwhile_is_not_taken():
    handed_out = HandedOut()

    def meanwhile(repository: Server, name: str) -> None:
        if name == "read_draft":
            for identifier in repository.drafts:
                handed_out.claim(identifier)

    repository = Server({"create": [sim.REQUEST_LOST]}, before_call=meanwhile)
    repository.draft(body=BODY)
    with pytest.raises(OutcomeUnknown):
        make(repository, handed_out)


def test_a_draft_that_a_sibling_took_is_not_returned_twice():
    # two calls at once: one lost its request and found the other's draft before its answer
    handed_out = HandedOut()
    assert handed_out.claim("101")
    repository = Server()
    with pytest.raises(OutcomeUnknown):
        make(repository, handed_out)
    assert repository.count("create") == 1


def test_a_reset_server_may_give_a_number_again():
    handed_out = HandedOut(["101"])
    assert make(Server(), handed_out)["id"] == "101"


def test_a_deleted_draft_in_the_index_is_passed_over():
    repository = Server({"create": [sim.REQUEST_LOST], "read_draft": [sim.Fault(False, 404)] * 99})
    repository.draft(body=BODY)
    with pytest.raises(OutcomeUnknown):
        make(repository)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_is_there_only_the_right_draft_is_returned_and_once(data):
    fault = data.draw(
        st.one_of(
            st.sampled_from([*LOST_AND_DONE, sim.REQUEST_LOST, sim.GATEWAY]),
            st.integers(1, 20).map(late),
        )
    )
    reads = st.sampled_from([None, None, sim.REQUEST_LOST, sim.CRASHED, sim.PAGE])
    repository = Server(
        {
            "create": [fault],
            "list": data.draw(st.lists(reads, max_size=6)),
            "read_draft": data.draw(st.lists(reads, max_size=6)),
        },
        skew=dt.timedelta(hours=data.draw(st.integers(-48, 48))),
    )
    handed_out = HandedOut()
    equal_others = []
    for body in data.draw(st.lists(st.sampled_from([OTHER, MORE, NOTHING, BODY]), max_size=4)):
        age = dt.timedelta(seconds=data.draw(st.sampled_from([0, 60, 86_400])))
        other = repository.draft(body=body, created=repository.now + repository.skew - age)
        if data.draw(st.booleans()):
            handed_out.claim(other.id)
        elif body is BODY and not age:
            equal_others.append(other.id)
    before = set(repository.drafts)
    try:
        made = make(repository, handed_out)
    except (OutcomeUnknown, ServerError):
        made = None
    repository.settle()
    assert repository.count("create") == 1
    if made is not None:
        # another's equal draft cannot be told from ours while ours is not to be seen
        ours = set(repository.drafts) - before
        assert made["id"] in ours or [made["id"]] == equal_others
        assert made["metadata"] == BODY["metadata"]
        assert made["id"] in handed_out


@settings(max_examples=200, deadline=None)
@given(
    faults=st.lists(
        st.sampled_from([None, sim.ANSWER_LOST, sim.REQUEST_LOST, late(2), late(5)]),
        min_size=2,
        max_size=4,
    ),
    order=st.lists(st.integers(0, 3), max_size=200),
)
def test_calls_at_once_with_equal_bodies_never_return_the_same_draft(faults, order):
    repository, handed_out = Server({"create": faults}), HandedOut()
    flows = {
        number: create(BODY, started=START, handed_out=handed_out, look_at="p", retry=RETRY)
        for number in range(len(faults))
    }
    steps = {number: next(flow) for number, flow in flows.items()}
    turns, made = iter(order), []
    while flows:
        turn = next(turns, 0) % len(flows)
        number = list(flows)[turn]
        try:
            steps[number] = flows[number].send(repository._reply(steps[number]))
        except StopIteration as end:
            made.append(end.value["id"])
            del flows[number]
        except OutcomeUnknown:
            del flows[number]
    assert len(made) == len(set(made))
    assert repository.count("create") == len(faults)
