"""Whose turn it is to bring a file that several processes want."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from ..download.claim import QUIET, Claims, Owner, hold, let_go


class Turn:
    """The right to download a file for all who wait for it.

    Nothing depends on it but work: the file itself gets its name in one step, whoever brings it.
    So it needs no lock, and where two processes take each other for gone, both download. It is
    a small file that says whose turn it is. It is given up when its owner is gone; of one on
    another machine this is seen by nothing having changed for long.

    Args:
        path: The file that says it.
        claims: The part files of the download, whose changes show that it goes on.
    """

    def __init__(self, path: Path, claims: Claims) -> None:
        self._path = path
        self._claims = claims
        self._owner: Owner | None = None
        self._signs: object = None
        self._quiet = 0.0

    def take(self, waited: float = 0.0) -> bool:
        """Take it, if nobody has it.

        Args:
            waited: Seconds since the last call.

        Returns:
            Whether to download: it is ours, or nothing can be written here, which the download
            will tell.
        """
        # ours before it is made, so that release() ends it whatever interrupts this
        self._owner = owner = Owner.new()
        hold(owner)
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._path.open("x", encoding="ascii") as file:
                file.write(str(owner))
        except FileExistsError:
            self.release()
            return self._watch(waited)
        except OSError:
            self.release()
        return True

    def release(self) -> None:
        """Leave it to the next."""
        if self._owner is not None:
            with suppress(OSError):
                if self._read() == self._owner:
                    self._path.unlink()
            let_go(self._named(self._owner))
            self._owner = None

    def _watch(self, waited: float) -> bool:
        """Look whether who has it is still there, and end it otherwise.

        Returns:
            Whether nobody has it and it cannot be ended, for this account may not write here.
        """
        with suppress(OSError):
            found = self._path.stat()
            parts = [(part.path, part.path.stat().st_mtime_ns) for part in self._claims.found()]
            signs = (found.st_mtime_ns, found.st_ino, sorted(parts))
            self._quiet = self._quiet + waited if signs == self._signs else 0.0
            self._signs = signs
            owner = self._read()
            if self._quiet > QUIET or (owner is not None and owner.is_gone):
                return not self._end()
        return False

    def _end(self) -> bool:
        # a rename, for exactly one of those who wait can do it
        ended = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        try:
            self._path.rename(ended)
            ended.unlink()
        except FileNotFoundError:
            # another one was faster
            return True
        except OSError:
            return False
        return True

    def _read(self) -> Owner | None:
        try:
            told = self._path.read_text(encoding="ascii", errors="replace")
        except PermissionError:
            # another account's, who is known by what changes only
            return None
        # without a name in it for the moment between its making and its writing
        return Owner.parse(told)

    def _named(self, owner: Owner) -> Path:
        return self._claims.own(owner)
