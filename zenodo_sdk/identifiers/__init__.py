"""Identifiers that people paste: of records, of people, of works."""

from __future__ import annotations

from ._records import InvalidIdentifier, RecordRef, normal_orcid, parse_record_ref

__all__ = ["InvalidIdentifier", "RecordRef", "normal_orcid", "parse_record_ref"]
