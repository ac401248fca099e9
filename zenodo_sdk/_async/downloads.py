"""Downloading contents: drives what ``transfer/`` decides."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..errors import (
    ChecksumMismatch,
    NoAnswer,
    RateLimited,
    Refused,
    ResponseError,
    ServerError,
)
from ..pacing import CONNECTIONS
from ..transfer.download.job import Job
from ..transfer.download.leftovers import clear_after, clear_before
from ..transfer.download.ranges import Piece
from ..transfer.download.schedule import (
    FAST,
    SLACK,
    Download,
    Schedule,
    ended_early,
    out_of_range,
    too_many,
)
from ..transfer.download.space import check_space
from ..transfer.progress import Phase, ProgressCallback, Reporter
from . import _runtime
from .content import AsyncContent
from .transport import AsyncTransport

_PROGRESS = 1 << 16
"""Bytes that a connection has to bring to count as one that works."""


async def download(
    transport: AsyncTransport,
    jobs: Sequence[Job],
    progress: ProgressCallback | None,
    connections: int = CONNECTIONS,
) -> list[Path]:
    """Download files, each verified before it gets its name.

    Args:
        transport: Where to send.
        jobs: The files.
        progress: Told how far they are.
        connections: How many of them to use at most, over all files.

    Returns:
        Where they are, in the order of the jobs.

    Raises:
        FileExists: A file may not be replaced.
        Refused: There is no room, or a folder cannot be written.
        ChecksumMismatch: What came, twice, is not what the server told.
    """
    if connections < 1:
        raise Refused("connections must be at least 1")
    reporter = Reporter(progress)
    downloads = [Download(job, reporter, connections) for job in jobs]
    try:
        await _runtime.in_thread(partial(_prepare, downloads, reporter))
        await _Workers(transport, downloads, connections).run()
    finally:
        for one in downloads:
            one.close()
        clear_after(one.job.target for one in downloads if one.is_done)
    return [job.target for job in jobs]


def _prepare(downloads: Sequence[Download], reporter: Reporter) -> None:
    for one in downloads:
        reporter.waiting(one.job.file.name, one.job.file.size, "download")
    clear_before((one.job.target, one.job.file.md5 or "") for one in downloads)
    check_space((one.job.target, one.part.missing) for one in downloads)


class _Workers:
    """The connections of one call."""

    def __init__(
        self, transport: AsyncTransport, downloads: Sequence[Download], connections: int
    ) -> None:
        self._transport = transport
        self._schedule = Schedule(downloads)
        self._connections = connections
        self._crew = _runtime.Crew(self._work)
        self._lock = threading.Lock()
        self._working = 0
        self._over = False

    async def run(self) -> None:
        """Do all there is to do."""
        try:
            await self._crew.run(self._occupied(least=1))
        finally:
            with self._lock:
                self._over = True
                left, self._working = self._working, 0
            self._transport.pace.free(left)

    def _occupied(self, least: int) -> int:
        """Take as many connections as there is work for, and as the host bears."""
        pace = self._transport.pace
        told = pace.budget.left("api", time.monotonic(), dt.datetime.now(dt.UTC)).remaining
        with self._lock:
            wanted = min(self._schedule.waiting, self._connections - self._working)
            if told is not None:
                wanted = max(min(wanted, told), min(wanted, least))
            if self._over or wanted < 1:
                return 0
            taken = pace.occupy(wanted, least)
            self._working += taken
            return taken

    def _gone(self) -> None:
        with self._lock:
            if self._over:
                return
            self._working -= 1
        self._transport.pace.free(1)

    async def _work(self) -> None:
        """What each worker does."""
        try:
            while (turn := self._schedule.take()) is not None:
                try:
                    if not await self._go_on_with(turn.download, turn.piece):
                        return
                except Exception:
                    await _runtime.in_thread(partial(turn.download.progress.phase, "failed"))
                    raise
        finally:
            self._gone()

    async def _go_on_with(self, one: Download, piece: Piece | None) -> bool:
        """Bring a piece, and the end of the file if it is the last; False if others must."""
        if piece is None:
            if await _runtime.in_thread(one.may_be_there):
                await _runtime.in_thread(partial(one.progress.phase, "hashing"))
            await _runtime.steps(one.target.look())
            if one.target.is_there:
                await self._end(one, "skipped")
                return True
            await _runtime.steps(one.part.open())
            await _runtime.in_thread(one.begin)
            piece = one.pieces.take()
        while True:
            if piece is not None and not await self._fetch(one, piece):
                return False
            if not one.is_last():
                return True
            try:
                await _runtime.in_thread(partial(one.progress.phase, "verifying"))
                await _runtime.steps(one.part.verify(one.came))
            except ChecksumMismatch as mismatch:
                await _runtime.in_thread(partial(one.start_anew, mismatch))
                piece = one.pieces.take()
            else:
                await _runtime.steps(one.part.place())
                await self._end(one, "done")
                return True

    async def _end(self, one: Download, phase: Phase) -> None:
        one.is_done = True
        self._schedule.ended(one)
        await _runtime.in_thread(partial(one.progress.phase, phase))

    async def _fetch(self, one: Download, piece: Piece) -> bool:
        """Bring a piece, again where a connection broke; False if that is left to others."""
        retry = self._transport.settings.retry
        attempt, farthest = 0, piece.at
        while piece.left:
            try:
                failure = await self._stream(one, piece)
            except (NoAnswer, RateLimited, ServerError):
                # The host may bear fewer connections than these. It was asked often enough.
                if one.pieces.leave(piece):
                    return False
                raise
            if failure is None:
                continue
            attempt = 1 if piece.at >= farthest + _PROGRESS else attempt + 1
            farthest = max(farthest, piece.at)
            if attempt >= retry.attempts:
                raise failure
            await _runtime.in_thread(partial(one.progress.phase, "retrying"))
            await _runtime.sleep(retry.backoff(attempt))
        return True

    async def _stream(self, one: Download, piece: Piece) -> NoAnswer | None:
        """Ask once for a piece, and tell how the connection broke if it did."""
        epoch, start, end = one.part.epoch, piece.at, piece.end
        asked = one.call(start, end)
        try:
            async with self._transport.receive(asked) as content:
                if one.is_whole(asked, content.answer, start, end):
                    if not await _runtime.in_thread(partial(one.take_whole, piece)):
                        return None
                    epoch, end = one.part.epoch, piece.end
                try:
                    if await self._land(one, piece, epoch, content) or piece.end < end:
                        # all that came was wanted, or another connection has the rest
                        pass
                    elif one.whole:
                        one.end_late(content.answer)
                    else:
                        raise too_many(asked, content.answer)
                except NoAnswer as error:
                    return error
        except ResponseError as error:
            if error.status != 416:
                raise
            failure = out_of_range(asked, error)
        else:
            if one.whole:
                one.end_early(piece)
            return ended_early(asked) if piece.left and piece.at == start else None
        raise failure

    async def _land(self, one: Download, piece: Piece, epoch: int, content: AsyncContent) -> bool:
        """Take what comes; False if more came than the piece has."""
        came, began = 0, time.monotonic()
        async for blocks in content.groups:
            if not await _runtime.in_thread(partial(one.land, piece, epoch, blocks)):
                return False
            came += sum(len(block) for block in blocks)
            # not to be held while the next ones come: that is what makes memory grow
            del blocks
            is_slow = came + SLACK < FAST * (time.monotonic() - began)
            if is_slow and not one.is_behind and (more := self._occupied(least=0)):
                self._crew.hire(more)
        return True
