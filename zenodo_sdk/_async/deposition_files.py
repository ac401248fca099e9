"""The files of a deposition: they can change until it is published."""

from __future__ import annotations

import builtins
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from ..errors import (
    FilesLocked,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Refused,
)
from ..flows._steps import Flow
from ..flows.drafts import delete
from ..flows.upload import upload
from ..models.file import FileData
from ..models.record import DepositionData
from ..transfer.names import check_key
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from ..transfer.source import Source, Uploadable
from ..wire import endpoints
from ..wire.call import Answer, Call
from . import _runtime
from .files import AsyncFile, AsyncFiles
from .transport import AsyncTransport

T = TypeVar("T")


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
        content: Uploadable,
        *,
        name: str | None = None,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
    ) -> AsyncDepositionFile:
        """Upload a file, and see it verified.

        It is streamed in constant memory while its MD5 is computed; the file counts only
        when the server's MD5 is the same. A transfer that breaks starts anew by itself.

        Args:
            content: A path, bytes, or a binary stream (sent from where it stands).
            name: Name that it shall have; a path's own name when left out. ``/`` is kept.
            overwrite: What to do where a complete file of that name is: ``"error"`` refuses,
                ``"replace"`` replaces it, ``"skip"`` keeps it if it has the same content. What
                was begun and never completed is always made anew.
            progress: Called after each block, with how far it is.

        Returns:
            The file as the server holds it.

        Raises:
            FileExists: The name is taken.
            FilesLocked: The version is published; ``new_version()`` makes a draft.
            OutcomeUnknown: It failed, and what is left of it could not be removed.
            ChecksumMismatch: The server's copy differed after every attempt; it was removed.
            Refused: The file is empty or cannot be read.

        Example:
            ::

                file = await deposition.files.upload("grid.nc")
                print(file.size, file.checksum)
        """
        self._refuse_locked()
        with Source(content, name) as source:
            check_key(source.name)
            await _runtime.in_thread(source.open)
            transport, ledger = self._transport, self._transport.ledger
            flow = upload(
                self._record_id,
                source.name,
                source.size,
                overwrite=overwrite,
                retry=transport.settings.retry,
            )
            doubtful = source.name in ledger.unverified(self._record_id)
            ledger.begin(self._record_id, source.name)
            try:
                file = await self._run(flow, source, progress)
            except (NoAnswer, OutcomeUnknown):
                raise
            except Exception:
                # the flow ended knowing that nothing of this upload is left; of an earlier
                # one of that name it may
                if not doubtful:
                    ledger.settle(self._record_id, source.name)
                raise
            ledger.settle(self._record_id, source.name)
            return self._own(file)

    async def upload_many(
        self,
        contents: Iterable[str | os.PathLike[str]] | Mapping[str, Uploadable],
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
        at_once: int = 3,
    ) -> builtins.list[AsyncDepositionFile]:
        """Upload several files, each as :meth:`upload` does.

        Args:
            contents: Paths, which keep their names, or contents by the names they shall have.
            overwrite: As for :meth:`upload`.
            progress: Called after each block of each file.
            at_once: How many files at a time.

        Returns:
            The files, in the order in which they were given.

        Raises:
            Refused: Two paths have the same name; nothing was sent.
        """
        self._refuse_locked()
        if at_once < 1:
            raise Refused("at_once must be at least 1")
        if isinstance(contents, str | os.PathLike):
            raise Refused(f"upload_many wants a list: [{os.fspath(contents)!r}]")
        if isinstance(contents, Mapping):
            named = list(cast("Mapping[str, Uploadable]", contents).items())
        else:
            named = [(Path(path).name, cast("Uploadable", path)) for path in contents]
        names = Counter(name for name, _ in named)
        if twice := sorted(name for name, times in names.items() if times > 1):
            raise Refused(
                f"several files would be called {', '.join(twice)}; give a mapping of names to"
                " paths, such as {'2024/grid.nc': path}"
            )
        for name in names:
            check_key(name)
        await _runtime.in_thread(lambda: _look_at_all(named))

        async def one(pair: tuple[str, Uploadable]) -> AsyncDepositionFile:
            return await self.upload(pair[1], name=pair[0], overwrite=overwrite, progress=progress)

        return await _runtime.side_by_side(one, named, at_once)

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
            await self._run(flow)
        except NotFound:
            self._transport.ledger.settle(self._record_id, name)
            raise
        self._transport.ledger.settle(self._record_id, name)

    async def _run(
        self,
        flow: Flow[T],
        source: Source | None = None,
        progress: ProgressCallback | None = None,
    ) -> T:
        """Do a flow that changes files, and tell when they cannot change any more."""
        try:
            return await self._transport.run(flow, source, progress)
        except PermissionDenied as error:
            if "lock" not in error.server_message.lower():
                raise
        except NotFound:
            try:
                await self._transport.send(endpoints.read_draft(self._record_id))
            except NotFound:
                await self._transport.send(endpoints.read_record(self._record_id))
            else:
                raise
        raise self._locked()

    def _refuse_locked(self) -> None:
        if self._deposition is not None and self._deposition.state != "draft":
            raise self._locked()

    def _locked(self) -> FilesLocked:
        return FilesLocked(
            f"The files of {self._record_id} cannot change: it is published. new_version() makes a"
            " draft that has them all and whose files can change."
        )


def _look_at_all(named: builtins.list[tuple[str, Uploadable]]) -> None:
    """Refuse what cannot be read, before anything is sent."""
    for name, content in named:
        # pipes and streams can be read only once
        if isinstance(content, str | os.PathLike):
            again = not Path(content).is_fifo()
        else:
            again = isinstance(content, bytes)
        if again:
            with Source(content, name) as source:
                source.open()
