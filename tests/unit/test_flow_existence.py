from __future__ import annotations

import pytest

from zenodo_sdk.checking import Judged
from zenodo_sdk.errors import Gone, NotFound, PermissionDenied, Problem, ServerError
from zenodo_sdk.flows.existence import Reference, is_known, problems_of, references
from zenodo_sdk.rules.finding import bracketed
from zenodo_sdk.wire.call import Answer

URL = "https://repository.example"
BODY = {
    "metadata": {
        "resource_type": {"id": "dataset"},
        "creators": [
            {"affiliations": [{"id": "01ggx4157"}, {"name": "X"}]},
            {"affiliations": [{"id": "01ggx4157"}]},
        ],
        "rights": [{"id": "mit"}, {"title": {"en": "Own"}}],
        "subjects": [{"subject": "soil"}, {"id": "https://example.org/s"}],
        "funding": [{"funder": {"id": "f"}, "award": {"id": "f::1"}}, {"funder": {"name": "Y"}}],
    }
}


def judged(*problems):
    return Judged("rdm", BODY, ("wished",), tuple(problems), bracketed)


def told(*unknown, problems=()):
    asked = references(BODY, ["wished"])
    found = problems_of(
        judged(*problems), asked, [one.id not in unknown for one in asked], base_url=URL
    )
    return [(problem.path, problem.code, problem.effect) for problem in found]


def test_each_id_is_asked_for_once():
    asked = references(BODY, ["wished", "wished"])
    assert [(one.register, one.id) for one in asked] == [
        ("vocabularies/resourcetypes", "dataset"),
        ("affiliations", "01ggx4157"),
        ("vocabularies/licenses", "mit"),
        ("subjects", "https://example.org/s"),
        ("funders", "f"),
        ("awards", "f::1"),
        ("communities", "wished"),
    ]
    assert [len(one.places) for one in asked] == [1, 2, 1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metadata": None},
        {"metadata": {"creators": {"affiliations": 1}, "rights": ["mit", {"id": 3}]}},
    ],
)
def test_what_has_another_shape_is_not_asked_for(body):
    assert references(body) == []


def test_all_that_is_unknown_is_named_at_every_place():
    assert told() == []
    assert told("01ggx4157", "f::1") == [
        ("metadata.creators[0].affiliations[0].id", "unknown-term", "refused"),
        ("metadata.creators[1].affiliations[0].id", "unknown-term", "refused"),
        ("metadata.funding[0].award.id", "unknown-term", "refused"),
    ]


def test_a_wish_for_a_community_is_only_lost():
    assert told("wished", "f") == [
        ("metadata.funding[0].funder.id", "unknown-term", "refused"),
        ("communities[0]", "unknown-term", "lost"),
    ]


def test_what_was_said_offline_is_said_once_or_taken_back():
    path = "metadata.rights[0].id"
    offline = Problem(path, "unknown", "", "refused", code="unknown-term")
    other = Problem("metadata.title", "short", "", "refused", code="too-short")
    assert told("mit", problems=[offline]) == [(path, "unknown-term", "refused")]
    assert told(problems=[offline, other]) == [("metadata.title", "too-short", "refused")]


def answered(reply, name="x"):
    flow = is_known(Reference("awards", name, ()))
    try:
        call = next(flow)
        assert call.path == "/api/awards/x"
        flow.send(reply)
    except StopIteration as end:
        return end.value
    raise AssertionError


def test_what_an_answer_means():
    assert answered(Answer(200, {}, b"{}")) is True
    # a restricted community is there all the same
    assert answered(PermissionDenied("", status=403)) is True
    assert answered(NotFound("", status=404)) is False
    assert answered(Gone("", status=410)) is False
    with pytest.raises(ServerError):
        answered(ServerError("", status=500))


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_what_can_be_no_address_is_not_asked_for(name):
    assert answered(None, name) is False
