"""What a rule says.

Codes, which stay the same from version to version:

``missing``, ``null``, ``wrong-type``, ``unknown-field``
    The shape: a value that is wanted, a ``null``, a value of another kind, a key that is not known.
``too-short``, ``too-long``, ``too-many``, ``duplicate``
    The size: of a text after cleaning, of a list; what stands twice.
``unknown-term``, ``bad-date``, ``bad-url``, ``bad-geometry``
    The value: no word of the vocabulary, no date, no address, no geometry.
``unknown-scheme``, ``bad-identifier``
    Identifiers: no scheme is told or found, or the value is not of its scheme.
``forbidden``
    Right in itself, and not allowed on Zenodo.
``crashes``, ``breaks-lists``
    The server fails: at once, or whenever it has to show the record.
``name-comma``, ``html-removed``, ``text-changed``, ``replaced``
    Taken, and stored as something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..problems import Effect, Problem
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
