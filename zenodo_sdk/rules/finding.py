"""What a rule says."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Effect, Problem
from ..types import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a server would refuse, drop, change or fail at.

    Attributes:
        path: Where in the document that was judged.
        code: Short name of the rule, such as ``missing`` or ``unknown-term``.
        message: What is wrong.
        fix: What to write instead.
        effect: What the server does with it.
        server: The server's own wording, where it has one.
    """

    path: Path
    code: str
    message: str
    fix: str = ""
    effect: Effect = "blocked"
    server: str = ""

    def at(self, path: str) -> Problem:
        """Tell it with the path as the user wrote it."""
        return Problem(path, self.message, self.fix, self.effect, self.server, self.code)


def dotted(path: Path) -> str:
    """Write a path as the server does in its errors: ``metadata.creators.0.role``."""
    return ".".join(map(str, path))


def bracketed(path: Path) -> str:
    """Write a path as a person would: ``creators[0].role``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
