"""How far a transfer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal[
    "waiting", "hashing", "moving", "retrying", "verifying", "done", "skipped", "failed"
]
"""What is being done for a file.

``waiting``: it is planned and not begun. ``hashing``: what is here is read to compare it.
``moving``: bytes are on their way. ``retrying``: a connection failed or stalled, and its part is
asked for anew; other parts may be moving. ``verifying``: every byte is there, and size and MD5 are
being compared. ``done``: it is verified. ``skipped``: nothing was moved, for it is there already.
``failed``: it ended with an error.
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the transfer of one file is.

    Attributes:
        name: The file's name.
        done: Bytes that are where they shall be, those of an earlier attempt or process included;
            falls when a transfer has to start anew.
        total: Bytes in all; None where the server does not say.
        direction: Which way they go.
        phase: What is being done.
        rate: Bytes a second, over the last seconds; None before anything moved.
    """

    name: str
    done: int
    total: int | None
    direction: Literal["upload", "download"]
    phase: Phase = "moving"
    rate: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing more will come of this file, and it is where it shall be."""
        return self.phase in ("done", "skipped")


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called with how far a transfer is, mostly from a worker thread, and never twice at once."""
