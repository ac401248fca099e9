"""What somebody may have meant who wrote a word that a vocabulary does not have."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from math import log

from ._data import Kind, known
from ._legacy import language_id, licence_id

MOST = 5
SHARED = 0.3  # how much of their words two texts must share
SPELLED = 0.72  # how alike their spelling must be,
MISSPELLED = 0.85  # and how alike it must be to count before shared words
BESIDE_THE_BEST = 0.6

PIECE = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*[^\W\d_]*|\+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
ADDRESS = re.compile(r"(?i)https?://(?:www\.)?([^/?#]*)/*([^?#]*)")
# Words that do not tell one term from another.
FILLERS = frozenset(
    """the a an of and or for under v ver version license licence licensed licenses licences only
    international html txt php legalcode deed en""".split()  # noqa: SIM905 - words, not a list
)
SYNONYMS = {"+": "later", "plus": "later", "noncommercial": "nc", "noderivatives": "nd"}
# What the address of a licence means by its beginning.
OWNERS = {
    "creativecommons.org/licenses/": "cc ",
    "creativecommons.org/publicdomain/zero/": "cc0 ",
    "apache.org/licenses/license": "apache ",
}
# Of several that fit equally well, these are the likeliest.
USUAL = {
    "apache-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc-by-4.0",
    "cc0-1.0",
    "gpl-3.0-only",
    "gpl-3.0-or-later",
    "mit",
    "dataset",
}
# Languages by their own names, and by those codes of libraries that ISO 639-3 spells otherwise.
OTHER_NAMES = {
    pair[:-4]: pair[-3:]
    for pair in """
    alb:sqi arm:hye baq:eus bur:mya chi:zho cze:ces dut:nld fre:fra geo:kat ger:deu gre:ell
    ice:isl mac:mkd mao:mri may:msa per:fas rum:ron slo:slk tib:bod wel:cym
    deutsch:deu español:spa français:fra italiano:ita nederlands:nld polski:pol português:por
    svenska:swe türkçe:tur русский:rus 中文:zho 日本語:jpn 한국어:kor
    """.split()  # noqa: SIM905 - pairs in quotes would fill the screen
}


@lru_cache(maxsize=1024)
def suggested(kind: Kind, word: str) -> tuple[str, ...]:
    """See :func:`zenodo_sdk.vocabularies.suggest`, which loads this only when it is asked."""
    lower = word.strip().lower()
    if meant := _same(kind, lower):
        return (meant,)
    text = _of_address(word) if kind == "licenses" else word
    index = _index(kind)
    if same := index.same(text):
        return same
    if kind == "languages" and (meant := _of_code(lower)):
        return (meant,)
    # Licences of two versions are spelled alike: where there is a number, words tell more.
    if not any(map(str.isdecimal, text)) and (
        alike := index.beginning_with(text) or index.spelled_alike(text, MISSPELLED)
    ):
        return alike
    return index.sharing_words(text) or index.spelled_alike(text, SPELLED)


def _same(kind: Kind, word: str) -> str | None:
    """The term whose id this is, today or in the older API."""
    if kind == "licenses":
        return licence_id(word)
    if kind == "languages":
        return language_id(word)
    return word if word in known(kind) else None


def _of_code(text: str) -> str | None:
    """The language of ``en-GB``, of a code of libraries, or of a language's own name."""
    code = re.split("[-_]", text, maxsplit=1)[0]
    return language_id(OTHER_NAMES.get(code, code))


def _of_address(text: str) -> str:
    """The part of a licence's address that names the licence; another text as it is."""
    found = ADDRESS.match(text.strip())
    if found is None:
        return text
    address = f"{found[1]}/{found[2]}".lower()
    for beginning, name in OWNERS.items():
        if address.startswith(beginning):
            return name + address[len(beginning) :]
    return found[2]


