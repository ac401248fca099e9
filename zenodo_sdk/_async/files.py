"""Reading files, of a record or of a deposition."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Generic, Self, TypeVar

from ..errors import NotFound, ZenodoError
from ..models._bound import Bound
from ..models.file import FileData, read_files
from ..pacing import CONNECTIONS
from ..transfer.archives.remote import Member
from ..transfer.cache.files import FileCache
from ..transfer.download.choice import matching, no_such_file, place, refuse_clashes
from ..transfer.download.job import Job
from ..transfer.names import local_path
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from ..wire import endpoints
from ..wire.call import Answer, Call
from .cached import fetch
from .download_plan import AsyncDownloadPlan, plan_download
from .downloads import download
from .members import download_member, members
from .record_archive import download_archive
from .transport import AsyncTransport

F = TypeVar("F", bound="AsyncFile")


class AsyncFile(FileData, Bound):
    """A file that can be downloaded."""

    async def download(
        self,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        connections: int = CONNECTIONS,
    ) -> Path:
        """Download it; see :meth:`AsyncRecordFiles.download`."""
        return await self._attached(AsyncFiles[Self]).download(
            self, target, overwrite=overwrite, progress=progress, connections=connections
        )

    async def fetch(
        self,
        *,
        offline: bool = False,
        progress: ProgressCallback | None = None,
        cache: FileCache | None = None,
    ) -> Path:
        """Give the path of a copy in a cache; see :meth:`AsyncRecordFiles.fetch`."""
        return await self._attached(AsyncFiles[Self]).fetch(
            self, offline=offline, progress=progress, cache=cache
        )


class AsyncRecordFile(AsyncFile):
    """A file of a published record."""


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
            NotFound: There is no file of that name; the message lists what there is.
        """
        try:
            answer = await self._ask(
                lambda draft: endpoints.read_file(self._record_id, name, draft=draft)
            )
        except NotFound as error:
            raise await self._no_such(name, error) from None
        return self._own(FileData.from_rdm(answer.document() or {}))

    async def _no_such(self, name: str, failure: NotFound) -> NotFound:
        try:
            files = await self.list()
        except ZenodoError:
            return failure
        is_there = any(file.name == name for file in files)
        return failure if is_there else no_such_file(name, self._record_id, files)

    async def download(
        self,
        file: str | FileData,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        connections: int = CONNECTIONS,
    ) -> Path:
        """Download a file and verify it; the same call again continues, or finds it there.

        Where the server gives parts of files, several connections fetch them, and one that breaks
        or stalls loses only its own; elsewhere the file comes as one stream. The bytes go to a
        hidden part file beside the target. Only when size and MD5 are what the server told
        does it get its name; so under that name there is never a partial or a wrong file.

        After an error, Ctrl-C or a crash the part file stays, if the server gives parts, and the
        same call goes on from there: in another process, too, and any number of them may
        download the same file at once.

        Args:
            file: Its name, or the file itself (which saves a request).
            target: A folder, where it gets its own name, or the path of the file to be.
            overwrite: What to do where a file of that name is: ``"skip"`` keeps it if it has the
                same content, and refuses another; ``"error"`` refuses in any case, and
                ``"replace"`` replaces it.
            progress: Called with how far it is.
            connections: How many to use at most, 8 if left out. More at a time get clients blocked
                by Zenodo, so no process has more to one host.

        Returns:
            Where the file is.

        Raises:
            NotFound: There is no file of that name; the message lists what there is.
            ChecksumMismatch: What came, twice, is not what the server told.
            UnsafeName: Its name would leave the folder; give the path of a file.
            NotEnoughSpace: The disk cannot hold it.
            FileExists: A file is there already, and with ``"skip"`` holds other content.
            Refused: A folder is there, or the folder of the target cannot be written.

        Example:
            ::

                path = await record.files.download("grid.nc", "data/")
        """
        known = file if isinstance(file, FileData) else await self.get(file)
        path = place(target, known.name)
        job = self._job(known, path, overwrite)
        return (await download(self._transport, [job], progress, connections))[0]

    async def download_all(
        self,
        folder: str | os.PathLike[str] = ".",
        *,
        pattern: str | Iterable[str] | None = None,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
        connections: int = CONNECTIONS,
    ) -> builtins.list[Path]:
        """Download every complete file into a folder, each as :meth:`download` does.

        The same call again fetches only what is missing. The first error ends the call; files
        that were complete by then stay, and what came of others is continued from.

        Args:
            folder: Where to; it is made if need be. ``/`` in names makes sub-folders.
            pattern: Only files whose names match it, or one of several: ``"*.csv"``,
                ``["2024/*", "readme.*"]``. Case counts, and ``*`` stands for ``/`` too.
            overwrite: As for :meth:`download`.
            progress: Called with how far each file is; at first with all that are planned.
            connections: How many to use at most, over all files.

        Returns:
            Where the files are, in the server's order.

        Raises:
            UnsafeName: A name would leave the folder, or two names mean one local file;
                nothing was downloaded.
            NotEnoughSpace: The disk cannot hold them all; nothing was downloaded.
            FileExists: As for :meth:`download`.
            Refused: No name matches the pattern; the message lists what there is.

        Example:
            ::

                paths = await record.files.download_all("data/", pattern="*.csv")
        """
        jobs = await self._jobs(Path(folder), pattern, overwrite)
        return await download(self._transport, jobs, progress, connections)

    async def plan_download(
        self, folder: str | os.PathLike[str] = ".", *, pattern: str | Iterable[str] | None = None
    ) -> AsyncDownloadPlan:
        """Tell what :meth:`download_all` would do, without downloading anything.

        Takes one request. A file that is there is read where it has the right size, for only its
        MD5 tells whether it is the same.

        Args:
            folder: Where to; it is not made.
            pattern: Which files, as for :meth:`download_all`.

        Returns:
            The files, what is there of each, and how much has to be moved. ``print()`` shows a
            table; ``apply()`` does it.

        Raises:
            UnsafeName: A name would leave the folder, or two names mean one local file.
            Refused: No name matches the pattern; the message lists what there is.

        Example:
            ::

                plan = await record.files.plan_download("data/")
                print(plan)
                if plan.bytes_to_move < 10_000_000_000:
                    await plan.apply()
        """
        root = Path(folder)
        jobs = await self._jobs(root, pattern, "skip")
        return await plan_download(self._transport, root, jobs)

    async def fetch(
        self,
        file: str | FileData,
        *,
        offline: bool = False,
        progress: ProgressCallback | None = None,
        cache: FileCache | None = None,
    ) -> Path:
        """Give the path of a copy of a file in a cache on this machine.

        It is downloaded and verified the first time, and kept by repository, record and MD5; any
        number of processes may ask for it at once, and one of them downloads it. The copy is
        read-only and is never changed: a file that was replaced on the server gets another path.

        Each call asks the server for the list of files (one request), for a published record's
        files may still be replaced in its first weeks. No request is made for a file object
        of ``list()``, if it is in the cache, and none at all with ``offline``.

        Args:
            file: Its name, or the file itself (which saves the request).
            offline: Ask nothing, and give what the server had when it was asked last.
            progress: Called with how far it is.
            cache: Another cache than the user's own, ``FileCache()``.

        Returns:
            The path; its last part is the file's own name.

        Raises:
            NotFound: There is no file of that name.
            NoAnswer: The server cannot be reached; the error tells if ``offline`` would do.
            Refused: It is not in the cache, with ``offline``; or its upload is not complete.

        Example:
            ::

                path = await record.files.fetch("grid.nc")
        """
        return await fetch(self, file, offline=offline, progress=progress, cache=cache)

    async def download_archive(
        self,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
    ) -> Path:
        """Download all files as one ZIP, which the server makes.

        The server tells no MD5 of the ZIP. So each file in it is read and compared with the MD5
        that the server tells of it, before the ZIP gets its name. It comes over one connection
        and starts anew when that breaks; :meth:`download_all` is faster and continues.

        Zenodo makes no ZIP of more than 300 MB (300,000,000 bytes) of files.

        Args:
            target: A folder, where it is called ``{record id}.zip``, or the path of the file.
            overwrite: As for :meth:`download`; with ``"skip"`` a ZIP that holds the same files
                is kept.
            progress: Called with how far it is; the total is not known.

        Returns:
            Where the ZIP is.

        Raises:
            FileExists: Something else has that name.
            Refused: There are no files, or they are too large for Zenodo.
            BadRequest: They are too large for this server.
            ChecksumMismatch: The ZIP does not hold what the server told.

        Example:
            ::

                path = await record.files.download_archive("data/")
        """
        where = partial(place, target)
        return await download_archive(self, where, overwrite=overwrite, progress=progress)

    async def members(self, file: str | FileData) -> builtins.list[Member]:
        """List what is in a ZIP, without downloading it.

        Takes one or two small requests for parts of the ZIP. A server that sends whole files
        only is asked to list it itself, which Zenodo does for up to 1000 members.

        Args:
            file: The ZIP's name, or the file itself (which saves a request).

        Returns:
            The files and folders in it, in the ZIP's own order.

        Raises:
            NotFound: There is no file of that name.
            Refused: It is no ZIP, or the server can neither send parts nor list it.

        Example:
            ::

                for member in await record.files.members("data.zip"):
                    print(member.name, member.size)
        """
        return await members(self, file)

    async def download_member(
        self,
        file: str | FileData,
        member: str | Member,
        target: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "skip",
        progress: ProgressCallback | None = None,
    ) -> Path:
        """Download one file out of a ZIP, and not the rest of it.

        Only its own bytes are asked for, and unpacked on the way. It gets its name when its size
        and CRC-32 are those that the ZIP tells.

        Args:
            file: The ZIP's name, or the file itself.
            member: The name of the file in the ZIP, or what :meth:`members` told of it.
            target: A folder, where it gets its name, ``/`` making sub-folders, or the path of
                the file to be.
            overwrite: As for :meth:`download`.
            progress: Called with how far it is, in bytes of the unpacked file.

        Returns:
            Where the file is.

        Raises:
            ChecksumMismatch: What came is not what the ZIP tells.
            UnsafeName: Its name would leave the folder; give the path of a file.
            FileExists: A file of that name holds other content.
            Refused: There is no such member, or it is encrypted.

        Example:
            ::

                path = await record.files.download_member("data.zip", "2024/grid.csv")
        """
        where = partial(place, target)
        return await download_member(
            self, file, member, where, overwrite=overwrite, progress=progress
        )

    async def _jobs(
        self, folder: Path, pattern: str | Iterable[str] | None, overwrite: Overwrite
    ) -> builtins.list[Job]:
        """Tell what to download, after a look at all names."""
        files = [file for file in await self.list() if file.is_complete]
        if pattern is not None:
            files = matching(files, pattern)
        paths = [local_path(folder, file.name) for file in files]
        refuse_clashes(file.name for file in files)
        return [self._job(file, path, overwrite) for file, path in zip(files, paths, strict=True)]

    def _job(self, file: FileData, target: Path, overwrite: Overwrite) -> Job:
        call = endpoints.content(self._record_id, file.name, draft=self._draft)
        return Job(file, call, target, overwrite)

    def _own(self, file: FileData) -> F:
        return self._kind.model_construct(**file.__dict__)._bind(self)


class AsyncRecordFiles(AsyncFiles[AsyncRecordFile]):
    """The files of a published record."""

    _kind = AsyncRecordFile
