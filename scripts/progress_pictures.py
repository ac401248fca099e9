"""Make the pictures of the progress display anew, from real downloads in a real terminal.

    python scripts/progress_pictures.py [one] [many] [stalled]

Needs ``tmux``. The command line downloads from the embedded Zenodo through a proxy that makes each
connection as slow as one of zenodo.org's, or silent; at some moments the terminal is copied.
"""

from __future__ import annotations

import io
import random
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from pydantic import JsonValue
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from zenodo_sdk.testing import FaultProxy, LocalZenodo, Stall, Throttle

IMAGES = Path(__file__).parents[1] / "docs" / "images"
COLUMNS, LINES = 92, 24
RECORD: dict[str, JsonValue] = {
    "id": "8435696",
    "metadata": {
        "title": "Soil moisture grid",
        "resource_type": {"id": "dataset"},
        "publication_date": "2025",
        "publisher": "Zenodo",
        "creators": [
            {"person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}}
        ],
    },
}
THEME = TerminalTheme(
    (30, 33, 40),
    (205, 210, 218),
    [(30, 33, 40), (230, 110, 110), (136, 192, 112), (222, 184, 110),
     (130, 185, 245), (208, 160, 235), (80, 180, 190), (205, 210, 218)],
    [(110, 116, 128), (240, 130, 130), (160, 210, 140), (235, 200, 130),
     (150, 200, 250), (220, 180, 245), (120, 205, 212), (235, 238, 242)],
)  # fmt: skip
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
        font-variant-east-asian: full-width;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})"
       clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


class Terminal:
    """The command line in a terminal of its own.

    Args:
        command: What is typed, without the repository.
        host: The repository.
        token: An access token of it.
        folder: Where it runs.
    """

    def __init__(self, command: str, host: str, token: str, folder: Path) -> None:
        run = f"{shlex.quote(sys.executable)} -m zenodo_sdk {command} --host {host}"
        self._shown = f"$ python -m zenodo_sdk {command}"
        self._socket = f"zenodo-sdk-{secrets.token_hex(4)}"
        self._tmux(
            *("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), "-c", str(folder)),
            *("-e", f"ZENODO_SDK_TOKEN={token}", "-e", f"ZENODO_SDK_CACHE={folder / '.cache'}"),
            f"{run}; sleep 600",
        )

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=check).stdout

    def look(self, is_wanted: Callable[[str], bool]) -> Text:
        """Copy the terminal once it shows something."""
        began = time.monotonic()
        while time.monotonic() < began + 120:
            if is_wanted(self._tmux("capture-pane", "-p")):
                return Text.from_ansi(self._tmux("capture-pane", "-p", "-e").rstrip())
            time.sleep(0.1)
        raise SystemExit(f"this did not come: {self._tmux('capture-pane', '-p')}")

    def draw(self, name: str, title: str, *looks: Text) -> None:
        """Write a picture: one moment below the other."""
        console = Console(record=True, width=COLUMNS, file=io.StringIO())
        for number, look in enumerate(looks):
            console.print(Text(self._shown, style="bold") if number == 0 else "")
            console.print(look)
        svg = console.export_svg(title=title, theme=THEME, code_format=FORMAT, unique_id=name)
        (IMAGES / f"{name}.svg").write_text(
            "\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8"
        )

    def close(self) -> None:
        """End it."""
        self._tmux("kill-server", check=False)


def percent(least: int) -> Callable[[str], bool]:
    """Whether so much is there of all."""

    def is_wanted(shown: str) -> bool:
        told = re.search(r"(\d+)%", shown)
        return told is not None and int(told[1]) >= least

    return is_wanted


def says(text: str) -> Callable[[str], bool]:
    """Whether it says something."""
    return lambda shown: text in shown


def download(
    name: str, title: str, files: Mapping[str, int], draw: Callable[[Terminal, FaultProxy], None]
) -> None:
    """Download files of these sizes, and draw it."""
    rng = random.Random(1)  # noqa: S311 - nothing secret
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(LocalZenodo(ranges=True))
        server.seed(RECORD, {name: rng.randbytes(size) for name, size in files.items()})
        slow = stack.enter_context(FaultProxy(server.url))
        silent = stack.enter_context(FaultProxy(slow.url))
        slow.inject(Throttle("*", "/content", times=None, bytes_per_second=2_000_000))
        if name == "progress-stalled":
            silent.inject(Stall("*", "/content", times=None, after=6_000_000))
        command = f"download {RECORD['id']} -o data"
        terminal = Terminal(command, silent.url, server.token, folder)
        stack.callback(terminal.close)
        draw(terminal, silent)
        print(IMAGES / f"{name}.svg", title)


def one(terminal: Terminal, _: FaultProxy) -> None:
    """One big file."""
    moving = terminal.look(percent(37))
    end = terminal.look(says("MD5 verified"))
    terminal.draw("progress-one", "one big file, and its end", moving, end)


def many(terminal: Terminal, _: FaultProxy) -> None:
    """Many files."""
    moving = terminal.look(percent(42))
    end = terminal.look(says("MD5 verified"))
    terminal.draw("progress-many", "forty files, and their end", moving, end)


def stalled(terminal: Terminal, proxy: FaultProxy) -> None:
    """A connection that is silent, and goes on."""
    moving = terminal.look(lambda shown: percent(8)(shown) and "left" in shown)
    waiting = terminal.look(says("waiting for the network"))
    proxy.release()
    again = terminal.look(percent(60))
    end = terminal.look(says("MD5 verified"))
    terminal.draw(
        "progress-stalled", "a connection that stalls, and recovers", moving, waiting, again, end
    )


PICTURES: dict[str, tuple[Mapping[str, int], Callable[[Terminal, FaultProxy], None]]] = {
    "one": ({"soil-moisture-2025.nc": 240_000_000}, one),
    "many": (
        {f"daily/2025-{1 + n // 4:02}-{1 + n % 4 * 7:02}.nc": (7 * n % 9 + 2) * 700_000
         for n in range(40)},
        many,
    ),
    "stalled": ({"soil-moisture-2025.nc": 48_000_000}, stalled),
}  # fmt: skip


if __name__ == "__main__":
    for picture in sys.argv[1:] or PICTURES:
        sizes, drawing = PICTURES[picture]
        download(f"progress-{picture}", drawing.__doc__ or "", sizes, drawing)
