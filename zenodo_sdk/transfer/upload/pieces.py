"""Pieces of bytes of any size as a stream that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import Refused

_KINDS: tuple[type[Any], ...] = (bytes, bytearray, memoryview)


class Pieces:
    """Reads an iterator of bytes as if it were a file.

    Args:
        pieces: What there is to read, one piece after another.
        name: What it is called in errors.
    """

    def __init__(self, pieces: Iterator[Any], name: str) -> None:
        self._pieces = pieces
        self._name = name
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Read so many bytes; fewer only at the end.

        Args:
            size: Bytes.

        Raises:
            Refused: A piece is no bytes. What the iterator itself raises comes as it is.
        """
        found: list[memoryview] = []
        left = size
        while left > 0:
            if not self._rest:
                try:
                    piece = next(self._pieces)
                except StopIteration:
                    break
                if not isinstance(piece, _KINDS):
                    raise Refused(
                        f"'{self._name}' gives {type(piece).__name__} and not bytes; give pieces of"
                        " bytes (str has encode() for it)"
                    )
                # a view may have gaps, and what is no bytes may change after it was given
                self._rest = memoryview(bytes(piece))
                continue
            found.append(self._rest[:left])
            self._rest = self._rest[left:]
            left -= len(found[-1])
        return b"".join(found)
