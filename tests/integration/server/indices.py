"""The search indices: a copy on disk of what the search server only has in memory."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from console import Failure

BATCH = 1000
# Settings that the search server gives to an index, and takes from nobody.
ASSIGNED = frozenset({"creation_date", "provided_name", "uuid", "version"})
TEMPLATE_KINDS = ("component_template", "index_template")


class Indices:
    """Saves, restores and removes all indices of the search server on one port."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def save(self, path: Path) -> None:
        """Write everything into one JSON file, which is there whole or not at all."""
        content: dict[str, Any] = {"template": self._call("GET", "/_template")}
        for kind in TEMPLATE_KINDS:
            content[kind] = self._call("GET", f"/_{kind}")[f"{kind}s"]
        content["indices"] = {
            name: self._describe(name, index) for name, index in self._all().items()
        }
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps(content))
        unfinished.replace(path)

    def restore(self, path: Path) -> None:
        """Put everything back as it was saved; what was not saved is removed."""
        content = json.loads(path.read_text())
        self.remove()
        for name, body in content["template"].items():
            self._call("PUT", f"/_template/{quote(name)}", body)
        for kind in TEMPLATE_KINDS:
            for entry in content[kind]:
                self._call("PUT", f"/_{kind}/{quote(entry['name'])}", entry[kind])
        for name, index in content["indices"].items():
            self._call("PUT", f"/{quote(name)}", index["definition"])
            documents = index["documents"]
            for first in range(0, len(documents), BATCH):
                self._write(name, documents[first : first + BATCH])
        self._call("POST", "/_refresh")

    def remove(self) -> None:
        for name in self._all():
            self._call("DELETE", f"/{quote(name)}")

    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call("GET", "/_all")
        return found

    def _describe(self, name: str, index: dict[str, Any]) -> dict[str, Any]:
        settings = index["settings"].get("index", index["settings"])
        return {
            "definition": {
                "settings": {
                    "index": {key: settings[key] for key in settings.keys() - ASSIGNED},
                },
                "mappings": index["mappings"],
                "aliases": index["aliases"],
            },
            "documents": [
                [hit["_id"], hit.get("_version"), hit["_source"]] for hit in self._read(name)
            ],
        }

    def _read(self, name: str) -> Iterator[dict[str, Any]]:
        """All documents of an index, page after page."""
        query: dict[str, Any] = {
            "query": {"match_all": {}},
            "size": BATCH,
            "sort": [{"_id": "asc"}],
            "version": True,
        }
        while True:
            page = self._call("POST", f"/{quote(name)}/_search", query)["hits"]["hits"]
            yield from page
            if len(page) < BATCH:
                return
            query["search_after"] = page[-1]["sort"]

    def _write(self, name: str, documents: list[tuple[str, int | None, Any]]) -> None:
        """Index documents with the versions they had: Invenio compares them to its own."""
        lines = []
        for identifier, version, source in documents:
            action: dict[str, Any] = {"_index": name, "_id": identifier}
            if version:
                action |= {"version": version, "version_type": "external_gte"}
            lines += [json.dumps({"index": action}), json.dumps(source)]
        reply = self._call("POST", "/_bulk", "\n".join([*lines, ""]))
        if reply.get("errors"):
            reasons = [item["index"].get("error") for item in reply["items"]]
            raise Failure(f"index {name} was not restored: {next(filter(None, reasons))}")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        is_lines = isinstance(body, str)
        content = body if is_lines or body is None else json.dumps(body)
        kind = "application/x-ndjson" if is_lines else "application/json"
        try:
            self._connection.request(
                method,
                path,
                None if content is None else content.encode(),
                {"Content-Type": kind},
            )
            with self._connection.getresponse() as reply:
                text = reply.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Failure(f"the search server did not answer {method} {path}: {error}") from error
        if reply.status >= 400:
            raise Failure(f"the search server refused {method} {path}: {text[:500]}")
        return json.loads(text)
