"""Moving contents to the server: the one way of everything that is uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress

from ..errors import NoAnswer, ResponseError
from ..flows._steps import Digest, Flow, Reply, Seen, SendContent, Several, Step, Tell
from ..flows.upload import Upload
from ..models.file import FileData
from ..transfer.overwrite import Overwrite, check_overwrite
from ..transfer.progress import FileReporter, Phase, ProgressCallback, Reporter
from ..transfer.upload.preflight import Limits, Wanted
from ..transfer.upload.source import Source
from . import _runtime
from .transport import AsyncTransport

AT_ONCE = 4
"""Contents that move at once; more of them make a server fail now and then."""


async def upload(
    transport: AsyncTransport,
    record_id: str,
    sources: Sequence[Source],
    *,
    overwrite: Overwrite,
    progress: ProgressCallback | None = None,
    at_once: int = AT_ONCE,
    quota: int | None = None,
) -> list[FileData]:
    """Upload files, and see them verified.

    Args:
        transport: What sends.
        record_id: The draft.
        sources: The contents, with the names that they shall have. What is open is measured;
            the others are opened when it is their turn.
        overwrite: What to do where a complete file of that name is.
        progress: Told how far each of them is.
        at_once: How many contents move at once.
        quota: Bytes that the record may hold, where it is known to be more than the usual.

    Returns:
        The files as the server has them, in the order of the sources.
    """
    check_overwrite(overwrite)
    settings = transport.settings
    flow = Upload(
        record_id,
        [Wanted(one.name, one.size or None, one.is_once) for one in sources],
        overwrite,
        Limits.of(is_zenodo=settings.is_zenodo, quota=quota),
        transport.ledger,
        settings.retry,
    )
    reporter = Reporter(progress)
    await _runtime.in_thread(lambda: _tell_all(reporter, sources))
    # One more connection for each content: while a file is completed, the next one is sent.
    wanted = min(len(sources), 2 * at_once)
    connections = transport.pace.occupy(wanted)
    try:
        steps = AsyncUploads(transport, sources, reporter, connections, at_once)
        return await transport.run(flow.run(), steps)
    finally:
        transport.pace.free(connections)


def _tell_all(reporter: Reporter, sources: Sequence[Source]) -> None:
    for one in sources:
        reporter.waiting(one.name, one.size or None, "upload")


class AsyncUploads:
    """Does the steps of an upload's flow.

    Args:
        transport: What sends.
        sources: The contents.
        reporter: Tells how far they are.
        workers: How many files are worked on at once.
        at_once: How many contents move at once.
    """

    def __init__(
        self,
        transport: AsyncTransport,
        sources: Sequence[Source],
        reporter: Reporter,
        workers: int,
        at_once: int,
    ) -> None:
        self._transport = transport
        self._contents = {one.name: AsyncOutgoing(one, reporter) for one in sources}
        self._workers = workers
        self._slots = _runtime.Slots(at_once)

    async def do(self, step: Step) -> Reply:
        """Do a step."""
        match step:
            case Several(flows):
                await _runtime.side_by_side(self._one, flows.items(), self._workers)
            case Tell(name, phase):
                await self._contents[name].tell(phase)
            case Digest(name):
                return await self._contents[name].digest()
            case SendContent(call, name, begins):
                content = self._contents[name]
                async with self._slots:
                    await content.open()
                    begins()
                    await content.tell("moving", 0)
                    try:
                        return await self._transport.send_content(
                            call, content.source, content.report
                        )
                    except (ResponseError, NoAnswer) as error:
                        return error
            case _:
                raise AssertionError(step)
        return None

    async def _one(self, named: tuple[str, Flow[None]]) -> None:
        name, flow = named
        content = self._contents[name]
        try:
            await self._transport.run(flow, self)
        except Exception:
            # the first error is the one to tell
            with suppress(Exception):
                await content.tell("failed")
            raise
        finally:
            content.close()


class AsyncOutgoing:
    """A content of an upload, opened when it is its turn."""

    def __init__(self, source: Source, reporter: Reporter) -> None:
        self.source = source
        self._reporter = reporter
        self._opened_here = False
        self.report = self._new_report()

    def _new_report(self) -> FileReporter:
        return self._reporter.file(self.source.name, self.source.size or None, "upload")

    async def open(self) -> None:
        """Open it, unless it is open."""
        if self.source.is_open:
            return
        known = self.source.size
        self._opened_here = True
        await _runtime.in_thread(self.source.open)
        if self.source.size != known:
            self.report = self._new_report()

    def close(self) -> None:
        """Close it, if it was opened here."""
        if self._opened_here:
            self.source.close()

    async def tell(self, phase: Phase, done: int | None = None) -> None:
        """Tell what is being done, and how many bytes are there."""

        def tell() -> None:
            if done is not None:
                self.report.at(done)
            self.report.phase(phase)

        await _runtime.in_thread(tell)

    async def digest(self) -> Seen:
        """Tell what was read, and read it if that was not done, or may have been too early."""
        await self.open()
        source = self.source
        if source.md5 is None or source.is_doubtful:
            await self.tell("hashing", 0)
            with closing(source.blocks()) as blocks:
                async for _ in _runtime.stream(self._counted(blocks)):
                    pass
        assert source.md5 is not None
        return Seen(source.md5, source.size)

    def _counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Tell how many are read; nothing moves, so there is no rate."""
        done = 0
        for block in blocks:
            done += len(block)
            self.report.at(done)
            yield block
