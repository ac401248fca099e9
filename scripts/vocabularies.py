"""Read the vocabularies of a running InvenioRDM through its public API, for the embedded server.

    python scripts/vocabularies.py http://127.0.0.1:5055 "InvenioRDM 14.0.5"

Only members may list ``names``: ZENODO_SDK_TEST_TOKEN is somebody's token. The result is the
list of the profile ``inveniordm``; how zenodo.org differs stands in ``zenodo.json``, by hand.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]

TARGET = (
    Path(__file__)
    .resolve()
    .parent.parent.joinpath("zenodo_sdk", "testing", "_server", "data", "inveniordm.json")
)
GENERIC = (
    "resourcetypes",
    "licenses",
    "creatorsroles",
    "contributorsroles",
    "descriptiontypes",
    "datetypes",
    "relationtypes",
    "titletypes",
    "removalreasons",
    "communitytypes",
    "languages",
    "code:programmingLanguages",
    "code:developmentStatus",
)
OWN_ROUTE = ("affiliations", "funders", "awards", "names", "subjects")
# The answer's own, made anew whenever an item is served.
OF_ANSWER = {"id", "created", "updated", "links", "revision_id", "type"}


def read_kind(client: httpx.Client, path: str) -> dict[str, Json]:
    """All items of a kind by id, oldest first, as its search serves them."""
    items: dict[str, Json] = {}
    page = 1
    while True:
        answer = client.get(path, params={"size": 1000, "page": page, "sort": "oldest"})
        hits = answer.raise_for_status().json()["hits"]
        for hit in hits["hits"]:
            items[hit["id"]] = {key: hit[key] for key in hit if key not in OF_ANSWER}
        if len(items) >= hits["total"] or not hits["hits"]:
            return items
        page += 1


def compact(kinds: dict[str, dict[str, Json]], source: str) -> str:
    """The file's text: one item a line, so that changes can be read."""

    def dump(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    about = f"The vocabularies of {source}, read by scripts/vocabularies.py."
    lists = [
        f"{dump(kind)}:{{\n"
        + ",\n".join(f"{dump(id_)}:{dump(item)}" for id_, item in items.items())
        + "\n}"
        for kind, items in kinds.items()
    ]
    head = f'"about":{dump(about)},\n"date":{dump(date.today().isoformat())},\n'
    return "{" + head + '"items":{\n' + ",\n".join(lists) + "\n}}\n"


def main(base_url: str, source: str) -> None:
    """Write the file."""
    token = os.environ["ZENODO_SDK_TEST_TOKEN"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=f"{base_url}/api/", headers=headers, timeout=60) as client:
        kinds = {kind: read_kind(client, f"vocabularies/{kind}") for kind in GENERIC}
        kinds |= {kind: read_kind(client, kind) for kind in OWN_ROUTE}
    TARGET.write_text(compact(kinds, source), encoding="utf-8")
    print({kind: len(items) for kind, items in kinds.items()}, TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
