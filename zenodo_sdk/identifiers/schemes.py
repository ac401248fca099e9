"""The schemes of identifiers: which one a text is of, whether it is valid, how it is stored.

The rules are those of the server, odd ones included: bare digits are a PubMed id, ``11.1234/abc``
is a handle, the check digits of ROR and GND are not looked at. What people mean by a text is the
business of `parsing`.
"""

from __future__ import annotations

from collections.abc import Sequence

from .server_rules import SCHEMES, address_of, is_ean

__all__ = [
    "AWARDS",
    "MEETINGS",
    "PEOPLE",
    "PLACES",
    "SCHEMES",
    "SUBJECTS",
    "WORKS",
    "crashes",
    "detect",
    "is_valid",
    "normalise",
]

WORKS = (
    *("doi", "ark", "handle", "purl", "lsid", "urn", "ads", "arxiv", "isbn", "issn", "isni"),
    *("ean13", "istc", "pmid", "url", "wikidata", "cstr", "rrid"),
    # of these the server recognises none by itself
    *("crossreffunderid", "eissn", "grid", "igsn", "lissn", "upc", "w3id", "other"),
)
"""Schemes of ``identifiers``, ``related_identifiers`` and ``references``."""

PEOPLE = ("orcid", "isni", "gnd", "ror", "edmo")
"""Schemes of creators and contributors. Only Zenodo has ``edmo``."""

PLACES = ("wikidata", "geonames")
"""Schemes of locations; GeoNames is not recognised by itself."""

AWARDS = ("doi", "url")
"""Schemes of awards that are described and not looked up."""

SUBJECTS = ("gnd", "url")
"""Schemes of the identifiers of subjects."""

MEETINGS = WORKS
"""Schemes of ``meeting:meeting``."""


def detect(text: str, allowed: Sequence[str]) -> str | None:
    """The scheme that the server would choose for an identifier that comes without one.

    Args:
        text: The identifier; surrounding space does not count.
        allowed: The schemes that may be used at its place, such as `WORKS`.

    Returns:
        The scheme, or None where the server answers "No valid scheme recognized for identifier."

    Example:
        >>> detect("10.5281/zenodo.8435696", WORKS)
        'doi'
        >>> detect("0000-0002-1825-0097", PEOPLE), detect("0000-0002-1825-0097", WORKS)
        ('orcid', 'isni')
    """
    text = text.strip()
    if not text or crashes(text):
        return None
    found = [name for name in _DETECTION if SCHEMES[name].accepts(text)]
    if is_ean(text, 8):
        found = [name for name in found if name not in ("gnd", "pmid")]
    if "gnd" in found and text.lower().startswith("gnd:"):
        found = [name for name in found if name != "isbn"]
    if text.startswith(_VIAF):
        found = [name for name in found if name not in ("url", "handle")]
    for present, rest in _OUTDONE:
        if present in found:
            found = [name for name in found if name not in rest]
    hidden = {"ark", "arxiv"} if text.startswith(_HANDLE_PROXY) else {"url", "ark", "arxiv"}
    if not hidden.isdisjoint(found):
        found = [name for name in found if name != "handle"]
    return next((name for name in found if name in allowed), None)


def is_valid(text: str, scheme: str) -> bool:
    """Whether the server takes a text for an identifier of a scheme.

    Args:
        text: The identifier; surrounding space does not count.
        scheme: The scheme, in lower case.

    Returns:
        False for an empty text and for a scheme that the server does not have.

    Example:
        >>> is_valid("0000-0002-1825-0097", "orcid"), is_valid("0000-0002-1825-0098", "orcid")
        (True, False)
    """
    text = text.strip()
    return bool(text) and scheme in SCHEMES and SCHEMES[scheme].accepts(text)


def normalise(text: str, scheme: str) -> str:
    """What the server stores for an identifier.

    Args:
        text: A valid identifier of the scheme; surrounding space does not count.
        scheme: The scheme, in lower case.

    Returns:
        The form that will be read back; the text itself if it is not valid. The server stores
        nothing, the empty string, for an ISBN of a registration group that does not exist.

    Example:
        >>> normalise("https://doi.org/10.1234/ABC", "doi")
        '10.1234/ABC'
        >>> normalise("0-06-251587-X", "isbn")
        '978-0-06-251587-2'
    """
    text = text.strip()
    return SCHEMES[scheme].canonical(text) if is_valid(text, scheme) else text


def crashes(text: str, scheme: str | None = None) -> bool:
    """Whether the server fails over an identifier: it answers 500, and nothing is stored.

    Args:
        text: The identifier; surrounding space does not count.
        scheme: The scheme that is sent along, if one is.

    Returns:
        True for what looks like a web address whose host cannot be read, such as
        ``http://[example.org``, where the server has to read addresses.

    Example:
        >>> crashes("http://[example.org"), crashes("http://[example.org", "doi")
        (True, False)
    """
    return (scheme is None or scheme in _READ_AS_ADDRESS) and address_of(text.strip()) is None


_READ_AS_ADDRESS = frozenset({"ark", "lsid", "purl", "url", "urn"})
_VIAF = (
    *("http://viaf.org/viaf/", "https://viaf.org/viaf/"),
    *("http://www.viaf.org/viaf/", "https://www.viaf.org/viaf/"),
)
_HANDLE_PROXY = ("http://hdl.handle.net/", "https://hdl.handle.net/")
_DETECTION = (
    *("doi", "ark", "handle", "purl", "lsid", "urn", "ads", "arxiv", "isbn", "issn", "orcid"),
    *("isni", "ean13", "istc", "gnd", "ror", "pmid", "url", "wikidata", "cstr", "rrid"),
    "edmo",
)
_OUTDONE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("url", ("isbn", "istc", "urn", "lsid", "issn", "wikidata", "cstr")),
    ("ean13", ("gnd", "pmid")),
    ("isbn", ("gnd", "pmid")),
    ("orcid", ("gnd", "pmid")),
    ("isni", ("gnd", "pmid")),
    ("issn", ("gnd",)),
    ("wikidata", ("gnd",)),
)
