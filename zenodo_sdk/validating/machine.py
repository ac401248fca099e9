"""Verdicts on files, as programs read them."""

from __future__ import annotations

from collections.abc import Sequence

from .checked import Checked, visible

SCHEMA = 1
"""Version of what ``--json`` prints; it grows when something there is renamed or removed."""


def as_json(checked: Sequence[Checked]) -> object:
    """Put the verdicts into one JSON object."""
    files = [
        {
            "file": file.name,
            "kind": file.judged.kind,
            "verdict": file.verdict,
            "problems": [
                {
                    "path": problem.path,
                    "line": file.line(problem),
                    "code": problem.code,
                    "severity": problem.severity,
                    "effect": problem.effect,
                    "message": problem.message,
                    "fix": problem.fix,
                    "server": problem.server,
                }
                for problem in file.problems
            ],
        }
        for file in checked
    ]
    return {"version": SCHEMA, "files": files}


def workflow_commands(checked: Sequence[Checked]) -> list[str]:
    """Write what GitHub shows beside the lines of a pull request."""
    told: list[str] = []
    for file in checked:
        for problem, *others in file.alike():
            place = f"file={_property(file.name)}"
            if (line := file.line(problem)) is not None:
                place += f",line={line}"
            title = _property(problem.path or file.name)
            more = f"The same at {len(others)} more places." if others else ""
            parts = (*problem.message.split("\n"), problem.fix, more)
            text = "%0A".join(_data(line) for line in parts if line)
            told.append(f"::{problem.severity} {place},title={title}::{text}\n")
    return told


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
