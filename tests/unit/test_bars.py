"""Progress bars, as a person sees them."""

from __future__ import annotations

import io
import re
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from zenodo_sdk import ConfigurationError, Progress
from zenodo_sdk.bars import ProgressBars
from zenodo_sdk.bars.group import Group
from zenodo_sdk.bars.lines import Lines
from zenodo_sdk.bars.screens import Notebook, Terminal, screen_for
from zenodo_sdk.bars.wording import as_bytes, as_rate, as_time, of_total, printable
from zenodo_sdk.transfer.progress import Phase

MB = 1_000_000
PHASES: list[Phase] = [
    "waiting", "hashing", "moving", "retrying", "verifying", "done", "skipped", "failed"
]  # fmt: skip


class Terminal80(io.TextIOWrapper):
    """A terminal that keeps what is written."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.kept = io.BytesIO()
        super().__init__(self.kept, encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return self.kept.getvalue().decode(self.encoding)


def console(
    width: int = 80, *, encoding: str = "utf-8", height: int = 30
) -> tuple[Console, Terminal80]:
    kept = Terminal80(encoding)
    made = Console(
        file=kept, width=width, height=height, force_terminal=True, force_interactive=True,
        color_system=None, legacy_windows=False,
    )  # fmt: skip
    return made, kept


def drawn(group: Group, width: int = 80, *, encoding: str = "utf-8", height: int = 30) -> list[str]:
    on, kept = console(width, encoding=encoding, height=height)
    on.print(Lines(group))
    return [line.rstrip() for line in kept.text.splitlines() if line.strip()]


def of(name: str, done: int, total: int | None, phase: Phase = "moving") -> Progress:
    return Progress(name, done, total, "download", phase, 2_500_000 if done else None)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def group(clock: Clock) -> Group:
    return Group(clock)


# --- one file -----------------------------------------------------------------------------------


def test_one_file(group: Group) -> None:
    group.take(of("grid.nc", 40 * MB, 100 * MB))
    (line,) = drawn(group)
    assert re.fullmatch(r"grid\.nc +━+╸? +40%   40\.0 of 100\.0 MB  2\.5 MB/s, 0:24 left", line), (
        line
    )


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("waiting", "starting…"),
        ("hashing", "checking what is here…"),
        ("retrying", "retrying…"),
        ("verifying", "verifying…"),
        ("done", "verified"),
        ("skipped", "already there"),
        ("failed", "failed"),
    ],
)
def test_phases_have_words(group: Group, phase: Phase, words: str) -> None:
    group.take(of("grid.nc", MB, MB, phase))
    assert drawn(group)[0].endswith(words)


def test_silence_is_said_and_ends(group: Group, clock: Clock) -> None:
    for done in (1, 2, 3):
        group.take(of("grid.nc", done * MB, 100 * MB))
        clock.now += 0.1
    clock.now += 2.5
    assert "waiting" not in drawn(group)[0]
    clock.now += 1
    assert drawn(group)[0].endswith("waiting for the network…")
    group.take(of("grid.nc", 4 * MB, 100 * MB))
    assert drawn(group)[0].endswith("left")


def test_a_slow_line_is_not_silent(group: Group, clock: Clock) -> None:
    for done in range(5):
        group.take(of("grid.nc", done * MB, 100 * MB))
        clock.now += 3.5
    assert "waiting" not in drawn(group)[0]
    clock.now += 8
    assert "waiting" in drawn(group)[0]


def test_without_a_total(group: Group) -> None:
    group.take(of("grid.nc", 40 * MB, None))
    (line,) = drawn(group)
    assert "%" not in line
    assert "40.0 MB  2.5 MB/s" in line
    group.take(of("grid.nc", 41 * MB, None, "done"))
    assert re.search(r"100%  41\.0 MB  verified$", drawn(group)[0])


def test_hundred_percent_is_not_said_too_early(group: Group) -> None:
    group.take(of("grid.nc", 999_999_999, 1_000_000_000))
    assert " 99%" in drawn(group)[0]


# --- many files ---------------------------------------------------------------------------------


def many(group: Group, count: int = 40) -> None:
    for number in range(count):
        group.take(of(f"data/{number:03}.nc", 0, 5 * MB, "waiting"))


def test_many_files(group: Group, clock: Clock) -> None:
    many(group)
    assert drawn(group, 100) == [
        line for line in drawn(group, 100) if "Downloading 0 of 40 files" in line
    ]
    for number in range(3):
        group.take(of(f"data/{number:03}.nc", 5 * MB, 5 * MB, "done"))
    for number in range(3, 6):
        group.take(of(f"data/{number:03}.nc", 0, 5 * MB))
    clock.now += 1
    for number in range(3, 6):
        group.take(of(f"data/{number:03}.nc", MB, 5 * MB))
    whole, *each = drawn(group, 100)
    assert whole.startswith("Downloading 3 of 40 files  ━")
    assert whole.endswith("9%   18.0 of 200.0 MB  3.0 MB/s, 1:01 left")
    assert [line.split()[0] for line in each] == ["data/003.nc", "data/004.nc", "data/005.nc"]
    assert all(line.endswith("20%      1.0 of 5.0 MB  2.5 MB/s") for line in each)
    for number in range(40):
        group.take(of(f"data/{number:03}.nc", 5 * MB, 5 * MB, "done" if number else "skipped"))
    (line,) = drawn(group, 100)
    assert line.startswith("Downloaded 40 files")
    assert line.endswith("verified, 1 was there")


def test_failures_stay(group: Group) -> None:
    many(group, 3)
    group.take(of("data/000.nc", 5 * MB, 5 * MB, "done"))
    group.take(of("data/001.nc", MB, 5 * MB, "failed"))
    group.take(of("data/002.nc", MB, 5 * MB))
    assert [line.split()[0] for line in drawn(group)[1:]] == ["data/002.nc", "data/001.nc"]
    group.stop()
    whole, failed = drawn(group, 100)
    assert whole.startswith("Downloaded 1 of 3 files")
    assert whole.endswith("1 failed")
    assert failed.endswith("failed")


def test_no_more_lines_than_there_is_room(group: Group) -> None:
    many(group)
    for number in range(20):
        group.take(of(f"data/{number:03}.nc", MB, 5 * MB))
    lines = drawn(group, 100)
    assert len(lines) == 9
    assert "13 more at work" in lines[-1]
    assert "13.0 of 65.0 MB" in lines[-1]
    for number in range(20, 40):
        group.take(of(f"data/{number:03}.nc", MB, 5 * MB, "failed"))
    for height in (6, 10, 24):
        assert len(drawn(group, height=height)) < height


def test_all_are_silent(group: Group, clock: Clock) -> None:
    many(group)
    for number in range(3):
        group.take(of(f"data/{number:03}.nc", MB, 5 * MB))
    clock.now += 4
    assert [line.endswith("waiting for the network…") for line in drawn(group)] == [True] * 4
    group.take(of("data/000.nc", 2 * MB, 5 * MB))
    assert [line.endswith("waiting for the network…") for line in drawn(group)] == [
        False, False, True, True
    ]  # fmt: skip


def test_stopped(group: Group) -> None:
    many(group, 3)
    group.take(of("data/000.nc", 5 * MB, 5 * MB, "done"))
    group.take(of("data/001.nc", MB, 5 * MB))
    group.stop()
    (line,) = drawn(group)
    assert "1 of 3 files" in line
    assert line.endswith("stopped")


def test_what_a_plan_read_is_checked(group: Group) -> None:
    for name in "ab":
        group.take(of(name, MB, MB, "hashing"))
    assert all("checking what is here" in line for line in drawn(group))
    group.stop()
    assert drawn(group)[0].endswith("checked")


# --- wherever it is drawn -----------------------------------------------------------------------

NAMES = st.text(min_size=1, max_size=60)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            NAMES,
            st.integers(0, 10**13),
            st.one_of(st.none(), st.integers(0, 10**13)),
            st.sampled_from(PHASES),
            st.one_of(st.none(), st.floats(0, 1e12)),
        ),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 200),
    st.sampled_from(["utf-8", "ascii", "latin-1", "cp437", "cp1252", "utf-16"]),
)
def test_any_name_any_width_any_encoding(
    told: list[tuple[str, int, int | None, Phase, float | None]], width: int, encoding: str
) -> None:
    group = Group(Clock())
    for name, done, total, phase, rate in told:
        group.take(Progress(name, done, total, "upload", phase, rate))
    on, kept = console(width, encoding=encoding, height=24)
    on.print(Lines(group))
    lines = kept.text.removeprefix("\ufeff").split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert all(line.isprintable() for line in lines), "nothing that a terminal obeys"
    assert len(lines) <= 22


def test_names_are_no_markup_and_no_control(group: Group) -> None:
    group.take(of("[red]a[/red]\x1b[31m\n\u202e:smile:.nc", MB, 2 * MB))
    (line,) = drawn(group, 120)
    assert line.startswith("[red]a[/red]\ufffd[31m\ufffd\ufffd:smile:.nc  ")


def test_long_names_keep_their_end(group: Group) -> None:
    group.take(of("soil-moisture-of-the-whole-world-2025-12-31.nc", MB, 2 * MB))
    (line,) = drawn(group)
    assert re.match(r"soil-\S*…\S*-31\.nc  ━", line)
    assert drawn(group, encoding="ascii")[0].split()[0].count("...") == 1


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (90, ("━", "of", "left", "%")),
        (64, ("━", "left", "%")),
        (48, ("left", "%")),
        (30, ("%",)),
        (12, ("%",)),
    ],
)
def test_narrow_terminals_leave_out(group: Group, width: int, shown: tuple[str, ...]) -> None:
    group.take(of("soil-moisture-of-the-whole-world.nc", MB, 2 * MB))
    (line,) = drawn(group, width)
    assert tuple(part for part in ("━", "of", "left", "%") if part in line[8:]) == shown


@pytest.mark.parametrize("width", range(48, 100))
def test_the_number_of_files_is_not_cut(group: Group, width: int) -> None:
    for number in range(40):
        group.take(of(f"data/file-{number:03}.bin", 0, MB))
    assert "0 of 40 files " in drawn(group, width)[0]


def test_numbers_in_words() -> None:
    told = [as_bytes(size) for size in (0, 999, 1000, 999_949, 999_950, 5 * 10**9, 10**16)]
    assert told == ["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "5.0 GB", "10.0 PB"]
    assert of_total(0, 999) == "0 of 999 B"
    assert of_total(10**20, 10**15).endswith(" of 1.0 PB")
    assert as_rate(1500.0) == "1.5 kB/s"
    assert [as_time(s) for s in (0, 59.6, 3600, 86_400, 3 * 86_400)] == [
        "0:00", "1:00", "1:00:00", "24:00:00", "3 days"
    ]  # fmt: skip
    assert printable("a\tb\nc") == "a\ufffdb\nc"


# --- ProgressBars -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    streams = sys.stdout, sys.stderr
    yield
    assert (sys.stdout, sys.stderr) == streams
    for thread in threading.enumerate():
        if "Refresh" in type(thread).__name__:
            thread.join(5)
            assert not thread.is_alive()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


SHOWN, HIDDEN = "\x1b[?25h", "\x1b[?25l"


def test_each_call_leaves_a_line() -> None:
    on, kept = console()
    with ProgressBars(on) as bars:
        for name in ("a.nc", "b.nc"):
            for done in (1, 5, 2, 8):
                bars(of(name, done * MB, 8 * MB))
            bars(of(name, 8 * MB, 8 * MB, "done"))
            assert kept.text.rstrip().endswith(SHOWN), "nothing is drawn between two calls"
    lines = [line.split() for line in plain(kept.text).splitlines() if line.rstrip()]
    finals = [line for line in lines if line[-1] == "verified"]
    assert [line[0] for line in finals] == ["a.nc", "b.nc"]


def test_planned_files_are_one_display() -> None:
    on, kept = console()
    with ProgressBars(on) as bars:
        for name in ("a.nc", "b.nc"):
            bars(of(name, 0, 8 * MB, "waiting"))
        for name in ("a.nc", "b.nc"):
            bars(of(name, 8 * MB, 8 * MB, "skipped"))
    assert kept.text.count(HIDDEN) == 1
    assert plain(kept.text).rstrip().splitlines()[-1].endswith("already there")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_call_that_fails(error: type[BaseException]) -> None:
    on, kept = console()

    def call() -> None:
        with ProgressBars(on) as bars:
            bars(of("a.nc", MB, 8 * MB))
            raise error

    with pytest.raises(error):
        call()
    assert plain(kept.text).rstrip().endswith("stopped")
    assert kept.text.endswith(SHOWN)


def test_a_call_after_one_that_failed() -> None:
    on, kept = console()
    with ProgressBars(on) as bars:
        for name in ("a.nc", "b.nc", "c.nc"):
            bars(of(name, 0, 8 * MB, "waiting"))
        bars(of("a.nc", MB, 8 * MB))
        bars(of("b.nc", MB, 8 * MB, "failed"))
        for name in ("a.nc", "b.nc"):
            bars(of(name, 0, 8 * MB, "waiting"))
        for name in ("a.nc", "b.nc"):
            bars(of(name, 8 * MB, 8 * MB, "done"))
    ends = [line.strip() for line in plain(kept.text).splitlines() if line.strip()]
    assert any(line.endswith("1 failed") for line in ends)
    assert re.search(r"2 files .* verified$", ends[-1])
    assert kept.text.count(HIDDEN) == 2


def test_many_threads() -> None:
    on, kept = console()
    failed: list[BaseException] = []
    with ProgressBars(on) as bars:

        def move(name: str) -> None:
            try:
                for done in range(50):
                    bars(of(name, done, 50))
                bars(of(name, 50, 50, "done"))
            except BaseException as error:
                failed.append(error)

        for number in range(8):
            bars(of(str(number), 0, 50, "waiting"))
        threads = [threading.Thread(target=move, args=[str(number)]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert failed == []
    assert "Downloaded 8 files" in plain(kept.text).splitlines()[-1] + plain(kept.text)


def test_prints_appear_above(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Terminal80()
    monkeypatch.setattr(sys, "stdout", kept)
    monkeypatch.setattr(sys, "stderr", kept)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressBars() as bars:
        bars(of("a.nc", MB, 8 * MB))
        print("said by the script")
    assert "said by the script\n" in plain(kept.text)
    monkeypatch.undo()


def test_what_goes_to_a_file_goes_there(monkeypatch: pytest.MonkeyPatch) -> None:
    out, terminal = io.StringIO(), Terminal80()
    monkeypatch.setenv("TERM", "xterm")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", terminal)
        with ProgressBars() as bars:
            bars(of("a.nc", MB, 8 * MB))
            print("a result")
    assert out.getvalue() == "a result\n"
    assert "a.nc" in plain(terminal.text)


@pytest.mark.parametrize("setting", ["TERM=dumb", "FORCE_COLOR=1", "TTY_COMPATIBLE=1", ""])
def test_nothing_is_written_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    stream: Any = io.StringIO()
    if setting == "TERM=dumb":
        stream = Terminal80()
    if setting:
        monkeypatch.setenv(*setting.split("="))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        with ProgressBars() as bars:
            bars(of("a.nc", MB, 8 * MB))
            bars(of("a.nc", 8 * MB, 8 * MB, "done"))
    assert (stream.text if setting == "TERM=dumb" else stream.getvalue()) == ""


def test_without_any_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", None)
        assert screen_for(None) is None


def test_a_display_of_the_callers_stays() -> None:
    from rich.live import Live

    on, kept = console()
    with Live("mine", console=on, auto_refresh=False) as live, ProgressBars(on) as bars:
        bars(of("a.nc", 8 * MB, 8 * MB, "done"))
        live.update("still mine", refresh=True)
    assert "still mine" in kept.text


def test_without_the_extra_they_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("zenodo_sdk.bars.screens")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with pytest.raises(ConfigurationError, match=r"zenodo-sdk\[progress\]"):
        ProgressBars()


# --- notebooks ----------------------------------------------------------------------------------


class Handle:
    """What IPython gives for an output that can be changed."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def update(self, data: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(data)


def test_notebook_changes_one_output(monkeypatch: pytest.MonkeyPatch) -> None:
    handles: list[Handle] = []

    class Display:
        @staticmethod
        def display(data: dict[str, str], *, raw: bool, display_id: bool) -> Handle:
            handles.append(Handle())
            assert display_id
            handles[-1].update(data, raw=raw)
            return handles[-1]

    monkeypatch.setitem(sys.modules, "IPython.display", Display)
    bars = ProgressBars(console()[0])
    bars._screen = Notebook()
    with bars:
        bars(of("<b>a.nc", 0, 8 * MB, "waiting"))
        bars(of("<b>a.nc", MB, 8 * MB))
        bars(of("<b>a.nc", 8 * MB, 8 * MB, "done"))
    (handle,) = handles
    last = handle.shown[-1]
    assert last["text/plain"].rstrip().endswith("verified")
    assert "&lt;b&gt;a.nc" in last["text/html"]
    assert "100%" in last["text/html"]


def test_terminal_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", Terminal80())
        assert isinstance(screen_for(None), Terminal)
        patch.setattr("rich.console._is_jupyter", lambda: True)
        assert isinstance(screen_for(None), Notebook)
