"""``python -m zenodo_sdk quickstart``: a tour that runs the very lines it shows."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme

from .errors import ConfigurationError
from .serving import ended_by_signals, require_local
from .transfer.progress import Progress

Tour: TypeAlias = Literal["local", "sandbox", "delete"]

_STEPS = Path(__file__).parent / "tour" / "steps.py"
_THEME = Theme(
    {
        "said.doi": "bold",
        "said.address": "cyan",
        "said.full": "green",
        "said.hint": "bold yellow",
    }
)


@dataclass(frozen=True)
class Step:
    """A step of the tour: some lines of Python, and what they are for."""

    title: str
    source: str


def steps(*tours: Tour | None) -> list[Step]:
    """The steps of some tours.

    Args:
        tours: Which; steps that name no tour belong to all.
    """
    heads = re.compile(r"^# %% (?:\[(\w+)\] )?(.+)\n", re.MULTILINE)
    _, *parts = heads.split(_STEPS.read_text(encoding="utf-8"))
    return [
        Step(title, re.sub(r"\n{3,}", "\n\n", source.strip()))
        for tour, title, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        if not tour or tour in tours
    ]


def program(tour: Sequence[Step]) -> str:
    """The steps as one program."""
    return "\n\n".join(f"# {step.title}\n{step.source}\n" for step in tour)


def quickstart(*, sandbox: bool = False, delete: bool = False, keep: Path | None = None) -> None:
    """Give the tour.

    Args:
        sandbox: On sandbox.zenodo.org, without publishing.
        delete: Delete the sandbox's draft at the end.
        keep: A new folder for the files and the program; None to keep nothing.

    Raises:
        ConfigurationError: The embedded Zenodo is not installed, or the folder cannot be used.
        ZenodoError: There is no token for the sandbox, or it refuses something.
        SystemExit: The user stopped it.
    """
    console = Console(file=sys.stdout, highlight=False, theme=_THEME)
    tour = steps("sandbox" if sandbox else "local", "delete" if delete else None)
    scope: dict[str, Any] = {}
    began = time.perf_counter()
    try:
        with ended_by_signals(), _folder(keep) as folder, chdir(folder), _closing(scope):
            if not sandbox:
                require_local()
            if keep is not None:
                Path("quickstart.py").write_text(program(tour), encoding="utf-8")
            about = _ABOUT_SANDBOX if sandbox else _ABOUT
            console.print(about, width=min(80, console.width))
            play(tour, console, scope)
    except KeyboardInterrupt:
        left = _left(scope) or ("the server is gone" if keep else "nothing is left")
        console.print(f"\nstopped; {left}", soft_wrap=True)
        raise SystemExit(130) from None
    except Exception:
        if left := _left(scope):
            console.print(f"\n{left}", soft_wrap=True)
        raise
    console.print(f"\n[bold green]Done[/] in {time.perf_counter() - began:.1f} s.", end=" ")
    if delete:
        console.print("The draft is deleted; nothing is left on the sandbox.")
    else:
        end = _END_SANDBOX if sandbox else _END
        told = end.format(python=_python(), deposition=scope["deposition"], tutorial=_tutorial())
        console.print(told, soft_wrap=True)
    if keep is not None:
        told = f"\nThe files, and the steps as quickstart.py, are in {keep}"
        console.print(told, soft_wrap=True, markup=False)


def play(tour: Sequence[Step], console: Console, scope: dict[str, Any]) -> None:
    """Show steps and run them.

    Args:
        tour: The steps.
        console: Where to show them.
        scope: The variables that they share.
    """
    margin = "   | " if console.options.ascii_only else "   │ "
    done = "ok" if console.options.ascii_only else "✓"
    for number, step in enumerate(tour, 1):
        console.print(f"\n[bold cyan]{number}[/]  [bold]{step.title}[/]")
        code = Syntax("", "python", theme="ansi_dark", background_color="default")
        for line in code.highlight(step.source).split("\n"):
            shown = Text.assemble((margin, "dim"), line)
            shown.rstrip()
            console.print(shown, soft_wrap=True)
        began = time.perf_counter()
        with redirect_stdout(_Said(console)):
            exec(compile(step.source, f"<step {number}>", "exec"), scope)  # noqa: S102 - our own steps
        console.print(f"   [green]{done}[/] [dim]{time.perf_counter() - began:.2f} s[/]")


class Bar:
    """Draws how far the transfer of a file is; give it as ``progress=``."""

    def __init__(self, width: int = 20) -> None:
        self._width = width
        self._began = time.perf_counter()

    def __call__(self, progress: Progress) -> None:
        """Draw it: over itself on a terminal, and once it is full elsewhere."""
        if not (progress.is_complete or sys.stdout.isatty()):
            return
        full, empty = "━─" if (sys.stdout.encoding or "").lower().startswith("utf") else "#-"
        share = progress.done / progress.total if progress.total else 0
        bar = (full * round(share * self._width)).ljust(self._width, empty)
        seconds = time.perf_counter() - self._began
        end = "\n" if progress.is_complete else ""
        sys.stdout.write(
            f"\r{progress.name:<12} {bar} {_size(progress.done):>8} {seconds:6.2f} s{end}"
        )
        sys.stdout.flush()


class _Colours(RegexHighlighter):
    base_style = "said."
    highlights = [
        r"(?P<doi>\b10\.\d{4,}/\S+\b)",
        r"(?P<address>https?://[^\s,]+)",
        r"(?P<full>━+|#{2,})",
        r"(?P<hint>did you mean '\w+')",
    ]


class _Said(io.TextIOBase):
    """What a step prints: shown below its lines, with their margin."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rest = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has a plain attribute
        """That of the terminal."""
        return self._console.encoding

    def isatty(self) -> bool:
        """Whether lines can be drawn anew."""
        return self._console.is_terminal

    def write(self, text: str) -> int:
        """Show the lines that are complete."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            for part in self._coloured(line).wrap(self._console, self._console.width - 3):
                part.rstrip()
                self._console.print(Text("   ") + part, soft_wrap=True)
        return len(text)

    def flush(self) -> None:
        """Show a line that is about to be drawn anew."""
        if self._rest.startswith("\r"):
            line = Text("   ") + self._coloured(self._rest)
            self._console.print(line, end="\r", no_wrap=True, overflow="crop")
            self._rest = ""

    def _coloured(self, line: str) -> Text:
        text = Text(line.rpartition("\r")[2])
        _Colours().highlight(text)
        return text


@contextmanager
def _folder(keep: Path | None) -> Generator[Path]:
    """Where to work: a new folder, or one that disappears."""
    if keep is None:
        with TemporaryDirectory(prefix="zenodo-quickstart-") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        held = next(keep.iterdir(), None)
    except OSError as error:
        raise ConfigurationError(f"{keep} cannot be used: {error.strerror}") from None
    if held is not None:
        raise ConfigurationError(f"{keep} holds something else ({held.name}); name a new folder")
    yield keep


@contextmanager
def _closing(scope: dict[str, Any]) -> Generator[None]:
    """Leave no server and no connection, wherever the steps ended."""
    try:
        yield
    finally:
        for name in ("client", "server"):
            if name in scope:
                scope[name].close()


def _left(scope: dict[str, Any]) -> str:
    """What stays on the sandbox when the tour ends early."""
    if "deposition" not in scope or "server" in scope:
        return ""
    return f"a draft is left at {scope['deposition'].url}"


def _tutorial() -> str:
    """Where to read on: in the sources, or in what was installed from them."""
    in_sources = Path("docs", "tutorial.md")
    if (Path(__file__).parents[1] / in_sources).exists():
        return str(in_sources)
    return "python -c 'import zenodo_sdk; help(zenodo_sdk)'"


def _python() -> str:
    """How the user calls this Python."""
    here = Path.cwd()
    active = os.environ.get("VIRTUAL_ENV") == sys.prefix
    if not active and sys.prefix != sys.base_prefix and Path(sys.prefix).is_relative_to(here):
        return str(Path(sys.executable).relative_to(here))
    return "python"


def _size(number: float) -> str:
    for unit in ("B", "kB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.1f} MB"


_ABOUT = (
    "[bold]zenodo_sdk, from a file to a DOI and back[/]\n[dim]"
    "On a Zenodo that starts on this machine: an imitation, which needs no account."
    " Nothing leaves this machine, and its DOIs are registered nowhere."
    " Every line of Python below is run as it is shown.[/]"
)

_ABOUT_SANDBOX = (
    "[bold]zenodo_sdk, from a file to a draft and back[/]\n[dim]"
    "On sandbox.zenodo.org, with your account. Nothing is published."
    " Every line of Python below is run as it is shown.[/]"
)

_END = """\
Nothing has left this machine. Next:

  [cyan]{python} -m zenodo_sdk quickstart --keep DIR[/]
      the same, and the files and these lines stay there for you to change
  [cyan]{python} -m zenodo_sdk serve[/]
      a Zenodo that goes on running, for scripts and tests of your own
  [cyan]{python} -m zenodo_sdk login --sandbox[/]
  [cyan]{python} -m zenodo_sdk quickstart --sandbox[/]
      the same on Zenodo's test site, with a token from
      https://sandbox.zenodo.org/account/settings/applications/
  [cyan]{tutorial}[/]
      from there to Zenodo itself"""

_END_SANDBOX = """\
The draft stays, visible to you alone:
{deposition.url}

Publish it (for good) or delete it on that page, or in Python:

    from zenodo_sdk import Client

    with Client.sandbox() as client:
        client.depositions.publish("{deposition.id}")  # or
        client.depositions.delete("{deposition.id}")"""
