from __future__ import annotations

import math

import pytest

from zenodo_sdk.errors import ConfigurationError
from zenodo_sdk.retry import Retry
from zenodo_sdk.settings import (
    CONNECT,
    DEFAULT_RETRY,
    DEFAULT_TIMEOUTS,
    OWN_USER_AGENT,
    PRODUCTION_URL,
    SANDBOX_URL,
    Settings,
    Timeouts,
    full_user_agent,
)


def settings(base_url=PRODUCTION_URL, token=None, **known) -> Settings:
    return Settings.of(
        base_url,
        token,
        known.get("timeout", DEFAULT_TIMEOUTS),
        known.get("retry", DEFAULT_RETRY),
        known.get("user_agent"),
    )


@pytest.mark.parametrize(
    ("base_url", "is_zenodo"),
    [
        (PRODUCTION_URL, True),
        (f"{SANDBOX_URL}/api/", True),
        ("https://ZENODO.org:443/", True),
        ("https://rdm.example.org", False),
        ("http://localhost:5000", False),
        ("https://zenodo.org.evil.example", False),
    ],
)
def test_whose_host_it_is(base_url, is_zenodo):
    assert settings(base_url).is_zenodo is is_zenodo


def test_the_page_of_uploads():
    assert settings().uploads_page == "https://zenodo.org/me/uploads"


def test_a_token_is_not_shown():
    assert "secret" not in repr(settings(token="secret"))


@pytest.mark.parametrize("timeout", [0, -1, math.nan])
def test_a_timeout_must_be_positive(timeout):
    with pytest.raises(ConfigurationError, match="timeout"):
        Timeouts.of(timeout)


def test_a_number_is_the_longest_wait_of_every_kind():
    assert Timeouts.of(3) == Timeouts(3, 3, 3, 3)
    assert Timeouts.of(99) == Timeouts(CONNECT, 99, 99)
    own = Timeouts(1, 2, 3)
    assert Timeouts.of(own) is own


@pytest.mark.parametrize("own", [None, "", "  "])
def test_without_a_name_the_sdk_says_its_own(own):
    assert full_user_agent(own) == OWN_USER_AGENT


def test_a_name_comes_first():
    assert full_user_agent(" mytool/1.0 ") == f"mytool/1.0 {OWN_USER_AGENT}"


@pytest.mark.parametrize("own", ["a\r\nX-Evil: 1", "a\nb", "Müller", "a\x00b", "a\tb"])
def test_a_name_that_is_no_header_is_refused(own):
    with pytest.raises(ConfigurationError, match="user_agent"):
        full_user_agent(own)


def test_changes_leave_the_rest():
    before = settings(token="t", user_agent="mytool/1.0")
    assert before.changed(None, None, None) == before
    after = before.changed(5, Retry(attempts=1), "other/2")
    assert after.timeouts == Timeouts(5, 5, 5, 5)
    assert after.retry.attempts == 1
    assert after.user_agent.startswith("other/2 ")
    assert (after.token, after.base_url) == ("t", PRODUCTION_URL)
