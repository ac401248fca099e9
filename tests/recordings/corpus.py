"""The recorded exchanges with Zenodo's own server software, where they are at hand."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
_FOLDER = SHARED / "recordings"


@dataclass(frozen=True)
class Recording:
    """One exchange."""

    name: str
    method: str
    path: str
    request_headers: dict[str, str]
    request_body: Json
    status: int
    headers: dict[str, str]
    body: Json


def load() -> dict[str, Recording]:
    """All recordings by their numbers, in the order in which they were made."""
    found = {path.stem.partition("-")[0]: path for path in _FOLDER.glob("*.json")}
    return {number: _read(found[number]) for number in sorted(found, key=_moment)}


def _moment(number: str) -> int:
    # those of the 7100s continue the 700s
    return int(number) - 6400 if number.startswith("71") else int(number)


def _read(path: Path) -> Recording:
    exchange = json.loads(path.read_text(encoding="utf-8"))
    request, response = exchange["request"], exchange["response"]
    return Recording(
        name=exchange["name"],
        method=request["method"],
        path=request["path"],
        request_headers=request["headers"],
        request_body=request["body"],
        status=response["status"],
        headers=response["headers"],
        body=response["body"],
    )
