"""What is to be asked for next, of all files of a call, and what an answer means."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import ChecksumMismatch, NoAnswer, ResponseError, UnexpectedAnswer
from ...wire.call import Answer, Call
from ...wire.endpoints import part_of
from ..overwrite import Target
from ..progress import Reporter
from .job import Job
from .part import Part
from .ranges import Piece, Ranges

FAST = 100e6
"""Bytes a second of one connection from which on more of them bring nothing: each costs
processor time, and the host a request."""

SLACK = 10e6
"""Bytes that one may fall short of :data:`FAST` before more are taken: a pause of a busy machine is
no slow line."""

_BEHIND = 4 << 20
_ENDLESS = 1 << 62
_CONTENT_RANGE = re.compile(r"bytes +(\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")


class Download:
    """One file on its way; used by all workers of a call.

    Args:
        job: The file.
        reporter: Told how far it is.
        connections: How many there are to fetch it.
    """

    def __init__(self, job: Job, reporter: Reporter, connections: int) -> None:
        self.job = job
        self.target = Target(job.target, job.file, job.overwrite)
        self.target.is_there = job.is_kept
        self.part = Part(self.target, job.file)
        self.progress = reporter.file(job.file.name, job.file.size, "download")
        self.ranged = False
        """Whether the server gave a part when asked for one."""
        self.whole = job.file.size is None or job.file.md5 is None
        """Whether it comes as one stream: the server gives no parts, or nothing would prove that
        they belong together."""
        self._connections = connections
        self._size = _ENDLESS if job.file.size is None else job.file.size
        self._etag: str | None = None
        self.came: int | None = None
        """Bytes that the server had to give, where it had more than it told."""
        self._before = 0
        self._ending = False
        self._mismatches = 0
        self._lock = threading.Lock()
        self.pieces = Ranges(0, connections=1)
        self.is_done = False
        """Whether the file is there, with its content."""

    @property
    def is_behind(self) -> bool:
        """Whether they come faster than they are hashed, so that more connections are no help."""
        # what an earlier call left has to be hashed too, and says nothing about the line
        return _BEHIND < self.part.lag <= self.part.count - self._before

    def may_be_there(self) -> bool:
        """Whether a file of the right size is there, which has to be read to compare it."""
        return not self.target.is_there and self.target.may_be_there

    def begin(self) -> None:
        """Deal out what the part file lacks."""
        self.pieces = Ranges(
            self._size,
            self.part.have,
            connections=self._connections,
            smallest=_ENDLESS if self.whole else None,
        )
        self._before = self.part.count
        self.progress.at(self._before)
        # before the first byte, so that a server that is silent is seen
        self.progress.phase("moving")

    def call(self, start: int, end: int) -> Call:
        """What to ask for these bytes."""
        if self.whole:
            return self.job.call
        call = part_of(self.job.call, start, end)
        if self._etag is None:
            return call
        # all of it comes if it is not the same any more
        return replace(call, headers={**call.headers, "If-Range": self._etag})

    def is_whole(self, asked: Call, answer: Answer, start: int, end: int) -> bool:
        """Learn from the head of an answer whether the whole file comes, and not a part.

        Args:
            asked: The call.
            answer: Its answer, 200 or 206.
            start: The first byte that was asked for.
            end: The byte after the last.

        Raises:
            UnexpectedAnswer: Something else comes.
        """
        if answer.status == 200:
            return True
        told = answer.headers.get("content-range", "")
        match = _CONTENT_RANGE.fullmatch(told.strip().lower())
        if (
            match is None
            or "Range" not in asked.headers
            or int(match[1]) != start
            or not start < int(match[2]) + 1 <= end
            or match[3] not in ("*", str(self._size))
            or answer.headers.get("content-encoding", "identity") != "identity"
        ):
            raise _odd(
                asked,
                answer,
                f"bytes {start}-{end - 1} of {self._size} were asked for, and '{told}' came. If"
                " the file was changed on the server, list the files again",
            )
        with self._lock:
            # or another connection was sent the whole meanwhile, and nobody wants this part
            self.ranged = not self.whole
            etag = answer.headers.get("etag", "")
            # a weak one does not promise the same bytes
            if etag.startswith('"'):
                self._etag = etag
        return False

    def take_whole(self, piece: Piece) -> bool:
        """Start anew, for the whole file comes; False if another connection's does already."""
        with self._lock:
            self.whole, self.ranged = True, False
            if not self.pieces.restart(piece):
                return False
            # also when nothing came: what another connection has in hand is of no use any more
            self.part.restart()
            self.progress.at(0)
            return True

    def land(self, piece: Piece, epoch: int, blocks: Sequence[bytes]) -> bool:
        """Put what came where it belongs.

        Args:
            piece: What it is of.
            epoch: The part file's, when it was asked for.
            blocks: The bytes.

        Returns:
            False if more came than this piece has: it was taken over, or the server sends more
            than there is.
        """
        fitting, size = _cut(blocks, piece.left)
        if size and self.part.write(epoch, piece.at, fitting):
            self.pieces.landed(piece, size)
            with self._lock:
                # or all of it begins anew, and this does not count
                if epoch == self.part.epoch:
                    self.progress.moved(size)
        return fitting is blocks

    def end_early(self, piece: Piece) -> None:
        """Note that the whole file came, and was shorter than told, or that nobody told."""
        self.pieces.end(piece)

    def end_late(self, answer: Answer) -> None:
        """Note that the whole file came, and was longer than told."""
        length = answer.headers.get("content-length", "")
        packed = "content-encoding" in answer.headers
        self.came = int(length) if length.isdecimal() and not packed else self._size + 1

    def is_last(self) -> bool:
        """Whether every byte is there, and it falls to the caller to verify them."""
        with self._lock:
            if self._ending or not self.pieces.is_complete:
                return False
            self._ending = True
            return True

    def start_anew(self, mismatch: ChecksumMismatch) -> None:
        """Forget everything after wrong bytes came; a second time, that is an error."""
        if not self.part.is_continued:
            # bytes of an earlier process prove nothing against the server
            self._mismatches += 1
            if self._mismatches > 1:
                raise mismatch
        self.part.restart()
        self.progress.at(0)
        self.came = None
        with self._lock:
            self._ending = False
            self.pieces.restart()

    def close(self) -> None:
        """Leave it; what can be continued from is kept, and what came wrong twice is not."""
        more = self.ranged or (self.part.is_continued and not self.whole)
        self.part.close(keep=more and self._mismatches < 2)


