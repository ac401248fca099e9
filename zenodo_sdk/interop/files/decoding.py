"""From bytes to text, and how to tell where in a text something is wrong."""

from __future__ import annotations

import codecs
import re

from ...errors import UnreadableDocument

SHOWN = 78
"""Characters of a line that an error shows."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "a zip archive (or an office document)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
)
_LINE = re.compile(r"\r\n|\r|\n")


def unreadable_at(name: str, text: str, index: int, what: str, fix: str) -> UnreadableDocument:
    """Make the error for one place of a text.

    Args:
        name: The file's name.
        text: Its whole text.
        index: The place, in characters from 0.
        what: What is wrong there, as the end of a sentence.
        fix: What to do about it.
    """
    index = max(0, min(index, len(text)))
    starts = [0, *(match.end() for match in _LINE.finditer(text, 0, index))]
    if text[index - 1 : index + 1] == "\r\n":
        starts.pop()
    start = starts[-1]
    end = found.start() if (found := _LINE.search(text, index)) else len(text)
    line, column = len(starts), index - start + 1
    return UnreadableDocument(
        f"{name}, line {line}, column {column}: {what}",
        fix,
        line=line,
        column=column,
        excerpt=_excerpt(text[start:end], index - start),
    )


def _excerpt(line: str, at: int) -> str:
    """Show a line and a mark below one character; of a long line only what is near."""
    first = max(0, at - SHOWN // 2) if len(line) > SHOWN else 0
    shown = line[first : first + SHOWN]
    visible = "".join(char if char.isprintable() else " " for char in shown)
    return f"    {visible.rstrip()}\n    {' ' * (at - first)}^" if line.strip() else ""


def decode(name: str, content: bytes) -> str:
    """Read bytes as UTF-8; a byte order mark before it stays, as ``U+FEFF``.

    Servers read UTF-8 only. Other encodings are not guessed: a wrong guess would change names.

    Raises:
        UnreadableDocument: It is empty, binary, or in another encoding; says in which.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise UnreadableDocument(
            f"{name} is empty.", "Write the metadata into it, or name another file."
        )
    _refuse_other_kinds(name, content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(name, content, error.start) from None


def _refuse_other_kinds(name: str, content: bytes) -> None:
    encoding = next((label for mark, label in _BOMS if content.startswith(mark)), "")
    head = content[:1024]
    if not encoding and b"\x00" in head:
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if max(odd, even) > 0.7 * (len(head) // 2) and min(odd, even) < len(head) // 20 + 1:
            encoding = "UTF-16"
    if encoding:
        raise UnreadableDocument(
            f"{name} is written in {encoding}; Zenodo reads UTF-8 only.",
            f"Save it as UTF-8: iconv -f {encoding} -t UTF-8 {name} > fixed, or 'Save with "
            "encoding' in your editor.",
        )
    kind = next((label for mark, label in _MAGIC if content.startswith(mark)), "")
    if kind or b"\x00" in head:
        raise UnreadableDocument(
            f"{name} is {kind or 'binary data'}, not a metadata file.",
            "Name a .zenodo.json, CITATION.cff, codemeta.json or ro-crate-metadata.json.",
        )


def _not_utf8(name: str, content: bytes, start: int) -> UnreadableDocument:
    """Say which encoding it looks like, and show the line as it would read then."""
    if _cut_short(content, start):
        return UnreadableDocument(
            f"{name} ends in the middle of a character: it is cut off.",
            "Fetch or save the file again.",
        )
    label, codec = "Windows-1252 (Latin-1)", "windows-1252"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        label, codec = "Latin-1", "latin-1"
        text = content.decode(codec)
    index = len(content[:start].decode("utf-8"))
    # Up to the bad byte both readings have the same lines; columns differ only on a line that
    # mixes encodings.
    text = content[:start].decode("utf-8") + content[start:].decode(codec)
    char = text[index]
    return unreadable_at(
        name,
        text,
        index,
        f"the byte 0x{content[start]:02X} is not UTF-8; it looks like {label}, where it is "
        f"{char!r}.",
        f"Save it as UTF-8: iconv -f {codec.upper()} -t UTF-8 {name} > fixed, or 'Save with "
        "encoding' in your editor.",
    )


def _cut_short(content: bytes, start: int) -> bool:
    """Whether all that is wrong is that the last character misses its end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return len(content) - start < 4
