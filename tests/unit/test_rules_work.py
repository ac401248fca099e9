"""The work of judging grows with what is judged, and no faster; counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from zenodo_sdk.markup import plain_text, removed
from zenodo_sdk.rules.judge import judge
from zenodo_sdk.rules.text import cleaned, html_has_at_least

Make = Callable[[int], object]
NUMBERS = count()
"""For words that nobody has asked for yet: what a word may mean is remembered."""


def judged(field: str, *items: Any) -> Make:
    """Judge a list of so many items, of which each is given a number."""

    def make(number: int) -> object:
        listed = [item(index) for index in range(number) for item in items]
        return judge({"metadata": {field: listed}})

    return make


def calls(make: Make, number: int) -> int:
    """Count the calls of functions, those of C included."""
    made = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        make(number)
    finally:
        sys.setprofile(None)
    return made


WORK: dict[str, Make] = {
    "creators without a name": judged("creators", lambda _: {"person_or_org": {"type": "x"}}),
    "keywords that stand twice": judged("subjects", lambda _: {"subject": "soil"}),
    "words of no language": judged("languages", lambda _: {"id": f"englis{next(NUMBERS)}"}),
    "misspelt fields": judged("creators", lambda index: {f"persn_or_org{index}": {}}),
    "identifiers": judged("identifiers", lambda index: {"identifier": f"10.1234/{index}"}),
    "strange fields": lambda number: judge({f"titel{index}": 1 for index in range(number)}),
    "tags that are told": lambda number: removed("<td>" * number),
    "tags to read": lambda number: plain_text("<b>&amp;\n" * number),
    "tags before a text": lambda number: html_has_at_least("<hr>" * number, 3),
    "entities": lambda number: cleaned("&amp;amp;" * number),
}


@pytest.mark.parametrize("what", WORK)
def test_four_times_as_much_takes_four_times_the_work(what: str) -> None:
    make = WORK[what]
    make(1)  # what is read once
    assert calls(make, 1200) < 5 * calls(make, 300)


def test_guessing_ends_where_very_much_is_wrong() -> None:
    found = judge({"metadata": {"languages": [{"id": f"englis{number}"} for number in range(500)]}})
    guesses = [finding for finding in found if "Did you mean" in finding.fix]
    assert 100 < len(guesses) < 250


def test_accents_without_end_are_put_in_order_by_the_hundred() -> None:
    accents = "\u0301\u0323"
    assert cleaned("e" + accents) == "\u1eb9\u0301"
    stored = cleaned("e" + accents * 100_000)
    # sorted as a whole, all of one kind would come first
    assert "\u0301\u0323" in stored
    assert len(stored) == 200_000
