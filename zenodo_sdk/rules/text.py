"""What a server makes of a text before it measures and stores it.

InvenioRDM strips every text, repairs it (HTML entities, ligatures, full-width letters, curly
quotes, stray code page 1252) and removes control characters and the zero-width space. Only then
are lengths counted: a title of two letters and ten spaces is too short.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

_ENTITY = re.compile(r"&#?[0-9A-Za-z]{1,24};")
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[a-zA-Z]")
_PLAIN = re.compile(r"[\n -%'-~]*\Z")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_ODD = re.compile(
    "[^\t\n\x0c\r -~\xa0-\u01c3\u01cd-\u01f0\u01f4-\u02bb\u02bd-\u2017\u2020-\u2027\u202a-\u2fff"
    "\u3001-\ufaff\ufb07-\ufefe\U00010000-\U0010ffff]|[\u0132\u0133\u206a-\u206f]"
)
_ROUNDS = 3
_MOST_PIECES = 20_000
_ZERO_WIDTH_SPACE = "\u200b"
_SIGNS = r"[^\w\x00-\x7f]"
_LONG_RUN = re.compile(rf"(?<!{_SIGNS}){_SIGNS}{{100,}}")
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HTML_TAGS = frozenset(
    """a abbr acronym b blockquote br code div em h1 h2 h3 h4 h5 i li ol p pre span strike strong
    sub sup table tbody td th tr u ul""".split()  # noqa: SIM905 - words, not a list
)
_LINES = frozenset(
    """address article aside blockquote dd details dialog div dl dt fieldset figcaption figure
    footer form h6 header hr main nav section""".split()  # noqa: SIM905 - words, not a list
)


def cleaned(text: str) -> str:
    r"""Give what the server measures and stores of a text.

    Args:
        text: What was written.

    Returns:
        The text stripped, repaired, in NFC, without control characters. Text that was read as
        another encoding (``sÃ³``) stays as it is here, and is repaired by the server.

    >>> cleaned("  soil\u200b &amp; water ")
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
        if _ODD.search(text):
            text = _TERMINAL.sub("", text.translate(_replacements()))
        text = composed(text)
        if text == before:
            break
    return _NOT_XML.sub("", text).replace(_ZERO_WIDTH_SPACE, "")


def composed(text: str) -> str:
    r"""Give a text in NFC, in time that grows with its length only.

    To put combining marks in order takes time that grows with the square of their number: of a
    run of over a hundred, which no real text has, each hundred is put in order by itself.

    Args:
        text: Any text.

    >>> composed("Zu\u0308rich") == "Z\u00fcrich"
    True
    """
    cuts = [
        cut for run in _LONG_RUN.finditer(text) for cut in range(run.start() + 100, run.end(), 100)
    ]
    return "".join(
        unicodedata.normalize("NFC", text[start:end])
        for start, end in pairwise([0, *cuts, len(text)])
    )


def change(text: str, stored: str) -> str:
    """Say how the server changes a text; nothing where nobody could notice.

    Args:
        text: What was written.
        stored: What :func:`cleaned` makes of it.

    >>> change(" soil", "soil")
    'without the space around it'
    """
    if stored in (text, composed(text)):
        return ""
    if stored == text.strip():
        return "without the space around it"
    return "with plain characters for control characters, entities, ligatures and curly quotes"


def html_has_at_least(text: str, length: int) -> bool:
    """Whether so many characters of HTML are left when forbidden tags are taken out.

    Args:
        text: HTML, or plain text, as :func:`cleaned` gives it.
        length: Number of characters; tags that stay count, and ``&`` counts as ``&amp;``.

    Returns:
        True as well where thousands of tags come before the first character.

    >>> html_has_at_least("<p></p>", 3), html_has_at_least("<script></script>", 3)
    (True, False)
    """
    left = ""
    for piece in islice(_what_stays(text), _MOST_PIECES):
        # of the space that is not yet between two letters, more than the length tells nothing
        left = (left + piece).lstrip()
        if len(left.rstrip()) >= length:
            return True
        left = left[: 2 * length]
    return text.count("<") * 2 > _MOST_PIECES


def _what_stays(text: str) -> Iterator[str]:
    """The parts of HTML that the server keeps, as long as they are in it."""
    position = 0
    is_first = True
    while (start := text.find("<", position)) >= 0:
        yield text[position:start].replace("&", "&amp;").replace(">", "&gt;")
        tag = _TAG.match(text, start)
        if tag:
            is_end = text[start + 1] == "/"
            yield _instead_of(tag[1].lower(), is_end=is_end, is_first=is_first)
            is_first = False
        elif text[start + 1 : start + 2] not in ("!", "?", "/"):
            yield "&lt;"
            position = start + 1
            continue
        close = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(close, start)
        if end < 0:
            # a tag that is never closed is text, unless a quote in it is open
            quoted = '"' in text[start:] or "'" in text[start:]
            yield "" if quoted or not tag else text[start:].replace("<", "&lt;")
            return
        position = end + len(close)
    yield text[position:].replace("&", "&amp;").replace(">", "&gt;")


def _instead_of(name: str, *, is_end: bool, is_first: bool) -> str:
    """What a tag is to the length of a text: elements are closed, and some lines broken.

    The server's library (bleach) breaks a line only where another tag came before.
    """
    if name in _HTML_TAGS:
        return f"<{name}></{name}>" if not is_end or name in ("br", "p") else ""
    return "\n" if name in _LINES and not is_end and not is_first else ""


def _unescaped(found: re.Match[str]) -> str:
    text = html.unescape(found[0])
    return found[0] if ";" in text else text


@cache
def _replacements() -> dict[int, str | None]:
    """Characters that are written another way or left out."""
    table: dict[int, str | None] = {code: _of_windows(code) for code in range(0x80, 0xA0)}
    table |= {ord(quote): "'" for quote in "\u02bc\u2018\u2019\u201a\u201b"}
    table |= {ord(quote): '"' for quote in "\u201c\u201d\u201e\u201f"}
    for code in (*range(0xFF01, 0xFFF0), *range(0xFB00, 0xFB07), *range(0x1C4, 0x1CD)):
        table[code] = unicodedata.normalize("NFKC", chr(code))
    table |= {ord("Ĳ"): "IJ", ord("ĳ"): "ij", ord("\u3000"): " "}
    table |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1F1, 0x1F4)}
    table |= dict.fromkeys((0x2028, 0x2029), "\n")
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
