"""Files behind a share link, which may be a record's or a draft's."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import NotFound, PermissionDenied
from ..wire.call import Answer, Call
from .files import AsyncRecordFiles
from .transport import AsyncTransport


class AsyncSharedFiles(AsyncRecordFiles):
    """The files that a share link opens; where they are is found out with the first request."""

    def __init__(self, transport: AsyncTransport, record_id: str, *, draft: bool) -> None:
        super().__init__(transport, record_id)
        self._in_draft = draft

    @property
    def _draft(self) -> bool:
        return self._in_draft

    async def _ask(self, make: Callable[[bool], Call]) -> Answer:
        try:
            return await super()._ask(make)
        except (NotFound, PermissionDenied) as error:
            refusal = error
        # published meanwhile, or not yet
        try:
            answer = await self._transport.send(make(not self._in_draft))
        except (NotFound, PermissionDenied):
            raise refusal from None
        self._in_draft = not self._in_draft
        return answer
