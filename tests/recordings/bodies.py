"""Bodies of records, made from what the recordings show of them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# what the older form calls them
_LICENSES = {"mit-license": "mit", "cc-zero": "cc0-1.0"}


def rdm_of(hit: Json) -> Json:
    """The body that made a record, from Zenodo's older form of it."""
    shown = hit["metadata"]
    license_id: str = shown["license"]["id"]
    metadata: Json = {
        "title": shown["title"],
        "publication_date": shown["publication_date"],
        "publisher": "Zenodo",
        "resource_type": {"id": shown["resource_type"]["type"]},
        "creators": [_creator(each) for each in shown["creators"]],
        "rights": [{"id": _LICENSES.get(license_id, license_id)}],
    }
    for name in ("description", "version"):
        if name in shown:
            metadata[name] = shown[name]
    if "keywords" in shown:
        metadata["subjects"] = [{"subject": each} for each in shown["keywords"]]
    access: Json = {"record": "public", "files": "public"}
    if shown["access_right"] != "open":
        access["files"] = "restricted"
    if "embargo_date" in shown:
        access["embargo"] = {"active": True, "until": shown["embargo_date"]}
    body: Json = {"access": access, "files": {"enabled": True}, "metadata": metadata}
    if "conceptdoi" not in hit:
        body["pids"] = {"doi": {"identifier": hit["doi"], "provider": "external"}}
    return body


def _creator(shown: Json) -> Json:
    family, given = shown["name"].split(", ")
    person: Json = {"type": "personal", "family_name": family, "given_name": given}
    if "orcid" in shown:
        person["identifiers"] = [{"scheme": "orcid", "identifier": shown["orcid"]}]
    creator: Json = {"person_or_org": person}
    if shown["affiliation"]:
        creator["affiliations"] = [{"name": shown["affiliation"]}]
    return creator
