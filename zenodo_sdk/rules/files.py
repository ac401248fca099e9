"""The options of a draft's files."""

from __future__ import annotations

from ..types import Path
from .report import Report, as_object
from .shape import Flag, ListOf, Obj, Part, Text

_OPTIONS = Obj(
    {
        "enabled": Part(Flag()),
        "default_preview": Part(Text(), nullable=True),
        "order": Part(ListOf(Text())),
    },
    ignored=frozenset(("count", "total_bytes", "entries")),
    example='{"enabled": true}',
    crashes=True,
)


def judge_files(value: object, at: Path, report: Report) -> None:
    """Judge the ``files`` of a draft: on Zenodo every record has some.

    Args:
        value: What was written there.
        at: Where that is.
        report: Takes the findings.
    """
    options = as_object(_OPTIONS.read(value, at, report)) or {}
    if options.get("enabled") is False:
        report.wrong(
            (*at, "enabled"),
            "forbidden",
            "Zenodo has no records without files, and leaves this as true.",
            "Leave it out, and upload a file.",
            "You don't have permissions to manage files options.",
        )


def judge_media_files(value: object, at: Path, report: Report) -> None:
    """Judge the ``media_files`` of a draft, which are not for users.

    Args:
        value: What was written there.
        at: Where that is.
        report: Takes the findings.
    """
    options = as_object(_OPTIONS.read(value, at, report)) or {}
    if options.get("enabled") is True:
        report.wrong(
            (*at, "enabled"),
            "forbidden",
            "Publication would wait for media files, which users cannot upload.",
            'Leave "media_files" out.',
            "Missing uploaded files. To disable files for this record please mark it as "
            "metadata-only.",
            "blocked",
        )
