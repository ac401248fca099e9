"""What names a record: its id, its DOI, the address of its page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from .parsing import InvalidIdentifier

_ID = r"[0-9]+|[a-z0-9]{5}-[a-z0-9]{5}"
_OWN_DOI = re.compile(rf"10\.[0-9]{{4,9}}/zenodo\.({_ID})", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_RECORD_ID = re.compile(_ID)
_PAGE = re.compile(r"/(?:records?|uploads|deposit/depositions|deposit)/([^/]+)")
# the sandbox's DOIs are of DataCite's test system, which doi.org does not know
_DOI_PREFIX = re.compile(
    r"^(?:doi:\s*|https?://(?:(?:dx\.|www\.)?doi\.org|handle\.(?:test|stage)\.datacite\.org)/)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Which record a text names.

    Attributes:
        id: The record's id, where the text itself tells it.
        doi: The DOI, where the text is one.
        host: The host that the text names, if it is a page's address.
    """

    id: str | None = None
    doi: str | None = None
    host: str | None = None


def parse_record_ref(text: str | int) -> RecordRef:
    """Read an id, a DOI or a page's address.

    Args:
        text: ``8435696``, ``"abcde-fghij"``, ``"10.5281/zenodo.8435696"``, a ``doi.org``
            address, or the address of a record's page, API document or upload form.

    Returns:
        What it names. A DOI of the form ``10.…/zenodo.<id>`` tells the id as well: that is how
        every DOI registered by Zenodo is made.

    Raises:
        InvalidIdentifier: It is none of these.

    Example:
        >>> parse_record_ref("https://doi.org/10.5281/zenodo.8435696").id
        '8435696'
    """
    # what it names does not depend on a share link's token, and no message shall quote that
    text, _, _ = split_share_link(text)
    bare = str(text).strip()
    if _RECORD_ID.fullmatch(bare.lower()):
        return RecordRef(id=bare.lower())
    without_prefix = unquote(_DOI_PREFIX.sub("", bare)) if _DOI_PREFIX.match(bare) else bare
    if _DOI.fullmatch(without_prefix):
        own = _OWN_DOI.fullmatch(without_prefix)
        return RecordRef(id=own[1].lower() if own else None, doi=without_prefix)
    try:
        parts = urlsplit(bare)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.netloc:
        if page := _PAGE.search(parts.path):
            found = unquote(page[1]).lower()
            if _RECORD_ID.fullmatch(found):
                return RecordRef(id=found, host=parts.netloc.lower())
        if parts.path.startswith("/doi/") and _DOI.fullmatch(doi := unquote(parts.path[5:])):
            return replace(parse_record_ref(doi), host=parts.netloc.lower())
    raise InvalidIdentifier(
        f"'{text}' names no record: give an id (8435696), a DOI (10.5281/zenodo.8435696)"
        " or the address of a record's page"
    )


def split_share_link(text: str | int) -> tuple[str | int, str | None, bool]:
    """Take the token out of a share link.

    Args:
        text: What names a record; a share link is the address of a page with ``?token=``.

    Returns:
        The address without its query, the token, and whether the link leads to a draft
        (``preview=1``, or the upload form); for everything else the text as it is.

    Example:
        >>> split_share_link("https://zenodo.org/records/12?preview=1&token=eyJ")
        ('https://zenodo.org/records/12', 'eyJ', True)
    """
    if not isinstance(text, str) or "token=" not in text:
        return text, None, False
    address, _, query = text.strip().partition("#")[0].partition("?")
    pairs = dict(parse_qsl(query))
    if not pairs.get("token"):
        return text, None, False
    return address, pairs["token"], pairs.get("preview") == "1" or "/uploads/" in address
