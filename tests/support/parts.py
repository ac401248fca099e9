"""Part files of downloads, as tests make them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.download.part import Part
from zenodo_sdk.transfer.overwrite import Overwrite, Target

BIG = bytes(range(256)) * 12_000
MD5 = hashlib.md5(BIG).hexdigest()
HALF = len(BIG) // 2


def file_of(content: bytes, name: str = "a.bin") -> FileData:
    """What the server says of such a content."""
    checksum = f"md5:{hashlib.md5(content).hexdigest()}"
    return FileData(name=name, size=len(content), checksum=checksum)


class Parts:
    """Makes part files of one target."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "a.bin"
        self.made: list[Part] = []

    def __call__(
        self, file: FileData | None = None, overwrite: Overwrite = "skip", content: bytes = BIG
    ) -> Part:
        file = file or file_of(content)
        made = Part(Target(self.target, file, overwrite), file)
        self.made.append(made)
        for _ in made.open():
            pass
        return made

    def names(self) -> list[str]:
        """What lies in the folder."""
        return sorted(path.name for path in self.target.parent.iterdir())


def finish(made: Part) -> None:
    """Verify it and give it its name."""
    for work in (made.verify(), made.place()):
        for _ in work:
            pass


def fill(made: Part, start: int, end: int, content: bytes = BIG) -> None:
    """Write what belongs there."""
    step = 100_000
    blocks = [content[at : min(at + step, end)] for at in range(start, end, step)]
    assert made.write(made.epoch, start, blocks)
