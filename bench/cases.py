"""What is measured: the work, who does it, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OURS = ("zenodo_sdk sync", "zenodo_sdk async")
MIB = 1 << 20


@dataclass(frozen=True)
class Goal:
    """What a figure shall be.

    Attributes:
        text: In words.
        figure: ``"ratio"`` of our seconds to the slowest of ``to``; ``"speedup"``, the other way
            round; else a figure of a run.
        bound: The number.
        at_least: Whether more is better.
        to: Whom we are compared with.
    """

    text: str
    figure: Literal["ratio", "speedup", "memory", "requests", "refused", "contents"]
    bound: float
    at_least: bool = False
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A work that all participants do.

    Attributes:
        name: For ``--only``.
        title: For the table.
        what: The kind of work.
        server: Which address it is done at.
        files: How many files.
        size: Bytes of each.
        floor: Programs that do less, as a measure of the machine.
        peers: Who does it beside us.
        goals: What is to be reached, by both colours.
        timeout: Seconds after which a run is ended.
        slow: Peers that are left out unless ``--all-peers`` is given, and why.
    """

    name: str
    title: str
    what: Literal["download", "upload", "sync"]
    server: Literal["fast", "limited", "far"]
    files: int
    size: int
    floor: tuple[str, ...]
    peers: tuple[str, ...]
    goals: tuple[Goal, ...]
    timeout: float = 300
    slow: tuple[tuple[str, str], ...] = ()

    @property
    def volume(self) -> int:
        """Bytes of all files."""
        return self.files * self.size


CASES = (
    Case(
        name="download",
        title="Download 1 GiB, MD5 verified",
        what="download",
        server="fast",
        files=1,
        size=1024 * MIB,
        floor=("curl", "md5sum"),
        peers=("zenodo-get", "zenodo-client", "pooch", "archivefs"),
        goals=(
            Goal(
                "at most 1.25x the slower of curl and md5sum", "ratio", 1.25, to=("curl", "md5sum")
            ),
            Goal("peak memory under 60 MiB", "memory", 60 * MIB),
        ),
    ),
    Case(
        name="throttled",
        title="Download 1 GiB at 3 MB/s per connection, 60 requests/min",
        what="download",
        server="limited",
        files=1,
        size=1024 * MIB,
        floor=(),
        peers=("zenodo-get",),
        goals=(
            Goal(
                "at least 6.5x as fast as zenodo-get",
                "speedup",
                6.5,
                at_least=True,
                to=("zenodo-get",),
            ),
            Goal("no 429", "refused", 0),
        ),
        timeout=1800,
        slow=(
            ("zenodo-client", "one connection, as slow as zenodo-get"),
            ("pooch", "one connection, as slow as zenodo-get"),
            ("archivefs", "over 800 requests, so a quarter of an hour at 60 a minute"),
        ),
    ),
    Case(
        name="far-download",
        title="Download 40 files of 5 MB at 100 ms latency",
        what="download",
        server="far",
        files=40,
        size=5_000_000,
        floor=(),
        peers=("zenodo-get", "zenodo-client", "pooch", "archivefs"),
        goals=(
            Goal(
                "at least 5x as fast as zenodo-get", "speedup", 5, at_least=True, to=("zenodo-get",)
            ),
        ),
    ),
    Case(
        name="upload",
        title="Upload 1 GiB, MD5 verified",
        what="upload",
        server="fast",
        files=1,
        size=1024 * MIB,
        floor=("curl", "md5sum"),
        peers=("zenodo-client", "openscm-zenodo", "zupload"),
        goals=(
            Goal(
                "at most 1.25x the slower of curl and md5sum", "ratio", 1.25, to=("curl", "md5sum")
            ),
            Goal("peak memory under 60 MiB", "memory", 60 * MIB),
        ),
    ),
    Case(
        name="far-upload",
        title="Upload 100 files of 100 kB at 100 ms latency, committed",
        what="upload",
        server="far",
        files=100,
        size=100_000,
        floor=(),
        peers=("zenodo-client", "openscm-zenodo", "zupload"),
        goals=(
            Goal(
                "at least 4x as fast as zenodo-client",
                "speedup",
                4,
                at_least=True,
                to=("zenodo-client",),
            ),
        ),
    ),
    Case(
        name="resync",
        title="Sync 100 files of 100 kB again at 100 ms latency",
        what="sync",
        server="far",
        files=100,
        size=100_000,
        floor=(),
        peers=("zenodo-client",),
        goals=(
            Goal("at most 2 requests", "requests", 2),
            Goal("no content sent", "contents", 0),
        ),
    ),
)
