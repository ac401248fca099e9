"""What ``suggest`` finds in the vocabularies, as somebody types.

The generic vocabularies and the awards ask for words, of which the last may be a beginning.
The other kinds keep the beginnings of all words, and forgive slips of the pen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from .answers import Json

WORD = re.compile(r"\w+(?:(?<=\d)[.,](?=\d)\w+|(?<=[^\W\d_])['\u2019.](?=[^\W\d_])\w+)*")
NO_WORD_CHARACTER = re.compile(r"[^\w\s]|_")
SHORTEST, LONGEST = 2, 20


@dataclass(frozen=True)
class Field:
    """A text of an item that is looked through.

    Args:
        path: Where it is, lists on the way being gone through.
        weight: How much it says about the item.
        form: How it is kept. Words of fields of one form may together make up a match.
    """

    path: str
    weight: int
    form: str


FUZZY = {
    "affiliations": (
        Field("acronym", 20, "beginnings"),
        Field("name", 10, "beginnings"),
        Field("aliases", 5, "words"),
        Field("title.en", 2, "beginnings"),
        Field("identifiers.identifier", 1, "whole"),
        Field("country_name", 1, "words"),
    ),
    "funders": (
        Field("acronym", 20, "beginnings"),
        Field("name", 10, "beginnings"),
        Field("aliases", 5, "beginnings"),
        Field("title.en", 2, "beginnings"),
        Field("identifiers.identifier", 1, "whole"),
        Field("country_name", 1, "words"),
    ),
    "names": (
        Field("name", 5, "beginnings"),
        Field("affiliations.acronym", 3, "beginnings"),
        Field("affiliations.name", 1, "beginnings"),
        Field("identifiers.identifier", 1, "whole"),
    ),
    "subjects": (
        Field("subject", 100, "beginnings"),
        Field("title.en", 20, "beginnings"),
        Field("synonyms", 20, "beginnings"),
        Field("scheme", 20, "whole"),
    ),
}
AWARD_PATHS = {"acronym": 100, "number": 10, "identifiers.identifier": 10}
GENERIC_PATHS = {"id": 100, "title.en": 5}


def suggest_score(item: Json, text: str, kind: str) -> float:
    """How well it fits: 0 for not at all. The best come first."""
    if kind == "awards":
        return _prefix_score(item, [text.strip()], AWARD_PATHS, lambda found: [found])
    if kind not in FUZZY:
        return _prefix_score(item, words(text), GENERIC_PATHS, words)
    if kind == "subjects" and ":" in text:
        schemes, text = text.split(":", 1)
        if item.get("scheme") not in schemes.split(","):
            return 0
        if not text:
            return 1
    return _fuzzy_score(item, text, FUZZY[kind])


def words(text: str) -> list[str]:
    """The words of a text, small; ``cc-by-4.0`` has three."""
    return [found.lower() for found in WORD.findall(text)]


def _values(node: Any, path: str) -> list[str]:
    """All texts at a path."""
    if isinstance(node, list):
        nodes = cast("list[object]", node)
        return [text for each in nodes for text in _values(each, path)]
    if isinstance(node, dict):
        key, _, rest = path.partition(".")
        found = cast("Json", node)
        return _values(found.get(key), rest)
    return [node] if isinstance(node, str) and not path else []


def _prefix_score(
    item: Json, wanted: list[str], paths: dict[str, int], split: Callable[[str], list[str]]
) -> float:
    """Each word counts that is there, and the last one as a beginning."""
    score = 0.0
    for path, weight in paths.items():
        found = [word for text in _values(item, path) for word in split(text)]
        for word in wanted[:-1]:
            score += weight * found.count(word) / (len(found) or 1)
        score += weight * any(word.startswith(wanted[-1]) for word in found) if wanted else 0
    return score


def _fuzzy_score(item: Json, text: str, fields: Iterable[Field]) -> float:
    """All words in the fields of one form, or else all in one field with slips forgiven."""
    score = 0.0
    texts = {field: tuple(_values(item, field.path)) for field in fields}
    for form in {field.form for field in texts}:
        wanted = _terms(text, form)
        alike = [field for field in texts if field.form == form]
        kept = {field: _kept(texts[field], form) for field in alike}
        if wanted and all(any(word in kept[field] for field in alike) for word in wanted):
            score += 1000 + sum(f.weight for f in alike if any(word in kept[f] for word in wanted))
        for field in alike:
            if wanted and all(any(_near(word, one) for one in kept[field]) for word in wanted):
                score += field.weight
    return score


def _terms(text: str, form: str) -> list[str]:
    """What is looked for in fields of a form."""
    if form == "whole":
        return [text.strip()]
    return words(text) if form == "words" else _folded(text).split()


@lru_cache(maxsize=4096)
def _kept(texts: tuple[str, ...], form: str) -> frozenset[str]:
    """What is kept of texts to be found."""
    terms = {term for text in texts for term in _terms(text, form)}
    if form != "beginnings":
        return frozenset(terms)
    return frozenset(
        term[:size] for term in terms for size in range(SHORTEST, min(len(term), LONGEST) + 1)
    )


def _folded(text: str) -> str:
    """Without case, accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return NO_WORD_CHARACTER.sub("", plain.lower())


def _near(wanted: str, found: str) -> bool:
    """Whether one is the other but for a slip, or two in a long word."""
    slips = 0 if len(wanted) < 3 else 1 if len(wanted) < 6 else 2
    if abs(len(wanted) - len(found)) > slips:
        return False
    return wanted == found or (slips > 0 and _distance(wanted, found) <= slips)


def _distance(one: str, other: str) -> int:
    """How many letters to change, add, drop or swap with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
