"""``.zenodo.json``, the metadata of Zenodo's older API, and what becomes of it.

Zenodo's own server translates such a document into the metadata of InvenioRDM, silently dropping
what it does not know. Here the same translation tells what happens on the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from ..rules.finding import Finding
from ..types import JsonObject, Path
from .imported import Imported
from .zenodo_json_fields import (
    read_custom,
    read_dates,
    read_descriptions,
    read_keywords,
    read_language,
    read_locations,
    read_nulls,
    read_references,
    read_texts,
    read_type,
)
from .zenodo_json_lost import lost
from .zenodo_json_people import read_people
from .zenodo_json_reading import Reading, shortened
from .zenodo_json_rights import (
    read_access,
    read_communities,
    read_doi,
    read_grants,
    read_licence,
    read_related,
)
from .zenodo_json_words import KEYS
from .zenodo_json_write import written

__all__ = ["read", "write"]

_OUTER = frozenset({"metadata", "files"})


def read(document: Mapping[str, JsonValue], *, today: dt.date | None = None) -> Imported:
    """Translate a ``.zenodo.json`` document as Zenodo's server does.

    The body holds what the server makes of the document before it validates it; what it then
    refuses or drops is for :func:`zenodo_sdk.rules.judge.judge` to say. Values that make the server
    refuse the whole document are findings, and are kept in the body where it is clear what they
    mean.

    Args:
        document: The document, or ``{"metadata": document}`` as the deposit API takes it.
        today: The day that stands for a missing ``publication_date``; by default the day it is
            in UTC.

    Returns:
        The body with what was found on the way. Communities and a DOI of Zenodo's own stand beside
        it.

    Example:
        >>> imported = read({"upload_type": "dataset", "title": "Soil grid", "license": "cc-zero"})
        >>> imported.body["metadata"]["rights"]
        [{'id': 'cc0-1.0'}]
    """
    inner = document.get("metadata")
    wrapped = isinstance(inner, Mapping) and not {"title", "creators", "upload_type"} & {*document}
    base: Path = ("metadata",) if wrapped else ()
    reading = Reading(inner if wrapped and isinstance(inner, Mapping) else document, base)
    if wrapped:
        _outer(reading, document)
    reading.link(("metadata",), ())
    reading.link(("custom_fields",), ("custom",))
    read_nulls(reading)
    read_type(reading)
    read_people(reading)
    read_texts(reading, today or dt.datetime.now(dt.UTC).date())
    read_descriptions(reading)
    read_keywords(reading)
    read_references(reading)
    read_language(reading)
    read_dates(reading)
    read_locations(reading)
    read_licence(reading)
    read_grants(reading)
    read_related(reading)
    read_custom(reading)
    access = read_access(reading)
    pids, reserved = read_doi(reading)
    communities = read_communities(reading)
    reading.unknown(reading.source, _known(reading.source), ())
    body: JsonObject = {
        "metadata": reading.metadata,
        "custom_fields": reading.custom_fields,
        "access": access,
        "pids": pids,
    }
    return Imported(body, reading.origin, tuple(reading.findings), communities, reserved)


def write(body: JsonObject) -> tuple[JsonObject, tuple[Finding, ...]]:
    """Write RDM JSON as a ``.zenodo.json`` document.

    What is written is read again and compared, so that nothing is lost in silence.

    Args:
        body: RDM JSON.

    Returns:
        The document, and a finding with its path in `body` for everything that the format cannot
        hold, or that Zenodo would not take from such a document.

    Example:
        >>> document, findings = write({"metadata": {"languages": [{"id": "eng"}, {"id": "deu"}]}})
        >>> document["language"], findings[0].path
        ('eng', ('metadata', 'languages', 1))
    """
    document, left_out = written(body)
    again = read(document)
    places: dict[Path, Path] = {}
    for target, source in again.origin.items():
        places.setdefault(source, target)
    refused = (
        replace(finding, path=_place(finding.path, places))
        for finding in again.findings
        if finding.effect in ("refused", "blocked", "lost")
    )
    return document, (*lost(body, again.body, left_out), *refused)


def _place(path: Path, places: Mapping[Path, Path]) -> Path:
    """Tell where in the body a place of the document comes from, or the next place above it."""
    known = (places[path[:end]] for end in range(len(path), -1, -1) if path[:end] in places)
    return next(known, ("metadata",))


def _known(source: Mapping[str, JsonValue]) -> frozenset[str]:
    """Any type has its sub-type: ``upload_type: lesson`` makes ``lesson_type`` a key."""
    kind = source.get("upload_type")
    return KEYS | {f"{kind}_type"} if isinstance(kind, str) and len(kind) < 40 else KEYS


def _outer(reading: Reading, document: Mapping[str, JsonValue]) -> None:
    inside, reading.base = reading.base, ()
    for key in document:
        if key not in _OUTER:
            reading.say(
                (key,),
                "unknown-field",
                "refused",
                f"Next to metadata, Zenodo refuses {shortened(key)}.",
                "Put it into metadata, or remove it.",
                "Unknown field.",
            )
    reading.base = inside
