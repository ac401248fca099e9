"""What is wrong, or not as it was, place by place: values that errors and verdicts carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class FieldError:
    """What the server says of one field.

    Attributes:
        field: Where, as the Python objects name it (``metadata.creators[0].family_name``); empty
            where the server names no field.
        messages: The server's own words.
    """

    field: str
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}: {' '.join(self.messages)}" if self.field else " ".join(self.messages)


Effect: TypeAlias = Literal["refused", "blocked", "breaks", "lost", "changed"]
"""What a server does with a value that it does not like.

``refused``: saving fails, with a 400 or a 500. ``blocked``: it is saved, and publishing fails.
``breaks``: it is saved and published, and every later answer with it fails, lists included.
``lost``: it is published without the value. ``changed``: it is stored as something else.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with metadata, or that stands between a draft and its publication.

    Attributes:
        path: Where, as the judged object or document names it (``metadata.creators[0].name``,
            ``files``).
        message: What is wrong.
        fix: What to do about it.
        effect: What the server does: see :data:`Effect`.
        server: The server's own wording, where it has one.
        code: Short name of the rule, for programs (``missing``, ``unknown-term``).
    """

    path: str
    message: str
    fix: str = ""
    effect: Effect = "blocked"
    server: str = ""
    code: str = ""

    @property
    def severity(self) -> Literal["error", "warning"]:
        """``"error"`` stops saving or publication; ``"warning"`` means a loss or a change."""
        return "warning" if self.effect in ("lost", "changed") else "error"

    def __str__(self) -> str:
        return (f"{self.path}: " if self.path else "") + f"{self.message} {self.fix}".rstrip()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what it was.

    Attributes:
        path: Where, as the Python objects name it.
        before: The value this object was read with, as JSON text; empty where there was none.
        now: The value on the server now, likewise.
    """

    path: str
    before: str
    now: str

    def __str__(self) -> str:
        # a long text is cut to the place where the two begin to differ
        texts = (self.before, self.now)
        pairs = enumerate(zip(*texts, strict=False))
        same = next((at for at, (one, other) in pairs if one != other), min(map(len, texts)))
        start = max(0, same - _SHOWN // 3) if max(map(len, texts)) > _SHOWN else 0
        return f"{self.path}: {_excerpt(self.before, start)} -> {_excerpt(self.now, start)}"


_SHOWN = 60


def _excerpt(text: str, start: int) -> str:
    if not text:
        return "nothing"
    cut = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}"
