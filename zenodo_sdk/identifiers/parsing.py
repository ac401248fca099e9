"""Any spelling in, the one that is stored out; and what is wrong, where something is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from .check_digits import right_end
from .schemes import SCHEMES, WORKS, detect, is_valid, normalise
from .swhid import is_swhid
from .urls import url_of


class InvalidIdentifier(ValueError):
    """A text that is not the identifier it is given as."""


def parse(
    text: str, scheme: str | None = None, allowed: Sequence[str] | None = None
) -> tuple[str, str]:
    """Read an identifier in whatever spelling it is pasted.

    Where the server recognises the scheme of a text by itself, it is that scheme. Beyond that,
    spellings are understood that the server refuses: ``ISSN 1562-6865``, ``PMID: 123``,
    ``https://www.orcid.org/…``; a SWHID, for which Zenodo has no scheme, becomes the address of
    its page. Check digits count also where the server does not look at them (ROR, GND, UPC).

    Args:
        text: The identifier.
        scheme: Its scheme; None to find it out.
        allowed: The schemes that its place takes; None takes all, but finds out only `WORKS`.

    Returns:
        The form that the server stores, and the scheme.

    Raises:
        InvalidIdentifier: It is not valid; the message says why, and what would be.

    Example:
        >>> parse("https://www.doi.org/10.1234/abc", "doi")
        ('10.1234/abc', 'doi')
        >>> parse("ISBN 0-06-251587-X")
        ('978-0-06-251587-2', 'isbn')
    """
    bare = re.sub("[\u200b-\u200d\u2060\ufeff]", "", text).replace("\u00a0", " ").strip()
    if not bare:
        raise InvalidIdentifier("the identifier is empty; leave it out, or give one")
    if scheme is None:
        return _recognised(bare, WORKS if allowed is None else allowed)
    name = scheme.strip().lower()
    if name not in SCHEMES or (allowed is not None and name not in allowed):
        raise InvalidIdentifier(_no_such_scheme(bare, name, allowed))
    return _canonical(bare, name), name


def normal_orcid(text: str) -> str:
    """Bring an ORCID iD into its bare form and verify its check digit (ISO 7064, mod 11-2).

    Args:
        text: ``0000-0002-1825-0097``, its ``https://orcid.org/`` address, or another spelling.

    Returns:
        The bare iD.

    Raises:
        InvalidIdentifier: It is none, or its check digit is wrong.

    Example:
        >>> normal_orcid("https://orcid.org/0000-0002-1825-0097")
        '0000-0002-1825-0097'
    """
    return parse(text, "orcid")[0]


class _Pasted(NamedTuple):
    """How people write identifiers of a scheme: what they put before the bare one."""

    labels: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


_ISSN = _Pasted(
    ("issn-l", "e-issn", "eissn", "issn", "urn:issn"),
    ("portal.issn.org/resource/issn/", "issn.org/resource/issn/", "urn.issn.org/urn:issn:"),
)
_PASTED = {
    "ads": _Pasted(("ads", "bibcode"), ("ui.adsabs.harvard.edu/abs/", "adsabs.harvard.edu/abs/")),
    "arxiv": _Pasted(("arxiv",), ("arxiv.org/abs/", "arxiv.org/pdf/", "arxiv.org/html/")),
    "crossreffunderid": _Pasted(("doi", "info:doi/"), ("doi.org/", "dx.doi.org/")),
    "cstr": _Pasted(("cstr",), ("cstr.cn/", "identifiers.org/cstr:")),
    "doi": _Pasted(("doi", "info:doi/"), ("doi.org/", "dx.doi.org/")),
    "edmo": _Pasted(("edmo",), ("edmo.seadatanet.org/report/",)),
    "eissn": _ISSN,
    "geonames": _Pasted(("geonames",), ("geonames.org/", "sws.geonames.org/")),
    "gnd": _Pasted(("gnd",), ("d-nb.info/gnd/", "lobid.org/gnd/")),
    "grid": _Pasted((), ("grid.ac/institutes/",)),
    "handle": _Pasted(("hdl", "handle"), ("hdl.handle.net/",)),
    "isbn": _Pasted(("isbn-13", "isbn-10", "isbn13", "isbn10", "isbn", "urn:isbn")),
    "isni": _Pasted(("isni",), ("isni.org/isni/", "isni.org/")),
    "issn": _ISSN,
    "lissn": _ISSN,
    "orcid": _Pasted(("orcid id", "orcid"), ("orcid.org/",)),
    "pmid": _Pasted(
        ("pmid", "pubmed id", "pubmed"), ("pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/")
    ),
    "ror": _Pasted(("ror",), ("ror.org/",)),
    "rrid": _Pasted(("rrid",), ("scicrunch.org/resolver/", "identifiers.org/rrid/")),
    "urn": _Pasted((), ("nbn-resolving.org/", "nbn-resolving.de/")),
    "wikidata": _Pasted(
        ("wikidata",), ("wikidata.org/wiki/", "wikidata.org/entity/", "m.wikidata.org/wiki/")
    ),
}
_WITH_SLASHES = ("arxiv", "crossreffunderid", "doi", "handle")
_DASHES = "[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_DIGITS = frozenset(
    {
        *("orcid", "isni", "gnd", "ror", "edmo", "isbn", "issn", "eissn", "lissn"),
        *("ean13", "upc", "pmid", "wikidata"),
    }
)
_TOLD_BY_THEIR_SHAPE = ("orcid", "isni", "isbn", "issn", "ean13")
# no PubMed id is longer, so more digits are an identifier with a wrong one in it
_LONGEST_PMID = 9


def _recognised(text: str, allowed: Sequence[str]) -> tuple[str, str]:
    scheme = detect(text, allowed) or detect(re.sub(_DASHES, "-", text), allowed)
    if scheme == "pmid" and text.isdigit() and len(text) > _LONGEST_PMID:
        _refuse_near_miss(text, allowed)
    if scheme:
        return _canonical(text, scheme), scheme
    for name in allowed:
        if (bare := _respelt(text, name)) and is_valid(bare, name):
            return _canonical(bare, name), name
    if "url" in allowed:
        for name in ("swh", "orcid", "ror"):
            bare = text if name == "swh" else _respelt(text, name)
            if bare and (address := url_of(bare, name)):
                return address, "url"
    _refuse_near_miss(text, allowed)
    if "url" not in allowed:
        known = ", ".join(SCHEMES[name].label for name in allowed)
        raise InvalidIdentifier(f"'{_short(text)}' is recognised as none of {known}; correct it")
    if _lacks_protocol(text):
        raise InvalidIdentifier(f"'{_short(text)}' is no identifier; write https://{_short(text)}")
    raise InvalidIdentifier(
        f"'{_short(text)}' is no identifier that Zenodo recognises; give a DOI or a web address,"
        " or say which scheme it is of"
    )


def _canonical(text: str, scheme: str) -> str:
    respelt = _respelt(text, scheme)
    for bare in (_tidied(text, scheme) if respelt is None else respelt, text):
        if is_valid(bare, scheme):
            canonical = normalise(bare, "issn" if _PASTED.get(scheme) is _ISSN else scheme)
            break
    else:
        raise InvalidIdentifier(_what_is_wrong(text, respelt or text, scheme))
    if not canonical:
        raise InvalidIdentifier(
            f"'{_short(text)}' is of a registration group that does not exist; Zenodo would store"
            " nothing of it. Check its first digits"
        )
    end = right_end(canonical.removeprefix("gnd:"), scheme)
    if end and not canonical.upper().endswith(end):
        raise InvalidIdentifier(_what_is_wrong(text, canonical, scheme))
    return canonical


def _respelt(text: str, scheme: str) -> str | None:
    """The bare identifier of a text that says by a label or an address what it is."""
    if scheme == "ark":
        return text[text.index("ark:") :] if "://" in text and "/ark:" in text else None
    labels, addresses = _PASTED.get(scheme, _Pasted())
    lower = text.lower()
    for label in labels:
        rest = text[len(label) :]
        if lower.startswith(label) and (rest[:1] in (":", " ") or label.endswith("/")):
            return _tidied(rest.lstrip(": "), scheme)
    place = re.match(r"(?:https?://)?(?:www\.)?", lower)
    start = place.end() if place else 0
    for address in addresses:
        if lower.startswith(address, start):
            return _tidied(_from_address(text[start + len(address) :], scheme), scheme)
    return None


def _from_address(rest: str, scheme: str) -> str:
    if scheme in ("doi", "handle", "crossreffunderid"):
        return unquote(rest)
    path = re.split(r"[?#]", rest, maxsplit=1)[0].strip("/")
    path = path.removesuffix(".pdf") if scheme == "arxiv" else path
    return unquote(path if scheme in _WITH_SLASHES else path.split("/")[0])


def _tidied(text: str, scheme: str) -> str:
    if scheme in _DIGITS:
        text = re.sub(_DASHES, "-", text)
        text = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    if scheme == "isni":
        text = text.replace(" ", "").replace("-", "")
    if scheme in ("orcid", "isni", "wikidata") or (scheme == "gnd" and text.endswith("x")):
        return text.upper()
    return text.lower() if scheme == "ror" else text


def _refuse_near_miss(text: str, allowed: Sequence[str]) -> None:
    for name in _TOLD_BY_THEIR_SHAPE:
        bare = _respelt(text, name) or text
        end = right_end(bare, name) if name in allowed else None
        if end and not bare.upper().endswith(end):
            hint = "; if it is a PubMed id, give the scheme 'pmid'" if bare.isdigit() else ""
            raise InvalidIdentifier(
                f"'{_short(text)}' looks like an identifier of the scheme {SCHEMES[name].label},"
                f" but its last digit would then be {end}{hint}"
            )


def _what_is_wrong(text: str, bare: str, scheme: str) -> str:
    known = SCHEMES[scheme]
    start = f"'{_short(text)}' is no valid {known.label} identifier"
    bare = bare.removeprefix("gnd:")
    end = right_end(bare, scheme)
    if end and not bare.upper().endswith(end):
        return f"{start}: its last digit{'s' * (len(end) > 1)} would be {end}"
    if scheme == "orcid" and is_valid(bare, "isni"):
        return f"{start}, but an ISNI: ORCID has other numbers. Give it as isni"
    if scheme == "url" and _lacks_protocol(text):
        return f"{start}; write https://{_short(text)}"
    return f"{start}; write it like {known.example}"


def _lacks_protocol(text: str) -> bool:
    return "." in text.strip(".") and " " not in text and ":" not in text


def _no_such_scheme(text: str, scheme: str, allowed: Sequence[str] | None) -> str:
    names = ", ".join(sorted(SCHEMES if allowed is None else allowed))
    address = url_of(text, "swh" if is_swhid(text) else scheme)
    instead = f"; give {_short(address)} as url" if address else ""
    return f"there is no scheme '{_short(scheme)}' here{instead}; the schemes are {names}"


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:99]}…"
