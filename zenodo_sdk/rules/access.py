"""Who may see a record and its files, and until when files are held back."""

from __future__ import annotations

from dataclasses import replace

from ..types import Path
from .dates import Day
from .report import GONE, Object, Report, as_object, shown
from .shape import Flag, Obj, Part, Text

_LEVELS = ("public", "restricted")


def _is_level(text: str, at: Path, report: Report) -> object:
    if text in _LEVELS:
        return text
    words = {"open": "public", "closed": "restricted", "embargoed": "restricted"}
    near = f"Write '{words[text]}'." if text in words else report.did_you_mean(text, _LEVELS)
    report.wrong(
        at,
        "unknown-term",
        f"{shown(text)} is neither 'public' nor 'restricted'.",
        near or "Write one of these.",
        f"'{at[-1]}' must be either 'public' or 'restricted'",
    )
    return GONE


def _ends_in_time(embargo: Object, at: Path, report: Report) -> None:
    """An active embargo ends in the future; one that is over does not."""
    until = embargo.get("until")
    ends_later = isinstance(until, str) and until > report.today.isoformat()
    active = embargo.get("active")
    if active and not ends_later:
        said = f"ends on {until}, which is not in the future" if until else "has no end"
        report.wrong(
            (*at, "until"),
            "bad-date",
            f"The embargo {said}.",
            f"Write a day after {report.today.isoformat()}; or no embargo.",
            "Embargo end date must be set to a future date.",
        )
    elif active is False and ends_later:
        report.wrong(
            (*at, "until"),
            "bad-date",
            f"The embargo is not active, and yet ends only on {until}.",
            'Write "active": true, or leave "until" out.',
            "Embargo end date must be unset or in the past.",
        )
    elif active is None and ends_later:
        report.changed((*at, "active"), "replaced", "The server makes the embargo active.")


EMBARGO = Obj(
    {
        "active": Part(Flag(), nullable=True),
        "until": Part(Day(), nullable=True),
        "reason": Part(Text(), nullable=True),
    },
    checks=(_ends_in_time,),
    example='{"active": true, "until": "2040-01-01"}',
)
"""The embargo on the files of a record."""

ACCESS = Obj(
    {
        "record": Part(Text(_is_level), required=True, fix='Write "public".'),
        "files": Part(Text(_is_level), required=True, fix='Write "public" or "restricted".'),
        "embargo": Part(EMBARGO),
        "status": Part(Text()),
    },
    example='{"record": "public", "files": "public"}',
)
"""The ``access`` of a draft."""


def judge_access(value: object, at: Path, report: Report) -> object:
    """Judge the access of a draft, and give back what is stored of it.

    Args:
        value: What was written under ``access``.
        at: Where that is.
        report: Takes the findings.
    """
    found = as_object(ACCESS.read(value, at, report))
    if not found or report.kept:
        return found or GONE
    if found.get("record") == "restricted":
        report.refused(
            (*at, "record"),
            "forbidden",
            "Zenodo does not hide whole records.",
            'Write "record": "public" and "files": "restricted".',
            "You don't have permissions to manage record access.",
        )
    # where something of the access is left, both levels must be
    lacking = [(*at, level) for level in ("record", "files") if level not in found]
    report.findings = [
        replace(finding, effect="refused") if finding.path in lacking else finding
        for finding in report.findings
    ]
    return _settled(found)


def _settled(access: Object) -> Object:
    """What is stored: an embargo that has an end may have become active."""
    embargo = as_object(access.get("embargo"))
    if embargo is None:
        return access
    return {**access, "embargo": {key: embargo[key] for key in embargo if embargo[key] is not None}}