@dataclass(slots=True)
class Turn:
    """What one worker does next.

    Attributes:
        download: The file.
        piece: The bytes of it; None where nobody has begun with it.
    """

    download: Download
    piece: Piece | None


class Schedule:
    """Deals out the work of a call.

    Each file has one connection at first; when all have begun, those that are left help with the
    big ones.

    Args:
        downloads: The files.
    """

    def __init__(self, downloads: Sequence[Download]) -> None:
        self._new = list(reversed(downloads))
        self._begun: list[Download] = []
        self._lock = threading.Lock()

    def take(self) -> Turn | None:
        """Take something to do, or None where there is nothing for another worker."""
        with self._lock:
            if self._new:
                self._begun.append(self._new.pop())
                return Turn(self._begun[-1], None)
            for download in self._begun:
                # what a server gives no parts of has its worker already
                if download.ranged and (piece := download.pieces.take()) is not None:
                    return Turn(download, piece)
        return None

    def ended(self, download: Download) -> None:
        """Forget a file that is done."""
        with self._lock:
            self._begun.remove(download)

    @property
    def waiting(self) -> int:
        """How many more workers there is something to do for."""
        with self._lock:
            ranged = (each.pieces.waiting for each in self._begun if each.ranged)
            return len(self._new) + sum(ranged)


def ended_early(asked: Call) -> NoAnswer:
    """Make the error for an answer without its content."""
    return NoAnswer(
        f"{asked.method} {asked.path}: the answer ended before its content",
        method=asked.method,
        path=asked.path,
        may_have_landed=True,
    )


def out_of_range(asked: Call, error: ResponseError) -> UnexpectedAnswer:
    """Make the error for a server that has fewer bytes than it told."""
    return _refusal(
        asked,
        error,
        "the server holds fewer bytes than it told. The file was changed meanwhile; list the files"
        " again, and download what they are now",
    )


def odd_refusal(asked: Call, error: ResponseError) -> UnexpectedAnswer:
    """Make the error for a server that refuses a part where all was asked for."""
    return _refusal(asked, error, "the server refused a part, and all was asked for; try again")


def _refusal(asked: Call, error: ResponseError, why: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"{asked.method} {asked.path}: {why}.",
        status=error.status,
        server_message=error.server_message,
        method=asked.method,
        path=asked.path,
        request_id=error.request_id,
    )


def too_many(asked: Call, answer: Answer) -> UnexpectedAnswer:
    """Make the error for a part that is longer than it was to be."""
    return _odd(asked, answer, "more bytes came than were asked for")


def _odd(asked: Call, answer: Answer, why: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"{asked.method} {asked.path}: {answer.status}, but {why}.",
        status=answer.status,
        server_message="",
        method=asked.method,
        path=asked.path,
        request_id=answer.headers.get("x-request-id"),
    )


def _cut(blocks: Sequence[bytes], room: int) -> tuple[Sequence[bytes], int]:
    """As many of the bytes as there is room for, and how many these are."""
    size = sum(len(block) for block in blocks)
    if size <= room:
        return blocks, size
    fitting: list[bytes] = []
    size = 0
    for block in blocks:
        fitting.append(block[: room - size])
        size += len(fitting[-1])
    return fitting, size
