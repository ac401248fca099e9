from __future__ import annotations

import copy
import json
import os
import warnings
from functools import cache
from pathlib import Path

import pytest

from zenodo_sdk.errors import MetadataChanged
from zenodo_sdk.flows.changes import silent_changes, warn_of_changes

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
CASES = SHARED / "oracle" / "rdm_cases.jsonl"

PERSON = {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}
OPEN = {"record": "public", "files": "public"}


def metadata(**known):
    return {"metadata": {"title": "Soil grid", **known}}


def told(sent, stored):
    return [(change.path, change.before, change.now) for change in silent_changes(sent, stored)]


def test_what_comes_back_as_it_was_sent_is_nothing():
    sent = metadata(creators=[{"person_or_org": PERSON}], version="1")
    assert told(sent, {"id": "1", **copy.deepcopy(sent)}) == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        pytest.param({"title": " Soil  grid\n"}, {"title": "Soil grid"}, id="white space"),
        pytest.param({"title": "A &amp; B"}, {"title": "A & B"}, id="entities"),
        pytest.param({"title": "\u201cA\u201d"}, {"title": '"A"'}, id="quotes"),
        pytest.param({"title": "a\x1fb\u200bc"}, {"title": "abc"}, id="control characters"),
        pytest.param(
            {"creators": [{"person_or_org": PERSON}]},
            {"creators": [{"person_or_org": {**PERSON, "name": "Okafor, Ada"}}]},
            id="composed name",
        ),
        pytest.param(
            {"identifiers": [{"identifier": "https://doi.org/10.1234/X"}]},
            {"identifiers": [{"identifier": "10.1234/x", "scheme": "doi"}]},
            id="detected scheme",
        ),
        pytest.param(
            {"identifiers": [{"identifier": "0-306-40615-2", "scheme": "isbn"}]},
            {"identifiers": [{"identifier": "978-0-306-40615-7", "scheme": "isbn"}]},
            id="ISBN",
        ),
        pytest.param(
            {"identifiers": [{"identifier": "math.GT/0309136"}]},
            {"identifiers": [{"identifier": "arXiv:math/0309136", "scheme": "arxiv"}]},
            id="arXiv",
        ),
        pytest.param(
            {"description": "<p>a<br/>b</p>"}, {"description": "<p>a<br>b</p>"}, id="HTML"
        ),
        pytest.param(
            {"description": "<table><tr><td>a</td></tr></table>"},
            {"description": "<table><tbody><tr><td>a</td></tr></tbody></table>"},
            id="what a parser adds",
        ),
        pytest.param(
            {"rights": [{"id": "mit", "title": {"en": "My MIT"}}]},
            {"rights": [{"id": "mit", "title": {"en": "MIT License"}}]},
            id="beside an id",
        ),
        pytest.param({}, {"publisher": "Zenodo"}, id="what the server adds"),
        pytest.param({"references": [], "version": ""}, {}, id="what says nothing"),
    ],
)
def test_what_nobody_minds_is_overlooked(sent, stored):
    assert told(metadata(**sent), metadata(**stored)) == []


