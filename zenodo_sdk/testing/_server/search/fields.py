"""What the search indexes: fields, their kinds, and their values in a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from ..answers import Json

FieldKind = Literal["accent", "standard", "keyword", "number", "boolean", "date"]
Reader = Callable[[Any], list[Any]]

KINDS: tuple[FieldKind, ...] = ("accent", "standard", "keyword", "number", "boolean", "date")

# Answers have these, the index does not.
_NOT_INDEXED = frozenset({"links", "is_draft", "status", "revision_id", "errors", "expanded", "ui"})

_PERSON = "person_or_org"
_ACCENT = {
    "metadata.title",
    "metadata.description",
    "metadata.additional_titles.title",
    f"metadata.creators.{_PERSON}.name",
    "metadata.creators.affiliations.name",
    "metadata.contributors.affiliations.name",
}
_STANDARD = {
    *(
        f"metadata.{who}.{_PERSON}.{part}_name"
        for who in ("creators", "contributors")
        for part in ("family", "given")
    ),
    f"metadata.contributors.{_PERSON}.name",
    "metadata.copyright",
    "metadata.dates.description",
    "metadata.additional_descriptions.description",
    "metadata.funding.award.number",
    "metadata.funding.award.identifiers.identifier",
    "metadata.funding.funder.name",
    "metadata.identifiers.identifier",
    "metadata.locations.features.place",
    "metadata.locations.features.description",
    "metadata.publisher",
    "metadata.references.reference",
    "metadata.subjects.subject",
    "access.embargo.reason",
    "parent.access.settings.accept_conditions_text",
    "parent.communities.entries.metadata.title",
    "parent.communities.entries.metadata.organizations.name",
    "parent.communities.entries.metadata.funding.award.number",
    "parent.communities.entries.metadata.funding.funder.name",
    "tombstone.note",
    "tombstone.citation_text",
}
# Translated titles, DOIs, and custom fields but the lists of short values among them.
_STANDARD_PATTERN = re.compile(
    r".+\.(?:title|description)\.[^.]+"
    r"|(?:parent\.)?pids\.[^.]+\.identifier"
    r"|custom_fields\.(?!.*\.(?:issue|pages|volume|issn|isbn|edition|university|department|type"
    r"|date_submitted|date_defended|acronym|dates|session|session_part|url)$|imprint.*\.place$).+"
)
_NUMBERS = re.compile(
    r"versions\.(?:index|latest_index)|(?:media_)?files\.(?:count|totalbytes|entries\.size)"
    r"|stats\..+|.*version_id|.*secret_link_expiration"
)
_BOOLEANS = re.compile(
    r"is_published|is_deleted|has_draft|is_open|is_closed|is_expired"
    r"|versions\.is_latest(?:_draft)?|(?:media_)?files\.enabled|.*\.(?:active|hidden|allow)"
    r"|.*\.is_verified|.*\.is_visible|.*\.allow_\w+_requests|.*theme\.enabled"
)
_DATES = re.compile(
    r"(?:.*\.)?(?:created|updated)|expires_at|last_activity_at"
    r"|access\.embargo\.until|tombstone\.removal_date"
)
_PATTERNS: tuple[tuple[re.Pattern[str], FieldKind], ...] = (
    (_NUMBERS, "number"),
    (_BOOLEANS, "boolean"),
    (_DATES, "date"),
)
_DEFAULT = (
    "id",
    "metadata.title",
    "metadata.title.original",
    "metadata.contact",
    *(
        f"metadata.{who}.{part}"
        for who in ("contributors", "creators")
        for part in (
            "affiliations.name",
            f"{_PERSON}.name",
            f"{_PERSON}.family_name",
            f"{_PERSON}.given_name",
        )
    ),
    "metadata.description",
    "metadata.formats",
    "metadata.funding.award.identifiers.identifier",
    "metadata.funding.award.acronym.text",
    "metadata.funding.award.number",
    "metadata.funding.funder.name",
    "metadata.identifiers.identifier",
    "metadata.locations.features.place",
    "metadata.locations.features.description",
    "metadata.publication_date",
    "metadata.publisher",
    "metadata.subjects.subject",
    "metadata.version",
    "metadata.dates.description",
    "metadata.additional_descriptions.description",
    "metadata.references.reference",
    "metadata.additional_titles.title",
)


@dataclass(frozen=True)
class Schema:
    """How the documents of an index are read.

    Args:
        accent: The texts that are compared without accents and punctuation.
        standard: Other texts, as a pattern too; other strings are compared whole.
        default: Where words without a field are looked for; everywhere if None.
        worded: What is compared whole if it is named, but word by word if no field is.
    """

    accent: frozenset[str]
    standard: frozenset[str]
    standard_pattern: re.Pattern[str]
    default: tuple[str, ...] | None = None
    worded: frozenset[str] = frozenset()
    _kinds: dict[str, FieldKind] = field(default_factory=dict[str, FieldKind], compare=False)

    def kind(self, path: str) -> FieldKind:
        """The kind of a field, from its dotted path."""
        if path not in self._kinds:
            self._kinds[path] = self._kind(path)
        return self._kinds[path]

    def _kind(self, path: str) -> FieldKind:
        if path.endswith(".keyword"):
            return "keyword"
        if path.endswith((".original", ".acronym.text")):
            return "standard"
        if path in self.accent:
            return "accent"
        if path in self.standard or self.standard_pattern.fullmatch(path):
            return "standard"
        for pattern, kind in _PATTERNS:
            if pattern.fullmatch(path):
                return kind
        return "keyword"


RECORDS = Schema(frozenset(_ACCENT), frozenset(_STANDARD), _STANDARD_PATTERN, _DEFAULT)
"""Published records."""

DRAFTS = Schema(frozenset(), frozenset(_ACCENT | _STANDARD), _STANDARD_PATTERN)
"""Drafts: no words are folded, and words without a field are looked for everywhere."""

OTHERS = Schema(
    frozenset(),
    frozenset({"title", "description", "name", "acronym", "subject", "number", "aliases"}),
    re.compile(
        r"metadata\.(?:title|description|organizations\.name)|(?:.+\.)?title\.[^.]+"
        r"|(?:.+\.)?(?:full_name|affiliations|payload\.content|description|name)"
        r"|description\.[^.]+"
    ),
)
"""Communities, requests, funders and the like."""

TERMS = replace(OTHERS, worded=frozenset({"id"}))
"""Vocabularies without an index of their own."""


@lru_cache(maxsize=1024)
def reader(path: str) -> Reader:
    """What finds the values at a dotted path, through lists; what is not indexed has none."""
    first = path.split(".", 1)[0]
    return _nothing if first in _NOT_INDEXED and path not in _DERIVED else any_reader(path)


def any_reader(path: str) -> Reader:
    """What finds the values at a dotted path, through lists, indexed or not."""
    if path in _DERIVED:
        return _DERIVED[path]
    plain = re.sub(r"\.(?:keyword|original)$|(?<=\.acronym)\.text$", "", path)
    return _reader(plain.split("."))


def _nothing(_node: Any) -> list[Any]:
    return []


def _reader(parts: list[str]) -> Reader:
    if not parts:
        return _leaves
    head, tail = parts[0], _reader(parts[1:])

    def read(node: Any) -> list[Any]:
        if isinstance(node, dict):
            child = node.get(head)
            if child is None:
                return []
            if head == "entries" and isinstance(child, dict):
                child = list(child.values())
            return tail(child)
        if isinstance(node, list):
            return [value for item in node for value in read(item)]
        return []

    return read


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [value for item in node for value in _leaves(item)]
    return [] if node is None or isinstance(node, dict) else [node]


def has_field(path: str) -> Callable[[Json], bool]:
    """What tells whether a document has a value at or below a path."""
    values = reader(path)
    if path.split(".", 1)[0] in _NOT_INDEXED:
        return lambda _document: False
    parts = path.removesuffix(".keyword").split(".")
    return lambda document: bool(values(document)) or _is_filled(document, parts)


def _is_filled(node: Any, parts: list[str]) -> bool:
    if isinstance(node, list):
        return any(_is_filled(item, parts) for item in node)
    if isinstance(node, dict):
        if parts:
            return _is_filled(node.get(parts[0]), parts[1:])
        return any(_is_filled(child, parts) for child in node.values())
    return node is not None and not parts


def walk(document: Json) -> Iterator[tuple[str, Any]]:
    """All values of a document that are indexed, with their paths."""
    for name, node in document.items():
        if name not in _NOT_INDEXED:
            yield from _walk(name, node)


def _walk(path: str, node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        if path.endswith("files.entries"):
            for entry in node.values():
                yield from _walk(path, entry)
            return
        for name, child in node.items():
            yield from _walk(f"{path}.{name}", child)
    elif isinstance(node, list):
        for item in node:
            yield from _walk(path, item)
    elif node is not None:
        yield path, node


# ---- Fields that answers do not have, or under another name ----

_resource_type_id = _reader(["metadata", "resource_type", "id"])
_entries_ext = _reader(["files", "entries", "ext"])


def _types(document: Any) -> list[Any]:
    return [str(value).split("-", 1)[0] for value in _resource_type_id(document)]


def _subtypes(document: Any) -> list[Any]:
    return [value for value in _resource_type_id(document) if "-" in str(value)]


def _file_types(document: Any) -> list[Any]:
    return sorted({str(value) for value in _entries_ext(document) if value})


def _unless_zero(*parts: str) -> Reader:
    """The numbers of records without files are shown, but not indexed."""
    read = _reader(list(parts))
    return lambda document: [value for value in read(document) if value]


_DERIVED: dict[str, Reader] = {
    "metadata.resource_type.props.type": _types,
    "metadata.resource_type.props.subtype": _subtypes,
    "files.types": _file_types,
    "files.count": _unless_zero("files", "count"),
    "files.totalbytes": _unless_zero("files", "total_bytes"),
}
