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
    ("metadata.contributors.*.affiliations.*", "affiliations"),
    ("metadata.rights.*", "vocabularies/licenses"),
    ("metadata.subjects.*", "subjects"),
    ("metadata.languages.*", "vocabularies/languages"),
    ("metadata.additional_titles.*.lang", "vocabularies/languages"),
    ("metadata.additional_descriptions.*.lang", "vocabularies/languages"),
    ("metadata.related_identifiers.*.resource_type", "vocabularies/resourcetypes"),
    ("metadata.funding.*.funder", "funders"),
    ("metadata.funding.*.award", "awards"),
)

# what an entry is called, and what can stand in its place
_WORDS: dict[Register, tuple[str, str]] = {
    "affiliations": ("organisation", "give its name without an id"),
    "awards": ("award", "give its number and title without an id"),
    "communities": ("community", "leave it out"),
    "funders": ("funder", "give its name without an id"),
    "subjects": ("subject", "give it as a keyword"),
    "vocabularies/languages": ("language", "leave it out"),
    "vocabularies/licenses": ("licence", "give a title and a link of your own"),
    "vocabularies/resourcetypes": ("resource type", "take a more general one"),
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


def references(body: Document, communities: Sequence[str] = ()) -> list[Reference]:
    """List each distinct id once, with all its places.

    Args:
        body: What would be sent.
        communities: Slugs of the communities that it wishes for.
    """
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
    if isinstance(reply, Answer | PermissionDenied):
        return True  # a restricted community is there, too
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
    fine = {
        judged.locate(at[:end])
        for one, there in pairs
        if there
        for at in one.places
        for end in (len(at), len(at) - 1)
    }
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
