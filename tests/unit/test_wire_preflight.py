from __future__ import annotations

import copy
import datetime as dt
import json
import os
from functools import cache, partial
from pathlib import Path

import pytest

from zenodo_sdk.errors import InvalidMetadata, Refused
from zenodo_sdk.models.metadata import Metadata
from zenodo_sdk.models.record import DepositionData
from zenodo_sdk.rules import judge as rules
from zenodo_sdk.wire.preflight import problems_before_publish, safe_body

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
CASES = SHARED / "oracle" / "rdm_cases.jsonl"
corpus = pytest.mark.skipif(
    not CASES.is_file(), reason=f"NO CORPUS: {CASES} is missing; set ZENODO_SDK_SHARED"
)

GOOD = {
    "title": "Soil grid",
    "resource_type": {"id": "dataset"},
    "creators": [{"person_or_org": {"type": "personal", "family_name": "O", "name": "O"}}],
    "publication_date": "2026-11-22",
    "publisher": "X",
}


def document(**known):
    metadata = {key: value for key, value in {**GOOD, **known}.items() if value}
    return {"id": "1", "metadata": metadata}


def body_of(read, over=None):
    return safe_body(Metadata.from_rdm(read), is_zenodo=False, over=over)


def refused(read, over=None):
    with pytest.raises(InvalidMetadata) as refusal:
        body_of(read, over)
    assert isinstance(refusal.value, Refused)
    return [(problem.path, problem.code) for problem in refusal.value.problems]


# --- harm ---------------------------------------------------------------------


@pytest.mark.parametrize("date", ["20XX", "2020/", "/2020", "202X"])
def test_a_date_that_breaks_every_list_is_not_sent(date):
    assert refused(document(publication_date=date)) == [
        ("metadata.publication_date", "breaks-lists")
    ]


def test_everything_harmful_is_named_with_its_fix():
    bad = document(
        publication_date="20XX",
        locations={"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]},
    )
    with pytest.raises(InvalidMetadata) as refusal:
        body_of(bad)
    problems = refusal.value.problems
    assert len(problems) == 2
    assert all(problem.fix and problem.fix in str(refusal.value) for problem in problems)


def test_a_value_behind_the_validations_back_is_not_sent():
    metadata = Metadata.from_rdm(document(dates=[{"date": "2020", "type": {"id": "other"}}]))
    vars(metadata)["publication_date"] = "20XX"
    with pytest.raises(InvalidMetadata):
        safe_body(metadata, is_zenodo=False)


def test_what_the_server_has_already_does_not_keep_other_changes_from_it():
    there = document(publication_date="20XX")
    assert body_of(document(publication_date="20XX", title="Another"), over=there)
    assert body_of(document(), over=there)
    assert refused(document(publication_date="202X"), over=there)
    assert refused(document(publication_date="20XX"), over=document())


def test_what_the_server_would_refuse_is_the_servers_to_say():
    assert body_of(document(resource_type={"id": "a-word-of-its-own"}))
    assert body_of(document(title="ab"))


def test_a_mapping_is_answered_with_what_reads_it():
    with pytest.raises(TypeError, match=r"Metadata\.from_rdm"):
        safe_body({"title": "Soil grid"}, is_zenodo=True)


# --- publication --------------------------------------------------------------


def problems(read, *, unsaved=False):
    deposition = DepositionData.from_rdm(copy.deepcopy(read))
    return problems_before_publish(deposition, unsaved=unsaved, unverified=[])


def paths(read, **known):
    return [problem.path for problem in problems(read, **known)]


def test_nothing_stands_in_the_way():
    assert problems(document()) == ()


def test_previews_that_the_server_added_stand_in_no_way():
    record = {**document(), "media_files": {"enabled": True, "order": [], "count": 34}}
    assert problems(record) == ()


def test_bad_values_are_named_beside_what_is_missing():
    bad = document(
        title="ab",
        publisher=None,
        contributors=[{"person_or_org": {"type": "personal", "family_name": "Lee"}}],
        identifiers=[{"identifier": "10.1234/x", "scheme": "isbn"}],
    )
    found = problems(bad)
    assert {problem.path for problem in found} == {
        "metadata.publisher",
        "metadata.title",
        "metadata.contributors[0].role",
        "metadata.identifiers[0].identifier",
    }
    assert all(problem.fix for problem in found)
    assert all(problem.severity == "error" for problem in found)


def test_what_is_missing_is_named_once():
    for field in ("title", "resource_type", "creators", "publication_date", "publisher"):
        assert paths(document(**{field: None})) == [f"metadata.{field}"]


@pytest.mark.parametrize(
    "own",
    [
        {"resource_type": {"id": "a-word-of-its-own"}},
        {"languages": [{"id": "zz-own"}]},
        {"rights": [{"id": "own-licence"}]},
        {"identifiers": [{"identifier": "x:1", "scheme": "own"}]},
    ],
)
def test_words_of_the_repositorys_own_are_no_problem(own):
    assert paths(document(**own)) == []


def test_a_scheme_that_nobody_knows_is_one():
    assert paths(document(identifiers=[{"identifier": "no identifier"}])) != []
    own = document(identifiers=[{"identifier": "x:1", "scheme": "own"}])
    path = "metadata.identifiers.0.scheme"
    refused = {**own, "errors": [{"field": path, "messages": ["Invalid scheme."]}]}
    assert paths(refused) == ["metadata.identifiers[0].scheme"]


def test_what_was_saved_was_not_refused():
    odd = document(related_identifiers=[{"identifier": "10.1/x", "relation_type": {"id": "own"}}])
    assert paths(odd) == []
    assert paths(odd, unsaved=True) == ["metadata"]


def test_a_record_that_would_break_lists_is_not_published():
    assert paths(document(publication_date="20XX")) == ["metadata.publication_date"]


# --- the real server's verdicts -----------------------------------------------


@cache
def cases():
    return [json.loads(line) for line in CASES.read_text().splitlines()]


@pytest.fixture
def the_day_of_the_verdicts(monkeypatch):
    """Some embargoes of the corpus end soon after it was made."""
    monkeypatch.setattr(rules, "judge", partial(rules.judge, today=dt.date(2026, 11, 22)))


@corpus
@pytest.mark.usefixtures("the_day_of_the_verdicts")
def test_no_record_that_the_real_server_published_is_held_back():
    published = [case for case in cases() if (case["publish"] or {}).get("status") == 202]
    assert published
    assert [case["name"] for case in published if problems(case["draft_rdm"])] == []


@corpus
@pytest.mark.usefixtures("the_day_of_the_verdicts")
def test_what_the_real_server_did_not_publish_is_foreseen():
    # identifiers of the server's own are no part of what a caller can say
    refused = [
        case
        for case in cases()
        if (case["publish"] or {}).get("status") == 400 and case["group"] != "pids"
    ]
    assert refused
    told = {case["name"]: {**case["draft_rdm"], "errors": case["meta_errors"]} for case in refused}
    assert [name for name, draft in told.items() if not problems(draft)] == []


@corpus
def test_what_made_the_real_server_fail_is_not_sent():
    crashed = [case for case in cases() if case["verdict"] == "create_500"]
    assert crashed
    sent = []
    for case in crashed:
        try:
            sent.append((case["name"], body_of(case["body"])))
        except InvalidMetadata:
            continue
    # what the models put right, or leave out, on the way
    assert [name for name, body in sent if body == case_body(name)] == []


def case_body(name):
    return next(case["body"] for case in cases() if case["name"] == name)
