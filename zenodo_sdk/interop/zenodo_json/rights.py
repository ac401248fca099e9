"""Licence, access, DOI, funding, links and communities of the ``.zenodo.json`` dialect."""

from __future__ import annotations

from pydantic import JsonValue

from ... import vocabularies
from ...identifiers import schemes
from ...rules.report import shown
from ...types import JsonObject, Path
from .gathering import CRASH, Reading
from .words import ALTERNATE, RELATED_KEYS

_EUROPEAN_COMMISSION = "10.13039/501100000780"
_OWN_PREFIX = "10.5281/"
_LICENCE_FIX = 'Write an id, such as "cc-by-4.0", "mit" or "gpl-3.0-or-later".'
_RESTRICTED: JsonObject = {"record": "public", "files": "restricted"}


def read_licence(reading: Reading) -> None:
    """Read the one licence, or add the one that the server adds."""
    source = reading.source
    value = source.get("license")
    at: Path = ("license", "id") if isinstance(value, dict) and "id" in value else ("license",)
    for end in ((), (0,), (0, "id")):
        reading.link(("metadata", "rights", *end), at)
    if "license" not in source:
        _default_licence(reading)
    elif isinstance(value, str) or value == {}:
        _licence(reading, value or "", at)
    elif isinstance(value, dict) and isinstance(value.get("id"), str):
        _licence(reading, value["id"], at)
    elif isinstance(value, dict):
        if isinstance(title := value.get("title"), str) and title.strip():
            reading.metadata["rights"] = [{"title": {"en": reading.text(title, *at, "title")}}]
        reading.crash(
            ("license",),
            "The license object has no id in text; Zenodo's server fails.",
            'Write the id alone: "license": "mit".',
        )
    elif value is not None:
        server = "Invalid license value provided (expected string, or object with 'id' key)"
        reading.wrong_type(("license",), value, 'an id in quotes, such as "mit"', server)


def _default_licence(reading: Reading) -> None:
    source = reading.source
    if not source or source.get("access_right", "open") not in ("open", "embargoed"):
        return
    usual = "cc0-1.0" if source.get("upload_type") == "dataset" else "cc-by-4.0"
    reading.metadata["rights"] = [{"id": usual}]
    reading.say(
        ("license",),
        "default",
        "changed",
        f"There is no license; Zenodo sets {usual}.",
        "Write the licence that is meant.",
    )


def _licence(reading: Reading, value: JsonValue, at: Path) -> None:
    text = value if isinstance(value, str) else ""
    if known := vocabularies.licence_id(text):
        reading.metadata["rights"] = [{"id": known}]
        return
    if title := vocabularies.free_text_licence(text):
        reading.metadata["rights"] = [{"title": {"en": title}}]
        reading.say(
            at,
            "replaced",
            "changed",
            f"Zenodo stores {text!r} as the free text {title!r}, without a link to a licence.",
            _LICENCE_FIX,
        )
        return
    if text.strip():
        # refused as it stands, but what was meant is not to be lost
        reading.metadata["rights"] = [{"title": {"en": text.strip()}}]
    near = vocabularies.suggest("licenses", text)
    reading.say(
        at,
        "unknown-term",
        "refused",
        f"Zenodo does not know the licence {shown(text)}.",
        f"Write {_either(near)} if that is meant." if near else _LICENCE_FIX,
        f"Invalid license provided: {text[:200]}",
    )


def _either(ids: list[str]) -> str:
    return " or ".join(f'"{one}"' for one in ids[:3])


