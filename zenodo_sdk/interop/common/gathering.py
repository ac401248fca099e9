"""Gathering a body for the server while reading a document of another format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

from pydantic import JsonValue

from ...problems import Effect
from ...rules.finding import Finding
from ...types import JsonObject, Path
from ..imported import Imported

METADATA = "metadata"


@dataclass
class Gathered:
    """A body that grows, and where each part of it came from.

    Attributes:
        format: The document's format, for messages.
        metadata: The body's metadata.
        custom_fields: The body's custom fields.
        pids: The body's persistent identifiers.
        origin: Places of the document by places of the body.
        findings: What could not be taken over.
        reserved_doi: A DOI of the repository's own that the document names.
        seen: Ids of the people in each list, by role.
        held: Items of the lists that hold nothing twice.
    """

    format: str
    metadata: JsonObject = field(default_factory=dict[str, JsonValue])
    custom_fields: JsonObject = field(default_factory=dict[str, JsonValue])
    pids: JsonObject = field(default_factory=dict[str, JsonValue])
    origin: dict[Path, Path] = field(default_factory=dict[Path, Path])
    findings: list[Finding] = field(default_factory=list[Finding])
    reserved_doi: str | None = None
    seen: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    held: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def expect(self, keys: Mapping[str, str], source: Path = ()) -> None:
        """Say under which keys of the document fields stand, for those that are missing."""
        for name, key in keys.items():
            self.origin[METADATA, name] = (*source, key)

    def put(self, name: str, value: JsonValue, source: Path) -> None:
        """Set one field of the metadata."""
        self.metadata[name] = value
        self.origin[METADATA, name] = source

    def custom(self, name: str, value: JsonValue, source: Path) -> None:
        """Set one custom field."""
        self.custom_fields[name] = value
        self.origin["custom_fields", name] = source

    def add(
        self,
        name: str,
        item: JsonValue,
        source: Path,
        places: Mapping[Path, Path] | None = None,
    ) -> None:
        """Append to a list of the metadata, unless the same is there.

        Args:
            name: The list.
            item: What to append.
            source: Where it stands in the document.
            places: For parts of the item, where they stand, from `source` on.
        """
        items = cast("list[JsonValue]", self.metadata.setdefault(name, []))
        if name in _SETS:
            held = self.held.setdefault(name, set())
            if (mark := repr(item)) in held:
                return
            held.add(mark)
        at: Path = (METADATA, name, len(items))
        items.append(item)
        self.origin[at] = source
        if len(items) == 1:
            # the list itself is where its first item is, but for that item's number
            self.origin[METADATA, name] = source[:-1] if isinstance(source[-1], int) else source
        for part, place in (places or {}).items():
            self.origin[at + part] = source + place

    def take_doi(self, doi: str, source: Path) -> None:
        """Set a DOI of somebody else's as the record's own, and say what that means."""
        self.pids["doi"] = {"identifier": doi, "provider": "external"}
        self.origin["pids", "doi"] = source
        self.origin["pids", "doi", "identifier"] = source
        self.say(
            source,
            "external-doi",
            "The record will carry this DOI and get none of its own, and no new versions.",
            "Take it out if Zenodo shall register one; name it as a reference.",
            "changed",
        )

    def lost(self, path: Path, message: str, fix: str = "") -> None:
        """Say that a value of the document has no place in a record."""
        self.findings.append(Finding(path, "unmapped", message, fix, "lost"))

    def unplaced(self, path: Path) -> None:
        """Say so of a key that the format knows and a record has no field for."""
        self.lost(
            path,
            f"A record has no field for `{path[-1]}`.",
            "Put it into the description if readers need it.",
        )

    def unreadable(self, path: Path, what: str) -> None:
        """Say that a value is not of the shape that the format has there."""
        self.lost(path, f"This is not {what} and is left out.", f"Write {what}.")

    def say(self, path: Path, code: str, message: str, fix: str, effect: Effect) -> None:
        """Report anything else."""
        self.findings.append(Finding(path, code, message, fix, effect))

    def defaults(self, today: date | None) -> None:
        """Fill in what Zenodo fills in when it imports a document: the day, and itself."""
        if "publication_date" not in self.metadata:
            day = today or datetime.now(UTC).date()
            self.metadata["publication_date"] = day.isoformat()
        self.metadata.setdefault("publisher", "Zenodo")

    def imported(self) -> Imported:
        """Finish."""
        body: JsonObject = {METADATA: self.metadata}
        if self.custom_fields:
            body["custom_fields"] = self.custom_fields
        if self.pids:
            body["pids"] = self.pids
        return Imported(body, self.origin, tuple(self.findings), reserved_doi=self.reserved_doi)


_SETS = {"subjects", "related_identifiers", "identifiers", "rights", "references", "languages"}
