"""The rules of the SDK and the embedded Zenodo, written apart, judge broken bodies alike."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from zenodo_sdk.rules.judge import judge
from zenodo_sdk.testing._server.answers import ApiError
from zenodo_sdk.testing._server.exports.libraries import date_words
from zenodo_sdk.testing._server.profiles import ZENODO
from zenodo_sdk.testing._server.schema import access, load_draft, publish_errors
from zenodo_sdk.testing._server.vocabularies import Vocabularies

Json = Any

TODAY = dt.date(2026, 11, 22)
MUTANTS_PER_SEED = 60
ROR = r"0[a-z0-9]{6}[0-9]{2}"
FORMS = {
    "affiliations": ROR,
    "funders": ROR,
    "awards": rf"{ROR}::\S.*",
    "subjects": r"(?s:.+)",
}
"""What an id looks like in the vocabularies that are too long to be shipped."""

FULL: Json = {
    "access": {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": "2027-01-01", "reason": "under review"},
    },
    "files": {"enabled": True, "default_preview": "a.csv", "order": ["a.csv"]},
    "pids": {"doi": {"identifier": "10.1234/abc", "provider": "external"}},
    "metadata": {
        "resource_type": {"id": "publication-article"},
        "title": "Soil grid",
        "publication_date": "2026-02-01",
        "publisher": "Zenodo",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "given_name": "Ada",
                    "family_name": "Okafor",
                    "identifiers": [
                        {"scheme": "orcid", "identifier": "0000-0002-1825-0097"},
                        {"identifier": "gnd:4079154-3"},
                    ],
                },
                "role": {"id": "datacollector"},
                "affiliations": [{"id": "01ggx4157"}, {"name": "Soil Lab"}],
            },
            {"person_or_org": {"type": "organizational", "name": "Soil Lab"}},
        ],
        "contributors": [
            {
                "person_or_org": {"type": "organizational", "name": "Soil Fund"},
                "role": {"id": "sponsor"},
                "affiliations": [{"name": "A"}, {"name": "B"}],
            }
        ],
        "additional_titles": [
            {"title": "A survey", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}
        ],
        "description": "<p>Soil</p>",
        "additional_descriptions": [
            {"description": "By hand", "type": {"id": "methods"}, "lang": {"id": "deu"}}
        ],
        "subjects": [{"subject": "soil"}, {"id": "http://id.nlm.nih.gov/mesh/D012987"}],
        "dates": [
            {"date": "2020/2021", "type": {"id": "valid"}, "description": "season"},
            {"date": "2020-01-01T10:00:00Z", "type": {"id": "collected"}},
        ],
        "languages": [{"id": "eng"}],
        "identifiers": [
            {"identifier": "10.5555/x", "scheme": "doi"},
            {"identifier": "https://example.org/a"},
        ],
        "related_identifiers": [
            {
                "identifier": "10.5555/y",
                "scheme": "doi",
                "relation_type": {"id": "cites"},
                "resource_type": {"id": "dataset"},
            },
            {"identifier": "arXiv:1501.00001", "relation_type": {"id": "issupplementto"}},
        ],
        "sizes": ["5 MB"],
        "formats": ["text/csv"],
        "version": "1.0",
        "rights": [
            {"id": "cc-by-4.0"},
            {
                "title": {"en": "Ours"},
                "description": {"en": "Ask us"},
                "link": "https://example.org/l",
            },
        ],
        "copyright": "(c) Soil Lab",
        "locations": {
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": [1.5, 2]},
                    "place": "Lagos",
                    "description": "the bog",
                    "identifiers": [
                        {"identifier": "Q42", "scheme": "wikidata"},
                        {"identifier": "123", "scheme": "geonames"},
                    ],
                },
                {
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [
                            [[0, 0], [9, 0], [9, 9], [0, 0]],
                            [[1, 1], [2, 1], [2, 2], [1, 1]],
                        ],
                    }
                },
            ]
        },
        "funding": [
            {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::101017452"}},
            {
                "funder": {"name": "Soil Fund"},
                "award": {
                    "number": "1",
                    "title": {"en": "Soil"},
                    "identifiers": [{"identifier": "https://example.org", "scheme": "url"}],
                },
            },
        ],
        "references": [
            {"reference": "Okafor 2020", "identifier": "10.5555/z", "scheme": "doi"},
            {"reference": "Okafor 2021"},
        ],
    },
    "custom_fields": {
        "journal:journal": {
            "title": "Soil Letters",
            "issue": "1",
            "volume": "2",
            "pages": "3",
            "issn": "0378-5955",
        },
        "imprint:imprint": {"title": "Soil", "isbn": "978-3-16-148410-0", "edition": "1"},
        "meeting:meeting": {
            "acronym": "S",
            "title": "Soil days",
            "url": "https://example.org",
            "identifiers": [{"identifier": "10.5555/q", "scheme": "doi"}],
        },
        "thesis:thesis": {"university": "Lagos", "date_submitted": "2020", "type": "PhD"},
        "code:codeRepository": "https://example.org/a",
        "code:programmingLanguage": [{"id": "python"}],
        "code:developmentStatus": {"id": "active"},
        "dwc:country": ["CH"],
        "dwc:decimalLatitude": [1.5],
        "dwc:eventDate": ["2020-01-01"],
        "gbif:ampliconSize": [5],
        "ac:digitizationDate": ["2020"],
        "obo:RO_0002453": [{"subject": ["a"], "object": ["b"]}],
        "legacy:subjects": [{"term": "a", "identifier": "b", "scheme": "c"}],
    },
}
"""A body with every field, all right."""

WORDS = (
    *("", "a", "ab", "abc", " ", "\u200b", "x" * 200, "nonsense", "10.1234/abc", "www.example.org"),
    *("10.5281/zenodo.1", "https://example.org/a", "0000-0002-1825-0097", "0000-0002-1825-0098"),
    *("2020", "20XX", "2020/", "2021/2020", "2020-21", "2026-11-22", "2030-01-01", "12345", "true"),
    *("978-3-16-148410-0", "3161484100", "0378-5955", "other", "dataset", "eng", "en", "MIT"),
    *("cc-by-4.0", "personal", "organizational", "public", "restricted", "external", "datacite"),
    *("doi", "url", "ORCID", "<script></script>", "<b>x</b>", "&amp;", "\ufb01", "Point", "Q42"),
    *("00k4n6c32", "a\x00b", "ftp://example.org"),
)
OTHERS: tuple[Json, ...] = (
    *(None, True, False, 0, 1, -5, 1.5, 10**30, "", [], {}, [None], [""], [{}], ["x"]),
    *({"x": 1}, {"id": "x"}, {"id": None}, {"id": ""}, {"id": 5}, [[]], [[1, 2]], {"en": "x"}),
    *({"title": "x"}, {"identifier": "10.1234/q"}, *WORDS),
)
KEYS = (
    *("foo", "id", "title", "identifier", "scheme", "type", "name", "subject", "lang", "props"),
    *("identifiers", "link", "icon", "description", "date", "role", "affiliations", "bbox", "en"),
    *("acronym", "number", "client", "provider", "oai", "doi", "until", "active", "reason", "de"),
    *("status", "enabled", "publisher", "internal_notes", "review", "parent", "media_files"),
)
INSERTS = ("", "X", " ", "0", "-", "/", "\u200b", "é", "&lt;", "<p>", ".", "\x07")
NEEDED = ("resource_type", "title", "publication_date", "creators", "publisher")


class Lookup:
    """Vocabularies in which everything is that looks as if it could be; no DOI is taken."""

    def __init__(self) -> None:
        self.vocabularies = Vocabularies("zenodo")

    def vocabulary(self, kind: str, id: str) -> Json | None:
        if form := FORMS.get(kind):
            return {"id": id} if re.fullmatch(form, id) else None
        return self.vocabularies.get(kind, id)

    def doi_owner(self, identifier: str) -> str | None:
        return None


def of_server(body: Json, lookup: Lookup) -> str:
    """What the embedded server does with a body."""
    try:
        loaded = load_draft(copy.deepcopy(body), profile=ZENODO, lookup=lookup, record_id="1")
    except ApiError:
        return "refused"
    try:
        date_words(loaded.data["metadata"].get("publication_date", "2026"), "medium", "en")
    except (AttributeError, KeyError):
        return "breaks"
    stored = {"access": access.OPEN, "pids": {}, **loaded.data}
    against = publish_errors(stored, profile=ZENODO, lookup=lookup, record_id="1")
    if against or stored["media_files"]["enabled"]:
        return "blocked"
    return "lost" if loaded.errors else "fine"


def of_rules(body: Json) -> str:
    """What the rules say."""
    effects = {finding.effect for finding in judge(body, today=TODAY)}
    return next(
        (word for word in ("refused", "breaks", "blocked", "lost") if word in effects), "fine"
    )


def places(value: Json, at: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    """All places in a document but the whole."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*at, key)
        if isinstance(item, dict | list):
            yield from places(item, (*at, key))


