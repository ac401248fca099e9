"""Scripts of raw requests: what is sent, by whom, and what a script sees of the answers.

A script is a generator function. It yields requests and receives the answer to each::

    @script
    def read_back(word: str) -> Steps:
        made = yield alice("POST", "/api/records", json=complete(word))
        yield guest("GET", f"/api/records/{made['id']}/draft")
"""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

VND = "application/vnd.inveniordm.v1+json"
JSON = "application/json"
RDM = f"{VND}, {JSON};q=0.9, */*;q=0.1"
"""What the SDK accepts."""
OCTETS = "application/octet-stream"

OPEN = "open-tests"
"""The community of alice that takes without review what she submits."""
REVIEWED = "reviewed-tests"
"""The community of bob in which everything waits for his review."""

_NOTHING: Any = object()


@dataclass(frozen=True)
class Answer:
    """An answer as it came, for the script to take ids and links from."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def __getitem__(self, key: str) -> Any:
        """A value of the JSON body."""
        return self.body[key]


@dataclass(frozen=True)
class Request:
    """A request; one with `until` is sent again until the search index has caught up."""

    who: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    until: Callable[[Answer], bool] | None = None


Steps = Generator[Request, Answer, Any]
Script = Callable[[str], Steps]

SCRIPTS: dict[str, Script] = {}


def script(function: Script) -> Script:
    """Name a script after its function; it is given a word that no other run has."""
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    SCRIPTS[name] = function
    return function


@dataclass(frozen=True)
class User:
    """Who sends a request: an account of the server, or nobody."""

    name: str

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: Any = _NOTHING,
        body: str | bytes | None = None,
        media_type: str | None = None,
        accept: str | None = RDM,
        until: Callable[[Answer], bool] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """A request of this user; `json` becomes its body, with the media type of JSON."""
        if json is not _NOTHING:
            body = json_module.dumps(json)
            media_type = media_type or JSON
        sent = dict(headers or {})
        if accept is not None:
            sent["Accept"] = accept
        if media_type:
            sent["Content-Type"] = media_type
        content = body.encode() if isinstance(body, str) else body
        return Request(self.name, method, path, sent, content, until)


alice, bob, guest = User("alice"), User("bob"), User("guest")


def total(count: int) -> Callable[[Answer], bool]:
    """The search has found so many."""
    return lambda answer: (
        isinstance(answer.body, dict) and (answer.body.get("hits", {}).get("total") == count)
    )


def processed(answer: Answer) -> bool:
    """The worker is through with a file; what changes the file at the same time may fail."""
    return answer.status != 200 or answer.body["metadata"] is not None


def metadata(word: str, **changes: Any) -> dict[str, Any]:
    """The least that can be published, changed; a value of None leaves the field out."""
    least = {
        "resource_type": {"id": "dataset"},
        "title": f"Differential {word}",
        "publication_date": "2026-02-01",
        "publisher": "Zenodo",
        "creators": [
            {"person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}}
        ],
    }
    return {key: value for key, value in (least | changes).items() if value is not None}


def complete(word: str, changes: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """A record to create: `changes` to the metadata, and further top-level keys."""
    return {
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": True},
        "metadata": metadata(word, **(changes or {})),
        **parts,
    }


def without_files(word: str, changes: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """A metadata-only record to create."""
    return complete(word, changes, **{"files": {"enabled": False}, **parts})


def draft_of(answer: Answer) -> str:
    """The path of a draft."""
    return f"/api/records/{answer['id']}/draft"


def record_of(answer: Answer) -> str:
    """The path of a record."""
    return f"/api/records/{answer['id']}"


def upload(who: User, draft: str, key: str = "a.txt", content: bytes = b"hello\n") -> Steps:
    """Put a file into a draft."""
    yield who("POST", f"{draft}/files", json=[{"key": key}])
    here = f"{draft}/files/{key}"
    yield who("PUT", f"{here}/content", body=content, media_type=OCTETS)
    committed = yield who("POST", f"{here}/commit")
    yield who("GET", here, until=processed)
    return committed


def publish(who: User, word: str, body: dict[str, Any] | None = None) -> Steps:
    """Create and publish a record, with a file unless the body says otherwise."""
    body = complete(word) if body is None else body
    made = yield who("POST", "/api/records", json=body)
    if body.get("files", {}).get("enabled"):
        yield from upload(who, draft_of(made))
    return (yield who("POST", f"{draft_of(made)}/actions/publish"))
