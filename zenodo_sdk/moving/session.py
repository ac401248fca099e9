"""What the commands that move files share: a client, bars, and what is said at the end."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import typer

from .. import Client, Progress
from ..bars import ProgressBars
from ..bars.group import MOVING
from ..bars.wording import as_bytes, as_rate
from ..credentials import SANDBOX
from ..errors import ConfigurationError, Refused
from ..identifiers.parsing import InvalidIdentifier
from ..identifiers.records import RecordRef, parse_record_ref
from ..settings import PRODUCTION_URL, SANDBOX_URL

_OPTIONS = (
    (r"\boverwrite='(\w+)'", r"--overwrite \1"),
    (r"\bClient\(base_url='([^']+)'\)", r"--host \1"),
    (r"\bclient\.whoami\(\)", "python -m zenodo_sdk whoami"),
    (r"\b(download|upload|sync)\(\)", r"\1"),
)


class Moving:
    """Counts what is moved, and shows it.

    Args:
        quiet: Whether to show nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.moved = 0
        self.skipped = 0
        self.bars = None if quiet else ProgressBars()
        self._done: dict[str, int] = {}
        self._began = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take how far a file is."""
        before = self._done.get(progress.name, 0)
        self._done[progress.name] = progress.done
        if progress.phase in MOVING:
            self.moved += max(0, progress.done - before)
        self.skipped += progress.phase == "skipped"
        if self.bars is not None:
            self.bars(progress)

    def tell(self, where: str, count: int) -> None:
        """Say where files are.

        Args:
            where: What they are, and where.
            count: How many.
        """
        if not count:
            self.say("there is no such file: nothing to do")
        elif self.skipped >= count:
            self.say(f"{where}: already there, MD5 verified")
        else:
            there = f"; {self.skipped} already there" if self.skipped else ""
            self.say(f"{where}: {self.speed()}, MD5 verified{there}")

    def speed(self) -> str:
        """Tell how much was moved, and how fast."""
        seconds = max(0.001, time.monotonic() - self._began)
        return f"{as_bytes(self.moved)} in {seconds:.1f} s ({as_rate(self.moved / seconds)})"

    def say(self, text: str) -> None:
        """Say something at the end."""
        if not self.quiet:
            typer.echo(text)


@contextmanager
def moving(*, quiet: bool) -> Generator[Moving]:
    """Show what is moved, and end at Ctrl-C.

    Args:
        quiet: Whether to show nothing.

    Raises:
        SystemExit: With 130, after Ctrl-C.
    """
    work = Moving(quiet=quiet)
    try:
        if work.bars is None:
            yield work
        else:
            with work.bars:
                yield work
    except KeyboardInterrupt:
        sys.stdout.flush()
        typer.echo("stopped; the same command goes on where it stopped", err=True)
        raise SystemExit(130) from None


def client_for(ref: RecordRef, host: str | None, *, sandbox: bool) -> Client:
    """Make the client of a repository.

    Args:
        ref: What the user named. Its host counts where that is Zenodo's sandbox; for any other,
            a token could go where somebody's link leads, so that has to be said with ``--host``.
        host: The host or address that the user chose.
        sandbox: Whether they chose the sandbox.
    """
    if host is not None and sandbox:
        raise ConfigurationError("give either --host or --sandbox")
    if sandbox or (host is None and ref.host == SANDBOX):
        return Client(base_url=SANDBOX_URL)
    if host is None:
        return Client(base_url=PRODUCTION_URL)
    return Client(base_url=host if "://" in host else f"https://{host}")


def named(record: str) -> RecordRef:
    """Read what the user wrote for a record.

    Raises:
        Refused: It names none.
    """
    try:
        return parse_record_ref(record)
    except InvalidIdentifier as error:
        raise Refused(str(error)) from None


def for_this_command(message: str) -> str:
    """Name options where an error names arguments and methods.

    Example:
        >>> for_this_command("it holds other content; pass overwrite='replace' to replace it")
        'it holds other content; pass --overwrite replace to replace it'
    """
    for python, option in _OPTIONS:
        message = re.sub(python, option, message)
    return message


def counted(count: int) -> str:
    """Write a number of files."""
    return f"{count} file{'' if count == 1 else 's'}"
