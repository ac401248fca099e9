"""The token of a share link: found in addresses, and taken out of what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk import Refused
from zenodo_sdk.identifiers import InvalidIdentifier, parse_record_ref
from zenodo_sdk.identifiers.records import split_share_link
from zenodo_sdk.wire.sharing import ShareToken, hidden

TOKEN = "eyJhbGciOiJIUzUxMiJ9.sHaReD_0123-abc.c2ln"
PAGE = "https://zenodo.org/records/12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PAGE}?token={TOKEN}", (PAGE, TOKEN, False)),
        (f" {PAGE}?a=b&token={TOKEN}#files\n", (PAGE, TOKEN, False)),
        (f"{PAGE}?preview=1&token={TOKEN}", (PAGE, TOKEN, True)),
        (f"{PAGE}?preview=0&token={TOKEN}", (PAGE, TOKEN, False)),
        (
            f"https://zenodo.org/uploads/12?token={TOKEN}",
            ("https://zenodo.org/uploads/12", TOKEN, True),
        ),
        (f"https://doi.org/10.1/a?token={TOKEN}", ("https://doi.org/10.1/a", TOKEN, False)),
        (f"{PAGE}?preview=1", (f"{PAGE}?preview=1", None, False)),
        (f"{PAGE}?token=", (f"{PAGE}?token=", None, False)),
        (f"{PAGE}?access_token={TOKEN}", (f"{PAGE}?access_token={TOKEN}", None, False)),
        (12, (12, None, False)),
        ("12", ("12", None, False)),
    ],
)
def test_links(text: str | int, expected: tuple[object, ...]) -> None:
    assert split_share_link(text) == expected


def test_a_reference_knows_no_token() -> None:
    assert parse_record_ref(f"{PAGE}?token={TOKEN}") == parse_record_ref(PAGE)
    with pytest.raises(InvalidIdentifier, match="names no record") as caught:
        parse_record_ref(f"https://zenodo.org/what?token={TOKEN}")
    assert TOKEN not in str(caught.value)


def test_tokens() -> None:
    assert ShareToken.of(f" {TOKEN}==\n").token == f"{TOKEN}=="
    assert repr(ShareToken.of(TOKEN)) == "ShareToken()"
    for text in ("", " ", f"token={TOKEN}", f"{PAGE}?token={TOKEN}", "a b", "a\nb", "é"):
        with pytest.raises(Refused, match="the text after 'token='"):
            ShareToken.of(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (PAGE, PAGE),
        (f"{PAGE}?token={TOKEN}", PAGE),
        (f"{PAGE}?a=b%20c&token={TOKEN}&d=#f", f"{PAGE}?a=b+c&d=#f"),
        (f"{PAGE}?a=b%20c&token=another", f"{PAGE}?a=b%20c&token=another"),
        (f"/a?x={TOKEN}", "/a"),
    ],
)
def test_addresses_that_a_server_sends_to(url: str, expected: str) -> None:
    assert ShareToken.of(TOKEN).removed_from(url) == expected


def test_bodies() -> None:
    share = ShareToken.of("ab+c/d==")
    assert share.scrubbed(b"1 ab+c/d== 2 ab%2Bc%2Fd%3D%3D") == b"1 *** 2 ***"


@given(st.text("abc.-_0 &?='", max_size=12), st.text("abc/?&", max_size=6))
def test_what_is_shown(after: str, before: str) -> None:
    shown = hidden(f"GET {before}?token={TOKEN}&{after}")
    assert TOKEN not in shown
    assert shown.startswith(f"GET {before}?token=***&")
    assert hidden(f"GET {before}{after}") == f"GET {before}{after}"
