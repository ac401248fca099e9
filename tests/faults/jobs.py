"""What runs in processes of its own: to be killed, to be two, or to have a disk of its own."""

from __future__ import annotations

import ctypes
import math
import os
import signal
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.support.folders import contents
from zenodo_sdk import ZenodoError
from zenodo_sdk._async import downloads as async_downloads
from zenodo_sdk._sync import downloads as sync_downloads
from zenodo_sdk.transfer.download import ranges

from .bench import OPERATIONS, PATIENCE, Colour, call

_NEVER = 600.0
"""Seconds of patience: longer than any case, so that none ends because of it."""
_NEW_MOUNTS = 0x00020000
_NEW_USER = 0x10000000
_READ_ONLY, _REMOUNT, _PRIVATE, _ALL = 1, 32, 1 << 18, 1 << 14


@dataclass(frozen=True)
class Job:
    """A call, as it can be handed to another process."""

    colour: Colour
    operation: str
    url: str
    token: str
    draft: str
    record: str
    source: Path
    target: Path

    def run(self) -> str:
        """Make the call; "completed", or the name of the error that it ended with."""
        settings: dict[str, Any] = {"base_url": self.url, "retry": PATIENCE, "timeout": _NEVER}
        make = partial(OPERATIONS[self.operation].call, bench=self)
        try:
            call(self.colour, make, self.token, settings)
        except ZenodoError as error:
            return type(error).__name__
        return "completed"


def cut_small() -> None:
    """Several pieces of one small file, over all connections that a download may have."""
    ranges.SMALLEST = 16 * 1024
    async_downloads.FAST = sync_downloads.FAST = math.inf


def do(job: Job, told: Connection) -> None:
    """Make the call, and tell what became of it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    cut_small()
    try:
        told.send(job.run())
    except KeyboardInterrupt:
        told.send("KeyboardInterrupt")


def do_on_a_disk(job: Job, disk: Path, cache: Path, options: str, told: Connection) -> None:
    """Make the call on a disk that does not do, and again when it does.

    Args:
        job: The call.
        disk: Where the disk is mounted; the target is on it.
        cache: A folder on it for what programs keep for later.
        options: What the disk is made with.
        told: Told each outcome and what is there then, or why there is no disk; asked in between.
    """
    cut_small()
    try:
        _own_mounts()
        _mount(disk, 0, options)
    except OSError as error:
        told.send(error)
        return
    os.environ["XDG_CACHE_HOME"] = os.environ["TMPDIR"] = str(cache)
    for folder in (job.target, cache):
        folder.mkdir()
    if options == "size=8m":
        _mount(disk, _READ_ONLY | _REMOUNT, "")
    told.send((job.run(), contents(job.target)))
    told.recv()
    _mount(disk, _REMOUNT, "size=8m")
    told.send((job.run(), contents(job.target)))


def _own_mounts() -> None:
    """Let what is mounted here be seen by nobody else."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS | (_NEW_USER if user else 0)):
        raise OSError(ctypes.get_errno(), "unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if libc.mount(b"none", b"/", None, _PRIVATE | _ALL, None):
        raise OSError(ctypes.get_errno(), "mount")


def _mount(path: Path, flags: int, options: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(path), b"tmpfs", flags, options.encode()):
        raise OSError(ctypes.get_errno(), "mount")
