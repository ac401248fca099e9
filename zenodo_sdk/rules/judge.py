"""The verdict of Zenodo on the body of a draft, without asking it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from ..types import Path
from .access import judge_access
from .custom_fields import CUSTOM_FIELDS
from .files import judge_files, judge_media_files
from .finding import Finding
from .lists import with_note
from .metadata import METADATA
from .pids import check_pids, judge_pids
from .report import GONE, Object, Report, as_object, shown
from .shape import NULL, By, Obj, Part, Text
from .storage import stored, without_empties

_KNOWN = ("access", "custom_fields", "files", "media_files", "metadata", "parent", "pids", "review")
_PARENT = Obj(
    {"id": Part(Text(verbatim=True)), "review": Part(By(lambda value, _at, _report: value))},
    ignored=frozenset(("access", "communities", "is_verified", "pids")),
)
_OF_ANSWERS = frozenset(
    """$schema created deletion_status errors expanded expires_at id is_draft is_in_review
    is_published links owners revision_id stats status swh tombstone ui updated
    versions""".split()  # noqa: SIM905 - words, not a list
)


def judge(
    body: Mapping[str, JsonValue],
    *,
    today: dt.date | None = None,
    publisher_default: bool = False,
) -> list[Finding]:
    """Say what zenodo.org would do with the body of a draft, at its saving and its publication.

    Args:
        body: What would be sent to ``POST /api/records``.
        today: The day on which embargoes are judged; today in UTC if it is left out.
        publisher_default: The publisher will be filled in, so that a missing one is but told.

    Returns:
        What there is to say, in the order of the body; nothing where all is stored as it is and
        can be published. It never raises, whatever the body holds.

    >>> for finding in judge({"metadata": {"title": "ab"}})[:1]:
    ...     print(finding.message, finding.fix)
    'title' is too short: 'ab'. Write at least 3 characters, not counting spaces around it.
    """
    owner = as_object(dict(body)) or {}
    report = Report(today or dt.datetime.now(dt.UTC).date())
    _judge_frame(owner, report)
    kept, needs_publisher = _saved(owner, report)
    again = _published(kept, owner, report)
    found = _merged(report.findings, again)
    metadata = as_object(kept["metadata"]) or {}
    if needs_publisher and not metadata.get("publisher"):
        found.append(_no_publisher(publisher_default))
    return [with_note(finding) for finding in found]


def _saved(owner: Object, report: Report) -> tuple[Object, bool]:
    """What is kept of a body, and whether it needs a publisher."""
    metadata = as_object(Part(METADATA).read(owner, ("metadata",), report)) or {}
    custom = as_object(Part(CUSTOM_FIELDS).read(owner, ("custom_fields",), report)) or {}
    kept: Object = {
        "metadata": stored(metadata, ("metadata",), report),
        "custom_fields": without_empties(custom),
        "pids": {},
    }
    for name, reader in (("access", judge_access), ("pids", judge_pids)):
        found = Part(By(reader)).read(owner, (name,), report)
        if found is not GONE:
            kept[name] = found
    for name, reader in (("files", judge_files), ("media_files", judge_media_files)):
        Part(By(reader)).read(owner, (name,), report)
    return kept, check_pids(as_object(kept["pids"]) or {}, ("pids",), report)


def _published(kept: Object, body: Object, first: Report) -> list[Finding]:
    """What publication finds in what was kept."""
    report = Report(first.today, kept=True)
    for name, fields in (("metadata", METADATA), ("custom_fields", CUSTOM_FIELDS)):
        written = body.get(name) if first.errors == 0 else None
        _read_again(fields, as_object(kept[name]) or {}, as_object(written) or {}, (name,), report)
    judge_pids(kept["pids"], ("pids",), report)
    if "access" in kept:
        judge_access(kept["access"], ("access",), report)
    return report.findings


def _read_again(fields: Obj, kept: Object, passed: Object, at: Path, report: Report) -> None:
    """Judge what was kept, without what has passed before and was kept as it is."""
    for name in dict.fromkeys((*kept, *fields.required)):
        if name not in kept or name not in passed or kept[name] != passed[name]:
            fields.parts[name].read(kept, (*at, name), report)


def _judge_frame(owner: Object, report: Report) -> None:
    """Judge what stands beside the parts of a body."""
    if "internal_notes" in owner:
        report.crashes(("internal_notes",), "Notes are for curators.", "Leave them out.")
    review, parent = owner.get("review"), owner.get("parent", {})
    if review and not isinstance(review, dict):
        report.crashes(("review",), f"{shown(review)} is no review.", "Leave it out.")
    known = as_object(parent)
    if parent is None:
        report.wrong(("parent",), "null", "'parent' may not be null.", "Leave it out.", NULL)
    elif known is None or known.get("review"):
        report.crashes(("parent",), "A review is asked for elsewhere.", "Leave 'parent' out.")
    else:
        _PARENT.read(known, ("parent",), report)
    for name in owner:
        if name not in _KNOWN and name not in _OF_ANSWERS:
            _tell_ignored(name, report)


def _tell_ignored(name: str, report: Report) -> None:
    if name in METADATA.parts:
        fix = f'Move it into "metadata": {{"{name}": …}}.'
    else:
        fix = report.did_you_mean(name, _KNOWN)
    report.changed((name,), "unknown-field", f"The server ignores {shown(name)} here.", fix)


def _merged(first: list[Finding], again: list[Finding]) -> list[Finding]:
    """One list of both readings: what is found again where it was lost stops publication."""
    places = _Places(again)
    merged = [
        replace(finding, effect="blocked")
        if _may_block(finding) and places.near(finding.path)
        else finding
        for finding in first
    ]
    told = _Places([finding for finding in merged if finding.effect == "blocked"])
    rest = [finding for finding in again if not told.near(finding.path)]
    return merged + [replace(finding, effect="blocked") for finding in rest]


def _may_block(finding: Finding) -> bool:
    """Whether what was lost can be why something is lacking: a strange key cannot."""
    return finding.effect == "lost" and finding.code != "unknown-field"


class _Places:
    """The places of some findings."""

    def __init__(self, findings: list[Finding]) -> None:
        self._exact = {finding.path for finding in findings}
        self._above = {path[:end] for path in self._exact for end in range(len(path))}

    def near(self, path: Path) -> bool:
        """Whether a finding is at this place, around it, or within it."""
        return path in self._above or any(
            path[:end] in self._exact for end in range(1, len(path) + 1)
        )


def _no_publisher(publisher_default: bool) -> Finding:
    at: Path = ("metadata", "publisher")
    if publisher_default:
        return Finding(at, "replaced", "There is no publisher; it becomes 'Zenodo'.", "", "changed")
    return Finding(
        at,
        "missing",
        "There is no publisher, and without one Zenodo registers no DOI.",
        'Write "publisher": "Zenodo".',
        "blocked",
        "Missing publisher field required for DOI registration.",
    )
