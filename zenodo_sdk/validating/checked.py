"""A file and the verdict on it."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..checking import Judged, Verdict, judged_content, unreadable, verdict
from ..errors import Problem, UnreadableDocument
from ..interop.files.lines import line_of, lines

_NUMBER = re.compile(r"\[\d+\]")


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

    def alike(self) -> list[list[Problem]]:
        """Put problems that differ in nothing but a number in their path together."""
        found: dict[tuple[str, ...], list[Problem]] = {}
        for problem in self.problems:
            place = _NUMBER.sub("[]", problem.path)
            said = (problem.code, problem.effect, problem.message, problem.fix, problem.server)
            found.setdefault((place, *said), []).append(problem)
        return list(found.values())

    def line(self, problem: Problem) -> int | None:
        """The line of a problem, from 1 on, where it is known."""
        if problem.code == "unreadable":
            found = re.match(r"line (\d+)", problem.path)
            return int(found[1]) if found else None
        return line_of(problem.path, self.lines)


def check_file(name: str, *, github: bool) -> Checked:
    """Judge one file.

    Args:
        name: Its path; ``-`` is standard input.
        github: Judge it as Zenodo's GitHub integration takes it.
    """
    shown = "<stdin>" if name == "-" else name
    try:
        content = _content(name)
    except UnreadableDocument as error:
        return Checked(shown, unreadable(error), {})
    judgement = judged_content(Path(shown).name, content, github=github)
    return Checked(shown, judgement, _lines(judgement, content) if judgement.problems else {})


def _content(name: str) -> bytes:
    from ..interop.documents import LARGEST, read_content

    if name != "-":
        return read_content(name)
    # Python has no standard input where it was closed before the start
    return sys.stdin.buffer.read(LARGEST + 1) if cast("object", sys.stdin) else b""


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


def _lines(judgement: Judged, content: bytes) -> dict[str, int]:
    if judgement.kind == "unknown":
        return {}
    text = content.decode("utf-8-sig", errors="replace")
    return lines(text, yaml=judgement.kind == "cff" and not text.lstrip().startswith("{"))
