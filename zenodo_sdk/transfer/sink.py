"""Where a download goes: a private part file, which gets its name only when it is whole."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from ..errors import ChecksumMismatch, Refused
from ..models.file import FileData
from .digest import RunningMd5
from .overwrite import Overwrite
from .progress import Progress, ProgressCallback


class Sink:
    """A file that is being downloaded; open it before use.

    The bytes go to a part file of this process's own beside the target, hashed on the way.
    :meth:`finish` compares size and checksum with what the server told and puts the file under
    its name in one step; until then, and after any failure, nothing has that name.

    Args:
        target: Where the file shall be.
        file: What the server says of it.
        overwrite: What to do with a file that is there.
        progress: Told after each block.
    """

    def __init__(
        self,
        target: Path,
        file: FileData,
        *,
        overwrite: Overwrite = "error",
        progress: ProgressCallback | None = None,
    ) -> None:
        self.target = target
        self._expected = file
        self._overwrite = overwrite
        self._progress = progress
        self._done = 0
        self._opened = ExitStack()

    def open(self) -> bool:
        """Make the part file.

        Returns:
            False if there is nothing to do, for the file is there and is to be kept.

        Raises:
            Refused: A file is there and may not be replaced, or the folder cannot be written.
        """
        folder = self.target.parent
        self._part = folder / f".{self.target.name[:40]}.{secrets.token_hex(8)}.part"
        try:
            if self.target.is_dir():
                raise Refused(
                    f"'{self.target}' is a folder; give a file's path, or use download_all()"
                )
            if self._overwrite != "replace" and os.path.lexists(self.target):
                if self._overwrite == "skip" and self._is_there():
                    return False
                raise self._exists()
            folder.mkdir(parents=True, exist_ok=True)
            # made by open() and not by tempfile, so that it has the mode that the umask says
            self._file = self._part.open("xb")
        except OSError as error:
            raise Refused(f"'{folder}' cannot be written: {error.strerror or error}") from error
        self._opened.callback(self._part.unlink, missing_ok=True)
        self._opened.callback(self._file.close)
        self._digest = self._opened.enter_context(RunningMd5())
        return True

    def _is_there(self) -> bool:
        """Whether the file that is there has the content that it should have."""
        expected = self._expected
        if expected.md5 is None or self.target.stat().st_size != expected.size:
            return False
        with self.target.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
        return digest.hexdigest() == expected.md5

    def write(self, block: bytes) -> None:
        """Take the next block."""
        self._digest.update(block)
        self._file.write(block)
        self._done += len(block)
        if self._progress is not None:
            self._progress(
                Progress(self._expected.name, self._done, self._expected.size, "download")
            )

    def restart(self) -> None:
        """Forget what came so far: the transfer starts anew."""
        self._digest.close()
        self._digest = self._opened.enter_context(RunningMd5())
        self._file.seek(0)
        self._file.truncate()
        self._done = 0

    def finish(self) -> Path:
        """Verify what came and give it its name.

        Returns:
            The target.

        Raises:
            ChecksumMismatch: It is not what the server said it would be.
            Refused: A file of that name appeared meanwhile and may not be replaced.
        """
        actual = self._digest.hexdigest()
        expected = self._expected
        if expected.size is not None and self._done != expected.size:
            raise ChecksumMismatch(
                f"'{expected.name}' came with {self._done} bytes in place of {expected.size};"
                " nothing was kept. Download it again.",
                name=expected.name,
                expected=f"{expected.size} bytes",
                actual=f"{self._done} bytes",
            )
        if expected.md5 is not None and actual != expected.md5:
            raise ChecksumMismatch(
                f"'{expected.name}' came with MD5 {actual} in place of {expected.md5}; nothing was"
                " kept. Download it again; if that fails, the repository's copy may be damaged.",
                name=expected.name,
                expected=f"md5:{expected.md5}",
                actual=f"md5:{actual}",
            )
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._overwrite == "replace":
            self._part.replace(self.target)
        else:
            self._place_anew()
        return self.target

    def _place_anew(self) -> None:
        try:
            os.link(self._part, self.target)
        except FileExistsError:
            raise self._exists() from None
        except OSError:
            # no hard links here: a look just before the rename is the best there is
            if os.path.lexists(self.target):
                raise self._exists() from None
            self._part.replace(self.target)

    def _exists(self) -> Refused:
        other = " and holds other content" if self._overwrite == "skip" else ""
        return Refused(
            f"'{self.target}' is there already{other}; pass overwrite='replace' to replace it"
        )

    def close(self) -> None:
        """Drop the part file, if the download did not finish."""
        self._opened.close()

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
