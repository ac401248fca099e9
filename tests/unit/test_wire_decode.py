from __future__ import annotations

import datetime as dt
import json
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.errors import (
    BadRequest,
    Conflict,
    Gone,
    NotFound,
    PermissionDenied,
    RateLimited,
    ResponseError,
    ServerError,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from zenodo_sdk.wire import decode
from zenodo_sdk.wire.call import Answer, Call

CALL = Call("PUT", "/api/records/1/draft")
HOST = "zenodo.example"
NOW = 1_795_000_000.0
PAGE = b"<!DOCTYPE html><html><head><style>p{}</style></head><body><p>Sorry,\n no.</p></html>"


def error_of(status, body=b"", kind="application/json", headers=None, **known) -> ResponseError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status, {"content-type": kind, **(headers or {})}, content)
    return decode.error_of(CALL, answer, host=HOST, now=NOW, **known)


KINDS = [
    (400, BadRequest),
    (401, Unauthorized),
    (403, PermissionDenied),
    (404, NotFound),
    (406, UnexpectedAnswer),
    (409, Conflict),
    (410, Gone),
    (412, Conflict),
    (413, TooLarge),
    (415, UnexpectedAnswer),
    (418, ResponseError),
    (429, RateLimited),
    (500, ServerError),
    (502, ServerError),
    (503, ServerError),
    (504, ServerError),
    (999, ServerError),
    (304, UnexpectedAnswer),
]


@pytest.mark.parametrize(("status", "kind"), KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{broken",
        b"\xff\xfe\x00",
        [],
        [{"message": "x"}],
        "a text",
        {},
        {"message": None},
        {"message": {"a": 1}, "errors": None},
        {"message": "Said so.", "errors": 3},
    ],
    ids=repr,
)
def test_every_status_and_body_makes_the_right_error_that_helps(status, kind, body):
    error = error_of(status, body)
    assert type(error) is kind
    assert error.status == status
    first, _, advice = str(error).partition("\n")
    assert f"PUT /api/records/1/draft on {HOST}: {status}" in first
    assert len(advice) > 10, "it says what to do"
    assert (error.method, error.path) == ("PUT", CALL.path)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([{"field": "metadata.title", "messages": ["a", "b"]}], [("metadata.title", ("a", "b"))]),
        ([{"field": "metadata.title", "message": "a", "code": 10}], [("metadata.title", ("a",))]),
        (
            [{"field": "metadata.creators.0.person_or_org.name", "messages": [{"x": ["y"]}]}],
            [("metadata.creators[0].name", ("x: y",))],
        ),
        ([{"messages": ["a"]}], [("", ("a",))]),
        ([{"community_id": "c", "message": "No."}], [("", ("No.",))]),
        (["a", 3, None], [("", ("a",)), ("", ("3",)), ("", ())]),
        ({"metadata.title": ["a"], "x": "b"}, [("metadata.title", ("a",)), ("x", ("b",))]),
        ("File upload transfer failed.", [("", ("File upload transfer failed.",))]),
        (None, []),
        (7, []),
    ],
)
def test_field_errors_in_every_form(errors, expected):
    error = error_of(400, {"message": "A validation error occurred.", "errors": errors})
    assert [(one.field, one.messages) for one in error.field_errors] == expected
    assert error.server_message == "A validation error occurred."
    for _, messages in expected:
        for message in messages:
            assert message in str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(status=st.integers(300, 999), body=json_values, errors=json_values)
def test_no_body_is_too_odd(status, body, errors):
    assert error_of(status, body).status == status
    assert str(error_of(status, {"errors": errors, "message": body}))


@given(
    status=st.integers(200, 999),
    content=st.binary(max_size=300),
    kind=st.sampled_from(["text/html", "application/json", "", "text/plain; charset=utf-8"]),
)
def test_no_bytes_are_too_odd(status, content, kind):
    answer = Answer(status, {"content-type": kind}, content)
    error = decode.error_of(CALL, answer, host=HOST, now=NOW)
    assert not any(ord(character) < 32 and character != "\n" for character in str(error))
    assert decode.unexpected(CALL, answer, host=HOST).status == status


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (200, UnexpectedAnswer, "base_url"),
        (400, UnexpectedAnswer, "web page"),
        (403, PermissionDenied, "user_agent"),
        (404, NotFound, "base_url"),
        (413, TooLarge, "size limit"),
        (429, RateLimited, "slow down"),
        (500, ServerError, "gateway"),
        (502, ServerError, "gateway"),
        (503, ServerError, "maintenance"),
        (504, ServerError, "gateway"),
    ],
)
@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "application/json", ""])
def test_a_page_is_told_as_one(status, kind, word, media_type):
    if status == 200:
        answer = Answer(200, {"content-type": media_type}, PAGE)
        error = decode.unexpected(CALL, answer, host=HOST)
    else:
        error = error_of(status, PAGE, media_type)
    assert type(error) is kind
    assert f"PUT /api/records/1/draft on {HOST}: {status} with a web page" in str(error)
    assert word in str(error)
    assert "<" not in str(error)
    assert error.server_message == "Sorry, no."


def test_a_success_without_its_document():
    answer = Answer(201, {"content-type": "application/json"}, b'{"id": ')
    error = decode.unexpected(CALL, answer, host=HOST)
    assert isinstance(error, UnexpectedAnswer)
    assert '{"id":' in str(error)


def test_a_long_page_is_cut():
    assert len(error_of(502, b"<html>" + b"x " * 9000, "text/html").server_message) <= 300


def test_no_token_was_found():
    error = error_of(403, {"message": "Permission denied."}, tried=["token=", "the keyring"])
    assert "looked for in: token=; the keyring" in str(error)
    assert "looked for" not in str(error_of(404, {}, tried=["token="]))


def test_request_id_and_tombstone():
    body = {"message": "Record deleted", "tombstone": {"removal_reason": "spam"}}
    error = error_of(410, body, headers={"x-request-id": "abc"})
    assert isinstance(error, Gone)
    assert error.tombstone == {"removal_reason": "spam"}
    assert error.request_id == "abc"
    assert "abc" in str(error)


IN_A_MINUTE = format_datetime(dt.datetime.fromtimestamp(NOW + 60, dt.UTC), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("30", 30.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("-5", 0.0),
        (IN_A_MINUTE, 60.0),
        (IN_A_MINUTE.replace("GMT", "-0000"), 60.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("9" * 400, None),
    ],
)
def test_retry_after(header, seconds):
    headers = {} if header is None else {"retry-after": header}
    assert error_of(429, {}, headers=headers).retry_after == seconds
    assert error_of(503, {}, headers=headers).retry_after == seconds
    # it is on every answer, and says nothing on others
    assert error_of(500, {}, headers=headers).retry_after is None


@given(st.text())
def test_no_retry_after_is_too_odd(text):
    found = decode.retry_after(Answer(429, {"retry-after": text}), NOW)
    assert found is None or found >= 0
