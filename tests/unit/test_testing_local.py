"""The embedded Zenodo as a thing: its folder, port, accounts, snapshots, limits."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zenodo_sdk import Client, Creator, License, Metadata, NotFound, Term, TokenRefused
from zenodo_sdk.testing import LocalZenodo, RateLimit, StoreError

CONTENT = b"day,moisture\n2026-11-21,0.31\n"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalZenodo]:
    with LocalZenodo() as server:
        yield server


@pytest.fixture
def server(running: LocalZenodo) -> Iterator[LocalZenodo]:
    before = running.snapshot()
    yield running
    running.restore(before)


@pytest.fixture
def metadata() -> Metadata:
    return Metadata(
        title="Soil grid",
        resource_type="dataset",
        creators=[Creator(name="Okafor, Ada")],
        publication_date="2026-11-22",
        publisher="The tests",
    )


def publish(client: Client, metadata: Metadata) -> str:
    deposition = client.depositions.create(metadata)
    deposition.files.upload(CONTENT, name="a.csv")
    deposition.publish()
    assert deposition.id
    return deposition.id


def ask(
    server: LocalZenodo, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, Any]:
    """One raw request; the status and the JSON of the answer."""
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {server.token}")
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


# --- folder -------------------------------------------------------------------


def test_a_folder_keeps_everything_over_a_restart(tmp_path: Path, metadata: Metadata) -> None:
    folder = tmp_path / "made" / "here"
    with LocalZenodo(data=folder) as server, server.client() as client:
        record_id = publish(client, metadata)
        draft_id = client.depositions.create(metadata).id
        token = server.token
    with LocalZenodo(data=folder) as server, Client(token, base_url=server.url) as client:
        assert server.token == token
        record = client.records.get(record_id)
        assert record.title == "Soil grid"
        [path] = record.files.download_all(tmp_path / "down")
        assert path.read_bytes() == CONTENT
        assert draft_id is not None
        assert client.depositions.get(draft_id).state == "draft"
        assert publish(client, metadata) not in (record_id, draft_id)


def test_without_a_folder_all_is_gone(metadata: Metadata) -> None:
    with LocalZenodo() as server, server.client() as client:
        record_id = publish(client, metadata)
        folder = server._store.folder
        assert folder.is_dir()
    assert not folder.exists()
    with LocalZenodo() as server, server.client() as client, pytest.raises(NotFound):
        client.records.get(record_id)


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with LocalZenodo(data=tmp_path) as server:
        with pytest.raises(StoreError, match="in use by another"):
            LocalZenodo(data=tmp_path)
        assert ask(server, "GET", "/api/me")[0] == 200
    with LocalZenodo(data=tmp_path):
        pass


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(StoreError, match=r"holds something else \(thesis.tex"):
        LocalZenodo(data=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(StoreError, match="cannot be used as a data folder"):
        LocalZenodo(data=path)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        LocalZenodo(data=tmp_path)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zenodo.sqlite").write_bytes(b"not a database at all, but long enough" * 50)
    with pytest.raises(StoreError, match="no database of the embedded Zenodo"):
        LocalZenodo(data=tmp_path)


def test_one_profile_is_not_read_as_the_other(tmp_path: Path) -> None:
    with LocalZenodo("zenodo", data=tmp_path):
        pass
    with pytest.raises(StoreError, match="profile 'zenodo', not 'inveniordm'"):
        LocalZenodo("inveniordm", data=tmp_path)
    with LocalZenodo("zenodo", data=tmp_path):
        pass


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 cannot be used"):
            LocalZenodo(port=port)


def test_a_profile_that_is_none_is_told_and_leaves_the_folder_alone(tmp_path: Path) -> None:
    profile: Any = "zenod"
    with pytest.raises(ValueError, match="zenodo or inveniordm, not 'zenod'"):
        LocalZenodo(profile, data=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_stays_where_it_is(
    tmp_path: Path, metadata: Metadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with LocalZenodo(data="data") as server, server.client() as client:
        monkeypatch.chdir("elsewhere")
        publish(client, metadata)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_process_leaves_the_folder_to_its_parent() -> None:
    program = """
import os, sys
from zenodo_sdk.testing import LocalZenodo

server = LocalZenodo().start()
for end in (server.close, int):
    if os.fork() == 0:
        end()
        sys.exit()
    os.wait()
    assert server._store.folder.exists()
with server.client() as client:
    client.depositions.create().files.upload(b"content", name="a.txt")
server.close()
assert not server._store.folder.exists()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# --- clients that are gone ----------------------------------------------------


