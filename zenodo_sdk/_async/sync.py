"""Keeping the files of a draft in step with a folder: a plan, and doing what it says."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NotFound, Refused
from ..transfer.folder import look_into
from ..transfer.hashes import Hashes, Hashing, Stamp, changed, is_at_rest
from ..transfer.overwrite import Overwrite
from ..transfer.progress import ProgressCallback, Reporter
from ..transfer.upload.preflight import Limits
from ..transfer.upload.sync import (
    PlannedFile,
    SyncChanges,
    catch_up,
    doubtful,
    make_plan,
    to_hash,
)
from . import _runtime

if TYPE_CHECKING:
    # they make the plans
    from .deposition_files import AsyncDepositionFile, AsyncDepositionFiles

_READERS = 4
"""Files that are read at a time: MD5 is the limit, and fills a core for each."""


@dataclass(frozen=True, kw_only=True)
class AsyncSyncPlan(SyncChanges):
    """What it takes to make the files of a draft those of a folder; ``str()`` of it is a table.

    Made by :meth:`AsyncDepositionFiles.plan`. It can be looked at and dropped: nothing is changed
    until :meth:`apply`.
    """

    _files: AsyncDepositionFiles = field(repr=False, compare=False)
    _listed: Mapping[str, AsyncDepositionFile] = field(repr=False, compare=False)
    _quota: int | None = field(repr=False, compare=False)

    async def apply(self, *, progress: ProgressCallback | None = None) -> list[AsyncDepositionFile]:
        """Do what the plan says.

        What is to be removed goes first, so that the rest has room; then files are replaced,
        then added, each verified by its MD5. After a crash, the same call (or a new plan) does
        what is left; what is there already is not sent again.

        The server is looked at once more before anything is changed. A file that somebody
        changed since the plan was made, on the server or here, stops it: what is removed and
        replaced is what the plan showed.

        Args:
            progress: Called with how far each file is; a file that is kept is ``skipped``.

        Returns:
            The files of the folder as the server holds them, by name.

        Raises:
            Refused: The plan has problems, or the draft was changed; nothing was changed here.
            SourceChanged: A local file is not what it was when the plan was made.
            FilesLocked: The version is published; ``new_version()`` makes a draft.

        Example:
            ::

                plan = await deposition.files.plan("data/")
                print(plan)
                await plan.apply()
        """
        self._files._refuse_locked()
        self.refuse_problems()
        mine = (*self.added, *self.replaced, *self.kept)
        await _runtime.in_thread(partial(_refuse_changed, mine))
        left, there = await self._what_is_left()
        began = time.time_ns()
        reporter = Reporter(progress)
        for file in (*left.replaced, *left.added):
            reporter.waiting(file.name, file.size, "upload")
        for file in left.kept:
            reporter.file(file.name, file.size, "upload").phase("skipped")
        for file in left.removed:
            # one by one: each changes the draft's revision, and two at once may collide
            with suppress(NotFound):
                await self._files.delete(file.name)
        how: tuple[tuple[tuple[PlannedFile, ...], Overwrite], ...] = (
            (left.replaced, "replace"),
            (left.added, "skip"),
        )
        for files, overwrite in how:
            paths = {file.name: file.path for file in files if file.path is not None}
            if paths:
                sent = await self._files.upload_many(
                    paths, overwrite=overwrite, progress=progress, quota=self._quota
                )
                there.update((file.name, file) for file in sent)
        sent_now = (*left.replaced, *left.added)
        await _runtime.in_thread(partial(_refuse_changed, sent_now))
        await _runtime.in_thread(partial(self._remember, sent_now, there, began))
        return [there[name] for name in sorted(file.name for file in mine)]

    async def _what_is_left(self) -> tuple[SyncChanges, dict[str, AsyncDepositionFile]]:
        """Look at the draft again, unless nothing would be changed."""
        if self.is_in_step:
            return self, dict(self._listed)
        listed = {file.name: file for file in await self._files.list()}
        unknown = doubtful(self, listed.values())
        paths = {file.name: (file.path, file.stamp) for file in unknown if file.path and file.stamp}
        md5 = await _hash(self.folder, paths, None)
        left, touched = catch_up(self, listed.values(), md5)
        if touched:
            raise Refused(
                f"the draft was changed since this plan was made ({', '.join(touched)}); nothing"
                " was changed. Make a new plan, look at it, and apply that."
            )
        return left, listed

    def _remember(
        self,
        files: Iterable[PlannedFile],
        there: Mapping[str, AsyncDepositionFile],
        began: int,
    ) -> None:
        """Spare the next plan the reading of what was hashed while it was sent."""
        memory = Hashes(self.folder)
        for file in files:
            md5 = there[file.name].md5
            if file.path and file.stamp and md5 and is_at_rest(file.stamp, began):
                memory.put(_key(self.folder, file.path), file.stamp, md5)
        memory.save()


async def make_sync_plan(
    files: AsyncDepositionFiles,
    folder: str | os.PathLike[str],
    *,
    pattern: str | Iterable[str] | None,
    hidden: bool,
    remove: bool,
    quota: int | None,
    progress: ProgressCallback | None,
) -> AsyncSyncPlan:
    """Compare a folder with a draft's files; see :meth:`AsyncDepositionFiles.plan`.

    Args:
        files: The draft's.
        folder: The folder.
        pattern: Names to look at.
        hidden: Whether to look at hidden files.
        remove: Whether what is not in the folder shall go.
        quota: Bytes that the record may hold, as the caller says.
        progress: Told how far the reading is.
    """
    limits = Limits.of(is_zenodo=files._transport.settings.is_zenodo, quota=quota)
    here = await _runtime.in_thread(lambda: look_into(folder, pattern=pattern, hidden=hidden))
    listed = await files.list()
    wanted = {file.name: (file.path, file.stamp) for file in to_hash(here, listed)}
    md5 = await _hash(here.path, wanted, progress)
    changes = make_plan(here, listed, md5, remove=remove, limits=limits)
    named = {file.name: file for file in listed}
    return AsyncSyncPlan(**vars(changes), _files=files, _listed=named, _quota=quota)


async def _hash(
    folder: Path, files: Mapping[str, tuple[Path, Stamp]], progress: ProgressCallback | None
) -> dict[str, str]:
    """Tell the MD5 of files, and read only those that are not known."""
    if not files:
        return {}
    reporter = Reporter(progress)
    memory = await _runtime.in_thread(lambda: Hashes(folder))
    known: dict[str, str] = {}
    unknown: list[tuple[str, Path, Stamp]] = []
    for name, (path, stamp) in files.items():
        md5 = memory.get(_key(folder, path), stamp)
        if md5 is None:
            unknown.append((name, path, stamp))
            reporter.waiting(name, stamp.size, "upload")
        else:
            known[name] = md5

    async def one(file: tuple[str, Path, Stamp]) -> None:
        name, path, stamp = file
        told = reporter.file(name, stamp.size, "upload")
        told.phase("hashing")
        done = 0
        try:
            with Hashing(path) as hashing:
                if not stamp.shows_no_change(await _runtime.in_thread(hashing.open)):
                    raise changed(path, name)
                while count := await _runtime.in_thread(hashing.step):
                    done += count
                    told.at(done)
                known[name] = hashing.finish()
        except OSError as error:
            raise Refused(f"'{path}' cannot be read: {error.strerror or error}") from error
        if hashing.rested:
            memory.put(_key(folder, path), stamp, known[name])

    try:
        await _runtime.side_by_side(one, unknown, _READERS)
    finally:
        # what was read before Ctrl-C need not be read again
        memory.save()
    return known


def _key(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _refuse_changed(files: Iterable[PlannedFile]) -> None:
    for file in files:
        if file.path is None or file.stamp is None:
            continue
        try:
            same = file.stamp.shows_no_change(Stamp.of(file.path.stat()))
        except OSError:
            same = False
        if not same:
            raise changed(file.path, file.name)
