"""Plain text as HTML, and HTML as plain text."""

from __future__ import annotations

import html
import re

_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|h[1-5]|i|li|ol|p|pre|span|strong|sub|sup|table|td|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BLOCK_END = re.compile(r"</(?:p|div|h[1-5]|blockquote|ul|ol|table|pre)>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\s*/?>|</(?:li|tr)>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def as_html(text: str) -> str:
    r"""Write plain text as HTML: escaped, blank lines part paragraphs.

    What has tags already is taken for HTML, as servers take it.

    Example:
        >>> as_html("a < b"), as_html("one\n\ntwo"), as_html("<p>x</p>")
        ('a &lt; b', '<p>one</p>\n<p>two</p>', '<p>x</p>')
    """
    text = text.strip()
    if _TAG.search(text):
        return text
    parts = [html.escape(part, quote=False) for part in _BLANK_LINE.split(text)]
    return parts[0] if len(parts) == 1 else "\n".join(f"<p>{part}</p>" for part in parts)


def as_text(markup: str) -> str:
    r"""Write HTML as plain text: paragraphs parted by blank lines, without tags.

    Example:
        >>> as_text("<p>one &amp; <b>two</b></p><p>three</p>")
        'one & two\n\nthree'
    """
    markup = _BLOCK_END.sub("\n\n", _LINE_END.sub("\n", markup))
    text = html.unescape(_ANY_TAG.sub("", markup))
    return _BLANK_LINE.sub("\n\n", text).strip()
