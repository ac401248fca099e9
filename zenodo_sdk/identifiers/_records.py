"""Identifiers that people paste: of records, and of the people who made them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit


class InvalidIdentifier(ValueError):
    """A text that is not the identifier it is given as."""


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


_ORCID = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?",
    re.IGNORECASE | re.ASCII,
)


def normal_orcid(text: str) -> str:
    """Bring an ORCID iD into its bare form and verify its check digit (ISO 7064, mod 11-2).

    Args:
        text: ``0000-0002-1825-0097`` or its ``https://orcid.org/`` address.

    Returns:
        The bare iD.

    Raises:
        InvalidIdentifier: It has another form, or its check digit is wrong.

    Example:
        >>> normal_orcid("https://orcid.org/0000-0002-1825-0097")
        '0000-0002-1825-0097'
    """
    match = _ORCID.fullmatch(text.strip())
    if match is None:
        raise InvalidIdentifier(f"'{text}' is no ORCID iD; write 0000-0002-1825-0097")
    bare = match[1].upper()
    total = 0
    for digit in bare.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    expected = "0123456789X"[(12 - total % 11) % 11]
    if bare[-1] != expected:
        raise InvalidIdentifier(f"'{text}' is no ORCID iD: its last digit would be {expected}")
    return bare
