"""Identifiers as people paste them."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk.identifiers import InvalidIdentifier, parse, parsing, url_of, urls
from zenodo_sdk.identifiers.schemes import PEOPLE, PLACES, SCHEMES, WORKS, detect, is_valid

SWHID = "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d"
ORCID = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("text", "scheme", "canonical"),
    [
        (f" {ORCID} ", "orcid", ORCID),
        ("0000000218250097", "orcid", ORCID),
        ("0000-0002-1694-233x", "orcid", "0000-0002-1694-233X"),
        (f"https://www.orcid.org/{ORCID}/", "orcid", ORCID),
        (f"orcid.org/{ORCID}", "orcid", ORCID),
        (f"HTTPS://ORCID.ORG/{ORCID}?lang=en", "orcid", ORCID),
        (f"orcid:{ORCID}", "orcid", ORCID),
        (f"ORCID iD: {ORCID}", "orcid", ORCID),
        ("0000\u20100002\u20111825\u20130097", "orcid", ORCID),
        (f"\ufeff{ORCID}\u200b", "orcid", ORCID),
        ("\u0660" * 4 + ORCID[4:], "orcid", ORCID),
        (ORCID, "ORCID", ORCID),
        ("0000 0001 2146 438x", "isni", "000000012146438X"),
        ("https://isni.org/isni/000000012146438X", "isni", "000000012146438X"),
        ("http://www.isni.org/000000012146438X", "isni", "000000012146438X"),
        ("ISNI: 0000 0001 2146 438X", "isni", "000000012146438X"),
        ("118604740", "gnd", "gnd:118604740"),
        ("https://d-nb.info/gnd/4079154-3", "gnd", "gnd:4079154-3"),
        ("https://www.d-nb.info/gnd/4079154-3/about", "gnd", "gnd:4079154-3"),
        ("GND 118604740", "gnd", "gnd:118604740"),
        ("https://ror.org/01GGX4157", "ror", "01ggx4157"),
        ("https://www.ror.org/01ggx4157/", "ror", "01ggx4157"),
        ("ROR: 01ggx4157", "ror", "01ggx4157"),
        ("EDMO 12", "edmo", "edmo:12"),
        ("https://www.doi.org/10.1234/a%2Fb", "doi", "10.1234/a/b"),
        ("DOI 10.1234/abc", "doi", "10.1234/abc"),
        ("info:doi/10.1234/abc", "doi", "10.1234/abc"),
        ("https://doi.org/10.1234/a%20b?c#d", "doi", "10.1234/a b?c#d"),
        ("https://doi.org/10.13039/501100000780", "crossreffunderid", "10.13039/501100000780"),
        ("https://www.hdl.handle.net/2381/12775", "handle", "2381/12775"),
        ("handle:2381/12775", "handle", "2381/12775"),
        ("https://n2t.net/ark:/12345/x1", "ark", "ark:/12345/x1"),
        ("https://arxiv.org/pdf/2101.00001v2.pdf", "arxiv", "arXiv:2101.00001v2"),
        ("https://www.arxiv.org/abs/math.GT/0309136", "arxiv", "arXiv:math/0309136"),
        ("arXiv 2101.00001", "arxiv", "arXiv:2101.00001"),
        (
            "https://ui.adsabs.harvard.edu/abs/2011A%26A...530A.115B/abstract",
            "ads",
            "2011A&A...530A.115B",
        ),
        ("ISBN-13: 978-3-16-148410-0", "isbn", "978-3-16-148410-0"),
        ("urn:isbn:006251587X", "isbn", "978-0-06-251587-2"),
        ("issn:15626865", "issn", "1562-6865"),
        ("https://portal.issn.org/resource/ISSN/1562-6865", "issn", "1562-6865"),
        ("eISSN 15626865", "eissn", "1562-6865"),
        ("PMID: 123", "pmid", "123"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/123/", "pmid", "123"),
        ("https://www.wikidata.org/wiki/q42", "wikidata", "Q42"),
        ("https://scicrunch.org/resolver/RRID:AB_262044", "rrid", "RRID:AB_262044"),
        (
            "https://nbn-resolving.org/urn:nbn:de:101:1-201102033592",
            "urn",
            "urn:nbn:de:101:1-201102033592",
        ),
        ("https://www.geonames.org/2643743/london.html", "geonames", "2643743"),
        ("https://www.grid.ac/institutes/grid.9132.9", "grid", "grid.9132.9"),
        ("anything at all", "other", "anything at all"),
    ],
)
def test_spellings(text: str, scheme: str, canonical: str) -> None:
    assert parse(text, scheme) == (canonical, scheme.lower())


@pytest.mark.parametrize(
    ("text", "allowed", "expected"),
    [
        ("https://doi.org/10.1234/ABC", WORKS, ("10.1234/ABC", "doi")),
        ("12345678", WORKS, ("12345678", "pmid")),
        ("11.1234/abc", WORKS, ("11.1234/abc", "handle")),
        ("https://arxiv.org/abs/2101.00001", WORKS, ("https://arxiv.org/abs/2101.00001", "url")),
        ("ISSN 1562-6865", WORKS, ("1562-6865", "issn")),
        ("PMID: 123", WORKS, ("123", "pmid")),
        (SWHID, WORKS, (f"https://archive.softwareheritage.org/{SWHID}", "url")),
        (f"orcid:{ORCID}", WORKS, (f"https://orcid.org/{ORCID}", "url")),
        (f"orcid:{ORCID}", PEOPLE, (ORCID, "orcid")),
        (ORCID.replace("-", "\u2010"), PEOPLE, (ORCID, "orcid")),
        ("https://isni.org/isni/000000012146438X", PEOPLE, ("000000012146438X", "isni")),
        ("57190000000", PEOPLE, ("edmo:57190000000", "edmo")),
        ("https://www.wikidata.org/wiki/Q42", PLACES, ("Q42", "wikidata")),
        ("https://www.geonames.org/2643743/", PLACES, ("2643743", "geonames")),
    ],
)
def test_schemes_that_are_found_out(
    text: str, allowed: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert parse(text, allowed=allowed) == expected


@pytest.mark.parametrize(
    ("text", "scheme", "allowed", "message"),
    [
        (" ", None, None, "is empty"),
        ("0000-0002-1825-0098", "orcid", None, "its last digit would be 7"),
        (
            "0000-0002-1825-0098",
            None,
            PEOPLE,
            "of the scheme ORCID, but its last digit would then be 7",
        ),
        ("0000-0001-2146-438X", "orcid", None, "but an ISNI.*Give it as isni"),
        ("0000-0002-1825", "orcid", None, "write it like 0000-0002-1825-0097"),
        ("01ggx4158", "ror", None, "its last digits would be 57"),
        ("118604741", "gnd", None, "last digit would be 0"),
        ("036000291451", "upc", None, "last digit would be 2"),
        ("978-3-16-148410-1", "isbn", None, "last digit would be 0"),
        (
            "978-3-16-148410-1",
            None,
            None,
            "of the scheme ISBN, but its last digit would then be 0$",
        ),
        ("9783161484101", None, None, "be 0; if it is a PubMed id, give the scheme 'pmid'"),
        ("issn:1562-6860", None, None, "of the scheme ISSN, but its last digit would then be 5"),
        ("9799900000005", "isbn", None, "registration group that does not exist"),
        ("example.org/page", "url", None, "write https://example.org/page"),
        ("example.org", None, None, "write https://example.org"),
        ("hello", "url", None, "write it like https://example.org/page"),
        ("http://[example.org", None, None, "is no identifier that Zenodo recognises"),
        ("hello", None, None, "give a DOI or a web address, or say which scheme"),
        ("hello", None, PEOPLE, "none of ORCID, ISNI, GND, ROR, EDMO"),
        ("hello", "viaf", None, "no scheme 'viaf' here; the schemes are ads, ark"),
        (SWHID, "swhid", None, f"give https://archive.softwareheritage.org/{SWHID} as url"),
        (ORCID, "orcid", WORKS, f"no scheme 'orcid' here; give https://orcid.org/{ORCID} as url"),
    ],
)
def test_what_is_wrong(
    text: str, scheme: str | None, allowed: tuple[str, ...] | None, message: str
) -> None:
    with pytest.raises(InvalidIdentifier, match=message):
        parse(text, scheme, allowed)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse("x" * 10**6)
    assert len(str(caught.value)) < 300


PASTED = st.sampled_from(
    [known.example for known in SCHEMES.values()]
    + [address for known in parsing._PASTED.values() for address in known.addresses]
    + [f"{label}: " for known in parsing._PASTED.values() for label in known.labels]
)
TEXTS = st.text(max_size=20) | st.lists(
    PASTED | st.text("0123456789Xx-/:. ", max_size=3), max_size=3
).map("".join)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(TEXTS, st.none() | st.sampled_from(sorted(SCHEMES)))
def test_what_is_parsed_is_what_the_server_stores(text: str, scheme: str | None) -> None:
    try:
        canonical, found = parse(text, scheme)
    except InvalidIdentifier:
        return
    assert is_valid(canonical, found)
    assert parse(canonical, found) == (canonical, found)
    if scheme is None and (theirs := detect(text, WORKS)):
        assert found == theirs


@pytest.mark.parametrize(
    ("text", "scheme", "address"),
    [
        ("doi:10.1234/a<b>", "doi", "https://doi.org/10.1234/a%3Cb%3E"),
        ("hdl:2381/12775", "handle", "https://hdl.handle.net/2381/12775"),
        ("math.GT/0309136", "arxiv", "https://arxiv.org/abs/math/0309136"),
        (ORCID, "orcid", f"https://orcid.org/{ORCID}"),
        ("0000 0001 2146 438x", "isni", "https://isni.org/isni/000000012146438X"),
        ("118604740", "gnd", "https://d-nb.info/gnd/118604740"),
        ("12", "edmo", "https://edmo.seadatanet.org/report/12"),
        ("15626865", "lissn", "https://portal.issn.org/resource/ISSN/1562-6865"),
        ("AB_262044", "rrid", "https://scicrunch.org/resolver/RRID:AB_262044"),
        ("urn:nbn:de:1", "urn", "https://nbn-resolving.org/urn:nbn:de:1"),
        ("urn:isbn:0451450523", "urn", None),
        ("ark:12345/x1", "ark", "https://n2t.net/ark:12345/x1"),
        ("http://n2t.net/ark:/12345/x1", "ark", "https://n2t.net/ark:/12345/x1"),
        ("10.13039/501100000780", "crossreffunderid", "https://doi.org/10.13039/501100000780"),
        ("10273/XYZ", "igsn", "https://hdl.handle.net/10273/XYZ"),
        ("IEXYZ0001", "igsn", None),
        ("https://example.org/ä", "url", "https://example.org/ä"),
        ("javascript://alert", "url", None),
        ("978-3-16-148410-0", "isbn", None),
        ("not a doi", "doi", None),
        (SWHID, "swh", f"https://archive.softwareheritage.org/{SWHID}"),
        ("swh:2:x", "swh", None),
        ("x", "viaf", None),
    ],
)
def test_addresses(text: str, scheme: str, address: str | None) -> None:
    assert url_of(text, scheme) == address


@pytest.mark.parametrize("module", [parsing, urls])
def test_examples_in_the_documentation(module: Any) -> None:
    assert doctest.testmod(module).failed == 0
