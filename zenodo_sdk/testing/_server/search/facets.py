"""Facets: how many of the documents found have which value, and the choice among the values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..answers import Json
from .fields import any_reader
from .matching import as_text

_MOST = 10
"""A facet shows the values that most documents have."""

Labels = Callable[[str, str], str]
"""Gives the label of a value, told the facet and the value."""

_SPLIT = "::"


@dataclass(frozen=True)
class _Facet:
    title: str
    field: str
    below: str | None = None


_FACETS = {
    "access_status": _Facet("Access status", "access.status"),
    "file_type": _Facet("File type", "files.types"),
    "funder": _Facet("Funders", "metadata.funding.funder.id"),
    "funders": _Facet("Funders", "funder.id"),
    "is_published": _Facet("Status", "is_published"),
    "organization": _Facet("Organizations", "metadata.organizations.id"),
    "resource_type": _Facet(
        "Resource types",
        "metadata.resource_type.props.type",
        "metadata.resource_type.props.subtype",
    ),
    "status": _Facet("Status", "status"),
    "subject": _Facet("Subjects", "metadata.subjects.subject"),
    "type": _Facet("Type", "type"),
    "visibility": _Facet("Visibility", "access.visibility"),
}
_COMMUNITY_TYPE = _Facet("Type", "metadata.type.id")

_WORDS = {"true": "Published", "false": "Unpublished"}


def plain_labels(facet: str, value: str) -> str:
    """Labels as far as they follow from the values."""
    if facet == "file_type":
        return value.upper()
    if facet == "is_published":
        return _WORDS.get(value, value)
    if facet in ("subject", "funder", "funders", "organization"):
        return value
    words = value.removeprefix("publication-") if facet == "resource_type" else value
    if facet == "access_status" and value == "metadata-only":
        return "Metadata-only"
    return words.replace("-", " ").capitalize()


class Facets:
    """The facets of one search.

    Args:
        names: Their names, in the order of the answer.
        chosen: The values that are chosen.
        labels: Gives the labels of values.
    """

    def __init__(
        self, names: Sequence[str], chosen: Mapping[str, Sequence[str]], labels: Labels
    ) -> None:
        communities = "visibility" in names or "organization" in names
        self._facets = {
            name: _COMMUNITY_TYPE if name == "type" and communities else _FACETS[name]
            for name in names
        }
        self._chosen = chosen
        self._labels = labels

    def admits(self, document: Json) -> bool:
        """Whether a document has the values that are chosen."""
        return all(
            any(_has(document, self._facets[name], value) for value in values)
            for name, values in self._chosen.items()
        )

    def aggregations(self, documents: Sequence[Json]) -> Json:
        """What the answer tells about each facet."""
        return {
            name: {"buckets": self._buckets(name, facet, documents), "label": facet.title}
            for name, facet in self._facets.items()
        }

    def _buckets(self, name: str, facet: _Facet, documents: Sequence[Json]) -> list[Json]:
        read = any_reader(facet.field)
        buckets: list[Json] = []
        for key, count in _counts(read(document) for document in documents):
            bucket = self._bucket(name, key, key, count)
            if facet.below:
                inside = [one for one in documents if key in map(as_text, read(one))]
                below = any_reader(facet.below)
                bucket["inner"] = {
                    "buckets": [
                        self._bucket(name, value, f"{key}{_SPLIT}{value}", number)
                        for value, number in _counts(map(below, inside))
                    ]
                }
            buckets.append(bucket)
        return buckets

    def _bucket(self, name: str, key: str, choice: str, count: int) -> Json:
        return {
            "key": key,
            "doc_count": count,
            "label": self._labels(name, key),
            "is_selected": choice in self._chosen.get(name, ()),
        }


def _counts(values: Iterable[Sequence[object]]) -> list[tuple[str, int]]:
    counter = Counter(key for found in values for key in {as_text(value) for value in found})
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:_MOST]


def _has(document: Json, facet: _Facet, value: str) -> bool:
    upper, _, lower = value.partition(_SPLIT) if facet.below else (value, "", "")
    if upper not in map(as_text, any_reader(facet.field)(document)):
        return False
    return not (lower and facet.below) or lower in any_reader(facet.below)(document)
