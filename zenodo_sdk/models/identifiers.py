"""Identifiers of other things: alternates, related works, references."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import JsonValue

from ..types import JsonObject, Path
from ..vocabularies import Relation, ResourceType, Term
from ._part import Part
from ._strict import signed
from ._values import Word, as_detected, as_word
from ._wire import Unreadable, Wire, term, written


class Identifier(Part):
    """An identifier and its scheme.

    Any spelling that its scheme has is taken (``https://doi.org/10.1234/x``, ``ISBN 3-16…``) and
    kept as the server stores it; check digits are verified where the server does so.

    Args:
        identifier: The identifier.
        scheme: ``doi``, ``url``, ``isbn``, …; where it is left out, it is found out as the
            server would: that depends on whether the identifier is of a work, of a person, of a
            place or of an award, so it is done where the identifier is put.

    Example:
        >>> Identifier("https://doi.org/10.1234/x", "doi").identifier
        '10.1234/x'
        >>> from zenodo_sdk import Metadata
        >>> Metadata(identifiers=[Identifier("10.1234/x")]).identifiers[0].scheme
        'doi'
    """

    identifier: str
    """The identifier itself."""
    scheme: Word | None = None
    """Its scheme in lower case, such as ``doi``."""

    @signed
    def __init__(
        self,
        identifier: str,
        scheme: str | Term | None = None,
        *,
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
            identifier=identifier, scheme=wire.text("scheme"), extra=wire.rest
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, identifier=self.identifier, scheme=self.scheme)

    def _settle(self, values: dict[str, Any]) -> None:
        _settle_identifier(values, self.scheme, ())

    def _complete(self) -> bool:
        return self.scheme is not None

    def _judged_at(self) -> Path:
        from ..identifiers.schemes import PEOPLE, PLACES, WORKS, detect

        places: tuple[tuple[Path, Sequence[str]], ...] = (
            (("metadata", "identifiers", 0), WORKS),
            (("metadata", "creators", 0, "person_or_org", "identifiers", 0), PEOPLE),
            (("metadata", "locations", "features", 0, "identifiers", 0), PLACES),
        )
        for place, schemes in places:
            if self.scheme in schemes or (not self.scheme and detect(self.identifier, schemes)):
                return place
        return places[0][0]


def placed(identifiers: list[Identifier], schemes: Sequence[str]) -> list[Identifier]:
    """Find out the schemes of identifiers that were given without, by the place they are put.

    Args:
        identifiers: Identifiers; they stay as they are.
        schemes: Schemes that may stand there.
    """
    return [_with_scheme(one, schemes) if one.scheme is None else one for one in identifiers]


def _with_scheme(one: Identifier, schemes: Sequence[str]) -> Identifier:
    text, scheme = as_detected(one.identifier, None, schemes)
    return one.model_copy(update={"identifier": text, "scheme": scheme})


def _settle_identifier(values: dict[str, Any], scheme: str | None, allowed: Sequence[str]) -> None:
    """Spell a new identifier, with the scheme that is there or can be found out."""
    if isinstance(text := values.get("identifier"), str):
        told = values.get("scheme", scheme)
        if "scheme" not in values and type(told) is str and not _fits(text, told):
            # another identifier was assigned, maybe of another scheme
            told = as_detected(text, None, allowed)[1] or told
        values["identifier"], values["scheme"] = as_detected(text, told, allowed)
    elif type(given := values.get("scheme")) is str:
        values["scheme"] = as_word(given)


def _fits(text: str, scheme: str) -> bool:
    from ..identifiers.schemes import is_valid

    return is_valid(text.strip(), scheme)


class RelatedIdentifier(Part):
    """Another resource that this one cites, supplements, is part of, and so on.

    Args:
        identifier: DOI, URL, arXiv id, … in any spelling.
        relation: What this record is to the other one: ``"isSupplementTo"``, ``"cites"``, … in
            any case. The server publishes no entry without.
        resource_type: What the other resource is.
        scheme: Scheme of the identifier; found out as the server would when left out. An
            identifier of no known scheme is refused.

    Example:
        >>> related = RelatedIdentifier("https://doi.org/10.1234/x", "isSupplementTo")
        >>> related.identifier, related.scheme, related.relation
        ('10.1234/x', 'doi', 'issupplementto')
    """

    _place = ("metadata", "related_identifiers", 0)
    _spellings = {"relation": as_word, "resource_type": as_word}

    identifier: str
    """The other resource's identifier."""
    relation: Word | None
    """DataCite relation in lower case; None only where a server's draft does not say."""
    resource_type: Word | None = None
    """What the other resource is."""
    scheme: Word | None = None
    """Scheme of the identifier."""

    @signed
    def __init__(
        self,
        identifier: str,
        relation: Relation | str | Term,
        *,
        resource_type: ResourceType | str | Term | None = None,
        scheme: str | Term | None = None,
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

    def _settle(self, values: dict[str, Any]) -> None:
        from ..identifiers.schemes import WORKS

        super()._settle(values)
        _settle_identifier(values, self.scheme, WORKS)


class Reference(Part):
    """An entry of the reference list, as it would be printed.

    Args:
        reference: The printed entry.
        identifier: DOI or the like of what is referred to.
        scheme: Its scheme; found out as the server would when left out.

    Example:
        >>> Reference("Okafor 2020", identifier="doi:10.1234/x").to_rdm()
        {'reference': 'Okafor 2020', 'identifier': '10.1234/x', 'scheme': 'doi'}
    """

    _place = ("metadata", "references", 0)

    reference: str
    """The printed entry."""
    identifier: str | None = None
    """Identifier of what is referred to."""
    scheme: Word | None = None
    """Scheme of the identifier."""

    @signed
    def __init__(
        self,
        reference: str,
        *,
        identifier: str | None = None,
        scheme: str | Term | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

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

    def _settle(self, values: dict[str, Any]) -> None:
        from ..identifiers.schemes import WORKS

        _settle_identifier(values, self.scheme, WORKS)
