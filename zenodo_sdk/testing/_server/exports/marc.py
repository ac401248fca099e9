"""MARCXML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..answers import Json
from .common import (
    community_slugs,
    custom,
    file_entries,
    file_page,
    identifier_of,
    listed,
    part,
    told,
)
from .dublin_core import eurepo_type
from .libraries import escaped
from .vocabulary import MARC_ROLES
from .xmltext import Tag
from .xmltext import document as xml_document

_KINDS = {"image": "k", "video": "g", "dataset": "m", "software": "m"}
_UNTYPED = ("instrument", "project")

Field = tuple[str, dict[str, str | list[str]]]
"""The tag with both indicators, and the subfields by their codes."""


def marcxml(document: Json) -> str:
    """The record as MARCXML."""
    metadata = document["metadata"]
    kind = _KINDS.get(metadata["resource_type"]["id"], "a")
    updated = datetime.fromisoformat(document["updated"])
    tags = [
        Tag("leader", f"00000n{kind}m##2200000uu#4500"),
        Tag("controlfield", document["id"], {"tag": "001"}),
        *map(_datafield, _before_the_date(document)),
        Tag("controlfield", updated.strftime("%Y%m%d%H%M%S.0"), {"tag": "005"}),
        *map(_datafield, _after_the_date(document)),
    ]
    return xml_document(Tag("record", tags, {"xmlns": "http://www.loc.gov/MARC21/slim"}))


def _datafield(field: Field) -> Tag:
    name, subfields = field
    inside = [
        Tag("subfield", text, {"code": code})
        for code, texts in subfields.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    return Tag("datafield", inside, {"tag": name[:3], "ind1": name[3], "ind2": name[4]})


def _before_the_date(document: Json) -> Iterator[Field]:
    metadata, slugs = document["metadata"], community_slugs(document)
    creators = listed(metadata, "creators")
    related = listed(metadata, "related_identifiers")
    yield from _doi(document)
    if "oai" in document["pids"]:
        joined = {"p": [f"user-{slug}" for slug in slugs]} if slugs else {}
        yield "909CO", {"o": document["pids"]["oai"]["identifier"], **joined}
    for person in [*listed(metadata, "contributors"), *creators[1:]]:
        yield "700  ", _person(person)
    yield "245  ", {"a": metadata["title"]}
    for person in creators[:1]:
        yield "100  ", _person(person)
    for each in related:
        yield "856 2", {"a": f"{each['scheme']}:{each['identifier']}"}
    yield from _rights(document)
    for subject in listed(metadata, "subjects"):
        yield "653  ", {"a": subject["subject"]}
    if metadata.get("description"):
        yield "520  ", {"a": escaped(metadata["description"])}
    for each in listed(metadata, "additional_descriptions"):
        yield "500  ", {"a": escaped(each["description"])}
    for language in listed(metadata, "languages"):
        yield "041  ", {"a": language["id"]}
    for reference in listed(metadata, "references"):
        yield "999C5", {"x": reference["reference"]}
    yield "260  ", _publication(document)
    university = part(document, "custom_fields").get("thesis:university")
    if university:
        yield "502  ", {"c": university}
    for slug in slugs:
        yield "980  ", {"a": f"user-{slug}"}
    yield from _types(metadata)
    for form in listed(metadata, "formats"):
        yield "520 1", {"a": form}
    for size in listed(metadata, "sizes"):
        yield "520 2", {"a": size}
    for funding in listed(metadata, "funding"):
        yield "536  ", _funding(funding)


def _after_the_date(document: Json) -> Iterator[Field]:
    for entry in file_entries(document):
        where = file_page(document, entry["key"])
        yield "8564 ", {"s": str(entry["size"]), "z": entry["checksum"], "u": where}
    yield "542  ", {"l": document["access"]["status"]}
    for each in listed(document["metadata"], "related_identifiers"):
        relation = each["relation_type"]["title"]["en"]
        yield "773  ", {"a": each["identifier"], "i": relation, "n": each["scheme"]}
    whole = part(document["parent"], "pids").get("doi")
    if whole:
        yield "773  ", {"a": whole["identifier"], "i": "isVersionOf", "n": "doi"}
    yield from _printed_in(document)


def _doi(document: Json) -> Iterator[Field]:
    registered, other = document["pids"].get("doi"), identifier_of(document, "doi")
    if registered:
        yield "024  ", {"2": "doi", "a": registered["identifier"]}
    elif other:
        yield "024  ", {"2": "doi", "o": other}


def _person(person: Json) -> dict[str, str | list[str]]:
    who = person["person_or_org"]
    fields: dict[str, str | list[str]] = {"a": who["name"]}
    known = [
        f"({each['scheme']}){each['identifier']}"
        for each in listed(who, "identifiers")
        if each["scheme"] in ("gnd", "orcid")
    ]
    if known:
        fields["0"] = known
    if person.get("affiliations"):
        fields["u"] = person["affiliations"][0]["name"]
    role = MARC_ROLES.get(part(person, "role").get("id", ""))
    return fields | ({"4": role} if role else {})


def _rights(document: Json) -> Iterator[Field]:
    rights = listed(document["metadata"], "rights")
    yield "540  ", {"a": f"info:eu-repo/semantics/{document['access']['status']}Access"}
    for right in rights:
        address = right.get("link") or part(right, "props").get("url")
        yield "540  ", told({"a": right["title"].get("en"), "u": address})
    for right in rights:
        yield "65017", told({"a": right.get("id"), "2": part(right, "props").get("scheme")})


def _publication(document: Json) -> dict[str, str | list[str]]:
    metadata, access = document["metadata"], document["access"]
    dates = [metadata["publication_date"]]
    if access["status"] == "embargoed":
        dates.append(f"info:eu-repo/date/embargoEnd/{access['embargo']['until']}")
    publisher = metadata.get("publisher")
    return {**({"b": publisher} if publisher else {}), "c": dates}


def _types(metadata: Json) -> Iterator[Field]:
    name = metadata["resource_type"]["id"]
    semantics = eurepo_type(metadata)
    kind, _, detail = name.partition("-")
    if semantics:
        yield "980  ", {"a": semantics}
    if kind not in _UNTYPED:
        yield "980  ", {"a": kind, **({"b": detail} if detail else {})}


def _funding(funding: Json) -> dict[str, str | list[str]]:
    award = part(funding, "award")
    texts = (part(funding, "funder").get("name"), part(award, "title").get("en"))
    number = award.get("number")
    text = ": ".join(each for each in texts if each)
    return {**({"c": number} if number else {}), "a": text}


def _printed_in(document: Json) -> Iterator[Field]:
    published = document["metadata"].get("publication_date")
    imprint, journal = custom(document, "imprint:imprint"), custom(document, "journal:journal")
    if imprint:
        made = ", ".join(each for each in (imprint.get("place"), published) if each)
        yield (
            "773  ",
            told(
                {
                    "t": imprint.get("title"),
                    "z": imprint.get("isbn"),
                    "g": imprint.get("pages"),
                    "d": made,
                    "b": imprint.get("edition"),
                }
            ),
        )
    if journal:
        yield (
            "909C4",
            told(
                {
                    "p": journal.get("title"),
                    "v": journal.get("volume"),
                    "n": journal.get("issue"),
                    "c": journal.get("pages"),
                    "y": published,
                }
            ),
        )
