"""Bars, as lines of text that fit where they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..transfer.progress import Direction
from .group import File, Group, Look
from .wording import as_rate, as_time, of_total, printable

_MOST = 8
"""Files that are drawn while they move, and as many that failed."""

_PERCENT, _STATUS, _GAP = 4, 25, 2
_SHORTEST_NAME, _SHORTEST_BAR, _LONGEST_BAR = 10, 10, 40

_NETWORK = ("waiting for the network…", "yellow")

_VERBS: dict[Direction, tuple[str, str]] = {
    "download": ("Downloading", "Downloaded"),
    "upload": ("Uploading", "Uploaded"),
}


@dataclass(frozen=True)
class Row:
    """One line.

    Attributes:
        name: What it is about, in spellings of which the first that fits is taken.
        done: Bytes.
        total: Bytes in all.
        status: What is being done, or how fast.
        style: How that looks.
    """

    name: tuple[str, ...]
    done: int
    total: int | None
    status: str
    style: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it is where it shall be."""
        return self.style == "green"


@dataclass(frozen=True)
class Widths:
    """How wide the columns are; 0 leaves one out."""

    name: int
    bar: int
    moved: int
    status: int


class Lines:
    """A group's bars; what ``rich`` draws.

    Args:
        group: Whose.
    """

    def __init__(self, group: Group) -> None:
        self._group = group
        # columns do not move when a long name goes
        self._longest = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        look = self._group.look()
        if not look.files:
            return
        rows = _rows(look, max(3, options.size.height - 2))
        encoding = console.encoding
        longest = max(cell_len(_shown(row.name[0], encoding)) for row in rows)
        self._longest = max(self._longest, longest)
        moved = max(len(of_total(row.total or row.done, row.total)) for row in rows)
        yield _table(rows, _widths(options.max_width, self._longest, moved), console, options)


def _table(rows: list[Row], widths: Widths, console: Console, options: ConsoleOptions) -> Table:
    ascii_only = options.ascii_only
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=widths.name, no_wrap=True, overflow="crop")
    if widths.bar:
        table.add_column(width=widths.bar, no_wrap=True, overflow="crop")
    table.add_column(width=_PERCENT, no_wrap=True, overflow="crop", justify="right")
    if widths.moved:
        table.add_column(width=widths.moved, no_wrap=True, overflow="crop", justify="right")
    if widths.status:
        table.add_column(width=widths.status, no_wrap=True, overflow="crop")
    for row in rows:
        name = _name(row, widths.name, console.encoding, ascii_only)
        cells: list[Text | ProgressBar] = [Text(name)]
        if widths.bar:
            cells.append(_bar(row, widths.bar))
        cells.append(Text(_percent(row), style="" if row.style == "dim" else row.style))
        if widths.moved:
            cells.append(Text(of_total(row.done, row.total)))
        if widths.status:
            status = row.status.replace("…", "...") if ascii_only else row.status
            cells.append(Text(status, style=row.style))
        table.add_row(*cells)
    return table


def _widths(width: int, longest: int, moved: int) -> Widths:
    """Share the width: what tells least is left out first."""
    # a gap follows the last column, too
    rest = width - _PERCENT - 2 * _GAP
    if rest - _STATUS - _GAP < _SHORTEST_NAME:
        return Widths(max(1, min(longest, rest)), 0, 0, 0)
    rest -= _STATUS + _GAP
    wanted = min(longest, 18) + _GAP + _SHORTEST_BAR
    if rest - moved - _GAP >= wanted:
        rest -= moved + _GAP
    else:
        moved = 0
    # so much takes '28 of 40 files', which says nothing when it is cut
    bar = rest - _GAP - max(_SHORTEST_NAME, min(longest, 16))
    if bar < _SHORTEST_BAR:
        return Widths(min(longest, rest), 0, moved, _STATUS)
    bar = min(_LONGEST_BAR, max(_SHORTEST_BAR, rest - _GAP - longest))
    return Widths(min(longest, rest - _GAP - bar), bar, moved, _STATUS)


def _bar(row: Row, width: int) -> ProgressBar:
    # without a total it would move to and fro, also when nothing does
    total = row.total if row.total else max(1, row.done)
    done = row.done if row.total or row.is_complete else 0
    colour = row.style if row.style in ("red", "yellow") else "cyan"
    return ProgressBar(
        total=total,
        completed=min(done, total),
        width=width,
        complete_style=colour,
        finished_style="green" if row.is_complete else colour,
    )


def _percent(row: Row) -> str:
    if not row.total:
        return "100%" if row.is_complete else ""
    return f"{min(100, max(0, 100 * row.done // row.total))}%"


