"""Published records: anyone's, read by id, DOI or address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self, TypeVar, cast

from pydantic import JsonValue

from ..errors import NotFound, PermissionDenied, Refused
from ..models._bound import Bound
from ..models.record import RecordData, WorkData
from ..wire import endpoints
from ..wire.call import Call, Query
from ..wire.paging import DEFAULT_SIZE, read_hits
from ..wire.search import quoted
from ..wire.sharing import ShareToken
from .files import AsyncRecordFiles
from .pager import AsyncPager
from .shared_files import AsyncSharedFiles
from .transport import AsyncTransport

if TYPE_CHECKING:
    from ..identifiers import RecordRef

R = TypeVar("R", bound=str | int | WorkData)


class AsyncRecord(RecordData, Bound):
    """A published record."""

    @property
    def files(self) -> AsyncRecordFiles:
        """Its files."""
        return self._attached(AsyncRecords).files(self)

    async def refresh(self) -> Self:
        """Read it again, in place."""
        return self._become(await self._attached(AsyncRecords).get(self.id))

    async def latest(self) -> AsyncRecord:
        """The latest version of it, which may be itself."""
        return await self._attached(AsyncRecords).latest(self)

    def versions(self) -> AsyncPager[AsyncRecord]:
        """All its published versions, the newest first."""
        return self._attached(AsyncRecords).versions(self)


class AsyncRecords:
    """``client.records``: published records. Reading needs no token, only restricted files do."""

    def __init__(self, transport: AsyncTransport, *, previews: bool = False) -> None:
        self._transport = transport
        self._previews = previews

    def files(
        self, record: str | int | WorkData, *, share_token: str | None = None
    ) -> AsyncRecordFiles:
        """The files of a record, without reading the record first.

        Args:
            record: The record, its id, or a share link.
            share_token: The token of a share link (``token=`` in its address), for files that
                are restricted, under embargo or a draft's.

        Example:
            ::

                files = client.records.files("8435696", share_token="eyJ…")
                await files.download_all("data/")
        """
        share = None if share_token is None else ShareToken.of(share_token)
        del share_token  # so that no traceback with locals shows it
        records, record = self._opened(record, share)
        identifier, transport = record_id(records._transport, record), records._transport
        if transport.share is None:
            return AsyncRecordFiles(transport, identifier)
        drafted = isinstance(record, WorkData) and record.raw.get("is_published") is False
        return AsyncSharedFiles(transport, identifier, draft=records._previews or drafted)

    async def get(self, record: str | int) -> AsyncRecord:
        """Read a record.

        Args:
            record: An id (``8435696``), a DOI (``10.5281/zenodo.8435696``), or the address of
                a record's page. What stands for all versions leads to the latest. The address
                of a share link (``https://zenodo.org/records/8435696?token=…``) opens what it was
                made for: the record and its files, or a draft where it leads to one. Its token
                goes with every request that the record makes, to this repository alone, and is in
                no log, message or field.

        Raises:
            NotFound: There is no such record here.
            Gone: It was deleted; ``tombstone`` says when and why.
            Refused: The address is another repository's.

        Example:
            ::

                record = await client.records.get("10.5281/zenodo.8435696")
                print(record.title, record.doi)
        """
        records, record = self._opened(record)
        ref = reference(self._transport, record)
        # search hits come without files, so what a search finds is read as well
        identifier = ref.id or await id_of_doi(self._transport, endpoints.search, ref)
        found = records._own(await records._read(identifier))
        check_doi(ref, found)
        return found

    async def _read(self, identifier: str) -> dict[str, JsonValue]:
        ways = [endpoints.read_record(identifier)]
        if self._transport.share is not None:
            # made for a record or for a draft, and still good when that is published
            ways.insert(0 if self._previews else 1, endpoints.read_draft(identifier))
        try:
            answer = await self._transport.send(ways[0])
        except (NotFound, PermissionDenied) as error:
            refusal = error
        else:
            return answer.document() or {}
        for other in ways[1:]:
            with suppress(NotFound, PermissionDenied):
                return (await self._transport.send(other)).document() or {}
        raise refusal

    def _opened(self, record: R, share: ShareToken | None = None) -> tuple[AsyncRecords, R]:
        """What asks for a record with the token of its share link, and what names it without."""
        previews = self._previews
        if isinstance(record, str):
            # not at import: it knows all schemes of identifiers
            from ..identifiers.records import split_share_link

            bare, token, previews = split_share_link(record)
            record = cast("R", bare)
            share = share or (None if token is None else ShareToken.of(token))
        if share is None:
            return self, record
        return AsyncRecords(self._transport.sharing(share), previews=previews), record

    async def latest(self, record: str | int | WorkData) -> AsyncRecord:
        """Read the latest version of a record.

        Args:
            record: Any version of it, its id, or the id of the concept.
        """
        records, record = self._opened(record)
        identifier = record_id(self._transport, record)
        answer = await records._transport.send(endpoints.latest_version(identifier))
        return records._own(answer.document() or {})

    def versions(self, record: str | int | WorkData) -> AsyncPager[AsyncRecord]:
        """List the published versions of a record, the newest first.

        Args:
            record: Any version of it or its id.
        """
        records, record = self._opened(record)
        identifier = record_id(self._transport, record)
        return AsyncPager(
            records._transport,
            lambda query: endpoints.versions(identifier, query),
            records._own,
            page_size=DEFAULT_SIZE,
            limit=None,
        )

    def search(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        all_versions: bool = False,
        limit: int | None = None,
        page_size: int = DEFAULT_SIZE,
    ) -> AsyncPager[AsyncRecord]:
        """Search published records.

        Zenodo grants 30 searches a minute; the client waits when they are used up.

        Args:
            query: In the server's query language, over RDM field names
                (``metadata.title:"soil moisture"``). It answers a mistake with other hits
                rather than with an error; quote DOIs and anything with a colon.
            sort: ``bestmatch``, ``newest``, ``oldest``, ``mostviewed``, …
            all_versions: Whether to list older versions as well.
            limit: How many to give at most.
            page_size: How many to ask for at a time; Zenodo allows guests 25, accounts 100.

        Returns:
            A list that asks as it is read. Hits come without file entries.
        """
        base: list[tuple[str, str]] = []
        if query:
            base.append(("q", query))
        if sort:
            base.append(("sort", sort))
        if all_versions:
            base += [("allversions", "true"), ("all_versions", "true")]
        pairs: Query = tuple(base)
        return AsyncPager(
            self._transport,
            lambda page: endpoints.search((*pairs, *page)),
            self._own,
            page_size=page_size,
            limit=limit,
        )

    def _own(self, document: dict[str, JsonValue]) -> AsyncRecord:
        return AsyncRecord.from_rdm(document)._bind(self)


def record_id(transport: AsyncTransport, record: str | int | WorkData) -> str:
    """Take the id out of whatever names a record."""
    if isinstance(record, WorkData):
        return record.id
    ref = reference(transport, record)
    if ref.doi is not None or ref.id is None:
        raise Refused(
            f"'{ref.doi}' is a DOI: read it with get() first, which checks that the record has it"
        )
    return ref.id


def reference(transport: AsyncTransport, record: str | int) -> RecordRef:
    """Read an id, a DOI or an address, and refuse another repository's."""
    # not at import: it knows all schemes of identifiers
    from ..identifiers import InvalidIdentifier, parse_record_ref

    try:
        ref = parse_record_ref(record)
    except InvalidIdentifier as error:
        raise Refused(str(error)) from None
    host = transport.settings.base_url.partition("://")[2]
    if ref.host is not None and ref.host not in (host, f"www.{host}"):
        raise Refused(
            f"that address is on {ref.host}, and this client talks to {host}: use"
            f" Client(base_url='https://{ref.host}')"
        )
    return ref


def check_doi(ref: RecordRef, found: WorkData) -> None:
    """Refuse a record that has the DOI's number and not the DOI: it is another host's."""
    known = (_lower(found.doi), _lower(found.concept_doi))
    if ref.doi is not None and ref.doi.lower() not in known:
        has = f"has the DOI {found.doi}" if found.doi else "has no DOI yet"
        raise NotFound(
            f"{found.id} of this repository {has}, and {ref.doi} is another one's (the sandbox has"
            " numbers of its own). If you mean this one, give its id.",
            status=404,
        )


async def id_of_doi(transport: AsyncTransport, ask: Callable[[Query], Call], ref: RecordRef) -> str:
    """Find the record that has a DOI from which no id can be read.

    Args:
        transport: Where to send.
        ask: The search to use.
        ref: What names the record.

    Raises:
        NotFound: No record has it.
    """
    doi = ref.doi or ""
    query = f"pids.doi.identifier:{quoted(doi)} OR parent.pids.doi.identifier:{quoted(doi)}"
    answer = await transport.send(ask((("q", query), ("allversions", "true"))))
    for hit in read_hits(answer.document() or {}).items:
        found = WorkData.from_rdm(hit)
        if doi.lower() in (_lower(found.doi), _lower(found.concept_doi)):
            return found.id
    raise NotFound(
        f"no record on {transport.settings.host} has the DOI {doi}; a record just published may"
        " take a second to be found",
        status=404,
    )


def _lower(doi: str | None) -> str | None:
    return doi.lower() if doi else None
