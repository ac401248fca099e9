"""``python -m zenodo_sdk validate``: what Zenodo would make of files."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from ..errors import Refused
from .checked import check_file
from .machine import as_json, workflow_commands

Format: TypeAlias = Literal["text", "json", "github"]
"""How the verdicts are told."""


class NothingToValidate(Refused):
    """No file was named, and the current folder has none."""


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
    checked = [check_file(name, github=github) for name in names]
    if style == "json":
        sys.stdout.write(json.dumps(as_json(checked), indent=2) + "\n")
    elif style == "github":
        sys.stdout.writelines(workflow_commands(checked))
    else:
        from .text import report

        report(checked, github=github, note=note)
    problems = [problem for file in checked for problem in file.problems]
    return int(any(strict or problem.severity == "error" for problem in problems))


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
