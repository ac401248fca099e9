"""Real records, and a way onto a server that does not go through the SDK."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.support.rdm import without_output_only

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)

# --- the records --------------------------------------------------------------


def real_records() -> list[tuple[str, Json]]:
    """Records and drafts, with their names, as real servers were seen to show them."""
    return [
        (name, found)
        for name, found in [*_judged(), *_collected()]
        # whole, and in InvenioRDM's own dialect
        if isinstance(found, dict) and {"id", "metadata", "access", "files"} <= found.keys()
    ]


def _judged() -> Iterator[tuple[str, Json]]:
    for path in sorted((SHARED / "oracle").glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines()):
            yield f"{path.stem}:{number}", json.loads(line).get("record_rdm")


def _collected() -> Iterator[tuple[str, Json]]:
    for folder in ("realdata/records_rdm", "realdata/metadata_other", "recordings"):
        for path in sorted((SHARED / folder).glob("*.json")):
            document = json.loads(path.read_text())
            if folder == "recordings":
                document = document["response"]["body"]
            hits = document.get("hits") if isinstance(document, dict) else None
            found = hits["hits"] if isinstance(hits, dict) else [document]
            yield from ((f"{path.stem}[{number}]", record) for number, record in enumerate(found))


# --- onto a server ------------------------------------------------------------


def publish_what_is_taken(http: httpx.Client, record: Json, *, unique: str) -> str | None:
    """Publish as much of a record as a server takes.

    Words and schemes that it does not know are left out until it takes the rest.

    Args:
        http: Sends the owner's token.
        record: The record, as another server showed it.
        unique: Makes a DOI another one than in earlier runs.

    Returns:
        The id; None if the server does not take it.
    """
    body: Json = {**without_output_only(record), "files": {"enabled": True}}
    body.pop("media_files", None)
    if "pids" in body:
        body["pids"]["doi"]["identifier"] += f".{unique}.{record['id']}"
    while True:
        answer = _published(http, body)
        if answer.status_code == 202:
            return str(answer.json()["id"])
        smaller = _without_what_is_refused(body, answer)
        if smaller == body:
            return None
        body = smaller


def _published(http: httpx.Client, body: Json) -> httpx.Response:
    """Publish a body; answer the first refusal."""
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


def _without_what_is_refused(body: Json, answer: httpx.Response) -> Json:
    if answer.status_code == 500:
        # it fails over several unknown words in one list
        return _kept(body, "", lambda _, item: not _is_bare_word(item))
    told = answer.json()
    if found := re.fullmatch(r"Invalid value (.+)\.", str(told.get("message"))):
        return _without(body, found[1])
    fields = [error["field"] for error in told.get("errors", ())]
    refused = {found[0] for field in fields if (found := _ITEM.match(field))}
    return _kept(body, "", lambda path, _: path not in refused)


_ITEM = re.compile(r".+\.\d+\.")  # the innermost item that a path leads through


def _is_bare_word(item: Json) -> bool:
    return isinstance(item, dict) and item.keys() == {"id"}


def _kept(value: Json, path: str, keeps: Callable[[str, Json], bool]) -> Json:
    """Keep the items of lists that something says yes to."""
    if isinstance(value, dict):
        return {key: _kept(each, f"{path}{key}.", keeps) for key, each in value.items()}
    if isinstance(value, list):
        return [
            _kept(item, here, keeps)
            for number, item in enumerate(value)
            if keeps(here := f"{path}{number}.", item)
        ]
    return value


_GONE = object()


def _is_whole(kept: Json, item: Json) -> bool:
    return not isinstance(item, dict) or kept.keys() == item.keys()


def _without(value: Json, word: str) -> Json:
    """Leave out a word, and items of lists that are not whole without it."""
    if isinstance(value, dict):
        if value.get("id") == word:
            return _GONE
        kept = {key: _without(item, word) for key, item in value.items()}
        if kept.get("resource_type") is _GONE:
            kept["resource_type"] = {"id": "other"}
        return {key: item for key, item in kept.items() if item is not _GONE}
    if isinstance(value, list):
        items = [(each, _without(each, word)) for each in value]
        return [kept for each, kept in items if kept is not _GONE and _is_whole(kept, each)]
    return value
