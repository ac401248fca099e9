"""Talking HTTP with the embedded Zenodo, and comparing its answers with measured ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from zenodo_sdk.testing.local import LocalZenodo

Json = dict[str, Any]
RDM_JSON = "application/vnd.inveniordm.v1+json"
NOBODY = "00000000-0000-0000-0000-000000000000"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


class People:
    """Three people at one server: two with accounts and a guest."""

    def __init__(self, server: LocalZenodo) -> None:
        # ids of people, records and requests are told apart by their numbers
        with server._store.transaction():
            while server._store.next("user") < 700:
                pass
        alice = server.add_user("alice@example.org", name="Alice Tester")
        bob = server.add_user("bob@example.org", name="Bob Tester")
        with server._store.transaction():
            while server._store.next("record") < 100:
                pass
        self.alice_id, self.bob_id = alice.id, bob.id
        self.url = server.url
        self.alice = self._client(alice.token)
        self.bob = self._client(bob.token)
        self.guest = self._client(None)

    def close(self) -> None:
        """Close the connections."""
        for client in (self.alice, self.bob, self.guest):
            client.close()

    def draft(self, title: str = "Example", *, access: Json | None = None) -> str:
        """A complete draft of Alice's with one file."""
        body: Json = {
            "metadata": {
                "title": title,
                "publication_date": "2024-01-02",
                "resource_type": {"id": "dataset"},
                "publisher": "Zenodo",
                "creators": [
                    {
                        "person_or_org": {
                            "type": "personal",
                            "given_name": "Jane",
                            "family_name": "Doe",
                        }
                    }
                ],
            },
            "access": access or {"record": "public", "files": "public"},
            "files": {"enabled": True},
        }
        made = self.alice.post("/api/records", json=body, headers={"Accept": RDM_JSON})
        record_id = str(made.json()["id"])
        files = f"/api/records/{record_id}/draft/files"
        self.alice.post(files, json=[{"key": "a.txt"}])
        self.alice.put(
            f"{files}/a.txt/content",
            content=b"abc",
            headers={"Content-Type": "application/octet-stream"},
        )
        self.alice.post(f"{files}/a.txt/commit")
        return record_id

    def record(self, title: str = "Example", *, access: Json | None = None) -> str:
        """A published record of Alice's with one file."""
        record_id = self.draft(title, access=access)
        published = self.alice.post(f"/api/records/{record_id}/draft/actions/publish")
        assert published.status_code == 202
        return record_id

    def told(self, answer: httpx.Response, names: Mapping[str, str] | None = None) -> Any:
        """What an answer says, with names for ids and without what changes from run to run."""
        return self.plain(answer.json(), names or {})

    def plain(self, value: Any, names: Mapping[str, str]) -> Any:
        """A part of an answer in the same way."""
        if isinstance(value, dict):
            return {key: self.plain(each, names) for key, each in value.items()}
        if isinstance(value, list):
            return [self.plain(each, names) for each in value]
        if not isinstance(value, str):
            return value
        text = value.replace(self.url, "")
        for id_, name in names.items():
            text = text.replace(id_, name) if "-" in id_ else (name if text == id_ else text)
        return _TOKEN.sub("TOKEN", _UUID.sub("UUID", _MOMENT.sub("WHEN", text)))

    def _client(self, token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


@contextmanager
def people(profile: Any) -> Iterator[People]:
    """A server of a profile with its people, for the length of a block."""
    with LocalZenodo(profile=profile) as server:
        found = People(server)
        try:
            yield found
        finally:
            found.close()


def community(client: httpx.Client, slug: str, **access: str) -> str:
    """A community; its id."""
    body: Json = {
        "slug": slug,
        "access": {"visibility": "public", "review_policy": "open", **access},
        "metadata": {"title": slug.capitalize()},
    }
    made = client.post("/api/communities", json=body)
    assert made.status_code == 201
    return str(made.json()["id"])


def invalid(*errors: tuple[str, str]) -> Json:
    """400, with what is wrong in which field."""
    return {
        "status": 400,
        "message": "A validation error occurred.",
        "errors": [{"field": field, "messages": [text]} for field, text in errors],
    }


def refusal(status: int, message: str) -> Json:
    """A refusal without a list of errors."""
    return {"status": status, "message": message}


DENIED = refusal(403, "Permission denied.")
