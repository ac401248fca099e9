"""Where requests go, and where the token goes."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.errors import ConfigurationError, Refused, UnexpectedAnswer
from zenodo_sdk.wire import endpoints
from zenodo_sdk.wire.call import Answer, Call
from zenodo_sdk.wire.origin import Origin, check_base_url, may_carry_token, redirect_target
from zenodo_sdk.wire.redirects import MOST, Target

HOME = "https://zenodo.org"


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://zenodo.org", "https://zenodo.org"),
        (" https://Zenodo.ORG/ ", "https://zenodo.org"),
        ("https://zenodo.org/api/", "https://zenodo.org"),
        ("HTTPS://zenodo.org:443", "https://zenodo.org"),
        ("http://localhost:80/api", "http://localhost"),
        ("https://zenodo.org:", "https://zenodo.org"),
        ("https://rdm.example.org:8443", "https://rdm.example.org:8443"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[::1]:5000/", "http://[::1]:5000"),
        ("https://dépôt.example", "https://dépôt.example"),
    ],
)
def test_a_good_base_url_has_one_spelling(text, base_url):
    assert check_base_url(text) == base_url
    assert check_base_url(base_url) == base_url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zenodo.org",
        "ftp://zenodo.org",
        "file:///etc",
        "https://",
        "https:///api",
        "https://zenodo.org/records/1",
        "https://zenodo.org?x=1",
        "https://zenodo.org/#top",
        "https://me@zenodo.org",
        "https://me:secret@zenodo.org",
        "https://zenodo.org\\@evil.example",
        "https://evil.example%2f.zenodo.org",
        "https://zenodo .org",
        "https://zenodo.org:99999",
        "https://zenodo.org:abc",
        "https://[::1",
    ],
)
def test_a_bad_base_url_is_refused(text):
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        check_base_url(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://zenodo.org\n.evil.com",
        "https://zeno\tdo.org",
        "https://zenodo.org\r\nX: y",
        "https://zenodo.org\x00",
        "ht\ntps://zenodo.org",
        "https://zenodo.org/a\x1b[31mpi",
        "https://zenodo.org\x85.evil.com",
        "https://zenodo.org\u2028.evil.com",
        "https://zenodo.org\u200b.evil.com",
        "https://zenodo.org/\u202eapi",
        "https://zenodo.org\udcff",
    ],
)
def test_what_is_not_seen_in_a_base_url_is_refused_and_not_repeated(text):
    with pytest.raises(ConfigurationError, match=r"base_url .* invisible") as caught:
        check_base_url(text)
    assert str(caught.value).isprintable()
    assert str(caught.value).isascii()


@pytest.mark.parametrize(
    "text", ["https://me:secret@zenodo.org:99999", "https://me:secret@[::1", "https://m:secret\n@h"]
)
def test_no_password_is_repeated(text):
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        check_base_url(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("thing", [None, b"https://zenodo.org", 1, httpx.URL("https://zenodo.org")])
def test_a_base_url_is_text(thing):
    with pytest.raises(
        ConfigurationError, match=f"base_url must be text, not {type(thing).__name__}"
    ):
        check_base_url(thing)


@pytest.mark.parametrize(
    ("base_url", "url", "may"),
    [
        (HOME, "https://zenodo.org/api/records/1", True),
        (HOME, "https://ZENODO.org:443/x?a=me@example.org", True),
        (HOME, "https://zenodo.org:8443/x", False),
        (HOME, "http://zenodo.org/x", False),
        (HOME, "http://zenodo.org:443/x", False),
        (HOME, "https://sandbox.zenodo.org/x", False),
        (HOME, "https://zenodo.org.evil.example/x", False),
        (HOME, "https://evil.example/zenodo.org", False),
        (HOME, "https://zenodo.org@evil.example/x", False),
        (HOME, "https://evil.example@zenodo.org/x", False),
        (HOME, "https://evil.example\\@zenodo.org/x", False),
        (HOME, "https://zenodo.org:99999/x", False),
        (HOME, "https://[zenodo.org/x", False),
        (HOME, "//zenodo.org/x", False),
        (HOME, "/api/records", False),
        (HOME, "", False),
        ("http://zenodo.org", "http://zenodo.org/x", False),
        ("http://localhost:5000", "http://localhost:5000/x", True),
        ("http://localhost:5000", "http://localhost:5001/x", False),
        ("http://localhost:5000", "http://127.0.0.1:5000/x", False),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/x", True),
        ("http://127.8.0.1", "http://127.8.0.1/x", True),
        ("http://[::1]", "http://[::1]/x", True),
        ("http://192.168.0.1", "http://192.168.0.1/x", False),
        ("http://localhost.evil.example", "http://localhost.evil.example/x", False),
    ],
)
def test_where_the_token_may_go(base_url, url, may):
    assert may_carry_token(base_url, url) is may


@given(st.text())
def test_the_token_goes_only_where_the_library_would_connect_to_home(text):
    for url in (text, f"https://{text}", f"https://zenodo.org{text}", f"https://{text}zenodo.org/"):
        if may_carry_token(HOME, url):
            try:
                target = httpx.URL(url)
            except httpx.InvalidURL:
                continue
            assert (target.scheme, target.host) == ("https", "zenodo.org")
            assert target.port in (None, 443)


def test_an_origin():
    assert Origin.of("HTTPS://Zenodo.org/x") == Origin("https", "zenodo.org", 443)
    assert (
        redirect_target("https://zenodo.org/api/records/1", "/x?y=1") == "https://zenodo.org/x?y=1"
    )


# --- redirects ----------------------------------------------------------------------------

GET = Call("GET", "/api/records/1")


def answer(location: str, status: int = 302) -> Answer:
    return Answer(status, {"location": location})


def test_the_token_is_dropped_elsewhere_and_not_regained():
    target = Target(f"{HOME}/api/records/1", with_token=True)
    target = target.follow(GET, answer("/api/records/2"), HOME)
    assert target == Target(f"{HOME}/api/records/2", with_token=True, hops=1)
    target = target.follow(GET, answer("https://files.example/2"), HOME)
    assert target == Target("https://files.example/2", with_token=False, hops=2)
    target = target.follow(GET, answer(f"{HOME}/api/records/2"), HOME)
    assert target == Target(f"{HOME}/api/records/2", with_token=False, hops=3)


def test_a_target_without_token_never_gets_one():
    target = Target(f"{HOME}/x", with_token=False).follow(GET, answer("/y"), HOME)
    assert not target.with_token


def test_too_many():
    target = Target(f"{HOME}/x", with_token=True)
    for _ in range(MOST):
        target = target.follow(GET, answer("/x"), HOME)
    with pytest.raises(UnexpectedAnswer, match="more than 5 redirects"):
        target.follow(GET, answer("/x"), HOME)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_writing_follows_no_redirect(method, status):
    with pytest.raises(UnexpectedAnswer, match=r"base_url") as caught:
        Target(f"{HOME}/x", with_token=True).follow(Call(method, "/x"), answer("/y", status), HOME)
    assert caught.value.status == status
    assert f"{method} /x on zenodo.org" in str(caught.value)


@pytest.mark.parametrize(
    "location",
    ["", "ftp://zenodo.org/x", "javascript:alert(1)", "file:///etc/passwd", "https://[bad/x"],
)
def test_a_redirect_to_nowhere(location):
    with pytest.raises(UnexpectedAnswer, match="leads nowhere"):
        Target(f"{HOME}/x", with_token=True).follow(GET, answer(location), HOME)


@given(st.text())
def test_no_location_is_too_odd(location):
    try:
        target = Target(f"{HOME}/x", with_token=True).follow(GET, answer(location), HOME)
    except UnexpectedAnswer:
        return
    assert urlsplit(target.url).scheme in ("http", "https")


# --- endpoints ----------------------------------------------------------------------------

ODD = ["a b.csv", "a#b", "a?b=c", "100%", "a+b", "grün.csv", "日本.txt", "x&y=z;w", "a:b@c", "..."]


@pytest.mark.parametrize("name", [*ODD, "data/2024/a b.csv", "a//b", "...a/..b", "%2e%2e/x"])
def test_an_odd_name_comes_back_as_it_was(name):
    if name == "a//b":
        with pytest.raises(Refused):
            endpoints.read_file("1", name, draft=True)
        return
    call = endpoints.read_file("1", name, draft=True)
    url = httpx.URL(HOME + call.path)
    assert url.query == b""
    assert url.fragment == ""
    raw = url.raw_path.decode()
    assert raw == call.path, "nothing on the way changes it"
    assert unquote(raw.removeprefix("/api/records/1/draft/files/")) == name


@pytest.mark.parametrize("name", ["", ".", "..", "../../draft", "a/../b", "a/./b", "/a", "a/"])
@pytest.mark.parametrize(
    "endpoint",
    [
        endpoints.delete_file,
        endpoints.put_content,
        endpoints.commit_file,
        lambda record, name: endpoints.read_file(record, name, draft=False),
        lambda record, name: endpoints.content(record, name, draft=True),
        lambda record, name: endpoints.container(record, name, draft=False),
        lambda record, name: endpoints.container_member(record, name, "a", draft=False),
        lambda record, name: endpoints.container_member(record, "a.zip", name, draft=False),
    ],
)
def test_a_name_that_would_mean_another_address_is_refused(endpoint, name):
    with pytest.raises(Refused):
        endpoint("1", name)


@pytest.mark.parametrize("identifier", ["", ".", "..", "\ud800"])
def test_an_id_that_would_mean_another_address_is_refused(identifier):
    with pytest.raises(Refused):
        endpoints.delete_draft(identifier, 4)


def test_an_id_stays_one_segment():
    assert endpoints.read_record("1/../2?x#y").path == "/api/records/1%2F..%2F2%3Fx%23y"


@given(st.text(min_size=1))
def test_every_name_is_kept_or_refused(name):
    try:
        path = endpoints.content("1", name, draft=True).path
    except Refused:
        return
    raw = httpx.URL(HOME + path).raw_path.decode()
    assert unquote(raw) == f"/api/records/1/draft/files/{name}/content"


def test_what_is_never_repeated_by_the_transport():
    from zenodo_sdk.wire.call import Repeat

    never = [
        endpoints.create({}),
        endpoints.save("1", {}, 4),
        endpoints.publish("1"),
        endpoints.new_version("1"),
        endpoints.import_files("1"),
        endpoints.reserve_doi("1"),
        endpoints.init_files("1", ["a"]),
        endpoints.put_content("1", "a"),
        endpoints.commit_file("1", "a"),
        endpoints.delete_file("1", "a"),
        endpoints.delete_draft("1", 4),
        endpoints.add_communities("1", ["a"]),
    ]
    assert {call.repeat for call in never} == {Repeat.NEVER}
    assert endpoints.save("1", {}, 4).headers == {"If-Match": "4"}
    assert endpoints.delete_draft("1", 4).headers == {"If-Match": "4"}
    assert endpoints.delete_draft("1", None).headers == {}
