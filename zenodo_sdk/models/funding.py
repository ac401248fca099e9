"""Who paid for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import JsonValue

from ..types import JsonObject
from ._base import Model, Unreadable, Wire, beside, written
from ._values import Localized
from .identifiers import Identifier


class Funder(Model):
    """A funder: by its ROR id, or by name.

    Args:
        id: ROR id (``"00k4n6c32"`` is the European Commission).
        name: Name, where there is no id.
    """

    id: str | None = None
    """ROR id."""
    name: str | None = None
    """Name; filled in by the server where ``id`` is given."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier, name = wire.text("id"), wire.text("name")
        return cls.model_construct(id=identifier, name=name, extra=beside(identifier, wire))

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        if self.id is not None:
            return {"id": self.id}
        return written(self.extra, name=self.name)


class Award(Model):
    """A grant: by its id, or by number and title.

    Args:
        id: ``"<funder's ROR id>::<number>"``.
        number: Number, where there is no id.
        title: Title, where there is no id.
        identifiers: Addresses of the award's pages.
    """

    id: str | None = None
    """Id in the vocabulary."""
    number: str | None = None
    """Number; filled in by the server where ``id`` is given."""
    title: Localized = {}
    """Title by language; filled in by the server where ``id`` is given."""
    acronym: str | None = None
    """Filled in by the server."""
    program: str | None = None
    """Filled in by the server."""
    identifiers: list[Identifier] = []
    """Addresses of the award's pages."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str | None = None,
            number: str | None = None,
            title: str | dict[str, str] = ...,
            acronym: str | None = None,
            program: str | None = None,
            identifiers: Sequence[Identifier] = (),
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("id")
        return cls.model_construct(
            id=identifier,
            number=wire.text("number"),
            title=wire.localized("title"),
            acronym=wire.text("acronym"),
            program=wire.text("program"),
            identifiers=wire.each("identifiers", Identifier.from_rdm),
            extra=beside(identifier, wire),
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form: an id stands alone."""
        if self.id is not None:
            return {"id": self.id}
        return written(
            self.extra,
            number=self.number,
            title=dict(self.title),
            acronym=self.acronym,
            program=self.program,
            identifiers=[identifier.to_rdm() for identifier in self.identifiers],
        )


class Funding(Model):
    """A funder and, where known, the award.

    Args:
        funder: Who paid.
        award: Under which grant.

    Example:
        >>> Funding(funder=Funder(id="00k4n6c32"), award=Award(id="00k4n6c32::101017452")).to_rdm()
        {'funder': {'id': '00k4n6c32'}, 'award': {'id': '00k4n6c32::101017452'}}
    """

    funder: Funder | None = None
    """Who paid."""
    award: Award | None = None
    """Under which grant."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        funder = wire.one("funder", Funder.from_rdm)
        award = wire.one("award", Award.from_rdm)
        if funder is None and award is None:
            raise Unreadable
        return cls.model_construct(funder=funder, award=award, extra=wire.rest)

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            funder=None if self.funder is None else self.funder.to_rdm(),
            award=None if self.award is None else self.award.to_rdm(),
        )
