"""The vocabularies of the embedded server say what the real ones say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk.testing._server import vocabularies
from zenodo_sdk.testing._server.suggest import suggest_score
from zenodo_sdk.testing._server.vocabularies import (
    Vocabularies,
    hit_answer,
    item_answer,
    ordered,
    short_answer,
)

Json = dict[str, Any]

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
needs_shared = pytest.mark.skipif(
    not (SHARED / "oracle").is_dir(),
    reason=f"NO CORPUS: {SHARED} has no oracle; set ZENODO_SDK_SHARED",
)

BASE = "https://zenodo.example"
STOCK = Vocabularies("inveniordm")
ZENODO = Vocabularies("zenodo")


def bare(node: Any) -> Any:
    """A document as it is stored: of each item, its id alone."""
    if isinstance(node, list):
        return [bare(each) for each in node]
    if isinstance(node, dict):
        if "id" in node:
            return {"id": node["id"]}
        return {key: bare(value) for key, value in node.items()}
    return node


def ids(found: list[Json]) -> set[str]:
    return {item["id"] for item in found}


# ---- the lists ----


def test_counts_of_the_stock_lists() -> None:
    counts = {entry["id"]: entry["count"] for entry in STOCK.overview()}
    assert set(STOCK.kinds) == set(counts)
    assert counts.pop("languages") > 7800
    assert counts == {
        "affiliations": 17,
        "awards": 3,
        "code:developmentStatus": 8,
        "code:programmingLanguages": 8,
        "communitytypes": 4,
        "contributorsroles": 22,
        "creatorsroles": 22,
        "datetypes": 12,
        "descriptiontypes": 6,
        "funders": 4,
        "licenses": 419,
        "names": 2,
        "relationtypes": 39,
        "removalreasons": 12,
        "resourcetypes": 47,
        "subjects": 5,
        "titletypes": 4,
    }


@pytest.mark.parametrize(
    ("kind", "only_zenodo", "only_stock"),
    [
        ("licenses", {"other-open", "notspecified", "zenodo-freetoread-1.0"}, {"cc-pdm-1.0"}),
        ("descriptiontypes", {"notes"}, set[str]()),
        ("code:programmingLanguages", {"c++", "1c_enterprise"}, {"cpp"}),
        ("awards", {"00k4n6c32::101129744"}, {"021nxhr62::1135482"}),
        ("funders", {"01cwqze88", "0472cxd90"}, set[str]()),
        ("subjects", set[str](), {"https://example.org/subjects/biology"}),
        ("resourcetypes", set[str](), set[str]()),
    ],
)
def test_what_zenodo_has_otherwise(kind: str, only_zenodo: set[str], only_stock: set[str]) -> None:
    stock, own = ids(STOCK.all(kind)), ids(ZENODO.all(kind))
    assert only_zenodo <= own - stock
    assert only_stock <= stock - own


def test_the_same_licence_has_another_address_there() -> None:
    urls = [(v.get("licenses", "cc-by-4.0") or {})["props"]["url"] for v in (STOCK, ZENODO)]
    assert urls == [
        "https://creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
    ]


def test_unknown_kinds_and_ids() -> None:
    assert STOCK.get("licenses", "nope") is None
    assert STOCK.get("licenses", "CC-BY-4.0") is None
    assert STOCK.get("nope", "mit") is None
    assert STOCK.get("languages", "xxx") is None
    assert STOCK.all("nope") == []


def test_listed_languages_are_those_of_the_standard() -> None:
    # tags change with the edition of the standard
    for id_, item in vocabularies.listed("zenodo")["languages"].items():
        standard = vocabularies.languages()[id_]
        assert standard["title"] == item["title"]
        assert standard["props"] == item["props"]


def test_a_rare_language() -> None:
    item = STOCK.get("languages", "nob")
    assert item == {
        "id": "nob",
        "title": {"en": "Norwegian Bokmål"},
        "tags": ["individual", "living"],
        "props": {"alpha_2": "nb"},
    }


def test_more_items_come_last_and_prevail() -> None:
    more = {"funders": {"05own": {"name": "Own"}, "018mejw64": {"name": "Other"}}}
    seeded = Vocabularies("inveniordm", lambda kind: more.get(kind, {}))
    assert seeded.get("funders", "018mejw64") == {"id": "018mejw64", "name": "Other"}
    assert seeded.all("funders")[-1] == {"id": "05own", "name": "Own"}
    assert seeded.get("licenses", "mit") == STOCK.get("licenses", "mit")


def test_files_stay_small() -> None:
    data = Path(vocabularies.__file__).parent / "data"
    assert sum(file.stat().st_size for file in data.iterdir()) < 400_000


# ---- answers ----


def test_an_item_and_a_hit_differ_in_the_order_of_their_texts() -> None:
    item = STOCK.get("resourcetypes", "dataset")
    assert item is not None
    answer = item_answer("resourcetypes", item, BASE, "2026-01-01T00:00:00+00:00")
    hit = hit_answer("resourcetypes", item, BASE, "2026-01-01T00:00:00+00:00")
    assert answer == hit
    assert list(answer) == [
        *("id", "created", "updated", "links", "revision_id"),
        *("title", "icon", "tags", "props", "type"),
    ]
    assert list(answer["title"]) == ["ar", "cs", "de", "en", "es", "sv"]
    assert list(hit["title"]) == ["en", "sv", "de", "es", "cs", "ar"]
    assert list(answer["props"])[:3] == ["csl", "type", "eurepo"]


@pytest.mark.parametrize(
    ("kind", "id_", "address", "revision"),
    [
        ("licenses", "mit", "/api/vocabularies/licenses/mit", 1),
        ("funders", "00k4n6c32", "/api/funders/00k4n6c32", 2),
        ("names", "0000-0002-1825-0097", "/api/names/0000-0002-1825-0097", 3),
        (
            "subjects",
            "https://example.org/subjects/biology",
            "/api/subjects/https://example.org/subjects/biology",
            1,
        ),
    ],
)
def test_addresses_and_revisions(kind: str, id_: str, address: str, revision: int) -> None:
    answer = item_answer(kind, STOCK.get(kind, id_) or {}, BASE, "")
    assert answer["links"] == {"self": BASE + address}
    assert answer["revision_id"] == revision


def test_short_answers() -> None:
    def short(kind: str, id_: str) -> Json:
        return short_answer(kind, item_answer(kind, STOCK.get(kind, id_) or {}, BASE, ""))

    assert short("removalreasons", "spam") == {"id": "spam", "title_l10n": "Spam"}
    assert list(short("licenses", "mit")) == [
        *("id", "title_l10n", "description_l10n", "props", "icon", "tags")
    ]
    assert short("awards", "021nxhr62::1135482") == {
        "id": "021nxhr62::1135482",
        "title_l10n": "An award for tests",
        "number": "1135482",
        "funder": {"name": "U.S. National Science Foundation", "id": "021nxhr62"},
    }
    assert "created" in short("affiliations", "01ggx4157")


def test_orders() -> None:
    awards = STOCK.all("awards")
    assert ordered(awards, "newest")[0]["id"] == "021nxhr62::1135482"
    assert ordered(awards, "oldest") == awards


def test_awards_are_counted_by_funder() -> None:
    facet = STOCK.funders_facet(STOCK.all("awards"), ["021nxhr62"])
    assert [
        (bucket["key"], bucket["doc_count"], bucket["label"], bucket["is_selected"])
        for bucket in facet["funders"]["buckets"]
    ] == [
        ("00k4n6c32", 2, "European Commission (BE)", False),
        ("021nxhr62", 1, "U.S. National Science Foundation (US)", True),
    ]


# ---- in records ----


def test_references_are_filled_in_and_the_stored_document_stays() -> None:
    stored = {
        "resource_type": {"id": "publication-article"},
        "creators": [{"affiliations": [{"id": "01ggx4157"}, {"name": "Free text"}]}],
        "rights": [{"id": "mit"}, {"title": {"en": "Mine"}}, {"id": "nope"}],
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"number": "1"}}],
        "title": "T",
    }
    before = json.dumps(stored)
    served, custom = STOCK.dereference(stored, {})
    assert json.dumps(stored) == before
    assert custom == {}
    assert served["resource_type"]["title"]["en"] == "Journal article"
    cern, free = served["creators"][0]["affiliations"]
    assert list(cern) == ["id", "name", "identifiers"]
    assert free == {"name": "Free text"}
    mit, mine, unknown = served["rights"]
    assert list(mit) == ["id", "title", "description", "props"]
    assert mit["props"] == {"url": "https://opensource.org/license/mit", "scheme": "spdx"}
    assert mine == {"title": {"en": "Mine"}}
    assert unknown == {"id": "nope"}
    assert served["funding"] == [
        {"funder": {"id": "00k4n6c32", "name": "European Commission"}, "award": {"number": "1"}}
    ]
    assert served["title"] == "T"


def test_custom_fields_have_references_too() -> None:
    stored = {
        "code:programmingLanguage": [{"id": "c++"}],
        "code:developmentStatus": {"id": "wip"},
        "code:codeRepository": "https://example.org",
    }
    _, served = ZENODO.dereference({}, stored)
    assert served["code:programmingLanguage"] == [{"id": "c++", "title": {"en": "C++"}}]
    assert list(served["code:developmentStatus"]["title"]) == ["cs", "en", "es", "sv"]
    assert served["code:codeRepository"] == "https://example.org"


def oracle_records() -> Iterator[Json]:
    for name in ("rdm_cases", "zenodo_json", "zenodo_json_history"):
        with (SHARED / "oracle" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                records = (case.get("draft_rdm"), case.get("record_rdm"))
                yield from (record for record in records if isinstance(record, dict))


@needs_shared
def test_all_records_that_zenodo_was_seen_to_serve() -> None:
    seen = 0
    for record in oracle_records():
        served = record["metadata"], record.get("custom_fields") or {}
        assert json.dumps(ZENODO.dereference(*bare(list(served)))) == json.dumps(served)
        seen += 1
    assert seen > 1000


@needs_shared
@pytest.mark.parametrize(
    ("recording", "kind", "id_"),
    [
        ("610-funder", "funders", "00k4n6c32"),
        ("618-vocab-license", "licenses", "cc-by-4.0"),
        ("620-vocab-languages", "languages", "eng"),
    ],
)
def test_items_that_zenodo_was_seen_to_serve(recording: str, kind: str, id_: str) -> None:
    text = (SHARED / "recordings" / f"{recording}.json").read_text(encoding="utf-8")
    seen = json.loads(text)["response"]["body"]
    answer = item_answer(kind, ZENODO.get(kind, id_) or {}, BASE, seen["created"])
    assert json.dumps(answer) == json.dumps(seen | {"updated": seen["created"]})


# ---- suggestions: the numbers are the real server's ----


@pytest.mark.parametrize(
    ("kind", "text", "count"),
    [
        ("licenses", "cc-by", 38),
        ("licenses", "apach", 3),
        ("licenses", "creative comm", 48),
        ("licenses", "commons creative", 39),
        ("licenses", "attribution 4", 44),
        ("licenses", "cc-by-4", 40),
        ("licenses", "zzz mit", 9),
        ("licenses", "v3.0", 10),
        ("resourcetypes", "image", 7),
        ("funders", "commision", 1),
        ("funders", "DFG", 0),
        ("awards", "OpenAIRE", 2),
        ("awards", "openaire", 0),
        ("awards", "7775", 1),
        ("names", "carb jos", 1),
        ("names", "josiah brown", 1),
        ("names", "jos tes", 0),
        ("subjects", "SDK", 5),
        ("subjects", "sdk", 0),
        ("subjects", "SDK:", 5),
        ("subjects", "SDK,X:bio", 1),
        ("subjects", "NOPE:bio", 0),
        ("subjects", "softwre", 1),
        ("affiliations", "cern", 4),
        ("affiliations", "munster", 1),
        ("affiliations", "münster", 1),
        ("affiliations", "graz austria", 0),
        ("affiliations", "wien tu", 1),
        ("affiliations", "c", 0),
        ("affiliations", "germoney", 4),
        ("affiliations", "grid.9132.9", 1),
        ("affiliations", "brokhaven labratory", 1),
    ],
)
def test_suggestions(kind: str, text: str, count: int) -> None:
    assert sum(suggest_score(item, text, kind) > 0 for item in STOCK.all(kind)) == count


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("affiliations", "cern", "01ggx4157"),
        ("affiliations", "ce", "01ggx4157"),
        ("licenses", "cc-by-4", "cc-by-4.0"),
        ("licenses", "gpl 3", "gpl-3.0-only"),
        ("resourcetypes", "image", "image"),
        ("resourcetypes", "journal", "publication-journal"),
    ],
)
def test_the_best_suggestion(kind: str, text: str, first: str) -> None:
    best = max(STOCK.all(kind), key=lambda item: suggest_score(item, text, kind))
    assert best["id"] == first
