from __future__ import annotations

import pytest

from zenodo_sdk.checking import Judged
from zenodo_sdk.errors import Gone, NotFound, PermissionDenied, Problem, RateLimited, ServerError
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


def judged(*problems, body=BODY, communities=("wished",)):
    return Judged("rdm", body, communities, tuple(problems), bracketed)


def told(*unknown, problems=()):
    asked = references(judged(*problems), is_zenodo=False)
    found = problems_of(
        judged(*problems), asked, [one.id not in unknown for one in asked], base_url=URL
    )
    return [(problem.path, problem.code, problem.effect) for problem in found]


def test_each_id_is_asked_for_once():
    asked = references(judged(communities=("wished", "wished")), is_zenodo=False)
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
    assert references(judged(body=body, communities=()), is_zenodo=False) == []


def test_zenodo_is_asked_for_words_that_are_not_known_here_alone():
    def asked(*problems):
        return [one.id for one in references(judged(*problems), is_zenodo=True)]

    ids = ["01ggx4157", "https://example.org/s", "f", "f::1", "wished"]
    assert asked() == ids
    of_the_owner = Problem("metadata.rights[0]", "unknown", "", "refused", code="unknown-term")
    assert sorted(asked(of_the_owner)) == sorted([*ids, "mit"])


TERM = {"id": "own-word"}
WORDS = {
    "resource_type": TERM,
    "creators": [{"role": TERM}],
    "contributors": [{"role": TERM}],
    "additional_titles": [{"type": TERM, "lang": TERM}],
    "additional_descriptions": [{"type": TERM, "lang": TERM}],
    "rights": [TERM],
    "languages": [TERM],
    "dates": [{"type": TERM}],
    "related_identifiers": [{"relation_type": TERM, "resource_type": TERM}],
}


def test_each_vocabulary_can_be_asked():
    custom = {"code:programmingLanguage": [TERM], "code:developmentStatus": TERM}
    body = {"metadata": WORDS, "custom_fields": custom}
    asked = references(judged(body=body, communities=()), is_zenodo=False)
    assert len({one.register for one in asked}) == len(asked) == 11
    found = problems_of(judged(body=body), asked, [False] * len(asked), base_url=URL)
    assert len(found) == sum(len(one.places) for one in asked) == 14


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


def answered(reply, name="x", register="awards"):
    flow = is_known(Reference(register, name, ()))
    try:
        call = next(flow)
        assert call.path == f"/api/{register}/x"
        flow.send(reply)
    except StopIteration as end:
        return end.value
    raise AssertionError


def test_what_an_answer_means():
    assert answered(Answer(200, {}, b"{}")) is True
    # a restricted community is there all the same
    assert answered(PermissionDenied("", status=403), register="communities") is True
    assert answered(NotFound("", status=404)) is False
    assert answered(Gone("", status=410)) is False
    for failure in (
        PermissionDenied("", status=403),
        RateLimited("", status=429),
        ServerError("", status=500),
    ):
        with pytest.raises(type(failure)):
            answered(failure)


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_what_can_be_no_address_is_not_asked_for(name):
    assert answered(None, name) is False
