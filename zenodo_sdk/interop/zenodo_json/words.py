"""The words of the ``.zenodo.json`` dialect: its keys, and how it spells what InvenioRDM knows."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, get_args

from ...vocabularies import Relation, known

TEXTS: Final = ("title", "description", "publication_date", "imprint_publisher", "version")
"""Keys whose value is text and is stored under the same name, but for the publisher."""

NOT_NULL: Final = frozenset(
    {
        *TEXTS,
        "resource_type",
        "creators",
        "contributors",
        "grants",
        "license",
        "additional_descriptions",
        "locations",
        "keywords",
        "dates",
        "references",
        "language",
        "related_identifiers",
        "alternate_identifiers",
    }
)
"""Keys that the server refuses as null; null at any other key means nothing."""

CUSTOM: Final = MappingProxyType(
    {
        "journal:journal": MappingProxyType(
            {
                "title": "journal_title",
                "volume": "journal_volume",
                "issue": "journal_issue",
                "pages": "journal_pages",
            }
        ),
        "meeting:meeting": MappingProxyType(
            {
                "title": "conference_title",
                "acronym": "conference_acronym",
                "dates": "conference_dates",
                "place": "conference_place",
                "url": "conference_url",
                "session": "conference_session",
                "session_part": "conference_session_part",
            }
        ),
        "imprint:imprint": MappingProxyType(
            {
                "title": "partof_title",
                "pages": "partof_pages",
                "isbn": "imprint_isbn",
                "place": "imprint_place",
            }
        ),
        "thesis:thesis": MappingProxyType({"university": "thesis_university"}),
    }
)
"""Custom field -> its key -> the flat key of the dialect."""

SUB_TYPES: Final = ("publication_type", "image_type", "software_type")

KEYS: Final = frozenset(
    {
        *NOT_NULL,
        *SUB_TYPES,
        *(key for flat in CUSTOM.values() for key in flat.values()),
        "upload_type",
        "thesis_supervisors",
        "notes",
        "method",
        "access_right",
        "embargo_date",
        "access_conditions",
        "doi",
        "prereserve_doi",
        "communities",
        "subjects",
        "custom",
    }
)
"""Every key that the server looks at."""

PERSON_KEYS: Final = frozenset({"name", "affiliation", "orcid", "gnd", "affiliations"})
RELATED_KEYS: Final = frozenset({"identifier", "relation", "resource_type", "scheme"})
ALTERNATE: Final = "isAlternateIdentifier"

_INSTEAD: Final = MappingProxyType(
    {
        "access_rights": "access_right",
        "authors": "creators",
        "author": "creators",
        "date": "publication_date",
        "funding": "grants",
        "licence": "license",
        "orcidid": "orcid",
        "publisher": "imprint_publisher",
        "resource_type": "upload_type",
        "rights": "license",
        "tags": "keywords",
        "type": "upload_type",
        "url": "related_identifiers",
    }
)
"""What writers of an unknown key most likely mean."""

_RELATION_OF: Final[dict[str, str]] = {word.lower(): word for word in get_args(Relation)}


def relation_word(id: str) -> str:
    """Spell a relation as the dialect does: ``ispartof`` is ``isPartOf``."""
    return _RELATION_OF.get(id, id)


def role_word(id: str) -> str:
    """Spell a role as the dialect does: ``datacurator`` is ``DataCurator``."""
    title = known("roles").get(id)
    return id if title is None else title.title().replace(" ", "")


def meant(key: str, known: frozenset[str]) -> str | None:
    """Tell which known key the writer of an unknown one may have meant.

    Example:
        >>> meant("oricid", PERSON_KEYS)
        'orcid'
    """
    if len(key) > 40:
        return None
    word = key.strip().lower().replace("-", "_").replace(" ", "_")
    if word in known:
        return word
    if (instead := _INSTEAD.get(word)) in known:
        return instead
    close = get_close_matches(word, known, n=1, cutoff=0.82)
    return close[0] if close else None
