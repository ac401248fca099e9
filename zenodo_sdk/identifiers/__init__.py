"""Identifiers that people paste: of records, of people, of works.

`parse` takes any spelling and gives the one that is stored; `schemes` knows the server's rules;
`url_of` gives the address at which a browser opens an identifier.
"""

from __future__ import annotations

from .parsing import InvalidIdentifier, normal_orcid, parse
from .records import RecordRef, parse_record_ref
from .urls import url_of

__all__ = [
    "InvalidIdentifier",
    "RecordRef",
    "normal_orcid",
    "parse",
    "parse_record_ref",
    "url_of",
]
