"""Depositions: drafts, what you published, and what you are editing."""

from __future__ import annotations

import builtins
import datetime as dt
import os
from collections.abc import Sequence
from typing import TypeVar

from pydantic import JsonValue

from ..errors import Refused
from ..flows._steps import Flow
from ..flows.changes import warn_of_changes
from ..flows.communities import include
from ..flows.create import create
from ..flows.drafts import delete_draft, refuse_conflict, refuse_stale, reserve_doi, save
from ..flows.publish import publish
from ..flows.states import refuse_in_this_state
from ..flows.unreadable import find_unreadable
from ..flows.whereabouts import read_deposition, while_it_is_there
from ..models.metadata import Metadata
from ..models.record import DepositionData, WorkData
from ..transfer.progress import ProgressCallback
from ..wire import endpoints
from ..wire.body import has_changes, unsaved_changes
from ..wire.preflight import refuse_unready, safe_body
from ..wire.search import my_records_query
from .deposition import AsyncDeposition
from .deposition_files import AsyncDepositionFiles
from .pager import AsyncPager
from .records import check_doi, id_of_doi, record_id, reference
from .transport import AsyncTransport
from .versions import fill, next_draft, refuse_bad_folder

T = TypeVar("T")


class AsyncDepositions:
    """``client.depositions``: everything about your own uploads.

    Every method takes a deposition or its id.
    """

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def files(self, deposition: str | int | DepositionData) -> AsyncDepositionFiles:
        """The files of a deposition, without reading the deposition first.

        Args:
            deposition: The deposition, or the id of a draft.
        """
        known = deposition if isinstance(deposition, DepositionData) else None
        return AsyncDepositionFiles(self._transport, record_id(self._transport, deposition), known)

    async def create(self, metadata: Metadata | None = None) -> AsyncDeposition:
        """Make a draft.

        Args:
            metadata: What the work says about itself. It may be incomplete, or left out: what
                is missing stops ``publish()``. On Zenodo's own hosts the publisher is
                ``"Zenodo"`` unless you name another.

        Returns:
            The draft. Its ``problems`` tell what the server found wrong; values it could not
            take were left out. What it changed in silence is a warning, :class:`MetadataChanged`.

        Raises:
            InvalidMetadata: A value would make the server fail; nothing was sent.
            BadRequest: The server refuses a value, such as an unknown licence.
            OutcomeUnknown: The answer was lost and the draft cannot be told from others. It is
                not made again; the error lists the candidates.

        Example:
            ::

                deposition = await client.depositions.create(
                    Metadata(title="Soil moisture grid 2025", resource_type="dataset")
                )
        """
        settings = self._transport.settings
        body = safe_body(metadata or Metadata(), is_zenodo=settings.is_zenodo)
        flow = create(
            body,
            started=dt.datetime.now(dt.UTC),
            handed_out=self._transport.ledger.handed_out(),
            look_at=settings.uploads_page,
            retry=settings.retry,
        )
        made = self._own(await self._transport.run(flow))
        self._transport.ledger.made(made.id, made.revision)
        warn_of_changes(body, made.raw)
        return made

    async def get(self, deposition: str | int) -> AsyncDeposition:
        """Read one of your depositions: its draft or open edits, else what is published.

        Args:
            deposition: An id, a DOI, or the address of its page or upload form.

        Raises:
            NotFound: There is none, or it is not yours.
            Refused: The address is another repository's.
        """
        ref = reference(self._transport, deposition)
        identifier = ref.id or await id_of_doi(self._transport, endpoints.my_records, ref)
        found = await self._read(identifier)
        check_doi(ref, found)
        return found

    async def _read(self, identifier: str) -> AsyncDeposition:
        return self._own(await self._transport.run(read_deposition(identifier)))

    def list(
        self,
        query: str | None = None,
        *,
        published: bool | None = None,
        editing: bool | None = None,
        sort: str | None = None,
        all_versions: bool = False,
        limit: int | None = None,
        page_size: int = 100,
    ) -> AsyncPager[AsyncDeposition]:
        """List your depositions.

        Args:
            query: In the server's query language, over RDM field names.
            published: True for what was ever published, False for drafts that never were.
            editing: True for published work with open edits, False for all the rest.
            sort: ``newest``, ``oldest``, ``updated-desc``, ``bestmatch``, …
            all_versions: Whether to list older versions as well.
            limit: How many to give at most.
            page_size: How many to ask for at a time; Zenodo allows 100.

        Returns:
            A list that asks as it is read. Its items come without draft files, and from an
            index that is a second or two behind; ``get()`` reads the truth.

        Example:
            ::

                async for draft in client.depositions.list(published=False):
                    print(draft.id, draft.title)
        """
        base = my_records_query(query=query, published=published, editing=editing, sort=sort)
        if all_versions:
            base = (*base, ("allversions", "true"))
        return AsyncPager(
            self._transport,
            lambda page: endpoints.my_records((*base, *page)),
            self._own,
            page_size=page_size,
            limit=limit,
        )

    async def find_unreadable(self) -> builtins.list[str]:
        """Find the depositions that make every list fail that holds them.

        A few values are stored and cannot be shown, such as the publication date ``20XX``: when
        ``list()`` raises a :class:`ServerError`, this tells whether one of yours is the cause.

        Returns:
            Their ids; nothing if all can be read.
        """
        return await self._transport.run(find_unreadable())

    async def refresh(self, deposition: str | int | DepositionData) -> AsyncDeposition:
        """Read a deposition again.

        Args:
            deposition: The deposition or its id.
        """
        if not isinstance(deposition, DepositionData):
            return await self.get(deposition)
        return (await self._read(deposition.id))._following(deposition)

    async def save(self, deposition: DepositionData) -> AsyncDeposition:
        """Save what was changed in a deposition's ``metadata``; with no change nothing is sent.

        Only the deposition as it was read is replaced: if someone changed it meanwhile, that
        is a conflict and nothing is overwritten. What the server stores as something else than
        it was sent is a warning, :class:`MetadataChanged`.

        Args:
            deposition: The deposition.

        Raises:
            Conflict: It was changed elsewhere; ``differences`` lists what.
            Refused: It is published; ``edit()`` opens it.
            InvalidMetadata: A new value would make the server fail; nothing was sent.
            BadRequest: The server refuses a value.
        """
        return await self.update(deposition, deposition.metadata)

    async def update(
        self, deposition: str | int | DepositionData, metadata: Metadata
    ) -> AsyncDeposition:
        """Replace a deposition's metadata and save it.

        Args:
            deposition: The deposition or its id.
            metadata: All of it. Access and file options not named stay, as does a reserved DOI.

        Raises:
            Conflict, Refused, InvalidMetadata, BadRequest: As for :meth:`save`.
        """
        found = await self._object(deposition)
        refuse_in_this_state("save", found)
        settings = self._transport.settings
        body = safe_body(metadata, is_zenodo=settings.is_zenodo, over=found.raw)
        if not unsaved_changes(body, found.raw):
            return self._own(found.raw)._following(found)
        flow = save(found.id, body, base=found.raw, retry=settings.retry)
        saved = self._own(await self._run(found, flow))._following(found)
        warn_of_changes(body, saved.raw)
        return saved

    async def publish(
        self, deposition: str | int | DepositionData, *, communities: Sequence[str] = ()
    ) -> AsyncDeposition:
        """Publish a draft or open edits. This cannot be undone.

        The draft is read once more, and if it is not what this object shows, that is a conflict.
        Only a draft that this process made and did not change since is published as it is.

        Args:
            deposition: The deposition or its id.
            communities: Communities to ask for inclusion in, by the name in their address.
                That comes after publication; ``inclusions`` tells what became of each.

        Returns:
            The published deposition, with its DOI. The DOI is registered with DataCite in the
            background and resolves a little later.

        Raises:
            NotReadyToPublish: Something is missing; ``problems`` lists all that can be told
                before the server is asked.
            BadRequest: The server found more; ``field_errors`` says what.
            Conflict: It was changed elsewhere; ``differences`` lists what.
            Refused: It is published already.
            OutcomeUnknown: The answer was lost and the server does not tell; look before
                calling it again.
        """
        if isinstance(communities, str):
            raise Refused(f"communities wants a list: communities=[{communities!r}]")
        found = await self._object(deposition)
        refuse_in_this_state("publish", found)
        settings = self._transport.settings
        refuse_unready(
            found,
            unsaved=has_changes(found, is_zenodo=settings.is_zenodo),
            unverified=self._transport.ledger.unverified(found.id),
        )
        if not self._transport.ledger.is_as_made(found.id, found.revision):
            refuse_stale(found, await self._read(found.id))
        flow = publish(
            found.id,
            editing=found.state == "editing",
            look_at=found.url or settings.uploads_page,
            retry=settings.retry,
        )
        published = self._own(await self._run(found, flow))._following(found)
        if communities:
            told = await self._transport.run(include(published.id, communities))
            vars(published)["inclusions"] = told
        return published

    async def edit(self, deposition: str | int | DepositionData) -> AsyncDeposition:
        """Open a published deposition's metadata for editing.

        The public record stays as it is until ``publish()``. Files cannot change.

        Args:
            deposition: The deposition or its id. A draft is open already. What you changed in
                its ``metadata`` before stays changed, for ``save()`` to send.

        Raises:
            Conflict: You changed its ``metadata``, and so did someone else on the server.
        """
        found = await self._object(deposition)
        if found.state == "draft":
            return self._keeping_changes(found, self._own(found.raw))
        answer = await self._transport.send(endpoints.edit(found.id))
        return self._keeping_changes(found, self._own(answer.document() or {}))

    async def discard(self, deposition: str | int | DepositionData) -> AsyncDeposition:
        """Drop the open edits of a published deposition; the record stays as it is.

        Args:
            deposition: The deposition or its id.

        Raises:
            Conflict: Its edits were changed elsewhere; refresh() shows them.
            Refused: It was never published (the server would delete it with its files: use
                ``delete()`` if that is what you want), or has no open edits.
        """
        found = await self._object(deposition)
        refuse_in_this_state("discard", found)
        await self._delete(found)
        answer = await self._transport.send(endpoints.read_record(found.id))
        return self._own(answer.document() or {})._following(found)

    async def delete(self, deposition: str | int | DepositionData) -> None:
        """Delete a draft that was never published, with its files. This cannot be undone.

        Args:
            deposition: The deposition or its id.

        Raises:
            Conflict: It was changed elsewhere; refresh() shows how.
            Refused: It is published; ``discard()`` drops open edits.
        """
        found = await self._object(deposition)
        refuse_in_this_state("delete", found)
        await self._delete(found)

    async def _delete(self, found: DepositionData) -> None:
        editing, retry = found.state == "editing", self._transport.settings.retry
        await self._run(found, delete_draft(found.id, base=found.raw, editing=editing, retry=retry))

    async def new_version(
        self,
        deposition: str | int | WorkData,
        *,
        import_files: bool = True,
        files_from: str | os.PathLike[str] | None = None,
        progress: ProgressCallback | None = None,
    ) -> AsyncDeposition:
        """Make the draft of the next version, or take the one that is open.

        It starts with the latest version's metadata: publication date today, no version
        label, a DOI of its own.

        Args:
            deposition: Any published version, or its id.
            import_files: Whether a fresh draft gets the latest version's files, without a
                transfer. An open draft that has files keeps them as they are.
            files_from: A folder whose files the draft shall have. What the latest version has
                already is taken from there, without a transfer; only the rest is sent, and
                what is not in the folder is removed (see :meth:`AsyncDepositionFiles.sync`).
                After a crash the same call goes on.
            progress: Called with how far each file of ``files_from`` is.

        Returns:
            Another deposition; ``previous_id`` tells where it came from.

        Raises:
            PermissionDenied: It is not yours, or has an external DOI.
            Refused: A file of the folder cannot be uploaded; no draft was made.
            OutcomeUnknown: The answer was lost; the error lists the drafts there are.
        """
        if files_from is not None:
            await refuse_bad_folder(self._transport, files_from, import_files=import_files)
        found = deposition if isinstance(deposition, WorkData) else await self.get(deposition)
        draft = self._own(await next_draft(self._transport, found, with_files=import_files))
        vars(draft)["previous_id"] = found.id
        if files_from is None:
            return draft
        await fill(self.files(draft), files_from, progress)
        return await self.refresh(draft)

    async def reserve_doi(self, deposition: str | int | DepositionData) -> AsyncDeposition:
        """Reserve the DOI that publication will register, to print it inside the files.

        Args:
            deposition: The deposition or its id. A DOI that is reserved already is kept, and so
                is what you changed in its ``metadata`` and did not save.
        """
        found = await self._object(deposition)
        if found.doi is not None:
            return self._keeping_changes(found, self._own(found.raw))
        settings = self._transport.settings
        look_at = found.url or settings.uploads_page
        flow = reserve_doi(found.id, look_at=look_at, retry=settings.retry)
        return self._keeping_changes(found, self._own(await self._run(found, flow)))

    async def _run(self, found: DepositionData, flow: Flow[T]) -> T:
        """Do a flow that changes a draft."""
        self._transport.ledger.changed(found.id)
        return await self._transport.run(while_it_is_there(found.id, flow))

    def _keeping_changes(self, before: DepositionData, now: AsyncDeposition) -> AsyncDeposition:
        """Carry the caller's unsaved changes over to what the server has now."""
        if has_changes(before, is_zenodo=self._transport.settings.is_zenodo):
            refuse_conflict(before.id, before.raw, now.raw)
            now.metadata = before.metadata
        return now._following(before)

    async def _object(self, deposition: str | int | DepositionData) -> DepositionData:
        return deposition if isinstance(deposition, DepositionData) else await self.get(deposition)

    def _own(self, document: dict[str, JsonValue]) -> AsyncDeposition:
        deposition = AsyncDeposition.from_rdm(document)._bind(self)
        if deposition.state == "draft":
            self._transport.ledger.hand_out(deposition.id)
        return deposition
