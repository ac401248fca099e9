"""The ``ui`` part of a record: its metadata put in words for a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_date

from ..answers import Json
from .common import filled, part, pick, site
from .libraries import date_parts, date_words, plain

_ACCESS = {
    "open": ("Open", "unlock", ""),
    "embargoed": ("Embargoed", "outline clock", "warning"),
    "restricted": ("Restricted", "ban", "negative"),
    "metadata-only": ("Metadata-only", "tag", ""),
}
_MEETING = ("acronym", "dates", "place", "session_part", "session", "title", "url")
_SAFE = "!$'()*,/:;?@"
_PUBLIC_FILES_RESTRICTED = "The record is publicly accessible, but files are restricted"


def ui(document: Json, *, locale: str = "en", guest_url: str | None = None) -> Json:
    """The ``ui`` part of a record or draft.

    Args:
        document: The record as the server sends it, vocabulary titles included.
        locale: The language of the words.
        guest_url: The address that was asked for, if nobody is logged in.
    """
    metadata = document["metadata"]
    published = metadata.get("publication_date")

    def many(shape: Callable[[Json, str], Json], field: str) -> list[Json] | None:
        entries = metadata.get(field)
        return None if entries is None else [shape(entry, locale) for entry in entries]

    fields: Json = {
        "publication_date_l10n_medium": _edtf(published, "medium", locale),
        "publication_date_l10n_long": _edtf(published, "long", locale),
        "created_date_l10n_long": _day(document.get("created"), locale),
        "updated_date_l10n_long": _day(document.get("updated"), locale),
        "resource_type": _titled(metadata["resource_type"], locale)
        if "resource_type" in metadata
        else None,
        "additional_titles": many(_title, "additional_titles"),
        "custom_fields": _custom_fields(document.get("custom_fields"), locale),
        "publishing_information": _publishing(document),
        "conference": _conference(part(document, "custom_fields")),
        "access_status": _access_status(document, locale, guest_url),
        "creators": _people(metadata.get("creators"), "creators", locale),
        "contributors": _people(metadata.get("contributors"), "contributors", locale),
        "languages": many(_titled, "languages"),
        "description_stripped": _description(metadata),
        "version": metadata.get("version") or f"v{document['versions']['index']}",
        "related_identifiers": many(_related, "related_identifiers"),
        "additional_descriptions": many(_additional_description, "additional_descriptions"),
        "dates": many(_date, "dates"),
        "rights": many(_right, "rights"),
        "is_draft": document.get("is_draft"),
        "funding": many(_funding, "funding"),
        "locations": _locations(metadata.get("locations")),
    }
    return filled(fields)


def localized(texts: Json, locale: str) -> Any:
    """The text in a language, else in English, else in any."""
    language = locale.partition("_")[0]
    for wanted in (locale, language, "en"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()))


def _edtf(written: str | None, form: str, locale: str) -> str | None:
    return date_words(written, form, locale) if written else None


def _day(moment: str | None, locale: str) -> str | None:
    if not moment:
        return None
    return format_date(datetime.fromisoformat(moment).date(), format="long", locale=locale)


def _description(metadata: Json) -> str | None:
    return plain(metadata["description"]) if "description" in metadata else None


def _l10n(entry: Json, locale: str, *keys: str) -> Json:
    """Entries with texts in several languages lose all but one, and gain a suffix."""
    return {
        f"{key}_l10n" if isinstance(entry[key], dict) else key: localized(entry[key], locale)
        if isinstance(entry[key], dict)
        else entry[key]
        for key in keys
        if key in entry
    }


def _titled(entry: Json, locale: str) -> Json:
    return _l10n(entry, locale, "id", "title")


def _with_terms(entry: Json, locale: str, *keys: str) -> Json:
    """The keys of an entry; those that are terms of a vocabulary with their titles."""
    return {
        key: _titled(entry[key], locale) if isinstance(entry[key], dict) else entry[key]
        for key in keys
        if key in entry
    }


def _title(entry: Json, locale: str) -> Json:
    return _with_terms(entry, locale, "title", "type", "lang")


def _additional_description(entry: Json, locale: str) -> Json:
    return _with_terms(entry, locale, "description", "type", "lang")


def _related(entry: Json, locale: str) -> Json:
    return _with_terms(entry, locale, "identifier", "relation_type", "scheme", "resource_type")


def _date(entry: Json, locale: str) -> Json:
    fields = _with_terms(entry, locale, "date", "type", "description")
    if "description" in fields:
        fields["description"] = plain(fields["description"])
    return fields


def _right(entry: Json, locale: str) -> Json:
    words = _l10n(entry, locale, "id", "title", "description")
    return words | pick(entry, "icon", "link", "props")


def _funding(entry: Json, locale: str) -> Json:
    award, funder = entry.get("award"), entry.get("funder")
    fields: Json = {}
    if award is not None:
        fields["award"] = _l10n(award, locale, "id", "title", "description") | pick(
            award,
            "number",
            "acronym",
            "program",
            "funder",
            "subjects",
            "identifiers",
            "organizations",
        )
    if funder is not None:
        fields["funder"] = _l10n(funder, locale, "id", "title", "description") | pick(
            funder, "props", "name", "country", "country_name", "identifiers"
        )
    return fields


def _locations(locations: Json | None) -> Json | None:
    if locations is None:
        return None
    return {"features": [_feature(feature) for feature in locations["features"]]}


def _feature(feature: Json) -> Json:
    fields = pick(feature, "place", "description", "geometry", "identifiers")
    if "identifiers" in fields:
        fields["identifiers"] = [
            pick(each, "scheme", "identifier") for each in fields["identifiers"]
        ]
    if "geometry" in fields:
        geometry = fields["geometry"]
        known = geometry["type"] in ("Point", "Polygon")
        fields["geometry"] = {
            "type": geometry["type"],
            "coordinates": geometry["coordinates"] if known else None,
        }
    return fields


def _people(people: list[Json] | None, name: str, locale: str) -> Json | None:
    """Persons whose affiliations are numbers in one common list."""
    if not people:
        return None
    numbered: list[list[Any]] = []
    numbers: dict[Any, int] = {}

    def number(affiliation: Json) -> list[Any]:
        called = affiliation.get("name")
        if called not in numbers:
            numbers[called] = len(numbered) + 1
            numbered.append([numbers[called], called, affiliation.get("id")])
        return [numbers[called], called]

    shown: list[Json] = []
    for person in people:
        fields = dict(person)
        if "affiliations" in person:
            fields["affiliations"] = [number(each) for each in person["affiliations"]]
        if "title" in part(person, "role"):
            title = localized(person["role"]["title"], locale)
            fields["role"] = person["role"] | {"title": title}
        shown.append(fields)
    return {name: shown, "affiliations": numbered}


def _access_status(document: Json, locale: str, guest_url: str | None) -> Json | None:
    access = document.get("access")
    if not access:
        return None
    title, icon, emphasis = _ACCESS[access["status"]]
    until = part(access, "embargo").get("until")
    ends = _edtf(until, "long", locale)
    return {
        "id": access["status"],
        "title_l10n": title,
        "description_l10n": _access_words(document, ends, guest_url),
        "icon": icon,
        "embargo_date_l10n": ends,
        "message_class": emphasis,
    }


def _access_words(document: Json, ends: str | None, guest_url: str | None) -> str:
    access = document["access"]
    has_files = part(document, "files").get("enabled", False)
    hidden = access["record"] == "restricted"
    whole = "The record and files" if has_files else "The record"
    if access["status"] == "open":
        return "The record and files are publicly accessible."
    if access["status"] == "metadata-only":
        return "No files are available for this record."
    if access["status"] == "embargoed":
        return f"{whole if hidden else 'The files'} will be made publicly available on {ends}."
    if hidden:
        return f"{whole} {'are' if has_files else 'is'} restricted to users with access."
    if guest_url is None:
        return f"{_PUBLIC_FILES_RESTRICTED} to users with access."
    login = f"{site(document)}/account/settings/login?next={quote(guest_url, safe=_SAFE)}"
    return f'{_PUBLIC_FILES_RESTRICTED}. <a href="{login}">Log in</a> to check if you have access.'


def _custom_fields(fields: Json | None, locale: str) -> Json | None:
    return None if fields is None else {key: _shown(fields[key], locale) for key in fields}


def _shown(value: Any, locale: str) -> Any:
    if isinstance(value, list):
        return [_shown(each, locale) for each in value]
    if isinstance(value, dict) and isinstance(value.get("title"), dict):
        return _titled(value, locale)
    return value


def _conference(fields: Json) -> Json | None:
    meeting = fields.get("meeting:meeting")
    return None if meeting is None else pick(meeting, *_MEETING)


def _publishing(document: Json) -> Json | None:
    fields = part(document, "custom_fields")
    metadata = document["metadata"]
    journal, imprint = fields.get("journal:journal"), fields.get("imprint:imprint")
    thesis = fields.get("thesis:thesis") or fields.get("thesis:university")
    words: Json = {}
    if journal:
        words["journal"] = _journal(journal, metadata.get("publication_date"))
    if imprint and metadata.get("publisher"):
        words["imprint"] = _imprint(imprint)
    if thesis:
        words["thesis"] = _thesis(thesis)
    return words or None


def _journal(journal: Json, published: str | None) -> str:
    parts = date_parts(published)
    volume, issue, issn = journal.get("volume"), journal.get("issue"), journal.get("issn")
    number = f"{volume}({issue})" if volume and issue else volume or issue
    year = str(int(parts[0][0])) if parts else None
    pieces = (journal.get("title"), number, journal.get("pages"), issn and f"ISSN: {issn}", year)
    return ", ".join(piece for piece in pieces if piece) + "."


def _imprint(imprint: Json) -> str:
    title, pages, edition = imprint.get("title"), imprint.get("pages"), imprint.get("edition")
    if title and edition:
        title = f"{title} {edition} ed."
    place, isbn = imprint.get("place"), imprint.get("isbn")
    book = ", ".join(piece for piece in (title, pages) if piece)
    pieces = (book and f"{book}.", place and f"{place}.", isbn and f"ISBN: {isbn}.")
    return " ".join(piece for piece in pieces if piece)


def _thesis(thesis: Json | str) -> str:
    if isinstance(thesis, str):
        return thesis
    university, department = thesis.get("university"), thesis.get("department")
    if university and department:
        university = f"{university} ({department})"
    submitted, defended = thesis.get("date_submitted"), thesis.get("date_defended")
    pieces = (
        university or department,
        thesis.get("type"),
        submitted and f"Submitted: {submitted}",
        defended and f"Defended: {defended}",
    )
    return ", ".join(piece for piece in pieces if piece)
