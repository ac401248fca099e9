"""The server's rule for each scheme: what is valid, and what is stored of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import ParseResult, urlparse

from .check_digits import gtin, istc, mod_11_2
from .isbn import bare_isbn, hyphenated, is_isbn_10, is_isbn_13
from .swhid import is_swhid


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of identifiers.

    Attributes:
        label: Its name, as the server writes it in messages.
        example: A valid one.
        accepts: Whether the server takes a text, stripped, for one.
        canonical: What the server stores for a valid one.
    """

    label: str
    example: str
    accepts: Callable[[str], bool] = bool
    canonical: Callable[[str], str] = str


# unreadable as a host anyhow; to compare longer ones with their canonical form takes for ever
_LONGEST_ADDRESS = 4096


def address_of(text: str) -> ParseResult | None:
    """The parts of what may be a web address, None if they cannot be told apart."""
    try:
        return urlparse(text[:_LONGEST_ADDRESS])
    except ValueError:
        return None


def _matcher(pattern: str, flags: int = re.IGNORECASE) -> Callable[[str], bool]:
    """A test by a pattern that is compiled when it is first used."""
    return lambda text: re.fullmatch(pattern, text, flags) is not None


def _captor(pattern: str, form: str = "{}", flags: int = re.IGNORECASE) -> Callable[[str], str]:
    """What the first group of a pattern holds, in a form."""

    def canonical(text: str) -> str:
        match = re.match(pattern, text, flags)
        return form.format(match[1]) if match else text

    return canonical


_DOI = r"(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.\d+(?:\.\d+)*/.+)"
# of the space after hdl: the last one belongs to the name if a dot or a slash follows
_HANDLE = r"(?:hdl:\s*?(?=[^\s/.]|\s[/.])|(?:https?://)?hdl\.handle\.net/)?([^/.]+(?:\.[^/.]+)*/.*)"
_ADS = r"(?:ads:|ADS:)?(\d{4}[A-Za-z]\S{13}[A-Za-z.:])"
_LONGEST_ADS = len("ads:2011ApJS..192....5A")
_ARK = r"ark:/?[0-9bcdfghjkmnpqrstvwxz]+/.+"
_ARXIV_NEW = r"(?:arxiv:)?(?:[a-z-]+(?:\.[a-z]{2})?/)?(\d{4}\.\d{4,5}(?:v\d+)?)"
_ARXIV_OLD = r"(?:arxiv:)?([a-z-]+)(?:\.[a-z]{2})?(/\d{5,}(?:v\d+)?)"
_CSTR = r"(?:cstr:)?(?:[a-z0-9_-]+\.){3}[a-z0-9_-]+"
_EDMO = r"(?:(?:https?://)?(?:edmo\.seadatanet\.org/report/)?|edmo:)(\d+)"
_GND = (
    r"(?:gnd:|GND:|(?:https?://)?d-nb\.info/gnd/)?"
    r"(1[012]?\d{7}[0-9X]|[47]\d{6}-\d|[1-9]\d{0,7}-[0-9X]|3\d{7}[0-9X])"
)
_LSID = r"urn:lsid:[^:]+(?::[^:]+){2,3}"
_PMID = r"(?:pmid:|https?://pubmed.ncbi.nlm.nih.gov/)?(\d+)/?"
_ROR = r"(?:https?://)?(?:ror\.org/)?(0\w{6}\d{2})"
_RRID = (
    r"(?:rrid:)?(?=[a-z0-9_-]+\Z)(?:AB|CVCL|SCR|IMSR(?:_GPT|_CYAGEN|_EUMMCR|_JAX|_RIKEN_BRC|"
    r"_MMRRC|_TIGM|_CRL|_KU)?|ISMR_NM|ISMR_EM|Addgene|DGRC|Flybase|NCBITaxon|MGI|BDSC|WB-STRAIN|"
    r"ZFIN|ZIRC|DGGR)+_.+"
)
_WIKIDATA = r"(?:wikidata:\s*|(?:https?://)?www\.wikidata\.org/entity/)?(Q\d+)"

