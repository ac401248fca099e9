"""HTML is cut down as servers do it, Markdown becomes HTML that they keep."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow_utils.html import sanitize_html

from zenodo_sdk.errors import Refused
from zenodo_sdk.markup import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_TAGS,
    _tags,
    from_markdown,
    plain_text,
    removed,
    sanitized,
)

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
ORACLE = SHARED / "oracle"

NAMES = (*sorted(ALLOWED_TAGS), "h6", "hr", "img", "script", "s", "thead", "joe@example.org")
ADDRESSES = ("http://a.b/c?d=1&e=2", "mailto:a@b.c", "ftp://a", "javascript:x()", "#x", "a:80", "")
ATTRIBUTES = ("class", "dir", "href", "name", "rel", "style", "title")
attributes = st.tuples(
    st.sampled_from(ATTRIBUTES), st.sampled_from(ADDRESSES), st.sampled_from(("'", '"'))
).map(lambda part: f" {part[0]}={part[2]}{part[1]}{part[2]}")
starts = st.builds("<{}{}>".format, st.sampled_from(NAMES), attributes | st.just(""))
ends = st.sampled_from(NAMES).map("</{}>".format)
texts = st.sampled_from(("soil", " & ", "&amp;", "a < b", "x > y", "\n", "é", "sÃ³", "\u200b", "“"))
odd = st.sampled_from(("<!-- x -->", "<!DOCTYPE html>", "<", "<a b=", "<i x='", "</ b>", "&#x;"))
tagged = st.lists(starts | ends | texts, max_size=12).map("".join)
# What lies in a table but in none of its cells is moved about, and may go where it is empty.
without_tables = tagged.filter(lambda text: "<t" not in text)
anything = st.lists(starts | ends | texts | odd | st.text(max_size=5), max_size=12).map("".join)


def as_a_server(text: str) -> str:
    """What the library of the servers makes of it, with their list of tags."""
    allowed = {tag: list(names) for tag, names in ALLOWED_ATTRIBUTES.items()}
    return sanitize_html(text, tags=list(ALLOWED_TAGS), attrs=allowed)


def tags_of(text: str) -> set[str]:
    return {tag.name for tag in _tags(text) if not tag.end}


@given(anything)
@example("<p style='color:red'>a</p>")
@example("<table><thead><tr><th colspan=2>a</th></tr></thead></table>")
def test_html_becomes_what_a_server_stores(text: str) -> None:
    assert sanitized(text) == as_a_server(text)


@given(anything)
def test_nothing_is_removed_twice(text: str) -> None:
    assert removed(sanitized(text)) == []


@given(without_tables)
def test_a_tag_stays_or_is_named(text: str) -> None:
    named = " ".join(removed(text))
    for tag in tags_of(text) - tags_of(sanitized(text)):
        assert f"<{tag}>" in named


@given(st.sampled_from(sorted(ALLOWED_TAGS - {"tbody", "td", "th", "tr"})), st.lists(attributes))
def test_an_attribute_stays_or_is_named(tag: str, written: list[str]) -> None:
    text = f"<{tag}{''.join(written)}>x"
    stored = next(_tags(sanitized(text)))
    asked = next(_tags(text))
    named = removed(text)
    for name in asked.attributes():
        lost = any(part.startswith((f"<{tag} {name}>", f"<{tag} {name}=")) for part in named)
        assert lost != (name in stored.attributes())


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Soil & water, a < b and c > d", []),
        ("<p>Soil</p>", []),
        ("Write to <joe@example.org>", ["<joe@example.org>"]),
        ("See <https://example.org/a>", ["<https:>"]),
        ("<H6 style=x>a</H6><h6>b</h6>", ["<h6>"]),
        ("<td style='x' class=y>a</td>", ["<td> outside of a table"]),
        ("</table><table><tr><td style='x' class=y>a", ["<td style>"]),
        ("<a href='java\nscript:x'>a</a>", ['<a href="javascript:...">']),
        ("<a href='&#102;tp://x' target=_blank>a</a>", ['<a href="ftp:...">', "<a target>"]),
        ("<a href='localhost:8080'>a</a>", []),
        ("<a href='//[x'>a</a>", ["<a href>"]),
        ("a<!-- b --> c <?xml?>", ["<!-- -->"]),
        ("a <b c", []),
        ("a <b c='d> e", ["<b without its >"]),
    ],
)
def test_what_goes_is_named(text: str, lost: list[str]) -> None:
    assert removed(text) == lost


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("a < b &amp; c", "a < b & c"),
        ("<p>a</p>\n\n<p>b<br>c</p>", "a\nb\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a\nb", "a\nb"),
        ("<p>a\nb</p><pre>c\n  d</pre>", "a b\nc\nd"),
        ("<b>a</b>&nbsp;<!-- b -->&#99;", "a c"),
    ],
)
def test_plain_text_has_no_tags(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text())
@example("&#" + "9" * 5000 + ";")
def test_plain_text_never_raises(text: str) -> None:
    assert isinstance(plain_text(text), str)


@pytest.mark.parametrize(
    "unit", ["<", "<b>", "<!--", "<x y='", "<a b", "</b", "<a =", "&#1", "<table><td>", "word "]
)
def test_what_goes_is_told_in_linear_time(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    start = time.process_time()
    removed(text)
    plain_text(text)
    assert time.process_time() - start < 20  # seconds; it needs about one


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "<b>" * 100_000,
        "<a " + "b " * 100_000 + ">",
        '<a href="&#' + "1" * 5000 + ';">x</a>',
    ],
    ids=["long", "tags", "attributes", "number"],
)
def test_what_no_parser_reads_in_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        sanitized(text)
    with pytest.raises(Refused):
        from_markdown(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("# A\n\nb *c*", "<h1>A</h1>\n<p>b <em>c</em></p>"),
        ("###### A", "<h5>A</h5>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<p>* * *</p>\n<p>b</p>"),
        ("![](x.png)", '<p><a href="x.png">x.png</a></p>'),
        ("[![DOI](x.svg)](http://a.b)", '<p><a href="http://a.b">DOI</a></p>'),
        ("<http://a.b?c&d>", '<p><a href="http://a.b?c&amp;d">http://a.b?c&amp;d</a></p>'),
        ("```py\n1 < 2\n```", '<pre><code class="language-py">1 &lt; 2\n</code></pre>'),
        ("a <img src=x> b", "<p>a  b</p>"),
    ],
)
def test_markdown_becomes_html(text: str, stored: str) -> None:
    assert from_markdown(text) == stored


def test_a_table_of_markdown_keeps_all_its_cells() -> None:
    html = from_markdown("a | b\n--|:--:\n1 | 2")
    assert plain_text(html) == "a b\n1 2"
    assert html.count("<tbody>") == 1


@given(st.text() | anything)
def test_a_server_keeps_html_from_markdown_as_it_is(text: str) -> None:
    html = from_markdown(text)
    assert removed(html) == []
    assert tags_of(as_a_server(html)) == tags_of(html)


@pytest.mark.parametrize(
    ("call", "absent"),
    [("sanitized", "bleach"), ("sanitized", "ftfy"), ("from_markdown", "markdown_it")],
)
def test_the_extra_is_named_where_it_is_missing(call: str, absent: str) -> None:
    code = f"""