def _rows(look: Look, height: int) -> list[Row]:
    if len(look.files) == 1:
        return [_of_file(look.files[0], look.now, indent="")]
    rows = [_of_all(look)]
    most = max(1, min(_MOST, (height - 1) // 2 if look.failed else height - 2))
    rows += _at_most(most, look.begun, look.now, "at work")
    rows += _at_most(most, look.failed, look.now, "failed")
    return rows


def _at_most(most: int, files: list[File], now: float, what: str) -> list[Row]:
    shown = files if len(files) <= most else files[: most - 1]
    rows = [_of_file(file, now, indent="  ") for file in shown]
    if left := files[len(shown) :]:
        done = sum(file.last.done for file in left)
        known = [file.last.total for file in left if file.last.total is not None]
        total = sum(known) if len(known) == len(left) else None
        rows.append(Row((f"  {len(left)} more {what}",), done, total, "", "dim"))
    return rows


def _of_file(file: File, now: float, *, indent: str) -> Row:
    progress = file.last
    status, style = _status(file, now, with_time=not indent)
    return Row((indent + progress.name,), progress.done, progress.total, status, style)


def _status(file: File, now: float, *, with_time: bool) -> tuple[str, str]:
    progress = file.last
    if file.is_stopped:
        # a plan that was made, and not carried out, reads and does no more
        return ("checked", "dim") if progress.phase == "hashing" else ("stopped", "yellow")
    match progress.phase:
        case "waiting":
            return _NETWORK if file.is_silent(now) else ("starting…", "dim")
        case "hashing":
            return "checking what is here…", "dim"
        case "retrying":
            return "retrying…", "yellow"
        case "verifying":
            return "verifying…", "dim"
        case "done":
            return "verified", "green"
        case "skipped":
            return "already there", "green"
        case "failed":
            return "failed", "red"
        case "moving":
            if file.is_silent(now):
                return _NETWORK
            left = progress.total - progress.done if progress.total is not None else None
            return _speed(progress.rate, left if with_time else None), ""


def _weight(status: tuple[str, str]) -> int:
    return ("green", "dim", "yellow").index(status[1])


def _speed(rate: float | None, left: int | None) -> str:
    if not rate:
        return ""
    told = as_rate(rate)
    return told if left is None else f"{told}, {as_time(left / rate)} left"


def _of_all(look: Look) -> Row:
    count = len(look.files)
    directions: set[Direction] = {file.last.direction for file in look.files}
    doing, done = ("Moving", "Moved") if len(directions) > 1 else _VERBS[directions.pop()]
    is_over = all(file.is_over for file in look.files)
    counted = f"{count} files" if look.over == count else f"{look.over} of {count} files"
    name = (f"{done if is_over else doing} {counted}", counted)
    return Row(name, look.done, look.total, *_status_of_all(look, is_over=is_over))


def _status_of_all(look: Look, *, is_over: bool) -> tuple[str, str]:
    if look.over == len(look.files):
        there = sum(file.last.phase == "skipped" for file in look.files)
        if there == look.over:
            return "already there", "green"
        before = f", {there} {'was' if there == 1 else 'were'} there" if there else ""
        return f"verified{before}", "green"
    if is_over:
        if look.failed:
            return f"{len(look.failed)} failed", "red"
        return max((_status(file, look.now, with_time=False) for file in look.files), key=_weight)
    moving = [file for file in look.begun if file.last.phase == "moving"]
    if any(not file.is_silent(look.now) for file in moving):
        left = None if look.total is None else look.total - look.done
        return _speed(look.rate, left), ""
    if moving:
        return _NETWORK
    if look.begun:
        return _status(look.begun[0], look.now, with_time=False)
    # what was told last is the youngest
    planned = [file for file in look.files if not file.is_over]
    return _status(max(planned, key=lambda file: file.at), look.now, with_time=False)


def _name(row: Row, width: int, encoding: str, ascii_only: bool) -> str:
    for spelling in row.name:
        shown = _shown(spelling, encoding)
        if cell_len(shown) <= width:
            return shown
    return _clipped(_shown(row.name[-1], encoding), width, "..." if ascii_only else "…")


def _shown(name: str, encoding: str) -> str:
    """Write a name in one line, as the terminal can."""
    seen = printable(name).replace("\n", "\N{REPLACEMENT CHARACTER}")
    return seen.encode(encoding, "replace").decode(encoding)


def _clipped(name: str, width: int, gap: str) -> str:
    """Leave out of the middle: names of one series differ at their ends."""
    room = max(0, width - len(gap))
    tail = ""
    for char in reversed(name):
        if cell_len(char + tail) > room // 2:
            break
        tail = char + tail
    head = ""
    for char in name:
        if cell_len(head + char) + cell_len(tail) > room:
            break
        head += char
    return (head + gap + tail)[:width]
