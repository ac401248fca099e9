"""Where bars are drawn: a terminal, or the output of a notebook's cell."""

from __future__ import annotations

import io
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol, cast

from rich.console import Console
from rich.errors import LiveError
from rich.live import Live

from .group import Group
from .lines import Lines


class Screen(Protocol):
    """Where a group is drawn, again and again until it is closed."""

    def open(self, group: Group) -> None:
        """Begin to draw a group."""

    def close(self) -> None:
        """Draw it for the last time."""


def screen_for(console: Console | None) -> Screen | None:
    """Where to draw; None where nobody would see it.

    Args:
        console: Where the caller wants it; None for the usual place.
    """
    if console is not None:
        return Terminal(console) if console.is_interactive else None
    stream = cast("Any", sys.stderr)  # none where there is no console, as under pythonw
    if stream is None:
        return None
    console = Console(file=stream, highlight=False)
    if console.is_jupyter:
        return Notebook()
    # and not what FORCE_COLOR and the like say: a log takes colours, but no cursor that moves
    is_terminal = not stream.closed and stream.isatty()
    return Terminal(console) if is_terminal and console.is_interactive else None


class Terminal:
    """A terminal, whose last lines are drawn anew."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None

    def open(self, group: Group) -> None:
        """Begin to draw a group."""
        lines = Lines(group)
        live = Live(
            console=self._console,
            get_renderable=lambda: lines,
            refresh_per_second=8,
            # what others print appears above the bars; but what goes to a file shall go there
            redirect_stdout=_is_terminal(sys.stdout),
            redirect_stderr=_is_terminal(sys.stderr),
        )
        # another display of the caller's is there: that one stays
        with suppress(LiveError):
            live.start()
            self._live = live

    def close(self) -> None:
        """Draw it for the last time."""
        if self._live is not None:
            try:
                self._live.stop()
            finally:
                self._console.show_cursor()
                self._live = None


class Notebook:
    """The output of a notebook's cell.

    ``rich`` would need ``ipywidgets`` there, and leaves out the end.
    """

    _WIDTH = 100
    _FORMAT = (
        '<pre style="white-space:pre;overflow-x:auto;line-height:normal;font-family:Menlo,'
        "'DejaVu Sans Mono',consolas,'Courier New',monospace\">{code}</pre>"
    )

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def open(self, group: Group) -> None:
        """Begin to draw a group."""
        lines = Lines(group)
        # there is a notebook, so it is there; the SDK does not depend on it
        display = import_module("IPython.display").display
        handle = display(self._drawn(lines), raw=True, display_id=True)
        self._ended.clear()

        def draw() -> None:
            while not self._ended.wait(0.3):
                handle.update(self._drawn(lines), raw=True)
            handle.update(self._drawn(lines), raw=True)

        self._thread = threading.Thread(target=draw, name="zenodo-sdk-bars", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Draw it for the last time."""
        if self._thread is not None:
            self._ended.set()
            self._thread.join(5)
            self._thread = None

    def _drawn(self, lines: Lines) -> dict[str, str]:
        console = Console(
            file=io.StringIO(),
            record=True,
            width=self._WIDTH,
            force_terminal=True,
            force_jupyter=False,
            color_system="truecolor",
            legacy_windows=False,
        )
        console.print(lines)
        html = console.export_html(inline_styles=True, code_format=self._FORMAT, clear=False)
        return {"text/html": html, "text/plain": console.export_text()}


def _is_terminal(stream: Any) -> bool:
    return stream is not None and not stream.closed and bool(stream.isatty())
