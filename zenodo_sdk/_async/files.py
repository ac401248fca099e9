"""Reading files, of a record or of a deposition."""

from __future__ import annotations

import builtins
import os
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, Self, TypeVar

from ..errors import UnsafeName
from ..models._bound import Bound
from ..models.file import FileData, read_files
from ..transfer.job import Job
from ..transfer.names import local_path
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback
from ..wire import endpoints
from ..wire.call import Answer, Call
from .downloads import download
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
        job = self._job(known, path, overwrite)
        return (await download(self._transport, [job], progress))[0]

    async def download_all(
        self,
        folder: str | os.PathLike[str] = ".",
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
    ) -> builtins.list[Path]:
        """Download every complete file into a folder, each as :meth:`download` does.

        Args:
            folder: Where to; it is made if need be. ``/`` in names makes sub-folders.
            overwrite: As for :meth:`download`; with ``"skip"`` a call that was interrupted goes
                on where it stopped.
            progress: Called after each block of each file.

        Returns:
            Where the files are, in the server's order.

        Raises:
            UnsafeName: A name would leave the folder, or two names mean one local file;
                nothing was downloaded.
        """
        files = [file for file in await self.list() if file.is_complete]
        root = Path(folder)
        paths = [local_path(root, file.name) for file in files]
        _refuse_clashes(file.name for file in files)

        jobs = [self._job(file, path, overwrite) for file, path in zip(files, paths, strict=True)]
        return await download(self._transport, jobs, progress)

    def _job(self, file: FileData, target: Path, overwrite: Overwrite) -> Job:
        call = endpoints.content(self._record_id, file.name, draft=self._draft)
        return Job(file, call, target, overwrite)

    def _own(self, file: FileData) -> F:
        return self._kind.model_construct(**file.__dict__)._bind(self)


class AsyncRecordFiles(AsyncFiles[AsyncRecordFile]):
    """The files of a published record."""

    _kind = AsyncRecordFile


def _target(target: str | os.PathLike[str], name: str) -> Path:
    path = Path(target)
    text = os.fspath(target)
    # isdir() has no error for what cannot be a path; opening it will
    is_folder = os.path.isdir(path)  # noqa: PTH112
    if is_folder or text.endswith(("/", os.sep)):
        return local_path(path, name)
    return path


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
