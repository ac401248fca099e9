"""Other names of fields: those of the old Zenodo, and those that are kept from people."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from luqum import tree as syntax

from ..profiles import Profile
from .kinds import Kind
from .matching import bad_syntax

_CREATOR, _CONTRIBUTOR = "metadata.creators", "metadata.contributors"
_TYPE = "metadata.resource_type.props"
_ALIASES = {
    "resource_type.type": f"{_TYPE}.type",
    "resource_type.subtype": f"{_TYPE}.subtype",
    "type": f"{_TYPE}.type",
    "access_right": "access.status",
    "embargodate": "access.embargo.until",
    "alternate.identifier": "metadata.identifiers.identifier",
    "alternate.scheme": "metadata.identifiers.scheme",
    "communities": "parent.communities.ids",
    "doi": "pids.doi.identifier",
    "conceptdoi": "parent.pids.doi.identifier",
    "recid": "id",
    "conceptrecid": "parent.id",
    "creators.affiliation": f"{_CREATOR}.affiliations.name",
    "creators.name": f"{_CREATOR}.person_or_org.name",
    "creators.orcid": f"{_CREATOR}.person_or_org.identifiers.identifier",
    "creators.gnd": f"{_CREATOR}.person_or_org.identifiers.identifier",
    "contributors.affiliation": f"{_CONTRIBUTOR}.affiliations.name",
    "contributors.name": f"{_CONTRIBUTOR}.person_or_org.name",
    "contributors.orcid": f"{_CONTRIBUTOR}.person_or_org.identifiers.identifier",
    "contributors.gnd": f"{_CONTRIBUTOR}.person_or_org.identifiers.identifier",
    "contributors.type": f"{_CONTRIBUTOR}.role.id",
    "title": "metadata.title",
    "description": "metadata.description",
    "notes": "metadata.additional_descriptions.description",
    "keywords": "metadata.subjects.subject",
    "language": "metadata.languages.id",
    "license.identifier": "metadata.rights.id",
    "license.url": "metadata.rights.props.url",
    "publicationdate": "metadata.publication_date",
    "publication_date": "metadata.publication_date",
    "related.identifier": "metadata.related_identifiers.identifier",
    "related.scheme": "metadata.related_identifiers.scheme",
    "related.relation": "metadata.related_identifiers.relation_type.id",
    "grants.code": "metadata.funding.award.number",
    "grants.acronym": "metadata.funding.award.acronym",
    "grants.program": "metadata.funding.award.program",
    "grants.title": "metadata.funding.award.title.en",
    "grants.funder.doi": "metadata.funding.funder.identifiers.identifier",
    "grants.funder.name": "metadata.funding.funder.name",
    "version": "versions.index",
    "owners": "parent.access.owned_by.user",
    "user": "parent.access.owned_by.user",
    "filename": "files.entries.key",
    "filetype": "files.types",
    "filecount": "files.count",
    "filesize": "files.totalbytes",
    "size": "files.totalbytes",
    "_files.checksum": "files.entries.checksum",
    "_files.size": "files.entries.size",
    "part_of.title": r"custom_fields.imprint\:imprint.title",
    "part_of.pages": r"custom_fields.imprint\:imprint.pages",
    **{
        f"{group}.{name}": rf"custom_fields.{group}\:{group}.{name}"
        for group, names in {
            "journal": ("title", "pages", "volume", "issn"),
            "meeting": (*("title", "acronym", "dates", "place", "url", "session", "session_part"),),
            "imprint": ("isbn", "place", "publisher"),
            "thesis": ("university",),
        }.items()
        for name in names
    },
}
_DOIS = {"doi", "conceptdoi", "grants.funder.doi"}
_TYPES = {
    "resource_type.subtype",
    "metadata.resource_type.id",
    f"{_TYPE}.subtype",
    "metadata.related_identifiers.resource_type.id",
}
_KEPT = {f"internal_notes.{name}" for name in ("note", "id", "added_by", "timestamp")}

Value = Callable[[str], str]


class RefusedField(Exception):
    """A field that this account may not search."""


def has_aliases(profile: Profile, kind: Kind) -> bool:
    """Whether the names of fields are looked at before the search engine sees them."""
    if profile.name == "zenodo":
        return kind in ("records", "community_records", "user_records")
    return kind == "records"


def translate(root: Any, profile: Profile, slug_to_uuid: Callable[[str], str | None]) -> Any:
    """The tree of a query with the names that the search engine knows.

    Raises:
        RefusedField: It names a field that is kept from people.
    """

    def of_community(value: str) -> str:
        return f'"{slug_to_uuid(value.strip(chr(34)))}"'

    def values_of(name: str) -> Value | None:
        if name == "communities":
            return of_community
        if name in _DOIS:
            return _quoted_doi
        return _newer_type if name in _TYPES else None

    def visit(node: Any, value_of: Value | None) -> Any:
        if isinstance(node, syntax.SearchField):
            if profile.name == "zenodo":
                value_of = values_of(node.name) or value_of
                node.name = _ALIASES.get(node.name, node.name)
            else:
                _refuse_kept(node)
        elif value_of and isinstance(node, (syntax.Word, syntax.Phrase)):
            return _term(value_of(str(node.value)), node)
        node.children = [visit(child, value_of) for child in node.children]
        return node

    return visit(copy.deepcopy(root), None)


def _refuse_kept(node: Any) -> None:
    if node.name in _KEPT:
        raise RefusedField
    value = str(getattr(node.expr, "value", ""))
    # the server blanks the value, which leaves a query that its search engine refuses
    if node.name == "_exists_" and value.startswith("internal_notes"):
        raise bad_syntax()


def _term(text: str, like: Any) -> Any:
    kind = syntax.Phrase if text.startswith('"') else syntax.Word
    return kind(text, head=like.head, tail=like.tail)


def _quoted_doi(value: str) -> str:
    return f'"{value}"' if value.startswith("10.") else value


def _newer_type(value: str) -> str:
    return value.replace("thesis", "dissertation") if "publication-thesis" in value else value
