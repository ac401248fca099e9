"""How far a transfer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the transfer of one file is.

    Attributes:
        name: The file's name.
        done: Bytes moved in this attempt; falls back to 0 when a transfer starts anew.
        total: Bytes in all; None where the server does not say.
        direction: Which way they go.
    """

    name: str
    done: int
    total: int | None
    direction: Literal["upload", "download"]

    @property
    def is_complete(self) -> bool:
        """Whether every byte was moved."""
        return self.total is not None and self.done >= self.total


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called after each block, mostly from a worker thread, with how far the transfer is."""
