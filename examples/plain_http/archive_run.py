"""A tool that talks plain HTTP to Zenodo: it publishes one file. It knows nothing of zenodo_sdk.

ZENODO_TOKEN=… python archive_run.py results.csv "Soil moisture, run 7"
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

ZENODO = "https://zenodo.org"
RDM = "application/vnd.inveniordm.v1+json"


class Refused(Exception):
    """Zenodo did not take it; the message tells why."""


def archive(path: Path, title: str, *, token: str, url: str = ZENODO) -> str:
    """Publish a file, and return its DOI.

    Args:
        path: The file.
        title: What to call it.
        token: An access token.
        url: The repository.

    Raises:
        Refused: Zenodo said no, or its copy differs.
    """

    def call(method: str, address: str, body: bytes = b"", kind: str = "application/json") -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept": f"{RDM}, application/json;q=0.9"}
        if body:
            headers["Content-Type"] = kind
        # S310 is about file: addresses; this one is the repository that the caller names
        request = Request(f"{url}/api{address}", body or None, headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise Refused(f"{error.code}: {json.load(error)['message']}") from None
        except (OSError, HTTPException) as error:
            raise Refused(f"no answer: {error}") from error

    draft = call("POST", "/records", json.dumps({"metadata": metadata(title)}).encode())
    if draft.get("errors"):
        raise Refused("; ".join(f"{each['field']}: {each['messages']}" for each in draft["errors"]))
    files = f"/records/{draft['id']}/draft/files"
    content, name = path.read_bytes(), quote(path.name)
    call("POST", files, json.dumps([{"key": path.name}]).encode())
    call("PUT", f"{files}/{name}/content", content, "application/octet-stream")
    stored = call("POST", f"{files}/{name}/commit")
    if stored["checksum"] != f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}":
        raise Refused("the copy on the server differs")
    doi: str = call("POST", f"/records/{draft['id']}/draft/actions/publish")["pids"]["doi"][
        "identifier"
    ]
    return doi


def metadata(title: str) -> dict[str, Any]:
    """The least that Zenodo wants."""
    return {
        "title": title,
        "resource_type": {"id": "dataset"},
        "publication_date": "2026-11-22",
        "publisher": "Zenodo",
        "creators": [{"person_or_org": {"type": "personal", "family_name": "Okafor"}}],
    }


if __name__ == "__main__":
    print(archive(Path(sys.argv[1]), sys.argv[2], token=os.environ["ZENODO_TOKEN"]))
