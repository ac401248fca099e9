"""The vocabularies as they were on the day they were taken: files, read when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "date_types",
    "description_types",
    "development_statuses",
    "languages",
    "licenses",
    "programming_languages",
    "relations",
    "removal_reasons",
    "resource_types",
    "roles",
    "subject_schemes",
    "title_types",
]
"""A vocabulary of which the SDK has a list."""

Table: TypeAlias = Literal["funders", "legacy_licenses"]
"""A table that says what words of Zenodo's older API mean."""


class About(NamedTuple):
    """Where a list comes from.

    Attributes:
        source: What it was read from.
        date: The day on which it was read, as YYYY-MM-DD.
    """

    source: str
    date: str


@cache
def document(name: Kind | Table) -> Mapping[str, Any]:
    """Read one file of the package."""
    file = files("zenodo_sdk.vocabularies") / "data" / f"{name}.json"
    return MappingProxyType(json.loads(file.read_text(encoding="utf-8")))


@cache
def known(kind: Kind) -> Mapping[str, str]:
    """List what a vocabulary held on the day of :func:`about`: English titles by id.

    It is Zenodo's list. Vocabularies grow, and another InvenioRDM repository may have its own:
    an id that is missing here is a reason to warn its writer, never to refuse what a server sent.

    Args:
        kind: Which vocabulary.

    Returns:
        A mapping that cannot be changed, in the order of the ids. The ids are spelled as servers
        send them, so those of relations are in lower case.

    Example:
        >>> known("licenses")["cc-by-4.0"]
        'Creative Commons Attribution 4.0 International'
        >>> "isCitedBy".lower() in known("relations")
        True
    """
    return MappingProxyType(document(kind)["terms"])


def about(kind: Kind | Table) -> About:
    """Tell where a list comes from, and of which day it is.

    Args:
        kind: Which vocabulary, or which table of the older API.

    Returns:
        Its source and its date.

    Example:
        >>> about("licenses").source
        'zenodo-rdm v25.2.5 and InvenioRDM 14.0.5'
    """
    found = document(kind)
    return About(found["source"], found["date"])
