"""DCAT as RDF/XML, made of DataCite JSON as the CiteDCAT-AP profile says."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator

from ..answers import Json
from .common import doi_of, file_entries, file_page, listed, part
from .datacite import datacite
from .dcat_names import (
    ACCESS,
    ADDRESSES,
    AUTHORITY,
    DATASETS,
    DATES,
    MEDIA_TYPES,
    NAMESPACES,
    PROJECT_ROLES,
    RELATIONS,
    RESOURCES,
    ROLES,
    XSD,
    uri,
)
from .dcat_places import place
from .libraries import guessed_address, is_address, web_address
from .xmltext import Tag
from .xmltext import document as xml_document

_BLANKS = re.compile(r"[ \t\r\n]+")
_WEB = ("http://", "https://")
_LICENCES = ("http://creativecommons.org/", "https://creativecommons.org/", f"{AUTHORITY}licence/")
_MEDIA = ("text", "image", "audio", "video", "application", "multipart", "message")


def dcat(document: Json, *, openaire: bool = False) -> str:
    """The record as DCAT; see `datacite` for the arguments."""
    # the archive of the code is not told here
    fields = datacite(document | {"swh": {}}, openaire=openaire)
    about = _address(fields["doi"], "doi") if "doi" in fields else None
    inside = [*_described(document, fields), *_distributions(document, fields, about)]
    resource = Tag("rdf:Description", inside, {"rdf:about": about})
    namespaces = {f"xmlns:{prefix}": address for prefix, address in NAMESPACES.items()}
    return xml_document(Tag("rdf:RDF", [resource], namespaces))


def _described(document: Json, fields: Json) -> Iterator[Tag]:
    if "types" in fields:
        yield from _type(fields["types"]["resourceTypeGeneral"])
    if "doi" in fields:
        address = _address(fields["doi"], "doi")
        yield Tag("dct:identifier", address, _datatype("anyURI"))
        yield _pointer("foaf:page", address)
    for person in listed(fields, "creators"):
        yield Tag("dct:creator", [_agent(person, linked=True)])
    yield from _titles(fields)
    if "publisher" in fields:
        name = _text("foaf:name", fields["publisher"]["name"])
        yield Tag("dct:publisher", [Tag("foaf:Agent", [name])])
    if "publicationYear" in fields:
        yield Tag("dct:issued", fields["publicationYear"], _datatype("gYear"))
    for subject in listed(document["metadata"], "subjects"):
        yield _subject(subject)
    for funding in listed(fields, "fundingReferences"):
        yield from _funding(funding)
    for person in listed(fields, "contributors"):
        yield from _contributor(person)
    for date in listed(fields, "dates"):
        yield from _date(date)
    if "language" in fields:
        yield _pointer("dct:language", f"{AUTHORITY}language/{fields['language'].upper()}")
    for other in listed(fields, "alternateIdentifiers"):
        yield from _alternate(other)
    for related in listed(fields, "relatedIdentifiers"):
        yield _related(related)
    if fields.get("version"):
        yield _text("owl:versionInfo", fields["version"])
    for description in listed(fields, "descriptions"):
        yield from _description(description)
    for location in listed(fields, "geoLocations"):
        yield from place(location)
    for right in listed(fields, "rightsList"):
        yield from _access(right)


def _distributions(document: Json, fields: Json, about: str | None) -> Iterator[Tag]:
    whole = [
        *_extent(fields),
        *(tag for right in listed(fields, "rightsList") for tag in _right(right)),
    ]
    if part(fields, "types").get("resourceTypeGeneral") in DATASETS:
        if about:
            whole.append(_pointer("dcat:accessURL", about))
        yield _distribution(whole)
    else:
        yield from whole
    doi = doi_of(document) if "doi" in document["pids"] else None
    for entry in file_entries(document):
        parts = [_pointer("dcat:downloadURL", file_page(document, entry["key"]))]
        media_type = mimetypes.guess_type(entry["key"])[0]
        if media_type:
            parts.append(Tag("dcat:mediaType", media_type))
        parts.append(Tag("dcat:byteSize", str(entry["size"])))
        if doi:
            parts.append(_pointer("dcat:accessURL", web_address(doi, "doi") or ""))
        yield _distribution(parts)


def _distribution(inside: list[Tag]) -> Tag:
    return Tag("dcat:distribution", [Tag("dcat:Distribution", inside)])


def _squeezed(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


def _text(name: str, text: str, datatype: str | None = None) -> Tag:
    return Tag(name, _squeezed(text) or None, _datatype(datatype) if datatype else {})


def _pointer(name: str, address: str) -> Tag:
    return Tag(name, None, {"rdf:resource": address})


def _datatype(name: str) -> dict[str, str | None]:
    return {"rdf:datatype": XSD + name}


def _written_type(text: str) -> str:
    return "anyURI" if text.lower().startswith((*_WEB, "urn://")) else "string"


def _address(identifier: str, scheme: str) -> str:
    if scheme == "arxiv":
        return f"http://arxiv.org/abs/{identifier.partition(':')[2]}"
    return ADDRESSES.get(scheme, "") + _squeezed(identifier)


def _web(address: str) -> str | None:
    return address if address.lower().startswith(_WEB) else None


def _type(general: str) -> Iterator[Tag]:
    if general in DATASETS:
        yield _pointer("rdf:type", uri("dcat:Dataset"))
        for name in DATASETS[general]:
            yield _pointer("dct:type", uri(name))
        return
    yield _pointer("rdf:type", uri("dcat:Resource"))
    if general in RESOURCES:
        yield _pointer("rdf:type", uri(f"dctype:{general}"))
        yield _pointer("dct:type", uri(f"dctype:{general}"))


def _agent(person: Json, *, linked: bool) -> Tag:
    """A person or organisation, with an address if the first identifier has one.

    Args:
        person: The creator or contributor.
        linked: Also identifiers that DCAT does not know are looked at for an address.
    """
    first = next(iter(person["nameIdentifiers"]), None)
    known = (
        _address(first["nameIdentifier"], first["nameIdentifierScheme"].lower()) if first else ""
    )
    about = _web(known)
    inside: list[Tag] = []
    if known and not about:
        inside.append(_text("dct:identifier", known, "string"))
        about = guessed_address(known) if linked else None
    inside += _vcard(person) if _is_contact(person) else _friend(person)
    return Tag("rdf:Description", inside, {"rdf:about": about})


def _is_contact(person: Json) -> bool:
    return person.get("contributorType") == "ContactPerson"


def _names(person: Json) -> tuple[str, str, str]:
    before, _, after = person["name"].partition(",")
    comma = "," in person["name"]
    given = person.get("givenName") or (after if "givenName" not in person else "")
    family = person.get("familyName") or (before if comma and "familyName" not in person else "")
    return person["name"], given, family


def _vcard(person: Json) -> list[Tag]:
    kind = "Organization" if person["nameType"] == "Organizational" else "Individual"
    name, given, family = _names(person)
    return [
        _pointer("rdf:type", uri(f"vcard:{kind}")),
        _text("vcard:fn", name),
        _text("vcard:given-name", given),
        _text("vcard:family-name", family),
        *(Tag("vcard:organization-name", each["name"]) for each in listed(person, "affiliation")),
    ]


def _friend(person: Json) -> list[Tag]:
    organization = person["nameType"] == "Organizational"
    role = person.get("contributorType")
    kind = {"RelatedPerson": "Person", "ResearchGroup": "Group"}.get(role or "")
    kind = kind or ("Organization" if organization else "Person")
    pairs = zip(("foaf:name", "foaf:givenName", "foaf:familyName"), _names(person), strict=True)
    return [
        _pointer("rdf:type", uri(f"foaf:{kind}")),
        *(_text(name, text) for name, text in pairs if _squeezed(text)),
        *(
            Tag("org:memberOf", [_affiliation(affiliation)])
            for affiliation in listed(person, "affiliation")
        ),
    ]


def _affiliation(affiliation: Json) -> Tag:
    name = _text("foaf:name", affiliation["name"])
    identifier = affiliation.get("affiliationIdentifier")
    if not identifier:
        return Tag("foaf:Organization", [name])
    address = _address(identifier, affiliation["affiliationIdentifierScheme"].lower())
    about = _web(address) or guessed_address(identifier)
    known = _text("dct:identifier", identifier, _written_type(identifier))
    return Tag("foaf:Organization", [known, name], {"rdf:about": about})


def _contributor(person: Json) -> Iterator[Tag]:
    role = person.get("contributorType", "")
    relation = ROLES.get(role, "dct:contributor")
    yield Tag(relation, [_agent(person, linked=relation == "dct:contributor")])
    if role in PROJECT_ROLES:
        taken = Tag(PROJECT_ROLES[role], [_agent(person, linked=False)])
        activity = _pointer("rdf:type", uri("prov:Activity"))
        yield Tag("prov:wasGeneratedBy", [Tag("foaf:Project", [activity, taken])])


def _titles(fields: Json) -> Iterator[Tag]:
    # subtitles and translations are not told
    names = {None: "dct:title", "AlternativeTitle": "dct:alternative"}
    for title in listed(fields, "titles"):
        if title.get("titleType") in names:
            yield _text(names[title.get("titleType")], title["title"])


def _subject(subject: Json) -> Tag:
    word, scheme = _squeezed(subject.get("subject") or ""), subject.get("scheme")
    if word.startswith("https://"):
        return _pointer("dct:subject", "")
    if word.startswith("http://"):
        theme = word.startswith(f"{AUTHORITY}theme/")
        return _pointer("dcat:theme" if theme else "dct:subject", word)
    if not (subject.get("id") and scheme):
        return _text("dcat:keyword", word)
    named = Tag("skos:ConceptScheme", [_text("dct:title", scheme)])
    parts = [_text("skos:prefLabel", word), Tag("skos:inScheme", [named])]
    about = _subject_address(subject)
    definition = part(subject, "props").get("definition")
    if about and definition:
        parts.append(Tag("skos:definition", definition))
    return Tag("dct:subject", [Tag("skos:Concept", parts)], {"rdf:about": about})


def _subject_address(subject: Json) -> str | None:
    if is_address(subject["id"]):
        return str(subject["id"])
    known = listed(subject, "identifiers")
    return next((each["identifier"] for each in known if each.get("scheme") == "url"), None)


def _funding(funding: Json) -> Iterator[Tag]:
    identifier = funding.get("funderIdentifier", "")
    address = _web(_address(identifier, funding.get("funderIdentifierType", "").lower()))
    number, title = funding.get("awardNumber", ""), funding.get("awardTitle", "")

    def funder(name: str) -> Tag:
        return _pointer(name, address) if address else Tag(name, [_funder(funding)])

    if number or title:
        parts = [
            _text("dct:identifier", number, _written_type(number)),
            _text("dct:title", title),
            funder("citedcat:isAwardedBy"),
        ]
        yield Tag("citedcat:isFundedBy", [Tag("foaf:Project", parts)])
    yield funder("citedcat:funder")


def _funder(funding: Json) -> Tag:
    identifier = funding.get("funderIdentifier", "")
    known = _text("dct:identifier", identifier, _written_type(identifier))
    return Tag("foaf:Organization", [known, _text("foaf:name", funding["funderName"])])


def _date(date: Json) -> Iterator[Tag]:
    written, kind = _squeezed(date["date"]), date["dateType"]
    if kind == "Collected":
        start, slash, end = written.partition("/")
        period = [_day("dcat:startDate", start), _day("dcat:endDate", end if slash else start)]
        yield Tag("dct:temporal", [Tag("dct:PeriodOfTime", period)])
        return
    yield _day(DATES.get(kind, "dct:date"), written)
    if kind == "Withdrawn":
        yield _pointer("adms:status", f"{AUTHORITY}dataset-status/WITHDRAWN")


def _day(name: str, written: str) -> Tag:
    datatype = "gYear" if len(written) == 4 else "dateTime" if len(written) > 10 else "date"
    return Tag(name, written or None, _datatype(datatype))


def _alternate(other: Json) -> Iterator[Tag]:
    scheme = other["alternateIdentifierType"]
    address = _address(other["alternateIdentifier"], scheme.lower())
    known = address.lower().startswith((*_WEB, "urn:"))
    if known:
        yield _pointer("owl:sameAs", address)
    notation = _text("skos:notation", address, "anyURI" if known else None)
    yield _identifier([notation, _text("adms:schemeAgency", scheme)])


def _identifier(inside: list[Tag]) -> Tag:
    return Tag("adms:identifier", [Tag("adms:Identifier", inside)])


def _related(related: Json) -> Tag:
    relation, general = related["relationType"], related.get("resourceTypeGeneral")
    address = _address(related["relatedIdentifier"], related["relatedIdentifierType"].lower())
    inside = [_text("dct:identifier", address)]
    if relation == "HasMetadata":
        inside.append(_pointer("rdf:type", uri("dcat:CatalogRecord")))
    elif general:
        inside += _type(general)
    about = {"rdf:about": _web(address)}
    return Tag(RELATIONS.get(relation, "dct:relation"), [Tag("rdf:Description", inside, about)])


def _description(description: Json) -> Iterator[Tag]:
    text, kind = description["description"], description.get("descriptionType")
    if not _squeezed(text):
        return
    if kind == "Methods":
        statement = Tag("dct:ProvenanceStatement", [_text("rdfs:label", text)])
        yield Tag("dct:provenance", [statement])
        return
    names = {"SeriesInformation": "bibo:locator", "TableOfContents": "dct:tableOfContents"}
    yield _text(names.get(kind or "", "dct:description"), text)


def _access(right: Json) -> Iterator[Tag]:
    address = right.get("rightsUri", "")
    if address in ACCESS:
        yield _pointer("dct:accessRights", f"{AUTHORITY}access-right/{ACCESS[address]}")
        statement = Tag("dct:RightsStatement", [Tag("rdfs:label")], {"rdf:about": address})
        yield Tag("dct:accessRights", [statement])


def _right(right: Json) -> Iterator[Tag]:
    """A licence; one without an address is not told."""
    address = right.get("rightsUri")
    if not address or address in ACCESS:
        return
    if address.startswith(_LICENCES):
        yield _pointer("dct:license", address)
        return
    inside = [_text("rdfs:label", right.get("rights") or "")]
    if right.get("rightsIdentifier"):
        notation = _text("skos:notation", right["rightsIdentifier"])
        scheme = right.get("rightsIdentifierScheme")
        inside.append(
            _identifier([notation, *([_text("adms:schemeAgency", scheme)] if scheme else [])])
        )
    yield Tag("dct:rights", [Tag("dct:RightsStatement", inside, {"rdf:about": address})])


def _extent(fields: Json) -> Iterator[Tag]:
    for size in listed(fields, "sizes"):
        label = _text("rdfs:label", size)
        yield Tag("dct:extent", [Tag("dct:SizeOrDuration", [label])])
    for written in listed(fields, "formats"):
        form = _squeezed(written)
        if form.partition("/")[0] in _MEDIA and "/" in form:
            yield _pointer("dcat:mediaType", MEDIA_TYPES + form)
        else:
            label = _text("rdfs:label", form)
            yield Tag("dct:format", [Tag("dct:MediaTypeOrExtent", [label])])
