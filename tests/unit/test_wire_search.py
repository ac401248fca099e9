from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.wire.paging import WINDOW, Hits, Slice, read_hits
from zenodo_sdk.wire.search import all_of, escaped, my_records_query, quoted


def closing_quote(text: str) -> int:
    """Where the phrase that begins the text ends, as the query parser reads it."""
    assert text[0] == '"'
    position = 1
    while text[position] != '"':
        position += 2 if text[position] == "\\" else 1
    return position


@given(st.text())
@pytest.mark.parametrize("extra", ["", "\\", '"', '\\"', '" OR "'])
def test_a_quoted_text_never_leaves_its_quotes(extra, text):
    for whole in (text + extra, extra + text):
        phrase = quoted(whole)
        assert closing_quote(phrase) == len(phrase) - 1
        assert phrase[1:-1].replace('\\"', '"').replace("\\\\", "\\") is not None


@given(st.text())
def test_an_escaped_word_has_no_operator_left(text):
    word = escaped(text)
    position, read = 0, ""
    while position < len(word):
        if word[position] == "\\":
            position += 1
        else:
            assert word[position] not in '+-=&|><!(){}[]^"~*?:/'
            assert not word[position].isspace()
        read += word[position]
        position += 1
    assert read == text
    assert word not in ("AND", "OR", "NOT")


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([], None),
        ([None, ""], None),
        (["a"], "a"),
        (["a", None, "b"], "(a) AND (b)"),
        (["(a) OR (b)", "c"], "((a) OR (b)) AND (c)"),
    ],
)
def test_all_of(clauses, expected):
    assert all_of(*clauses) == expected


def test_a_users_query_cannot_escape_its_clause():
    pairs = my_records_query(query="(a) OR (b)", published=False, editing=None, sort="newest")
    assert dict(pairs) == {"q": "((a) OR (b)) AND (is_published:false)", "sort": "newest"}
    assert my_records_query(query=None, published=None, editing=None, sort=None) == ()
    queries = [
        dict(my_records_query(query=None, published=None, editing=editing, sort=None))["q"]
        for editing in (True, False)
    ]
    assert queries[1] == f"NOT {queries[0]}"


# --- paging -------------------------------------------------------------------------------


@given(size=st.integers(1, 1000))
def test_pages_follow_one_another_to_the_end_of_the_window(size):
    page, seen = Slice(1, size), 0
    while page is not None:
        seen += 1
        assert page.number == seen
        assert page.size == size
        assert page.number * page.size <= WINDOW
        last, page = page, page.next()
    assert (last.number + 1) * size > WINDOW


def test_a_page_in_the_query():
    assert Slice(3, 25).query() == (("page", "3"), ("size", "25"))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, Hits([], None)),
        ({"hits": None}, Hits([], None)),
        ({"hits": []}, Hits([], None)),
        ({"hits": {"hits": None, "total": "3"}}, Hits([], None)),
        ({"hits": {"hits": [{"id": "1"}, 3, None], "total": 7}}, Hits([{"id": "1"}], 7)),
        ({"hits": {"hits": [], "total": 0}}, Hits([], 0)),
    ],
)
def test_a_searchs_envelope(document, expected):
    assert read_hits(document) == expected
