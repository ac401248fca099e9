"""References of CITATION.cff: what a record cites, and how that reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from ...types import JsonObject, Path
from ..common import works
from ..common.gathering import Gathered
from ..common.values import EMPTY, each, text_of
from .words import CITED_KEYS, TYPES, UNKNOWN

_MOST_NAMES = 20
"""Authors that a citation names before it says "et al."."""


def add_reference(gathered: Gathered, item: JsonValue, source: Path, relation: str) -> None:
    """Take one reference over: as a text, and as a related identifier where it has one.

    Args:
        gathered: The body that grows.
        item: The reference.
        source: Where it stands.
        relation: How the work is related to it.
    """
    if not isinstance(item, dict):
        if text := text_of(item):
            gathered.add("references", {"reference": text}, source)
        elif item is not None:
            gathered.unreadable(source, "a reference")
        return
    found = next(_identifiers(item), None)
    text = citation(item)
    if text:
        reference: JsonObject = {"reference": text}
        if found is not None:
            reference |= found[1]
        gathered.add("references", reference, source)
    if found is not None:
        related: JsonObject = {**found[1], "relation_type": {"id": relation}}
        if kind := TYPES.get(text_of(item.get("type"))):
            related["resource_type"] = {"id": kind}
        gathered.add("related_identifiers", related, source, {("identifier",): found[0]})
    left = [key for key, value in item.items() if key not in CITED_KEYS and value not in EMPTY]
    if left:
        gathered.lost(
            source,
            f"A record keeps the citation of this work, not its {', '.join(map(str, left))}.",
        )


def _identifiers(item: Mapping[str, JsonValue]) -> Iterator[tuple[Path, JsonObject]]:
    """Go through the identifiers of a work, the best first."""
    for key, scheme in (("doi", "doi"), ("pmcid", ""), ("isbn", "isbn")):
        if (text := text_of(item.get(key))) and (found := works.work(text, scheme)):
            yield (key,), found
    for path, part in each(item.get("identifiers"), ("identifiers",)):
        if isinstance(part, dict) and (text := text_of(part.get("value"))):
            kind = text_of(part.get("type"))
            if found := works.work(text, kind if kind in ("doi", "url") else ""):
                yield (*path, "value"), found
    for key in ("url", "repository-code", "repository"):
        if (text := text_of(item.get(key))) and (found := works.work(text, "url")):
            yield (key,), found


def citation(item: Mapping[str, JsonValue]) -> str:
    """Write a reference as one sentence.

    Example:
        >>> citation({"authors": [{"family-names": "Druskat", "given-names": "S."}],
        ...           "title": "Citation File Format", "year": "2021", "doi": "10.5281/zenodo.1"})
        'Druskat, S. (2021). Citation File Format. https://doi.org/10.5281/zenodo.1'
    """
    people = [name for _, person in each(item.get("authors"), ()) if (name := _name(person))]
    if item.get("authors") == [UNKNOWN]:
        people = []
    names = "; ".join(people[:_MOST_NAMES]) + (" et al." if len(people) > _MOST_NAMES else "")
    years = (text_of(item.get(key))[:4] for key in ("year", "date-published", "date-released"))
    year = next(filter(None, years), "")
    title, version = text_of(item.get("title")), text_of(item.get("version"))
    head = " ".join(part for part in (names, f"({year})" if year else "") if part)
    named = f"{title} (version {version})" if title and version else title
    address = _address(item)
    parts = [head, named, _published_in(item)]
    # a title that was a whole citation ends with the address
    if not address or not title.endswith(address):
        parts.append(address)
    sentences = [part for part in parts if part]
    return " ".join([*(_ended(part) for part in sentences[:-1]), *sentences[-1:]])


def _address(item: Mapping[str, JsonValue]) -> str:
    """Tell where the work is: its DOI, or a page."""
    doi = text_of(item.get("doi"))
    if found := works.doi(doi):
        return f"https://doi.org/{found}"
    pages = (text_of(item.get(key)) for key in ("url", "repository-code", "repository"))
    return next(filter(None, (doi, *pages)), "")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) or text.startswith("http") else f"{text}."


def _name(person: JsonValue) -> str:
    if not isinstance(person, dict):
        return text_of(person)
    word = {key: text_of(value) for key, value in person.items()}
    family = " ".join(filter(None, (word.get("name-particle"), word.get("family-names"))))
    whole = ", ".join(filter(None, (family, word.get("given-names"))))
    return whole or word.get("name", "") or word.get("alias", "")


def _published_in(item: Mapping[str, JsonValue]) -> str:
    """Write where it appeared: the journal or collection, volume, issue and pages."""
    holder = text_of(item.get("journal")) or text_of(item.get("collection-title"))
    volume, issue = text_of(item.get("volume")), text_of(item.get("issue"))
    start, end = text_of(item.get("start")), text_of(item.get("end"))
    span = f"{start}-{end}" if start and end else start or text_of(item.get("pages"))
    publisher = item.get("publisher") or item.get("institution")
    number = f"{volume}({issue})" if volume and issue else volume or issue
    parts = [holder, number, span] if holder else []
    parts.append(_name(publisher) if publisher is not None else "")
    return ", ".join(part for part in parts if part)
