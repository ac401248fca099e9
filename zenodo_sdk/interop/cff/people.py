"""Persons and entities of CITATION.cff."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common import works
from ..common.gathering import Gathered
from ..common.values import EMPTY, each, text_of
from .words import PERSON_KEYS

_PARTICLE = ("name-particle", "family-names")
_GIVEN = ("given-names", "name-suffix")


def add_people(
    gathered: Gathered, name: str, value: JsonValue, source: Path, role: str = ""
) -> None:
    """Append everybody of a list to the creators or contributors.

    Args:
        gathered: The body that grows.
        name: ``creators`` or ``contributors``.
        value: The list.
        source: Where it stands.
        role: Role that all of them have.
    """
    for path, item in each(value, source):
        if isinstance(item, dict):
            person, places = _person(gathered, item, path)
        else:
            person, places = _named(gathered, text_of(item), path), dict[Path, Path]()
        if person is None:
            continue
        if isinstance(item, dict):
            places |= _affiliations(gathered, person, item, path)
        if role:
            person["role"] = {"id": role}
        gathered.add(name, person, path, places)


def _named(gathered: Gathered, text: str, path: Path) -> JsonObject | None:
    """Read a bare name."""
    if not text:
        gathered.unreadable(path, "a person with family-names: and given-names:")
        return None
    family, comma, given = text.partition(", ")
    if not comma or ", " in given:
        family, given = text, ""
    gathered.say(
        path,
        "wrong-type",
        f'A person has keys; this text becomes the family name "{family}"'
        + (f' and the given name "{given}".' if given else "."),
        "Write family-names: and given-names:, or name: for an organisation.",
        "changed",
    )
    who: JsonObject = {"type": "personal", "family_name": family}
    if given:
        who["given_name"] = given
    return {"person_or_org": who}


def _person(
    gathered: Gathered, item: Mapping[str, JsonValue], path: Path
) -> tuple[JsonObject | None, dict[Path, Path]]:
    """Write one person or entity, and tell where its parts stand."""
    word = {key: text_of(value) for key, value in item.items()}
    family = " ".join(filter(None, (word.get(key) for key in _PARTICLE)))
    given = " ".join(filter(None, (word.get(key) for key in _GIVEN)))
    places: dict[Path, Path] = {}
    used = {"name"}
    if family or given:
        who: JsonObject = {"type": "personal", "family_name": family or given}
        keys = [
            key for key in ("family-names", "given-names", *_PARTICLE, *_GIVEN) if word.get(key)
        ]
        places["person_or_org", "family_name"] = (keys[0],)
        if family and given:
            who["given_name"] = given
            places["person_or_org", "given_name"] = (next(key for key in _GIVEN if word.get(key)),)
        used = {*_PARTICLE, *_GIVEN}
    elif word.get("name"):
        who = {"type": "organizational", "name": word["name"]}
        places["person_or_org", "name"] = ("name",)
    elif word.get("alias"):
        who = {"type": "personal", "family_name": word["alias"]}
        places["person_or_org", "family_name"] = ("alias",)
        used = {"alias"}
    else:
        gathered.lost(
            path,
            "Nobody is named here.",
            "Write family-names: and given-names:, or name: for an organisation.",
        )
        return None, {}
    used |= _identifiers(who, word, places) | {"affiliation"}
    for key, value in item.items():
        if value not in EMPTY and key not in used:
            _unused(gathered, (*path, key))
    return {"person_or_org": who}, places


def _unused(gathered: Gathered, path: Path) -> None:
    if path[-1] in PERSON_KEYS:
        gathered.lost(path, f"A record has no place for this person's `{path[-1]}`.")
    else:
        gathered.lost(path, f"A record keeps no `{path[-1]}` of people.")


def _identifiers(who: JsonObject, word: Mapping[str, str], places: dict[Path, Path]) -> set[str]:
    """Add the ORCID, and what a website's address says about who it is."""
    identifiers: list[JsonValue] = []
    used = {"orcid"} if not word.get("orcid") or works.orcid(word["orcid"]) else set[str]()
    for key, found in (
        ("orcid", works.orcid(word.get("orcid", ""))),
        ("website", works.person(word["website"]) if word.get("website") else None),
    ):
        if found is None or any(_scheme(other) == found["scheme"] for other in identifiers):
            continue
        places["person_or_org", "identifiers", len(identifiers)] = (key,)
        places["person_or_org", "identifiers", len(identifiers), "identifier"] = (key,)
        identifiers.append(found)
        used.add(key)
    if identifiers:
        who["identifiers"] = identifiers
    return used


def _scheme(identifier: JsonValue) -> JsonValue:
    return identifier.get("scheme") if isinstance(identifier, dict) else None


def _affiliations(
    gathered: Gathered, person: JsonObject, item: Mapping[str, JsonValue], path: Path
) -> dict[Path, Path]:
    """Add affiliations: a text; version 1.3 has several, and entities."""
    found: list[JsonValue] = []
    places: dict[Path, Path] = {}
    for place, value in each(item.get("affiliation"), ("affiliation",)):
        affiliation: JsonObject = {}
        if isinstance(value, dict):
            page = text_of(value.get("website")) or text_of(value.get("ror"))
            name = text_of(value.get("name"))
            affiliation = {"name": name} if name else {}
            if known := works.ror(page):
                affiliation["id"] = known
        elif name := text_of(value):
            affiliation = {"name": name}
        elif isinstance(value, list):
            gathered.unreadable(path + place, "the name of an institution")
        if affiliation and affiliation not in found:
            places["affiliations", len(found)] = place
            places["affiliations", len(found), "name"] = place
            found.append(affiliation)
    if found:
        person["affiliations"] = found
    return places


def written_person(item: JsonValue) -> JsonObject | None:
    """Write a creator or contributor as a person or an entity."""
    who = item.get("person_or_org") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(who, dict):
        return None
    name, family, given = (text_of(who.get(key)) for key in ("name", "family_name", "given_name"))
    person: JsonObject = {}
    if who.get("type") != "organizational" and (family or given):
        person = {"family-names": family or given}
        if family and given:
            person["given-names"] = given
    elif name:
        person = {"name": name}
    if not person:
        return None
    identifiers = who.get("identifiers")
    for identifier in identifiers if isinstance(identifiers, list) else []:
        if _scheme(identifier) == "orcid":
            person.setdefault("orcid", works.written(identifier))
        elif _scheme(identifier) == "ror":
            person.setdefault("website", works.written(identifier))
    affiliations = item.get("affiliations")
    names = [
        text_of(part.get("name"))
        for part in (affiliations if isinstance(affiliations, list) else [])
        if isinstance(part, dict)
    ]
    if "name" not in person and (first := next(filter(None, names), "")):
        person["affiliation"] = first
    return person
