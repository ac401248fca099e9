"""Identifiers of other things: alternates, related works, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import JsonValue

from ..types import JsonObject
from ..vocabularies import Relation, ResourceType, Term
from ._base import Model, Unreadable, Wire, term, written
from ._values import Needed, RelationId, ResourceTypeId


class Identifier(Model):
    """An identifier and its scheme.

    Args:
        identifier: The identifier, in any spelling that its scheme has.
        scheme: ``doi``, ``url``, ``isbn``, …; the server detects it when left out.

    Example:
        >>> Identifier(identifier="978-3-16-148410-0", scheme="isbn").scheme
        'isbn'
    """

    identifier: str
    """The identifier itself."""
    scheme: str | None = None
    """Its scheme in lower case, such as ``doi``."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("identifier")
        if identifier is None:
            raise Unreadable
        return cls.model_construct(
            identifier=identifier, scheme=wire.text("scheme"), extra=wire.rest
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, identifier=self.identifier, scheme=self.scheme)


class RelatedIdentifier(Model):
    """Another resource that this one cites, supplements, is part of, and so on.

    Args:
        identifier: DOI, URL, arXiv id, …
        relation: What this record is to the other one: ``"isSupplementTo"``, ``"cites"``, …
        resource_type: What the other resource is.
        scheme: Detected by the server when left out.

    Example:
        >>> RelatedIdentifier(identifier="10.1234/x", relation="isSupplementTo").relation
        'issupplementto'
    """

    identifier: str
    """The other resource's identifier."""
    relation: Needed[RelationId]
    """DataCite relation in lower case."""
    resource_type: ResourceTypeId | None = None
    """What the other resource is."""
    scheme: str | None = None
    """Scheme of the identifier."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            identifier: str,
            relation: Relation | str | Term,
            resource_type: ResourceType | str | Term | None = None,
            scheme: str | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("identifier")
        if identifier is None:
            raise Unreadable
        return cls.model_construct(
            identifier=identifier,
            relation=wire.term("relation_type"),
            resource_type=wire.term("resource_type"),
            scheme=wire.text("scheme"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            identifier=self.identifier,
            scheme=self.scheme,
            relation_type=term(self.relation),
            resource_type=term(self.resource_type),
        )


class Reference(Model):
    """An entry of the reference list, as it would be printed.

    Args:
        reference: The printed entry.
        identifier: DOI or the like of what is referred to.
        scheme: Its scheme.
    """

    reference: str
    """The printed entry."""
    identifier: str | None = None
    """Identifier of what is referred to."""
    scheme: str | None = None
    """Scheme of the identifier."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        reference = wire.text("reference")
        if reference is None:
            raise Unreadable
        return cls.model_construct(
            reference=reference,
            identifier=wire.text("identifier"),
            scheme=wire.text("scheme"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra, reference=self.reference, identifier=self.identifier, scheme=self.scheme
        )
