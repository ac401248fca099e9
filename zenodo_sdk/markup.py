"""HTML of descriptions: what a server keeps of it, and how to write it from Markdown.

Descriptions, additional descriptions and copyright are HTML. Servers keep a short list of tags
and attributes (the default of InvenioRDM, which Zenodo has too): a tag that is not listed goes,
and its text stays; a table keeps its rows and loses its style. What goes is told without any
library. The exact result, and Markdown, need those of ``pip install 'zenodo-sdk[markup]'``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ConfigurationError, Refused

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = [
    "ALLOWED_ATTRIBUTES",
    "ALLOWED_PROTOCOLS",
    "ALLOWED_TAGS",
    "from_markdown",
    "plain_text",
    "removed",
    "sanitized",
]

ALLOWED_TAGS: frozenset[str] = frozenset(
    """a abbr acronym b blockquote br code div em h1 h2 h3 h4 h5 i li ol p pre span strike strong
    sub sup table tbody td th tr u ul""".split()  # noqa: SIM905 - words, not a list
)
"""The tags that a server keeps."""

ALLOWED_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"class"}),
    "a": frozenset({"href", "title", "name", "rel"}),
    "abbr": frozenset({"title"}),
    "acronym": frozenset({"title"}),
}
"""The attributes that a server keeps, by tag; ``*`` is every tag."""

ALLOWED_PROTOCOLS: frozenset[str] = frozenset({"http", "https", "mailto"})
"""How the address of a link may begin; addresses without a scheme are kept as well."""

# The parser's time grows with the square of each; with all of them it needs half a minute.
LONGEST = 1024 * 1024
MOST_TAGS = 20_000
MOST_ATTRIBUTES = 500

_SPACE = r"[\t\n\f\r ]"
_TOKEN = re.compile(
    r"(?s)<!--(?:-?>|.*?(?:--!?>|\Z))"  # a comment
    r"|<[!?][^>]*+(?:>|\Z)"  # what is read as one
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)"
    rf"(?P<rest>(?:={_SPACE}*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r \"'>]++)?+|[^=>])*+)"
    r"(?P<closed>>|\Z)"
)
_ATTRIBUTE = re.compile(
    rf"(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+"
    r"(?:\"(?P<double>[^\"]*+)(?:\"|\Z)|'(?P<single>[^']*+)(?:'|\Z)|(?P<bare>[^\t\n\f\r >]*+)))?+"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[0-9A-Za-z]{1,31});?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d+\Z)")
_UNSEEN = re.compile(r"[`\x00-\x20\x7f-\xa0\s]+|[^\x00-\x7f]")
_UNWANTED = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\u200b")

_OF_TABLES = frozenset({"tbody", "td", "th", "tr"})
_LINES = frozenset(
    """address article aside blockquote br dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag as it is written.

    Attributes:
        name: In lower case; empty for a comment.
        end: Whether it ends an element.
        rest: What follows the name.
        unclosed: Whether the text ends before it does.
    """

    name: str
    end: bool
    rest: str
    unclosed: bool

    def attributes(self) -> dict[str, str]:
        """Its attributes, in lower case, with their values; of two with one name the first."""
        found: dict[str, str] = {}
        for each in _ATTRIBUTE.finditer(self.rest):
            value = each["double"] or each["single"] or each["bare"] or ""
            found.setdefault(each["name"].lower(), value)
        return found


def _pieces(text: str) -> Iterator[str | _Tag]:
    """Take HTML apart into texts and tags, in time that grows with its length only."""
    position = 0
    for found in _TOKEN.finditer(text):
        if found.start() > position:
            yield text[position : found.start()]
        position = found.end()
        name = (found["name"] or "").lower()
        yield _Tag(
            name, bool(found["end"]), found["rest"] or "", name != "" and not found["closed"]
        )
    if position < len(text):
        yield text[position:]


def removed(text: str) -> list[str]:
    """Tell what of some HTML a server would take out, without any library.

    Text is never named, since it stays, even that of a script. But what stands in angle brackets
    is a tag to the server: of ``<joe@example.org>`` nothing is left.

    Args:
        text: HTML, or plain text.

    Returns:
        Tags (``<h6>``), attributes (``<td style>``), addresses (``<a href="ftp:...">``), parts of
        tables outside of one (``<td> outside of a table``) and comments (``<!-- -->``), each
        named once, in the order in which they come, and ``<a without its >`` where a tag swallows
        the rest of the text; none if the server keeps everything.

    Example:
        >>> removed('<p style="color:red">Soil <img src="x.png"><!-- draft --></p>')
        ['<p style>', '<img>', '<!-- -->']
        >>> removed("a < b")
        []
    """
    found: dict[str, None] = {}
    tables = 0
    for tag in _pieces(text):
        if isinstance(tag, str):
            continue
        if tag.name == "table":
            tables = max(0, tables - 1) if tag.end else tables + 1
        if not tag.end:
            found |= dict.fromkeys(_lost_of(tag, in_table=tables > 0))
    return list(found)


def _lost_of(tag: _Tag, *, in_table: bool) -> Iterator[str]:
    if tag.unclosed:
        # Without these the server takes it for text.
        if re.search(r"=\s*[\"']|[=/]\s*\Z", tag.rest):
            yield f"<{tag.name[:40]} without its >"
    elif not tag.name:
        yield "<!-- -->"
    elif tag.name not in ALLOWED_TAGS:
        yield f"<{tag.name[:40]}>"
    elif tag.name in _OF_TABLES and not in_table:
        yield f"<{tag.name}> outside of a table"
    else:
        yield from _lost_attributes(tag)


def _lost_attributes(tag: _Tag) -> Iterator[str]:
    allowed = ALLOWED_ATTRIBUTES["*"] | ALLOWED_ATTRIBUTES.get(tag.name, frozenset())
    for name, value in tag.attributes().items():
        if name not in allowed:
            yield f"<{tag.name} {name[:40]}>"
        elif name == "href" and not _may_be_linked(value):
            scheme = _SCHEME.match(_seen(value))
            yield f'<a href="{scheme[0][:40]}...">' if scheme else "<a href>"


def _seen(address: str) -> str:
    return _UNSEEN.sub("", _unescaped(address)).lower()


def _may_be_linked(address: str) -> bool:
    seen = _seen(address)
    scheme = _SCHEME.match(seen)
    if scheme is not None and scheme[1] not in ALLOWED_PROTOCOLS:
        return False
    rest = seen[scheme.end() if scheme else 0 :]
    host = re.split("[/?#]", rest[2:], maxsplit=1)[0] if rest.startswith("//") else ""
    return ("[" in host) == ("]" in host)


def _unescaped(text: str) -> str:
    # html.unescape alone would fail at a number of 5,000 digits.
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def plain_text(text: str) -> str:
    r"""Give the text of some HTML, for a terminal or a file that holds plain text only.

    Args:
        text: HTML, or plain text.

    Returns:
        The text without tags, with characters for entities; paragraphs, headings, items of lists
        and rows of tables stand on lines of their own. Blank lines and indentation are left out.

    Example:
        >>> plain_text("<p>Soil &amp; water</p><ul><li>pH</li><li>depth</li></ul>")
        'Soil & water\npH\ndepth'
    """
    pieces = list(_pieces(text))
    verbatim = all(isinstance(piece, str) for piece in pieces)
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            words = _unescaped(piece)
            parts.append(words if verbatim else re.sub(r"\s+", " ", words))
        elif piece.name == "pre":
            verbatim = not piece.end
        if isinstance(piece, _Tag):
            parts.append("\n" if piece.name in _LINES else " " * (piece.name in _OF_TABLES))
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def sanitized(text: str) -> str:
    """Give the HTML that a server stores, to see before sending it.

    It repairs the text (wrongly decoded characters, curly quotes, control characters), takes out
    what is not allowed and closes what was left open, with the libraries that servers use.

    Args:
        text: HTML, or plain text; at most 1,048,576 characters.

    Returns:
        What a draft with this description holds once it is saved.

    Raises:
        ConfigurationError: The extra ``markup`` is not installed.
        Refused: It is too long to be read in a reasonable time, or the server would fail at it.

    Example:
        >>> sanitized('<p style="color:red">Soil & <b>water<script>x</script>')
        '<p>Soil &amp; <b>waterx</b></p>'
    """
    with _the_extra():
        import bleach
        import ftfy
    _check_length(text)
    text = _UNWANTED.sub("", ftfy.fix_text(text.strip()))
    _check_tags(text)
    attributes = {tag: list(names) for tag, names in ALLOWED_ATTRIBUTES.items()}
    try:
        clean: str = bleach.clean(
            text, ALLOWED_TAGS, attributes, protocols=ALLOWED_PROTOCOLS, strip=True
        )
    except ValueError as unreadable:
        raise Refused(
            "The server fails at this HTML: the address of a link has a number too long to read."
        ) from unreadable
    return clean.strip()


def from_markdown(text: str) -> str:
    """Write Markdown as HTML that a server keeps as it is.

    CommonMark and tables are understood. What servers do not keep becomes the nearest that they
    do: an image a link to it, a heading of the sixth level one of the fifth, a rule three stars.
    HTML inside the Markdown is kept as far as a server keeps it.

    Args:
        text: Markdown; at most 1,048,576 characters.

    Returns:
        HTML, as :func:`sanitized` gives it.

    Raises:
        ConfigurationError: The extra ``markup`` is not installed.
        Refused: It is too long to be read in a reasonable time.

    Example:
        >>> from_markdown("**Soil** of ![the bog](bog.png)")
        '<p><strong>Soil</strong> of <a href="bog.png">the bog</a></p>'
    """
    with _the_extra():
        from markdown_it import MarkdownIt
    _check_length(text)
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(text)
    return sanitized(reader.renderer.render(list(_storable(tokens)), reader.options, {}))


def _storable(tokens: Iterable[Token]) -> Iterator[Token]:
    """Replace what servers do not keep."""
    for token in tokens:
        if token.tag == "h6":
            token.tag = "h5"
        if token.type == "hr":
            yield token.copy(type="html_block", content="<p>* * *</p>\n")
            continue
        if token.tag in ("thead", "tbody"):
            continue  # a server takes the first away, and then the rows need no second
        if token.children:
            token.children = list(_with_links_for_images(token.children))
        yield token


def _with_links_for_images(tokens: Iterable[Token]) -> Iterator[Token]:
    inside_link = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            inside_link = token.type == "link_open"
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs["src"])
        words = token.copy(type="text", tag="", attrs={}, content=token.content or address)
        if inside_link:
            yield words
            continue
        yield token.copy(type="link_open", tag="a", nesting=1, attrs={"href": address}, children=[])
        yield words
        yield token.copy(type="link_close", tag="a", nesting=-1, attrs={}, children=[])


@contextmanager
def _the_extra() -> Generator[None]:
    """Say how to install what is missing."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            f"HTML and Markdown need {missing.name}: pip install 'zenodo-sdk[markup]'"
        ) from None


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise Refused(
            f"This text has {len(text):,} characters, and at most {LONGEST:,} are read. Put long "
            "texts into a file of the record."
        )


def _check_tags(text: str) -> None:
    if text.count("<") > MOST_TAGS:
        raise Refused(f"This text has over {MOST_TAGS:,} tags: they are too many to be read.")
    for tag in _pieces(text):
        if isinstance(tag, _Tag) and len(_ATTRIBUTE.findall(tag.rest)) > MOST_ATTRIBUTES:
            raise Refused(
                f"<{tag.name[:40]}> has over {MOST_ATTRIBUTES} attributes: is its > missing?"
            )
