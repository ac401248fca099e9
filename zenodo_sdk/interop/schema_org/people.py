"""People and organisations in the words of schema.org."""

from __future__ import annotations

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common import works
from ..common.gathering import Gathered
from .nodes import Fields, Nodes, fields, label, text, types

_ORGANISATIONS = ("organization", "corporation", "project", "consortium", "collegeoruniversity")
_USED = frozenset(
    {"@id", "@type", "@context", "name", "givenName", "familyName", "additionalName"}
    | {"affiliation", "worksFor", "identifier", "sameAs", "url", "roleName"}
)
_IDENTIFYING = ("@id", "identifier", "sameAs", "url")
_ROLE_OF = ("author", "creator", "contributor", "agent", "member")


def add_people(
    gathered: Gathered, nodes: Nodes, name: str, value: JsonValue, source: Path, role: str = ""
) -> None:
    """Append everybody of a value to the creators or contributors.

    Args:
        gathered: The body that grows.
        nodes: What references refer to.
        name: ``creators`` or ``contributors``.
        value: One or several people, names or references.
        source: Where they stand.
        role: Role that all of them have.
    """
    for path, item in nodes.each(value, source):
        path, item = _inside_role(gathered, nodes, path, item)
        node: Fields = fields(item) if isinstance(item, dict) else {"name": ("", label(item))}
        if isinstance(item, dict) and _repeats(gathered, name + role, node, path):
            continue
        person, places = _person(gathered, nodes, node, path)
        if person is None:
            continue
        if role:
            person["role"] = {"id": role}
        gathered.add(name, person, path, places)


def _inside_role(
    gathered: Gathered, nodes: Nodes, path: Path, item: JsonValue
) -> tuple[Path, JsonValue]:
    """Find the person inside a schema.org role, as CodeMeta 3 writes "author since 2020"."""
    if not isinstance(item, dict):
        return path, item
    node = fields(item)
    inner = next((key for key in _ROLE_OF if key in node), None)
    if "role" not in types(node) or inner is None:
        return path, item
    for key, (written, _) in node.items():
        if key not in (inner, "@type", "@id"):
            gathered.lost((*path, written), f"A record does not keep the `{key}` of a role.")
    written, value = node[inner]
    if isinstance(value, str) and value in nodes.known:
        place, found = nodes.known[value]
        return place, found
    followed, place = nodes.follow(value, (*path, written))
    return place, followed


def _repeats(gathered: Gathered, name: str, node: Fields, path: Path) -> bool:
    """Whether this place was read already: a role may refer to an author of the same list."""
    marks = gathered.seen.setdefault(name, set())
    known = text(node, "@id") or repr(path)
    if known in marks:
        return True
    marks.add(known)
    return False


def _person(
    gathered: Gathered, nodes: Nodes, node: Fields, path: Path
) -> tuple[JsonObject | None, dict[Path, Path]]:
    """Write one person or organisation, and tell where its parts stand."""
    name, family, given = (text(node, key) for key in ("name", "familyName", "givenName"))
    organisation = any(kind in _ORGANISATIONS for kind in types(node))
    written = {key: (spelled,) if spelled else () for key, (spelled, _) in node.items()}
    places: dict[Path, Path] = {}
    if organisation and name:
        who: JsonObject = {"type": "organizational", "name": name}
        places["person_or_org", "name"] = written["name"]
    elif family or given:
        middle = text(node, "additionalName")
        given = " ".join(filter(None, (given, middle)))
        who = {"type": "personal", "family_name": family or given}
        places["person_or_org", "family_name"] = written.get("familyName", ())
        if family and given:
            who["given_name"] = given
            places["person_or_org", "given_name"] = written.get("givenName", ())
    elif name and not works.is_address(name):
        who = _whole_name(gathered, name, (*path, *written["name"]))
        places["person_or_org", "family_name"] = written["name"]
    else:
        fix = "Write givenName and familyName, or name for an organisation."
        gathered.lost(path, "Nobody is named here.", fix)
        return None, {}
    _add_identifiers(gathered, who, node, path, places)
    person: JsonObject = {"person_or_org": who}
    if found := _affiliations(nodes, node, places):
        person["affiliations"] = found
    for key, (spelled, _) in node.items():
        if key not in _USED:
            gathered.lost((*path, spelled), f"A record keeps no `{key}` of people.")
    return person, places


