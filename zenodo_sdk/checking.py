"""The server's verdict on metadata, before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from pydantic import JsonValue

from .errors import Problem, UnreadableDocument
from .types import JsonObject, Path

if TYPE_CHECKING:
    from .interop.documents import Document
    from .models.metadata import Metadata
    from .rules.finding import Finding

__all__ = [
    "Checks",
    "Dialect",
    "Judged",
    "Kind",
    "Source",
    "Verdict",
    "check",
    "judged",
    "judged_content",
    "unreadable",
    "verdict",
]

Dialect: TypeAlias = Literal["rdm", "zenodo_json", "cff", "codemeta", "ro_crate"]
"""What a document is written in: InvenioRDM's own JSON, Zenodo's old JSON, or another format."""

Kind: TypeAlias = Literal[
    "metadata", "rdm", "zenodo_json", "cff", "codemeta", "ro_crate", "unknown"
]
"""What was judged: a ``Metadata``, a document in a dialect, or nothing that could be read."""

Verdict: TypeAlias = Literal["clean", "loss", "blocked", "refused"]
"""What becomes of a deposit: published as written, or in part, or only saved, or not even that."""

Source: TypeAlias = "Metadata | Mapping[str, JsonValue] | str | os.PathLike[str]"
"""What can be judged: metadata, a document that was read already, or the path of one."""


class Checks(Protocol):
    """Something that judges with a server's help, such as a client."""

    def check(
        self, source: Source, *, github: bool = False, dialect: Dialect | None = None
    ) -> list[Problem]:
        """Judge as :func:`check` does, and ask the server for what only a server knows."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, and the verdict on it.

    Attributes:
        kind: What it is.
        body: The RDM JSON that it would be sent as; empty if it could not be read.
        communities: Slugs of the communities that it wishes for.
        problems: What is wrong with it, errors first.
        locate: Tells where the source says what the body says at a path.
    """

    kind: Kind
    body: JsonObject
    communities: tuple[str, ...]
    problems: tuple[Problem, ...]
    locate: Callable[[Path], str]


def check(
    source: Source,
    *,
    github: bool = False,
    dialect: Dialect | None = None,
    client: Checks | None = None,
) -> list[Problem]:
    """Tell what a server would refuse, drop or change, without sending anything.

    Bad content never raises, whatever it is: a file that cannot be read is one problem, with the
    code ``unreadable``.

    Args:
        source: A :class:`Metadata`; a mapping in InvenioRDM's JSON or in that of
            ``.zenodo.json``; or the path of a ``.zenodo.json``, ``CITATION.cff``,
            ``codemeta.json``, ``ro-crate-metadata.json`` or InvenioRDM JSON file.
        github: Judge it as Zenodo's GitHub integration would take it from a repository: it fills
            in title, type, creators and date, and ignores access, DOI and communities.
        dialect: What the source is written in; recognised by default.
        client: Asks its server, too, whether awards, funders and the like exist.

    Returns:
        The problems, errors first, then as they come in the source. Their paths are the source's
        own: Python names for a ``Metadata``, the document's keys for the rest.

    Raises:
        TypeError: The source is none of these.

    Example:
        >>> problems = check({"title": "Soil grid", "upload_type": "dataset",
        ...                   "creators": [{"name": "Okafor, Ada", "orcid": "0000-0002"}]})
        >>> problems[0].path, problems[0].severity
        ('creators[0].orcid', 'error')
    """
    if client is not None:
        return client.check(source, github=github, dialect=dialect)
    return list(judged(source, github=github, dialect=dialect).problems)


def judged(
    source: Source,
    *,
    github: bool = False,
    dialect: Dialect | None = None,
    today: date | None = None,
) -> Judged:
    """Judge, and keep what was judged.

    Args:
        source: See :func:`check`.
        github: See :func:`check`.
        dialect: See :func:`check`.
        today: The day (UTC) that the embargo of a document is measured against; default today.

    Raises:
        TypeError: The source is nothing that can be judged.
    """
    from .interop.documents import document_of, read_document
    from .models.metadata import Metadata

    if isinstance(source, Metadata):
        return _judged_metadata(source, github=github)
    try:
        if isinstance(source, Mapping):
            document = document_of(source, kind=dialect)
        else:
            document = read_document(_path(source), kind=dialect)
    except UnreadableDocument as error:
        return unreadable(error)
    return _judged_document(document, github=github, today=today)


