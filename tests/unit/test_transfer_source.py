"""What is no content: of either client, told before anything is asked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from zenodo_sdk import Refused
from zenodo_sdk.transfer.upload.source import Source


class Stream:
    """As asyncio's and anyio's streams are."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration

    async def read(self, size: int) -> bytes:
        raise AssertionError


@pytest.mark.parametrize("size", [None, 3])
def test_what_is_read_with_await(size: int | None) -> None:
    content: Any = Stream()
    with pytest.raises(Refused, match="Stream is read with await, which is not possible here"):
        Source(content, "a.bin", size)
