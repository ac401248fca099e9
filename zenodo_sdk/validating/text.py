"""Verdicts on files, as a person reads them in a terminal or in a log."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from ..problems import Effect, Problem
from ..types import JsonObject
from ..vocabularies import known
from .checked import Checked, visible

_LONGEST = 600
_NARROWEST = 24
_NAMED = 8
_ALIKE = {"error": 20, "warning": 5}
"""Problems of one kind that are told; hundreds of authors may lack the same comma."""

_STYLES = {"error": "bold red", "warning": "bold yellow"}
_EFFECTS: dict[Effect, str] = {
    "refused": "cannot be saved",
    "blocked": "cannot be published",
    "breaks": "breaks your lists on the server",
    "lost": "is left out",
    "changed": "is changed",
}
_CODES = {"default": "is filled in", "unreadable": "cannot be read"}
_FORECASTS = {
    "refused": "Zenodo would refuse to save this",
    "blocked": "Zenodo would save this and refuse to publish it",
    "loss": "Zenodo would publish this without some of it",
    "clean": "Zenodo would publish this",
}


def report(checked: Sequence[Checked], *, github: bool, note: str = "") -> None:
    """Print the verdicts on some files.

    Args:
        checked: The files.
        github: Whether they were judged for Zenodo's GitHub integration.
        note: What to say before.
    """
    console = Console(file=sys.stdout, highlight=False)
    console.width = max(_NARROWEST, console.width)
    if note:
        _say(console, 0, Text(note, style="dim"))
    for file in checked:
        _tell(console, file, github=github)
    if len(checked) > 1:
        counts = Counter(_outcome(file) for file in checked)
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        _say(console, 0, Text(f"{len(checked)} files: {told}", style="bold"))


def _tell(console: Console, file: Checked, *, github: bool) -> None:
    told: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    for problem, *others in file.alike():
        told[kind := (problem.severity, problem.code)] += 1
        if told[kind] <= _ALIKE[problem.severity]:
            _tell_problem(console, file, problem, others)
        else:
            left[problem.code] += 1 + len(others)
    for code, count in left.items():
        more = f"{visible(file.name)}: {count} more of the kind {code}; --json has all"
        _say(console, 0, Text(more))
    errors = sum(problem.severity == "error" for problem in file.problems)
    counted = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((errors, "error"), (len(file.problems) - errors, "warning"))
        if count
    ]
    line = Text(visible(file.name), style="bold")
    line.append(": ").append(", ".join(counted) or "no problems", _style(file.problems))
    line.append(f". {_forecast(file, github=github)}.")
    _say(console, 0, line)
    if not errors:
        _say(console, 4, Text(_summary(file.judged.body, github=github)))
    console.print()


def _tell_problem(
    console: Console, file: Checked, problem: Problem, others: Sequence[Problem]
) -> None:
    place = visible(file.name)
    if (line := file.line(problem)) is not None:
        place += f":{line}"
    head = Text(f"{place}: ").append(problem.severity, _STYLES[problem.severity]).append(": ")
    if problem.path:
        head.append(_clipped(problem.path), "bold").append(" ")
    head.append(_CODES.get(problem.code) or _EFFECTS[problem.effect])
    _say(console, 0, head)
    first, *excerpt = problem.message.split("\n")
    if problem.code == "unreadable":
        # the head says where
        first = first.partition(f", {problem.path}: ")[2] or first
    _say(console, 4, Text(_clipped(first)))
    for shown in excerpt:
        _say(console, 4, Text(_clipped(shown), style="cyan"))
    if problem.fix:
        _say(console, 4, Text("fix: ", style="green").append(_clipped(problem.fix), "default"))
    if problem.server:
        _say(console, 4, Text(f"Zenodo says: {_clipped(problem.server)}", style="dim"))
    if others:
        _say(console, 4, Text(_places(file, others), style="dim"))


def _places(file: Checked, others: Sequence[Problem]) -> str:
    lines = [str(line) for problem in others if (line := file.line(problem)) is not None]
    more = f"the same at {len(others)} more place{'s' if len(others) > 1 else ''}"
    if not lines:
        return f"{more}: {_clipped(', '.join(problem.path for problem in others[:_NAMED]))}"
    lines = list(dict.fromkeys(lines))
    listed = ", ".join(lines[:_NAMED]) + (", …" if len(lines) > _NAMED else "")
    return f"{more}, line{'s' if len(lines) > 1 else ''} {listed}"


def _say(console: Console, indent: int, text: Text) -> None:
    """Print a paragraph; only a terminal has its lines broken, so that logs can be searched."""
    parts: Iterable[Text] = [text]
    if console.is_terminal:
        parts = text.wrap(console, console.width - indent)
    for part in parts:
        part.rstrip()
        console.print(Text(" " * indent) + part, soft_wrap=True)


def _outcome(file: Checked) -> str:
    if any(problem.severity == "error" for problem in file.problems):
        return "with errors"
    return "with warnings" if file.problems else "without problems"


def _style(problems: Sequence[Problem]) -> str:
    return _STYLES[problems[0].severity] if problems else "bold green"


def _forecast(file: Checked, *, github: bool) -> str:
    effects = {problem.effect for problem in file.problems}
    if file.judged.kind == "unknown":
        return "Zenodo cannot read this, either"
    if github and file.verdict in ("refused", "blocked"):
        return "Zenodo would make no record of a release with this"
    if "breaks" in effects and "refused" not in effects:
        return "Zenodo would publish this, and then fail wherever it is listed"
    told = _FORECASTS[file.verdict]
    return f"{told}, with changes" if effects == {"changed"} else told


def _summary(body: JsonObject, *, github: bool) -> str:
    """Say what the record will be, of the body of a draft without errors."""
    match body.get("metadata"):
        case dict() as metadata:
            pass
        case _:
            metadata = {}
    absent = "from the release" if github else "none"
    match metadata.get("title"):
        case str() as title:
            shown = f'"{title}"'
        case _:
            shown = f"title {absent}"
    match metadata.get("resource_type"):
        case {"id": str() as kind}:
            kind = known("resource_types").get(kind, kind)
        case _:
            kind = "Software" if github else "no type"
    match metadata.get("rights"):
        case [{"id": str() as licence}, *_]:
            pass
        case [_, *_]:
            licence = "a licence of its own"
        case _:
            licence = "the repository's licence" if github else "no licence"
    return _clipped("; ".join((shown, kind, _people(metadata, absent), licence)))


def _people(metadata: JsonObject, absent: str) -> str:
    names: list[str] = []
    match metadata.get("creators"):
        case list() as creators:
            pass
        case _:
            creators = []
    for creator in creators:
        match creator:
            case {"person_or_org": {"family_name": str() as family, "given_name": str() as given}}:
                names.append(f"{family}, {given}")
            case {"person_or_org": {"family_name": str() as name}}:
                names.append(name)
            case {"person_or_org": {"name": str() as name}}:
                names.append(name)
            case _:
                pass
    if not names:
        return f"creators {absent}"
    told = " / ".join(names[:3])
    return f"by {told}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _clipped(text: str) -> str:
    shown = visible(text[: _LONGEST + 1])
    return shown if len(text) <= _LONGEST else f"{shown[:_LONGEST]}..."
