"""Bodies that use every field there is, each another one."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any, TypeVar

Json = Any
T = TypeVar("T")

_TEXTS = (
    "Soil moisture, gridded",
    "Über die Böden: eine Übersicht",
    "土壌水分の測定",
    "Ångström & Œuvre (2nd ed.) <0.5 mm",
    "Пример набора данных",
    "A 'quoted' title; with 100 % of the signs?",
)
_HTML = (
    "<p>How it was <em>made</em></p>",
    '<p>See <a href="https://example.org/a?b=1&amp;c=2">this</a> and <strong>that</strong></p>',
    "<h2>Part</h2><ul><li>one</li><li>two</li></ul><pre><code>x &lt; 1</code></pre>",
    "<p>E = mc<sup>2</sup>, H<sub>2</sub>O</p><blockquote><p>Said</p></blockquote>",
    "Plain text that is no HTML at all",
)
_DATES = ("2024", "2024-02", "2024-02-29", "2020/2024", "2020-01/2020-03-04", "1850-12-31")
_ORCIDS = ("0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X")
_LANGUAGES = ("eng", "deu", "fra", "spa")
_TYPES = ("dataset", "software", "publication-article", "image-figure", "lesson", "other")
_RELATIONS = ("cites", "issupplementto", "isderivedfrom", "ispartof", "references", "isversionof")
_IDENTIFIERS = (
    ("10.1234/abc.def", "doi"),
    ("https://example.org/x?y=1", "url"),
    ("arXiv:2101.00001", "arxiv"),
    ("978-3-16-148410-0", "isbn"),
    ("0378-5955", "issn"),
    ("20.1000/100", "handle"),
    ("ark:/12345/abc", "ark"),
    ("pmid:12345678", "pmid"),
    ("urn:nbn:de:101:1-201102033592", "urn"),
)


class _Maker:
    def __init__(self, seed: int, unique: str, zenodo: bool) -> None:
        self.random = random.Random(seed)
        self.seed, self.unique, self.zenodo = seed, unique, zenodo

    def pick(self, choices: tuple[T, ...]) -> T:
        return self.random.choice(choices)

    def some(self, make: Callable[[], Json], most: int = 3) -> list[Json]:
        return [make() for _ in range(self.random.randint(0, most))]

    def maybe(self, name: str, make: Callable[[], Json]) -> dict[str, Json]:
        return {name: make()} if self.random.random() < 0.6 else {}

    def text(self) -> str:
        return f"{self.pick(_TEXTS)} {self.random.randint(1, 999)}"

    def term(self, *ids: str) -> Json:
        return {"id": self.pick(ids)}

    def identifier(self) -> Json:
        identifier, scheme = self.pick(_IDENTIFIERS)
        return {"identifier": identifier, "scheme": scheme}

    def identifiers(self) -> list[Json]:
        # one of a scheme, for the server refuses two
        found = {item["scheme"]: item for item in self.some(self.identifier)}
        return list(found.values())

    def affiliation(self) -> Json:
        return self.pick(({"id": "01ggx4157"}, {"name": self.text()}))

    def affiliations(self) -> list[Json]:
        found = {str(item): item for item in self.some(self.affiliation, 2)}
        return list(found.values())

    def person(self) -> Json:
        if self.random.random() < 0.3:
            who: Json = {"type": "organizational", "name": self.text()}
            return {**who, **self.maybe("identifiers", lambda: [_named("01ggx4157", "ror")])}
        who = {"type": "personal", "family_name": self.pick(("Okafor", "de la Cruz", "李"))}
        return {
            **who,
            **self.maybe("given_name", lambda: self.pick(("Ada", "Bo Jr.", "小明"))),
            **self.maybe("identifiers", lambda: [_named(self.pick(_ORCIDS), "orcid")]),
        }

    def creator(self) -> Json:
        return {
            "person_or_org": self.person(),
            **self.maybe("role", lambda: self.term("datamanager", "projectleader")),
            **self.maybe("affiliations", self.affiliations),
        }

    def contributor(self) -> Json:
        return {**self.creator(), "role": self.term("editor", "researcher", "other")}

    def additional_title(self) -> Json:
        return {
            "title": self.text(),
            "type": self.term("alternative-title", "subtitle", "translated-title", "other"),
            **self.maybe("lang", lambda: self.term(*_LANGUAGES)),
        }

    def additional_description(self) -> Json:
        return {
            "description": self.pick(_HTML),
            "type": self.term("abstract", "methods", "technical-info", "other"),
            **self.maybe("lang", lambda: self.term(*_LANGUAGES)),
        }

    def licence(self) -> Json:
        own = {"title": {"en": self.text()}, "link": "https://example.org/licence"}
        return self.pick(
            ({"id": "cc-by-4.0"}, {"id": "cc0-1.0"}, own, {**own, "description": {"en": "Mine"}})
        )

    def subject(self) -> Json:
        known = {"id": "https://example.org/subjects/astronomy"}
        word = {"subject": self.text()}
        return word if self.zenodo else self.pick((word, known))

    def date(self) -> Json:
        return {
            "date": self.pick(_DATES),
            "type": self.term("collected", "valid", "created", "other"),
            **self.maybe("description", self.text),
        }

    def reference(self) -> Json:
        isni = _named("0000 0001 1456 7559", "isni")
        return {"reference": self.text(), **self.pick(({}, isni))}

    def place(self) -> Json:
        point = [self.random.randint(-179, 179) / 2, self.random.randint(-89, 89) / 4]
        geometries: tuple[Json, ...] = (
            {"type": "Point", "coordinates": point},
            {"type": "MultiPoint", "coordinates": [point, [0, 0.5]]},
        )
        return {
            "place": self.text(),
            **self.maybe("geometry", lambda: self.pick(geometries)),
            **self.maybe("description", self.text),
        }

    def related(self) -> Json:
        return {
            **self.identifier(),
            "relation_type": self.term(*_RELATIONS),
            **self.maybe("resource_type", lambda: self.term(*_TYPES)),
        }

    def funding(self) -> Json:
        commission = {"id": "00k4n6c32"}
        return self.pick(
            (
                {"funder": commission},
                {"funder": commission, "award": {"id": "00k4n6c32::101017452"}},
                {"funder": {"name": "A friend"}, "award": {"number": "7", "title": {"en": "Fun"}}},
                {"funder": commission, "award": {"number": "8", "title": {"en": "More"}}},
            )
        )

    def access(self) -> Json:
        embargo = {"active": True, "until": "2199-01-01", "reason": "In press"}
        return self.pick(
            (
                {"record": "public", "files": "public"},
                {"record": "public", "files": "restricted"},
                # Zenodo lets nobody hide a record
                {"record": "public" if self.zenodo else "restricted", "files": "restricted"},
                {"record": "public", "files": "restricted", "embargo": embargo},
            )
        )

    def custom_fields(self) -> Json:
        if not self.zenodo:
            return {}
        journal = {"title": "J", "issn": "0378-5955", "volume": "1", "issue": "2", "pages": "3-4"}
        meeting = {"title": self.text(), "acronym": "M", "dates": "1-2 May", "place": "Here"}
        return {
            **self.maybe("journal:journal", lambda: journal),
            **self.maybe("meeting:meeting", lambda: {**meeting, "url": "https://example.org"}),
            **self.maybe("imprint:imprint", lambda: {"title": "Book", "place": "P", "pages": "9"}),
            **self.maybe("thesis:thesis", lambda: {"university": "U"}),
            **self.maybe("code:codeRepository", lambda: "https://example.org/code"),
            **self.maybe("code:programmingLanguage", lambda: [{"id": "python"}]),
            **self.maybe("code:developmentStatus", lambda: {"id": "active"}),
        }

    def body(self) -> Json:
        languages = list(dict.fromkeys(self.some(lambda: self.pick(_LANGUAGES))))
        features = self.some(self.place, 2)
        metadata = {
            "title": f"{self.text()} {self.unique}",
            "resource_type": self.term(*_TYPES),
            "creators": [self.creator(), *self.some(self.creator)],
            "contributors": self.some(self.contributor),
            "publication_date": self.pick(_DATES),
            "publisher": self.text(),
            **self.maybe("description", lambda: self.pick(_HTML)),
            "additional_titles": self.some(self.additional_title),
            "additional_descriptions": self.some(self.additional_description),
            "rights": self.some(self.licence, 2),
            **self.maybe("copyright", self.text),
            "subjects": self.some(self.subject),
            "languages": [{"id": language} for language in languages],
            "dates": self.some(self.date),
            **self.maybe("version", lambda: f"v{self.random.randint(1, 9)}.0"),
            "sizes": self.some(lambda: f"{self.random.randint(1, 99)} pages"),
            "formats": self.some(lambda: "application/pdf", 1),
            "references": self.some(self.reference),
            **({"locations": {"features": features}} if features else {}),
            "identifiers": self.identifiers(),
            "related_identifiers": self.some(self.related),
            "funding": self.some(self.funding),
        }
        body = {
            "metadata": {name: value for name, value in metadata.items() if value != []},
            "custom_fields": self.custom_fields(),
            "access": self.access(),
            "files": {"enabled": True},
        }
        if self.seed % 5 == 0:
            own = f"10.9999/{self.unique}.{self.seed}"
            body["pids"] = {"doi": {"identifier": own, "provider": "external"}}
        return body


def _named(identifier: str, scheme: str) -> Json:
    return {"identifier": identifier, "scheme": scheme}


def full_body(seed: int, *, unique: str, zenodo: bool) -> Json:
    """Make a body that can be published.

    Args:
        seed: Another one, another body.
        unique: A word that no other run uses.
        zenodo: Whether the repository has Zenodo's custom fields, and not the tests' subjects.
    """
    return _Maker(seed, unique, zenodo).body()


# what the server writes, and writes anew; display values are made of what is compared anyway
_SERVERS_OWN = ("updated", "revision_id", "links", "stats", "ui")


def kept(record: Json) -> Json:
    """What an edit must leave as it is."""
    left = {key: copy.deepcopy(record[key]) for key in record if key not in _SERVERS_OWN}
    for entry in left["files"]["entries"].values():
        entry.pop("metadata", None)  # written by a background job of the server, in its own time
    return left
