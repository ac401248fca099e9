"""Progress bars for the terminal, with the extra ``zenodo-sdk[progress]``."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .errors import ConfigurationError
from .transfer.progress import Progress

if TYPE_CHECKING:
    from tqdm import tqdm


class ProgressBars:
    """A bar for each file that is being moved; give it as ``progress=``.

    Raises:
        ConfigurationError: The extra is not installed.

    Example:
        ::

            with ProgressBars() as bars:
                deposition.files.upload("grid.nc", progress=bars)
    """

    def __init__(self) -> None:
        try:
            from tqdm import tqdm
        except ImportError:
            raise ConfigurationError(
                "progress bars need tqdm: pip install 'zenodo-sdk[progress]'"
            ) from None
        self._make = tqdm
        self._bars: dict[tuple[str, str], tqdm[int]] = {}
        # several files report from several threads
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        """Show how far a file is."""
        with self._lock:
            key = (progress.direction, progress.name)
            if key not in self._bars:
                self._bars[key] = self._make(
                    (),
                    desc=f"{progress.direction} {progress.name}",
                    total=progress.total,
                    unit="B",
                    unit_scale=True,
                    unit_divisor=1000,
                )
            bar = self._bars[key]
            # an attempt that starts anew falls back to its first block
            bar.update(progress.done - bar.n)
            if progress.is_complete:
                self._bars.pop(key).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            while self._bars:
                self._bars.popitem()[1].close()