def test_clients_that_are_cut_off_are_no_matter_for_complaint(
    metadata: Metadata, caplog: pytest.LogCaptureFixture
) -> None:
    with LocalZenodo() as server, server.client() as client:
        draft = client.depositions.create(metadata)
        draft.files.upload(bytes(20_000_000), name="big")
        path = f"/api/records/{draft.id}/draft/files/big/content"
        host = server.url.removeprefix("http://")
        for _ in range(3):
            gone = http.client.HTTPConnection(host)
            gone.request("GET", path, headers={"Authorization": f"Bearer {server.token}"})
            with gone.getresponse() as answer:
                answer.read(1000)
            gone.close()
        assert ask(server, "GET", "/api/me")[0] == 200
        waiting = http.client.HTTPConnection(host)
        waiting.request("GET", path, headers={"Authorization": f"Bearer {server.token}"})
        answer = waiting.getresponse()
        answer.read(1000)
    answer.close()
    waiting.close()
    assert caplog.messages == []


# --- accounts -----------------------------------------------------------------


def test_accounts_are_strangers_to_each_other(server: LocalZenodo, metadata: Metadata) -> None:
    bob = server.add_user("bob@example.org", name="Bob")
    with server.client() as alice, server.client(bob) as client:
        assert client.whoami().email == "bob@example.org"
        draft = alice.depositions.create(metadata)
        assert client.depositions.list().total() == 0
        assert draft.id is not None
        assert ask(server, "GET", f"/api/records/{draft.id}/draft", Authorization="")[0] == 403


def test_an_account_does_not_show_its_token(server: LocalZenodo) -> None:
    assert server.token not in repr(server.account)


def test_a_token_can_be_revoked(server: LocalZenodo) -> None:
    account = server.add_user()
    second = server.add_token(account)
    server.revoke_token(account.token)
    with Client(account.token, base_url=server.url) as client, pytest.raises(TokenRefused):
        client.whoami()
    with Client(second, base_url=server.url) as client:
        assert client.whoami().id == account.id


# --- state --------------------------------------------------------------------


def test_a_snapshot_brings_back_what_was_there(server: LocalZenodo, metadata: Metadata) -> None:
    with server.client() as client:
        record_id = publish(client, metadata)
        before = server.snapshot()
        record = client.records.get(record_id)
        deposition = client.depositions.get(record_id)
        deposition.edit()
        deposition.metadata.title = "Changed"
        deposition.save()
        deposition.publish()
        other = publish(client, metadata)
        server.restore(before)
        assert client.records.get(record_id).title == "Soil grid"
        with pytest.raises(NotFound):
            client.records.get(other)
        assert record.files.get("a.csv").md5 == client.records.get(record_id).files.get("a.csv").md5


def test_a_snapshot_keeps_contents_that_were_deleted_since(
    server: LocalZenodo, metadata: Metadata, tmp_path: Path
) -> None:
    with server.client() as client:
        deposition = client.depositions.create(metadata)
        deposition.files.upload(CONTENT, name="a.csv")
        before = server.snapshot()
        deposition.delete()
        server.restore(before)
        assert deposition.id is not None
        again = client.depositions.get(deposition.id)
        assert again.files.download("a.csv", tmp_path / "a.csv").read_bytes() == CONTENT


def test_seeding_publishes_at_once(server: LocalZenodo, tmp_path: Path) -> None:
    record_id = server.seed(
        {
            "id": "8435696",
            "metadata": {
                "title": "Seeded",
                "resource_type": {"id": "dataset"},
                "publication_date": "2023-10-12",
                "publisher": "Zenodo",
                "creators": [{"person_or_org": {"type": "personal", "family_name": "Okafor"}}],
            },
        },
        {"data/a.csv": CONTENT},
    )
    assert record_id == "8435696"
    with server.client() as client:
        record = client.records.get("10.5281/zenodo.8435696")
        assert record.title == "Seeded"
        [path] = record.files.download_all(tmp_path)
        assert path.read_bytes() == CONTENT
        assert client.records.search("Seeded").total() == 1


def test_what_cannot_be_seeded_is_told(server: LocalZenodo) -> None:
    with pytest.raises(ValueError, match=r"metadata\.title: Missing data for required field"):
        server.seed({"metadata": {"resource_type": {"id": "dataset"}}})


def test_a_term_can_be_added_to_a_vocabulary(server: LocalZenodo, metadata: Metadata) -> None:
    server.add_term("licenses", {"id": "house-rules", "title": {"en": "House rules"}})
    metadata.licenses = [License(Term("house-rules"))]
    with server.client() as client:
        assert client.depositions.create(metadata).problems == []


