"""No token, of an account or a share link, is in a log, repr, error, pickle or warning."""

from __future__ import annotations

import asyncio
import gc
import logging
import pickle
import socket
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.support.stub_server import Entry, Got, Reply, Stub
from zenodo_sdk import (
    AsyncClient,
    Client,
    ConfigurationError,
    CredentialError,
    Metadata,
    Retry,
    TokenRefused,
    ZenodoError,
)
from zenodo_sdk.settings import DEFAULT_RETRY, DEFAULT_TIMEOUTS, Settings
from zenodo_sdk.testing.faults import CutAnswer, CutUpload, LoseAnswer, Stall
from zenodo_sdk.testing.proxy import FaultProxy

TOKEN = "sEcReT" + "0123456789abcdef" * 3
SHARE = "eyJhbGciOiJIUzUxMiJ9.sHaReD" + "0123456789abcdef" * 3 + ".c2ln"
SECRETS = (TOKEN, SHARE)
ONCE = Retry(attempts=1, settle=0)
DRAFT = {"id": "1", "revision_id": 1, "metadata": {"title": "A title"}, "is_draft": True}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        stub.files["1"] = {"a.bin": Entry.of(b"content")}
        stub.script("GET", "/api/me", Reply.json({"id": "1", "email": "a@b.c"}))
        stub.script("GET", "/api/records/1/draft", Reply.json(DRAFT))
        stub.script("GET", "/api/user/records", Reply.json({"hits": {"hits": [DRAFT]}}))

        def echo(got: Got) -> Reply:
            return Reply.json({"message": f"no: {dict(got.headers)}"}, 400)

        stub.script("POST", "/api/records", echo)
        stub.script("GET", "/api/records/echo", echo)

        def away(got: Got) -> Reply:
            return Reply(302, headers={"Location": f"ftp://a.example/?{got.query}"})

        stub.script("GET", "/api/records/777", away)
        for status in (301, 401, 403, 404, 409, 410, 413, 418, 429, 500, 503):
            stub.script("GET", f"/api/records/{status}", Reply.json({"message": "no"}, status))
            page = Reply.page(status, f"<pre>Authorization: Bearer {TOKEN}</pre>")
            stub.script("GET", f"/api/records/page-{status}", page)
            page = Reply.page(status, f"<pre>{TOKEN} /?token={SHARE}</pre>")
            stub.script("GET", f"/api/records/{status}000", page)
        yield stub


@pytest.fixture
def proxy(stub: Stub) -> Iterator[FaultProxy]:
    with FaultProxy(stub.url) as proxy:
        yield proxy


def surfaces(thing: object) -> Iterator[str]:
    """What a program could show of a thing."""
    yield from (repr(thing), str(thing), f"{thing}", ascii(thing))
    yield repr(getattr(thing, "__dict__", {}))
    for name in getattr(type(thing), "__slots__", ()):
        if name != "token":  # the one place where it is kept
            yield repr(getattr(thing, name, None))


def surfaces_of(error: BaseException) -> Iterator[str]:
    """What a program could show of an error, the errors behind it and the frames of the SDK."""
    yield from "".join(traceback.format_exception(error)).splitlines()
    seen: BaseException | None = error
    while seen is not None:
        yield from surfaces(seen)
        yield repr(seen.args)
        for frame, _ in traceback.walk_tb(seen.__traceback__):
            if frame.f_globals.get("__name__", "").startswith(("zenodo_sdk", "httpx", "httpcore")):
                yield from map(repr, frame.f_locals.values())
        seen = seen.__cause__ or seen.__context__


# tracebacks hold frames, and those everything; surfaces_of() looks at what frames show
KEPT_BY_ALL = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.TracebackType,
    types.FrameType,
)


def reachable(error: BaseException) -> Iterator[object]:
    """Everything that the error keeps alive, apart from tracebacks."""
    queue: list[object] = [error]
    seen: set[int] = set()
    while queue:
        thing = queue.pop()
        if id(thing) in seen or isinstance(thing, KEPT_BY_ALL):
            continue
        seen.add(id(thing))
        yield thing
        queue += gc.get_referents(thing)


def assert_silent(error: BaseException) -> None:
    for text in surfaces_of(error):
        assert not any(secret in text for secret in SECRETS)
    assert not any(secret.encode() in pickle.dumps(error) for secret in SECRETS)
    for thing in reachable(error):
        for secret in SECRETS:
            assert not (isinstance(thing, str) and secret in thing)
            assert not (isinstance(thing, bytes) and secret.encode() in thing)


