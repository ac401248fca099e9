"""What a server makes of a text before it measures and stores it.

InvenioRDM strips every text, repairs it (HTML entities, ligatures, full-width letters, curly
quotes, stray code page 1252) and removes control characters and the zero-width space. Only then
are lengths counted: a title of two letters and ten spaces is too short.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

_ENTITY = re.compile(r"&#?[0-9A-Za-z]{1,24};")
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[a-zA-Z]")
_PLAIN = re.compile(r"[\n -%'-~]*\Z")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<!--.*?-->", re.DOTALL)
_ROUNDS = 3
_ZERO_WIDTH_SPACE = "\u200b"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HTML_TAGS = frozenset(
    "a abbr acronym b blockquote br code div em h1 h2 h3 h4 h5 i li ol p pre span strike strong "
    "sub sup table tbody td th tr u ul".split()
)
_VOID_OF_TEXT = frozenset(("script", "style"))


def cleaned(text: str) -> str:
    """Give what the server measures and stores of a text.

    Args:
        text: What was written.

    Returns:
        The text stripped, repaired, in NFC, without control characters. Text that was read as
        another encoding (``sÃ³``) stays as it is here, and is repaired by the server.

    >>> cleaned("  soil\\u200b &amp; water ")
    'soil & water'
    """
    text = text.strip()
    if _PLAIN.match(text):
        return text
    has_tags = "<" in text
    for _ in range(_ROUNDS):
        before = text
        if not has_tags and "&" in text:
            text = _ENTITY.sub(_unescaped, text)
        text = _TERMINAL.sub("", text.translate(_replacements()))
        text = unicodedata.normalize("NFC", text)
        if text == before:
            break
    return _NOT_XML.sub("", text).replace(_ZERO_WIDTH_SPACE, "")


def altered(text: str) -> bool:
    """Whether the server changes a text in a way that a reader could notice.

    >>> altered(" soil"), altered("soil")
    (True, False)
    """
    return cleaned(text) != unicodedata.normalize("NFC", text)


def html_has_at_least(text: str, length: int) -> bool:
    """Whether so many characters of HTML are left when forbidden tags are taken out.

    Args:
        text: HTML, or plain text.
        length: Number of characters; tags that stay count, and ``&`` counts as ``&amp;``.

    >>> html_has_at_least("<p></p>", 3), html_has_at_least("<script></script>", 3)
    (True, False)
    """
    text = cleaned(text)
    if "<" not in text and "&" not in text:
        return len(text) >= length
    left, position = "", 0
    for tag in _TAG.finditer(text):
        left += text[position : tag.start()].replace("&", "&amp;").replace("<", "&lt;")
        position = tag.end()
        if (tag[2] or "").lower() in _HTML_TAGS:
            left += tag[0]
        if len(left.strip()) >= length:
            return True
    left += text[position:].replace("&", "&amp;").replace("<", "&lt;")
    return len(left.strip()) >= length


def _unescaped(found: re.Match[str]) -> str:
    text = html.unescape(found[0])
    return found[0] if ";" in text else text


@cache
def _replacements() -> dict[int, str | None]:
    """Characters that are written another way or left out."""
    table: dict[int, str | None] = {
        code: _of_windows(code) for code in range(0x80, 0xA0)
    }
    table |= {ord(quote): "'" for quote in "\u02bc\u2018\u2019\u201a\u201b"}
    table |= {ord(quote): '"' for quote in "\u201c\u201d\u201e\u201f"}
    for code in (*range(0xFF01, 0xFFF0), *range(0xFB00, 0xFB07), *range(0x1C4, 0x1CD)):
        table[code] = unicodedata.normalize("NFKC", chr(code))
    table |= {ord("Ĳ"): "IJ", ord("ĳ"): "ij", ord("\u3000"): " "}
    table |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1F1, 0x1F4)}
    table |= {code: "\n" for code in (0x2028, 0x2029)}
    for code in (
        *range(0x09),
        0x0B,
        *range(0x0E, 0x1B),
        *range(0x1C, 0x20),
        0x7F,
        *range(0x206A, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFD),
    ):
        table[code] = None
    return table


def _of_windows(code: int) -> str:
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(code)
