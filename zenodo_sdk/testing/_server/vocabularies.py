"""The vocabularies: licences, resource types, roles, funders, awards, people, ...

Two files hold them: ``data/inveniordm.json`` is what a stock InvenioRDM lists, and
``data/zenodo.json`` is how zenodo.org departs from it. An item is kept as a search for it
serves it, less what each answer adds (``hit_answer``).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from .answers import Json
from .profiles import ProfileName

Items = dict[str, Json]

OWN_ROUTE = ("affiliations", "awards", "funders", "names", "subjects")
"""The kinds at ``/api/{kind}``; all others are at ``/api/vocabularies/{kind}``."""

PID_TYPES = {
    "affiliations": "aff",
    "awards": "awa",
    "code:developmentStatus": "ds",
    "code:programmingLanguages": "pl",
    "communitytypes": "comtyp",
    "contributorsroles": "cor",
    "creatorsroles": "crr",
    "datetypes": "dat",
    "descriptiontypes": "dty",
    "funders": "fun",
    "languages": "lng",
    "licenses": "lic",
    "names": "names",
    "relationtypes": "rlt",
    "removalreasons": "rem",
    "resourcetypes": "rsrct",
    "subjects": "sub",
    "titletypes": "ttyp",
}
"""All kinds, with the ``pid_type`` that ``GET /api/vocabularies`` names."""

REVISIONS = {"affiliations": 2, "awards": 2, "funders": 2, "names": 3}
"""The ``revision_id`` of an item of a kind; of all others it is 1."""


@dataclass(frozen=True)
class Reference:
    """Where in a record items are named, and what is shown of them.

    Args:
        path: The keys that lead there; lists on the way are gone through.
        kind: The kind of the items.
        keys: What is shown beside the id, in this order. ``props.url`` shows one of the props.
    """

    path: tuple[str, ...]
    kind: str
    keys: tuple[str, ...] = ("title",)


def _at(path: str, kind: str, *keys: str) -> Reference:
    return Reference(tuple(path.split("/")), kind, keys or ("title",))


METADATA = (
    _at("resource_type", "resourcetypes"),
    _at("creators/role", "creatorsroles"),
    _at("creators/affiliations", "affiliations", "name", "identifiers"),
    _at("additional_titles/type", "titletypes"),
    _at("additional_titles/lang", "languages"),
    _at("subjects", "subjects", "subject", "scheme", "props", "identifiers"),
    _at("contributors/role", "contributorsroles"),
    _at("contributors/affiliations", "affiliations", "name", "identifiers"),
    _at("dates/type", "datetypes"),
    _at("languages", "languages"),
    _at("related_identifiers/relation_type", "relationtypes"),
    _at("related_identifiers/resource_type", "resourcetypes"),
    _at("rights", "licenses", "title", "description", "icon", "props.url", "props.scheme"),
    _at("additional_descriptions/type", "descriptiontypes"),
    _at("additional_descriptions/lang", "languages"),
    _at("funding/funder", "funders", "name"),
    _at("funding/award", "awards", "number", "title", "identifiers", "acronym", "program"),
)
CUSTOM_FIELDS = (
    _at("code:programmingLanguage", "code:programmingLanguages"),
    _at("code:developmentStatus", "code:developmentStatus"),
)

SCOPES = {"I": "individual", "M": "macrolanguage", "S": "special-scope"}
TYPES = {
    "A": "ancient",
    "C": "constructed",
    "E": "extinct",
    "H": "historical",
    "L": "living",
    "S": "special-type",
}


def nothing_more(kind: str) -> Mapping[str, Json]:
    """No items beside the listed ones."""
    return {}


class Vocabularies:
    """The items of one kind of repository. They are shared: take them, but leave them be.

    Args:
        profile: The kind of repository.
        more: Gives further items of a kind by id. They come after the listed ones, and
            take the place of those with the same id.
    """

    def __init__(
        self,
        profile: ProfileName,
        more: Callable[[str], Mapping[str, Json]] = nothing_more,
    ) -> None:
        self._profile: ProfileName = profile
        self._more = more

    @property
    def kinds(self) -> tuple[str, ...]:
        """What there are lists of."""
        return tuple(PID_TYPES)

    def get(self, kind: str, id_: str) -> Json | None:
        """The item with that id, or None."""
        item = self._more(kind).get(id_) or listed(self._profile).get(kind, {}).get(id_)
        if item is None and kind == "languages":
            item = languages().get(id_)
        return None if item is None else {"id": id_, **item}

    def all(self, kind: str) -> list[Json]:
        """All items, oldest first; none if there is no such kind."""
        items = {**listed(self._profile).get(kind, {})}
        if kind == "languages":
            items |= {id_: item for id_, item in languages().items() if id_ not in items}
        return [{"id": id_, **item} for id_, item in (items | dict(self._more(kind))).items()]

    def overview(self) -> list[Json]:
        """What there are lists of, as the hits of ``GET /api/vocabularies``."""
        return [
            {
                "id": kind,
                "pid_type": pid_type,
                "count": len(self.all(kind)),
                "is_custom_vocabulary": kind in OWN_ROUTE,
                "links": {},
            }
            for kind, pid_type in PID_TYPES.items()
        ]

    def funders_facet(self, awards: Iterable[Json], selected: Iterable[str]) -> Json:
        """The ``aggregations`` of a search for awards, counted before it was narrowed to some."""
        chosen = set(selected)
        counts = Counter(award["funder"]["id"] for award in awards if "funder" in award)
        buckets = [
            {
                "key": id_,
                "doc_count": count,
                "label": self._label(id_),
                "is_selected": id_ in chosen,
            }
            for id_, count in counts.most_common()
        ]
        return {"funders": {"buckets": buckets, "label": "Funders"}}

    def _label(self, funder: str) -> str:
        item = self.get("funders", funder)
        return f"{item['title']['en']} ({item['country']})" if item else funder

    def dereference(self, metadata: Json, custom_fields: Json) -> tuple[Json, Json]:
        """Both as records serve them: each ``{"id": ...}`` with what its item says.

        The arguments stay as they are. What refers to an unknown item stays a bare id.
        """
        return (
            self._with_items(metadata, METADATA),
            self._with_items(custom_fields, CUSTOM_FIELDS),
        )

    def _with_items(self, document: Json, references: Iterable[Reference]) -> Json:
        for reference in references:
            document = self._replaced(document, reference.path, reference)
        return document

    def _replaced(self, node: Any, path: tuple[str, ...], reference: Reference) -> Any:
        """The node with the references at the path filled in; what is off the path is shared."""
        if isinstance(node, list):
            nodes = cast("list[object]", node)
            return [self._replaced(each, path, reference) for each in nodes]
        if not isinstance(node, dict):
            return node
        found = cast("Json", node)
        if path:
            if path[0] not in found:
                return found
            return {**found, path[0]: self._replaced(found[path[0]], path[1:], reference)}
        item = self.get(reference.kind, found["id"]) if "id" in found else None
        return found if item is None else embedded(item, reference.keys)


def embedded(item: Json, keys: Iterable[str]) -> Json:
    """What a record shows of an item. Values that are empty are left out."""
    shown: Json = {"id": item["id"]}
    for key in keys:
        name, _, part = key.partition(".")
        value = item.get(name)
        if part:
            if value and part in value:
                shown.setdefault(name, {})[part] = value[part]
        elif value:
            shown[name] = as_stored(value)
    return shown


def as_stored(value: Any) -> Any:
    """A value as the database gives it back: keys by length, then by alphabet."""
    if isinstance(value, dict):
        found = cast("Json", value)
        return {key: as_stored(found[key]) for key in sorted(found, key=lambda k: (len(k), k))}
    return value


def address(kind: str, id_: str, base_url: str) -> str:
    """Where an item is served."""
    folder = kind if kind in OWN_ROUTE else f"vocabularies/{kind}"
    return f"{base_url}/api/{folder}/" + quote(id_, safe="!$&'()*+,/:;=@")


def item_answer(kind: str, item: Json, base_url: str, created: str) -> Json:
    """The answer to ``GET`` of one item."""
    found = {
        key: as_stored(value) if key in ("title", "description", "props") else value
        for key, value in item.items()
    }
    return hit_answer(kind, found, base_url, created)


def hit_answer(kind: str, item: Json, base_url: str, created: str) -> Json:
    """An item among the hits of a search, where its texts have another order."""
    answer: Json = {
        "id": item["id"],
        "created": created,
        "updated": created,
        "links": {"self": address(kind, item["id"], base_url)},
        "revision_id": REVISIONS.get(kind, 1),
        **item,
    }
    return answer if kind in OWN_ROUTE else {**answer, "type": kind}


SHORT_KEYS = {
    "awards": (
        *("id", "title_l10n", "description_l10n", "number", "acronym", "program", "funder"),
        *("subjects", "identifiers", "organizations"),
    ),
    "funders": (
        *("id", "title_l10n", "description_l10n", "props", "name", "country", "country_name"),
        "identifiers",
    ),
}
GENERIC_SHORT_KEYS = ("id", "title_l10n", "description_l10n", "props", "icon", "tags")


def short_answer(kind: str, answer: Json) -> Json:
    """An answer in the form for people: ``application/vnd.inveniordm.v1+json``, in English.

    Affiliations, names and subjects have no such form.
    """
    if kind in OWN_ROUTE and kind not in SHORT_KEYS:
        return answer
    found = dict(answer)
    for key in ("title", "description"):
        if texts := answer.get(key):
            found[f"{key}_l10n"] = texts.get("en") or next(iter(texts.values()))
    if "funder" in found:
        found["funder"] = dict(reversed(found["funder"].items()))
    return {key: found[key] for key in SHORT_KEYS.get(kind, GENERIC_SHORT_KEYS) if key in found}


def ordered(items: list[Json], sort: str) -> list[Json]:
    """Items, given oldest first, in one of these orders.

    By title or name they stay as they are: neither of the measured servers sorted them.
    """
    return items[::-1] if sort == "newest" else items


@cache
def listed(profile: ProfileName) -> Mapping[str, Items]:
    """What the files list for a kind of repository, by kind and id."""
    items: Json = _load("inveniordm")["items"]
    if profile == "zenodo":
        own = _load("zenodo")
        items = merged(items, own["changes"])
        for kind, whole in own["items"].items():
            items[kind] = items[kind] | whole
    return items


def _load(name: str) -> Json:
    path = Path(__file__).parent / "data" / f"{name}.json"
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


def merged(base: Json, changes: Json) -> Json:
    """A document with changes merged in, where None takes a key away (RFC 7396)."""
    result = {key: value for key, value in base.items() if changes.get(key, value) is not None}
    for key, value in changes.items():
        if isinstance(value, dict):
            result[key] = merged(result.get(key) or {}, cast("Json", value))
        elif value is not None:
            result[key] = value
    return result


@cache
def languages() -> Items:
    """The languages of ISO 639-3. They take a moment to load, and few need them."""
    import pycountry

    return {
        language.alpha_3: {
            "title": {"en": language.name},
            "tags": [SCOPES[language.scope], TYPES[language.type]],
            "props": {"alpha_2": getattr(language, "alpha_2", "")},
        }
        for language in cast("Iterable[Any]", pycountry.languages)
    }
