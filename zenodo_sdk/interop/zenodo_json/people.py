"""Creators, contributors and supervisors of the ``.zenodo.json`` dialect."""

from __future__ import annotations

from pydantic import JsonValue

from ...identifiers import schemes
from ...rules.people import two_readings
from ...rules.report import legible, shown
from ...rules.text import cleaned
from ...types import JsonObject, Path
from .gathering import Reading
from .words import PERSON_KEYS

_ORCID_HOSTS = ("https://orcid.org/", "http://orcid.org/")
_CONTRIBUTOR_KEYS = PERSON_KEYS | {"type"}


def read_people(reading: Reading) -> None:
    """Read everyone; supervisors stand before the other contributors."""
    source = reading.source
    reading.link(("metadata", "creators"), ("creators",))
    if source.get("creators") is not None:
        creators = _people(reading, "creators", "creators", 0)
        if creators:
            reading.metadata["creators"] = creators
    helpers: list[JsonValue] = []
    if source.get("thesis_supervisors"):
        helpers += _people(reading, "thesis_supervisors", "contributors", 0)
    if source.get("contributors") is not None:
        helpers += _people(reading, "contributors", "contributors", len(helpers))
    if helpers:
        reading.metadata["contributors"] = helpers
    reading.link(("metadata", "contributors"), ("contributors",))


def _people(reading: Reading, key: str, part: str, start: int) -> list[JsonValue]:
    value = reading.source[key]
    if key == "contributors":
        items = reading.checked(value, key)
    elif key == "creators" and not isinstance(value, list):
        reading.wrong_type((key,), value, "a list of objects", "Not a valid list.")
        return []
    else:
        items = reading.each(value, key)
    people: list[JsonValue] = []
    for index, item in items:
        target = ("metadata", part, start + len(people))
        person = _person(reading, item, (key, index), target)
        if key == "thesis_supervisors":
            person["role"] = {"id": "supervisor"}
            reading.link((*target, "role"), (key, index))
        elif key == "contributors":
            _role(reading, item, person, (key, index), target)
        known = _CONTRIBUTOR_KEYS if key == "contributors" else PERSON_KEYS
        reading.unknown(item, known, (key, index))
        people.append(person)
    return people


def _role(reading: Reading, item: JsonObject, person: JsonObject, at: Path, target: Path) -> None:
    for end in ((), ("id",)):
        reading.link((*target, "role", *end), (*at, "type"))
    kind = item.get("type")
    if isinstance(kind, str) and kind:
        person["role"] = {"id": kind.lower()}
    elif kind:
        reading.crash(
            (*at, "type"),
            "The type of a contributor is not text; Zenodo's server fails.",
            'Write one word, such as "Editor".',
        )


def _person(reading: Reading, item: JsonObject, at: Path, target: Path) -> JsonObject:
    """One person: the dialect knows no organisations."""
    person: JsonObject = {"type": "personal"}
    whole: JsonObject = {"person_or_org": person}
    at_person = (*target, "person_or_org")
    reading.link(target, at)
    reading.link(at_person, at)
    for part in ("name", "family_name", "given_name"):
        reading.link((*at_person, part), (*at, "name"))
    _names(reading, item.get("name"), person, (*at, "name"))
    identifiers: list[JsonValue] = []
    for scheme in ("orcid", "gnd"):
        if value := item.get(scheme):
            found = _identifier(reading, value, scheme, (*at, scheme))
            if found is not None:
                place = (*at_person, "identifiers", len(identifiers))
                for end in ((), ("identifier",), ("scheme",)):
                    reading.link((*place, *end), (*at, scheme))
                identifiers.append({"identifier": found, "scheme": scheme})
    if identifiers:
        person["identifiers"] = identifiers
    _affiliations(reading, item, whole, at, target)
    return whole


def _names(reading: Reading, name: JsonValue, person: JsonObject, at: Path) -> None:
    if not name:
        return
    if not isinstance(name, str):
        fix = 'Write one text: "Family, Given".'
        if isinstance(name, list):
            reading.say(at, "wrong-type", "blocked", "The name is a list.", fix)
        else:
            reading.crash(at, "The name is not text; Zenodo's server fails.", fix)
        return
    family, comma, given = name.partition(",")
    if comma and "," not in given:
        family, given = reading.text(family.strip(), *at), reading.text(given.strip(), *at)
        _spacing(reading, name, ", ".join(filter(None, (family, given))), at)
    else:
        family, given = reading.text(name, *at), ""
        _no_single_comma(reading, family, at)
    person["family_name"] = family
    if given:
        person["given_name"] = given
    if family:
        person["name"] = f"{family}, {given}" if given else family


def _spacing(reading: Reading, name: str, stored: str, at: Path) -> None:
    if cleaned(name) != stored:
        reading.say(
            at,
            "text-changed",
            "lost",
            f"The spacing is not kept: {shown(name)} is stored as {shown(stored)}.",
            "Write one comma and one space between family and given names.",
        )


def _no_single_comma(reading: Reading, name: str, at: Path) -> None:
    commas = name.count(",")
    said = f"{shown(name)} has {'no comma' if not commas else f'{commas} commas'}"
    fix = 'Write "Family, Given" if it is a person.'
    if readings := two_readings(name):
        told = " or ".join(f'"{legible(family)}, {legible(given)}"' for family, given in readings)
        fix = f"Write {told}: the family name, a comma, the given name."
    reading.say(
        at,
        "name-comma",
        "changed",
        f"{said}: Zenodo stores all of it as the family name, without a given name.",
        fix + " An organisation cannot be told apart from a person in this format.",
    )


def _identifier(reading: Reading, value: JsonValue, scheme: str, at: Path) -> str | None:
    if not isinstance(value, str):
        reading.crash(
            at,
            f"The {scheme} is not text; Zenodo's server fails.",
            "Write one text.",
        )
        return None
    if scheme == "orcid":
        return _orcid(reading, value, at)
    if value[:1].isspace() or not schemes.is_valid(value, "gnd"):
        reading.crash(
            at,
            f"{shown(value)} is not a GND number; Zenodo's server fails.",
            'Write it as "gnd:118540238", or leave it out.',
        )
        return value
    return schemes.normalise(value, "gnd")


def _orcid(reading: Reading, value: str, at: Path) -> str:
    """Cut an ORCID as Zenodo does: sixteen characters in groups of four, whatever they are."""
    bare = next((value[len(host) :] for host in _ORCID_HOSTS if value.startswith(host)), value)
    digits = bare.replace("-", "").replace(" ", "")
    if len(digits) > 16:
        reading.say(
            at,
            "text-changed",
            "changed",
            f"Only the first 16 digits of {shown(value)} are taken.",
            'Write the ORCID alone: "0000-0002-1825-0097".',
        )
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _affiliations(
    reading: Reading, item: JsonObject, whole: JsonObject, at: Path, target: Path
) -> None:
    place = (*target, "affiliations")
    several = item.get("affiliations")
    if "affiliations" in item:
        reading.link(place, (*at, "affiliations"))
        found: list[JsonValue] = [one for _, one in reading.checked(several, *at, "affiliations")]
        if found:
            whole["affiliations"] = found
    if affiliation := item.get("affiliation"):
        if "affiliations" in whole:
            reading.say(
                (*at, "affiliations"),
                "unknown-field",
                "lost",
                "Next to affiliation, Zenodo does not read affiliations.",
                "Keep one of them.",
            )
        for end in ((), (0,), (0, "name")):
            reading.link((*place, *end), (*at, "affiliation"))
        whole["affiliations"] = [{"name": reading.value(affiliation, *at, "affiliation")}]