@pytest.mark.parametrize(
    ("sent", "stored", "changes"),
    [
        pytest.param(
            {"title": "schÃ¶n"},
            {"title": "schön"},
            [("metadata.title", '"schÃ¶n"', '"schön"')],
            id="text",
        ),
        pytest.param({"version": "1"}, {}, [("metadata.version", '"1"', "")], id="lost"),
        pytest.param(
            {"resource_type": {"id": "publication-thesis"}},
            {"resource_type": {"id": "publication-dissertation"}},
            [
                (
                    "metadata.resource_type",
                    '"publication-thesis"',
                    '"publication-dissertation"',
                )
            ],
            id="term",
        ),
        pytest.param(
            {"rights": [{"id": "mit"}]},
            {"rights": [{"id": "cc-by-4.0"}]},
            [("metadata.licenses[0].id", '"mit"', '"cc-by-4.0"')],
            id="licence",
        ),
        pytest.param(
            {"description": "<p>a</p><script>b</script>"},
            {"description": "<p>a</p>b"},
            [("metadata.description", '"<script>"', "")],
            id="tag",
        ),
        pytest.param(
            {"description": '<p style="color: red; margin:0">a</p>'},
            {"description": '<p style="margin: 0;">a</p>'},
            [("metadata.description", '"<p style=\\"color:red\\">"', "")],
            id="style",
        ),
        pytest.param(
            {"description": "<p>a</p><p>b</p>"},
            {"description": "<p>a</p>"},
            [("metadata.description", '"<p>a</p><p>b</p>"', '"<p>a</p>"')],
            id="text of HTML",
        ),
        pytest.param(
            {"sizes": ["1", "2", "3"]},
            {"sizes": ["1", "3"]},
            [("metadata.sizes[1]", '"2"', "")],
            id="item",
        ),
        pytest.param(
            {"subjects": [{"id": "x"}, {"subject": "a"}, {"subject": "b"}]},
            {"subjects": [{"id": "x"}, {"subject": "a"}]},
            [("metadata.keywords[1]", '{"subject": "b"}', "")],
            id="keyword",
        ),
    ],
)
def test_what_is_lost_or_another_is_told(sent, stored, changes):
    assert told(metadata(**sent), metadata(**{"title": "Soil grid", **stored})) == changes


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<!--", "</", '<a b="', "<a =", "&", "<p>x", "<style>"]
)
def test_no_html_takes_long(piece):
    # where the time grew with the square, this would not end
    long = piece * (200_000 // len(piece))
    assert len(told(metadata(description=long), metadata(description="<p>x</p>"))) == 1


def test_an_embargo_that_became_active_is_told():
    embargo = {"until": "2199-01-01"}
    sent = {**metadata(), "access": {**OPEN, "embargo": embargo}}
    stored = {**metadata(), "access": {**OPEN, "embargo": {**embargo, "active": True}}}
    assert [change[0] for change in told(sent, stored)] == ["metadata.access.embargo"]


def test_access_that_was_not_sent_is_the_repositorys():
    stored = {**metadata(), "access": {"record": "restricted", "files": "restricted"}}
    assert told(metadata(), stored) == []
    assert [change[0] for change in told({**metadata(), "access": OPEN}, stored)] == [
        "metadata.access.record",
        "metadata.access.files",
    ]


def test_an_external_doi_that_was_not_taken_is_told():
    sent = {**metadata(), "pids": {"doi": {"identifier": "10.1/x", "provider": "external"}}}
    assert told(sent, metadata()) == [("metadata.doi", '"10.1/x"', "")]
    assert told(sent, {**sent}) == []


def test_what_the_server_says_is_not_said_again():
    sent = metadata(sizes=["1", ""], dates=[{"date": "x", "type": {"id": "other"}}])
    stored = metadata(sizes=["1"])
    stored["errors"] = [{"field": "metadata.dates.0.date", "messages": ["Bad."]}]
    assert told(sent, stored) == []


def test_the_warning_points_at_the_caller_and_names_everything():
    stored = {"id": "12", **metadata()}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_changes(metadata(version="1", publisher="X" * 99), stored)
    # every frame of this package is skipped, and this test is none of it
    (warning,) = caught
    assert warning.filename == __file__
    assert isinstance(warning.message, MetadataChanged)
    assert [change.path for change in warning.message.changes] == [
        "metadata.version",
        "metadata.publisher",
    ]
    text = str(warning.message)
    assert 'metadata.version: "1" -> nothing' in text
    assert "X" * 99 not in text


@cache
def cases():
    found = [json.loads(line) for line in CASES.read_text().splitlines()]
    return [case for case in found if case["draft_rdm"]]


@pytest.mark.skipif(not CASES.is_file(), reason=f"NO CORPUS: {CASES}; set ZENODO_SDK_SHARED")
def test_nothing_is_told_twice_of_what_the_real_server_found_fault_with():
    twice = [
        case["name"]
        for case in cases()
        if case["create"]["errors"]
        and silent_changes(case["body"], {**case["draft_rdm"], "errors": case["create"]["errors"]})
    ]
    assert twice == []


@pytest.mark.skipif(not CASES.is_file(), reason=f"NO CORPUS: {CASES}; set ZENODO_SDK_SHARED")
def test_few_of_the_bodies_that_the_real_server_took_whole_are_changed():
    clean = [case for case in cases() if case["verdict"] == "clean"]
    changed = [case for case in clean if silent_changes(case["body"], case["draft_rdm"])]
    assert clean
    # parts of HTML that are not allowed, access and files that are not as sent, a renamed type
    assert len(changed) < len(clean) / 10
