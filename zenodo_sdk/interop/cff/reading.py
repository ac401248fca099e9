"""Reading CITATION.cff."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common import licences, works
from ..common.gathering import Gathered
from ..common.prose import as_html
from ..common.values import EMPTY, each, text_of
from ..imported import Imported
from .people import add_people
from .references import add_reference
from .words import CODE_HOSTS, FIELDS, KEYS, PREFERRED, REFERENCE, RELATED

_ALL_VERSIONS = re.compile(r"concept|all versions|latest", re.IGNORECASE)
_SPLIT = re.compile("[,;]")


def read(document: Mapping[str, JsonValue], *, today: date | None = None) -> Imported:
    """Tell a CITATION.cff as a body for the server.

    As on Zenodo, a file without a date gets today's, and the publisher is Zenodo. A DOI that
    Zenodo registered (of an earlier version, or of all versions) is handed over beside the body:
    no new record may carry it. No licence is added where none is named.

    Args:
        document: The file's content.
        today: The day that a file without a date gets; default today in UTC.

    Returns:
        The body, and everything that could not be taken over.

    Example:
        >>> found = read({"title": "Soil tools", "date-released": "2026-01-02",
        ...               "authors": [{"family-names": "Okafor", "given-names": "Ada"}]})
        >>> found.body["metadata"]["creators"][0]["person_or_org"]["family_name"]
        'Okafor'
    """
    gathered = Gathered("CITATION.cff")
    gathered.expect(FIELDS)
    _kind(gathered, document)
    for key, take in _TAKERS.items():
        if (value := document.get(key)) not in EMPTY:
            take(gathered, value, (key,))
    for key, value in document.items():
        if value not in EMPTY and key == "commit":
            gathered.unplaced((key,))
        elif value not in EMPTY and key not in KEYS:
            gathered.lost((key,), f"`{key}` is no key of CITATION.cff.", "Delete it.")
    _licence_address(gathered, document)
    _repositories(gathered, document)
    gathered.defaults(today)
    return gathered.imported()


def _kind(gathered: Gathered, document: Mapping[str, JsonValue]) -> None:
    """Read the type: software where none is named, as the format says."""
    kind = text_of(document.get("type"))
    if kind not in ("", "software", "dataset"):
        gathered.say(
            ("type",),
            "unknown-term",
            f'"{kind}" is no type of CITATION.cff; the record becomes software.',
            "Write software or dataset.",
            "changed",
        )
    known = kind if kind in ("software", "dataset") else "software"
    gathered.metadata["resource_type"] = {"id": known}
    if "type" in document:
        gathered.origin["metadata", "resource_type"] = ("type",)
        gathered.origin["metadata", "resource_type", "id"] = ("type",)


def _plain(
    name: str, as_written: Callable[[str], str] = str
) -> Callable[[Gathered, JsonValue, Path], None]:
    """Make the taker of a key whose value is a text."""

    def take(gathered: Gathered, value: JsonValue, source: Path) -> None:
        if text := text_of(value):
            gathered.put(name, as_written(text), source)
        elif isinstance(value, (dict, list)):
            gathered.unreadable(source, "a text")

    return take


def _message(gathered: Gathered, value: JsonValue, source: Path) -> None:
    if text := text_of(value):
        note: JsonObject = {"description": as_html(text), "type": {"id": "notes"}}
        gathered.add("additional_descriptions", note, source, {("description",): ()})
    elif isinstance(value, (dict, list)):
        gathered.unreadable(source, "a text")


def _authors(gathered: Gathered, value: JsonValue, source: Path) -> None:
    add_people(gathered, "creators", value, source)


def _contact(gathered: Gathered, value: JsonValue, source: Path) -> None:
    add_people(gathered, "contributors", value, source, role="contactperson")


def _keywords(gathered: Gathered, value: JsonValue, source: Path) -> None:
    if isinstance(value, str):
        gathered.say(
            source,
            "wrong-type",
            "Keywords are a list; this text is taken apart at its commas.",
            "Write each keyword on a line of its own, with - before it.",
            "changed",
        )
        value = [word for part in _SPLIT.split(value) if (word := part.strip())]
    for path, item in each(value, source):
        if text := text_of(item):
            # a text that was taken apart has no items to point at
            gathered.add("subjects", {"subject": text}, path, {("subject",): ()})
        elif item is not None and item != "":
            gathered.unreadable(path, "a keyword")


def _licences_of(gathered: Gathered, value: JsonValue, source: Path) -> None:
    for path, item in each(value, source):
        text = text_of(item)
        if not text:
            if item not in (None, ""):
                gathered.unreadable(path, "the id of a licence")
            continue
        parts = [text] if licences.find(text) else licences.parts_of(text)
        ids = [found for part in parts if (found := licences.find(part))]
        if len(ids) < len(parts):
            gathered.add("rights", licences.custom(text), path)
            gathered.say(
                path,
                "unknown-term",
                f'Zenodo knows no licence "{text}"; the record shows it as a licence of its own.',
                "Write the SPDX id of the licence if it has one.",
                "changed",
            )
            continue
        for found in ids:
            gathered.add("rights", {"id": found}, path, {("id",): ()})
        if len(ids) > 1:
            gathered.say(
                path,
                "text-changed",
                "A record lists these licences; it does not say whether one may be chosen.",
                "Say it in the description.",
                "changed",
            )


def _licence_address(gathered: Gathered, document: Mapping[str, JsonValue]) -> None:
    """Use the address of the licence text where ``license`` names no licence, or an unknown one."""
    link, source = text_of(document.get("license-url")), ("license-url",)
    if not link:
        return
    rights = gathered.metadata.get("rights")
    listed = rights if isinstance(rights, list) else []
    known = licences.find(link)
    unnamed = [right for right in listed if isinstance(right, dict) and "id" not in right]
    if {"id": known} in listed:
        return
    if len(unnamed) == 1 and "link" not in unnamed[0]:
        unnamed[0]["link"] = link
        gathered.origin["metadata", "rights", listed.index(unnamed[0]), "link"] = source
    elif not listed:
        right: JsonObject = {"id": known} if known else licences.custom(link)
        gathered.add("rights", right, source)
    else:
        gathered.lost(source, "A record links the text of a known licence by itself.")


def _own_doi(gathered: Gathered, value: JsonValue, source: Path) -> None:
    text = text_of(value)
    found = works.doi(text)
    if found is None:
        gathered.lost(
            source, f'"{text}" is no DOI and is left out.', "Write it as 10.1234/abc, or delete it."
        )
    elif works.is_zenodos(found):
        gathered.reserved_doi = found
    else:
        gathered.take_doi(found, source)


def _identifiers(gathered: Gathered, value: JsonValue, source: Path) -> None:
    registered = gathered.pids.get("doi")
    own = {"scheme": "doi", **registered} if isinstance(registered, dict) else None
    if own:
        del own["provider"]
    for path, item in each(value, source):
        if not isinstance(item, dict):
            gathered.unreadable(path, "an identifier with type and value")
            continue
        text, kind = text_of(item.get("value")), text_of(item.get("type"))
        about = text_of(item.get("description"))
        if not text:
            gathered.lost(path, "This identifier has no value.", "Write it, or delete the entry.")
            continue
        found = works.work(text, kind if kind in ("doi", "url") else "")
        place: dict[Path, Path] = {("identifier",): ("value",)}
        if own is not None and found == own:
            continue
        if found is not None and works.is_zenodos(text_of(found["identifier"])):
            _zenodos(gathered, found, about, path)
        else:
            alternate = found or {"scheme": "other", "identifier": text}
            gathered.add("identifiers", alternate, path, place)
        if about:
            gathered.unplaced((*path, "description"))


def _zenodos(gathered: Gathered, found: JsonObject, about: str, path: Path) -> None:
    """Place a DOI of Zenodo's: that of all versions is related, the first other one reserved."""
    value = text_of(found["identifier"])
    if value == gathered.reserved_doi:
        return
    if _ALL_VERSIONS.search(about):
        related: JsonObject = {**found, "relation_type": {"id": "isversionof"}}
        gathered.add("related_identifiers", related, path, {("identifier",): ("value",)})
    elif gathered.reserved_doi is None:
        gathered.reserved_doi = value
    else:
        gathered.add("identifiers", found, path, {("identifier",): ("value",)})


