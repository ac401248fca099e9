"""A work in the words of schema.org, told as a body for the server."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import JsonValue

from ...types import JsonObject, Path
from ...vocabularies import known, language_id
from ..common import licences, works
from ..common.gathering import Gathered
from ..common.prose import as_html
from ..common.values import text_of
from .nodes import Fields, Nodes, address, fields, label, text, types
from .people import add_people, organisation
from .words import DATES, FIELDS, RELATIONS, ROLES, TYPES

_DAY = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ].*)?")
_SPLIT = re.compile("[,;]")
_SILENT = frozenset({"@context", "@type", "@id", "@graph", "conformsTo", "hasPart", "mentions"})


def take_work(gathered: Gathered, nodes: Nodes, work: JsonObject, source: Path) -> None:
    """Take a work over into a body.

    Args:
        gathered: The body that grows.
        nodes: What references refer to.
        work: The node of the work.
        source: Where it stands in the document.
    """
    node = fields(work)
    gathered.expect(FIELDS, source)
    _kind(gathered, node, source)
    if "identifier" not in node and works.doi(text(node, "@id")):
        node["identifier"] = node["@id"]
    for key, take in _TAKERS.items():
        if key in node:
            spelled, value = node[key]
            take(gathered, nodes, value, (*source, spelled))
    _people(gathered, nodes, node, source)
    _funding(gathered, nodes, node, source)
    for key, relation in RELATIONS.items():
        if key in node:
            spelled, value = node[key]
            _related(gathered, nodes, value, (*source, spelled), relation)
    for key, (spelled, _) in node.items():
        if key not in _SILENT and key not in _READ:
            gathered.unplaced((*source, spelled))


def _kind(gathered: Gathered, node: Fields, source: Path) -> None:
    found = next((TYPES[kind] for kind in types(node) if kind in TYPES), None)
    if found is not None:
        gathered.put("resource_type", {"id": found}, (*source, node["@type"][0]))


def _title(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    if title := label(value):
        gathered.put("title", title, source)


def _description(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    if found := label(value):
        gathered.put("description", as_html(found), source)


def _version(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    if "version" not in gathered.metadata and (found := label(value)):
        gathered.put("version", found, source)


def _publisher(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    node, _ = nodes.follow(value, source)
    if found := label(node):
        gathered.put("publisher", found, source)


def _other_name(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    for path, item in nodes.each(value, source):
        if title := label(item):
            entry: JsonObject = {"title": title, "type": {"id": "alternative-title"}}
            gathered.add("additional_titles", entry, path, {("title",): ()})


def _published(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    if found := label(value):
        match = _DAY.fullmatch(found)
        gathered.put("publication_date", match[1] if match else found, source)


def _date(kind: str) -> Callable[[Gathered, Nodes, JsonValue, Path], None]:
    def take(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
        for path, item in nodes.each(value, source):
            found = label(item)
            match = _DAY.fullmatch(found)
            if match:
                entry: JsonObject = {"date": match[1], "type": {"id": kind}}
                gathered.add("dates", entry, path, {("date",): ()})
            else:
                gathered.unreadable(path, "a date (YYYY-MM-DD)")

    return take


def _keywords(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    for path, item in nodes.each(value, source):
        found = label(item)
        # a list holds whole keywords; one text holds them all
        words = _SPLIT.split(found) if path == source and isinstance(item, str) else [found]
        for word in filter(None, map(str.strip, words)):
            gathered.add("subjects", {"subject": word}, path, {("subject",): ()})
        if not found and item is not None:
            gathered.unreadable(path, "a keyword")


def _licence(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    for path, item in nodes.each(value, source):
        node = fields(item) if isinstance(item, dict) else {}
        written = [text(node, key) for key in ("identifier", "@id", "url", "name")]
        candidates = [part for part in (*written, label(item)) if part]
        ids = [found for part in candidates if (found := licences.find(part))]
        if ids:
            gathered.add("rights", {"id": ids[0]}, path, {("id",): ()})
        elif candidates:
            page = next(filter(works.is_address, candidates), "")
            gathered.add("rights", licences.custom(label(item), page), path)
            gathered.say(
                path,
                "unknown-term",
                f'Zenodo knows no licence "{label(item)}"; the record shows it as one of its own.',
                "Write the SPDX address: https://spdx.org/licenses/MIT.",
                "changed",
            )
        else:
            gathered.unreadable(path, "the address of a licence")


def _languages(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    for path, item in nodes.each(value, source):
        code = text(fields(item), "alternateName") if isinstance(item, dict) else ""
        code = code or label(item)
        found = language_id(code) or language_id(code.partition("-")[0])
        if found is None:
            gathered.unreadable(path, "an ISO 639 code of a language")
        else:
            gathered.add("languages", {"id": found}, path, {("id",): ()})


def _identifiers(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    """Take the first DOI as the work's own, everything else as alternate identifiers."""
    for path, item in nodes.each(value, source):
        node = fields(item) if isinstance(item, dict) else {}
        written = text(node, "value") or text(node, "@value") or address(item)
        found: JsonObject | None = works.work(written) or works.work(text(node, "url"))
        if found is None:
            if not written:
                gathered.unreadable(path, "an identifier")
                continue
            found = {"scheme": "other", "identifier": written}
        if found["scheme"] == "doi":
            _own_doi(gathered, found, path)
        else:
            gathered.add("identifiers", found, path, {("identifier",): ()})


def _own_doi(gathered: Gathered, found: JsonObject, path: Path) -> None:
    value = text_of(found["identifier"])
    if works.is_zenodos(value):
        if gathered.reserved_doi in (None, value):
            gathered.reserved_doi = value
        else:
            gathered.add("identifiers", found, path)
    elif "doi" not in gathered.pids:
        gathered.take_doi(value, path)
    elif gathered.origin["pids", "doi"] != path:
        gathered.add("identifiers", found, path)


