"""What the rules find in a body, said in the words of Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from pydantic import JsonValue

from ..errors import Problem
from ..rules.finding import Finding, bracketed
from ..rules.lists import NOTE
from ..rules.shape import named
from ..types import Path
from ._paths import inside, python_path

_DOI = 'Leave doi out, to be given one; or write the one that the work has: doi="10.1234/abc".'
_ENGLISH = "Write it as a plain text, in English."

# by the code of the rule, then by the end of the server's path; {who} is Creator or Contributor
_FIXES: Mapping[str, Mapping[str, str]] = {
    "missing": {
        "metadata.title": 'Add title="…", of at least 3 characters.',
        "metadata.resource_type": 'Say what it is: resource_type="dataset", or another.',
        "metadata.creators": 'Name at least one: creators=[Creator("Okafor, Ada")].',
        "metadata.publication_date": (
            'Add publication_date="2026-11-22", the day of first publication.'
        ),
        "metadata.publisher": 'Add publisher="Zenodo".',
        "metadata.subjects": "Leave it out.",
        "metadata.rights": (
            'Write License("cc-by-4.0"), or License.custom("My licence", link="https://…").'
        ),
        "role": 'Add role="datacollector", or another role.',
        "relation_type": 'Add relation="isSupplementTo", or another relation.',
        "dates.type": 'Add type="collected", or another.',
        "additional_titles.type": 'Add type="subtitle", or another.',
        "additional_descriptions.type": 'Add type="methods", or another.',
        "person_or_org.type": 'Set type="personal" or type="organizational".',
        "person_or_org.family_name": 'Write {who}("Okafor, Ada"), or {who}.organization("…").',
        "person_or_org.name": 'Write {who}.organization("…"), or {who}("Okafor, Ada").',
        "affiliations": (
            'Write Affiliation("University of Lagos"), or Affiliation(ror="01ggx4157").'
        ),
        "funding.funder": 'Write funder=Funder(name="Soil Fund"), or Funder(id="00k4n6c32").',
        "funding.award": 'Write Award(id="00k4n6c32::101017452"), or its number or title.',
        "locations.features": "Add lat and lon, place, description, geometry or identifiers.",
        "access.record": 'Set record="public".',
        "access.files": 'Set files="public" or files="restricted".',
        "pids.doi.identifier": _DOI,
    },
    "bad-date": {
        "embargo.until": 'Write a day in the future with active=True, such as until="2040-01-31".',
    },
    "bad-identifier": {"pids.doi.identifier": _DOI},
    "forbidden": {
        "access.record": "Write Access.restricted(), which closes the files alone.",
        "media_files.enabled": "Leave media_files out.",
        "pids.doi.identifier": _DOI,
    },
    "replaced": {
        "person_or_org.family_name": 'Write organization_name; for a person, type="personal".',
        "person_or_org.given_name": 'Write organization_name; for a person, type="personal".',
    },
    "breaks-lists": {
        "geometry": (
            "Write Location(lat=…, lon=…) of its middle, or Location.points([…]) of its corners."
        ),
    },
    "unknown-term": {
        "affiliations.id": "Write ror as '01ggx4157'; or leave it out and write the name.",
        "rights.title": _ENGLISH,
        "rights.description": _ENGLISH,
    },
    "too-many": {"rights.title": _ENGLISH, "rights.description": _ENGLISH},
}


def told(finding: Finding, body: Mapping[str, JsonValue]) -> Problem:
    """Say a finding about a body as the one who wrote it with objects needs it.

    Args:
        finding: What a rule found, with its path in the body.
        body: The server's JSON.

    Returns:
        The problem, by the path that the objects have, in their words.

    Example:
        >>> print(told(Finding(("metadata", "resource_type"), "missing", "It is missing."), {}))
        metadata.resource_type: It is missing. Say what it is: resource_type="dataset", or another.
    """
    path = python_path(finding.path, body)
    if finding.code == "name-comma":
        finding = replace(finding, fix=_split(_value(body, finding.path), _who(finding.path)))
    elif fix := _fix(finding):
        finding = replace(finding, fix=fix.format(who=_who(finding.path)))
    elif finding.code in ("bad-identifier", "unknown-scheme"):
        finding = _identified(finding, body)
    if path[1:2] == ("keywords",) and finding.code == "missing":
        finding = replace(finding, message="The keyword is empty.")
    name = named(finding.path)
    if path and finding.message.startswith(name):
        rest = finding.message.removeprefix(name)
        finding = replace(finding, message=named(path) + rest)
    return finding.at(bracketed(path))


def _fix(finding: Finding) -> str:
    """The fix for a rule at the end of a path."""
    names = [step for step in finding.path if isinstance(step, str)]
    code = finding.code
    if code in ("missing", "null", "wrong-type"):
        # a word of a vocabulary is an object on the wire
        code, names = "missing", names[:-1] if names[-1:] == ["id"] else names
    fixes = _FIXES.get(code, {})
    ends = (".".join(names[start:]) for start in range(len(names)))
    return next((fixes[end] for end in ends if end in fixes), "")


def _who(path: Path) -> str:
    return "Contributor" if "contributors" in path else "Creator"


def _split(name: object, who: str) -> str:
    """How to write a name that stands as a whole in the place of the family name."""
    from ..rules.people import two_readings

    ways = [
        f'{who}(family_name="{family}", given_name="{given}")'
        for family, given in two_readings(str(name))
    ]
    return f'Write {" or ".join(ways)}; or {who}.organization("…").'


def _identified(finding: Finding, body: Mapping[str, JsonValue]) -> Finding:
    """Tell why an identifier is none, such as by its check digit, or how it is written."""
    from ..identifiers import InvalidIdentifier, parse

    *above, last = finding.path
    entry = _value(body, tuple(above))
    text, scheme = inside(entry, "identifier"), inside(entry, "scheme")
    if last in ("issn", "isbn"):
        text, scheme = inside(entry, last), str(last)
    if not isinstance(text, str) or not text or finding.fix.startswith("It looks like"):
        return finding
    if scheme and finding.code == "unknown-scheme":
        return finding
    try:
        better, found = parse(text, scheme, None if scheme else _allowed(finding.path))
    except InvalidIdentifier as error:
        note = NOTE if finding.message.endswith(NOTE) else ""
        fix = "Correct it, or whichever digit is mistyped." if "last digit" in str(error) else ""
        return replace(finding, message=f"{error}.{note}", fix=fix)
    return replace(finding, fix=f"Write '{better}'" + ("." if scheme else f", which is a {found}."))


def _allowed(path: Path) -> Sequence[str] | None:
    """The schemes that may stand at a path, where these are few."""
    from ..identifiers.schemes import AWARDS, MEETINGS, PEOPLE, PLACES

    places = {
        "person_or_org": PEOPLE,
        "locations": PLACES,
        "funding": AWARDS,
        "meeting:meeting": MEETINGS,
    }
    return next((places[step] for step in path if step in places), None)


def _value(body: object, path: Path) -> object:
    return reduce(inside, path, body)
