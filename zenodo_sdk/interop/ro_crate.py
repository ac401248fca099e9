"""ro-crate-metadata.json, versions 1.0 to 1.2: the root dataset of a crate.

What the crate says of its files stays in the crate; a record describes the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

from ..types import JsonObject, Path
from .common.gathering import Gathered
from .imported import Imported
from .schema_org.nodes import Nodes, fields, label, types
from .schema_org.work import take_work

_DESCRIPTORS = ("ro-crate-metadata.json", "ro-crate-metadata.jsonld")


def read(document: Mapping[str, JsonValue], *, today: date | None = None) -> Imported:
    """Tell the root dataset of an RO-Crate as a body for the server.

    A crate without a date gets today's, and one without a publisher gets Zenodo. A DOI that
    Zenodo registered is handed over beside the body: no new record may carry it.

    Args:
        document: The content of the crate's metadata file.
        today: The day that a crate without a date gets; default today in UTC.

    Returns:
        The body, and everything that could not be taken over.

    Example:
        >>> found = read({"@graph": [
        ...     {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}},
        ...     {"@id": "./", "@type": "Dataset", "name": "Soil", "author": {"@id": "#ada"}},
        ...     {"@id": "#ada", "@type": "Person", "name": "Okafor, Ada"}]})
        >>> found.body["metadata"]["creators"][0]["person_or_org"]["given_name"]
        'Ada'
    """
    gathered = Gathered("ro-crate-metadata.json")
    graph = document.get("@graph")
    nodes = _nodes(graph)
    root, source = _root(document, nodes)
    if root is None:
        gathered.lost(
            ("@graph",),
            "The crate has no root dataset, so nothing is known of it.",
            'Add {"@id": "./", "@type": "Dataset", …} to @graph.',
        )
    else:
        take_work(gathered, nodes, root, source)
    if "resource_type" not in gathered.metadata:
        gathered.metadata["resource_type"] = {"id": "dataset"}
    gathered.defaults(today)
    return gathered.imported()


def _nodes(graph: JsonValue) -> Nodes:
    """Gather the nodes of the graph by their ids; the first of equal ids counts."""
    known: dict[str, tuple[Path, JsonObject]] = {}
    for at, node in enumerate(graph if isinstance(graph, list) else []):
        if isinstance(node, dict) and isinstance(name := node.get("@id", node.get("id")), str):
            known.setdefault(name, (("@graph", at), node))
    return Nodes(known)


def _root(document: Mapping[str, JsonValue], nodes: Nodes) -> tuple[JsonObject | None, Path]:
    """Find the root dataset: what the descriptor is about, else "./", else the only dataset."""
    for name, (place, node) in nodes.known.items():
        if name.rpartition("/")[2] in _DESCRIPTORS and "about" in fields(node):
            about, at = nodes.follow(fields(node)["about"][1], place)
            if isinstance(about, dict) and at != place:
                return about, at
    for name in ("./", ".", ""):
        if name in nodes.known:
            place, node = nodes.known[name]
            return node, place
    datasets = [
        (node, place) for place, node in nodes.known.values() if "dataset" in types(fields(node))
    ]
    if len(datasets) == 1:
        return datasets[0]
    if "@graph" not in document and label(document.get("name")):
        return dict(document), ()
    return None, ("@graph",)
