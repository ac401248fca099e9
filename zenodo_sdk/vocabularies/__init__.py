"""The controlled vocabularies: words that a caller writes, and what the servers know.

They are checked when a caller writes them and never when a server sends them: vocabularies
grow, and every InvenioRDM repository may have its own. A word that is not listed is passed on
when wrapped in :class:`Term`.
"""

from __future__ import annotations

from ._words import (
    DATE_TYPES,
    DESCRIPTION_TYPES,
    LANGUAGES,
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
    "RELATIONS",
    "RESOURCE_TYPES",
    "ROLES",
    "TITLE_TYPES",
    "DateType",
    "DescriptionType",
    "Relation",
    "ResourceType",
    "Role",
    "Term",
    "TitleType",
]