_PURL_HOSTS = frozenset({"purl.org", "purl.oclc.org", "purl.net", "purl.com", "purl.fdlp.gov"})
_ORCID_ADDRESSES = ("http://orcid.org/", "https://orcid.org/")
# the blocks of ISNI numbers that are kept for ORCID
_ORCID_BLOCKS = (
    range(15_000_000, 35_000_001),
    range(900_000_000_000, 900_100_000_001),
)


def _compact(text: str) -> str:
    return text.replace("-", "").replace(" ", "")


def _is_handle(text: str) -> bool:
    return re.fullmatch(_HANDLE, text, re.IGNORECASE) is not None and not is_swhid(text)


def _is_ark(text: str) -> bool:
    if re.fullmatch(_ARK, text):
        return True
    address = address_of(text)
    return (
        address is not None
        and (address.scheme, address.params) == ("http", "")
        and address.netloc != ""
        and re.fullmatch(_ARK, address.path[1:]) is not None
    )


def _is_url(text: str) -> bool:
    address = address_of(text)
    return address is not None and bool(address.scheme and address.netloc)


def _is_purl(text: str) -> bool:
    address = address_of(text)
    return (
        address is not None
        and address.scheme in ("http", "https")
        and address.netloc in _PURL_HOSTS
        and address.path != ""
    )


def _is_urn(text: str) -> bool:
    address = address_of(text)
    return (
        address is not None
        and (address.scheme, address.netloc) == ("urn", "")
        and address.path != ""
    )


def _is_lsid(text: str) -> bool:
    return re.fullmatch(_LSID, text, re.IGNORECASE) is not None and _is_urn(text)


def _is_ads(text: str) -> bool:
    if len(text) > _LONGEST_ADS:
        return False
    return re.fullmatch(_ADS, unicodedata.normalize("NFKD", text)) is not None


def _is_arxiv(text: str) -> bool:
    return any(re.fullmatch(form, text, re.IGNORECASE) for form in (_ARXIV_NEW, _ARXIV_OLD))


def _is_isbn(text: str) -> bool:
    bare = bare_isbn(text)
    return (is_isbn_10(bare) or is_isbn_13(bare)) and (
        text[:3] in ("978", "979") or not is_ean(text, 13)
    )


def _is_issn(text: str) -> bool:
    bare = _compact(text).upper()
    try:
        values = [10 if digit == "X" else int(digit) for digit in bare[:9]]
    except ValueError:
        return False
    weighted = sum(weight * value for weight, value in zip(range(8, 0, -1), values, strict=False))
    return len(values) == 8 and weighted % 11 == 0


def _is_isni(text: str) -> bool:
    bare = _compact(text).upper()
    if len(bare) != 16:
        return False
    try:
        right = mod_11_2(map(int, bare[:-1]))
        return right == (10 if bare[-1] == "X" else int(bare[-1]))
    except ValueError:
        return False


def _is_orcid(text: str) -> bool:
    bare = _compact(_without_orcid_address(text))
    return _is_isni(bare) and any(int(bare[:-1]) in block for block in _ORCID_BLOCKS)


def is_ean(text: str, length: int) -> bool:
    """Whether a text is a product number of so many digits, nothing between them."""
    try:
        return len(text) == length and gtin(map(int, text[:-1])) == int(text[-1])
    except ValueError:
        return False


def _is_istc(text: str) -> bool:
    bare = _compact(text).upper()
    try:
        return len(bare) == 16 and f"{istc(int(digit, 16) for digit in bare[:-1]):X}" == bare[-1]
    except ValueError:
        return False


def _without_orcid_address(text: str) -> str:
    address = next((known for known in _ORCID_ADDRESSES if text.startswith(known)), "")
    return text.removeprefix(address)


def _canonical_orcid(text: str) -> str:
    bare = _compact(_without_orcid_address(text))
    return "-".join((bare[:4], bare[4:8], bare[8:12], bare[12:]))


