"""The embedded Zenodo takes and refuses bodies of drafts as Zenodo's own software did.

The verdicts lie beside the repository, in a folder named ``shared`` or wherever
``ZENODO_SDK_SHARED`` says; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.testing._server.answers import ApiError
from zenodo_sdk.testing._server.exports.libraries import date_words
from zenodo_sdk.testing._server.profiles import ZENODO
from zenodo_sdk.testing._server.schema import access, load_draft, publish_errors
from zenodo_sdk.testing._server.vocabularies import Vocabularies

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
CASES = SHARED / "oracle" / "rdm_cases.jsonl"
DAY_OF_THE_VERDICTS = "2026-11-22"
# A later idutils takes the address of an ISNI.
KNOWN = {"person_ids:pid-isni-url"}

pytestmark = pytest.mark.skipif(
    not CASES.is_file(), reason=f"NO CORPUS: {CASES} is missing; set ZENODO_SDK_SHARED"
)


class Lookup:
    """The vocabularies there are, and the DOIs of what was published before."""

    def __init__(self) -> None:
        self.vocabularies = Vocabularies("zenodo")
        self.owners: dict[str, str] = {}

    def vocabulary(self, kind: str, id: str) -> Json | None:
        return self.vocabularies.get(kind, id)

    def doi_owner(self, identifier: str) -> str | None:
        return self.owners.get(identifier)


@cache
def cases() -> list[Json]:
    """All cases that do not hang on what that server lacked."""
    found = [json.loads(line) for line in CASES.read_text().splitlines()]
    return [case for case in found if not case["instance_limited"]]


def listed(errors: list[Json] | None) -> list[tuple[str, list[str]]]:
    """Errors without their order: unknown fields come in any."""
    return sorted((error["field"], error["messages"]) for error in errors or ())


def bare(value: Json) -> Json:
    """The same with terms as their ids only; answers carry their titles."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {"id": value["id"]} if "id" in value else {k: bare(v) for k, v in value.items()}


def can_be_shown(data: Json) -> bool:
    """Whether the server can write its own JSON of a draft that it has stored."""
    try:
        date_words(data["metadata"].get("publication_date", "2026"), "medium", "en")
    except (AttributeError, KeyError):
        return False
    return True


def compare(case: Json, lookup: Lookup) -> Iterator[tuple[str, Json, Json]]:
    """Pairs of what is said here and what was said there."""
    name, created, published = case["name"], case["create"], case["publish"]
    try:
        loaded = load_draft(case["body"], profile=ZENODO, lookup=lookup, record_id=name)
    except ApiError as error:
        yield "create", (error.status, error.message), (created["status"], created["message"])
        yield "errors", listed(error.errors), listed(created["errors"])
        return
    status = 201 if can_be_shown(loaded.data) else 500
    yield "create", status, created["status"]
    if status != created["status"] or status == 500:
        return
    yield "errors", listed(loaded.errors), listed(created["errors"])
    stored = {"access": access.OPEN, "pids": {}, **loaded.data}
    seen = case["draft_rdm"]
    for part in ("metadata", "custom_fields", "pids"):
        yield part, bare(stored[part]), bare(seen[part])
    yield "access", stored["access"], {k: v for k, v in seen["access"].items() if k != "status"}
    yield "files", stored["files"]["enabled"], seen["files"]["enabled"]
    against = publish_errors(stored, profile=ZENODO, lookup=lookup, record_id=name)
    yield "publish", 400 if against else 202, published["status"]
    yield "publish errors", listed(against), listed(published["errors"])
    if not against and "doi" in stored["pids"]:
        lookup.owners[stored["pids"]["doi"]["identifier"]] = name


def test_it_decides_as_zenodo_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "today", lambda: DAY_OF_THE_VERDICTS)
    lookup = Lookup()
    differences = {
        case["name"]: (what, here, there)
        for case in cases()
        for what, here, there in compare(case, lookup)
        if here != there
    }
    assert differences.keys() <= KNOWN, differences
    assert len(cases()) > 1000
