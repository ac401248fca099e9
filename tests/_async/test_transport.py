"""What goes over the wire, against real sockets."""

from __future__ import annotations

import socket
import threading
from typing import Any

import httpx
import pytest

from tests.support.stub_server import Entry, Got, Reply, Stub
from zenodo_sdk import (
    AsyncClient,
    ConfigurationError,
    NoAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Refused,
    ResponseError,
    Retry,
    ServerError,
    TimedOut,
    Timeouts,
    UnexpectedAnswer,
)
from zenodo_sdk._async import _runtime
from zenodo_sdk._async.transport import AsyncTransport
from zenodo_sdk.settings import OWN_USER_AGENT
from zenodo_sdk.testing.faults import Answer as Instead
from zenodo_sdk.testing.faults import CutAnswer, LoseAnswer, LoseRequest, Stall
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.wire import endpoints
from zenodo_sdk.wire.call import ACCEPT_RDM, Answer, Call, Repeat

from .conftest import TOKEN, Clock, Connect

THING = {"id": "1", "hello": "world"}
GET = Call("GET", "/api/thing", repeat=Repeat.SAFE)
POST = Call("POST", "/api/thing", body={"a": "ü"})


@pytest.fixture(autouse=True)
def thing(stub: Stub) -> None:
    for method in ("GET", "POST"):
        stub.script(method, "/api/thing", Reply.json(THING))
    stub.files["1"] = {"a.bin": Entry.of(b"content")}


def transport_of(client: AsyncClient) -> AsyncTransport:
    return client._transport


async def ask(client: AsyncClient, call: Call = GET) -> Answer:
    return await transport_of(client).send(call)


async def every_kind(client: AsyncClient, folder: Any) -> None:
    """Read, write, upload, download."""
    await ask(client)
    await ask(client, POST)
    await client.depositions.files("1").upload(b"bytes", name="b.bin")
    await client.records.files("1").download("a.bin", folder)


# --- headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "sent"),
    [(None, OWN_USER_AGENT), ("tool/1 (mailto:a@b.c)", f"tool/1 (mailto:a@b.c) {OWN_USER_AGENT}")],
)
async def test_headers_of_every_request(
    stub: Stub, connect: Connect, tmp_path: Any, own: str | None, sent: str
) -> None:
    await every_kind(connect(stub.url, user_agent=own), tmp_path)
    assert len(stub.got) == 7
    for got in stub.got:
        assert got.headers["user-agent"] == sent
        assert got.headers["authorization"] == f"Bearer {TOKEN}"
        assert "cookie" not in got.headers
        assert "transfer-encoding" not in got.headers
        is_download = got.method == "GET" and got.path.endswith("/content")
        assert got.headers["accept"] == ("*/*" if is_download else ACCEPT_RDM)
        assert got.headers["accept-encoding"] == ("identity" if is_download else "gzip, deflate")
        assert got.headers["host"] == stub.url.removeprefix("http://")
    kinds = [(got.method, got.headers.get("content-type")) for got in stub.got]
    assert kinds == [
        ("GET", None),
        ("POST", "application/json"),
        ("POST", "application/json"),
        ("PUT", "application/octet-stream"),
        ("POST", None),
        ("GET", None),
        ("GET", None),
    ]
    lengths = [got.headers.get("content-length") for got in stub.got if got.method != "GET"]
    assert lengths == ["15", "18", "5", "0"]


async def test_what_the_users_client_holds_is_not_sent(
    stub: Stub, connect: Connect, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "")
    async with httpx.AsyncClient(
        headers={"X-Mine": "1", "User-Agent": "theirs", "Authorization": "Basic abc"},
        cookies={"mine": "1"},
        auth=("user", "password"),
        params={"mine": "1"},
        follow_redirects=True,
    ) as own:
        client = connect(stub.url, http_client=own)
        await every_kind(client, tmp_path)
        await client.close()
        assert not own.is_closed
        await ask(client)
    for got in stub.got:
        assert got.headers["authorization"] == f"Bearer {TOKEN}"
        assert got.headers["user-agent"] == OWN_USER_AGENT
        assert not {"x-mine", "cookie"} & set(got.headers)
        assert "mine" not in got.query


