"""codemeta.json is taken over and written; what is lost either way is reported."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lossless import missing
from zenodo_sdk.interop.codemeta import read, write
from zenodo_sdk.interop.schema_org.words import FIELDS, RELATIONS, ROLES

Json = Any

TODAY = date(2026, 11, 22)
ORCID = "https://orcid.org/0000-0002-1825-0097"


def metadata(document: Json) -> Json:
    """The metadata that a document becomes."""
    return read(document, today=TODAY).body["metadata"]


def custom(document: Json) -> Json:
    """The custom fields that a document becomes."""
    return read(document, today=TODAY).body.get("custom_fields")


def told(document: Json) -> set[tuple[tuple[str | int, ...], str]]:
    """Where something is reported of a document, and what."""
    return {(finding.path, finding.code) for finding in read(document, today=TODAY).findings}


def test_a_full_document():
    found = read(
        {
            "@context": "https://w3id.org/codemeta/3.0",
            "type": "SoftwareSourceCode",
            "id": "https://doi.org/10.5281/zenodo.1234",
            "name": "Soil tools",
            "alternateName": "ST",
            "description": "Tools & more",
            "version": "1.10",
            "datePublished": "2026-01-02",
            "dateCreated": "2020-01-01",
            "dateModified": "2026-01-01T10:00:00Z",
            "keywords": "soil, moisture",
            "license": ["https://spdx.org/licenses/Apache-2.0", "MIT"],
            "codeRepository": "git+https://github.com/a/b",
            "programmingLanguage": [{"@type": "ComputerLanguage", "name": "Python"}, "R"],
            "developmentStatus": "https://www.repostatus.org/#active",
            "publisher": {"@type": "Organization", "name": "CERN"},
            "inLanguage": "en-GB",
        },
        today=TODAY,
    )
    assert found.findings == ()
    assert found.reserved_doi == "10.5281/zenodo.1234"
    assert found.body == {
        "metadata": {
            "resource_type": {"id": "software"},
            "title": "Soil tools",
            "additional_titles": [{"title": "ST", "type": {"id": "alternative-title"}}],
            "description": "Tools &amp; more",
            "version": "1.10",
            "publication_date": "2026-01-02",
            "dates": [
                {"date": "2020-01-01", "type": {"id": "created"}},
                {"date": "2026-01-01", "type": {"id": "updated"}},
            ],
            "subjects": [{"subject": "soil"}, {"subject": "moisture"}],
            "rights": [{"id": "apache-2.0"}, {"id": "mit"}],
            "publisher": "CERN",
            "languages": [{"id": "eng"}],
        },
        "custom_fields": {
            "code:codeRepository": "https://github.com/a/b",
            "code:programmingLanguage": [{"id": "python"}, {"id": "r"}],
            "code:developmentStatus": {"id": "active"},
        },
    }


ADA = {
    "person_or_org": {
        "type": "personal",
        "family_name": "Okafor",
        "given_name": "Ada",
        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
    },
    "affiliations": [{"id": "05dxps055", "name": "Caltech"}],
}


@pytest.mark.parametrize(
    "author",
    [
        {
            "@id": ORCID,
            "@type": "Person",
            "givenName": "Ada",
            "familyName": "Okafor",
            "affiliation": {"@id": "https://ror.org/05dxps055", "name": "Caltech"},
        },
        {
            "id": ORCID,
            "type": "Person",
            "name": "Okafor, Ada",
            "affiliation": [{"type": "Organization", "name": "Caltech", "id": "ror.org/05dxps055"}],
        },
        {
            "@type": "schema:Person",
            "schema:identifier": {"@value": ORCID},
            "schema:familyName": {"@value": "Okafor"},
            "http://schema.org/givenName": "Ada",
            "schema:affiliation": {
                "schema:name": "Caltech",
                "schema:identifier": {"value": "x", "url": "https://ror.org/05dxps055"},
            },
        },
    ],
)
def test_one_person_in_several_contexts(author: Json):
    assert metadata({"author": author})["creators"] == [ADA]
    assert metadata({"schema:author": {"@list": [author]}})["creators"] == [ADA]


def test_organisations_and_bare_names():
    found = metadata(
        {"author": [{"@type": "Organization", "name": "CERN"}, "Okafor, Ada", "Grace Hopper"]}
    )
    assert [person["person_or_org"] for person in found["creators"]] == [
        {"type": "organizational", "name": "CERN"},
        {"type": "personal", "family_name": "Okafor", "given_name": "Ada"},
        {"type": "personal", "family_name": "Grace Hopper"},
    ]


def test_a_name_that_cannot_be_taken_apart_is_reported():
    document = {"author": [{"@type": "Person", "name": "Grace Hopper"}]}
    assert told(document) == {(("author", 0, "name"), "name-comma")}


def test_roles_of_version_3_add_nobody():
    document = {
        "author": [
            {"id": ORCID, "type": "Person", "familyName": "Okafor"},
            {"type": "Role", "schema:author": ORCID, "schema:roleName": "Developer"},
            {"type": "Role", "schema:author": {"type": "Person", "familyName": "Hopper"}},
        ]
    }
    assert [one["person_or_org"]["family_name"] for one in metadata(document)["creators"]] == [
        "Okafor",
        "Hopper",
    ]
    assert told(document) == {(("author", 1, "schema:roleName"), "unmapped")}


def test_roles_of_contributors():
    document = {
        "author": {"@id": ORCID, "@type": "Person", "familyName": "Okafor"},
        "maintainer": {"@id": ORCID},
        "editor": {"@type": "Person", "familyName": "Hopper"},
        "copyrightHolder": {"@type": "Organization", "name": "CERN"},
    }
    assert [
        (one["person_or_org"].get("family_name"), one["role"]["id"])
        for one in metadata(document)["contributors"]
    ] == [("Hopper", "editor"), ("Okafor", "contactperson"), (None, "rightsholder")]


FUNDING: list[tuple[Json, Json]] = [
    (
        {"funder": {"@id": "https://ror.org/00k4n6c32", "name": "EC"}, "funding": "101017452"},
        [
            {
                "funder": {"id": "00k4n6c32", "name": "EC"},
                "award": {"title": {"en": "101017452"}},
            }
        ],
    ),
    (
        {"funder": [{"@type": "Organization", "name": "NSF"}, "DFG"]},
        [{"funder": {"name": "NSF"}}, {"funder": {"name": "DFG"}}],
    ),
    (
        {
            "funding": {
                "@type": "Grant",
                "identifier": "12",
                "name": "Soil",
                "url": "https://a.example/12",
                "funder": {"name": "NSF"},
            }
        },
        [
            {
                "funder": {"name": "NSF"},
                "award": {
                    "number": "12",
                    "title": {"en": "Soil"},
                    "identifiers": [{"scheme": "url", "identifier": "https://a.example/12"}],
                },
            }
        ],
    ),
]


@pytest.mark.parametrize(("document", "funding"), FUNDING)
def test_funding(document: Json, funding: Json):
    assert metadata(document)["funding"] == funding


def test_a_grant_without_a_funder_is_reported():
    assert told({"funding": "H2020 101017452"}) == {(("funding",), "unmapped")}


def test_licences_that_zenodo_does_not_know_become_licences_of_their_own():
    document = {"license": {"@type": "CreativeWork", "name": "Mine", "url": "https://a.example/m"}}
    assert metadata(document)["rights"] == [
        {"title": {"en": "Mine"}, "link": "https://a.example/m"}
    ]
    assert told(document) == {(("license",), "unknown-term")}


def test_identifiers():
    found = read({"identifier": [{"propertyID": "doi", "value": "10.1234/abc"}, "https://a.b/c"]})
    assert found.body["pids"] == {"doi": {"identifier": "10.1234/abc", "provider": "external"}}
    assert metadata({"identifier": ["10.1234/abc", "https://a.b/c"]})["identifiers"] == [
        {"scheme": "url", "identifier": "https://a.b/c"}
    ]


def test_related_works():
    found = metadata(
        {
            "codeRepository": "https://github.com/a/b",
            "url": "https://github.com/a/b",
            "referencePublication": {
                "@type": "ScholarlyArticle",
                "@id": "https://doi.org/10.1234/paper",
            },
            "citation": ["https://doi.org/10.1234/cited", "Okafor (2020). Soil."],
            "isPartOf": "https://a.example/whole",
        }
    )
    assert [
        (one["identifier"], one["relation_type"]["id"], one.get("resource_type"))
        for one in found["related_identifiers"]
    ] == [
        ("10.1234/paper", "isdescribedby", {"id": "publication-article"}),
        ("10.1234/cited", "references", None),
        ("https://a.example/whole", "ispartof", None),
    ]
    assert found["references"] == [{"reference": "Okafor (2020). Soil."}]


def test_unknown_languages_and_states_are_reported():
    document = {"programmingLanguage": ["Python 3", "Soilish"], "developmentStatus": "great"}
    assert custom(document) == {"code:programmingLanguage": [{"id": "python"}]}
    assert told(document) == {
        (("programmingLanguage", 1), "unmapped"),
        (("developmentStatus",), "unmapped"),
    }


def test_what_a_record_has_no_field_for_is_reported():
    document = {"issueTracker": "https://a.b", "softwareRequirements": ["numpy"], "name": "x"}
    assert told(document) == {
        (("issueTracker",), "unmapped"),
        (("softwareRequirements",), "unmapped"),
    }


def test_version_1_has_other_keys():
    document = {
        "title": "R tools",
        "agents": [{"@id": ORCID, "@type": "person", "name": "Okafor, Ada"}],
        "licenseId": "Apache-2.0",
        "tags": ["soil"],
    }
    found = read(document, today=TODAY)
    assert found.findings == ()
    body: Json = found.body["metadata"]
    assert body["title"] == "R tools"
    assert body["rights"] == [{"id": "apache-2.0"}]
    assert body["subjects"] == [{"subject": "soil"}]
    assert found.source_of(("metadata", "rights", 0, "id")) == ("licenseId",)
    assert found.source_of(("metadata", "creators", 0)) == ("agents", 0)


def test_problems_are_told_at_the_documents_own_keys():
    found = read({"schema:author": [{"schema:familyName": "Okafor", "schema:givenName": "A"}]})
    path = ("metadata", "creators", 0, "person_or_org", "given_name")
    assert found.source_of(path) == ("schema:author", 0, "schema:givenName")
    assert found.source_of(("metadata", "title")) == ("name",)


def test_five_thousand_authors_are_read_in_time():
    authors: Json = [
        {"@id": f"#{n}", "@type": "Person", "familyName": f"F{n}", "affiliation": {"name": "X"}}
        for n in range(5000)
    ]
    started = time.process_time()
    document, _ = write(read({"name": "x", "author": authors}).body)
    assert len(document["author"]) == 5000
    assert time.process_time() - started < 20


# ---------------------------------------------------------------- writing


def test_a_full_body_is_written():
    document, lost = write(
        {
            "pids": {"doi": {"identifier": "10.5281/zenodo.1234", "provider": "datacite"}},
            "custom_fields": {
                "code:codeRepository": "https://github.com/a/b",
                "code:programmingLanguage": [{"id": "python"}],
                "code:developmentStatus": {"id": "active"},
            },
            "metadata": {
                "resource_type": {"id": "software"},
                "title": "Soil tools",
                "publication_date": "2026-01-02",
                "publisher": "Zenodo",
                "creators": [ADA],
                "rights": [{"id": "mit"}],
                "subjects": [{"subject": "soil, wet"}],
                "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"number": "12"}}],
            },
        }
    )
    assert lost == ()
    assert document == {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": "Soil tools",
        "author": {
            "@type": "Person",
            "familyName": "Okafor",
            "givenName": "Ada",
            "@id": ORCID,
            "affiliation": {
                "@type": "Organization",
                "@id": "https://ror.org/05dxps055",
                "name": "Caltech",
            },
        },
        "datePublished": "2026-01-02",
        "publisher": {"@type": "Organization", "name": "Zenodo"},
        "license": "https://spdx.org/licenses/MIT",
        "keywords": ["soil, wet"],
        "identifier": "https://doi.org/10.5281/zenodo.1234",
        "codeRepository": "https://github.com/a/b",
        "programmingLanguage": "Python",
        "developmentStatus": "https://www.repostatus.org/#active",
        "funding": {
            "@type": "Grant",
            "identifier": "12",
            "funder": {"@type": "Organization", "@id": "https://ror.org/00k4n6c32"},
        },
    }


def test_what_has_no_place_is_reported():
    _, lost = write(
        {
            "metadata": {
                "title": "x",
                "sizes": ["5 MB"],
                "additional_titles": [{"title": "y", "type": {"id": "subtitle"}}],
                "related_identifiers": [
                    {
                        "scheme": "doi",
                        "identifier": "10.1234/abc",
                        "relation_type": {"id": "obsoletes"},
                    }
                ],
            },
            "access": {"files": "restricted"},
        }
    )
    assert {one.path[:2] for one in lost} == {
        ("metadata", "sizes"),
        ("metadata", "additional_titles"),
        ("metadata", "related_identifiers"),
        ("access",),
    }
    assert {one.effect for one in lost} == {"lost"}


WORDS = st.sampled_from(
    ["x", "Okafor", "a, b", "https://a.b", "10.1234/q", ORCID, "MIT", "2020-01-02", ""]
) | st.text(max_size=8)
PEOPLE = st.fixed_dictionaries(
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
        "affiliations": st.lists(
            st.sampled_from([{"name": "X"}, {"id": "01ggx4157"}, {"id": "05dxps055", "name": "C"}]),
            max_size=2,
        ),
        "role": st.sampled_from([{"id": "contactperson"}, {"id": "editor"}, {"id": "datamanager"}]),
    },
)
RELATED = st.builds(
    lambda work, relation: {**work, "relation_type": {"id": relation}},
    st.sampled_from(
        [
            {"scheme": "doi", "identifier": "10.1234/abc"},
            {"scheme": "url", "identifier": "https://a.example/b"},
            {"scheme": "isbn", "identifier": "978-3-16-148410-0"},
        ]
    ),
    st.sampled_from([*RELATIONS.values(), "cites"]),
)
BODIES = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "title": WORDS,
                "description": WORDS,
                "version": WORDS,
                "publisher": WORDS,
                "publication_date": st.sampled_from(["2020-01-02", "2020", "2020/2021"]),
                "resource_type": st.sampled_from(
                    [{"id": "software"}, {"id": "dataset"}, {"id": "publication-other"}]
                ),
                "creators": st.lists(PEOPLE, max_size=3),
                "contributors": st.lists(PEOPLE, max_size=3),
                "rights": st.lists(
                    st.sampled_from([{"id": "mit"}, {"title": {"en": "Mine"}}, {"id": "x"}]),
                    max_size=2,
                ),
                "subjects": st.lists(st.fixed_dictionaries({"subject": WORDS}), max_size=3),
                "languages": st.just([{"id": "eng"}]),
                "dates": st.lists(
                    st.sampled_from(
                        [
                            {"date": "2020-01-02", "type": {"id": "created"}},
                            {"date": "2020", "type": {"id": "updated"}},
                            {"date": "2020", "type": {"id": "other"}},
                        ]
                    ),
                    max_size=2,
                ),
                "related_identifiers": st.lists(RELATED, max_size=3),
                "references": st.lists(st.fixed_dictionaries({"reference": WORDS}), max_size=2),
                "funding": st.lists(
                    st.sampled_from(
                        [
                            {"funder": {"id": "00k4n6c32"}, "award": {"number": "12"}},
                            {"funder": {"name": "NSF"}},
                            {"funder": {"name": "NSF"}, "award": {"title": {"en": "Soil"}}},
                        ]
                    ),
                    max_size=2,
                ),
            },
        )
    },
    optional={
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
    found = read(document)
    back: Json = dict(found.body)
    own = body.get("pids", {}).get("doi", {})
    if found.reserved_doi is not None and own.get("identifier") == found.reserved_doi:
        back["pids"] = body["pids"]
    assert not missing(body, back, lost)


KEYS = sorted(
    {*FIELDS.values(), *RELATIONS, *ROLES, "funder", "funding", "identifier", "keywords", "creator"}
    | {"codeRepository", "programmingLanguage", "developmentStatus", "dateCreated", "inLanguage"}
    | {"agents", "licenseId", "@id", "id", "type", "url", "familyName", "givenName", "affiliation"}
    | {"@list", "@value", "roleName", "schema:author", "extra"}
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), ANY_JSON, max_size=6))
def test_any_json_in_any_place_is_read(document: Json):
    found = read(document, today=TODAY)
    for finding in found.findings:
        value = document
        for step in finding.path:
            value = value[step]
    assert write(found.body)[0]["@type"]


@settings(max_examples=150, deadline=None)
@given(ANY_JSON, st.sampled_from(["title", "creators", "rights", "funding", "references"]))
def test_any_json_in_any_place_is_written(value: Json, name: str):
    assert write({"metadata": {name: value}})[0]["@type"]
    assert write({"metadata": value, "pids": value, "custom_fields": value})[0]["@type"]
