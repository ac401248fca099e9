"""Read the vocabularies of a running InvenioRDM through its public API.

For the package, that is what ``zenodo_sdk.vocabularies`` knows offline. When a repository has
gained a licence or a role, one command takes it over; then say in the pull request what changed::

    python scripts/vocabularies.py package https://zenodo.org "zenodo.org"

For the embedded server, the list of its profile ``inveniordm``; how zenodo.org differs from it
stands in ``zenodo.json``, by hand. Only members may list ``names``: ZENODO_SDK_TEST_TOKEN is
somebody's token::

    python scripts/vocabularies.py embedded http://127.0.0.1:5055 "InvenioRDM 14.0.5"

No server lists the licence ids of Zenodo's older API, what funders' DOIs stand for, and the
schemes of subjects: ``legacy_licenses.json``, ``funders.json`` and ``subject_schemes.json`` of
the package are kept by hand.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]

PACKAGE = Path(__file__).resolve().parent.parent / "zenodo_sdk"
EMBEDDED = PACKAGE / "testing" / "_server" / "data" / "inveniordm.json"
DATA = PACKAGE / "vocabularies" / "data"

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
# What the package calls a kind, and what the server does.
OF_PACKAGE = {
    "date_types": "datetypes",
    "description_types": "descriptiontypes",
    "development_statuses": "code:developmentStatus",
    "languages": "languages",
    "licenses": "licenses",
    "programming_languages": "code:programmingLanguages",
    "relations": "relationtypes",
    "removal_reasons": "removalreasons",
    "resource_types": "resourcetypes",
    "roles": "contributorsroles",
    "title_types": "titletypes",
}


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


def dump(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def compact(kinds: dict[str, dict[str, Json]], source: str) -> str:
    """The embedded server's file: one item a line, so that changes can be read."""
    about = f"The vocabularies of {source}, read by scripts/vocabularies.py."
    lists = [
        f"{dump(kind)}:{{\n"
        + ",\n".join(f"{dump(id_)}:{dump(item)}" for id_, item in items.items())
        + "\n}"
        for kind, items in kinds.items()
    ]
    head = f'"about":{dump(about)},\n"date":{dump(date.today().isoformat())},\n'
    return "{" + head + '"items":{\n' + ",\n".join(lists) + "\n}}\n"


def titles(items: Mapping[str, Json]) -> dict[str, str]:
    """The English title of each id, or the id where there is none; in the order of the ids."""
    return {id_: items[id_].get("title", {}).get("en") or id_ for id_ in sorted(items)}


def of_package(terms: Mapping[str, str], source: str) -> str:
    """A file of the package: one term a line."""
    head = f'"source":{dump(source)},\n"date":{dump(date.today().isoformat())},\n'
    lines = ",\n".join(f"{dump(id_)}:{dump(title)}" for id_, title in terms.items())
    return "{" + head + '"terms":{\n' + lines + "\n}}\n"


def write_embedded(base_url: str, source: str) -> None:
    """Write the file of the embedded server."""
    token = os.environ["ZENODO_SDK_TEST_TOKEN"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=f"{base_url}/api/", headers=headers, timeout=60) as client:
        kinds = {kind: read_kind(client, f"vocabularies/{kind}") for kind in GENERIC}
        kinds |= {kind: read_kind(client, kind) for kind in OWN_ROUTE}
    EMBEDDED.write_text(compact(kinds, source), encoding="utf-8")
    print({kind: len(items) for kind, items in kinds.items()}, EMBEDDED.stat().st_size, "bytes")


def write_package(base_url: str, source: str) -> None:
    """Write the files of the package, and tell what is new and what is gone."""
    headers = {"Accept": "application/json"}
    with httpx.Client(base_url=f"{base_url}/api/", headers=headers, timeout=60) as client:
        for kind, theirs in OF_PACKAGE.items():
            target = DATA / f"{kind}.json"
            before = set(json.loads(target.read_text("utf-8"))["terms"]) if target.exists() else ()
            terms = titles(read_kind(client, f"vocabularies/{theirs}"))
            target.write_text(of_package(terms, source), encoding="utf-8")
            new, gone = sorted(set(terms) - set(before)), sorted(set(before) - set(terms))
            print(f"{kind}: {len(terms)}; new: {new[:20]}; gone: {gone[:20]}")


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description="Read the vocabularies of a running InvenioRDM.")
    parser.add_argument("target", choices=("package", "embedded"))
    parser.add_argument("base_url", help="such as https://zenodo.org")
    parser.add_argument("source", help="how the file names it, such as 'InvenioRDM 14.0.5'")
    asked = parser.parse_args()
    write = write_package if asked.target == "package" else write_embedded
    write(asked.base_url.rstrip("/"), asked.source)


if __name__ == "__main__":
    main()
