"""Creators and contributors: who they are, and where they work."""

from __future__ import annotations

import re

from ..identifiers.schemes import PEOPLE
from ..types import Path
from .identifiers import one_per_scheme
from .report import GONE, Object, Report, as_list, as_object, legible, shown
from .shape import REQUIRED, ListOf, Obj, Part, Text
from .terms import INSTITUTION, term

_KINDS = ("organizational", "personal")
_NO_KIND = f"Invalid value. Choose one of {list(_KINDS)}."
_EXAMPLE = '{"person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}}'
_PARTICLES = frozenset(
    """af al av bin da de del den der di dos du el ibn la le mac mc san st st. ten ter van von zu
    zum zur""".split()  # noqa: SIM905 - words, not a list
)
"""What a family name of several words may begin with."""


def _is_kind(kind: str, at: Path, report: Report) -> object:
    if kind in _KINDS:
        return kind
    report.wrong(
        at,
        "unknown-term",
        f"{shown(kind)} is neither a person nor an organisation.",
        'Write "personal" or "organizational".',
        _NO_KIND,
    )
    return GONE


def _has_name(person: Object, at: Path, report: Report) -> None:
    if person.get("type") == "personal" and not person.get("family_name"):
        report.wrong(
            (*at, "family_name"),
            "missing",
            "A person needs a family name"
            + (", which is not taken from 'name'." if person.get("name") else "."),
            'Add "family_name" (and "given_name"); for an organisation write '
            '"type": "organizational" and "name".',
            "Family name cannot be blank.",
        )
    if person.get("type") == "organizational" and not person.get("name"):
        report.wrong(
            (*at, "name"),
            "missing",
            "An organisation needs a name.",
            'Add "name"; for a person write "type": "personal" and "family_name".',
            "Name cannot be blank.",
        )


def _spelled(person: Object, at: Path, report: Report) -> Object:
    """What the server makes of names: a person's is "family, given"; others have no parts."""
    if person.get("type") == "personal":
        parts = [str(person[key]) for key in ("family_name", "given_name") if person.get(key)]
        spelled = ", ".join(parts)
        given = str(person.get("name", ""))
        if given and _words(given) != _words(spelled):
            report.changed(
                (*at, "name"),
                "replaced",
                f"The server stores {shown(spelled)}, made of family and given name.",
                "Write the whole name in 'family_name' and 'given_name'.",
            )
        _ambiguous(person, at, report)
        return {**person, "name": spelled}
    for key in ("family_name", "given_name"):
        if person.get(key):
            report.changed(
                (*at, key),
                "replaced",
                f"An organisation has no '{key}', and the server leaves it out.",
                'Write its name in "name"; for a person write "type": "personal".',
            )
    return {key: person[key] for key in person if key not in ("family_name", "given_name")}


def _ambiguous(person: Object, at: Path, report: Report) -> None:
    """Warn of a whole name where the family name should stand."""
    name = str(person.get("family_name", ""))
    if person.get("given_name") or report.kept:
        return
    readings = two_readings(name)
    if readings:
        listed = " or ".join(
            f'"family_name": "{legible(family)}", "given_name": "{legible(given)}"'
            for family, given in readings
        )
        report.changed(
            (*at, "family_name"),
            "name-comma",
            f"{shown(name)} becomes the family name as a whole.",
            f'Write {listed}; for an organisation write "type": "organizational".',
        )


def two_readings(name: str) -> list[tuple[str, str]]:
    """Ways to split a name that was written in one piece.

    Args:
        name: What stands in the place of a family name.

    Returns:
        Pairs of family and given name, likeliest first; none if it may well be a family name.

    >>> two_readings("Ada Okafor")
    [('Okafor', 'Ada'), ('Ada', 'Okafor')]
    >>> two_readings("Okafor, Ada")
    [('Okafor', 'Ada')]
    >>> two_readings("van der Berg")
    []
    """
    if "," in name:
        parts = [part.strip() for part in name.split(",") if part.strip()]
        if len(parts) < 2:
            return []
        ways = [(parts[0], " ".join(parts[1:])), (", ".join(parts[:-1]), parts[-1])]
        return list(dict.fromkeys(ways))
    words = name.split()
    if len(words) < 2 or words[0].lower() in _PARTICLES:
        return []
    return [(words[-1], " ".join(words[:-1])), (words[0], " ".join(words[1:]))]


def _words(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", name.lower()))


PERSON = Obj(
    {
        "type": Part(
            Text(_is_kind),
            required=True,
            fix='Add "type": "personal" or "type": "organizational".',
            server=_NO_KIND,
        ),
        "name": Part(Text()),
        "given_name": Part(Text()),
        "family_name": Part(Text()),
        "identifiers": Part(one_per_scheme(PEOPLE)),
    },
    checks=(_has_name,),
    settle=_spelled,
    example='{"type": "personal", "family_name": "Okafor", "given_name": "Ada"}',
)
"""A ``person_or_org``."""


def _known_or_named(entry: Object, at: Path, report: Report) -> None:
    if not (entry.get("id") or entry.get("name")):
        report.wrong(
            at,
            "missing",
            "The affiliation has neither an id nor a name.",
            'Write {"name": "University of Lagos"} or {"id": "01ggx4157"} (a ROR id).',
            "An existing id or a free text name must be present.",
        )


AFFILIATION = Obj(
    {"id": Part(INSTITUTION), "name": Part(Text())},
    checks=(_known_or_named,),
    example='{"name": "University of Lagos"}',
)
"""Where a person works."""


def _no_affiliation_twice(entry: Object, at: Path, report: Report) -> None:
    seen: set[object] = set()
    for item in as_list(entry.get("affiliations")) or ():
        affiliation = as_object(item)
        if affiliation is None:
            continue
        name = affiliation.get("name", affiliation.get("id"))
        if name in seen:
            report.wrong(
                (*at, "affiliations"),
                "duplicate",
                f"The affiliation {shown(name)} stands here twice.",
                "Leave one of them out.",
                f"Duplicated affiliations: {legible(str(name))}",
            )
            return
        seen.add(name)


def _entry(*, role_required: bool) -> Obj:
    return Obj(
        {
            "person_or_org": Part(PERSON, required=True, fix=f"Write each one as {_EXAMPLE}."),
            "role": Part(
                term("roles"),
                required=role_required,
                fix='Add "role": {"id": "datacollector"}, or another role.',
            ),
            "affiliations": Part(ListOf(AFFILIATION)),
        },
        checks=(_no_affiliation_twice,),
        example=_EXAMPLE,
    )


def _is_somebody(creators: list[object], at: Path, report: Report) -> bool:
    if not creators:
        fix = f"Name at least one: {_EXAMPLE}."
        report.wrong(at, "missing", "There are no creators.", fix, REQUIRED)
    return bool(creators)


CREATORS = ListOf(_entry(role_required=False), _is_somebody)
"""The ``creators`` of a record: at least one."""

CONTRIBUTORS = ListOf(_entry(role_required=True))
"""The ``contributors`` of a record, each with a role."""
