"""Whose a part file is, told by its name alone.

File locks do nothing on many file systems of clusters: there ``flock`` succeeds for everybody,
and two processes wrote one file. A rename works on all of them, and exactly one process wins it.
So a part file that nobody uses has a name that all know, and to take it is to rename it to a name
that tells the owner. Nobody opens a part file for writing that does not bear the own name.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import secrets
import socket
import stat
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

QUIET = 600.0
"""Seconds without a change after which an owner who cannot be asked is taken for gone. An owner
who is there changes its file each minute at least (``part.HEARTBEAT``)."""

_OWNER = re.compile(r"(?P<machine>[0-9a-f]{12})-(?P<pid>[0-9]{1,10})-(?P<token>[0-9a-f]{8})")
_PART = re.compile(
    r"\.(?P<name>.+)\.(?P<content>[0-9a-f]{16}|whole)(\.(?P<owner>[0-9a-f-]+))?\.part", re.DOTALL
)
_LONGEST = 60
"""Bytes of a target's name that a part file's name has room for, on disks with encrypted names,
which take 143 of them."""

_held: set[str] = set()
_held_lock = threading.Lock()


@functools.cache
def boot() -> str:
    """What this start of the machine is called; "" where the system does not tell."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


@functools.cache
def machine() -> str:
    """A name of what process ids are unique in: this start of this machine, or container."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    # hosts that nobody gave a name share one, but no network card
    start = boot() or f"{uuid.getnode():x}"
    known = "\n".join([socket.gethostname(), start, namespace])
    return hashlib.sha256(known.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a part file.

    Attributes:
        machine: Where it runs; see :func:`machine`.
        pid: Its process.
        token: Which of its claims this is.
    """

    machine: str
    pid: int
    token: str

    @classmethod
    def new(cls) -> Owner:
        """This process, for one more file."""
        return cls(machine(), os.getpid(), secrets.token_hex(4))

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """Read what an owner's name tells."""
        match = _OWNER.fullmatch(text)
        return match and cls(match["machine"], int(match["pid"]), match["token"])

    def __str__(self) -> str:
        return f"{self.machine}-{self.pid}-{self.token}"

    @property
    def is_gone(self) -> bool:
        """Whether it certainly writes no more."""
        if self.machine != machine():
            return False
        if self.pid == os.getpid():
            # an earlier process may have had this number
            with _held_lock:
                return self.token not in _held
        if os.name == "nt":
            # there a file that someone has open cannot be renamed, so trying tells
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            return False
        return _is_zombie(self.pid)


def _is_zombie(pid: int) -> bool:
    """Whether a process ended and is only waited for, which in a container may last forever."""
    with suppress(OSError, ValueError, IndexError):
        # its name stands in parentheses, and may have some itself
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        # the first thread is a zombie as well while another one hangs in a write
        return fields[0] in (b"Z", b"X") and int(fields[17]) <= 1
    return False


@dataclass(frozen=True, slots=True)
class Found:
    """A part file that lies there, and whose it is; nobody's where ``owner`` is None."""

    path: Path
    owner: Owner | None

    @property
    def is_free(self) -> bool:
        """Whether certainly nobody uses it."""
        return self.owner is None or self.owner.is_gone


class Claims:
    """The part files of one target and content.

    Args:
        target: Where the file shall be.
        md5: Its MD5; "" where that is not known, and no part file can be taken over.
    """

    def __init__(self, target: Path, md5: str) -> None:
        self.folder = target.parent
        self._stem = f".{name_in_part(target.name)}.{md5[:16] or 'whole'}"

    @property
    def idle(self) -> Path:
        """The name of what nobody uses."""
        return self.folder / f"{self._stem}.part"

    def own(self, owner: Owner) -> Path:
        """The name of what an owner uses."""
        return self.folder / f"{self._stem}.{owner}.part"

    def found(self) -> Iterator[Found]:
        """Look what lies there; links and folders of such a name are none of ours."""
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                name = entry.name
                if not (name.startswith(self._stem) and name.endswith(".part")):
                    continue
                middle = name[len(self._stem) : -len(".part")]
                owner = Owner.parse(middle[1:])
                if (not middle or owner) and entry.is_file(follow_symlinks=False):
                    yield Found(Path(entry.path), owner)

    def take(self, found: Found) -> Path | None:
        """Make a part file ours, or None where another process was faster.

        What has a second name is never taken: it is a download that ended right between getting
        its name and losing this one, and writing into it would write into the finished file.
        """
        owner = Owner.new()
        path = self.own(owner)
        hold(owner)
        try:
            with suppress(OSError):
                found.path.rename(path)
            # asked of the file and not of the rename: over NFS one may be done and yet fail
            told = path.lstat()
            if stat.S_ISREG(told.st_mode) and told.st_nlink <= 1:
                return path
            path.unlink()
        except OSError:
            pass
        let_go(path)
        return None

    def give_back(self, path: Path) -> None:
        """Leave a part file to whoever comes next."""
        with suppress(OSError):
            path.replace(self.idle)
        let_go(path)


def name_in_part(name: str) -> str:
    """What a part file's name has of its target's name: other names have another."""
    encoded = name.encode("utf-8", "surrogatepass")
    if len(encoded) <= _LONGEST:
        return name
    cut = name[:_LONGEST]
    while len(cut.encode("utf-8", "surrogatepass")) > _LONGEST - 9:
        cut = cut[:-1]
    return f"{cut}~{hashlib.sha256(encoded).hexdigest()[:8]}"


def read_name(name: str) -> tuple[str, str, Owner | None] | None:
    """Read what a part file's name tells.

    Returns:
        Its target's name, as by :func:`name_in_part`; of which content it is, ``"whole"`` where
        nobody knows; its owner. None where it is none of ours.
    """
    match = _PART.fullmatch(name)
    if match is None:
        return None
    owner = Owner.parse(match["owner"] or "")
    return (match["name"], match["content"], owner) if owner or not match["owner"] else None


def hold(owner: Owner) -> None:
    """Note that this process uses a claim."""
    with _held_lock:
        _held.add(owner.token)


def let_go(path: Path) -> None:
    """Note that it does not any more."""
    with _held_lock:
        _held.discard(path.name[-len("01234567.part") : -len(".part")])