@pytest.fixture(autouse=True)
def nothing_is_logged_or_warned(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in ("zenodo_sdk", "httpx", "httpcore", "asyncio")]
    for logger in loggers:
        caplog.set_level(logging.DEBUG, logger.name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert not [str(one.message) for one in caught]
    for record in caplog.get_records("call"):
        for text in (record.getMessage(), repr(record.args), repr(record.__dict__)):
            assert not any(secret in text for secret in SECRETS)


def test_logs_are_captured(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    with Client(TOKEN, base_url=stub.url) as client:
        client.whoami()
    assert stub.got[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert {"zenodo_sdk", "httpx"} <= {record.name for record in caplog.records}
    assert any(record.name.startswith("httpcore") for record in caplog.records)


@pytest.mark.parametrize("token", [TOKEN, lambda: TOKEN], ids=["text", "callable"])
def test_objects(stub: Stub, tmp_path: Path, token: Any) -> None:
    with Client(token, base_url=stub.url) as client:
        account = client.whoami()
        deposition = client.depositions.get("1")
        files = client.depositions.files("1")
        file = files.upload(b"bytes", name="b.bin")
        listed = list(client.depositions.list())
        path = client.records.files("1").download("a.bin", tmp_path)
        transport = client._transport
        for thing in (
            client,
            client.with_options(timeout=3),
            client.depositions,
            client.records,
            transport,
            transport.settings,
            transport.connection,
            transport.connection.http,
            transport._lookup,
            transport.token(),
            transport.ledger,
            account,
            deposition,
            files,
            file,
            listed,
            path,
        ):
            for text in surfaces(thing):
                assert TOKEN not in text
        for thing in (account, deposition, file, listed, transport.ledger.unverified("1")):
            assert TOKEN.encode() not in pickle.dumps(thing)
        assert TOKEN not in repr(deepcopy(deposition))
        assert TOKEN not in deposition.model_dump_json()


@pytest.mark.parametrize("page", ["", "page-"])
@pytest.mark.parametrize("status", [301, 401, 403, 404, 409, 410, 413, 418, 429, 500, 503])
def test_error_answers(stub: Stub, page: str, status: int) -> None:
    with (
        Client(TOKEN, base_url=stub.url, retry=ONCE) as client,
        pytest.raises(ZenodoError) as caught,
    ):
        client._transport.send(_get(f"/api/records/{page}{status}"))
    assert_silent(caught.value)


STATUSES = [*(301, 401, 403, 404, 409, 410, 413, 418, 429, 500, 503), 777]


@pytest.mark.parametrize("record", [*STATUSES, *(f"{each}000" for each in STATUSES[:-1])])
def test_error_answers_to_a_share_link(stub: Stub, record: int | str) -> None:
    with (
        Client(TOKEN, base_url=stub.url, retry=ONCE) as client,
        pytest.raises(ZenodoError) as caught,
    ):
        client.records.get(f"{stub.url}/records/{record}?token={SHARE}")
    assert stub.got[0].query == f"token={SHARE}"
    assert_silent(caught.value)


LINKS = {
    "read": lambda client: client.records.get(f"{client.base_url}/uploads/1?token={SHARE}"),
    "another host": lambda client: client.records.get(f"https://a.example/records/1?token={SHARE}"),
    "no record": lambda client: client.records.get(f"{client.base_url}/what/1?token={SHARE}"),
    "versions": lambda client: next(
        iter(client.records.versions(f"{client.base_url}/records/1?token={SHARE}"))
    ),
    "latest": lambda client: client.records.latest(f"{client.base_url}/records/1?token={SHARE}"),
    "files": lambda client: client.records.files("1", share_token=SHARE).list(),
    "fetch": lambda client: client.records.files("1", share_token=SHARE).fetch("a.bin"),
    "a DOI": lambda client: client.records.files("10.1234/a", share_token=SHARE),
}


@pytest.mark.parametrize("act", LINKS.values(), ids=LINKS)
def test_lost_answers_to_a_share_link(proxy: FaultProxy, act: Callable[[Any], Any]) -> None:
    proxy.inject(LoseAnswer("*", ".*", times=None))
    with (
        Client(TOKEN, base_url=proxy.url, retry=ONCE) as client,
        pytest.raises(ZenodoError) as caught,
    ):
        act(client)
    assert_silent(caught.value)


def test_a_share_link_over_an_open_channel() -> None:
    with (
        Client("", base_url="http://zenodo.example") as client,
        pytest.raises(ConfigurationError, match="token is not sent") as caught,
    ):
        client.records.get(f"http://zenodo.example/records/1?token={SHARE}")
    assert_silent(caught.value)


def test_a_share_link_where_none_is_taken() -> None:
    with Client("", base_url="https://zenodo.example") as client:
        for address in (f"https://a.example/x?token={SHARE}", f"10.1234/x?token={SHARE}"):
            with pytest.raises(ZenodoError) as caught:
                client.depositions.files(address)
            assert SHARE not in str(caught.value)


def test_no_share_token() -> None:
    with Client("", base_url="https://zenodo.example") as client:
        for text in (f"token={SHARE} ", f"{SHARE} {SHARE}", f"{SHARE}\n{SHARE}"):
            with pytest.raises(ZenodoError) as caught:
                client.records.files("1", share_token=text).list()
            assert SHARE not in str(caught.value)


def test_objects_of_a_share_link(stub: Stub, tmp_path: Path) -> None:
    stub.script("GET", "/api/records/1", Reply.json({"id": "1", "metadata": {"title": "A"}}))
    with Client(TOKEN, base_url=stub.url) as client:
        record = client.records.get(f"{stub.url}/records/1?token={SHARE}")
        file = record.files.list()[0]
        plan = record.files.plan_download(tmp_path)
        things = [record, file, plan, record.files, record._manager, record.files._transport]
        for thing in [*things, record.files._transport.share, record.versions()]:
            for text in surfaces(thing):
                assert SHARE not in text
        for thing in (record, file):
            assert SHARE.encode() not in pickle.dumps(thing)
            assert SHARE not in thing.model_dump_json()
        assert SHARE not in repr(deepcopy(record))


def _get(path: str) -> Any:
    from zenodo_sdk.wire.call import Call, Repeat

    return Call("GET", path, repeat=Repeat.SAFE)


FAULTS = {
    "lost": [LoseAnswer("*", ".*", times=None)],
    "cut": [CutAnswer("*", ".*", times=None)],
    "stalled": [Stall("*", ".*", times=None)],
    "cut upload": [CutUpload("PUT", ".*", times=None)],
}

ACTIONS: dict[str, Callable[[Any, Path], Any]] = {
    "read": lambda client, _: client.depositions.get("1"),
    "create": lambda client, _: client.depositions.create(Metadata(title="A title")),
    "upload": lambda client, _: client.depositions.files("1").upload(b"bytes" * 9, name="b.bin"),
    "download": lambda client, folder: client.records.files("1").download("a.bin", folder),
}


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        (fault, action)
        for fault in FAULTS
        for action in ACTIONS
        if fault != "cut upload" or action == "upload"
    ],
)
def test_lost_answers(proxy: FaultProxy, tmp_path: Path, fault: str, action: str) -> None:
    act = ACTIONS[action]
    proxy.inject(*FAULTS[fault])
    timeout = 0.1 if fault == "stalled" else 5.0
    with (
        Client(TOKEN, base_url=proxy.url, retry=ONCE, timeout=timeout) as client,
        pytest.raises(ZenodoError) as caught,
    ):
        act(client, tmp_path)
    assert_silent(caught.value)

    async def asynchronously() -> None:
        async with AsyncClient(
            TOKEN, base_url=proxy.url, retry=ONCE, timeout=timeout
        ) as asynchronous:
            with pytest.raises(ZenodoError) as caught:
                await act(asynchronous, tmp_path)
            assert_silent(caught.value)

    asyncio.run(asynchronously())


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Client(TOKEN, base_url=url, retry=ONCE) as client, pytest.raises(ZenodoError) as caught:
        client.whoami()
    assert_silent(caught.value)


def test_echo(stub: Stub) -> None:
    with Client(TOKEN, base_url=stub.url, retry=ONCE) as client:
        for act in (
            lambda: client.depositions.create(Metadata(title="A title")),
            lambda: client._transport.send(_get("/api/records/echo")),
        ):
            with pytest.raises(ZenodoError) as caught:
                act()
            assert_silent(caught.value)
            assert "Bearer ***" in str(caught.value)


def test_refused_token(stub: Stub) -> None:
    stub.script("GET", "/api/me", Reply.json({"message": "no"}, 401))
    with Client(TOKEN, base_url=stub.url) as client, pytest.raises(TokenRefused) as caught:
        client.whoami()
    assert_silent(caught.value)


def test_open_channel() -> None:
    with (
        Client(TOKEN, base_url="http://zenodo.example") as client,
        pytest.raises(ConfigurationError) as caught,
    ):
        client.whoami()
    assert_silent(caught.value)


def test_token_that_is_none(stub: Stub) -> None:
    with (
        Client(lambda: f"Bearer {TOKEN}", base_url=stub.url) as client,
        pytest.raises(CredentialError) as caught,
    ):
        client.whoami()
    for text in "".join(traceback.format_exception(caught.value)).splitlines():
        assert TOKEN not in text


def test_settings() -> None:
    settings = Settings.of("https://zenodo.org", TOKEN, DEFAULT_TIMEOUTS, DEFAULT_RETRY, None)
    assert TOKEN not in repr(settings)
