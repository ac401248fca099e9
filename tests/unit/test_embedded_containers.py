"""What the embedded Zenodo says of ZIPs, compared with what InvenioRDM's source says."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import httpx
import pytest

from zenodo_sdk.testing import LocalZenodo


@pytest.fixture
def http(zenodo_server: LocalZenodo) -> Any:
    headers = {"Authorization": f"Bearer {zenodo_server.token}"}
    with httpx.Client(base_url=zenodo_server.url, headers=headers, trust_env=False) as http:
        yield http


def zipped(*members: tuple[str, bytes], stored: bool = False) -> bytes:
    outlet = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(outlet, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return outlet.getvalue()


def uploaded(http: httpx.Client, name: str, content: bytes, *, commit: bool = True) -> str:
    """The address of a file of a new draft."""
    draft = http.post("/api/records", json={}).json()
    base = f"/api/records/{draft['id']}/draft/files"
    http.post(base, json=[{"key": name}])
    kind = {"Content-Type": "application/octet-stream"}
    http.put(f"{base}/{name}/content", content=content, headers=kind)
    if commit:
        assert http.post(f"{base}/{name}/commit").status_code == 200
    return f"{base}/{name}"


def test_members_are_listed_and_sent(http: httpx.Client) -> None:
    content = zipped(("a/", b""), ("a/b.csv", b"1,2\n"), ("ü", b""), stored=True)
    at = uploaded(http, "data.ZIP", content)
    answer = http.get(f"{at}/container")
    assert answer.status_code == 200
    links = f"{http.base_url}{at.replace('/draft', '')}/container".replace("//api", "/api")
    assert answer.json() == {
        "entries": [
            {
                "key": "a/b.csv",
                "size": 4,
                "compressed_size": 4,
                "mimetype": "text/csv",
                "crc": zlib.crc32(b"1,2\n"),
                "links": {"content": f"{links}/a/b.csv"},
            },
            {
                "key": "ü",
                "size": 0,
                "compressed_size": 0,
                "mimetype": "application/octet-stream",
                "crc": 0,
                "links": {"content": f"{links}/%C3%BC"},
            },
        ],
        "directories": [{"key": "a", "entries": ["a/b.csv"], "links": {"content": f"{links}/a"}}],
        "total": 2,
        "truncated": False,
    }
    member = http.get(f"{at}/container/a/b.csv")
    assert (member.status_code, member.content) == (200, b"1,2\n")
    assert "content-length" not in member.headers
    assert http.get(f"{at}/container/none").status_code == 404


def test_a_thousand_are_listed(http: httpx.Client) -> None:
    many = zipped(*[(f"{number}", b"") for number in range(1001)], stored=True)
    listed = http.get(f"{uploaded(http, 'a.zip', many)}/container").json()
    assert (listed["total"], listed["truncated"]) == (1000, True)


@pytest.mark.parametrize(
    ("name", "content", "status", "message"),
    [
        ("a.tar", b"tar", 400, "No extractor found for the file 'a.tar'."),
        ("a.zip", b"no ZIP", 500, None),
        ("a.zip", zipped(("a", bytes(300_000))), 999, "Suspicious compression ratio"),
        ("a.zip", zipped(("../a", b"1")), 999, "Path traversal in ZIP entry: ../a"),
        (
            "a.zip",
            zipped(*[(f"{number}", b"") for number in range(10_001)], stored=True),
            999,
            "Invalid file content for file 'a.zip': Too many files in ZIP: 10001 > 10000.",
        ),
    ],
)
def test_what_it_does_not_look_into(
    http: httpx.Client, name: str, content: bytes, status: int, message: str | None
) -> None:
    answer = http.get(f"{uploaded(http, name, content)}/container")
    assert answer.status_code == status
    assert answer.json()["status"] == status
    if message is not None:
        assert message in answer.json()["message"]


def test_a_file_that_is_not_complete_is_none(http: httpx.Client) -> None:
    at = uploaded(http, "a.zip", zipped(("a", b"1")), commit=False)
    assert http.get(f"{at}/container").status_code == 404


def test_strangers_see_nothing(http: httpx.Client) -> None:
    at = uploaded(http, "a.zip", zipped(("a", b"1")))
    for path in (f"{at}/container", f"{at}/container/a"):
        answer = http.get(path, headers={"Authorization": ""})
        assert answer.status_code == 403


def test_the_stock_server_knows_no_containers() -> None:
    with LocalZenodo(profile="inveniordm") as server:
        headers = {"Authorization": f"Bearer {server.token}"}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
            at = uploaded(http, "a.zip", zipped(("a", b"1")))
            assert http.get(f"{at}/container").status_code == 404
