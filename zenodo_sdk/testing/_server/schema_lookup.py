"""What the validation of a draft asks of the rest of the server."""

from __future__ import annotations

from .answers import Json
from .context import Context
from .state import Draft, Record


class SchemaLookup:
    """Answers from the vocabularies and the records there are.

    Args:
        ctx: The request.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def vocabulary(self, kind: str, id: str) -> Json | None:
        """An entry of a vocabulary."""
        return self._ctx.world.vocabularies.get(kind, id)

    def doi_owner(self, identifier: str) -> str | None:
        """The id of the record or draft that has a DOI; a draft has only what it reserved."""
        path = "$.data.pids.doi.identifier"
        for record in self._ctx.store.where(Record, path, identifier):
            return record.id
        for draft in self._ctx.store.where(Draft, path, identifier):
            if draft.data["pids"]["doi"].get("provider") != "external":
                return draft.id
        return None