async def test_a_proxy_to_the_world_is_not_asked_for_this_machine(
    stub: Stub, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for host in ("127.0.0.1", "localhost"):
        await ask(connect(stub.url.replace("127.0.0.1", host)))
    assert len(stub.got) == 2


async def test_no_token_is_no_header(stub: Stub, connect: Connect) -> None:
    await ask(connect(stub.url, token=""))
    assert "authorization" not in stub.got[0].headers


async def test_callable_token_is_asked_each_time(stub: Stub, connect: Connect) -> None:
    tokens = iter(["one", "two", "three"])
    client = connect(stub.url, token=lambda: next(tokens))
    for _ in range(3):
        await ask(client)
    assert [got.headers["authorization"][7:] for got in stub.got] == ["one", "two", "three"]


async def test_token_is_looked_up_once(
    stub: Stub, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENODO_SDK_TOKEN", "from-the-environment")
    client = connect(stub.url, token=None)
    await ask(client)
    monkeypatch.delenv("ZENODO_SDK_TOKEN")
    await ask(client)
    await ask(client.with_options(timeout=5))
    assert {got.headers["authorization"] for got in stub.got} == {"Bearer from-the-environment"}


async def test_token_does_not_travel_in_the_open(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connected(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", connected)
    with pytest.raises(ConfigurationError, match="without https"):
        await ask(connect("http://zenodo.example"))


# --- redirects --------------------------------------------------------------------------------


def to(url: str, status: int = 302) -> Reply:
    return Reply(status, headers={"Location": url})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_at_home_keeps_the_token(
    stub: Stub, client: AsyncClient, status: int
) -> None:
    stub.script("GET", "/api/moved", to("/api/thing?x=1", status))
    call = Call("GET", "/api/moved", query=(("page", "1"),), repeat=Repeat.SAFE)
    assert (await ask(client, call)).document() == THING
    assert [(got.path, got.query) for got in stub.got] == [
        ("/api/moved", "page=1"),
        ("/api/thing", "x=1"),
    ]
    assert stub.got[1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_redirect_astray_and_back_loses_the_token(stub: Stub, client: AsyncClient) -> None:
    with Stub() as other:
        stub.script("GET", "/api/moved", to(f"{other.url}/there"))
        other.script("GET", "/there", to(f"{stub.url}/api/thing"))
        assert (await ask(client, Call("GET", "/api/moved"))).document() == THING
    assert "authorization" in stub.got[0].headers
    assert "authorization" not in other.got[0].headers
    assert "authorization" not in stub.got[1].headers
    assert other.got[0].headers["user-agent"] == OWN_USER_AGENT


async def test_redirected_download(stub: Stub, client: AsyncClient, tmp_path: Any) -> None:
    with Stub() as other:
        path = "/api/records/1/files/a.bin/content"
        stub.script("GET", path, to(f"{other.url}/storage?signature=abc"))
        other.script("GET", "/storage", Reply(200, b"content"))
        saved = await client.records.files("1").download("a.bin", tmp_path)
    assert saved.read_bytes() == b"content"
    assert "authorization" not in other.got[0].headers
    assert other.got[0].query == "signature=abc"


@pytest.mark.parametrize(
    "location",
    [
        "",
        "ftp://zenodo.org/x",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "//:0/",
        "javascript:alert(1)",
    ],
)
async def test_redirect_that_leads_nowhere(stub: Stub, client: AsyncClient, location: str) -> None:
    stub.script("GET", "/api/moved", to(location))
    # the HTTP library looks at some of them before we do
    with pytest.raises((UnexpectedAnswer, NoAnswer), match=r"leads nowhere|URL|not be reached"):
        await ask(client, Call("GET", "/api/moved"))
    assert set(stub.lines()) == {"GET /api/moved"}


async def test_redirects_end(stub: Stub, client: AsyncClient) -> None:
    stub.script("GET", "/api/moved", to("/api/moved"))
    with pytest.raises(UnexpectedAnswer, match="more than 5 redirects"):
        await ask(client, Call("GET", "/api/moved"))
    assert len(stub.got) == 6


async def test_writing_follows_no_redirect(stub: Stub, client: AsyncClient) -> None:
    stub.script("POST", "/api/thing", to("/api/other", 308))
    with pytest.raises(UnexpectedAnswer, match="only reading"):
        await ask(client, POST)
    assert stub.lines() == ["POST /api/thing"]


# --- answers ----------------------------------------------------------------------------------


async def test_request_id_is_kept(client: AsyncClient) -> None:
    with pytest.raises(NotFound) as caught:
        await ask(client, Call("GET", "/api/none"))
    assert caught.value.request_id == "request-1"
    assert "request-1" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, UnexpectedAnswer), (403, PermissionDenied), (404, NotFound), (502, ServerError)],
)
async def test_pages_are_recognised(
    stub: Stub, connect: Connect, status: int, kind: type[ResponseError]
) -> None:
    stub.script("GET", "/api/thing", Reply.page(status, "Attention required"))
    with pytest.raises(kind, match="web page") as caught:
        await ask(connect(stub.url, retry=Retry(attempts=1)))
    assert caught.value.status == status
    assert caught.value.server_message == "Attention required"
    assert caught.value.request_id == "request-1"


@pytest.mark.parametrize("body", [b"{", b"plain text"])
async def test_success_that_is_no_json(stub: Stub, client: AsyncClient, body: bytes) -> None:
    stub.script("GET", "/api/thing", Reply(200, body, {"Content-Type": "application/json"}))
    with pytest.raises(UnexpectedAnswer):
        await ask(client)


async def test_page_in_place_of_a_file(stub: Stub, client: AsyncClient, tmp_path: Any) -> None:
    stub.script("GET", "/api/records/1/files/a.bin/content", Reply.page(200))
    with pytest.raises(UnexpectedAnswer, match="web page"):
        await client.records.files("1").download("a.bin", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_page_that_calls_itself_data(stub: Stub, client: AsyncClient) -> None:
    page = Reply(200, Reply.page().body, {"Content-Type": "application/json"})
    stub.script("GET", "/api/thing", page)
    with pytest.raises(UnexpectedAnswer, match="web page"):
        await ask(client)


async def test_broken_compression(stub: Stub, connect: Connect) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    stub.script("GET", "/api/thing", Reply(200, b"no gzip", headers))
    with pytest.raises(NoAnswer):
        await ask(connect(stub.url, retry=Retry(attempts=1)))


async def test_error_that_quotes_the_token(stub: Stub, client: AsyncClient) -> None:
    def debugging(got: Got) -> Reply:
        return Reply.json({"message": f"bad header {got.headers['authorization']}"}, 400)

    stub.script("GET", "/api/thing", debugging)
    with pytest.raises(ResponseError) as caught:
        await ask(client)
    assert caught.value.server_message == "bad header Bearer ***"


# --- again ------------------------------------------------------------------------------------


async def test_retry_after_is_obeyed(stub: Stub, client: AsyncClient, clock: Clock) -> None:
    limited = Reply.json({"message": "133 per 1 minute"}, 429, Retry_After="7")
    stub.script("POST", "/api/thing", limited, limited, Reply.json(THING))
    assert (await ask(client, POST)).document() == THING
    assert sum(clock.slept) == pytest.approx(14)
    assert len(stub.got) == 3


async def test_retry_after_of_a_success_is_not(
    stub: Stub, client: AsyncClient, clock: Clock
) -> None:
    stub.script("GET", "/api/thing", Reply.json(THING, Retry_After="7"))
    await ask(client)
    assert clock.slept == []


async def test_patience_ends(stub: Stub, client: AsyncClient, clock: Clock) -> None:
    stub.script("GET", "/api/thing", Reply.json({}, 429, Retry_After="3600"))
    with pytest.raises(RateLimited) as caught:
        await ask(client)
    assert caught.value.retry_after == 3600
    assert clock.slept == []


@pytest.mark.parametrize("status", [408, 502, 503, 504])
async def test_reading_is_repeated(
    stub: Stub, client: AsyncClient, clock: Clock, status: int
) -> None:
    stub.script("GET", "/api/thing", Reply.json({}, status), Reply.json(THING))
    assert (await ask(client)).document() == THING
    assert len(clock.slept) == 1


async def test_nothing_listens(connect: Connect, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for call in (GET, POST):
        clock.slept.clear()
        with pytest.raises(NoAnswer, match="could not be reached") as caught:
            await ask(connect(url, retry=Retry(attempts=3)), call)
        assert not caught.value.may_have_landed
        assert len(clock.slept) == 2


@pytest.mark.parametrize(
    "fault", [LoseRequest, LoseAnswer, CutAnswer], ids=lambda fault: fault.__name__
)
async def test_cut_reading_is_repeated(proxy: FaultProxy, shaky: AsyncClient, fault: Any) -> None:
    proxy.inject(fault("GET", "/api/thing", times=2))
    assert (await ask(shaky)).document() == THING
    assert len(proxy.seen) == 3


@pytest.mark.parametrize(
    "fault", [LoseRequest, LoseAnswer, CutAnswer], ids=lambda fault: fault.__name__
)
async def test_cut_writing_is_not(proxy: FaultProxy, shaky: AsyncClient, fault: Any) -> None:
    proxy.inject(fault("POST", "/api/thing", times=2))
    with pytest.raises(NoAnswer) as caught:
        await ask(shaky, POST)
    assert caught.value.may_have_landed
    assert (caught.value.method, caught.value.path) == ("POST", "/api/thing")
    assert len(proxy.seen) == 1
    assert caught.value.__context__ is None


async def test_gateway_failure_of_writing_is_not_repeated(
    proxy: FaultProxy, shaky: AsyncClient
) -> None:
    proxy.inject(Instead("POST", "/api/thing", status=504))
    with pytest.raises(ServerError):
        await ask(shaky, POST)
    assert len(proxy.seen) == 1


async def test_budget_is_kept(stub: Stub, client: AsyncClient, clock: Clock) -> None:
    def headers(remaining: int) -> dict[str, str]:
        return {
            "X_RateLimit_Remaining": str(remaining),
            "X_RateLimit_Reset": str(int(clock.time() + 30)),
            "Retry_After": "30",
        }

    stub.script("GET", "/api/thing", lambda _: Reply.json(THING, **headers(0)))
    await ask(client)
    assert clock.slept == []
    # another family of calls has a budget of its own
    stub.script("GET", "/api/records", Reply.json({}))
    await ask(client, endpoints.search(()))
    assert clock.slept == []
    await ask(client.with_options(timeout=5))
    assert clock.slept == [pytest.approx(30, abs=1)]


@pytest.mark.parametrize("after", [None, 0])
async def test_time_runs_out(proxy: FaultProxy, connect: Connect, after: int | None) -> None:
    proxy.inject(Stall("GET", "/api/thing", after=after))
    client = connect(proxy.url, timeout=Timeouts(5, 0.15, 5), retry=Retry(attempts=1))
    with pytest.raises(TimedOut) as caught:
        await ask(client)
    assert caught.value.may_have_landed


async def test_time_runs_out_once(proxy: FaultProxy, connect: Connect) -> None:
    proxy.inject(Stall("GET", "/api/thing"))
    client = connect(proxy.url, timeout=0.3)
    assert (await ask(client)).document() == THING


async def test_stalled_download(proxy: FaultProxy, connect: Connect, tmp_path: Any) -> None:
    proxy.inject(Stall("GET", "/content", after=0))
    files = connect(proxy.url, timeout=0.3).records.files("1")
    assert (await files.download("a.bin", tmp_path)).read_bytes() == b"content"


# --- together ---------------------------------------------------------------------------------


async def test_used_by_many_at_once(stub: Stub, client: AsyncClient, tmp_path: Any) -> None:
    files = client.records.files("1")

    async def one(number: int) -> bytes:
        for _ in range(10):
            assert (await ask(client)).document() == THING
        path = await files.download("a.bin", tmp_path / str(number))
        return path.read_bytes()

    assert await _runtime.side_by_side(one, range(8), 8) == [b"content"] * 8
    assert len(stub.got) == 8 * 12
    assert stub.connections <= 20


async def test_options_share_the_connection(stub: Stub, client: AsyncClient) -> None:
    await ask(client)
    async with client.with_options(timeout=3, user_agent="other/1") as other:
        await ask(other)
    await ask(client)
    assert stub.connections == 1
    assert [got.headers["user-agent"] for got in stub.got] == [
        OWN_USER_AGENT,
        f"other/1 {OWN_USER_AGENT}",
        OWN_USER_AGENT,
    ]


async def test_closed(stub: Stub, connect: Connect) -> None:
    client = connect(stub.url)
    other = client.with_options(timeout=3)
    await ask(client)
    await client.close()
    await client.close()
    for closed in (client, other):
        with pytest.raises(Refused, match="is closed"):
            await ask(closed)
    assert len(stub.got) == 1


async def test_no_thread_is_left(client: AsyncClient, tmp_path: Any) -> None:
    before = threading.active_count()
    await every_kind(client, tmp_path)
    assert not [one for one in threading.enumerate() if one.name == "zenodo-sdk-md5"]
    assert threading.active_count() <= before + 6


async def test_address_that_is_none(connect: Connect) -> None:
    with pytest.raises(ConfigurationError):
        await ask(connect("https://exa mple.org"))
