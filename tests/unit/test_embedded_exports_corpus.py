"""The embedded Zenodo writes a record's other forms as Zenodo's own software did.

The recordings lie beside the repository, in a folder named ``shared`` or wherever
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

from zenodo_sdk.testing._server.answers import JSON, RDM_JSON, ApiError
from zenodo_sdk.testing._server.exports import (
    Reading,
    exports,
    legacy,
    negotiate,
    offered,
    signposting,
    ui,
)
from zenodo_sdk.testing._server.exports.legacy import (
    legacy_communities,
    legacy_licence,
    legacy_metadata,
    legacy_notes,
)

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
RECORDINGS = SHARED / "recordings"
RECORD = "571-accept-application_vnd.inveniordm.v1+json"
EXPORTS = [
    "564-accept-application_vnd.citationstyles.csl+json",
    "565-accept-application_vnd.datacite.datacite+json",
    "568-accept-application_x-dc+xml",
    "569-accept-application_marcxml+xml",
    "570-accept-application_ld+json",
    RECORD,
    "572-accept-application_vnd.zenodo.v1+json",
    "573-accept-text_x-bibliography",
    "574-accept-application_dcat+xml",
    "581-accept-application_json_q_0.5__application_x-bibtex",
    "582-accept-bibliography-style",
]
DEPOSITS = ("zenodo_json", "zenodo_json_history")

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(),
    reason=f"NO CORPUS: {SHARED} has no recordings; set ZENODO_SDK_SHARED",
)


@cache
def exchange(name: str) -> Json:
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def documents() -> Iterator[tuple[str, bool, Json]]:
    """All records and drafts of the recordings, and whether they were found by a search."""
    for path in sorted(RECORDINGS.glob("*.json")):
        body = exchange(path.stem)["response"]["body"]
        if isinstance(body, dict):
            found = isinstance(body.get("hits"), dict)
            for document in body["hits"]["hits"] if found else [body]:
                if isinstance(document, dict) and "metadata" in document:
                    yield path.stem, found, document


def in_rdm_form() -> Iterator[tuple[str, bool, Json]]:
    return (each for each in documents() if "is_draft" in each[2] and "versions" in each[2])


def without_ui(document: Json) -> Json:
    return {key: value for key, value in document.items() if key != "ui"}


def same(ours: Json, theirs: Json) -> bool:
    """Equal, and with the keys in the same order."""
    return json.dumps(ours) == json.dumps(theirs)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_form_is_the_recorded_one(name: str) -> None:
    """Text for text, key for key, with the headers that go with it."""
    record = without_ui(exchange(RECORD)["response"]["body"])
    request, response = exchange(name)["request"], exchange(name)["response"]
    media_type = negotiate(request["headers"]["Accept"], offered("zenodo"), JSON)
    form = exports("zenodo")[media_type]
    style = "apa" if "style=apa" in request["path"] else None
    body = form.one(record, Reading(style=style))
    if isinstance(body, str):
        # the recordings lost the line's end
        assert body.rstrip("\n") == response["body"]
    else:
        assert same(body, response["body"])
    assert form.media_type == response["headers"]["content-type"]
    assert form.etag == ("etag" in response["headers"])
    assert signposting(record) == response["headers"]["link"]


def test_the_words_are_the_recorded_ones() -> None:
    """Of every record, draft and search hit."""
    counted = 0
    for name, _, document in in_rdm_form():
        if "ui" in document:
            assert same(ui(without_ui(document)), document["ui"]), name
            counted += 1
    assert counted > 30


def test_older_json_is_the_recorded_one() -> None:
    """Where a record was asked for in both forms, at the same revision."""
    known = {
        (document["id"], document["revision_id"], found): without_ui(document)
        for _, found, document in in_rdm_form()
    }
    counted = 0
    for name, found, document in documents():
        key = (document.get("recid"), document.get("revision"), found)
        if "conceptrecid" in document and key in known:
            assert same(legacy(known[key]), document), name
            counted += 1
    assert counted >= 2


@pytest.mark.parametrize("file", DEPOSITS)
def test_older_metadata_is_that_of_real_deposits(file: str) -> None:
    """What Zenodo answered to real ``.zenodo.json`` files, next to the draft it had made."""
    counted = 0
    for line in (SHARED / "oracle" / f"{file}.jsonl").read_text().splitlines():
        case = json.loads(line)
        answer, draft = (case.get("create") or {}).get("body"), case.get("draft_rdm")
        if not (isinstance(answer, dict) and "metadata" in answer and draft):
            continue
        ours = legacy_metadata(draft) | legacy_notes(draft["metadata"])
        theirs = answer["metadata"]
        assert ours == {key: theirs[key] for key in ours}, case["file"]
        assert legacy_licence(draft["metadata"]) == theirs.get("license"), case["file"]
        communities = {each["identifier"] for each in theirs.get("communities", [])}
        assert set(legacy_communities(draft)) == communities, case["file"]
        counted += 1
    assert counted > 60


@pytest.mark.parametrize("name", ["578-accept-application_xml", "579-accept-text_html"])
def test_a_refusal_names_the_recorded_types(name: str) -> None:
    """In Zenodo's order."""
    recorded = exchange(name)
    with pytest.raises(ApiError) as refusal:
        negotiate(recorded["request"]["headers"]["Accept"], offered("zenodo"), JSON)
    assert refusal.value.body() == recorded["response"]["body"]


@pytest.mark.parametrize("name", ["526-search-accept-zenodo", "528-search-accept-star"])
def test_a_page_of_hits_keeps_the_recorded_envelope(name: str) -> None:
    """The page has no more keys than Zenodo's, and the hits are those of the older form."""
    body = exchange(name)["response"]["body"]
    page = body | {"sortBy": "newest", "page": 1, "hits": body["hits"] | {"hits": []}}
    shown = exports("zenodo")[JSON].many(page)
    assert isinstance(shown, dict)
    assert shown | {"hits": None} == body | {"hits": None}


def test_bibtex_of_hits_fails_as_recorded() -> None:
    """Zenodo's hits say that the archive of the code is null, and its BibTeX trips over that."""
    record = without_ui(exchange(RECORD)["response"]["body"]) | {"swh": None}
    with pytest.raises(ApiError) as failure:
        exports("zenodo")["application/x-bibtex"].many({"hits": {"hits": [record]}})
    recorded = exchange("527-search-accept-bibtex")["response"]
    assert (failure.value.status, failure.value.body()) == (recorded["status"], recorded["body"])


def test_rdm_json_is_offered_by_both_kinds_of_repository() -> None:
    """The form with the words is the same everywhere."""
    record = without_ui(exchange(RECORD)["response"]["body"])
    for profile in ("zenodo", "inveniordm"):
        shown = exports(profile)[RDM_JSON].one(record)
        assert same(shown, exchange(RECORD)["response"]["body"])
