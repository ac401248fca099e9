"""HTML of descriptions: what a server keeps of it, and how to write it from Markdown.

Descriptions, additional descriptions and copyright are HTML. Servers keep a short list of tags
and attributes (the default of InvenioRDM, which Zenodo has too): a tag that is not listed goes,
and its text stays; a table keeps its rows and loses its style. What goes is told without any
library. The exact result, and Markdown, need those of ``pip install 'zenodo-sdk[markup]'``.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import combining

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

LONGEST = 512 * 1024
LONGEST_MARKDOWN = 100_000
MOST_SIGNS = 20_000
# the parser's time grows with the square of these
DEEPEST = 100
MOST_ATTRIBUTES = 500
MOST_TOLD = 100_000

_SPACE = r"[\t\n\f\r ]"
_TOKEN = re.compile(
    r"(?s)<!--(?:-?>|.*?(?:--!?>|\Z))"  # a comment
    r"|<[!?][^>]*+(?:>|\Z)"  # what is read as one
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)"
    rf"(?P<rest>(?:={_SPACE}*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r \"'>]++)?+|[^=>])*+)"
    r"(?P<closed>>|\Z)"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[0-9A-Za-z]{1,31});?")
_NO_TEXT = re.compile(rf"{_TOKEN.pattern}|{_ENTITY.pattern}|[^\S ]+")
_ATTRIBUTE = re.compile(
    rf"(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+"
    r"(?:\"(?P<double>[^\"]*+)(?:\"|\Z)|'(?P<single>[^']*+)(?:'|\Z)|(?P<bare>[^\t\n\f\r >]*+)))?+"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d+\Z)")
_UNSEEN = re.compile(r"[`\x00-\x20\x7f-\xa0\s]+|[^\x00-\x7f]")
_LINE = re.compile("[^\\n\\v\\f\\r\x1c-\x1e\x85\u2028\u2029]+")
# to put accents in order takes time that grows with the square of their number
_LONG_RUN = re.compile(r"(?<![^\w\x00-\x7f])[^\w\x00-\x7f]{500,}")
_UNWANTED = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\u200b")

_OF_TABLES = frozenset({"tbody", "td", "th", "tr"})
_ENDED_BY_OTHERS = _OF_TABLES | {"br", "dd", "dt", "hr", "img", "li", "p", "thead"}
_LINES = frozenset(
    """address article aside blockquote br dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr
    ul""".split()  # noqa: SIM905 - words, not a list
)


class _Tag(NamedTuple):
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


def _tags(text: str) -> Iterator[_Tag]:
    """The tags of some HTML, in time that grows with its length only."""
    for found in _TOKEN.finditer(text):
        name, end, rest, closed = found.group("name", "end", "rest", "closed")
        yield _Tag((name or "").lower(), bool(end), rest or "", bool(name and not closed))


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
        the rest of the text; none if the server keeps everything. Only the first 100,000 tags
        are looked at.

    Example:
        >>> removed('<p style="color:red">Soil <img src="x.png"><!-- draft --></p>')
        ['<p style>', '<img>', '<!-- -->']
        >>> removed("a < b")
        []
    """
    found: dict[str, None] = {}
    tables = 0
    for tag in islice(_tags(text), MOST_TOLD):
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
    verbatim = _TOKEN.search(text) is None

    def instead(found: re.Match[str]) -> str:
        nonlocal verbatim
        if not found[0].startswith("<"):
            words = html.unescape(found[0])
            return words if verbatim else re.sub(r"\s", " ", words)
        name = (found["name"] or "").lower()
        if name == "pre":
            verbatim = not found["end"]
        return "\n" if name in _LINES else " " if name in _OF_TABLES else ""

    lines = (" ".join(line[0].split()) for line in _LINE.finditer(_NO_TEXT.sub(instead, text)))
    return "\n".join(line for line in lines if line)


def sanitized(text: str) -> str:
    """Give the HTML that a server stores, to see before sending it.

    It repairs the text (wrongly decoded characters, curly quotes, control characters), takes out
    what is not allowed and closes what was left open, with the libraries that servers use.

    Args:
        text: HTML, or plain text; at most 524,288 characters.

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
        text: Markdown; at most 100,000 characters.

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
    _check_length(text, LONGEST_MARKDOWN)
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


def _check_length(text: str, longest: int = LONGEST) -> None:
    if len(text) > longest:
        raise Refused(
            f"This text has {len(text):,} characters, and at most {longest:,} are read. Put long "
            "texts into a file of the record."
        )
    if any(combining(mark) for run in _LONG_RUN.finditer(text) for mark in run[0]):
        raise Refused("This text has hundreds of accents on one letter: they cannot be read.")


def _check_tags(text: str) -> None:
    if text.count("<") + text.count("&") > MOST_SIGNS:
        raise Refused(
            f"This text has over {MOST_SIGNS:,} tags and entities: they are too many to be read."
        )
    unended: Counter[str] = Counter()
    for tag in _tags(text):
        if len(_ATTRIBUTE.findall(tag.rest)) > MOST_ATTRIBUTES:
            raise Refused(
                f"<{tag.name[:40]}> has over {MOST_ATTRIBUTES} attributes: is its > missing?"
            )
        if tag.name and tag.name not in _ENDED_BY_OTHERS:
            unended[tag.name] = max(0, unended[tag.name] + (-1 if tag.end else 1))
            if unended.total() > DEEPEST:
                raise Refused(f"Over {DEEPEST} tags are open at <{tag.name[:40]}>: end them.")
