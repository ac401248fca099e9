"""What the checks have to ask others."""

from __future__ import annotations

from typing import Protocol

from ..answers import Json


class Lookup(Protocol):
    """Answers questions about vocabularies and about other records."""

    def vocabulary(self, kind: str, id: str) -> Json | None:
        """The entry of a vocabulary, with its ``tags`` if it has any."""
        ...

    def doi_owner(self, identifier: str) -> str | None:
        """The id of the record or draft that was given this DOI."""
        ...
