"""Who asks, and routes that are none."""

from __future__ import annotations

from tests.truth.script import JSON, Steps, alice, bob, complete, draft_of, guest, script


@script
def me(word: str) -> Steps:
    yield alice("GET", "/api/me", accept=None)
    yield alice("GET", "/api/me", accept=JSON)
    yield bob("GET", "/api/me")
    yield guest("GET", "/api/me")
    for value in ("Bearer nonsense", "Bearer", "Basic bm86bm8=", "nonsense", "Bearer a b", ""):
        yield guest("GET", "/api/me", headers={"Authorization": value})
    yield guest("GET", "/api/me?access_token=nonsense")
    yield alice("HEAD", "/api/me")
    yield alice("OPTIONS", "/api/me")
    yield alice("POST", "/api/me", json={})


@script
def writing_as_nobody(word: str) -> Steps:
    bad = {"Authorization": "Bearer nonsense"}
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    for headers in ({}, bad):
        yield guest("POST", "/api/records", json=complete(word), headers=headers)
        yield guest("GET", here, headers=headers)
        yield guest("PUT", here, json=complete(word), headers=headers)
        yield guest("DELETE", here, headers=headers)
        yield guest("POST", f"{here}/actions/publish", headers=headers)
        yield guest("GET", f"{here}/files", headers=headers)
        yield guest("POST", f"{here}/files", json=[{"key": "a"}], headers=headers)
        yield guest("GET", "/api/user/records", headers=headers)
        yield guest("GET", "/api/records?q=" + word, headers=headers)
        yield guest("POST", "/api/communities", json={}, headers=headers)
        yield guest("GET", "/api/user/requests", headers=headers)
        yield guest("GET", "/api/user/communities", headers=headers)


@script
def no_such_route(word: str) -> Steps:
    for path in (
        "/api/nothing",
        "/api/records/77777-77777/nothing",
        "/api/records/a/b/c/d/e",
        "/api/",
        "/api",
        "/api/me/",
        "/api/records/",
        "/api/communities/",
        "/api/requests",
        "/api/user/records/",
        f"/api//records?q={word}",
    ):
        yield alice("GET", path)
    yield alice("POST", "/api/nothing", json={})


@script
def wrong_methods(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    for method, path in (
        ("DELETE", "/api/records"),
        ("PUT", "/api/records"),
        ("PATCH", here),
        ("GET", f"{here}/actions/publish"),
        ("PUT", f"{here}/files"),
        ("PATCH", f"{here}/files/a"),
        ("GET", f"{here}/files/a/commit"),
        ("POST", f"{here}/files/a/content"),
        ("POST", f"/api/records/{made['id']}"),
        ("DELETE", f"/api/records/{made['id']}/versions"),
        ("GET", f"{here}/pids/doi"),
        ("PUT", "/api/communities"),
        ("DELETE", "/api/vocabularies/licenses"),
        ("POST", "/api/user/records"),
    ):
        yield alice(method, path)
    for path in (
        "/api/records",
        here,
        f"{here}/files",
        f"{here}/files/a/content",
        f"{here}/actions/publish",
        f"/api/records/{made['id']}",
        "/api/user/records",
        "/api/communities",
    ):
        yield alice("OPTIONS", path)
