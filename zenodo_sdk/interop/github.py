"""What Zenodo's GitHub integration makes of the files in a repository.

For each release it builds the metadata itself, and then replaces whole fields by those of
``.zenodo.json``, or else of ``CITATION.cff``. Of ``.zenodo.json`` it takes what belongs to the
record's ``metadata``, and nothing else; of ``CITATION.cff`` six keys. A file that its reader
refuses makes the release fail, without a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue

from ..identifiers.schemes import is_valid
from ..rules.finding import Finding
from ..rules.text import cleaned
from ..types import JsonObject, Path
from ..vocabularies import licence_id

FILLED = ("title", "resource_type", "creators", "publication_date", "publisher")
"""What the integration takes from the release, the repository and its contributors."""

_OF_CFF = ("abstract", "authors", "keywords", "license", "message", "title")
_REPLACED_OF_CFF = ("cff-version", "date-released", "type", "version")
_LEFT_OUT = {
    "access_conditions": "The record is open.",
    "communities": "Ask the community to take the record, once it is published.",
    "custom": "Edit the record on Zenodo, once it is published.",
    "doi": "Zenodo registers a DOI of its own for each release.",
    "embargo_date": "The record is open.",
    "subjects": "Name them in `keywords`.",
}
_LEFT_OUT_GROUPS = re.compile(
    r"(journal|conference|partof)_|imprint_(isbn|place)|thesis_university"
)
_STOPS_FIX = {
    "missing": "Give the title.",
    "unknown-term": "Write the SPDX id of a licence that Zenodo knows.",
    "wrong-type": "Name one licence, or write a .zenodo.json.",
    "bad-identifier": "Copy the ORCID from its owner's page on orcid.org.",
}


def without_filled(findings: Iterable[Finding], body: JsonObject) -> list[Finding]:
    """Leave out what is said of fields that the integration fills in, or does not take at all.

    Args:
        findings: What was found in a body.
        body: The body.
    """
    metadata = body.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    filled = {("metadata",), *(("metadata", name) for name in FILLED if not given.get(name))}
    return [
        finding
        for finding in findings
        if finding.path[:1] == ("metadata",)
        and not (finding.code == "missing" and finding.path in filled)
    ]


def as_taken(
    kind: str, document: Mapping[str, JsonValue], findings: Sequence[Finding]
) -> list[Finding]:
    """Tell what the integration makes of a document.

    Args:
        kind: What it is written in.
        document: What it says.
        findings: What was found for a deposit made of it; paths are the document's.

    Returns:
        The findings that hold for the integration, too, and its own.
    """
    if kind == "zenodo_json":
        # its reader gives up at a byte order mark
        findings = [
            replace(finding, effect="refused") if finding.code == "byte-order-mark" else finding
            for finding in findings
        ]
        return _of_zenodo_json(document, findings)
    if kind == "cff":
        return _of_cff(document, findings)
    unread = Finding(
        (),
        "github-ignored",
        "Zenodo's GitHub integration does not read this file.",
        "Write a .zenodo.json or a CITATION.cff at the top of the repository.",
        "lost",
    )
    return [unread, *findings]


def _of_zenodo_json(
    document: Mapping[str, JsonValue], findings: Sequence[Finding]
) -> list[Finding]:
    if isinstance(document.get("metadata"), dict):
        return [_lost(("metadata",), "everything in it", "Move its keys to the top of the file.")]
    left_out = {
        (key,): _lost((key,), "this", _LEFT_OUT.get(key, _LEFT_OUT["custom"]))
        for key in document
        if key in _LEFT_OUT or _LEFT_OUT_GROUPS.match(key)
    }
    if document.get("access_right", "open") != "open":
        fix = "The record is open; keep what must not be out of the repository."
        left_out["access_right",] = _lost(("access_right",), "this", fix)
    kept = [
        finding
        for finding in findings
        # a value that its reader stumbles over stops the release, even where it takes no notice
        if finding.effect == "refused"
        or (finding.code != "default" and finding.path[:1] not in left_out)
    ]
    return [*kept, *left_out.values()]


def _of_cff(document: Mapping[str, JsonValue], findings: Sequence[Finding]) -> list[Finding]:
    stops = [*_title_stops(document), *_license_stops(document), *_orcid_stops(document)]
    stopped = {finding.path for finding in stops}
    kept = [
        finding
        for finding in findings
        if (not finding.path or finding.path[0] in _OF_CFF) and finding.path not in stopped
    ]
    own = [*kept, *stops]
    if unread := [key for key in document if key not in _OF_CFF + _REPLACED_OF_CFF]:
        fix = "Write a .zenodo.json with all that the record should say."
        own.append(_lost((), ", ".join(unread), fix))
    if document.get("type") == "dataset":
        message = "Zenodo's GitHub integration publishes this as software."
        fix = 'Write a .zenodo.json with "upload_type": "dataset".'
        own.append(Finding(("type",), "github-replaced", message, fix, "changed"))
    return own


def _lost(path: Path, what: str, fix: str) -> Finding:
    message = f"Zenodo's GitHub integration ignores {what}."
    return Finding(path, "github-ignored", message, fix, "lost")


def _title_stops(document: Mapping[str, JsonValue]) -> Iterator[Finding]:
    title = document.get("title")
    if not isinstance(title, str) or len(cleaned(title)) < 3:
        yield _stops(("title",), "missing", "needs a title of three characters or more")


def _license_stops(document: Mapping[str, JsonValue]) -> Iterator[Finding]:
    match document.get("license"):
        case str() as text if text and licence_id(text) is None:
            yield _stops(("license",), "unknown-term", "does not know this licence")
        case list() | dict():
            yield _stops(("license",), "wrong-type", "takes one licence, as a text")
        case _:
            pass


def _orcid_stops(document: Mapping[str, JsonValue]) -> Iterator[Finding]:
    authors = document.get("authors")
    for position, author in enumerate(authors if isinstance(authors, list) else ()):
        match author:
            case {"orcid": str() as orcid} if orcid and not is_valid(orcid, "orcid"):
                path = ("authors", position, "orcid")
                yield _stops(path, "bad-identifier", "refuses an ORCID with a wrong check digit")
            case _:
                pass


def _stops(path: Path, code: str, why: str) -> Finding:
    message = f"Zenodo's GitHub integration {why}: no release is published."
    return Finding(
        path, code, message, _STOPS_FIX[code], "refused", "Citation metadata load failed"
    )
