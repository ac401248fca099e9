"""The vocabularies that lie beside the package, and what words of the older API mean."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.testing._server.exports import legacy_names
from zenodo_sdk.testing._server.vocabularies import Vocabularies
from zenodo_sdk.vocabularies import (
    DATE_TYPES,
    DESCRIPTION_TYPES,
    LANGUAGES,
    NOT_DEPOSITABLE,
    RELATIONS,
    RESOURCE_TYPES,
    ROLES,
    TITLE_TYPES,
    Kind,
    Table,
    about,
    free_text_licence,
    funder_ror,
    known,
    language_id,
    legacy_licence_id,
    licence_id,
    suggest,
)

KINDS: tuple[Kind, ...] = get_args(Kind)
DATA = Path(__file__).resolve().parents[2] / "zenodo_sdk" / "vocabularies" / "data"
OF_SERVER = {
    "date_types": "datetypes",
    "description_types": "descriptiontypes",
    "development_statuses": "code:developmentStatus",
    "licenses": "licenses",
    "programming_languages": "code:programmingLanguages",
    "relations": "relationtypes",
    "removal_reasons": "removalreasons",
    "resource_types": "resourcetypes",
    "roles": "contributorsroles",
    "title_types": "titletypes",
}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("date_types", DATE_TYPES),
        ("description_types", DESCRIPTION_TYPES),
        ("relations", RELATIONS),
        ("resource_types", RESOURCE_TYPES),
        ("roles", ROLES),
        ("title_types", TITLE_TYPES),
    ],
)
def test_the_words_that_editors_complete_are_all_there_are(
    kind: Kind, words: tuple[str, ...]
) -> None:
    assert sorted(words) == sorted(known(kind))


@pytest.mark.parametrize("kind", sorted(OF_SERVER))
def test_the_embedded_zenodo_lists_the_same(kind: Any) -> None:
    """It was filled from the fixtures of Zenodo's own software, apart from this package."""
    items = Vocabularies("zenodo").all(OF_SERVER[kind])
    assert {item["id"]: item["title"]["en"] for item in items} == dict(known(kind))


def test_projects_and_instruments_can_only_be_related() -> None:
    items = Vocabularies("zenodo").all("resourcetypes")
    assert {item["id"] for item in items if "depositable" not in item["tags"]} == NOT_DEPOSITABLE


@pytest.mark.parametrize("kind", KINDS)
def test_a_vocabulary_says_where_it_is_from_and_cannot_be_changed(kind: Kind) -> None:
    assert len(about(kind).source) > 10
    assert date(2026, 1, 1) <= date.fromisoformat(about(kind).date) <= date.today()
    terms = known(kind)
    assert terms
    assert list(terms) == sorted(terms)
    assert all(title.strip() for title in terms.values())
    with pytest.raises(TypeError):
        terms["new"] = "New"


def test_every_file_is_of_a_vocabulary_or_a_table() -> None:
    assert {path.stem for path in DATA.iterdir()} == {*KINDS, *get_args(Table)}
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 250_000  # bytes


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
import zenodo_sdk
from zenodo_sdk import vocabularies
before = [name for name in opened if name.endswith(".json")]
vocabularies.known("roles")
after = [name.rsplit("/", 1)[-1] for name in opened if name.endswith(".json")]
print(before, after)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[] ['roles.json']\n"


def test_languages_are_those_of_iso_639() -> None:
    installed = {(each.alpha_3, each.name) for each in pycountry.languages}
    # of 7,900; editions that are two years apart differ in 81
    assert len(installed ^ set(known("languages").items())) < 200
    two_letters = {
        each.alpha_2: each.alpha_3 for each in pycountry.languages if hasattr(each, "alpha_2")
    }
    assert two_letters == LANGUAGES


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("cc-by", "cc-by-4.0"),
        (" CC-BY-4.0 ", "cc-by-4.0"),
        ("cc-zero", "cc0-1.0"),
        ("MIT-License", "mit"),
        ("Apache2.0", "apache-2.0"),
        ("GPL-3.0+", "gpl-3.0-or-later"),
        ("apgl-v3", "agpl-3.0-only"),
        ("qtpl", "qpl-1.0"),
        ("other-open", "other-open"),
        ("cc-by-nc", None),
        ("fal", None),
        ("gfdl", None),
        ("BSD 3-Clause License", None),
        ("", None),
    ],
)
def test_an_older_licence_is_read_as_the_server_reads_it(text: str, id: str | None) -> None:
    assert licence_id(text) == id


def test_every_licence_of_today_is_read_as_itself_but_one() -> None:
    assert [id_ for id_ in known("licenses") if licence_id(id_) != id_] == ["qtpl"]


def test_older_ids_mean_licences_that_there_are() -> None:
    table = json.loads((DATA / "legacy_licenses.json").read_text())
    assert set(table["read"].values()) <= set(known("licenses"))
    assert set(table["written"]) <= set(known("licenses"))
    assert not any(
        older == id_ for part in ("read", "written") for older, id_ in table[part].items()
    )
    # Zenodo's own tables have 519 and 56 keys, 53 of them in both
    assert len(set(table["read"]) | set(known("licenses"))) + len(table["free_text"]) == 522


