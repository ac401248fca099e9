"""Reading ``.zenodo.json`` as Zenodo's server does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import JsonValue

from ...rules.report import shown
from ...types import JsonObject, Path
from ..imported import Imported
from .fields import (
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
from .gathering import Reading
from .people import read_people
from .rights import (
    read_access,
    read_communities,
    read_doi,
    read_grants,
    read_licence,
    read_related,
)
from .words import KEYS

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
                f"Next to metadata, Zenodo refuses {shown(key)}.",
                "Put it into metadata, or remove it.",
                "Unknown field.",
            )
    reading.base = inside