def judged_content(name: str, content: bytes, *, github: bool = False) -> Judged:
    """Judge what came from anywhere but a file.

    Args:
        name: What to call it; a file's name helps to tell what it is.
        content: The bytes of a file.
        github: See :func:`check`.
    """
    from .interop.documents import parse_document

    try:
        return _judged_document(parse_document(name, content), github=github, today=None)
    except UnreadableDocument as error:
        return unreadable(error)


def verdict(problems: Iterable[Problem]) -> Verdict:
    """Sum up what becomes of a deposit.

    Args:
        problems: What :func:`check` found.

    Returns:
        ``"refused"`` if it cannot be saved, or must not be; ``"blocked"`` if it can be saved and
        not published; ``"loss"`` if it is published without some values; else ``"clean"``.
    """
    effects = {problem.effect for problem in problems}
    if effects & {"refused", "breaks"}:
        return "refused"
    if "blocked" in effects:
        return "blocked"
    return "loss" if "lost" in effects else "clean"


def _judged_metadata(source: Metadata, *, github: bool) -> Judged:
    from .interop import github as integration
    from .models._paths import python_path
    from .models._problems import worst_first
    from .models._wording import told
    from .models.imported import ImportedMetadata
    from .rules.finding import bracketed
    from .rules.judge import judge

    body = source.to_rdm()

    def locate(path: Path) -> str:
        return bracketed(python_path(path, body))

    findings: Iterable[Finding] = judge(body, publisher_default=True)
    if github:
        findings = integration.without_filled(findings, body)
    problems = (told(finding, body) for finding in findings)
    communities = source.communities if isinstance(source, ImportedMetadata) else ()
    return Judged("metadata", body, communities, worst_first(problems), locate)


def _judged_document(document: Document, *, github: bool, today: date | None) -> Judged:
    from .interop import github as integration
    from .interop.documents import imported
    from .interop.wording import worded
    from .models._problems import worst_first
    from .rules.finding import bracketed
    from .rules.judge import judge

    read = imported(document, today=today)
    judgement: Sequence[Finding] = judge(read.body, today=today)
    if github:
        judgement = integration.without_filled(judgement, read.body)
    findings = list(read.findings)
    untaken = {finding.path for finding in findings if finding.effect in ("refused", "blocked")}
    for finding in judgement:
        path = read.source_of(finding.path)
        above = {path[:length] for length in range(1, len(path) + 1)}
        if finding.code == "missing" and untaken & above:
            continue  # the reader said already why it is not there
        said = worded(document.kind, finding, path[-1] if path else "")
        findings.append(replace(said, path=path))
    if github:
        findings = integration.as_taken(document.kind, document.data, findings)
    findings.sort(key=_order(document.data))
    return Judged(
        document.kind,
        read.body,
        read.communities,
        worst_first(finding.at(bracketed(finding.path)) for finding in findings),
        lambda path: bracketed(read.source_of(path)),
    )


def _order(document: JsonValue) -> Callable[[Finding], tuple[int, ...]]:
    """Make the key that sorts as the document does; what is missing comes after what is there."""
    ranks: dict[int, dict[str, int]] = {}

    def rank(owner: JsonObject, key: str) -> int:
        if id(owner) not in ranks:
            ranks[id(owner)] = {name: number for number, name in enumerate(owner)}
        return ranks[id(owner)][key]

    def position(finding: Finding) -> tuple[int, ...]:
        steps: list[int] = []
        value = document
        for step in finding.path:
            match value, step:
                case dict(), str() if step in value:
                    steps.append(rank(value, step))
                    value = value[step]
                case list(), int() if step < len(value):
                    steps.append(step)
                    value = value[step]
                case ((dict() | list()), _):
                    return (*steps, len(value))
                case _:
                    break
        return tuple(steps)

    return position


def _path(source: str | os.PathLike[str]) -> FilePath:
    try:
        return FilePath(source)
    except TypeError:
        raise TypeError(
            f"a {type(source).__name__} cannot be checked: give Metadata, a mapping, or the path"
            " of a file"
        ) from None


def unreadable(error: UnreadableDocument) -> Judged:
    """Make the verdict on what cannot be read.

    Args:
        error: Why it cannot.
    """
    path = "" if error.line is None else f"line {error.line}, column {error.column}"
    message = "\n".join(filter(None, (error.message, error.excerpt)))
    problem = Problem(path, message, error.fix, "refused", code="unreadable")
    return Judged("unknown", {}, (), (problem,), lambda path: "")
