"""Identifiers of works and people as other formats write them, told as servers want them."""

from __future__ import annotations

import re

from pydantic import JsonValue

from ...identifiers.schemes import PEOPLE, WORKS, detect, is_valid, normalise
from ...types import JsonObject

_DOI = re.compile(
    r"(?:https?://)?(?:(?:dx|www)\.)?(?:doi\.org/)?(?:doi:)?\s*+(10\.\d{4,9}[^\s/]*+/\S++)", re.I
)
_OWN = re.compile(r"10\.(?:5281|5072)/", re.I)
_ORCID = re.compile(r"(?:https?://)?(?:www\.)?orcid\.org/+|orcid:\s*", re.I)
_ROR = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/+(0[a-z0-9]{8})/?\Z", re.I)


def doi(text: str) -> str | None:
    """Find the DOI in an address or a bare DOI.

    Example:
        >>> doi("https://doi.org/10.1234/abc"), doi("doi.org/10.1234/abc"), doi("~")
        ('10.1234/abc', '10.1234/abc', None)
    """
    match = _DOI.fullmatch(text.strip())
    if match is None or not is_valid(match[1], "doi"):
        return None
    return normalise(match[1], "doi")


def is_zenodos(text: str) -> bool:
    """Whether a DOI is of Zenodo or of its sandbox: no draft may bring it as its own."""
    return _OWN.match(text) is not None


def is_address(text: str) -> bool:
    """Whether this is the address of a page."""
    return text.lower().startswith(("http://", "https://"))


def work(text: str, scheme: str = "") -> JsonObject | None:
    """Write the identifier of a work.

    Args:
        text: The identifier, or its address.
        scheme: Its scheme, where the document names it; a DOI is recognised in any case.

    Returns:
        Its scheme and value, or None where servers would know no scheme for it.
    """
    text = text.strip()
    if found := doi(text):
        return {"scheme": "doi", "identifier": found}
    chosen = scheme if scheme and is_valid(text, scheme) else detect(text, WORKS)
    # a server takes almost any text with a slash for a handle, and bare digits for a PubMed id
    if not chosen or (not scheme and chosen in ("handle", "pmid", "isni") and ":" not in text):
        return None
    return {"scheme": chosen, "identifier": normalise(text, chosen)}


def orcid(text: str) -> JsonObject | None:
    """Write an ORCID, whatever address or prefix it has; a wrong one is left for the judge."""
    bare = _ORCID.sub("", text.strip()).strip("/ ")
    if not bare:
        return None
    known = normalise(bare, "orcid") if is_valid(bare, "orcid") else bare
    return {"scheme": "orcid", "identifier": known}


def ror(text: str) -> str | None:
    """Find the ROR id in its address."""
    match = _ROR.match(text.strip())
    return match[1].lower() if match else None


def person(address: str) -> JsonObject | None:
    """Write the identifier of a person or an organisation that an address stands for."""
    if not address:
        return None
    if "orcid.org/" in address.lower():
        return orcid(address)
    if found := ror(address):
        return {"scheme": "ror", "identifier": found}
    scheme = detect(address, PEOPLE) if not is_address(address) or "isni.org" in address else None
    return {"scheme": scheme, "identifier": normalise(address, scheme)} if scheme else None


def written(identifier: JsonValue) -> str:
    """Write a person's or a work's identifier as an address, where its scheme has one."""
    if not isinstance(identifier, dict):
        return ""
    value, scheme = identifier.get("identifier"), identifier.get("scheme")
    if not isinstance(value, str):
        return ""
    base = _BASES.get(scheme if isinstance(scheme, str) else "")
    return value if base is None or is_address(value) else f"{base}{value}"


_BASES = {
    "doi": "https://doi.org/",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
    "handle": "https://hdl.handle.net/",
    "arxiv": "https://arxiv.org/abs/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
