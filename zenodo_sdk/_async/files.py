"""Files: of a deposition, where they can change, and of a record, where they are read."""

from __future__ import annotations

import builtins
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Generic, Self, TypeVar, cast

from ..errors import (
    ChecksumMismatch,
    FilesLocked,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Refused,
    UnsafeName,
)
from ..flows._steps import Flow
from ..flows.drafts import delete
from ..flows.upload import upload
from ..models._bound import Bound
from ..models.file import FileData, read_files
from ..models.record import DepositionData
from ..transfer.names import check_key, local_path
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from ..transfer.sink import Sink
from ..transfer.source import Source, Uploadable
from ..wire import endpoints
from ..wire.call import Answer, Call
from . import _runtime
from .transport import AsyncTransport

F = TypeVar("F", bound="AsyncFile")
T = TypeVar("T")


class AsyncFile(FileData, Bound):
    """A file that can be downloaded."""

    async def download(
        self,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
    ) -> Path:
        """Download it; see :meth:`AsyncRecordFiles.download`."""
        return await self._attached(AsyncFiles[Self]).download(
            self, target, overwrite=overwrite, progress=progress
        )


class AsyncRecordFile(AsyncFile):
    """A file of a published record."""


class AsyncDepositionFile(AsyncFile):
    """A file of a deposition."""

    async def delete(self) -> None:
        """Remove it from the draft; see :meth:`AsyncDepositionFiles.delete`."""
        await self._attached(AsyncDepositionFiles).delete(self)


class AsyncFiles(Generic[F]):
    """Reading files, of a record or of a deposition."""

    _kind: type[F]

    def __init__(self, transport: AsyncTransport, record_id: str) -> None:
        self._transport = transport
        self._record_id = record_id

    @property
    def _draft(self) -> bool:
        """Whether they are a draft's, and so under its address."""
        return False

    async def _ask(self, make: Callable[[bool], Call]) -> Answer:
        """Ask for a draft's or a record's files."""
        return await self._transport.send(make(self._draft))

    async def list(self) -> builtins.list[F]:
        """List the files.

        Returns:
            The files, in the server's order. Of a draft also those whose upload is not
            complete (``is_complete`` tells).

        Raises:
            PermissionDenied: The files are restricted or under embargo.
        """
        answer = await self._ask(lambda draft: endpoints.files(self._record_id, draft=draft))
        return [self._own(file) for file in read_files(answer.document() or {})]

    async def get(self, name: str) -> F:
        """Read what the server knows of one file.

        Args:
            name: The file's name.

        Raises:
            NotFound: There is no file of that name.
        """
        answer = await self._ask(
            lambda draft: endpoints.read_file(self._record_id, name, draft=draft)
        )
        return self._own(FileData.from_rdm(answer.document() or {}))

    async def download(
        self,
        file: str | FileData,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
    ) -> Path:
        """Download a file and verify it.

        The bytes go to a part file beside the target and are hashed on the way. Only when
        size and MD5 are what the server told does the file get its name; so under that name
        there is never a partial or a wrong file.

        Args:
            file: Its name, or the file itself (which saves a request).
            target: A folder, where it gets its own name, or the path of the file to be.
            overwrite: What to do where a file of that name is: ``"error"`` refuses,
                ``"replace"`` replaces it, ``"skip"`` keeps it if it has the same content.
            progress: Called after each block, with how far it is.

        Returns:
            Where the file is.

        Raises:
            ChecksumMismatch: What came is not what the server told.
            UnsafeName: Its name would leave the folder; give the path of a file.
            Refused: A file is there already, and with ``"skip"`` holds other content.

        Example:
            ::

                path = await record.files.download("grid.nc", "data/")
        """
        known = file if isinstance(file, FileData) else await self.get(file)
        path = _target(target, known.name)
        return await self._fetch(known, path, overwrite, progress)

    async def download_all(
        self,
        folder: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
        at_once: int = 3,
    ) -> builtins.list[Path]:
        """Download every complete file into a folder, each as :meth:`download` does.

        Args:
            folder: Where to; it is made if need be. ``/`` in names makes sub-folders.
            overwrite: As for :meth:`download`; with ``"skip"`` a call that was interrupted goes
                on where it stopped.
            progress: Called after each block of each file.
            at_once: How many files at a time. Zenodo slows down clients with many connections.

        Returns:
            Where the files are, in the server's order.

        Raises:
            UnsafeName: A name would leave the folder, or two names mean one local file;
                nothing was downloaded.
        """
        if at_once < 1:
            raise Refused("at_once must be at least 1")
        files = [file for file in await self.list() if file.is_complete]
        root = Path(folder)
        paths = [local_path(root, file.name) for file in files]
        _refuse_clashes(file.name for file in files)

        async def one(pair: tuple[F, Path]) -> Path:
            return await self._fetch(pair[0], pair[1], overwrite, progress)

        return await _runtime.side_by_side(one, zip(files, paths, strict=True), at_once)

    async def _fetch(
        self, file: FileData, path: Path, overwrite: Overwrite, progress: ProgressCallback | None
    ) -> Path:
        call = endpoints.content(self._record_id, file.name, draft=self._draft)
        retry = self._transport.settings.retry
        failure: NoAnswer | ChecksumMismatch | None = None
        with Sink(path, file, overwrite=overwrite, progress=progress) as sink:
            if not await _runtime.in_thread(sink.open):
                return path
            for attempt in range(1, retry.attempts + 1):
                if failure is not None:
                    await _runtime.sleep(retry.backoff(attempt - 1))
                    await _runtime.in_thread(sink.restart)
                before = failure
                # opening is repeated by the transport; what breaks or differs later, here
                async with self._transport.receive(call) as content:
                    try:
                        async for block in content.blocks:
                            await _runtime.in_thread(partial(sink.write, block))
                        return await _runtime.in_thread(sink.finish)
                    except (NoAnswer, ChecksumMismatch) as error:
                        failure = error
                if _is_same(failure, before):
                    break
        assert failure is not None
        raise failure

    def _own(self, file: FileData) -> F:
        return self._kind.model_construct(**file.__dict__)._bind(self)


class AsyncRecordFiles(AsyncFiles[AsyncRecordFile]):
    """The files of a published record."""

    _kind = AsyncRecordFile


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


def _target(target: str | os.PathLike[str], name: str) -> Path:
    path = Path(target)
    text = os.fspath(target)
    # isdir() has no error for what cannot be a path; opening it will
    is_folder = os.path.isdir(path)  # noqa: PTH112
    if is_folder or text.endswith(("/", os.sep)):
        return local_path(path, name)
    return path


def _is_same(failure: Exception, before: Exception | None) -> bool:
    """Whether the same wrong bytes came twice: then the way there is not to blame."""
    return (
        isinstance(failure, ChecksumMismatch)
        and isinstance(before, ChecksumMismatch)
        and failure.actual == before.actual
    )


def _refuse_clashes(names: Iterable[str]) -> None:
    """Refuse two names that some file systems take for one."""
    taken: dict[str, str] = {}
    for name in names:
        other = taken.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise UnsafeName(
                f"{other!r} and {name!r} are one name where case or the spelling of accents does"
                " not count; download them one by one",
                name,
            )
