"""Real records, and the way onto a server that does not go through the SDK."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.support.rdm import without_output_only

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)


def real_records() -> Iterator[tuple[str, Json]]:
    """Every record that a real server was seen to show, with its name."""
    for path in sorted((SHARED / "oracle").glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines()):
            yield f"{path.stem}:{number}", json.loads(line).get("record_rdm")
    for folder in ("realdata/records_rdm", "realdata/metadata_other", "recordings"):
        for path in sorted((SHARED / folder).glob("*.json")):
            document = json.loads(path.read_text())
            if folder == "recordings":
                document = document["response"]["body"]
            for number, found in enumerate(_hits(document)):
                yield f"{path.stem}[{number}]", found


def all_real_records() -> list[tuple[str, Json]]:
    """Those of them that are whole records or drafts in InvenioRDM's own dialect."""
    return [
        (name, record)
        for name, record in real_records()
        if isinstance(record, dict) and {"id", "metadata", "access", "files"} <= record.keys()
    ]


def _hits(document: Json) -> list[Json]:
    if not isinstance(document, dict):
        return []
    hits = document.get("hits")
    return hits["hits"] if isinstance(hits, dict) else [document]


def publish_as_is(http: httpx.Client, record: Json, *, unique: str) -> str | None:
    """Publish what a server takes of a record.

    Words and schemes that it does not know are left out until it takes the rest.

    Args:
        http: Sends the owner's token.
        record: The record, as another server showed it.
        unique: Makes a DOI another one than in earlier runs.

    Returns:
        The id; None if the server does not take it.
    """
    body: Json | None = {**without_output_only(record), "files": {"enabled": True}}
    if "pids" in body:
        body["pids"]["doi"]["identifier"] += f".{unique}.{record['id']}"
    while body is not None:
        answer = _published(http, body)
        if answer.status_code == 202:
            record_id: str = answer.json()["id"]
            return record_id
        smaller = _without_what_is_refused(body, answer.json())
        body = None if smaller == body else smaller
    return None


def _published(http: httpx.Client, body: Json) -> httpx.Response:
    made = http.post("/api/records", json=body)
    if made.status_code != 201:
        return made
    draft = f"/api/records/{made.json()['id']}/draft"
    http.post(f"{draft}/files", json=[{"key": "a.txt"}]).raise_for_status()
    http.put(f"{draft}/files/a.txt/content", content=b"content").raise_for_status()
    http.post(f"{draft}/files/a.txt/commit").raise_for_status()
    published = http.post(f"{draft}/actions/publish")
    if published.status_code != 202:
        http.delete(draft).raise_for_status()
    return published


def _without_what_is_refused(body: Json, answer: Json) -> Json:
    if answer.get("status") == 500:
        # it fails over several unknown words in one list
        return _without_bare_words(body)
    if found := re.fullmatch(r"Invalid value (.+)\.", str(answer.get("message"))):
        return _without(body, found[1])
    fields = [error["field"] for error in answer.get("errors", ())]
    return _without_items(body, "", {found[0] for field in fields if (found := _ITEM.match(field))})


def _without_bare_words(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_bare_words(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_bare_words(item) for item in value if not _is_bare_word(item)]
    return value


def _is_bare_word(item: Json) -> bool:
    return isinstance(item, dict) and item.keys() == {"id"}


def _without_items(value: Json, path: str, refused: set[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without_items(each, f"{path}{key}.", refused) for key, each in value.items()}
    if isinstance(value, list):
        return [
            _without_items(item, f"{path}{number}.", refused)
            for number, item in enumerate(value)
            if f"{path}{number}." not in refused
        ]
    return value


_ITEM = re.compile(r".+\.\d+\.")  # the innermost item that a path leads through
_GONE = object()


def _without(value: Json, term: str) -> Json:
    """Leave out a term, and items of lists that are not whole without it."""
    if isinstance(value, dict):
        if value.get("id") == term:
            return _GONE
        kept = {key: _without(item, term) for key, item in value.items()}
        if kept.get("resource_type") is _GONE:
            kept["resource_type"] = {"id": "other"}
        return {key: item for key, item in kept.items() if item is not _GONE}
    if isinstance(value, list):
        items = [(each, _without(each, term)) for each in value]
        return [kept for each, kept in items if kept is not _GONE and len(kept) == len(each)]
    return value
