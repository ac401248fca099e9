"""Texts, dates and addresses are read as the server reads them."""

from __future__ import annotations

import ftfy
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, validate
from marshmallow_utils.html import sanitize_html, sanitize_unicode

from zenodo_sdk.rules.edtf import Verdict, is_day, read_date
from zenodo_sdk.rules.text import change, cleaned, html_has_at_least
from zenodo_sdk.rules.urls import is_web_address

ODD = st.text(
    st.sampled_from(
        "ab <>&;#x\"'\u2018\u201c\ufb01\uff21\u3000\u200b\u00ad\x00\x07\x85\x93\u2028\ufeff"
        "\ufffa\t\ne\u0301é\U0001f600"
    ),
    max_size=12,
)
HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "<script>", "</script>", "<!-- x -->", "<h6>", "a", "&", " ", "<br>"]
    ),
    max_size=6,
).map("".join)


@given(ODD)
def test_texts_are_cleaned_as_the_server_does(text: str) -> None:
    # what was decoded wrongly is the business of the server
    if ftfy.fix_encoding(text) == text:
        assert cleaned(text) == sanitize_unicode(text)


@given(ODD)
def test_a_change_is_told_if_there_is_one(text: str) -> None:
    stored = cleaned(text)
    assert bool(change(text, stored)) <= (stored != text)


@given(HTML, st.sampled_from([1, 3]))
@example("a<h6>a", 3)
@example("<b>a<h6>a", 3)
def test_what_is_left_of_html_is_measured_as_the_server_does(text: str, length: int) -> None:
    left = sanitize_html(text, tags=["b", "br", "p"], attrs={})
    assert html_has_at_least(cleaned(text), length) == (len(left) >= length)


@pytest.mark.parametrize(
    ("text", "plain", "moment", "level_2"),
    [
        ("2026", "fine", "fine", "fine"),
        ("2026-11", "fine", "fine", "fine"),
        ("2026-11-22", "fine", "fine", "fine"),
        (" 2026 / 2027\n", "fine", "fine", "fine"),
        ("2020/2020-06-01", "fine", "fine", "fine"),
        ("2020-XX", "fine", "fine", "fine"),
        ("2024-02-29", "fine", "fine", "fine"),
        ("2026-02-29", "bad", "bad", "bad"),
        ("2026-04-31", "bad", "bad", "bad"),
        ("2021/2020", "bad", "bad", "bad"),
        ("2026-1", "bad", "bad", "bad"),
        ("November 2026", "bad", "bad", "bad"),
        ("", "bad", "bad", "bad"),
        ("2026-01-01T10:00:00Z", "bad", "fine", "bad"),
        ("2026-01-01T10:00", "bad", "bad", "bad"),
        ("2020?", "bad", "bad", "fine"),
        ("[2019,2020]", "bad", "bad", "fine"),
        ("{2019,2020}", "bad", "bad", "bad"),
        ("2020/", "breaks", "breaks", "fine"),
        ("20XX", "breaks", "breaks", "fine"),
        ("2020/..", "crashes", "crashes", "crashes"),
        ("../2020", "crashes", "crashes", "crashes"),
        ("2020-21", "crashes", "crashes", "crashes"),
        ("0000", "crashes", "crashes", "fine"),
    ],
)
def test_dates(text: str, plain: Verdict, moment: Verdict, level_2: Verdict) -> None:
    assert read_date(text) == plain
    assert read_date(text, moments=True) == moment
    assert read_date(text, level_2=True) == level_2


@given(st.text(st.sampled_from("0123456789X-/.?~%[],TZ: S"), max_size=16))
def test_no_date_makes_it_fail(text: str) -> None:
    assert read_date(text) in ("fine", "bad", "crashes", "breaks")


@pytest.mark.parametrize(
    ("text", "known"),
    [("2026-11-22", True), ("2026-1-2", True), ("2026-02-30", False), ("2026-11-22T00:00", False)],
)
def test_days(text: str, known: bool) -> None:
    assert is_day(text) == known


PARTS = (
    *(
        "http",
        "https",
        "://",
        "ftp",
        "x",
        ".",
        "org",
        "-",
        "/",
        "?",
        ":",
        "80",
        "@",
        " ",
        "\n",
        "#",
    ),
    *("localhost", "[::1]", "10.0.0.1", "example.org", "é"),
)


@given(st.lists(st.sampled_from(PARTS), max_size=7).map("".join))
def test_addresses(text: str) -> None:
    try:
        validate.URL()(text)
        known = True
    except ValidationError:
        known = False
    assert is_web_address(text) == known
