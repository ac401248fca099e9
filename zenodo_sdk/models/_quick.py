"""A first look at what a caller wrote: nearly always nothing is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..types import JsonObject

if TYPE_CHECKING:
    from ..rules.report import Report


def is_clean(body: JsonObject) -> bool:
    """Whether the rules say nothing about what is there.

    A verdict also asks for all that is missing, which takes much longer. It is the same rules
    that read here, once as for saving and once as for publication.

    Args:
        body: The server's JSON.

    Returns:
        True if a verdict could only find something missing; False if it has to be asked.
    """
    today = dt.datetime.now(dt.UTC).date()
    return all(
        isinstance(value, dict) and _is_clean(section, value, today)
        for section, value in body.items()
    )


def _is_clean(section: str, value: Mapping[str, object], today: dt.date) -> bool:

    # not at import: the rules are for those who write
    from ..rules.report import Report
    from ..rules.storage import stored

    if section not in ("metadata", "custom_fields"):
        return False
    kept = _read(section, value, Report(today))
    if kept is None:
        return False
    if section == "metadata":
        report = Report(today)
        kept = stored(kept, (section,), report)
        if report.findings:
            return False
    return kept.keys() == value.keys() and (
        _read(section, kept, Report(today, kept=True)) is not None
    )


def _read(section: str, value: Mapping[str, object], report: Report) -> dict[str, object] | None:
    """Read what is there and give what is kept of it; None where there is something to say."""
    from ..rules.custom_fields import CUSTOM_FIELDS
    from ..rules.metadata import METADATA

    parts = (METADATA if section == "metadata" else CUSTOM_FIELDS).parts
    owner, kept = dict(value), dict[str, object]()
    for name in owner:
        if name not in parts:
            return None
        kept[name] = parts[name].read(owner, (section, name), report)
        if report.findings:
            return None
    return kept