def read_access(reading: Reading) -> JsonObject:
    """Read who may see the files; what is not understood opens nothing."""
    right, until = reading.source.get("access_right"), reading.source.get("embargo_date")
    for end in ((), ("files",), ("record",)):
        reading.link(("access", *end), ("access_right",))
    for end in ((), ("until",), ("active",)):
        reading.link(("access", "embargo", *end), ("embargo_date",))
    if right != "embargoed" and until:
        _unread(reading, "embargo_date", "Zenodo reads it only with access_right embargoed.")
    if reading.source.get("access_conditions"):
        _unread(reading, "access_conditions", "Zenodo does not keep it.")
    if not right or right == "open":
        return {"record": "public", "files": "public"}
    if right == "embargoed" and until:
        embargo: JsonObject = {"active": True, "until": reading.value(until, "embargo_date")}
        return {**_RESTRICTED, "embargo": embargo}
    if right == "closed":
        reading.say(
            ("access_right",),
            "replaced",
            "changed",
            "Zenodo stores 'closed' as 'restricted': the files are hidden, and people may ask.",
            'Write "restricted".',
        )
    elif right != "restricted":
        late = right == "embargoed"
        reading.say(
            ("embargo_date",) if late else ("access_right",),
            "missing" if late else "unknown-term",
            "refused",
            "access_right is embargoed, and there is no embargo_date."
            if late
            else f"Zenodo does not know the access right {shown(right)}.",
            'Write "embargo_date": "YYYY-MM-DD", a day to come.'
            if late
            else 'Write "open", "embargoed" or "restricted".',
            "Unknown access type.",
        )
    return dict(_RESTRICTED)


def _unread(reading: Reading, key: str, why: str) -> None:
    reading.say((key,), "unknown-field", "lost", f"{key} is dropped. {why}", "Remove it.")


def read_doi(reading: Reading) -> tuple[JsonObject, str | None]:
    """Read the DOI: the pids of an external one, or one of Zenodo's own."""
    value = reading.source.get("doi")
    reserved = reading.source.get("prereserve_doi")
    reading.link(("pids",), ("doi",))
    for end in ((), ("identifier",), ("provider",)):
        reading.link(("pids", "doi", *end), ("doi",))
    if isinstance(value, str) and value:
        if value.startswith(_OWN_PREFIX):
            reading.say(
                ("doi",),
                "reserved-doi",
                "changed",
                f"{shown(value)} is taken as a DOI that Zenodo is to register for this record; "
                "publishing fails if it belongs to another one.",
                "Remove it, unless it was reserved for this very record.",
            )
            return {}, value
        doi = schemes.normalise(value, "doi") if schemes.is_valid(value, "doi") else value
        return {"doi": {"identifier": doi, "provider": "external"}}, None
    if value:
        reading.crash(
            ("doi",), "The doi is not text; Zenodo's server fails.", 'Write "10.1234/abc".'
        )
    if isinstance(reserved, dict) and isinstance(found := reserved.get("doi"), str) and found:
        return {}, found
    return {}, None


def read_communities(reading: Reading) -> tuple[str, ...]:
    """Read the communities that are wished for, which no draft holds."""
    value = reading.source.get("communities")
    if not value:
        return ()
    items = value if isinstance(value, list) else []
    if not items or not all(isinstance(item, dict) and "identifier" in item for item in items):
        reading.say(
            ("communities",),
            "wrong-type",
            "refused",
            "communities is not a list of objects with an identifier.",
            'Write [{"identifier": "slug-of-the-community"}].',
            "Communities must be an array of objects with an 'identifier' key.",
        )
    wanted: list[str] = []
    for index, item in enumerate(items):
        slug = item.get("identifier") if isinstance(item, dict) else item
        if isinstance(slug, str) and slug.strip():
            wanted.append(slug.strip())
        elif isinstance(item, dict) and "identifier" in item:
            reading.say(
                ("communities", index, "identifier"),
                "wrong-type",
                "lost",
                "The identifier of a community is not text.",
                "Write the last part of the community's address.",
            )
    return tuple(wanted)


def read_grants(reading: Reading) -> None:
    """Read grants: a funder and an award number, joined by ``::``."""
    value = reading.source.get("grants")
    if not value:
        return
    reading.link(("metadata", "funding"), ("grants",))
    found: list[JsonValue] = []
    for index, item in reading.each(value, "grants"):
        at = ("grants", index, "id")
        grant = item.get("id")
        if not isinstance(grant, str):
            reading.crash(
                ("grants", index),
                "A grant has no id in text; Zenodo's server fails.",
                'Write {"id": "10.13039/501100000780::101017452"}: funder, two colons, number.',
            )
            continue
        reading.unknown(item, frozenset({"id"}), ("grants", index))
        funder, colons, number = grant.partition("::")
        if not colons:
            funder, number = _EUROPEAN_COMMISSION, grant
        ror = vocabularies.funder_ror(funder) or funder
        target = ("metadata", "funding", len(found))
        reading.link(target, ("grants", index))
        for part in ("funder", "award"):
            for end in ((), ("id",)):
                reading.link((*target, part, *end), at)
        found.append({"funder": {"id": ror}, "award": {"id": f"{ror}::{number}"}})
    if found:
        reading.metadata["funding"] = found