import sys
sys.modules[{absent!r}] = None
from zenodo_sdk import markup
markup.removed("<p>")
try:
    markup.{call}("x")
except markup.ConfigurationError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"HTML and Markdown need {absent}: pip install 'zenodo-sdk[markup]'\n"


def descriptions() -> Iterator[tuple[str, str]]:
    """What was sent to a real server, and what it stored."""
    for line in (ORACLE / "rdm_cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        sent = case["body"].get("metadata") if isinstance(case["body"], dict) else None
        stored = (case.get("draft_rdm") or {}).get("metadata") or {}
        if isinstance(sent, dict) and isinstance(sent.get("description"), str):
            yield sent["description"], stored.get("description")
    for name in ("zenodo_json.jsonl", "zenodo_json_history.jsonl"):
        for line in (ORACLE / name).read_text().splitlines():
            yield from of_older_api(json.loads(line))


def of_older_api(case: Any) -> Iterator[tuple[str, str]]:
    sent = case["input"] if isinstance(case["input"], dict) else {}
    stored = (case.get("draft_rdm") or {}).get("metadata") or {}
    if isinstance(sent.get("description"), str):
        yield sent["description"], stored.get("description")
    for key, kind in (("notes", "notes"), ("method", "methods")):
        for other in stored.get("additional_descriptions", ()):
            if other["type"]["id"] == kind and isinstance(sent.get(key), str):
                yield sent[key], other["description"]


@pytest.mark.skipif(not ORACLE.is_dir(), reason=f"NO CORPUS: {ORACLE}; set ZENODO_SDK_SHARED")
def test_real_descriptions_become_what_the_real_server_stored() -> None:
    pairs = [(sent, stored) for sent, stored in descriptions() if stored is not None]
    assert len(pairs) > 50
    for sent, stored in pairs:
        assert sanitized(sent) == stored
