"""Reading codemeta.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common.gathering import Gathered
from ..common.values import EMPTY
from ..imported import Imported
from ..schema_org.nodes import Nodes, fields
from ..schema_org.work import take_work

_OLD_KEYS = {
    "agents": "author",
    "controlledTerm": "keywords",
    "licenseId": "license",
    "tags": "keywords",
    "title": "name",
}
"""Keys of version 1 that later versions call otherwise."""


def read(document: Mapping[str, JsonValue], *, today: date | None = None) -> Imported:
    """Tell a codemeta.json as a body for the server.

    A file without a date gets today's, and one without a publisher gets Zenodo. A DOI that
    Zenodo registered is handed over beside the body: no new record may carry it.

    Args:
        document: The file's content.
        today: The day that a file without a date gets; default today in UTC.

    Returns:
        The body, and everything that could not be taken over.

    Example:
        >>> found = read({"@type": "SoftwareSourceCode", "name": "Soil tools", "license":
        ...               "https://spdx.org/licenses/MIT", "developmentStatus": "active"})
        >>> found.body["metadata"]["rights"], found.body["custom_fields"]
        ([{'id': 'mit'}], {'code:developmentStatus': {'id': 'active'}})
    """
    gathered = Gathered("codemeta.json")
    take_work(gathered, _nodes(document), dict(document), ())
    for old, key in _OLD_KEYS.items():
        if old in document and key not in document and document[old] not in EMPTY:
            _again(gathered, document, old, key)
    if "resource_type" not in gathered.metadata:
        gathered.metadata["resource_type"] = {"id": "software"}
    gathered.defaults(today)
    return gathered.imported()


def _again(gathered: Gathered, document: Mapping[str, JsonValue], old: str, key: str) -> None:
    """Read a key of version 1 as what it is called today, in its old place."""
    inner = Gathered(gathered.format)
    take_work(inner, Nodes(), {key: document[old]}, ())
    new = {name for name in inner.metadata if name not in gathered.metadata}
    for name in new:
        gathered.metadata[name] = inner.metadata[name]
    for place, source in inner.origin.items():
        if place[1] in new:
            gathered.origin[place] = (old, *source[1:])
    gathered.findings = [found for found in gathered.findings if found.path != (old,)]
    gathered.findings += [replace(found, path=(old, *found.path[1:])) for found in inner.findings]


def _nodes(document: Mapping[str, JsonValue]) -> Nodes:
    """Gather the people that have an id: roles of version 3 refer to them."""
    known: dict[str, tuple[Path, JsonObject]] = {}
    for key, value in fields(document).values():
        for path, item in Nodes().each(value, (key,)):
            name = fields(item).get("@id", ("", None))[1] if isinstance(item, dict) else None
            if isinstance(item, dict) and isinstance(name, str) and len(item) > 2:
                known.setdefault(name, (path, item))
    return Nodes(known)
