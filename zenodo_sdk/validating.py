"""``python -m zenodo_sdk validate``: what Zenodo would make of files."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from .checking import Judged, Verdict, judged, judged_content, verdict
from .errors import Problem, Refused
from .interop.lines import line_of, lines

SCHEMA = 1
"""Version of what ``--json`` prints; it grows when something there is renamed or removed."""


Format: TypeAlias = Literal["text", "json", "github"]
"""How the verdicts are told."""


class NothingToValidate(Refused):
    """No file was named, and the current folder has none."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file, and the verdict on it.

    Attributes:
        name: The file, as the user named it.
        judged: What it says, and what is wrong with it.
        lines: On which line its values stand.
    """

    name: str
    judged: Judged
    lines: dict[str, int]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, errors first."""
        return self.judged.problems

    @property
    def verdict(self) -> Verdict:
        """What becomes of a deposit with it."""
        return verdict(self.problems)

    def line(self, problem: Problem) -> int | None:
        """The line of a problem, from 1 on, where it is known."""
        if problem.code == "unreadable":
            found = re.match(r"line (\d+)", problem.path)
            return int(found[1]) if found else None
        return line_of(problem.path, self.lines)


def validate(
    names: Sequence[str],
    *,
    github: bool = False,
    strict: bool = False,
    style: Format = "text",
) -> int:
    """Judge files and print the verdicts.

    Args:
        names: Paths; ``-`` is standard input. Without any, the ``.zenodo.json`` and
            ``CITATION.cff`` of the current folder.
        github: Judge them as Zenodo's GitHub integration takes them.
        strict: Let warnings count as errors do.
        style: How to print.

    Returns:
        The exit code: 1 if there are errors, else 0.

    Raises:
        NothingToValidate: No file was named, and there is none here.
    """
    note = ""
    if not names:
        names, note = _here(github=github)
    checked = [_checked(name, github=github) for name in names]
    if style == "json":
        sys.stdout.write(json.dumps(_as_json(checked), indent=2) + "\n")
    elif style == "github":
        sys.stdout.writelines(_annotations(checked))
    else:
        from .validating_text import report

        report(checked, github=github, note=note)
    problems = [problem for file in checked for problem in file.problems]
    return int(any(strict or problem.severity == "error" for problem in problems))


def visible(text: str) -> str:
    r"""Write characters that a terminal obeys, or hides, as escapes.

    Example:
        >>> visible("\x1b[31mred\u202e")
        '\\x1b[31mred\\u202e'
    """
    return "".join(
        char
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _here(*, github: bool) -> tuple[list[str], str]:
    found = [name for name in (".zenodo.json", "CITATION.cff") if Path(name).is_file()]
    if not found:
        raise NothingToValidate(
            "there is neither a .zenodo.json nor a CITATION.cff in this folder: name a file"
        )
    if len(found) == 1:
        return found, ""
    note = "Zenodo's GitHub integration reads .zenodo.json alone where there are both."
    return (found[:1] if github else found), note


def _checked(name: str, *, github: bool) -> Checked:
    if name == "-":
        content = sys.stdin.buffer.read()
        judgement = judged_content("<stdin>", content, github=github)
        return Checked("<stdin>", judgement, _lines(judgement, content))
    judgement = judged(name, github=github)
    readable = judgement.problems and judgement.kind != "unknown"
    return Checked(name, judgement, _lines(judgement, Path(name).read_bytes()) if readable else {})


def _lines(judgement: Judged, content: bytes) -> dict[str, int]:
    if judgement.kind == "unknown":
        return {}
    text = content.decode("utf-8-sig", errors="replace")
    return lines(text, yaml=judgement.kind == "cff" and not text.lstrip().startswith("{"))


def _as_json(checked: Sequence[Checked]) -> object:
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


def _annotations(checked: Sequence[Checked]) -> list[str]:
    """Write what GitHub shows beside the lines of a pull request."""
    told: list[str] = []
    for file in checked:
        for problem in file.problems:
            place = f"file={_property(file.name)}"
            if (line := file.line(problem)) is not None:
                place += f",line={line}"
            title = _property(problem.path or file.name)
            parts = (*problem.message.split("\n"), problem.fix)
            text = "%0A".join(_data(line) for line in parts if line)
            told.append(f"::{problem.severity} {place},title={title}::{text}\n")
    return told


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
