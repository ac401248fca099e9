"""Identifiers that people paste."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zenodo_sdk import identifiers
from zenodo_sdk.identifiers import InvalidIdentifier, RecordRef, normal_orcid, parse_record_ref

ZENODO = "10.5281/zenodo.8435696"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (8435696, RecordRef(id="8435696")),
        ("8435696", RecordRef(id="8435696")),
        (" 8435696\n", RecordRef(id="8435696")),
        ("abcde-fgh1j", RecordRef(id="abcde-fgh1j")),
        ("ABCDE-FGH1J", RecordRef(id="abcde-fgh1j")),
        (ZENODO, RecordRef(id="8435696", doi=ZENODO)),
        ("10.5281/ZENODO.8435696", RecordRef(id="8435696", doi="10.5281/ZENODO.8435696")),
        (f"doi:{ZENODO}", RecordRef(id="8435696", doi=ZENODO)),
        (f"DOI: {ZENODO}", RecordRef(id="8435696", doi=ZENODO)),
        (f"https://doi.org/{ZENODO}", RecordRef(id="8435696", doi=ZENODO)),
        (f"http://dx.doi.org/{ZENODO}", RecordRef(id="8435696", doi=ZENODO)),
        ("https://doi.org/10.5281%2Fzenodo.8435696", RecordRef(id="8435696", doi=ZENODO)),
        (
            "https://handle.test.datacite.org/10.5072/zenodo.12",
            RecordRef(id="12", doi="10.5072/zenodo.12"),
        ),
        ("10.1234/other.7", RecordRef(doi="10.1234/other.7")),
        ("10.5281/zenodo.my-own-suffix", RecordRef(doi="10.5281/zenodo.my-own-suffix")),
        ("10.1000.5/x(1)<2>", RecordRef(doi="10.1000.5/x(1)<2>")),
        (
            f"https://zenodo.org/doi/{ZENODO}",
            RecordRef(id="8435696", doi=ZENODO, host="zenodo.org"),
        ),
        ("https://zenodo.org/records/12", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/record/12#.X1", RecordRef(id="12", host="zenodo.org")),
        ("https://Zenodo.org/records/12?preview=1", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/records/12/files/a.csv", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/uploads/12", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/deposit/12", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/api/records/12/draft", RecordRef(id="12", host="zenodo.org")),
        ("https://zenodo.org/api/deposit/depositions/12", RecordRef(id="12", host="zenodo.org")),
        (
            "https://data.example.org:8443/records/abcde-fgh1j",
            RecordRef(id="abcde-fgh1j", host="data.example.org:8443"),
        ),
    ],
)
def test_what_names_a_record(text: str | int, expected: RecordRef) -> None:
    assert parse_record_ref(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soil",
        "-4",
        -4,
        True,
        "\u0663",
        "10.5281",
        "10.5281/",
        "10.5281/a b",
        "https://zenodo.org/",
        "https://zenodo.org/communities/soil",
        "https://zenodo.org/records/latest-news",
        "ftp://zenodo.org/records/12",
        "http://[zenodo.org/records/12",
        "https:///records/12",
    ],
)
def test_what_names_none(text: str | int) -> None:
    with pytest.raises(InvalidIdentifier, match="names no record: give an id"):
        parse_record_ref(text)


@settings(derandomize=True, database=None, deadline=None)
@given(st.text() | st.text().map("https://zenodo.org/records/{}".format))
@example("https://[")
def test_no_text_breaks_it(text: str) -> None:
    try:
        ref = parse_record_ref(text)
    except InvalidIdentifier:
        return
    assert ref.id or ref.doi
    assert parse_record_ref(ref.doi or str(ref.id)).id == ref.id


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        (" 0000-0002-1825-0097 ", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://www.orcid.org/0000-0002-1825-0097/", "0000-0002-1825-0097"),
        ("HTTPS://ORCID.ORG/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("orcid:0000-0002-1825-0097", "0000-0002-1825-0097"),
    ],
)
def test_spellings_of_an_orcid(text: str, bare: str) -> None:
    assert normal_orcid(text) == bare


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soil",
        "0000-0002-1825",
        "0000-0002-1825-00\u2460",
    ],
)
def test_other_forms_are_no_orcid(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match=r"empty|write it like 0000-0002-1825-0097"):
        normal_orcid(text)


@settings(derandomize=True, database=None, deadline=None)
@given(st.integers(15_000_000, 35_000_000), st.integers(0, 14), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(number: int, place: int, by: int) -> None:
    digits = f"{number:015}"
    remainder = 0
    for digit in digits:  # ISO 7064 the other way round: the whole is 1 modulo 11
        remainder = (remainder + int(digit)) * 2 % 11
    check = (1 - remainder) % 11
    whole = digits + ("X" if check == 10 else str(check))
    assert normal_orcid(_grouped(whole)) == _grouped(whole)
    other = str((int(whole[place]) + by) % 10)
    with pytest.raises(InvalidIdentifier, match="last digit would be"):
        normal_orcid(_grouped(whole[:place] + other + whole[place + 1 :]))


def _grouped(digits: str) -> str:
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def test_examples_in_the_documentation() -> None:
    assert doctest.testmod(identifiers).failed == 0
