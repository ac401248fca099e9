"""Who paid for it."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import JsonValue

from ..types import JsonObject
from ._part import Part
from ._strict import hint, signed
from ._values import Localized, as_ror, as_text
from ._wire import Unreadable, Wire, beside, written
from .identifiers import Identifier, placed

FUNDERS = {
    "anr": "00rbzpz17",
    "arc": "05mmh0f86",
    "cihr": "01gavpb45",
    "ec": "00k4n6c32",
    "fct": "00snfqn58",
    "fwf": "013tf3c58",
    "nhmrc": "011kf5r70",
    "nih": "01cwqze88",
    "nserc": "01h531d29",
    "nsf": "021nxhr62",
    "nwo": "04jsz6e67",
    "snsf": "00yjd3n13",
    "ukri": "001aqnf71",
    "wellcome": "029chgv08",
}
"""ROR ids of funders by the short names that :meth:`Funding.of` takes."""


class Funder(Part):
    """A funder: by its ROR id, or by name.

    Args:
        id: ROR id, bare or as an address (``"00k4n6c32"`` is the European Commission). The
            server refuses one that it does not have.
        name: Name, where there is no id.
    """

    _place = ("metadata", "funding", 0, "funder")
    _spellings = {"id": as_ror}

    id: str | None = None
    """ROR id."""
    name: str | None = None
    """Name; filled in by the server where ``id`` is given."""

    @signed
    def __init__(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

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


class Award(Part):
    """A grant: by its id, or by number and title.

    Args:
        id: ``"<funder's ROR id>::<number>"``. The server refuses one that it does not have.
        number: Number, where there is no id; this or a title has to be given.
        title: Title, where there is no id.
        acronym: Filled in by the server; without an id it must be left out.
        program: Filled in by the server; without an id it must be left out.
        identifiers: Addresses of the award's pages.
    """

    _place = ("metadata", "funding", 0, "award")
    _spellings = {"id": as_text}

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

    @signed
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

    def _settle(self, values: dict[str, Any]) -> None:
        super()._settle(values)
        if values.get("identifiers"):
            from ..identifiers.schemes import AWARDS

            values["identifiers"] = placed(values["identifiers"], AWARDS)


class Funding(Part):
    """A funder and, where known, the award.

    Args:
        funder: Who paid.
        award: Under which grant.

    Example:
        >>> Funding.ec("101017452").to_rdm()
        {'funder': {'id': '00k4n6c32'}, 'award': {'id': '00k4n6c32::101017452'}}
        >>> Funding(funder=Funder(name="A friend"), award=Award(title="For fun")).award.title
        {'en': 'For fun'}
    """

    _place = ("metadata", "funding", 0)

    funder: Funder | None = None
    """Who paid; the server wants one."""
    award: Award | None = None
    """Under which grant."""

    @signed
    def __init__(
        self,
        *,
        funder: Funder | None = None,
        award: Award | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def ec(cls, number: str | int) -> Self:
        """A grant of the European Commission (FP7, Horizon 2020, Horizon Europe).

        Args:
            number: Number of the grant agreement, such as ``"101017452"``.
        """
        return cls.of("ec", number)

    @classmethod
    def of(cls, funder: str, number: str | int) -> Self:
        """A grant that the server has in its list, by its funder and number.

        Args:
            funder: ``"ec"``, ``"nsf"``, ``"nih"``, ``"wellcome"``, ``"ukri"``, ``"snsf"``, …; or
                the funder's ROR id, or its Crossref funder DOI where Zenodo knows that.
            number: Number of the grant. Whether the server has it, only the server can say.

        Raises:
            ValueError: The funder is a word that stands for none.

        Example:
            >>> Funding.of("https://ror.org/021nxhr62", "1565068").award.id
            '021nxhr62::1565068'
            >>> Funding.of("10.13039/100000001", 1565068) == Funding.of("NSF", 1565068)
            True
        """
        from ..vocabularies import funder_ror

        word = funder.strip()
        ror = FUNDERS.get(word.lower()) or funder_ror(word) or as_ror(word)
        if word.isalpha() and ror == word:
            raise ValueError(
                f"'{funder}' is no funder that is known by a short name{hint(word, FUNDERS)}"
                f" (there are {', '.join(FUNDERS)}). Of any other, give the ROR id."
            )
        return cls(funder=Funder(id=ror), award=Award(id=f"{ror}::{str(number).strip()}"))

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