def some_of(body: Json, chance: random.Random) -> Json:
    """A smaller body, as most bodies leave most fields out."""
    body = copy.deepcopy(body)
    for part, keep in (("metadata", 0.25), ("custom_fields", 0.15)):
        for key in list(body[part]):
            if key not in NEEDED and chance.random() > keep:
                del body[part][key]
    for part in ("access", "pids", "files", "custom_fields"):
        if chance.random() < 0.6:
            del body[part]
    return body


def broken(body: Json, chance: random.Random) -> None:
    """Change one thing in a body."""
    at = chance.choice(list(places(body)))
    owner = body
    for key in at[:-1]:
        owner = owner[key]
    key, value = at[-1], owner[at[-1]]
    way = chance.random()
    if way < 0.2:
        del owner[key]
    elif way < 0.3 and isinstance(value, dict):
        value[chance.choice(KEYS)] = copy.deepcopy(chance.choice(OTHERS))
    elif way < 0.4 and isinstance(value, list):
        value.append(copy.deepcopy(chance.choice(value or OTHERS)))
    elif way < 0.6 and isinstance(value, str):
        cut = chance.randint(0, len(value))
        owner[key] = value[:cut] + chance.choice(INSERTS) + value[cut + chance.randint(0, 2) :]
    elif way < 0.7 and isinstance(value, str):
        owner[key] = chance.choice([value.upper(), f" {value} ", value * 2, value[:2], value[::-1]])
    else:
        owner[key] = copy.deepcopy(chance.choice(OTHERS))


def test_a_full_body_is_fine_to_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "today", TODAY.isoformat)
    assert of_server(FULL, Lookup()) == of_rules(FULL) == "fine"


@pytest.mark.parametrize("seed", range(8))
def test_broken_bodies_are_judged_alike(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "today", TODAY.isoformat)
    chance, lookup = random.Random(seed), Lookup()
    seen: set[str] = set()
    for _ in range(MUTANTS_PER_SEED):
        body = some_of(FULL, chance)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            broken(body, chance)
        said, done = of_rules(body), of_server(body, lookup)
        seen.add(done)
        # what breaks the older API alone, the embedded server stores
        assert said in (done, "breaks"), json.dumps(body)
    assert {"refused", "blocked", "lost", "fine"} <= seen
