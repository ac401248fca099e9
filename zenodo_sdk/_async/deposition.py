"""A deposition that can act: each of its actions is one line, for its manager does the work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, cast

from ..models._bound import Bound
from ..models.metadata import Metadata
from ..models.record import DepositionData
from ..transfer.progress import ProgressCallback
from .deposition_files import AsyncDepositionFiles
from .pager import AsyncPager
from .records import AsyncRecord, AsyncRecords

if TYPE_CHECKING:
    # it makes them
    from .depositions import AsyncDepositions


class AsyncDeposition(DepositionData, Bound):
    """A deposition that can act.

    Its attributes are what the server said when it was last read; ``refresh()`` reads it
    again. Every action that keeps the id updates the object in place and returns it.
    """

    @property
    def files(self) -> AsyncDepositionFiles:
        """Its files."""
        return self._depositions.files(self)

    async def refresh(self) -> Self:
        """Read it again; see :meth:`AsyncDepositions.refresh`."""
        return self._become(await self._depositions.refresh(self))

    async def save(self) -> Self:
        """Save changes of ``metadata``; see :meth:`AsyncDepositions.save`."""
        return self._become(await self._depositions.save(self))

    async def update(self, metadata: Metadata) -> Self:
        """Replace the metadata and save; see :meth:`AsyncDepositions.update`."""
        return self._become(await self._depositions.update(self, metadata))

    async def publish(self, *, communities: Sequence[str] = ()) -> Self:
        """Publish it; see :meth:`AsyncDepositions.publish`."""
        return self._become(await self._depositions.publish(self, communities=communities))

    async def edit(self) -> Self:
        """Open the published metadata for editing; see :meth:`AsyncDepositions.edit`."""
        return self._become(await self._depositions.edit(self))

    async def discard(self) -> Self:
        """Drop open edits; see :meth:`AsyncDepositions.discard`."""
        return self._become(await self._depositions.discard(self))

    async def delete(self) -> None:
        """Delete a draft for good; see :meth:`AsyncDepositions.delete`."""
        await self._depositions.delete(self)

    async def new_version(
        self,
        *,
        import_files: bool = True,
        files_from: str | os.PathLike[str] | None = None,
        progress: ProgressCallback | None = None,
    ) -> AsyncDeposition:
        """Make the next version's draft; see :meth:`AsyncDepositions.new_version`."""
        return await self._depositions.new_version(
            self, import_files=import_files, files_from=files_from, progress=progress
        )

    async def reserve_doi(self) -> Self:
        """Reserve the DOI; see :meth:`AsyncDepositions.reserve_doi`."""
        return self._become(await self._depositions.reserve_doi(self))

    def versions(self) -> AsyncPager[AsyncRecord]:
        """All its published versions, the newest first."""
        return AsyncRecords(self._depositions._transport).versions(self)

    @property
    def _depositions(self) -> AsyncDepositions:
        return cast("AsyncDepositions", self._attached(object))
