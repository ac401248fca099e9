"""What the SDK says of a body beforehand is what Zenodo's own software did with it.

The verdicts lie beside the repository, in a folder named ``shared`` or wherever
``ZENODO_SDK_SHARED`` says; without it these tests are skipped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.rules.finding import Finding, dotted
from zenodo_sdk.rules.judge import judge

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
CASES = SHARED / "oracle" / "rdm_cases.jsonl"
DAY_OF_THE_VERDICTS = dt.date(2026, 11, 22)
KNOWN = {
    "pids:duplicate-2": "only the server knows which DOIs are taken",
    "funding:award-unknown": "only the server knows which grants there are",
}
"""Where the verdicts differ, and why."""

pytestmark = pytest.mark.skipif(
    not CASES.is_file(), reason=f"NO CORPUS: {CASES} is missing; set ZENODO_SDK_SHARED"
)


@cache
def cases() -> list[Json]:
    """All cases that do not hang on what that server lacked."""
    found = [json.loads(line) for line in CASES.read_text().splitlines()]
    return [case for case in found if not case["instance_limited"]]


@cache
def findings(number: int) -> list[Finding]:
    """What the rules say of a case."""
    return judge(cases()[number]["body"], today=DAY_OF_THE_VERDICTS)


def verdict(found: Iterable[Finding]) -> str:
    """The findings in the oracle's words."""
    effects = {finding.effect for finding in found}
    for effect, word in (
        ("refused", "not created"),
        ("breaks", "not created"),
        ("blocked", "blocked"),
        ("lost", "published_with_loss"),
    ):
        if effect in effects:
            return word
    return "clean"


def breaks_answers(case: Json) -> bool:
    """Whether it was stored, and then could not be shown."""
    broken = case.get("http500") or {}
    return broken.get("status_json_accept") == 201


def of_server(case: Json) -> str:
    """What the server did."""
    word: str = case["verdict"]
    return "not created" if word.startswith("create_") else word


def spelled(field: str) -> str:
    """A field as both sides can name it: the server adds names of its own to some."""
    field = re.sub(r"\._schema|\.value\b|\.key\b", "", field)
    field = re.sub(r"^pids\.doi\..*", "pids.doi", field)
    field = re.sub(r"\.(award|funder)\.\1$", r".\1", field)
    return re.sub(r"(\.\d+)\.(rights|subjects|affiliations)$", r"\1", field)


def test_it_decides_as_zenodo_does() -> None:
    differing = {
        case["name"]: (verdict(findings(number)), of_server(case))
        for number, case in enumerate(cases())
        if verdict(findings(number)) != of_server(case)
    }
    assert differing.keys() <= KNOWN.keys(), differing
    assert len(cases()) > 1000


def test_what_breaks_answers_is_told_as_such() -> None:
    for number, case in enumerate(cases()):
        if breaks_answers(case):
            assert "breaks" in {finding.effect for finding in findings(number)}, case["name"]


def test_what_breaks_the_owners_list_is_told() -> None:
    noted = {
        case["name"]
        for number, case in enumerate(cases())
        if any("list of all your uploads" in finding.message for finding in findings(number))
        or "breaks" in {finding.effect for finding in findings(number)}
    }
    assert {case["name"] for case in cases() if case.get("legacy_get_500")} <= noted


def test_the_fields_are_those_that_zenodo_names() -> None:
    """Every field of the server's list is named, or one that lies within it."""
    for number, case in enumerate(cases()):
        if case["name"] in KNOWN or of_server(case) not in ("blocked", "published_with_loss"):
            continue
        ours = {
            spelled(dotted(finding.path))
            for finding in findings(number)
            if finding.effect in ("blocked", "lost")
        }
        told = [*case["meta_errors"], *((case["publish"] or {}).get("errors") or ())]
        theirs = {spelled(error["field"]) for error in told}
        for field in theirs:
            assert any(f"{place}.".startswith(f"{field}.") for place in ours), (case["name"], field)
        for place in ours:
            assert place in theirs, (case["name"], place)


def test_the_servers_words_are_quoted() -> None:
    for number, case in enumerate(cases()):
        theirs = {
            message
            for error in [
                *(case["meta_errors"] or ()),
                *((case["publish"] or {}).get("errors") or ()),
            ]
            for message in error["messages"]
            if len(message) > 1
        }
        quoted = {finding.server for finding in findings(number)}
        if case["name"] not in KNOWN and of_server(case) == "published_with_loss":
            assert {said for said in theirs if ":" not in said} <= quoted, case["name"]
