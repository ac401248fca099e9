"""The controlled vocabularies: words that a caller writes, and what the servers know.

The words that a program writes often are types of this package, for completion. The whole lists
lie beside it as data, with the day on which they were taken, and are read when first asked for.

They are checked when a caller writes them and never when a server sends them: vocabularies
grow, and every InvenioRDM repository may have its own. A word that is not listed is passed on
when wrapped in :class:`Term`.
"""

from __future__ import annotations

from ._data import About, Kind, Table, about, known
from ._legacy import free_text_licence, funder_ror, language_id, legacy_licence_id, licence_id
from ._words import (
    DATE_TYPES,
    DESCRIPTION_TYPES,
    LANGUAGES,
    NOT_DEPOSITABLE,
    RELATIONS,
    RESOURCE_TYPES,
    ROLES,
    TITLE_TYPES,
    DateType,
    DescriptionType,
    Relation,
    ResourceType,
    Role,
    Term,
    TitleType,
)

__all__ = [
    "DATE_TYPES",
    "DESCRIPTION_TYPES",
    "LANGUAGES",
    "NOT_DEPOSITABLE",
    "RELATIONS",
    "RESOURCE_TYPES",
    "ROLES",
    "TITLE_TYPES",
    "About",
    "DateType",
    "DescriptionType",
    "Kind",
    "Relation",
    "ResourceType",
    "Role",
    "Table",
    "Term",
    "TitleType",
    "about",
    "free_text_licence",
    "funder_ror",
    "known",
    "language_id",
    "legacy_licence_id",
    "licence_id",
    "suggest",
]

_LONGEST = 200


def suggest(kind: Kind, word: str) -> list[str]:
    """Name the terms that somebody may have meant.

    Ids and English titles are compared, whatever their case and punctuation; so are the historic
    ids and the addresses of licences, and codes of languages with a country or of libraries.

    Args:
        kind: Which vocabulary.
        word: What was written. Only its first 200 characters count.

    Returns:
        At most five ids, the likeliest first; none if nothing is near.

    Example:
        >>> suggest("licenses", "BSD 3-Clause License")[0]
        'bsd-3-clause'
        >>> suggest("licenses", "GPLv3")[:2]
        ['gpl-3.0-only', 'gpl-3.0-or-later']
        >>> suggest("roles", "Data Collecter")
        ['datacollector']
    """
    from ._suggest import suggested

    return list(suggested(kind, word[:_LONGEST]))
