"""POST /api/records."""

from __future__ import annotations

from typing import Any

from tests.truth.script import (
    JSON,
    VND,
    Steps,
    alice,
    complete,
    metadata,
    script,
    without_files,
)


@script
def bodies(word: str) -> Steps:
    yield alice("POST", "/api/records", json=complete(word))
    yield alice("POST", "/api/records", json=complete(word), accept=JSON)
    yield alice("POST", "/api/records", json=complete(word), accept=None)
    yield alice("POST", "/api/records", json=complete(word), accept="*/*")
    yield alice("POST", "/api/records", json=complete(word), accept=VND)
    yield alice("POST", "/api/records", json={})
    yield alice("POST", "/api/records", json={"metadata": {}})
    yield alice("POST", "/api/records", json={"metadata": {"title": f"Only {word}"}})
    for value in (None, []):
        yield alice("POST", "/api/records", json=value)
    yield alice("POST", "/api/records")
    yield alice("POST", "/api/records", media_type=JSON)
    yield alice("POST", "/api/records", body="", media_type=JSON)
    yield alice("POST", "/api/records", body="{nonsense", media_type=JSON)
    yield alice("POST", "/api/records", body=b"\xff\xfe", media_type=JSON)
    yield alice("POST", "/api/records", body="{}", media_type="application/json; charset=utf-8")
    yield alice("POST", "/api/records", body="{}", media_type=VND)
    yield alice("POST", "/api/records", body="{}", media_type="text/plain")
    yield alice("POST", "/api/records", body="a=b", media_type="application/x-www-form-urlencoded")
    yield alice("POST", "/api/records", body="{}")
    yield alice("POST", "/api/records", body="not json either", media_type="text/plain")


@script
def accepts(word: str) -> Steps:
    for accept in (
        "text/html",
        "application/xml",
        "nonsense",
        "",
        "text/*",
    ):
        yield alice("POST", "/api/records", json={}, accept=accept)


@script
def unknown_keys(word: str) -> Steps:
    yield alice("POST", "/api/records", json=complete(word, nonsense=1))
    yield alice("POST", "/api/records", json=complete(word, {"nonsense": 1}))
    yield alice("POST", "/api/records", json=complete(word, {"communities": [{"id": "x"}]}))
    yield alice(
        "POST", "/api/records", json=complete(word, {"upload_type": "dataset", "doi": "10.1/x"})
    )
    yield alice(
        "POST",
        "/api/records",
        json=complete(
            word,
            id="abcde-fgh12",
            created="2020-01-01T00:00:00+00:00",
            links={},
            revision_id=99,
            is_published=True,
            status="published",
            versions={"index": 7},
            parent={"id": "abcde-fgh12"},
            errors=[],
            ui={},
            expanded={},
            stats={},
        ),
    )


@script
def access(word: str) -> Steps:
    for value in (
        {"record": "public", "files": "restricted"},
        {"record": "restricted", "files": "restricted"},
        {"record": "restricted", "files": "public"},
        {"record": "public"},
        {"files": "public"},
        {},
        {"record": "nonsense", "files": "public"},
        {"record": "public", "files": "nonsense"},
        {"record": "public", "files": "public", "status": "open"},
        {"record": "public", "files": "public", "nonsense": 1},
        {"record": 7, "files": "public"},
        [],
        "public",
        None,
    ):
        yield alice("POST", "/api/records", json=without_files(word, access=value))


@script
def embargo(word: str) -> Steps:
    for files, value in (
        ("restricted", {"active": True, "until": "2099-01-01", "reason": "later"}),
        ("restricted", {"active": True, "until": "2099-01-01"}),
        ("public", {"active": True, "until": "2099-01-01"}),
        ("restricted", {"active": True}),
        ("restricted", {"active": True, "until": "2001-01-01"}),
        ("restricted", {"active": True, "until": "nonsense"}),
        ("restricted", {"active": True, "until": "2099-01"}),
        ("restricted", {"active": False, "until": "2099-01-01"}),
        ("restricted", {"until": "2099-01-01"}),
        ("restricted", {"active": False, "reason": "none"}),
        ("restricted", {"active": "yes", "until": "2099-01-01"}),
        ("restricted", {"active": True, "until": "2099-01-01", "nonsense": 1}),
        ("restricted", {}),
        ("restricted", None),
    ):
        told: dict[str, Any] = {"record": "public", "files": files, "embargo": value}
        yield alice("POST", "/api/records", json=complete(word, access=told))
    hidden = {"record": "restricted", "files": "restricted"}
    until = {"active": True, "until": "2099-01-01"}
    yield alice("POST", "/api/records", json=complete(word, access={**hidden, "embargo": until}))


@script
def file_options(word: str) -> Steps:
    for value in (
        {"enabled": False},
        {"enabled": True, "default_preview": "a.txt"},
        {"enabled": True, "order": ["a.txt"]},
        {"enabled": True, "entries": {}},
        {"enabled": "yes"},
        {"nonsense": 1},
        {},
        None,
    ):
        yield alice("POST", "/api/records", json=complete(word, files=value))
    yield alice("POST", "/api/records", json={"metadata": metadata(word)})
    yield alice("POST", "/api/records", json=complete(word, media_files={"enabled": True}))


@script
def custom_fields(word: str) -> Steps:
    for value in (
        {"code:codeRepository": "https://example.org/r"},
        {"code:programmingLanguage": [{"id": "python"}]},
        {"code:developmentStatus": {"id": "active"}},
        {"journal:journal": {"title": "Soil", "issue": "1", "volume": "2", "pages": "3-4"}},
        {"imprint:imprint": {"isbn": "978-3-16-148410-0", "place": "Oslo", "pages": "12"}},
        {"thesis:university": "Oslo"},
        {"meeting:meeting": {"title": "Soil days"}},
        {"nonsense:nonsense": 1},
        {},
        [],
        None,
        "text",
    ):
        yield alice("POST", "/api/records", json=complete(word, custom_fields=value))