def _code_repository(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    if found := address(value):
        gathered.custom("code:codeRepository", found.removeprefix("git+"), source)


def _programming(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    ids = {title.lower(): word for word, title in known("programming_languages").items()}
    listed: list[JsonValue] = []
    for path, item in nodes.each(value, source):
        name = label(item)
        found = ids.get(name.lower()) or ids.get(name.rstrip(" 0123456789.").lower())
        if found is None:
            gathered.lost(
                path, f'Zenodo knows no programming language "{name}".', "Write its usual name."
            )
            continue
        if {"id": found} not in listed:
            gathered.origin["custom_fields", "code:programmingLanguage", len(listed)] = path
            listed.append({"id": found})
        if isinstance(item, dict) and "version" in fields(item):
            gathered.unplaced((*path, fields(item)["version"][0]))
    if listed:
        gathered.custom("code:programmingLanguage", listed, source)


def _status(gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path) -> None:
    written = label(value)
    word = written.rpartition("#")[2].rpartition("/")[2].strip().lower()
    if word in known("development_statuses"):
        gathered.custom("code:developmentStatus", {"id": word}, source)
    else:
        gathered.lost(
            source,
            f'"{written}" is no state of development that Zenodo knows.',
            f"Write one of {', '.join(known('development_statuses'))}.",
        )


def _people(gathered: Gathered, nodes: Nodes, node: Fields, source: Path) -> None:
    for key in ("author", "creator"):
        if key in node:
            spelled, value = node[key]
            add_people(gathered, nodes, "creators", value, (*source, spelled))
    for key, role in ROLES.items():
        if key in node:
            spelled, value = node[key]
            add_people(gathered, nodes, "contributors", value, (*source, spelled), role)


def _funding(gathered: Gathered, nodes: Nodes, node: Fields, source: Path) -> None:
    """Take funders and grants over: a grant that names none is of the only funder there is."""
    spelled, value = node.get("funder", ("", None))
    funders = [
        (path, found)
        for path, item in nodes.each(value, (*source, spelled))
        if (found := organisation(item))
    ]
    single = funders[0][1] if len(funders) == 1 else None
    used: list[JsonObject] = []
    spelled, value = node.get("funding", ("", None))
    for path, item in nodes.each(value, (*source, spelled)):
        grant = fields(item) if isinstance(item, dict) else {}
        giver = grant.get("funder", grant.get("sponsor", ("", None)))[1]
        funder = organisation(nodes.follow(giver, path)[0]) or single
        award = _award(grant, label(item))
        if not funder:
            gathered.lost(
                path,
                f'Who paid "{label(item)}" is not said, and a record needs a funder.',
                'Add "funder": {"@type": "Organization", "name": …}.',
            )
            continue
        used.append(funder)
        entry: JsonObject = {"funder": funder, **({"award": award} if award else {})}
        gathered.add("funding", entry, path, {("award",): ()})
    for path, funder in funders:
        if funder not in used:
            gathered.add("funding", {"funder": funder}, path, {("funder",): ()})


def _award(grant: Fields, name: str) -> JsonObject:
    """Write a grant: its number, its title and its page."""
    number = text(grant, "identifier")
    title = text(grant, "name") or ("" if grant else name)
    page = next(
        (found for key in ("url", "@id") if works.is_address(found := text(grant, key))), ""
    )
    award: JsonObject = {}
    if number and not works.is_address(number):
        award["number"] = number
    if title and title != number:
        award["title"] = {"en": title}
    if page or works.is_address(number):
        award["identifiers"] = [{"scheme": "url", "identifier": page or number}]
        if "number" not in award and "title" not in award:
            award["title"] = {"en": page or number}
    return award


def _related(
    gathered: Gathered, nodes: Nodes, value: JsonValue, source: Path, relation: str
) -> None:
    for path, item in nodes.each(value, source):
        node = fields(item) if isinstance(item, dict) else {}
        written = address(item) or label(item)
        found = works.work(text(node, "identifier")) or works.work(written)
        if found is None:
            if relation in ("references", "isdescribedby") and (said := label(item)):
                gathered.add("references", {"reference": said}, path, {("reference",): ()})
            else:
                gathered.unreadable(path, "an address")
            continue
        if _is_itself(gathered, found):
            continue
        related: JsonObject = {**found, "relation_type": {"id": relation}}
        if kind := next((TYPES[kind] for kind in types(node) if kind in TYPES), None):
            related["resource_type"] = {"id": kind}
        gathered.add("related_identifiers", related, path, {("identifier",): ()})


def _is_itself(gathered: Gathered, found: JsonObject) -> bool:
    """Whether an address is one that the body holds as its own already."""
    own = gathered.pids.get("doi")
    return text_of(found["identifier"]) in (
        gathered.custom_fields.get("code:codeRepository"),
        gathered.reserved_doi,
        own.get("identifier") if isinstance(own, dict) else None,
    )


_TAKERS: dict[str, Callable[[Gathered, Nodes, JsonValue, Path], None]] = {
    "name": _title,
    "alternateName": _other_name,
    "headline": _other_name,
    "description": _description,
    "version": _version,
    "softwareVersion": _version,
    "datePublished": _published,
    **{key: _date(kind) for key, kind in DATES.items()},
    "keywords": _keywords,
    "license": _licence,
    "publisher": _publisher,
    "inLanguage": _languages,
    "identifier": _identifiers,
    "codeRepository": _code_repository,
    "programmingLanguage": _programming,
    "developmentStatus": _status,
}
_READ = frozenset({*_TAKERS, *ROLES, *RELATIONS, "author", "creator", "funder", "funding"})
