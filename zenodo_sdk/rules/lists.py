"""Drafts that cannot be published, and meanwhile break the list of their owner's uploads.

Zenodo's older API writes every draft into that list, and fails over some that are not complete:
an identifier without its scheme, a reference without its text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .finding import Finding, dotted

_BREAKING = re.compile(
    r"metadata\.(?:(?:creators|contributors)\.\d+\.person_or_org\.|funding\.\d+\.award\.|)"
    r"identifiers\.\d+\.(?:identifier|scheme)"
    r"|metadata\.additional_descriptions\.\d+\.type|metadata\.references\.\d+\.reference"
    r"|pids\.doi\.identifier"
)
_ABSENT = ("missing", "null", "wrong-type")
NOTE = (
    " Until this is mended or the draft deleted, the list of all your uploads fails in Zenodo's "
    "older API (error 500)."
)
"""What is added to a message where a draft breaks a list."""


def with_note(finding: Finding) -> Finding:
    """Add to what stops a publication that the draft breaks a list, where it does.

    Args:
        finding: What was found.
    """
    absent = finding.code in _ABSENT or finding.server.startswith("No valid scheme")
    if finding.effect == "blocked" and absent and _BREAKING.fullmatch(dotted(finding.path)):
        return replace(finding, message=finding.message + NOTE)
    return finding
