"""One file to download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...models.file import FileData
from ...wire.call import Call
from ..overwrite import Overwrite


@dataclass(frozen=True, slots=True)
class Job:
    """One file to download.

    Attributes:
        file: What the server says of it: its name, size and checksum.
        call: Asks for its whole content.
        target: Where it shall be.
        overwrite: What to do where a file of that name is.
        is_kept: Whether it is known to be there, with its content.
    """

    file: FileData
    call: Call
    target: Path
    overwrite: Overwrite
    is_kept: bool = False
