"""What would stop a publication, told before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Problem
from ..models.record import DepositionData


def problems_before_publish(
    deposition: DepositionData, *, unsaved: bool, unverified: Sequence[str]
) -> tuple[Problem, ...]:
    """List what is missing, all at once.

    Args:
        deposition: The deposition.
        unsaved: Whether its metadata was changed and not saved.
        unverified: Files that this process began to upload and has not seen verified.
    """
    metadata = deposition.metadata
    problems: list[Problem] = []
    if unsaved:
        problems.append(
            Problem("metadata", "has changes that the server does not have.", "Call save() first.")
        )

    def missing(field: str, example: str) -> None:
        problems.append(
            Problem(f"metadata.{field}", "is needed to publish.", f"Set it, such as {example}.")
        )

    if not metadata.title:
        missing("title", "'Soil moisture grid 2025'")
    if not metadata.resource_type:
        missing("resource_type", "'dataset'")
    if not metadata.creators and "creators" not in metadata.extra:
        missing("creators", "[Creator(name='Okafor, Ada')]")
    if not metadata.publication_date:
        missing("publication_date", "'2026-11-22'")
    if not metadata.publisher and metadata.doi is None:
        missing("publisher", "'University X'")
    problems += [
        Problem(
            f"files[{name!r}]",
            "was not seen to arrive whole.",
            "Upload it again with overwrite='replace', or delete it.",
        )
        for name in unverified
    ]
    return tuple(problems)
