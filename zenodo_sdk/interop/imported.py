"""What reading a file of another format gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..rules.finding import Finding
from ..types import JsonObject, Path


@dataclass(frozen=True, slots=True)
class Imported:
    """A document of another format, as a body for the server.

    Attributes:
        body: The RDM JSON.
        origin: Which place of the document a place of the body came from.
        findings: What could not be taken over, or changes on the way; paths are the document's.
        communities: Slugs of the communities that the document wishes for.
        reserved_doi: A DOI of the repository's own that the document names.
    """

    body: JsonObject
    origin: Mapping[Path, Path]
    findings: tuple[Finding, ...] = ()
    communities: tuple[str, ...] = ()
    reserved_doi: str | None = None

    def source_of(self, path: Path) -> Path:
        """Tell where in the document a place of the body comes from.

        The nearest place above that is known decides; what lies below it is appended.
        """
        for length in range(len(path), 0, -1):
            if (found := self.origin.get(path[:length])) is not None:
                return found + path[length:]
        return path
