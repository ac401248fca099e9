"""What would do harm, or stop a publication: told before anything is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from ..errors import InvalidMetadata, NotReadyToPublish, Problem
from ..models.metadata import Metadata
from ..models.record import DepositionData
from ..rules.finding import Finding
from ..types import Path
from .body import Body, draft_body

# a repository may have words and schemes of its own
_ITS_OWN = frozenset({"unknown-term", "unknown-scheme"})


def safe_body(
    metadata: Metadata, *, is_zenodo: bool, over: Mapping[str, JsonValue] | None = None
) -> Body:
    """Write the body for a draft, unless it would do harm.

    Some values are stored, and from then on every answer that holds them fails, the account's
    lists included; others make the server fail at once. They are refused wherever they come from.
    One that the server has already is no reason to keep other changes from it.

    Args:
        metadata: What the work shall say about itself.
        is_zenodo: Whether the repository is Zenodo.
        over: The draft that is replaced, as it was read.

    Raises:
        InvalidMetadata: Values that would do harm; all of them are listed.
        TypeError: It is a mapping.
    """
    if isinstance(metadata, Mapping):
        raise TypeError(
            "a mapping is no Metadata: write Metadata(title=…), or read it with"
            " Metadata.from_rdm(…) or Metadata.from_zenodo_json(…)"
        )
    body = draft_body(metadata, is_zenodo=is_zenodo, over=over)
    found = _harmful(body)
    if found and over is not None:
        base = {**Metadata.from_rdm(dict(over)).to_rdm(), "pids": over.get("pids", {})}
        there = Counter(_about(finding, base) for finding in _harmful(base))
        found = [finding for finding in found if not _take(there, _about(finding, body))]
    if found:
        from ..models._wording import told

        raise InvalidMetadata(
            "nothing was sent, for the server would fail over this now or whenever it shows it:",
            [told(finding, body) for finding in found],
        )
    return body


def _harmful(body: Body) -> list[Finding]:
    return [
        finding
        for finding in _judged(body)
        if finding.effect == "breaks" or finding.code == "crashes"
    ]


def _judged(body: Body) -> list[Finding]:
    # the rules and their data are loaded when they are needed
    from ..rules.judge import judge

    return judge(body)


def _about(finding: Finding, body: Body) -> tuple[str, ...]:
    """What a finding is about, wherever in its list it stands."""
    names = (step for step in finding.path if isinstance(step, str))
    return (finding.code, json.dumps(_at(body, finding.path), sort_keys=True), *names)


def _at(value: JsonValue, path: Path) -> JsonValue:
    """The value at a path, or the nearest one above it."""
    for step in path:
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return value
    return value


def _take(there: Counter[tuple[str, ...]], told: tuple[str, ...]) -> bool:
    there[told] -= 1
    return there[told] >= 0


def problems_before_publish(
    deposition: DepositionData, *, unsaved: bool, unverified: Sequence[str]
) -> tuple[Problem, ...]:
    """List what is missing or would be refused, all at once.

    Words and schemes that are not known here pass: a repository may have its own.

    Args:
        deposition: The deposition.
        unsaved: Whether its metadata was changed and not saved.
        unverified: Files that this process began to upload and has not seen verified.
    """
    problems: list[Problem] = []
    if unsaved:
        problems.append(
            Problem("metadata", "has changes that the server does not have.", "Call save() first.")
        )
    problems += _blocking(deposition, unsaved=unsaved)
    problems += [
        Problem(
            f"files[{name!r}]",
            "was not seen to arrive whole.",
            "Upload it again with overwrite='replace', or delete it.",
        )
        for name in unverified
    ]
    return tuple(problems)


def refuse_unready(deposition: DepositionData, *, unsaved: bool, unverified: Sequence[str]) -> None:
    """Refuse to publish what :func:`problems_before_publish` finds problems in.

    Args:
        deposition: The deposition.
        unsaved: Whether its metadata was changed and not saved.
        unverified: Files that this process began to upload and has not seen verified.

    Raises:
        NotReadyToPublish: There are; all of them are listed.
    """
    problems = problems_before_publish(deposition, unsaved=unsaved, unverified=unverified)
    if problems:
        raise NotReadyToPublish(f"deposition {deposition.id} cannot be published yet", problems)


def _blocking(deposition: DepositionData, *, unsaved: bool) -> Iterator[Problem]:
    """Tell what blocks; what a save refuses was not refused if it is saved."""
    from ..models._wording import told

    body = deposition.metadata.to_rdm()
    effects = {"blocked", "breaks", "refused"} if unsaved else {"blocked", "breaks"}
    for finding in _judged(body):
        if finding.effect not in effects:
            continue
        if finding.path[0] == "media_files":
            continue  # previews of images, which the server itself adds to records
        problem = told(finding, body)
        if finding.code in _ITS_OWN and not _is_nobodys(finding, problem.path, deposition, body):
            continue
        yield problem


def _is_nobodys(finding: Finding, path: str, deposition: DepositionData, body: Body) -> bool:
    """Whether a word or scheme is not the repository's either."""
    item = path.rpartition(".")[0]
    found = deposition.problems
    if any(problem.path.startswith(item) and problem.severity == "error" for problem in found):
        return True
    # the repository would have filled in a scheme that it recognises
    value = _at(body, finding.path[:-1])
    return finding.code == "unknown-scheme" and isinstance(value, dict) and "scheme" not in value