def test_licences_are_written_as_the_embedded_zenodo_writes_them() -> None:
    expected = {id_: legacy_names.LICENCES.get(id_, id_) for id_ in known("licenses")}
    assert {id_: legacy_licence_id(id_) for id_ in known("licenses")} == expected
    assert sum(id_ != older for id_, older in expected.items()) == 62


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("fal", "Free Art License"),
        ("gfdl", "GNU Free Documentation License"),
        ("FAL", None),
        ("mit", None),
    ],
)
def test_two_older_licences_have_only_a_name(text: str, title: str | None) -> None:
    assert free_text_licence(text) == title


@pytest.mark.parametrize(
    ("text", "id"),
    [
        *(("en", "eng"), ("EN", "eng"), ("de", "deu"), ("eng", "eng"), ("cmn", "cmn")),
        *(("ENG", None), ("ger", None), ("xx", None), ("en-GB", None), ("English", None)),
        *(("", None), ("xxx", None), ("e", None)),
    ],
)
def test_a_language_is_read_as_the_server_reads_it(text: str, id: str | None) -> None:
    assert language_id(text) == id


def test_funders_have_the_ids_that_the_server_gives_them() -> None:
    assert funder_ror("10.13039/501100000780") == "00k4n6c32"
    # the second took over all grants of the first
    assert funder_ror("10.13039/501100000690") == funder_ror("10.13039/100014013") == "001aqnf71"
    for text in ("00k4n6c32", "https://doi.org/10.13039/501100000780", "10.13039/1", ""):
        assert funder_ror(text) is None
    table = json.loads((DATA / "funders.json").read_text())["terms"]
    assert len(table) == 25
    assert all(re.fullmatch(r"0[a-z0-9]{6}\d\d", ror) for ror in table.values())


@pytest.mark.parametrize(
    ("kind", "word", "first"),
    [
        ("licenses", "BSD 3-Clause License", ["bsd-3-clause"]),
        ("licenses", "GPLv3", ["gpl-3.0-only", "gpl-3.0-or-later"]),
        ("licenses", "GNU GPL v3 or later", ["gpl-3.0-or-later"]),
        ("licenses", "LGPL-2", ["lgpl-2.0-only", "lgpl-2.0-or-later"]),
        ("licenses", "Apache License 2.0", ["apache-2.0"]),
        ("licenses", "Apache License, Version 2.0", ["apache-2.0"]),
        ("licenses", "MIT License", ["mit"]),
        ("licenses", "cc-by-nc", ["cc-by-nc-4.0", "cc-by-nc-3.0"]),
        ("licenses", "Creative Commons Attribution 4.0 International (CC BY 4.0)", ["cc-by-4.0"]),
        ("licenses", "https://creativecommons.org/licenses/by-sa/4.0/", ["cc-by-sa-4.0"]),
        ("licenses", "https://creativecommons.org/publicdomain/zero/1.0/", ["cc0-1.0"]),
        ("licenses", "http://www.apache.org/licenses/LICENSE-2.0.txt", ["apache-2.0"]),
        ("licenses", "https://www.gnu.org/licenses/gpl-3.0.en.html", ["gpl-3.0-only"]),
        ("licenses", "https://opensource.org/licenses/MIT", ["mit"]),
        ("licenses", "mit-license", ["mit"]),
        ("licenses", "proprietary", []),
        ("languages", "English", ["eng"]),
        ("languages", "englisch", ["eng"]),
        ("languages", "en-GB", ["eng"]),
        ("languages", "ger", ["deu"]),
        ("languages", "Français", ["fra"]),
        ("languages", "xx", []),
        ("roles", "DataCollector", ["datacollector"]),
        ("roles", "Data Collecter", ["datacollector"]),
        ("relations", "isSupplementBy", ["issupplementedby"]),
        ("relations", "is cited by", ["iscitedby"]),
        ("resource_types", "journal article", ["publication-article"]),
        ("resource_types", "thesis", ["publication-dissertation"]),
        ("resource_types", "website", []),
        ("programming_languages", "C++", ["c++"]),
        ("description_types", "method", ["methods"]),
        ("date_types", "", []),
    ],
)
def test_a_word_brings_up_what_may_be_meant(kind: Kind, word: str, first: list[str]) -> None:
    found = suggest(kind, word)
    assert found[: len(first)] == first
    assert bool(found) == bool(first)


@pytest.mark.parametrize("kind", KINDS)
def test_every_title_brings_up_its_term(kind: Kind) -> None:
    titles = list(known(kind).items())
    for id_, title in titles[:: max(1, len(titles) // 200)]:
        if list(known(kind).values()).count(title) == 1:
            assert id_ in suggest(kind, title) or title.lower() in known(kind), (id_, title)


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_suggestions_are_terms(kind: Kind, word: str) -> None:
    found = suggest(kind, word)
    assert len(found) <= 5
    assert len(set(found)) == len(found)
    assert set(found) <= set(known(kind))


def test_thousands_of_strange_words_are_looked_up_in_time() -> None:
    suggest("languages", "first")
    start = time.process_time()
    for number in range(2000):
        suggest("languages", f"strange language {number}" + "x" * 10_000)
    assert time.process_time() - start < 30  # seconds; it needs about one