def _whole_name(gathered: Gathered, name: str, path: Path) -> JsonObject:
    """Take a name apart that is one text: only "Family, Given" is sure."""
    family, comma, given = name.partition(",")
    if comma and "," not in given and given.strip():
        return {"type": "personal", "family_name": family.strip(), "given_name": given.strip()}
    gathered.say(
        path,
        "name-comma",
        f'"{name}" is filed as a family name as a whole.',
        "Write givenName and familyName.",
        "changed",
    )
    return {"type": "personal", "family_name": name}


def _add_identifiers(
    gathered: Gathered, who: JsonObject, node: Fields, path: Path, places: dict[Path, Path]
) -> None:
    """Add the identifiers that a node's id, identifiers and pages stand for."""
    found: dict[str, JsonValue] = {}
    for key in _IDENTIFYING:
        spelled, value = node.get(key, ("", None))
        for place, item in Nodes().each(value, (spelled,)):
            known = next(filter(None, map(works.person, _identifier_texts(item))), None)
            if known is not None and (scheme := str(known["scheme"])) not in found:
                places["person_or_org", "identifiers", len(found)] = place
                found[scheme] = known
            elif known is None and key != "@id":
                gathered.lost((*path, *place), f"A record keeps no `{key}` like this of people.")
    if found:
        who["identifiers"] = list(found.values())


def _identifier_texts(item: JsonValue) -> list[str]:
    """Read an identifier that is a text or a PropertyValue, in all ways that it may mean."""
    if not isinstance(item, dict):
        return [label(item)]
    node = fields(item)
    return [text(node, key) for key in ("@value", "@id", "url") if key in node]


def _affiliations(nodes: Nodes, node: Fields, places: dict[Path, Path]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for key in ("affiliation", "worksFor"):
        spelled, value = node.get(key, ("", None))
        for place, item in nodes.each(value, (spelled,)):
            affiliation = organisation(item)
            if affiliation and affiliation not in found:
                if place[:1] == (spelled,):
                    places["affiliations", len(found)] = place
                found.append(affiliation)
    return found


def organisation(item: JsonValue) -> JsonObject:
    """Write an organisation as its ROR id and its name, whichever it has."""
    node = fields(item) if isinstance(item, dict) else {}
    name = label(item)
    found: JsonObject = {}
    for key in _IDENTIFYING:
        for _, value in Nodes().each(node.get(key, ("", None))[1], ()):
            for ror in filter(None, map(works.ror, _identifier_texts(value))):
                found.setdefault("id", ror)
    if known := works.ror(name):
        found.setdefault("id", known)
    elif name and not (found and works.is_address(name)):
        found["name"] = name
    return found


def written_person(item: JsonValue) -> JsonObject | None:
    """Write a creator or contributor as a Person or an Organization."""
    who = item.get("person_or_org") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(who, dict):
        return None
    name, family, given = (label(who.get(key)) for key in ("name", "family_name", "given_name"))
    node: JsonObject = {"@type": "Person"}
    if who.get("type") != "organizational" and (family or given):
        node["familyName"] = family or given
        if family and given:
            node["givenName"] = given
    elif name:
        node = {"@type": "Organization", "name": name}
    else:
        return None
    addresses = [
        address
        for _, identifier in Nodes().each(who.get("identifiers"), ())
        if (address := works.written(identifier))
    ]
    if addresses:
        node["@id"] = addresses[0]
    if addresses[1:]:
        node["sameAs"] = list[JsonValue](addresses[1:])
    affiliations: list[JsonValue] = []
    for _, part in Nodes().each(item.get("affiliations"), ()):
        if isinstance(part, dict) and (part.get("id") or part.get("name")):
            affiliations.append(written_organisation(part))
    if affiliations:
        node["affiliation"] = affiliations[0] if len(affiliations) == 1 else affiliations
    return node


def written_organisation(part: JsonObject) -> JsonObject:
    """Write an affiliation or a funder as an Organization."""
    node: JsonObject = {"@type": "Organization"}
    if known := label(part.get("id")):
        node["@id"] = f"https://ror.org/{known}"
    if name := label(part.get("name")):
        node["name"] = name
    return node