def _canonical_issn(text: str) -> str:
    bare = _compact(text).upper()
    return f"{bare[:4]}-{bare[4:]}"


def _canonical_ads(text: str) -> str:
    return _captor(_ADS, flags=0)(unicodedata.normalize("NFKD", text))


def _canonical_arxiv(text: str) -> str:
    if match := re.fullmatch(_ARXIV_NEW, text, re.IGNORECASE):
        return f"arXiv:{match[1]}"
    match = re.fullmatch(_ARXIV_OLD, text, re.IGNORECASE)
    return f"arXiv:{match[1]}{match[2]}" if match else text


def _canonical_urn(text: str) -> str:
    return f"urn:{text[4:] if text[:4].lower() == 'urn:' else text}"


SCHEMES: dict[str, Scheme] = {
    "ads": Scheme("Bibcode", "2011ApJS..192....5A", _is_ads, _canonical_ads),
    "ark": Scheme("ARK", "ark:/12345/x1", _is_ark),
    "arxiv": Scheme("arXiv", "arXiv:2101.00001", _is_arxiv, _canonical_arxiv),
    "crossreffunderid": Scheme("Crossref Funder ID", "10.13039/501100000780"),
    "cstr": Scheme("CSTR", "31253.11.sciencedb.01234", _matcher(_CSTR)),
    "doi": Scheme("DOI", "10.5281/zenodo.8435696", _matcher(_DOI), _captor(_DOI)),
    "ean13": Scheme("EAN13", "4006381333931", lambda text: is_ean(text, 13)),
    "edmo": Scheme("EDMO", "edmo:1234", _matcher(_EDMO), _captor(_EDMO, "edmo:{}")),
    "eissn": Scheme("EISSN", "1562-6865", _is_issn),
    "geonames": Scheme("GeoNames", "2643743"),
    "gnd": Scheme(
        "GND",
        "gnd:118604740",
        # the server does not look at what follows
        lambda text: re.match(_GND, text) is not None,
        _captor(_GND, "gnd:{}", flags=0),
    ),
    "grid": Scheme("GRID", "grid.9132.9"),
    "handle": Scheme("Handle", "2381/12775", _is_handle, _captor(_HANDLE)),
    "igsn": Scheme("IGSN", "10273/XYZ"),
    "isbn": Scheme("ISBN", "978-3-16-148410-0", _is_isbn, lambda text: hyphenated(bare_isbn(text))),
    "isni": Scheme("ISNI", "000000012146438X", _is_isni),
    "issn": Scheme("ISSN", "1562-6865", _is_issn, _canonical_issn),
    "istc": Scheme("ISTC", "0A9200212B4A1057", _is_istc),
    "lissn": Scheme("LISSN", "1562-6865", _is_issn),
    "lsid": Scheme("LSID", "urn:lsid:ubio.org:namebank:11815", _is_lsid),
    "orcid": Scheme("ORCID", "0000-0002-1825-0097", _is_orcid, _canonical_orcid),
    "other": Scheme("Other", "anything"),
    "pmid": Scheme("PMID", "12345678", _matcher(_PMID), _captor(_PMID)),
    "purl": Scheme("PURL", "https://purl.org/dc/terms", _is_purl),
    "ror": Scheme("ROR", "01ggx4157", _matcher(_ROR), _captor(_ROR)),
    "rrid": Scheme("RRID", "RRID:AB_262044", _matcher(_RRID)),
    "upc": Scheme("UPC", "036000291452"),
    "url": Scheme("URL", "https://example.org/page", _is_url),
    "urn": Scheme("URN", "urn:nbn:de:101:1-201102033592", _is_urn, _canonical_urn),
    "w3id": Scheme("W3ID", "https://w3id.org/example"),
    "wikidata": Scheme("Wikidata", "Q42", _matcher(_WIKIDATA), _captor(_WIKIDATA)),
}
"""The schemes that the server has, by name."""