def _preferred(gathered: Gathered, value: JsonValue, source: Path) -> None:
    add_reference(gathered, value, source, PREFERRED)


def _references(gathered: Gathered, value: JsonValue, source: Path) -> None:
    for path, item in each(value, source):
        add_reference(gathered, item, path, REFERENCE)


def _repositories(gathered: Gathered, document: Mapping[str, JsonValue]) -> None:
    """Place the addresses: the source code has a field, other pages are related."""
    code, source = text_of(document.get("repository-code")), ("repository-code",)
    other = text_of(document.get("repository"))
    if not code and any(f"//{host}/" in other.lower() for host in CODE_HOSTS):
        code, source = other, ("repository",)
    if code:
        gathered.custom("code:codeRepository", code, source)
    for key, relation in RELATED.items():
        address = text_of(document.get(key))
        if isinstance(document.get(key), (dict, list)):
            gathered.unreadable((key,), "an address")
        if not address or address.rstrip("/") == code.rstrip("/"):
            continue
        found = works.work(address, "url")
        if found is None:
            gathered.unreadable((key,), "an address (https://…)")
            continue
        if works.is_zenodos(text_of(found["identifier"])):
            _zenodos(gathered, found, "", (key,))
            continue
        related: JsonObject = {**found, "relation_type": {"id": relation}}
        gathered.add("related_identifiers", related, (key,), {("identifier",): ()})


_TAKERS: dict[str, Callable[[Gathered, JsonValue, Path], None]] = {
    "title": _plain("title"),
    "abstract": _plain("description", as_html),
    "version": _plain("version"),
    "date-released": _plain("publication_date"),
    "message": _message,
    "authors": _authors,
    "contact": _contact,
    "keywords": _keywords,
    "license": _licences_of,
    "doi": _own_doi,
    "identifiers": _identifiers,
    "preferred-citation": _preferred,
    "references": _references,
}
