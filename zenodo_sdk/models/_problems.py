"""What the server finds wrong with a draft, and whether that stops its publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from ..problems import Effect, Problem
from ._paths import to_python_path
from ._wire import Wire, as_text

# What stops a publication, as measured on 1,683 drafts with one error each: what is required, and
# whatever stays stored in part. Other values with errors are dropped, and publishing goes through.
_REQUIRED = re.compile(
    r"files\b|metadata\.(title|resource_type|publication_date|publisher|creators)\b"
)
_NOT_TAKEN = {
    "Unknown field.",
    "Not a valid list.",
    "Field may not be null.",
    "Invalid input type.",
}
_BLOCKING = re.compile(
    r"(files|access|pids)\b|metadata\.(title|resource_type|publication_date|publisher|creators"
    r"|contributors|dates|additional_titles|additional_descriptions|identifiers"
    r"|related_identifiers|references|subjects|locations\b.*identifiers|funding\b.*identifiers)\b"
    r"|custom_fields\.meeting:meeting\.identifiers"
)


def read_problem(value: JsonValue, body: Mapping[str, JsonValue] | None = None) -> Problem:
    """Read an item of a draft's ``errors``.

    Args:
        value: The item.
        body: The draft, to tell keywords from subjects.
    """
    wire = Wire(value)
    field = wire.text("field") or ""
    message = " ".join(wire.each("messages", as_text))
    stops = _REQUIRED if message in _NOT_TAKEN else _BLOCKING
    if stops.match(field):
        return Problem(to_python_path(field, body), message, server=message)
    return Problem(
        to_python_path(field, body),
        message,
        "The server left this value out, and publishes without it.",
        "lost",
        message,
    )


_WORST: tuple[Effect, ...] = ("refused", "breaks", "blocked", "lost", "changed")


def worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors first; what was found twice at one place is told once, as the worse of the two."""
    once: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        key = (problem.path, problem.code)
        if key not in once or _WORST.index(problem.effect) < _WORST.index(once[key].effect):
            once[key] = problem
    return tuple(sorted(once.values(), key=lambda problem: problem.severity))
