"""The files of a deposition: they can change until it is published."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable, Mapping

from ..errors import (
    NotFound,
    PermissionDenied,
    Refused,
)
from ..flows.drafts import delete
from ..models.file import FileData
from ..models.record import DepositionData
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from ..transfer.upload.contents import look_at, sources_of
from ..transfer.upload.preflight import check_names
from ..transfer.upload.source import Source, Uploadable
from ..wire import endpoints
from ..wire.call import Answer, Call
from . import _runtime
from .files import AsyncFile, AsyncFiles
from .folder_archive import upload_archive
from .locking import changing, locked
from .sync import AsyncSyncPlan, make_sync_plan
from .transport import AsyncTransport
from .uploads import AT_ONCE, upload


class AsyncDepositionFile(AsyncFile):
    """A file of a deposition."""

    async def delete(self) -> None:
        """Remove it from the draft; see :meth:`AsyncDepositionFiles.delete`."""
        await self._attached(AsyncDepositionFiles).delete(self)


class AsyncDepositionFiles(AsyncFiles[AsyncDepositionFile]):
    """The files of a deposition: they can change until it is published."""

    _kind = AsyncDepositionFile

    def __init__(
        self, transport: AsyncTransport, record_id: str, deposition: DepositionData | None
    ) -> None:
        super().__init__(transport, record_id)
        # asked each time, for publish() changes where the files are and whether they may change
        self._deposition = deposition
        self._seen_published = False

    @property
    def _draft(self) -> bool:
        known = self._deposition
        return not self._seen_published and (known is None or known.state != "published")

    async def _ask(self, make: Callable[[bool], Call]) -> Answer:
        try:
            return await super()._ask(make)
        except NotFound as error:
            if not self._draft:
                raise
            missing = error
        # no such file, or no such draft: if that was published elsewhere, the record tells
        try:
            answer = await self._transport.send(make(False))
        except (NotFound, PermissionDenied):
            raise missing from None
        self._seen_published = True
        return answer

    async def upload(
        self,
        content: Uploadable | Iterable[bytes],
        *,
        name: str | None = None,
        size: int | None = None,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        quota: int | None = None,
    ) -> AsyncDepositionFile:
        """Upload a file, and see it verified.

        It is streamed in constant memory while its MD5 is computed; the file counts only
        when the server's MD5 is the same. A transfer that breaks starts anew by itself.

        Args:
            content: A path, bytes, or a binary stream (sent from where it stands). With ``size``
                also an iterable of bytes.
            name: Name that it shall have; a path's own name when left out. ``/`` is kept.
            size: Bytes that it has. A pipe, or an iterator, of known size is sent as it comes,
                without a temporary file; but it cannot be sent again after a failure. An
                iterable that is no iterator can: it is begun anew. What an iterator raises
                ends the upload and comes to you as it is.
            overwrite: What to do where a complete file of that name is: ``"skip"`` keeps it if it
                has the same content and refuses if not, ``"error"`` refuses, ``"replace"``
                replaces it. What was begun and never completed is always made anew.
            progress: Called with how far it is.
            quota: Bytes that the record may hold, where the repository has granted it more than
                usual. No answer of the server tells; Zenodo's usual 50 * 10**9 are checked here.

        Returns:
            The file as the server holds it.

        Raises:
            FileExists: The name is taken.
            FilesLocked: The version is published; ``new_version()`` makes a draft.
            OutcomeUnknown: It failed, and what is left of it could not be removed.
            ChecksumMismatch: The server's copy differed after every attempt; it was removed.
            SourceChanged: The file changed while it was sent, or has not the size that was told.
            Refused: The file is empty, cannot be read, or is more than the record may hold.

        Example:
            ::

                file = await deposition.files.upload("grid.nc")
                print(file.size, file.checksum)
        """
        self._refuse_locked()
        with Source(content, name, size) as source:
            check_names([source.name])
            await _runtime.in_thread(source.open)
            async with changing(self._transport, self._record_id):
                files = await upload(
                    self._transport,
                    self._record_id,
                    [source],
                    overwrite=overwrite,
                    progress=progress,
                    quota=quota,
                )
        return self._own(files[0])

    async def upload_many(
        self,
        contents: Iterable[str | os.PathLike[str]] | Mapping[str, Uploadable],
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        at_once: int = AT_ONCE,
        quota: int | None = None,
    ) -> builtins.list[AsyncDepositionFile]:
        """Upload several files, each as :meth:`upload` does.

        All of them are announced with one request. The same call again continues: files that are
        there with the same content are kept, and if all are, it costs one request.

        Args:
            contents: Paths, which keep their names, or contents by the names they shall have. There
                is no ``size`` here: a stream that cannot be rewound is copied to a temporary file
                first, and what is made while it is sent goes through :meth:`upload`, one by one.
            overwrite: As for :meth:`upload`.
            progress: Called with how far each of them is.
            at_once: How many contents move at once. Beside them as many files are being completed
                on the server; a process uses 8 connections to a host at most.
            quota: As for :meth:`upload`.

        Returns:
            The files, in the order in which they were given.

        Raises:
            FileExists: A name is taken; where sizes tell it, before anything was sent.
            Refused: Two files have the same name, one cannot be read, or they are more than the
                record may hold; nothing was sent.

        Example:
            ::

                await deposition.files.upload_many(["a.csv", "b.csv"])
                await deposition.files.upload_many({"2024/grid.csv": "a.csv"})
        """
        self._refuse_locked()
        if at_once < 1:
            raise Refused("at_once must be at least 1")
        sources = sources_of(contents)
        await _runtime.in_thread(lambda: look_at(sources))
        async with changing(self._transport, self._record_id):
            files = await upload(
                self._transport,
                self._record_id,
                sources,
                overwrite=overwrite,
                progress=progress,
                at_once=at_once,
                quota=quota,
            )
        return [self._own(file) for file in files]

    async def upload_archive(
        self,
        folder: str | os.PathLike[str],
        name: str,
        *,
        pattern: str | Iterable[str] | None = None,
        hidden: bool = False,
        compress: bool = False,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        quota: int | None = None,
    ) -> AsyncDepositionFile:
        """Upload a folder as one archive, as :meth:`upload` does.

        A ``.tar`` and a ``.zip`` without compression are made while they are sent and are never
        on the disk. What is compressed is made first, in a temporary file, which is removed in
        any case. Nothing is written into the folder.

        The same names, contents and executable bits make the same bytes, on any machine and at
        any time: all times are 1980-01-01 (or ``SOURCE_DATE_EPOCH``), owners are left out. So
        the same call again finds the archive there already, and sends nothing.

        Args:
            folder: The folder; its own name is not part of the names in the archive. Links to
                files are followed, links to folders are not.
            name: Name of the archive, which tells what it is: ``.zip``, ``.tar``, ``.tar.gz``,
                ``.tar.bz2`` or ``.tar.xz``.
            pattern: Only names like this one, such as ``"*.csv"``, or like one of several; ``*``
                includes ``/``.
            hidden: Whether to take hidden files, such as ``.git/…``.
            compress: Whether to compress a ``.zip``.
            overwrite: As for :meth:`upload`.
            progress: Called with how far the archive is; while one is compressed the phase is
                ``"hashing"``, and bytes are those that were read for it.
            quota: As for :meth:`upload`.

        Returns:
            The archive as the server holds it.

        Raises:
            Refused: The name ends otherwise, or the folder has no such files or unreadable ones.
            UnsafeName: A name in the folder could not be unpacked everywhere.
            SourceChanged: A file changed meanwhile; nothing of the archive is kept.

        Example:
            ::

                await deposition.files.upload_archive("results/", "results.zip")
        """
        return await upload_archive(
            self,
            folder,
            name,
            pattern=pattern,
            hidden=hidden,
            compress=compress,
            overwrite=overwrite,
            progress=progress,
            quota=quota,
        )

    async def plan(
        self,
        folder: str | os.PathLike[str],
        *,
        pattern: str | Iterable[str] | None = None,
        hidden: bool = False,
        remove: bool = True,
        quota: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> AsyncSyncPlan:
        """Compare the draft's files with a folder, and change nothing.

        Files are the same where size and MD5 are. Only those whose size is the server's are
        read, and what was read is remembered until the file changes.

        A file's name is its path in the folder, with ``/``. Links to files are followed, links
        to folders are not. What is left out here (by ``pattern``, because it is hidden, as a
        link to a folder) is left alone on the server, too.

        Args:
            folder: The folder.
            pattern: Only names like this one, such as ``"*.csv"``, or like one of several; ``*``
                includes ``/``. One that no file in the folder matches is a problem.
            hidden: Whether to take hidden files, such as ``.git/…``. Unfinished downloads are
                never taken.
            remove: Whether what is not in the folder shall be removed from the draft.
            quota: Bytes that this record may hold, where the repository granted more than usual.
            progress: Called with how far the reading is.

        Returns:
            The plan. It can be printed and applied; its ``problems`` tell what stands against
            it, such as empty files, which the server refuses.

        Raises:
            Refused: It is no folder, or cannot be read.
            SourceChanged: A file changed while it was read.

        Example:
            ::

                plan = await deposition.files.plan("data/")
                print(plan, plan.bytes_to_send)
                await plan.apply()
        """
        return await make_sync_plan(
            self,
            folder,
            pattern=pattern,
            hidden=hidden,
            remove=remove,
            quota=quota,
            progress=progress,
        )

    async def sync(
        self,
        folder: str | os.PathLike[str],
        *,
        pattern: str | Iterable[str] | None = None,
        hidden: bool = False,
        remove: bool = True,
        quota: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> builtins.list[AsyncDepositionFile]:
        """Make the draft's files those of a folder: :meth:`plan`, and apply it.

        What is the same is not sent; the same call again after a crash does what is left.

        Args:
            folder: The folder.
            pattern: Only names like this one, or one of several, here and on the server.
            hidden: Whether to take hidden files.
            remove: Whether what is not in the folder shall be removed from the draft.
            quota: Bytes that this record may hold, where the repository granted more than usual.
            progress: Called with how far each file is.

        Returns:
            The files of the folder as the server holds them, by name.

        Raises:
            Refused: It is no folder, no file in it matches the pattern, or a file cannot be
                uploaded; all such files are named and nothing was changed.
            SourceChanged: A file changed meanwhile.
            FilesLocked: The version is published; ``new_version()`` makes a draft.

        Example:
            ::

                await deposition.files.sync("data/")
        """
        self._refuse_locked()
        plan = await self.plan(
            folder,
            pattern=pattern,
            hidden=hidden,
            remove=remove,
            quota=quota,
            progress=progress,
        )
        return await plan.apply(progress=progress)

    async def delete(self, file: str | FileData) -> None:
        """Remove a file from the draft.

        Args:
            file: Its name, or the file itself.

        Raises:
            NotFound: There is no file of that name.
            FilesLocked: The version is published.
        """
        self._refuse_locked()
        name = file.name if isinstance(file, FileData) else file
        flow = delete(
            endpoints.delete_file(self._record_id, name),
            endpoints.read_file(self._record_id, name, draft=True),
            retry=self._transport.settings.retry,
        )
        try:
            async with changing(self._transport, self._record_id):
                await self._transport.run(flow)
        except NotFound:
            self._transport.ledger.settle(self._record_id, name)
            raise
        self._transport.ledger.settle(self._record_id, name)

    def _refuse_locked(self) -> None:
        if self._deposition is not None and self._deposition.state != "draft":
            raise locked(self._record_id)
