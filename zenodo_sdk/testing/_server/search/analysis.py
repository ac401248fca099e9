"""How text becomes the words that a search compares, as OpenSearch's analyzers do it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

TextKind = Literal["accent", "standard"]
"""``accent`` is InvenioRDM's analyzer: without punctuation and accents. The other keeps them."""

Tokens = tuple[str, ...]

_IDEOGRAPH = "\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Words after Unicode's rules: 2.5, it's and a_b are one, zenodo.1 is two, ideographs are
# one each.
_WORD = re.compile(
    rf"[{_IDEOGRAPH}]"
    rf"|(?:(?![{_IDEOGRAPH}])\w)+"
    rf"(?:(?:(?<=[^\W\d_])[.:'\u2019\xb7](?=[^\W\d_])|(?<=\d)[.,;'](?=\d))(?:(?![{_IDEOGRAPH}])\w)+)*"
)
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "\u0131": "i",
        "ħ": "h",
    }
)


def fold(text: str) -> str:
    """Text in lower case and without accents."""
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char))


def _without_signs(text: str) -> str:
    if text.isascii():
        return "".join(char for char in text if char not in _PUNCTUATION)
    return "".join(
        char
        for char in text
        if char not in _PUNCTUATION and not unicodedata.category(char).startswith("S")
    )


def normalized(kind: TextKind, text: str) -> str:
    """A piece of a word as it is compared, for wildcards and ranges."""
    return fold(_without_signs(text)) if kind == "accent" else text.lower()


@lru_cache(maxsize=65_536)
def tokens(kind: TextKind, text: str) -> Tokens:
    """The words of a text."""
    if kind == "accent":
        return tuple(map(fold, _WORD.findall(_without_signs(text))))
    return tuple(_WORD.findall(text.lower()))


def frequency(words: Tokens, word: str) -> float:
    """How well a text answers to a word: more often is better, in a shorter text too."""
    count = words.count(word)
    return 2.2 * count / (count + 0.3 + 0.09 * len(words)) if count else 0.0


def phrase_within(words: Tokens, phrase: Tokens, slop: int) -> bool:
    """Whether a phrase occurs, with its words at most ``slop`` places out of step."""
    if not set(phrase) <= set(words):
        return False
    places = [
        [at - offset for at, word in enumerate(words) if word == wanted]
        for offset, wanted in enumerate(phrase)
    ]
    for start in places[0]:
        nearest = [min(place, key=lambda at: abs(at - start)) for place in places]
        if max(nearest) - min(nearest) <= slop:
            return True
    return False


def edits_for(word: str) -> int:
    """How many typing errors are forgiven in a word of this length."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


@lru_cache(maxsize=65_536)
def is_near(one: str, other: str, edits: int) -> bool:
    """Whether a few typing errors (swapped neighbours are one) turn one word into the other."""
    if abs(len(one) - len(other)) > edits:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (char != wanted))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > edits:
            return False
    return row[-1] <= edits


def wildcard(text: str, normalize: Callable[[str], str]) -> re.Pattern[str]:
    """The pattern of a word with ``*`` and ``?``, which a backslash makes plain."""
    pieces: list[str] = []
    for plain, special in re.findall(r"((?:\\.|[^*?])+)|([*?])", text, re.DOTALL):
        wild = {"*": ".*", "?": "."}.get(special)
        pieces.append(wild or re.escape(normalize(unescape(plain))))
    # neighbouring stars say the same as one, and take far longer
    return re.compile(re.sub(r"(?:\.\*)+", ".*", "".join(pieces)), re.DOTALL)


def unescape(text: str) -> str:
    """Text without the backslashes that made its signs plain."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def has_wildcard(text: str) -> bool:
    """Whether a ``*`` or ``?`` in a word is meant as such."""
    return bool(re.search(r"[*?]", re.sub(r"\\.", "", text, flags=re.DOTALL)))