def read_related(reading: Reading) -> None:
    """Read related identifiers, and among them the record's own further ones."""
    related: list[JsonValue] = []
    alternate: list[JsonValue] = []
    value = reading.source.get("related_identifiers")
    reading.link(("metadata", "related_identifiers"), ("related_identifiers",))
    reading.link(("metadata", "identifiers"), ("related_identifiers",))
    if value is not None:
        for index, item in reading.checked(value, "related_identifiers"):
            at = ("related_identifiers", index)
            reading.unknown(item, RELATED_KEYS, at)
            own = item.get("relation") == ALTERNATE
            part, found = ("identifiers", alternate) if own else ("related_identifiers", related)
            target = ("metadata", part, len(found))
            entry = _identifier(reading, item, at, target)
            if not own:
                _relation(reading, item, entry, at, target)
            elif item.get("resource_type"):
                _unread_type(reading, at)
            found.append(entry)
    given = reading.source.get("alternate_identifiers")
    if alternate and given:
        _unread(reading, "alternate_identifiers", "related_identifiers has such entries already.")
    elif given is not None:
        for index, item in reading.each(given, "alternate_identifiers"):
            target = ("metadata", "identifiers", len(alternate))
            at = ("alternate_identifiers", index)
            alternate.append(_identifier(reading, item, at, target))
    for part, found in (("related_identifiers", related), ("identifiers", alternate)):
        if found:
            reading.metadata[part] = found


def _identifier(reading: Reading, item: JsonObject, at: Path, target: Path) -> JsonObject:
    for end, key in (((), None), (("identifier",), "identifier"), (("scheme",), "identifier")):
        reading.link((*target, *end), (*at, key) if key else at)
    value = item.get("identifier")
    if not isinstance(value, str) or not value.strip():
        missing = "identifier" not in item
        reading.say(
            at if missing else (*at, "identifier"),
            "crashes" if missing else "missing",
            "refused",
            "The identifier is missing or not text.",
            "Write a DOI, a web address or another identifier.",
            CRASH if missing else "Missing data for required field.",
        )
        return {}
    text = reading.text(value, *at, "identifier")
    scheme = schemes.detect(text, schemes.WORKS)
    if scheme is None:
        reading.say(
            (*at, "identifier"),
            "unknown-scheme",
            "refused",
            f"{shown(text)} is no identifier of a kind that Zenodo knows.",
            "Write a DOI, a web address with https://, or another identifier in full.",
            "No valid scheme recognized for identifier.",
        )
        return {"identifier": text}
    return {"identifier": schemes.normalise(text, scheme), "scheme": scheme}


def _relation(
    reading: Reading, item: JsonObject, entry: JsonObject, at: Path, target: Path
) -> None:
    for part, key in (("relation_type", "relation"), ("resource_type", "resource_type")):
        for end in ((), ("id",)):
            reading.link((*target, part, *end), (*at, key))
    relation = item.get("relation")
    if isinstance(relation, str):
        word = "isOriginalFormOf" if relation == "isOrignialFormOf" else relation
        entry["relation_type"] = {"id": word.lower()}
    else:
        reading.say(
            (*at, "relation"),
            "missing" if relation is None else "wrong-type",
            "refused",
            "A related identifier does not say its relation in text; Zenodo's server fails.",
            'Write "relation": "isSupplementTo", "cites", "isPartOf" or another.',
            CRASH if relation is None else "relation must be a string",
        )
    if item.get("resource_type"):
        entry["resource_type"] = {"id": item["resource_type"]}


def _unread_type(reading: Reading, at: Path) -> None:
    reading.say(
        (*at, "resource_type"),
        "unknown-field",
        "lost",
        "An alternate identifier is the record's own; its resource_type is dropped.",
        "Remove it.",
    )
