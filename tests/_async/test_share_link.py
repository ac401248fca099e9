"""Share links: what is not public, opened with a link and without an account."""

from __future__ import annotations

import io
import json
import logging
import pickle
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.stub_server import Entry, Reply, Stub
from zenodo_sdk import (
    Access,
    AsyncClient,
    AsyncRecord,
    FileCache,
    Metadata,
    NotFound,
    PermissionDenied,
    Refused,
)
from zenodo_sdk._async import transport
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.wire import endpoints

from .conftest import TOKEN, Connect

SHARE = "eyJhbGciOiJIUzUxMiJ9.sHaReD" + "0123456789abcdef" * 3 + ".c2lnbmVk"
CONTENT = bytes(range(256)) * 40
METADATA = Metadata(
    title="Restricted",
    resource_type="dataset",
    creators=[{"name": "Okafor, Ada"}],  # taken as well
    publisher="X",
)


@pytest.fixture(autouse=True)
def nothing_shows_it(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.get_records("call"):
        for text in (record.getMessage(), repr(record.args), repr(record.__dict__)):
            assert SHARE not in text
            assert "eyJ" not in text


@pytest.fixture
def stock() -> Any:
    """A server that knows restricted records, which Zenodo does not."""
    with LocalZenodo("inveniordm") as server:
        yield server


@pytest.fixture
async def owner(zenodo_server: LocalZenodo, connect: Connect) -> AsyncClient:
    return connect(zenodo_server.url, zenodo_server.token)


@pytest.fixture
async def guest(zenodo_server: LocalZenodo, connect: Connect) -> AsyncClient:
    return connect(zenodo_server.url, "")


def share(server: LocalZenodo, record_id: str, permission: str) -> str:
    """Make a share link, and tell its token."""
    answer = httpx.post(
        f"{server.url}/api/records/{record_id}/access/links",
        json={"permission": permission},
        headers={"Authorization": f"Bearer {server.token}"},
    )
    token: str = answer.raise_for_status().json()["token"]
    return token


async def restricted(owner: AsyncClient, *, publish: bool = True, whole: bool = False) -> str:
    """Make a restricted record, or the draft of one, and tell its id."""
    access = Access.restricted(record="restricted" if whole else "public")
    deposition = await owner.depositions.create(METADATA.model_copy(update={"access": access}))
    await deposition.files.upload(CONTENT, name="a.bin")
    await deposition.files.upload(b"1,2\n", name="in/b.csv")
    if publish:
        await deposition.publish()
    return deposition.id


async def test_restricted_record(
    zenodo_server: LocalZenodo, owner: AsyncClient, guest: AsyncClient, tmp_path: Path
) -> None:
    number = await restricted(owner)
    with pytest.raises(PermissionDenied):
        await guest.records.files(number).list()
    token = share(zenodo_server, number, "view")
    record = await guest.records.get(f"{zenodo_server.url}/records/{number}?token={token}")
    assert [file.name for file in record.file_entries] == ["a.bin", "in/b.csv"]
    paths = await record.files.download_all(tmp_path)
    assert [path.read_bytes() for path in paths] == [CONTENT, b"1,2\n"]
    plan = await record.files.plan_download(tmp_path)
    assert [entry.state for entry in plan.entries] == ["present", "present"]
    path = await record.files.fetch("a.bin", cache=FileCache(tmp_path / "cache"))
    assert path.read_bytes() == CONTENT

    # it goes on to what is made of the record, and only there
    for other in (await record.refresh(), await record.latest(), await record.versions().first()):
        assert other is not None
        assert len(await other.files.list()) == 2
    with pytest.raises(PermissionDenied):
        await guest.records.files(number).list()
    with pytest.raises(PermissionDenied):
        await (await guest.records.get(number)).files.list()


async def test_files_by_id(
    zenodo_server: LocalZenodo, owner: AsyncClient, guest: AsyncClient, tmp_path: Path
) -> None:
    number = await restricted(owner)
    token = share(zenodo_server, number, "view")
    link = f"{zenodo_server.url}/records/{number}?token={token}"
    for files in (
        guest.records.files(number, share_token=f" {token}\n"),
        guest.records.files(link),
        guest.records.files(int(number), share_token=token),
    ):
        path = await files.download("a.bin", tmp_path, overwrite="replace")
        assert path.read_bytes() == CONTENT


async def test_a_record_that_nobody_sees(stock: LocalZenodo, connect: Connect) -> None:
    number = await restricted(connect(stock.url, stock.token), whole=True)
    guest = connect(stock.url, "")
    link = f"{stock.url}/records/{number}?token={share(stock, number, 'view')}"
    for ask in (guest.records.latest, guest.records.get):
        with pytest.raises(PermissionDenied):
            await ask(number)
        assert (await ask(link)).title == "Restricted"
    assert [version.id async for version in guest.records.versions(link)] == [number]


async def test_archives(
    zenodo_server: LocalZenodo, owner: AsyncClient, guest: AsyncClient, tmp_path: Path
) -> None:
    deposition = await owner.depositions.create(
        METADATA.model_copy(update={"access": Access.restricted()})
    )
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("in/b.csv", "1,2\n")
    await deposition.files.upload(zipped.getvalue(), name="a.zip")
    await deposition.publish()
    token = share(zenodo_server, deposition.id, "view")
    files = guest.records.files(deposition.id, share_token=token)
    assert [member.name for member in await files.members("a.zip")] == ["in/b.csv"]
    path = await files.download_member("a.zip", "in/b.csv", tmp_path / "b.csv")
    assert path.read_bytes() == b"1,2\n"
    with zipfile.ZipFile(await files.download_archive(tmp_path)) as archive:
        assert archive.namelist() == ["a.zip"]


@pytest.mark.parametrize("page", ["records/{}?preview=1&", "uploads/{}?", "records/{}?"])
async def test_draft(
    zenodo_server: LocalZenodo, owner: AsyncClient, guest: AsyncClient, tmp_path: Path, page: str
) -> None:
    number = await restricted(owner, publish=False)
    token = share(zenodo_server, number, "preview")
    record = await guest.records.get(f"{zenodo_server.url}/{page.format(number)}token={token}")
    assert (record.id, record.title, record.status) == (number, "Restricted", "draft")
    assert [path.read_bytes() for path in await record.files.download_all(tmp_path)] == [
        CONTENT,
        b"1,2\n",
    ]
    cache = FileCache(tmp_path / "cache")
    assert (await record.files.fetch("in/b.csv", cache=cache)).read_bytes() == b"1,2\n"
    by_id = guest.records.files(number, share_token=token)
    assert (await by_id.download("a.bin", tmp_path / "again.bin")).read_bytes() == CONTENT
    with pytest.raises(NotFound):
        await by_id.get("c.bin")

    await (await owner.depositions.get(number)).publish()
    assert len(await record.files.list()) == 2, "the link is good when it is published, too"
    assert (await record.refresh()).status == "published"


async def test_a_view_link_opens_no_draft(
    zenodo_server: LocalZenodo, owner: AsyncClient, guest: AsyncClient
) -> None:
    number = await restricted(owner, publish=False)
    token = share(zenodo_server, number, "view")
    with pytest.raises(NotFound):
        await guest.records.get(f"{zenodo_server.url}/records/{number}?token={token}")
    with pytest.raises(PermissionDenied):
        await guest.records.get(f"{zenodo_server.url}/records/{number}?preview=1&token={token}")


# --- what goes where --------------------------------------------------------------------------

RECORD = {"id": "1", "metadata": {"title": "A title"}, "is_published": True}


@pytest.fixture
def elsewhere() -> Any:
    with Stub() as other:
        other.files["1"] = {"a.bin": Entry.of(CONTENT)}
        yield other


def queries(stub: Stub) -> dict[str, str]:
    return {got.path: got.query for got in stub.got}


async def test_every_call_carries_it(stub: Stub, client: AsyncClient, tmp_path: Path) -> None:
    stub.files["1"] = {"a.bin": Entry.of(CONTENT)}
    files = client.records.files("1", share_token=SHARE)
    await files.download("a.bin", tmp_path)
    part = endpoints.part_of(endpoints.content("1", "a.bin", draft=False), 3, 9)
    async with files._transport.receive(part):
        pass
    assert len(stub.got) == 3
    for got in stub.got:
        assert got.query == f"token={SHARE}"
        assert got.headers["authorization"] == f"Bearer {TOKEN}", "the account goes along"
    assert [got.headers.get("range") for got in stub.got] == [None, "bytes=0-10239", "bytes=3-8"]


async def test_a_redirect_at_home_carries_it(stub: Stub, client: AsyncClient) -> None:
    for location in ("/api/records/1", f"{stub.url}/api/records/1?token={SHARE}&a=b%20c"):
        stub.script("GET", "/api/records/7", Reply(302, headers={"Location": location}))
        stub.script("GET", "/api/records/1", Reply.json(RECORD))
        await client.records.get(f"{stub.url}/records/7?token={SHARE}")
        assert stub.got[-1].query.count(SHARE) == 1
        assert ("a=b" in stub.got[-1].query) == ("a=b" in location)


async def test_no_other_host_gets_it(
    stub: Stub, client: AsyncClient, elsewhere: Stub, tmp_path: Path
) -> None:
    stub.files["1"] = {"a.bin": Entry.of(CONTENT)}
    path = "/api/records/1/files/a.bin/content"
    for query in ("", f"?token={SHARE}", "?sig=token"):
        stub.script("GET", path, Reply(302, headers={"Location": f"{elsewhere.url}{path}{query}"}))
        files = client.records.files("1", share_token=SHARE)
        await files.download("a.bin", tmp_path, overwrite="replace")
    assert [got.query for got in elsewhere.got] == ["", "", "sig=token"]
    assert not any("authorization" in got.headers for got in elsewhere.got)


async def test_a_link_of_another_repository(stub: Stub, client: AsyncClient) -> None:
    with pytest.raises(Refused) as caught:
        await client.records.get(f"https://zenodo.org/records/1?token={SHARE}")
    assert SHARE not in str(caught.value)
    assert stub.got == []


@pytest.mark.parametrize("text", ["", " ", "two words", "a\nb", "é"])
async def test_no_token(client: AsyncClient, text: str) -> None:
    with pytest.raises(Refused, match="share_token is the text after"):
        client.records.files("1", share_token=text)


async def test_it_is_in_no_field(stub: Stub, client: AsyncClient) -> None:
    stub.script("GET", "/api/records/1", Reply.json(RECORD))
    stub.files["1"] = {"a.bin": Entry.of(CONTENT)}
    record = await client.records.get(f"{stub.url}/records/1?token={SHARE}")
    file = (await record.files.list())[0]
    for thing in (record, file):
        assert SHARE not in repr(thing)
        assert SHARE not in json.dumps(thing.model_dump(mode="json"))
        assert SHARE.encode() not in pickle.dumps(thing)
        assert SHARE not in repr(thing._manager.__dict__)
        assert SHARE not in repr(thing._manager._transport.__dict__)
    assert isinstance(pickle.loads(pickle.dumps(record)), AsyncRecord)
    request, _ = await record.files._transport._request(
        endpoints.files("1", draft=False),
        transport.Target(f"{stub.url}/api", with_token=True),
        None,
        None,
    )
    assert SHARE not in f"{request!r} {request.url} {request.url!r}"
    assert SHARE.encode() in request.url.raw_path
