"""Progress bars for terminals and notebooks, with the extra ``zenodo-sdk[progress]``."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from ..errors import ConfigurationError
from ..transfer.progress import Progress
from .group import Group

if TYPE_CHECKING:
    from rich.console import Console

    from .screens import Screen


class ProgressBars:
    """Bars for what is being moved; give it as ``progress=``.

    One file has a line with its bar, bytes, rate and time left. Several have a line for all, and
    one for each of those that move now; what failed stays. A connection that is silent for more
    than three seconds is said to be waiting for the network. Of a call that is over one line
    remains, and the next call has bars of its own.

    They are written to the standard error stream, if that is a terminal, and in Jupyter below the
    cell. Anywhere else, as in a log, nothing is written at all.

    Args:
        console: A console of ``rich`` to use in place of that.

    Raises:
        ConfigurationError: The extra is not installed.

    Example:
        ::

            with ProgressBars() as bars:
                record.files.download_all("data/", progress=bars)
    """

    def __init__(self, console: Console | None = None) -> None:
        try:
            from .screens import screen_for
        except ImportError:
            raise ConfigurationError(
                "progress bars need rich: pip install 'zenodo-sdk[progress]'"
            ) from None
        self._screen: Screen | None = screen_for(console)
        self._group: Group | None = None
        # Reentrant, for a signal may come in here and unwind to __exit__. What draws, in a thread
        # of its own, never takes it: this one waits for that one to end.
        self._lock = threading.RLock()

    def __call__(self, progress: Progress) -> None:
        """Show how far a file is."""
        if self._screen is None:
            return
        with self._lock:
            if self._group is not None and self._group.is_outlived_by(progress):
                self._close()
            if self._group is None:
                self._group = Group(time.monotonic)
                self._screen.open(self._group)
            self._group.take(progress)
            if self._group.is_over:
                self._close()

    def _close(self) -> None:
        group, self._group = self._group, None
        if group is not None and self._screen is not None:
            group.stop()
            self._screen.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._close()
