"""``.zenodo.json`` files that people wrote, and what Zenodo's own server made of them.

The verdicts lie beside the repository, in a folder named ``shared`` or wherever
``ZENODO_SDK_SHARED`` says; without it these tests are skipped.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.rdm import without_output_only
from zenodo_sdk import Metadata
from zenodo_sdk.interop.zenodo_json import read, write
from zenodo_sdk.rules.judge import judge

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
ORACLE = [SHARED / "oracle" / f"{name}.jsonl" for name in ("zenodo_json", "zenodo_json_history")]
REAL = [SHARED / "realdata" / name for name in ("zenodo_json", "metadata_other")]
DAY_OF_THE_VERDICTS = dt.date(2026, 11, 22)

# file -> why our verdict is not the server's
DISAGREEMENTS: dict[str, str] = {}

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in ORACLE),
    reason=f"NO CORPUS: {ORACLE[0]} is missing; set ZENODO_SDK_SHARED",
)


@cache
def cases() -> list[tuple[str, Json]]:
    """Every file that is a JSON object, with a name of its own."""
    rows = [json.loads(line) for path in ORACLE for line in path.read_text().splitlines()]
    return [
        (f"{number} {row['file']}", row)
        for number, row in enumerate(rows)
        if isinstance(row["input"], dict)
    ]


def verdict_there(row: Json) -> str:
    created, published = row["create"]["status"], (row["publish"] or {}).get("status")
    if created != 201:
        return "refused"
    if published != 202:
        return "blocked"
    return "loss" if row["dropped"] else "clean"


def verdict_here(document: Json) -> str:
    imported = read(document, today=DAY_OF_THE_VERDICTS)
    findings = [*imported.findings, *judge(imported.body, today=DAY_OF_THE_VERDICTS)]
    effects = {finding.effect for finding in findings}
    if effects & {"refused", "breaks"}:
        return "refused"
    if "blocked" in effects:
        return "blocked"
    return "loss" if "lost" in effects else "clean"


def test_the_verdict_is_the_servers() -> None:
    seen = {
        name: (verdict_here(row["input"]), verdict_there(row))
        for name, row in cases()
        if not row["instance_limited"]
    }
    different = {name: pair for name, pair in seen.items() if pair[0] != pair[1]}
    assert different.keys() == DISAGREEMENTS.keys(), different
    assert len(different) <= len(seen) / 100
    assert {there for _, there in seen.values()} == {"refused", "blocked", "loss", "clean"}


def plain(text: str) -> str:
    """The words of a description: the server rewrites its markup."""
    return re.sub("<[^>]*>", "", html.unescape(text))


def without_names(body: Json) -> Json:
    """The server composes the full name, but not of a person with an invalid identifier."""
    for part in ("creators", "contributors"):
        for person in body["metadata"].get(part, ()):
            person["person_or_org"].pop("name", None)
    return body


def stored_there(row: Json) -> Json:
    draft = without_names(without_output_only(row["draft_rdm"] or row["retry"]["draft_rdm"]))
    # a draft holds the wish; importers hand it over beside the metadata
    draft["custom_fields"].pop("legacy:communities", None)
    if not draft["access"]["embargo"]["active"]:
        del draft["access"]["embargo"]
    return {key: value for key, value in draft.items() if not key.endswith("files") and value}


def made_here(row: Json) -> Json:
    body = read(row["input"], today=DAY_OF_THE_VERDICTS).body
    if row["instance_limited"]:
        # what that server lacked was taken out before it was asked again
        body["metadata"].pop("funding")
    made = without_names(Metadata.from_rdm(body).to_rdm())
    return {key: value for key, value in made.items() if not key.endswith("files") and value}


def same(here: Json, there: Json) -> bool:
    pair = [{**body, "metadata": dict(body["metadata"])} for body in (here, there)]
    for body in pair:
        if "description" in body["metadata"]:
            body["metadata"]["description"] = plain(body["metadata"]["description"])
    return bool(pair[0] == pair[1])


def test_the_draft_is_what_the_server_made_of_it() -> None:
    compared = [
        (name, made_here(row), stored_there(row))
        for name, row in cases()
        if row["draft_rdm"] or "retry" in row
    ]
    different = {name: (here, there) for name, here, there in compared if not same(here, there)}
    assert not different
    assert len(compared) > 140


def test_wished_communities_stand_beside_the_metadata() -> None:
    wished = 0
    for name, row in cases():
        if row["draft_rdm"]:
            slugs = row["draft_rdm"]["custom_fields"].get("legacy:communities", [])
            assert list(read(row["input"]).communities) == slugs, name
            wished += len(slugs)
    assert wished > 10


def real_documents() -> Iterator[tuple[str, Json]]:
    yield from ((name, row["input"]) for name, row in cases())
    for path in sorted(path for folder in REAL for path in folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(document, dict):
            yield path.name, document


def test_what_is_read_is_written_and_read_the_same_or_it_is_reported() -> None:
    exact = total = 0
    for name, document in real_documents():
        body = read(document, today=DAY_OF_THE_VERDICTS).body
        again, findings = write(body)
        back = read(again, today=DAY_OF_THE_VERDICTS).body
        total += 1
        exact += back == body
        assert back == body or findings, name
    assert exact >= total * 0.95
    assert total > 300


def test_every_finding_points_into_the_document_or_at_what_it_lacks() -> None:
    for name, document in real_documents():
        imported = read(document)
        judged = [imported.source_of(finding.path) for finding in judge(imported.body)]
        for path in [*(finding.path for finding in imported.findings), *judged]:
            value: Json = document
            for step in path[:-1]:
                value = value[step]
            assert isinstance(value, dict | list), (name, path)
