from __future__ import annotations

import pytest

from tests.support import flow_driver as sim
from tests.support.flow_driver import Server
from zenodo_sdk.flows.communities import include


def ask(repository: Server, *slugs: str):
    return repository.run(include("1", slugs))


def statuses(outcomes):
    return [(outcome.community, outcome.status) for outcome in outcomes]


def test_each_has_its_outcome_in_the_order_asked():
    outcomes = ask(Server(), "barred", "closed", "open", "closed")
    assert statuses(outcomes) == [
        ("barred", "refused"),
        ("closed", "submitted"),
        ("open", "accepted"),
    ]
    assert outcomes[0].message == "Not allowed."
    assert outcomes[2].request_id == "r-open"


def test_no_communities_ask_nothing():
    repository = Server()
    assert ask(repository) == []
    assert repository.calls == []


def test_ten_at_once():
    repository = Server()
    names = [f"c{number}" for number in range(23)]
    assert len(ask(repository, *names)) == 23
    assert [len(call.body["communities"]) for call in repository.asked] == [10, 10, 3]


def test_one_batch_that_fails_does_not_spoil_the_others():
    repository = Server({"communities": [sim.ANSWER_LOST, None]})
    outcomes = ask(repository, *[f"c{number}" for number in range(10)], "open")
    assert {outcome.status for outcome in outcomes[:10]} == {"unknown"}
    assert outcomes[10].status == "accepted"
    assert repository.count("communities") == 2


@pytest.mark.parametrize(
    "fault",
    [sim.ANSWER_LOST, sim.REQUEST_LOST, sim.CRASHED_AFTER, sim.GATEWAY, sim.EMPTY, sim.PAGE],
)
def test_a_lost_answer_is_unknown_and_never_repeated(fault):
    repository = Server({"communities": [fault]})
    (outcome,) = ask(repository, "open")
    assert outcome.status == "unknown"
    assert "before you ask again" in outcome.message
    assert repository.count("communities") == 1


@pytest.mark.parametrize(
    "fault", [sim.FORBIDDEN, sim.LIMITED, sim.UNREACHED, sim.Fault(does=False, status=404)]
)
def test_a_refusal_is_one(fault):
    (outcome,) = ask(Server({"communities": [fault]}), "open")
    assert outcome.status == "refused"
    assert outcome.message


def test_ids_of_another_kind_stand_in_the_order_asked():
    class Other(Server):
        def _communities(self, call, identifier):
            processed = [
                {"community_id": "uuid-1", "request": {"status": "accepted", "id": "r1"}},
                {"community_id": "uuid-2", "request": {"status": "submitted", "id": "r2"}},
            ]
            errors = [{"community_id": "b", "message": "No."}]
            return 200, {"processed": processed, "errors": errors}

    outcomes = ask(Other(), "a", "b", "c", "d")
    assert statuses(outcomes) == [
        ("a", "accepted"),
        ("b", "refused"),
        ("c", "submitted"),
        ("d", "unknown"),
    ]
    assert outcomes[2].request_id == "r2"