def test_the_clock_can_be_set(metadata: Metadata) -> None:
    moment = datetime(2031, 5, 1, tzinfo=UTC)
    with LocalZenodo(now=lambda: moment) as server, server.client() as client:
        deposition = client.depositions.create(metadata)
        assert deposition.created == moment


def contents(server: LocalZenodo) -> list[Path]:
    return [*(server._store.folder / "contents").glob("??/*")]


def test_what_came_since_a_snapshot_takes_no_room_after_it(metadata: Metadata) -> None:
    with LocalZenodo() as server, server.client() as client:
        publish(client, metadata)
        kept = contents(server)
        outer = server.snapshot()
        publish(client, metadata)
        inner = server.snapshot()
        publish(client, metadata)
        server.restore(inner)
        assert len(contents(server)) == 2
        server.restore(outer)
        assert len(contents(server)) == 2  # the inner one needs it
        del inner
        server.restore(outer)
        assert contents(server) == kept
        del outer
        draft = client.depositions.create(metadata)
        draft.files.upload(CONTENT, name="a.csv")
        draft.delete()
        assert contents(server) == kept


def test_what_is_refused_takes_no_room() -> None:
    with LocalZenodo() as server, server.client() as client:
        with pytest.raises(ValueError, match="cannot be seeded"):
            server.seed({"metadata": {}}, {"a.csv": CONTENT})
        client.depositions.create().delete()
        server.restore(server.snapshot())
        assert not contents(server)


def test_a_snapshot_of_another_server_is_refused(server: LocalZenodo) -> None:
    with LocalZenodo() as other, pytest.raises(ValueError, match="of another server"):
        server.restore(other.snapshot())
    assert ask(server, "GET", "/api/me")[0] == 200


# --- limits and bad input -----------------------------------------------------


def test_rate_limits_can_be_switched_on(server: LocalZenodo) -> None:
    server.rate_limit = RateLimit(search=2)
    assert [ask(server, "GET", "/api/records")[0] for _ in range(3)] == [200, 200, 429]
    assert ask(server, "GET", "/api/records")[1] == {"status": 429, "message": "2 per 1 minute"}
    assert ask(server, "GET", "/api/me")[0] == 200
    server.rate_limit = None
    assert ask(server, "GET", "/api/records")[0] == 200


def test_a_quota_is_kept(metadata: Metadata) -> None:
    with LocalZenodo(quota=1000) as server, server.client() as client:
        draft = client.depositions.create(metadata)
        path = f"/api/records/{draft.id}/draft/files"
        json_type = {"Content_Type": "application/json"}
        assert ask(server, "POST", path, b'[{"key": "big"}]', **json_type)[0] == 201
        status, body = ask(
            server,
            "PUT",
            f"{path}/big/content",
            b"x" * 1001,
            Content_Type="application/octet-stream",
        )
        assert (status, body["message"]) == (400, "Bucket quota exceeded.")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "application/json; charset=utf-8", 415),
        (b"<xml/>", "text/xml", 415),
        # the real server stumbles over these as well
        (b'"text"', "application/json", 500),
        (b"5", "application/json", 500),
        (b"[" * 100_000, "application/json", 500),
    ],
)
def test_malformed_bodies_are_refused_and_nothing_is_made(
    server: LocalZenodo, body: bytes, content_type: str, status: int
) -> None:
    given, answer = ask(server, "POST", "/api/records", body, Content_Type=content_type)
    assert given == status, answer
    assert answer["message"]
    assert ask(server, "GET", "/api/user/records")[1]["hits"]["total"] == 0


def test_a_body_over_the_limit_is_refused(server: LocalZenodo) -> None:
    body = b'{"metadata": {"title": "' + b"x" * (100 * 1024 * 1024) + b'"}}'
    status, answer = ask(server, "POST", "/api/records", body, Content_Type="application/json")
    assert status == 413
    assert answer["message"]
    assert ask(server, "GET", "/api/user/records")[1]["hits"]["total"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "/api/records/%ff%fe",
        "/api/records/..%2f..%2fetc%2fpasswd",
        "/api/records/x/files/..%2f..%2f..%2fetc%2fpasswd/content",
        "/api/records/" + "9" * 5000,
        "/api/records/%00/draft",
        "/api/records?q=%28%28%28&size=5",
        "/api/records?sort=nonsense",
        "/%",
        "/",
    ],
)
def test_malformed_addresses_have_plain_answers(server: LocalZenodo, path: str) -> None:
    status, answer = ask(server, "GET", path)
    assert status in (200, 400, 404)
    assert answer is not None
