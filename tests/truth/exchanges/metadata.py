"""What the server says of each field of the metadata, good and bad."""

from __future__ import annotations

from typing import Any

from tests.truth.script import Steps, alice, draft_of, metadata, script, without_files

PERSON = {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}
ORCID = {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}

EVERYTHING: dict[str, Any] = {
    "creators": [
        {
            "person_or_org": {**PERSON, "identifiers": [ORCID]},
            "role": {"id": "datamanager"},
            "affiliations": [{"id": "04d836q62"}, {"name": "Free text lab"}],
        },
        {"person_or_org": {"type": "organizational", "name": "The lab"}},
    ],
    "contributors": [{"person_or_org": PERSON, "role": {"id": "editor"}}],
    "additional_titles": [
        {"title": "Otherwise", "type": {"id": "alternative-title"}, "lang": {"id": "deu"}}
    ],
    "description": "<p>All <b>of</b> it</p>",
    "additional_descriptions": [{"description": "How it is done", "type": {"id": "methods"}}],
    "subjects": [{"id": "https://example.org/subjects/astronomy"}, {"subject": "free"}],
    "dates": [{"date": "2025-01/2025-06", "type": {"id": "collected"}, "description": "field"}],
    "languages": [{"id": "eng"}, {"id": "deu"}],
    "identifiers": [{"identifier": "https://example.org/x", "scheme": "url"}],
    "related_identifiers": [
        {
            "identifier": "10.1234/abc",
            "scheme": "doi",
            "relation_type": {"id": "cites"},
            "resource_type": {"id": "dataset"},
        }
    ],
    "sizes": ["11 pages"],
    "formats": ["application/pdf"],
    "version": "v1.0",
    "rights": [
        {"id": "cc-by-4.0"},
        {"title": {"en": "Own"}, "description": {"en": "Mine"}, "link": "https://example.org/l"},
    ],
    "copyright": "Copyright (C) 2026",
    "locations": {
        "features": [
            {
                "geometry": {"type": "Point", "coordinates": [10.5, 59.25]},
                "place": "Oslo",
                "description": "here",
                "identifiers": [{"scheme": "geonames", "identifier": "3143244"}],
            }
        ]
    },
    "funding": [
        {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::777541"}},
        {"funder": {"name": "Patron"}, "award": {"number": "1", "title": {"en": "Gift"}}},
    ],
    "references": [{"reference": "A book", "identifier": "10.1234/r", "scheme": "doi"}],
}

REQUIRED: list[dict[str, Any]] = [
    {"title": None},
    {"title": ""},
    {"title": "ab"},
    {"title": "  a  "},
    {"title": 7},
    {"title": ["a"]},
    {"resource_type": None},
    {"resource_type": {}},
    {"resource_type": "dataset"},
    {"resource_type": {"id": ""}},
    {"resource_type": {"id": "nonsense"}},
    {"resource_type": {"id": 7}},
    {"resource_type": {"id": "dataset", "title": {"en": "x"}}},
    {"resource_type": {"id": "dataset", "nonsense": 1}},
    {"publication_date": None},
    {"publication_date": ""},
    {"publication_date": "nonsense"},
    {"publication_date": "2026-02-30"},
    {"publication_date": "2026-02"},
    {"publication_date": "2026"},
    {"publication_date": "2025/2026"},
    {"publication_date": "2026/2025"},
    {"publication_date": "2026-01-01/2026-02-01"},
    {"publication_date": "01.02.2026"},
    {"publication_date": "2026-01-01T00:00:00"},
    {"publication_date": 2026},
    {"publisher": None},
    {"publisher": ""},
    {"publisher": "  "},
    {"publisher": 7},
]

PEOPLE: list[Any] = [
    None,
    [],
    {},
    "Ada",
    ["Ada"],
    [{}],
    [{"person_or_org": {}}],
    [{"person_or_org": {"type": "personal"}}],
    [{"person_or_org": {"type": "personal", "name": "Okafor, Ada"}}],
    [{"person_or_org": {"type": "personal", "given_name": "Ada"}}],
    [{"person_or_org": {"type": "organizational"}}],
    [{"person_or_org": {"type": "organizational", "name": "Lab", "family_name": "x"}}],
    [{"person_or_org": {"type": "nonsense", "name": "x"}}],
    [{"person_or_org": {"name": "x"}}],
    [{"person_or_org": {**PERSON, "nonsense": 1}}],
    [{"person_or_org": PERSON, "role": {"id": "nonsense"}}],
    [{"person_or_org": PERSON, "role": "editor"}],
    [{"person_or_org": PERSON, "role": {}}],
    [{"person_or_org": PERSON, "affiliations": [{"id": "nonsense"}]}],
    [{"person_or_org": PERSON, "affiliations": [{"name": "a"}, {"name": "a"}]}],
    [{"person_or_org": PERSON, "affiliations": [{}]}],
    [{"person_or_org": PERSON, "affiliations": ["a"]}],
    [{"person_or_org": {**PERSON, "identifiers": [{"identifier": "0000-0002-1825-0097"}]}}],
    [
        {
            "person_or_org": {
                **PERSON,
                "identifiers": [{**ORCID, "identifier": "0000-0002-1825-0098"}],
            }
        }
    ],
    [{"person_or_org": {**PERSON, "identifiers": [ORCID, ORCID]}}],
    [{"person_or_org": {**PERSON, "identifiers": [{"scheme": "nonsense", "identifier": "x"}]}}],
    [{"person_or_org": {**PERSON, "identifiers": [{"scheme": "orcid"}]}}],
    [{"person_or_org": {**PERSON, "identifiers": [{"identifier": ""}]}}],
    [{"person_or_org": {**PERSON, "identifiers": [{"scheme": "ror", "identifier": "04d836q62"}]}}],
    [
        {
            "person_or_org": {
                **PERSON,
                "identifiers": [{"scheme": "gnd", "identifier": "gnd:118540238"}],
            }
        }
    ],
    [{"person_or_org": PERSON}, {"person_or_org": {}}],
    [{"person_or_org": PERSON, "nonsense": 1}],
]

OPTIONAL: list[dict[str, Any]] = [
    {"contributors": [{"person_or_org": PERSON}]},
    {"contributors": [{"person_or_org": PERSON, "role": {"id": "nonsense"}}]},
    {"additional_titles": [{"title": "Other"}]},
    {"additional_titles": [{"title": "ab", "type": {"id": "subtitle"}}]},
    {"additional_titles": [{"title": "Other", "type": {"id": "nonsense"}}]},
    {"additional_titles": [{"title": "Other", "type": {"id": "subtitle"}, "lang": {"id": "xx"}}]},
    {"description": ""},
    {"description": "ab"},
    {"description": "<script>alert(1)</script>"},
    {"description": "<p onclick='x()'>ok <a href='javascript:x()'>y</a></p>"},
    {"description": None},
    {"description": 7},
    {"additional_descriptions": [{"description": "Notes", "type": {"id": "nonsense"}}]},
    {"additional_descriptions": [{"description": "Notes"}]},
    {"additional_descriptions": [{"type": {"id": "notes"}}]},
    {"subjects": [{"id": "nonsense"}]},
    {"subjects": [{}]},
    {"subjects": [{"subject": ""}]},
    {"subjects": ["word"]},
    {"subjects": [{"subject": "a"}, {"subject": "a"}]},
    {"dates": [{"date": "2025-01-01"}]},
    {"dates": [{"type": {"id": "collected"}}]},
    {"dates": [{"date": "nonsense", "type": {"id": "collected"}}]},
    {"dates": [{"date": "2025", "type": {"id": "nonsense"}}]},
    {"languages": [{"id": "nonsense"}]},
    {"languages": ["eng"]},
    {"languages": [{"id": "eng"}, {"id": "eng"}]},
    {"identifiers": [{"identifier": "10.1234/abc"}]},
    {"identifiers": [{"identifier": "nonsense"}]},
    {"identifiers": [{"identifier": "nonsense", "scheme": "doi"}]},
    {"identifiers": [{"identifier": "https://doi.org/10.1234/abc", "scheme": "doi"}]},
    {"identifiers": [{"identifier": "x", "scheme": "nonsense"}]},
    {"identifiers": [{"scheme": "doi"}]},
    {"identifiers": [{"identifier": "anything", "scheme": "other"}]},
    {"identifiers": [{"identifier": "10.1234/a"}, {"identifier": "10.1234/a"}]},
    {"identifiers": [{"identifier": "10.1234/a"}, {"identifier": "10.1234/b"}]},
    {"related_identifiers": [{"identifier": "10.1234/abc"}]},
    {"related_identifiers": [{"identifier": "10.1234/abc", "relation_type": {"id": "nonsense"}}]},
    {"related_identifiers": [{"identifier": "nonsense", "relation_type": {"id": "cites"}}]},
    {"related_identifiers": [{"identifier": "arXiv:1703.06360", "relation_type": {"id": "cites"}}]},
    {"related_identifiers": [{"identifier": "9783161484100", "relation_type": {"id": "cites"}}]},
    {"related_identifiers": [{"relation_type": {"id": "cites"}}]},
    {"sizes": [""]},
    {"sizes": "11"},
    {"sizes": [7]},
    {"formats": [""]},
    {"formats": ["a", "a"]},
    {"version": "v" * 192},
    {"version": ""},
    {"version": 1},
    {"rights": [{"id": "nonsense"}]},
    {"rights": [{"id": "CC-BY-4.0"}]},
    {"rights": [{}]},
    {"rights": ["cc-by-4.0"]},
    {"rights": [{"id": "cc-by-4.0", "title": {"en": "x"}}]},
    {"rights": [{"title": {"fr": "x"}}]},
    {"rights": [{"title": {"en": "x", "de": "y"}}]},
    {"rights": [{"title": {"en": "x"}, "link": "nonsense"}]},
    {"rights": [{"link": "https://example.org"}]},
    {"rights": [{"id": "cc-by-4.0"}, {"id": "cc-by-4.0"}]},
    {"copyright": ""},
    {"locations": {"features": [{}]}},
    {"locations": {"features": []}},
    {"locations": []},
    {"locations": {"features": [{"place": "Oslo", "nonsense": 1}]}},
    {"locations": {"features": [{"geometry": {"type": "Nonsense", "coordinates": []}}]}},
    {"funding": [{}]},
    {"funding": [{"funder": {}}]},
    {"funding": [{"funder": {"id": "nonsense"}}]},
    {"funding": [{"funder": {"name": "Patron"}}]},
    {"funding": [{"funder": {"id": "00k4n6c32"}, "award": {"id": "nonsense"}}]},
    {"funding": [{"funder": {"id": "00k4n6c32"}, "award": {"title": {"en": "x"}}}]},
    {"funding": [{"funder": {"id": "00k4n6c32"}, "award": {}}]},
    {"funding": [{"award": {"id": "00k4n6c32::777541"}}]},
    {"references": [{}]},
    {"references": [{"reference": ""}]},
    {"references": [{"reference": "A book", "identifier": "nonsense", "scheme": "doi"}]},
    {"references": [{"reference": "A book", "identifier": "10.1234/r"}]},
]

TEXTS = [
    "  spaces around  ",
    "caf\u0065\u0301 decomposed",
    "curly \u201cquotes\u201d and \u2019s",
    "zero\u200bwidth",
    "control\u0007character",
    "two\nlines",
    "<b>markup</b> & entity &amp;",
    "\u6c34\u6587\u5b66 \U0001f30a",
    "mojibake caf\u00c3\u00a9",
    "full\uff37\uff49\uff44\uff54\uff48",
    "ligature \ufb01",
]


@script
def everything(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word, EVERYTHING))
    yield alice("GET", draft_of(made))
    yield alice("PUT", draft_of(made), json=made.body)
    yield alice("PUT", draft_of(made), json=without_files(word, EVERYTHING))
    yield alice("POST", f"{draft_of(made)}/actions/publish")


