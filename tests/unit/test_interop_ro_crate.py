"""The root dataset of an RO-Crate is taken over; what a record cannot hold is reported."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.interop.ro_crate import read

Json = Any

TODAY = date(2026, 11, 22)
ADA = "https://orcid.org/0000-0002-1825-0097"
CALTECH = "https://ror.org/05dxps055"
DESCRIPTOR = {
    "@id": "ro-crate-metadata.json",
    "@type": "CreativeWork",
    "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    "about": {"@id": "./"},
}


def crate(root: Json, *nodes: Json) -> Json:
    """A crate with a root dataset and other nodes."""
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [DESCRIPTOR, {"@id": "./", "@type": "Dataset", **root}, *nodes],
    }


def metadata(document: Json) -> Json:
    """The metadata that a crate becomes."""
    return read(document, today=TODAY).body["metadata"]


FULL = crate(
    {
        "name": "Soil grid",
        "description": "Daily.",
        "datePublished": "2026-01-02T00:00:00+00:00",
        "author": [{"@id": ADA}, {"@id": "#cern"}],
        "license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "publisher": {"@id": CALTECH},
        "funder": {"@id": CALTECH},
        "keywords": ["soil", "grid"],
        "identifier": {"@id": "#doi"},
        "hasPart": [{"@id": "grid.nc"}],
    },
    {"@id": "grid.nc", "@type": "File", "name": "grid"},
    {"@id": "#doi", "@type": "PropertyValue", "value": "doi:10.5281/zenodo.1234"},
    {
        "@id": ADA,
        "@type": "Person",
        "familyName": "Okafor",
        "givenName": "Ada",
        "affiliation": {"@id": CALTECH},
        "email": "ada@example.org",
    },
    {"@id": "#cern", "@type": "Organization", "name": "CERN"},
    {"@id": CALTECH, "@type": "Organization", "name": "Caltech"},
    {"@id": "https://creativecommons.org/licenses/by/4.0/", "name": "CC BY 4.0"},
)


def test_a_full_crate():
    found = read(FULL, today=TODAY)
    assert found.body == {
        "metadata": {
            "resource_type": {"id": "dataset"},
            "title": "Soil grid",
            "description": "Daily.",
            "publication_date": "2026-01-02",
            "subjects": [{"subject": "soil"}, {"subject": "grid"}],
            "rights": [{"id": "cc-by-4.0"}],
            "publisher": "Caltech",
            "creators": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "family_name": "Okafor",
                        "given_name": "Ada",
                        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                    },
                    "affiliations": [{"id": "05dxps055", "name": "Caltech"}],
                },
                {"person_or_org": {"type": "organizational", "name": "CERN"}},
            ],
            "funding": [{"funder": {"id": "05dxps055", "name": "Caltech"}}],
        }
    }
    assert found.reserved_doi == "10.5281/zenodo.1234"
    assert [(one.path, one.code) for one in found.findings] == [
        (("@graph", 4, "email"), "unmapped")
    ]


def test_problems_are_told_at_the_nodes_they_come_from():
    found = read(FULL)
    assert found.source_of(("metadata", "title")) == ("@graph", 1, "name")
    person = ("metadata", "creators", 0, "person_or_org")
    assert found.source_of((*person, "given_name")) == ("@graph", 4, "givenName")
    assert found.source_of((*person, "identifiers", 0)) == ("@graph", 4, "@id")


@pytest.mark.parametrize(
    "graph",
    [
        [{"@id": "./", "@type": "Dataset", "name": "x"}],
        [{"@id": "https://a.b/", "@type": ["Dataset"], "name": "x"}],
        [
            {"@id": "https://a.b/ro-crate-metadata.json", "about": {"@id": "https://a.b/"}},
            {"@id": "https://a.b/", "@type": "Dataset", "name": "x"},
            {"@id": "other", "@type": "Dataset", "name": "y"},
        ],
        [
            {"@id": "ro-crate-metadata.jsonld", "about": {"@id": "d"}},
            {"@id": "d", "name": "x"},
            {"@id": "./", "name": "y"},
        ],
    ],
)
def test_the_root_is_found(graph: Json):
    assert metadata({"@graph": graph})["title"] == "x"


@pytest.mark.parametrize("graph", [[], [{"@id": "a"}], "x", None, {"@id": "./"}])
def test_a_crate_without_a_root_is_reported(graph: Json):
    found = read({"@graph": graph}, today=TODAY)
    assert [(one.path, one.code) for one in found.findings] == [(("@graph",), "unmapped")]
    assert "title" not in found.body["metadata"]


def test_circles_end():
    document = crate(
        {"name": "x", "author": {"@id": "#a"}, "isPartOf": {"@id": "./"}},
        {"@id": "#a", "@type": "Person", "familyName": "O", "affiliation": {"@id": "#a"}},
    )
    found = metadata(document)
    assert found["creators"][0]["person_or_org"]["family_name"] == "O"


def test_a_reference_to_nothing_is_reported():
    found = read(crate({"name": "x", "author": {"@id": "#nobody"}}))
    assert [(one.path, one.code) for one in found.findings] == [
        (("@graph", 1, "author"), "unmapped")
    ]


def test_what_is_no_plain_licence_is_not_taken_for_one():
    address = "https://creativecommons.org/licenses/by-nc-sa/3.0/au/"
    found = metadata(crate({"license": {"@id": address}}, {"@id": address, "name": "AU"}))
    assert found["rights"] == [{"title": {"en": "AU"}, "link": address}]


def test_five_thousand_authors_are_read_in_time():
    people = [
        {"@id": f"#{n}", "@type": "Person", "familyName": f"F{n}", "affiliation": {"@id": CALTECH}}
        for n in range(5000)
    ]
    root = {"author": [{"@id": f"#{n}"} for n in range(5000)]}
    started = time.process_time()
    found = metadata(crate(root, *people, {"@id": CALTECH, "name": "Caltech"}))
    assert len(found["creators"]) == 5000
    assert time.process_time() - started < 20


KEYS = [
    *("@id", "@type", "about", "name", "description", "author", "creator", "contributor"),
    *("license", "publisher", "identifier", "funder", "funding", "affiliation", "familyName"),
    *("citation", "url", "keywords", "datePublished", "sameAs", "@value", "@list", "inLanguage"),
]
WORDS = st.sampled_from(["./", "#a", "#b", "Person", "Dataset", "x", "10.1234/a", ADA, CALTECH, ""])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
NODES = st.dictionaries(st.sampled_from(KEYS), ANY_JSON, max_size=6)


@settings(max_examples=300, deadline=None)
@given(NODES, NODES, NODES, ANY_JSON)
def test_any_json_in_any_place_is_read(root: Json, first: Json, second: Json, other: Json):
    document = {"@graph": [{**root, "@id": "./"}, {**first, "@id": "#a"}, second, other]}
    for finding in read(document, today=TODAY).findings:
        value: Json = document
        for step in finding.path:
            value = value[step]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["@graph", "@context", *KEYS]), ANY_JSON, max_size=3))
def test_any_document_is_read(document: Json):
    assert read(document, today=TODAY).body["metadata"]
