"""BibTeX."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass

from ..answers import Json
from .common import (
    archived_id,
    custom,
    doi_of,
    listed,
    names,
    part,
)
from .libraries import date_parts

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SPECIAL = re.compile(r"([&%$_#])")
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"}
)
_WIDTH = 50


@dataclass(frozen=True)
class Entry:
    """A type of entry.

    Args:
        name: Its name.
        required: The fields without which a record becomes another type of entry.
        optional: The fields that follow.
    """

    name: str
    required: str
    optional: str

    def fields(self) -> list[str]:
        """The fields in the order in which they are written."""
        return f"{self.required} {self.optional}".split()


_SELF = "author title month year note publisher version doi url"
_MISC = Entry("misc", "", _SELF)
_UNPUBLISHED = Entry("unpublished", "author title note", "month year doi url")
_THESIS = Entry("phdthesis", "author title school year", "address month note doi url")
_ENTRIES = {
    "publication-conferencepaper": [
        Entry(
            "inproceedings",
            "author title booktitle year",
            "pages publisher address month note venue doi url",
        )
    ],
    "publication-conferenceproceeding": [
        Entry("proceedings", "title year", "publisher address month note doi url")
    ],
    "publication-book": [
        Entry("book", "author title publisher year", "volume address month note doi url"),
        Entry("booklet", "title", "author address month year note doi url"),
    ],
    "publication-section": [
        Entry(
            "incollection",
            "author title booktitle year publisher",
            "pages address month editor volume number series doi url",
        ),
        Entry(
            "inbook",
            "author title pages year publisher",
            "address month editor edition volume number series note doi url",
        ),
    ],
    "publication-article": [
        Entry("article", "author title journal year", "volume number pages month note doi url")
    ],
    "publication-preprint": [_UNPUBLISHED],
    "publication-workingpaper": [_UNPUBLISHED],
    "publication-thesis": [_THESIS],
    "publication-dissertation": [_THESIS],
    "publication-technicalnote": [
        Entry("manual", "title", "author address month year note doi url")
    ],
    "software": [Entry("software", "", f"{_SELF} swhid")],
    "dataset": [Entry("dataset", "", _SELF)],
}


def bibtex(document: Json) -> str:
    """The record as one entry."""
    values = _values(document)
    candidates = _ENTRIES.get(document["metadata"]["resource_type"]["id"], [])
    entry = next(
        (each for each in candidates if all(values.get(name) for name in each.required.split())),
        _MISC,
    )
    rows = "".join(
        _row(name, value) for name in entry.fields() if (value := values.get(name)) is not None
    )
    escaped = _SPECIAL.sub(r"\\\1", rows)
    return f"@{entry.name}{{{_key(document)},\n{escaped}}}"


def _values(document: Json) -> dict[str, str | list[str] | None]:
    metadata = document["metadata"]
    journal, imprint = custom(document, "journal:journal"), custom(document, "imprint:imprint")
    day = (date_parts(metadata.get("publication_date")) or [[]])[0]
    doi = doi_of(document)
    return {
        "address": _places(metadata) or None,
        "author": names(listed(metadata, "creators")) or None,
        "publisher": metadata.get("publisher") or None,
        "title": metadata.get("title") or None,
        "year": day[0] if day else None,
        "month": _MONTHS[int(day[1]) - 1] if len(day) > 1 else None,
        "doi": doi,
        "url": f"https://doi.org/{doi}" if doi else None,
        "version": metadata.get("version"),
        "school": part(document, "custom_fields").get("thesis:university"),
        "journal": journal.get("title"),
        "volume": journal.get("volume"),
        "number": journal.get("issue"),
        "booktitle": imprint.get("title"),
        "pages": imprint.get("pages"),
        "venue": custom(document, "meeting:meeting").get("place"),
        "swhid": archived_id(document),
    }


def _places(metadata: Json) -> list[str]:
    places: list[str] = []
    for feature in listed(part(metadata, "locations"), "features"):
        place, told = feature.get("place"), feature.get("description")
        geometry = part(feature, "geometry")
        text = (f"name={place}; " if place else "") + (f"description={told}" if told else "")
        if geometry.get("type") == "Point":
            first, second = geometry["coordinates"][:2]
            text += f"; lat={first}; lon={second}"
        places.append(text)
    return places


def _row(name: str, value: str | list[str]) -> str:
    start = f"  {name:<12} = "
    if name == "author":
        people = f" and\n{'':<18}".join(value)
        return f"{start}{{{people}}},\n"
    if isinstance(value, str):
        value = value.strip()
    if len(value) > _WIDTH and isinstance(value, str):
        first, *more = textwrap.wrap(value, _WIDTH)
        lines = "".join(f"{'':<19}{line}\n" for line in more)
        return f"{start}{{{first}\n{lines}{'':<18}}},\n"
    bare = name == "month" or (name != "url" and isinstance(value, str) and value.isdigit())
    return f"{start}{value},\n" if bare else f"{start}{{{value}}},\n"


def _key(document: Json) -> str:
    creators = listed(document["metadata"], "creators")
    if not creators:
        return str(document["id"])
    person = creators[0]["person_or_org"]
    year = _values(document)["year"]
    name = _slug(person.get("family_name", person["name"]))
    return "_".join(str(part) for part in (name, year, document["id"]) if part is not None)


def _slug(name: str) -> str:
    """A name in plain letters and digits; letters of other scripts are left out."""
    spelled = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    letters = spelled.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:40].strip("_")