@script
def required_fields(word: str) -> Steps:
    for changes in REQUIRED:
        yield alice("POST", "/api/records", json=without_files(word, changes))


@script
def people(word: str) -> Steps:
    for creators in PEOPLE:
        yield alice("POST", "/api/records", json=without_files(word, {"creators": creators}))


@script
def optional_fields(word: str) -> Steps:
    for changes in OPTIONAL:
        yield alice("POST", "/api/records", json=without_files(word, changes))


@script
def many_errors(word: str) -> Steps:
    wrong: dict[str, Any] = {}
    for changes in (REQUIRED[1], REQUIRED[16], *OPTIONAL[::7]):
        wrong |= changes
    wrong["creators"] = PEOPLE[7]
    yield alice("POST", "/api/records", json=without_files(word, wrong))
    yield alice("POST", "/api/records", json={"metadata": []})
    yield alice("POST", "/api/records", json={"metadata": None})
    yield alice("POST", "/api/records", json={"metadata": "text"})


@script
def nulls(word: str) -> Steps:
    for name in EVERYTHING:
        body = without_files(word)
        body["metadata"][name] = None
        yield alice("POST", "/api/records", json=body)


@script
def texts(word: str) -> Steps:
    for text in TEXTS:
        fields = metadata(word, title=text, description=f"<p>{text}</p>", version=text)
        yield alice("POST", "/api/records", json={"metadata": fields})
