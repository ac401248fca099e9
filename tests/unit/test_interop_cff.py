"""CITATION.cff is taken over as Zenodo does, and further; what is lost either way is reported."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lossless import missing
from zenodo_sdk import UnreadableDocument
from zenodo_sdk.interop.cff import cff_text, read, write
from zenodo_sdk.interop.cff.words import CITED_KEYS, KEYS, PERSON_KEYS
from zenodo_sdk.interop.documents import (
    imported,
    parse_document,
    read_document,
)

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
REAL = SHARED / "realdata" / "citation_cff"
TODAY = date(2026, 11, 22)


def metadata(document: Json) -> Json:
    """The metadata that a document becomes."""
    return read(document, today=TODAY).body["metadata"]


def told(document: Json) -> set[tuple[tuple[str | int, ...], str]]:
    """Where something is reported of a document, and what."""
    return {(finding.path, finding.code) for finding in read(document, today=TODAY).findings}


def test_what_zenodo_reads_becomes_what_it_becomes_there():
    assert metadata(
        {
            "cff-version": "1.2.0",
            "message": "Cite it & me.",
            "title": "Soil tools",
            "abstract": "Tools for soil.",
            "authors": [
                {
                    "family-names": "Okafor",
                    "given-names": "Ada",
                    "orcid": "https://orcid.org/0000-0002-1825-0097",
                    "affiliation": "University X",
                }
            ],
            "keywords": ["soil", "moisture"],
            "license": "GPL-3.0",
        }
    ) == {
        "resource_type": {"id": "software"},
        "title": "Soil tools",
        "description": "Tools for soil.",
        "additional_descriptions": [{"description": "Cite it &amp; me.", "type": {"id": "notes"}}],
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Okafor",
                    "given_name": "Ada",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "University X"}],
            }
        ],
        "subjects": [{"subject": "soil"}, {"subject": "moisture"}],
        "rights": [{"id": "gpl-3.0-only"}],
        "publication_date": "2026-11-22",
        "publisher": "Zenodo",
    }


def test_version_date_and_type_are_taken():
    found = metadata({"version": "1.10", "date-released": "2020-01-02", "type": "dataset"})
    assert found["version"] == "1.10"
    assert found["publication_date"] == "2020-01-02"
    assert found["resource_type"] == {"id": "dataset"}


def test_yaml_that_was_read_elsewhere_may_hold_dates_and_numbers():
    found = metadata({"version": 2, "date-released": date(2020, 1, 2), "title": 1984})
    assert (found["version"], found["publication_date"]) == ("2", "2020-01-02")
    assert found["title"] == "1984"


PEOPLE: list[tuple[Json, Json]] = [
    ({"name": "CERN"}, {"type": "organizational", "name": "CERN"}),
    ({"family-names": "Okafor"}, {"type": "personal", "family_name": "Okafor"}),
    ({"given-names": "Plato"}, {"type": "personal", "family_name": "Plato"}),
    ({"alias": "ada42"}, {"type": "personal", "family_name": "ada42"}),
    (
        {"family-names": "Beethoven", "name-particle": "van", "given-names": "Ludwig"},
        {"type": "personal", "family_name": "van Beethoven", "given_name": "Ludwig"},
    ),
    (
        {"family-names": "King", "given-names": "Martin Luther", "name-suffix": "Jr."},
        {"type": "personal", "family_name": "King", "given_name": "Martin Luther Jr."},
    ),
    (
        {"name": "CERN", "website": "https://ror.org/01ggx4157"},
        {
            "type": "organizational",
            "name": "CERN",
            "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}],
        },
    ),
    ("Okafor, Ada", {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}),
]


@pytest.mark.parametrize(("author", "person"), PEOPLE)
def test_people_and_entities(author: Json, person: Json):
    assert metadata({"authors": [author]})["creators"] == [{"person_or_org": person}]


def test_a_wrong_orcid_stays_for_the_rules_to_judge():
    found = metadata({"authors": [{"name": "x", "orcid": "https://orcid.org/0000-0000"}]})
    assert found["creators"][0]["person_or_org"]["identifiers"] == [
        {"scheme": "orcid", "identifier": "0000-0000"}
    ]


def test_what_a_record_keeps_of_nobody_is_reported():
    author = {"family-names": "x", "email": "a@example.org", "alias": "y", "website": "http://a.b"}
    assert told({"authors": [author]}) == {
        (("authors", 0, "email"), "unmapped"),
        (("authors", 0, "alias"), "unmapped"),
        (("authors", 0, "website"), "unmapped"),
    }


def test_affiliations_of_version_1_3():
    author = {
        "family-names": "x",
        "affiliation": [{"name": "CERN", "website": "https://ror.org/01ggx4157"}, "University X"],
    }
    assert metadata({"authors": [author]})["creators"][0]["affiliations"] == [
        {"name": "CERN", "id": "01ggx4157"},
        {"name": "University X"},
    ]


def test_contacts_become_contributors():
    found = metadata({"contact": [{"family-names": "Okafor"}]})["contributors"]
    assert found == [
        {
            "person_or_org": {"type": "personal", "family_name": "Okafor"},
            "role": {"id": "contactperson"},
        }
    ]


LICENCES: list[tuple[Json, Json]] = [
    ({"license": "Apache-2.0"}, [{"id": "apache-2.0"}]),
    ({"license": ["MIT", "Apache-2.0"]}, [{"id": "mit"}, {"id": "apache-2.0"}]),
    ({"license": "CC0-1.0 OR MIT"}, [{"id": "cc0-1.0"}, {"id": "mit"}]),
    ({"license": "LGPL-3.0+"}, [{"id": "lgpl-3.0-or-later"}]),
    ({"license-url": "https://spdx.org/licenses/MIT.html"}, [{"id": "mit"}]),
    ({"license-url": "https://opensource.org/licenses/GPL-3-0"}, [{"id": "gpl-3.0-only"}]),
    ({"license-url": "https://creativecommons.org/licenses/by/4.0/"}, [{"id": "cc-by-4.0"}]),
    ({"license-url": "http://www.gnu.org/licenses/gpl-3.0.html"}, [{"id": "gpl-3.0-only"}]),
    ({"license": "MIT", "license-url": "https://opensource.org/licenses/MIT"}, [{"id": "mit"}]),
    (
        {"license": "Mine", "license-url": "https://a.example/mine"},
        [{"title": {"en": "Mine"}, "link": "https://a.example/mine"}],
    ),
    (
        {"license-url": "https://a.example/mine"},
        [{"title": {"en": "https://a.example/mine"}, "link": "https://a.example/mine"}],
    ),
]


@pytest.mark.parametrize(("document", "rights"), LICENCES)
def test_licences(document: Json, rights: Json):
    assert metadata(document)["rights"] == rights


def test_unknown_licences_and_choices_are_reported():
    assert told({"license": "Mine"}) == {(("license",), "unknown-term")}
    assert told({"license": ["MIT", "X OR Y"]}) == {(("license", 1), "unknown-term")}
    assert told({"license": "MIT OR Apache-2.0"}) == {(("license",), "text-changed")}


def test_a_doi_of_zenodos_is_handed_over_and_never_sent():
    found = read({"doi": "https://doi.org/10.5281/zenodo.1234"})
    assert found.reserved_doi == "10.5281/zenodo.1234"
    assert "pids" not in found.body
    assert not found.findings


def test_a_doi_of_somebody_else_becomes_the_records_own_with_a_warning():
    found = read({"doi": "doi.org/10.1234/ABC"})
    assert found.body["pids"] == {"doi": {"identifier": "10.1234/ABC", "provider": "external"}}
    assert [(one.path, one.code, one.effect) for one in found.findings] == [
        (("doi",), "external-doi", "changed")
    ]


def test_no_doi_is_no_doi():
    assert told({"doi": "soon"}) == {(("doi",), "unmapped")}


def test_identifiers():
    found = read(
        {
            "identifiers": [
                {"type": "doi", "value": "10.5281/zenodo.1", "description": "The concept DOI"},
                {"type": "doi", "value": "10.5281/zenodo.2"},
                {"type": "doi", "value": "10.1234/abc"},
                {"type": "url", "value": "https://a.example/b"},
                {"type": "swh", "value": "swh:1:dir:x"},
            ],
        }
    )
    body: Json = found.body
    assert found.reserved_doi == "10.5281/zenodo.2"
    assert body["metadata"]["identifiers"] == [
        {"scheme": "doi", "identifier": "10.1234/abc"},
        {"scheme": "url", "identifier": "https://a.example/b"},
        {"scheme": "other", "identifier": "swh:1:dir:x"},
    ]
    assert body["metadata"]["related_identifiers"] == [
        {
            "scheme": "doi",
            "identifier": "10.5281/zenodo.1",
            "relation_type": {"id": "isversionof"},
        }
    ]
    assert "pids" not in body


def test_repositories_and_pages():
    found = read(
        {
            "repository-code": "https://github.com/a/b",
            "url": "https://github.com/a/b/",
            "repository": "https://a.example/r",
            "repository-artifact": "https://pypi.org/project/b",
            "commit": "abc",
        }
    )
    body: Json = found.body
    assert body["custom_fields"] == {"code:codeRepository": "https://github.com/a/b"}
    assert [
        (one["identifier"], one["relation_type"]["id"])
        for one in body["metadata"]["related_identifiers"]
    ] == [
        ("https://a.example/r", "isvariantformof"),
        ("https://pypi.org/project/b", "issourceof"),
    ]
    assert [one.path for one in found.findings] == [("commit",)]


def test_code_on_a_known_host_is_code():
    found = read({"repository": "https://github.com/a/b"}).body
    assert found["custom_fields"] == {"code:codeRepository": "https://github.com/a/b"}
    assert "related_identifiers" not in metadata({"repository": "https://github.com/a/b"})


def test_references():
    article = {
        "type": "article",
        "title": "Soil",
        "authors": [{"family-names": "Okafor", "given-names": "Ada"}, {"name": "CERN"}],
        "year": "2020",
        "journal": "J. Soil",
        "volume": "2",
        "issue": "3",
        "start": "4",
        "end": "5",
        "doi": "10.1234/abc",
        "notes": "Mine",
    }
    book = {"type": "book", "title": "Earth", "authors": [{"alias": "x"}]}
    document = {"preferred-citation": article, "references": [book]}
    found = metadata(document)
    assert found["references"] == [
        {
            "reference": "Okafor, Ada; CERN (2020). Soil. J. Soil, 2(3), 4-5."
            " https://doi.org/10.1234/abc",
            "scheme": "doi",
            "identifier": "10.1234/abc",
        },
        {"reference": "x. Earth"},
    ]
    assert found["related_identifiers"] == [
        {
            "scheme": "doi",
            "identifier": "10.1234/abc",
            "relation_type": {"id": "isdescribedby"},
            "resource_type": {"id": "publication-article"},
        }
    ]
    assert told(document) == {(("preferred-citation",), "unmapped")}


def test_plain_text_becomes_html():
    assert metadata({"abstract": "a < b & c"})["description"] == "a &lt; b &amp; c"
    assert metadata({"abstract": "one\n\ntwo"})["description"] == "<p>one</p>\n<p>two</p>"
    assert metadata({"abstract": "<p>x</p>"})["description"] == "<p>x</p>"


def test_keys_that_the_format_has_not_are_reported():
    assert told({"year": "2020", "title": "x"}) == {(("year",), "unmapped")}


def test_keywords_in_one_text():
    document = {"keywords": "soil, moisture;x"}
    assert metadata(document)["subjects"] == [
        {"subject": "soil"},
        {"subject": "moisture"},
        {"subject": "x"},
    ]
    assert told(document) == {(("keywords",), "wrong-type")}


def test_problems_are_told_at_the_documents_own_keys():
    found = read({"title": "x", "authors": [{"given-names": "Ada", "orcid": "0000"}]})
    creator = ("metadata", "creators", 0)
    assert found.source_of(("metadata", "creators")) == ("authors",)
    assert found.source_of((*creator, "person_or_org", "family_name")) == (
        *("authors", 0, "given-names"),
    )
    assert found.source_of((*creator, "person_or_org", "identifiers", 0, "identifier")) == (
        *("authors", 0, "orcid"),
    )
    assert found.source_of(("metadata", "description")) == ("abstract",)


def test_five_thousand_authors_are_read_in_time():
    lines = ["cff-version: 1.2.0", "authors:"]
    for n in range(5000):
        lines += [f"- family-names: F{n}", f"  given-names: G{n}", "  affiliation: X"]
    started = time.process_time()
    found = imported(parse_document("CITATION.cff", "\n".join(lines).encode()))
    document, _ = write(found.body)
    assert len(document["authors"]) == 5000
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    "text", ["10.1234/" + "/" * 100_000 + " x", " " * 200_000 + "or" * 9, "a" + " " * 200_000 + "b"]
)
def test_long_values_are_read_in_time(text: str):
    started = time.process_time()
    read({"doi": text, "license": text, "keywords": text, "abstract": text, "url": text})
    assert time.process_time() - started < 10


# ---------------------------------------------------------------- writing


def test_a_full_document_is_written_as_people_write_it():
    document, lost = write(
        {
            "pids": {"doi": {"identifier": "10.1234/abc", "provider": "external"}},
            "custom_fields": {"code:codeRepository": "https://github.com/a/b"},
            "metadata": {
                "title": "Soil tools",
                "resource_type": {"id": "software"},
                "description": "One.",
                "publication_date": "2026-01-02",
                "publisher": "Zenodo",
                "version": "1.10",
                "creators": [
                    {
                        "person_or_org": {
                            "type": "personal",
                            "family_name": "Okafor",
                            "given_name": "Ada",
                            "identifiers": [
                                {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}
                            ],
                        },
                        "affiliations": [{"name": "University X"}],
                    },
                    {"person_or_org": {"type": "organizational", "name": "CERN"}},
                ],
                "rights": [{"id": "apache-2.0"}],
                "subjects": [{"subject": "soil"}],
            },
        }
    )
    assert document == {
        "cff-version": "1.2.0",
        "message": "If you use this software, please cite it using the metadata from this file.",
        "title": "Soil tools",
        "authors": [
            {
                "family-names": "Okafor",
                "given-names": "Ada",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
                "affiliation": "University X",
            },
            {"name": "CERN"},
        ],
        "type": "software",
        "version": "1.10",
        "date-released": "2026-01-02",
        "doi": "10.1234/abc",
        "abstract": "One.",
        "license": "Apache-2.0",
        "keywords": ["soil"],
        "repository-code": "https://github.com/a/b",
    }
    assert lost == ()


def test_an_own_doi_is_written_and_not_said_to_be_lost():
    document, lost = write(
        {"metadata": {"title": "x"}, "pids": {"doi": {"identifier": "10.5281/zenodo.12"}}}
    )
    assert document["doi"] == "10.5281/zenodo.12"
    assert lost == ()


def test_what_has_no_place_is_reported():
    _, lost = write(
        {
            "metadata": {
                "title": "x",
                "publication_date": "2020/2021",
                "funding": [{"funder": {"id": "00k4n6c32"}}],
                "publisher": "CERN",
                "description": "<p>one <b>two</b></p>",
                "contributors": [
                    {
                        "person_or_org": {"type": "organizational", "name": "C"},
                        "role": {"id": "editor"},
                    }
                ],
            }
        }
    )
    assert {(one.path[1], one.effect) for one in lost} == {
        ("publication_date", "changed"),
        ("funding", "lost"),
        ("publisher", "changed"),
        ("description", "changed"),
        ("contributors", "lost"),
    }


def test_text_is_yaml_that_reads_the_same():
    document, _ = write(
        {
            "metadata": {
                "title": "yes: it is",
                "version": "1.10",
                "publication_date": "2026-01-02",
                "creators": [{"person_or_org": {"type": "personal", "family_name": "Müller"}}],
            }
        }
    )
    text = cff_text(document)
    assert "Müller" in text
    assert text.startswith("cff-version: 1.2.0\nmessage:")
    assert parse_document("CITATION.cff", text.encode()).data == document
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(text)["version"] == "1.10"
    assert yaml.safe_load(text)["date-released"] == "2026-01-02"


PERSON = {"address", "affiliation", "alias", "email", "family-names", "given-names", "orcid"}
URL = re.compile(r"(https|http|ftp|sftp)://.+")
DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")


def check_schema(document: Json) -> None:
    """What the schema of version 1.2.0 demands of the keys that are written."""
    assert set(document) <= KEYS
    assert document["cff-version"] == "1.2.0"
    for key in ("message", "title", "abstract", "version"):
        assert isinstance(document.get(key, "x"), str)
        assert document.get(key, "x")
    for key in ("authors", "contact", "keywords", "references", "identifiers"):
        items = document.get(key, ["x"])
        assert items
        assert len({repr(item) for item in items}) == len(items)
    assert document["authors"]
    for person in [*document["authors"], *document.get("contact", [])]:
        assert person.get("name") or person.get("family-names")
        assert set(person) <= (
            {"name", "orcid", "website"} if "name" in person else PERSON | {"website"}
        )
        assert re.fullmatch(
            r"https://orcid\.org/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]",
            person.get("orcid", "https://orcid.org/0000-0000-0000-0000"),
        )
        assert URL.fullmatch(person.get("website", "http://x"))
    assert document["type"] in ("software", "dataset")
    assert re.fullmatch(
        r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])",
        document.get("date-released", "2020-01-01"),
    )
    assert DOI.fullmatch(document.get("doi", "10.1234/x"))
    for key in ("url", "repository", "repository-code", "repository-artifact", "license-url"):
        assert URL.fullmatch(document.get(key, "http://x"))
    for identifier in document.get("identifiers", []):
        assert set(identifier) <= {"type", "value", "description"}
        assert identifier["value"]
        assert identifier["type"] in ("doi", "url", "swh", "other")
        assert identifier["type"] != "doi" or DOI.fullmatch(identifier["value"])
        assert identifier["type"] != "url" or URL.fullmatch(identifier["value"])
    for reference in [*document.get("references", []), document.get("preferred-citation")]:
        if reference is not None:
            assert {"type", "title", "authors"} <= set(reference)
            assert reference["title"]


WORDS = st.sampled_from(
    ["x", "Okafor", "a, b", "1.10", "2020-01-02", "null", "a: b", "<p>x</p>", "a & b", "", "é "]
) | st.text(max_size=8)
PERSON_BODY = st.fixed_dictionaries(
    {
        "person_or_org": st.fixed_dictionaries(
            {"type": st.sampled_from(["personal", "organizational"])},
            optional={
                "name": WORDS,
                "family_name": WORDS,
                "given_name": WORDS,
                "identifiers": st.lists(
                    st.sampled_from(
                        [
                            {"scheme": "orcid", "identifier": "0000-0002-1825-0097"},
                            {"scheme": "ror", "identifier": "01ggx4157"},
                            {"scheme": "gnd", "identifier": "118540238"},
                        ]
                    ),
                    max_size=2,
                ),
            },
        )
    },
    optional={
        "affiliations": st.lists(st.fixed_dictionaries({"name": WORDS}), max_size=2),
        "role": st.sampled_from([{"id": "contactperson"}, {"id": "editor"}]),
    },
)
WORK = st.sampled_from(
    [
        {"scheme": "doi", "identifier": "10.1234/abc"},
        {"scheme": "doi", "identifier": "10.5281/zenodo.77"},
        {"scheme": "url", "identifier": "https://a.example/b"},
        {"scheme": "arxiv", "identifier": "arXiv:1234.5678"},
        {"scheme": "isbn", "identifier": "978-3-16-148410-0"},
    ]
)
RELATED = st.builds(
    lambda work, relation, kind: {**work, "relation_type": {"id": relation}, **kind},
    WORK,
    st.sampled_from(
        ["isdescribedby", "references", "isdocumentedby", "issourceof", "cites", "isversionof"]
    ),
    st.sampled_from([{}, {"resource_type": {"id": "publication-article"}}]),
)
BODIES = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "title": WORDS,
                "description": WORDS,
                "version": WORDS,
                "publisher": st.sampled_from(["Zenodo", "CERN"]),
                "publication_date": st.sampled_from(["2020-01-02", "2020", "2020/2021"]),
                "resource_type": st.sampled_from(
                    [{"id": "software"}, {"id": "dataset"}, {"id": "poster"}]
                ),
                "creators": st.lists(PERSON_BODY, max_size=3),
                "contributors": st.lists(PERSON_BODY, max_size=2),
                "rights": st.lists(
                    st.sampled_from(
                        [{"id": "mit"}, {"id": "cc-by-4.0"}, {"title": {"en": "Mine"}}]
                    ),
                    max_size=2,
                ),
                "subjects": st.lists(st.fixed_dictionaries({"subject": WORDS}), max_size=3),
                "identifiers": st.lists(WORK, max_size=2),
                "related_identifiers": st.lists(RELATED, max_size=3),
                "references": st.lists(st.fixed_dictionaries({"reference": WORDS}), max_size=2),
                "funding": st.just([{"funder": {"id": "00k4n6c32"}}]),
            },
        )
    },
    optional={
        "custom_fields": st.just({"code:codeRepository": "https://github.com/a/b"}),
        "pids": st.sampled_from(
            [
                {"doi": {"identifier": "10.1234/q", "provider": "external"}},
                {"doi": {"identifier": "10.5281/zenodo.9", "provider": "datacite"}},
            ]
        ),
    },
)


@settings(max_examples=200, deadline=None)
@given(BODIES)
def test_everything_that_is_not_reported_comes_back(body: Json):
    document, lost = write(body)
    check_schema(document)
    found = read(document)
    back: Json = dict(found.body)
    if found.reserved_doi is not None:
        own = body.get("pids", {}).get("doi", {})
        if own.get("identifier") == found.reserved_doi:
            back["pids"] = body["pids"]
        else:
            work = {"scheme": "doi", "identifier": found.reserved_doi}
            listed = [work, *back["metadata"].get("identifiers", [])]
            back["metadata"] = {**back["metadata"], "identifiers": listed}
    assert not missing(body, back, lost)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | WORDS
    | st.sampled_from(["10.1234/abc", "https://orcid.org/0000-0002-1825-0097", "MIT"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted(KEYS | PERSON_KEYS | CITED_KEYS | {"email", "value"})),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(st.sampled_from(sorted(KEYS | {"extra"})), ANY_JSON, max_size=6)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_any_json_in_any_place_is_read(document: Json):
    found = read(document, today=TODAY)
    for finding in found.findings:
        value = document
        for step in finding.path:
            value = value[step]
    check_schema(write(found.body)[0])


@settings(max_examples=150, deadline=None)
@given(ANY_JSON, st.sampled_from(["title", "creators", "rights", "subjects", "references"]))
def test_any_json_in_any_place_is_written(value: Json, name: str):
    check_schema(write({"metadata": {name: value}})[0])
    check_schema(write({"metadata": value, "pids": value, "custom_fields": value})[0])


# ---------------------------------------------------------------- real files


@pytest.mark.skipif(
    not REAL.is_dir(), reason=f"NO CORPUS: {REAL} is missing; set ZENODO_SDK_SHARED"
)
def test_every_real_file_is_read_or_gets_a_message():
    counts: Counter[str] = Counter()
    for path in sorted(REAL.iterdir()):
        try:
            document = read_document(path)
        except UnreadableDocument as error:
            counts["refused"] += 1
            counts["with a fix"] += bool(error.fix)
            continue
        assert document.kind == "cff"
        found = imported(document, today=TODAY)
        assert not any("10.5281" in str(pid) for pid in found.body.get("pids", {}).items())
        counts["read"] += 1
        counts["people"] += len(found.body["metadata"].get("creators", []))
        written, _ = write(found.body)
        check_schema(written)
        assert parse_document("CITATION.cff", cff_text(written).encode()).data == written
    assert (counts["read"], counts["refused"], counts["with a fix"]) == (80, 2, 2)
    assert counts["people"] > 1000
