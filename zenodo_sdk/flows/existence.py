"""Does a repository know what metadata refers to? Only the repository can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from ..checking import Judged
from ..errors import Gone, NotFound, PermissionDenied, Problem
from ..types import Path
from ..wire import endpoints
from ..wire.call import Answer
from ..wire.endpoints import Register
from ._steps import Document, Flow, attempt

AT_ONCE = 4
"""How many ids are looked up beside one another."""

# where ids stand in a body; "*" is any item of a list
_PLACES: tuple[tuple[str, Register], ...] = (
    ("metadata.resource_type", "vocabularies/resourcetypes"),
    ("metadata.creators.*.affiliations.*", "affiliations"),
    ("metadata.creators.*.role", "vocabularies/creatorsroles"),
    ("metadata.contributors.*.affiliations.*", "affiliations"),
    ("metadata.contributors.*.role", "vocabularies/contributorsroles"),
    ("metadata.rights.*", "vocabularies/licenses"),
    ("metadata.subjects.*", "subjects"),
    ("metadata.languages.*", "vocabularies/languages"),
    ("metadata.dates.*.type", "vocabularies/datetypes"),
    ("metadata.additional_titles.*.type", "vocabularies/titletypes"),
    ("metadata.additional_titles.*.lang", "vocabularies/languages"),
    ("metadata.additional_descriptions.*.type", "vocabularies/descriptiontypes"),
    ("metadata.additional_descriptions.*.lang", "vocabularies/languages"),
    ("metadata.related_identifiers.*.relation_type", "vocabularies/relationtypes"),
    ("metadata.related_identifiers.*.resource_type", "vocabularies/resourcetypes"),
    ("metadata.funding.*.funder", "funders"),
    ("metadata.funding.*.award", "awards"),
    ("custom_fields.code:programmingLanguage.*", "vocabularies/code:programmingLanguages"),
    ("custom_fields.code:developmentStatus", "vocabularies/code:developmentStatus"),
)

# what an entry is called, and what can stand in its place
_WORDS: dict[Register, tuple[str, str]] = {
    "affiliations": ("organisation", "give its name without an id"),
    "awards": ("award", "give its number and title without an id"),
    "communities": ("community", "leave it out"),
    "funders": ("funder", "give its name without an id"),
    "subjects": ("subject", "give it as a keyword"),
    "vocabularies/code:developmentStatus": ("development status", "leave it out"),
    "vocabularies/code:programmingLanguages": ("programming language", "leave it out"),
    "vocabularies/contributorsroles": ("contributor's role", "take 'other'"),
    "vocabularies/creatorsroles": ("creator's role", "leave it out"),
    "vocabularies/datetypes": ("type of a date", "take 'other'"),
    "vocabularies/descriptiontypes": ("type of a description", "take 'other'"),
    "vocabularies/languages": ("language", "leave it out"),
    "vocabularies/licenses": ("licence", "give a title and a link of your own"),
    "vocabularies/relationtypes": ("relation", "take a more general one"),
    "vocabularies/resourcetypes": ("resource type", "take a more general one"),
    "vocabularies/titletypes": ("type of a title", "take 'other'"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One id that metadata refers to.

    Attributes:
        register: Where the repository keeps such ids.
        id: The id.
        places: Where it stands in the body.
    """

    register: Register
    id: str
    places: tuple[Path, ...]


def references(judged: Judged, *, is_zenodo: bool) -> list[Reference]:
    """List what the repository is to be asked for: each distinct id once, with all its places.

    Args:
        judged: The verdict without the server.
        is_zenodo: Whether the repository is Zenodo. Its vocabularies are known here, so that only
            a word that is not among them may be a new one.
    """
    doubted = {problem.path for problem in judged.problems if problem.code == "unknown-term"}
    return [
        one
        for one in _named(judged.body, judged.communities)
        if not is_zenodo
        or not one.register.startswith("vocabularies/")
        or not doubted.isdisjoint(_paths(one, judged))
    ]


def _named(body: Document, communities: Sequence[str]) -> list[Reference]:
    found: dict[tuple[Register, str], list[Path]] = {}
    for pattern, register in _PLACES:
        for place, value in _at((), body, pattern.split(".")):
            name = value.get("id") if isinstance(value, dict) else None
            if isinstance(name, str):
                found.setdefault((register, name), []).append((*place, "id"))
    for position, slug in enumerate(communities):
        found.setdefault(("communities", slug), []).append(("communities", position))
    return [Reference(register, name, tuple(at)) for (register, name), at in found.items()]


def _at(path: Path, value: JsonValue, steps: Sequence[str]) -> Iterator[tuple[Path, JsonValue]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for position, item in enumerate(value if isinstance(value, list) else ()):
            yield from _at((*path, position), item, steps[1:])
    elif isinstance(value, dict):
        yield from _at((*path, steps[0]), value.get(steps[0]), steps[1:])


def _paths(reference: Reference, judged: Judged) -> set[str]:
    """Where the source names it; what is wrong with an id may be told of its owner."""
    return {judged.locate(at[:end]) for at in reference.places for end in (len(at), len(at) - 1)}


def is_known(reference: Reference) -> Flow[bool]:
    """Ask whether the repository has it.

    Args:
        reference: What to ask for.

    Raises:
        ResponseError: The server does not tell.
    """
    if reference.id in ("", ".", ".."):
        return False  # no address can be made of it
    reply = yield from attempt(endpoints.entry(reference.register, reference.id))
    if isinstance(reply, Answer):
        return True
    if isinstance(reply, PermissionDenied) and reference.register == "communities":
        return True  # it is there, and restricted
    if isinstance(reply, NotFound | Gone):
        return False
    raise reply


def problems_of(
    judged: Judged, asked: Sequence[Reference], known: Sequence[bool], *, base_url: str
) -> list[Problem]:
    """Put together what was found without the server and what the server told.

    A repository may have words of its own, so what it knows is no unknown term.

    Args:
        judged: The verdict without the server.
        asked: What the server was asked for.
        known: Its answers.
        base_url: The repository's root, for the messages.
    """
    pairs = [*zip(asked, known, strict=True)]
    fine = {path for one, there in pairs if there for path in _paths(one, judged)}
    problems = [
        problem
        for problem in judged.problems
        if not (problem.code == "unknown-term" and problem.path in fine)
    ]
    told = {problem.path for problem in problems}
    for one, there in pairs:
        if there:
            continue
        for at in one.places:
            where, above = judged.locate(at), judged.locate(at[:-1])
            if not {where, above} & told:
                problems.append(_unknown(one, where, base_url))
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _unknown(reference: Reference, path: str, base_url: str) -> Problem:
    noun, instead = _WORDS[reference.register]
    host = base_url.partition("://")[2]
    where = f"{base_url}/api/{reference.register}?q="
    problem = Problem(
        path,
        f"'{reference.id}' is no {noun} that {host} knows.",
        f"Look for its id at {where}, or {instead}.",
        "refused",
        code="unknown-term",
    )
    if reference.register == "communities":
        # asked for after publication, which it does not undo
        return replace(problem, effect="lost")
    return problem
