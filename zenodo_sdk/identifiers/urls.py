"""The web address at which a browser opens an identifier."""

from __future__ import annotations

from urllib.parse import quote

from .schemes import is_valid, normalise
from .server_rules import address_of
from .swhid import is_swhid

_PAGES = {
    "ads": "https://ui.adsabs.harvard.edu/abs/",
    "arxiv": "https://arxiv.org/abs/",
    "cstr": "https://www.cstr.cn/",
    "doi": "https://doi.org/",
    "edmo": "https://edmo.seadatanet.org/report/",
    "eissn": "https://portal.issn.org/resource/ISSN/",
    "geonames": "https://www.geonames.org/",
    "gnd": "https://d-nb.info/gnd/",
    "handle": "https://hdl.handle.net/",
    "isni": "https://isni.org/isni/",
    "issn": "https://portal.issn.org/resource/ISSN/",
    "lissn": "https://portal.issn.org/resource/ISSN/",
    "orcid": "https://orcid.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "ror": "https://ror.org/",
    "rrid": "https://scicrunch.org/resolver/RRID:",
    "wikidata": "https://www.wikidata.org/wiki/",
}
_PREFIXES = ("arxiv:", "cstr:", "edmo:", "gnd:", "rrid:")
_UNQUOTED = "/:;()@!$&'*+,=~"
_ARCHIVE = "https://archive.softwareheritage.org/"


def url_of(text: str, scheme: str) -> str | None:
    """The web address that opens an identifier.

    Args:
        text: The identifier, in a spelling that the server takes.
        scheme: Its scheme; ``"swh"`` is known beside those of the server.

    Returns:
        The address, or None: the identifier is not valid, or nothing on the web resolves such.

    Example:
        >>> url_of("10.1234/a b", "doi")
        'https://doi.org/10.1234/a%20b'
        >>> url_of("978-3-16-148410-0", "isbn") is None
        True
    """
    text = text.strip()
    if scheme == "swh":
        return _ARCHIVE + quote(text, safe=_UNQUOTED) if is_swhid(text) else None
    if not is_valid(text, scheme):
        return None
    canonical = normalise(text, scheme)
    if scheme in ("crossreffunderid", "igsn"):
        kind = next((name for name in ("doi", "handle") if is_valid(text, name)), None)
        return url_of(text, kind) if kind else None
    if scheme in ("url", "purl", "w3id"):
        address = address_of(canonical)
        return canonical if address and address.scheme in ("http", "https", "ftp") else None
    if scheme == "ark":
        return f"https://n2t.net/{quote(canonical[canonical.index('ark:') :], safe=_UNQUOTED)}"
    if scheme == "urn":
        nbn = canonical.lower().startswith("urn:nbn:")
        return f"https://nbn-resolving.org/{quote(canonical, safe=_UNQUOTED)}" if nbn else None
    if scheme not in _PAGES:
        return None
    prefix = next((known for known in _PREFIXES if canonical.lower().startswith(known)), "")
    bare = canonical[len(prefix) :]
    if scheme in ("isni", "eissn", "lissn"):
        bare = bare.replace(" ", "").replace("-", "").upper()
        bare = bare if scheme == "isni" else f"{bare[:4]}-{bare[4:]}"
    return _PAGES[scheme] + quote(bare, safe=_UNQUOTED)