def _flat(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _words(text: str) -> frozenset[str]:
    """The words that tell one term from another; versions as ``3`` for ``3.0``."""
    pieces = PIECE.findall(HUMP.sub(" ", unicodedata.normalize("NFKC", text)).casefold())
    found = (re.sub(r"(\.0)+$", "", piece.rstrip(".")) for piece in pieces)
    words = (SYNONYMS.get(word, word) for word in found)
    if "gplv" in text.casefold():  # the one name that people glue to its version
        words = (word.removesuffix("v") if word.endswith("gplv") else word for word in words)
    return frozenset(words) - FILLERS


def _likeliest_first(id: str) -> tuple[bool, list[float], str]:
    """A key to sort by: what is usual first, then the newest version."""
    return id not in USUAL, [-float(n) for n in re.findall(r"\d+(?:\.\d+)?", id)] or [0.0], id


@dataclass(frozen=True)
class _Index:
    """The terms of a vocabulary by what they are called.

    Attributes:
        forms: Ids, each with the words of the id or of the title, by each of these words.
        flat: Ids by what is left of an id or title without anything but letters and digits.
        initials: The keys of ``flat`` by their first character.
    """

    forms: Mapping[str, list[tuple[str, frozenset[str]]]]
    flat: Mapping[str, list[str]]
    initials: Mapping[str, list[str]]

    def same(self, text: str) -> tuple[str, ...]:
        """The terms that are called so."""
        return tuple(dict.fromkeys(self.flat.get(_flat(text), ())))[:MOST]

    def beginning_with(self, text: str) -> tuple[str, ...]:
        """The terms that are called something that begins so, if they are few."""
        wanted = _flat(text)
        if len(wanted) < 4:
            return ()
        names = (flat for flat in self.initials.get(wanted[:1], ()) if flat.startswith(wanted))
        found = {id_ for flat in names for id_ in self.flat[flat]}
        return tuple(sorted(found, key=_likeliest_first)) if len(found) <= MOST else ()

    def sharing_words(self, text: str) -> tuple[str, ...]:
        """The terms that share the words that count; a word counts more the rarer it is."""
        wanted = _words(text)
        scores: dict[str, float] = {}
        for id_, words in {form for word in wanted for form in self.forms.get(word, ())}:
            score = self._weight(wanted & words) / self._weight(wanted | words)
            scores[id_] = max(round(score, 2), scores.get(id_, 0.0))
        return _best(scores, SHARED)

    def spelled_alike(self, text: str, least: float) -> tuple[str, ...]:
        """The terms that are spelled nearly so, from the first letter on."""
        wanted = _flat(text)
        if len(wanted) < 4:
            return ()
        matcher = SequenceMatcher(None, b=wanted, autojunk=False)
        scores: dict[str, float] = {}
        for flat in self.initials.get(wanted[:1], ()):
            matcher.set_seq1(flat)
            if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                score = round(matcher.ratio(), 2)
                scores |= {id_: max(score, scores.get(id_, 0.0)) for id_ in self.flat[flat]}
        return _best(scores, least)

    def _weight(self, words: Iterable[str]) -> float:
        return sum(
            0.25 if word[0].isdecimal() else 1 / log(3 + len(self.forms.get(word, ())))
            for word in words
        )


def _best(scores: Mapping[str, float], least: float) -> tuple[str, ...]:
    least = max(least, BESIDE_THE_BEST * max(scores.values(), default=0.0))
    found = [id_ for id_ in scores if scores[id_] >= least]
    return tuple(sorted(found, key=lambda id_: (-scores[id_], _likeliest_first(id_))))[:MOST]


@cache
def _index(kind: Kind) -> _Index:
    forms: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    flat: defaultdict[str, list[str]] = defaultdict(list)
    initials: defaultdict[str, list[str]] = defaultdict(list)
    for id_, title in known(kind).items():
        for text in (id_, title):
            words = _words(text)
            for word in words:
                forms[word].append((id_, words))
            key = _flat(text)
            if key not in flat:
                initials[key[:1]].append(key)
            flat[key].append(id_)
    return _Index(dict(forms), dict(flat), dict(initials))
