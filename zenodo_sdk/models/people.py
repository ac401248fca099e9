"""Who made it: creators, contributors and where they work."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, cast

from pydantic import Field, JsonValue, PrivateAttr, field_validator

from ..types import JsonObject
from ..vocabularies import Role, Term
from ._part import Part
from ._paths import OWN_SCHEMES
from ._strict import refusal, signed
from ._values import Word, as_identifier, as_ror, as_word
from ._wire import Unreadable, Wire, as_object, beside, in_order, name_of, term, written
from .identifiers import Identifier, placed

_NAMES = ("family_name", "given_name", "organization_name")


class Affiliation(Part):
    """Where a person works.

    Args:
        name: The institution's name, in free text; an id or a name is needed.
        ror: Its ROR id (``01ggx4157``), bare or as an address, which then decides the name. The
            server refuses one that it does not have.

    Example:
        >>> Affiliation(ror="https://ror.org/01ggx4157").ror
        '01ggx4157'
    """

    _place = ("metadata", "creators", 0, "affiliations", 0)
    _spellings = {"ror": as_ror}

    name: str | None = None
    """Name; filled in by the server where ``ror`` is given."""
    ror: str | None = None
    """ROR id without ``https://ror.org/``."""

    @signed
    def __init__(
        self,
        name: str | None = None,
        *,
        ror: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        ror, name = wire.text("id"), wire.text("name")
        return cls.model_construct(name=name, ror=ror, extra=beside(ror, wire))

    def to_rdm(self) -> JsonObject:
        """Write the server's form: with a ROR id the name is the server's business."""
        if self.ror is not None:
            return {"id": self.ror}
        return written(self.extra, name=self.name)


class Creator(Part):
    """A person or an organisation that made the work.

    Args:
        name: ``"Family, Given"`` of a person. Without exactly one comma the whole is the family
            name, as on the server, and ``Metadata.problems()`` warns of it. For an organisation
            see :meth:`organization`.
        family_name: A person's family name, in place of ``name``.
        given_name: A person's given names, in place of ``name``.
        type: ``"personal"`` or ``"organizational"``.
        orcid: ORCID iD, bare or as a URL; its check digit is verified.
        gnd: GND number.
        isni: ISNI.
        ror: ROR id, of an organisation, bare or as a URL.
        identifiers: Identifiers of other schemes; at most one of each scheme.
        affiliation: One affiliation, as a name or an :class:`Affiliation`.
        affiliations: Several of them.
        role: What the creator did (``"datacollector"``, …).

    Example:
        >>> Creator("Okafor, Ada", orcid="0000-0002-1825-0097", affiliation="Uni X").given_name
        'Ada'
        >>> Creator.organization("CERN", ror="01ggx4157").name
        'CERN'
    """

    _place = ("metadata", "creators", 0)
    _spellings = {
        "orcid": as_identifier("orcid"),
        "gnd": as_identifier("gnd"),
        "isni": as_identifier("isni"),
        "ror": as_identifier("ror"),
        "role": as_word,
    }

    type: Literal["personal", "organizational"] | None = "personal"
    """A person or an organisation; None only where a server's draft does not say."""
    family_name: str | None = None
    """A person's family name."""
    given_name: str | None = None
    """A person's given names."""
    organization_name: str | None = None
    """An organisation's name."""
    orcid: str | None = None
    """ORCID iD, bare."""
    gnd: str | None = None
    """GND number."""
    isni: str | None = None
    """ISNI."""
    ror: str | None = None
    """ROR id."""
    identifiers: list[Identifier] = []
    """Identifiers of other schemes."""
    affiliations: list[Affiliation] = []
    """Where the person worked."""
    role: Word | None = None
    """What they did."""

    _identifier_order: tuple[str, ...] = PrivateAttr(default=())
    # a draft's person with an invalid identifier comes back without its composed name
    _name_on_wire: bool = PrivateAttr(default=True)

    @signed
    def __init__(
        self,
        name: str | None = None,
        *,
        family_name: str | None = None,
        given_name: str | None = None,
        type: Literal["personal", "organizational"] = "personal",
        organization_name: str | None = None,
        orcid: str | None = None,
        gnd: str | None = None,
        isni: str | None = None,
        ror: str | None = None,
        identifiers: Sequence[Identifier] = (),
        affiliation: str | Affiliation | None = None,
        affiliations: Sequence[str | Affiliation] = (),
        role: Role | str | Term | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def organization(
        cls, name: str, *, ror: str | None = None, role: Role | str | Term | None = None
    ) -> Self:
        """An organisation.

        Args:
            name: Its name.
            ror: Its ROR id.
            role: What it did.
        """
        told = {"type": "organizational", "organization_name": name, "ror": ror, "role": role}
        return cls.model_validate({key: value for key, value in told.items() if value is not None})

    @property
    def name(self) -> str:
        """``"Family, Given"`` of a person, the name of an organisation."""
        if self.organization_name is not None:
            return self.organization_name
        return _joined(self.family_name, self.given_name)

    @name.setter
    def name(self, value: str) -> None:
        if self.type == "organizational":
            self.organization_name = value
        else:
            self.family_name, self.given_name = _parted(value)

    @classmethod
    def _accepted(cls) -> tuple[str, ...]:
        return ("name", "affiliation")

    @classmethod
    def _spelled_out(cls, given: dict[str, Any]) -> dict[str, Any]:
        name = given.pop("name", None)
        if name and any(given.get(part) for part in _NAMES):
            raise refusal("two-names", "give name, or family_name and given_name, not both")
        if given.get("organization_name"):
            given.setdefault("type", "organizational")
        if given.get("type") == "organizational" and any(given.get(part) for part in _NAMES[:2]):
            raise refusal("two-names", "an organisation has no family and given name: give name")
        if isinstance(name, str) and name:
            if given.get("type") == "organizational":
                given["organization_name"] = name
            else:
                given["family_name"], given["given_name"] = _parted(name)
        elif name is not None and name != "":
            given["family_name"] = name  # of a wrong type, which is told with everything else
        one = given.pop("affiliation", None)
        if one is not None:
            others = given.get("affiliations") or ()
            # what is no list is refused below as well
            given["affiliations"] = [one, *others] if isinstance(others, list | tuple) else others
        return given

    @field_validator("affiliations", mode="before")
    @classmethod
    def _affiliations_by_name(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        items = cast("Sequence[Any]", value)
        return [{"name": item} if isinstance(item, str) else item for item in items]

    def _settle(self, values: dict[str, Any]) -> None:
        super()._settle(values)
        if values.get("identifiers"):
            from ..identifiers.schemes import PEOPLE

            values["identifiers"] = placed(values["identifiers"], PEOPLE)

    def _unspoken(self) -> dict[str, Any]:
        if self._name_on_wire and not self._identifier_order:
            return {}
        return {"order": list(self._identifier_order), "named": self._name_on_wire}

    def _recall(self, unspoken: Mapping[str, Any]) -> None:
        self._identifier_order = tuple(unspoken.get("order", ()))
        self._name_on_wire = bool(unspoken.get("named", True))

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        person = wire.one("person_or_org", Wire)
        if person is None:
            raise Unreadable
        kind = person.text("type")
        organisation = kind == "organizational"
        family = None if organisation else person.text("family_name")
        given = None if organisation else person.text("given_name")
        own_name = person.text("name") if organisation else None
        named = "name" in person.rest
        composed = _joined(family, given)
        if composed and person.rest.get("name") == composed:
            person.drop("name")
        found = person.each("identifiers", Identifier.from_rdm)
        known: dict[str, str] = {}
        others: list[Identifier] = []
        for item in found:
            if item.scheme in OWN_SCHEMES and item.scheme not in known and not item.extra:
                known[item.scheme] = item.identifier
            else:
                others.append(item)
        if kind not in ("personal", "organizational", None):
            person.rest["type"] = kind
            kind = None
        if person.rest:
            wire.rest["person_or_org"] = person.rest
        creator = cls.model_construct(
            type=kind,
            family_name=family,
            given_name=given,
            organization_name=own_name,
            orcid=known.get("orcid"),
            gnd=known.get("gnd"),
            isni=known.get("isni"),
            ror=known.get("ror"),
            identifiers=others,
            affiliations=wire.each("affiliations", Affiliation.from_rdm),
            role=wire.term("role"),
            extra=wire.rest,
        )
        creator._name_on_wire = named or organisation
        came = tuple(name_of(item.to_rdm()) for item in found)
        if came != tuple(name for name, _ in creator._identifiers()):
            creator._identifier_order = came
        return creator

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        rest = dict(self.extra)
        unknown = rest.pop("person_or_org", {})
        identifiers = in_order(self._identifiers(), self._identifier_order)
        composed = (self.name or None) if self._name_on_wire else None
        name = composed if self.organization_name is None else self.organization_name
        person = written(
            {**written({}, name=name), **as_object(unknown)},
            type=self.type,
            family_name=self.family_name,
            given_name=self.given_name,
            identifiers=list(identifiers),
        )
        return written(
            rest,
            person_or_org=person,
            affiliations=[affiliation.to_rdm() for affiliation in self.affiliations],
            role=term(self.role),
        )

    def _identifiers(self) -> list[tuple[str, JsonObject]]:
        pairs = [(scheme, getattr(self, scheme)) for scheme in OWN_SCHEMES]
        own: list[JsonObject] = [
            {"scheme": scheme, "identifier": value} for scheme, value in pairs if value is not None
        ]
        entries = [*own, *(item.to_rdm() for item in self.identifiers)]
        return [(name_of(entry), entry) for entry in entries]


def _joined(family: str | None, given: str | None) -> str:
    return ", ".join(part for part in (family, given) if part)


def _parted(name: str) -> tuple[str, str | None]:
    """Split at the only comma, as the server does."""
    family, comma, given = name.partition(",")
    if comma and "," not in given:
        return family.strip(), given.strip() or None
    return name.strip(), None


class Contributor(Creator):
    """A person or an organisation that helped; what they did must be said.

    Args:
        name: As for :class:`Creator`, like every argument but the next.
        role: What they did (``"editor"``, ``"datacurator"``, …); the server wants one.

    Example:
        >>> Contributor("Lee, Bo", role="editor").role
        'editor'
    """

    _place = ("metadata", "contributors", 0)

    role: Word | None = Field()
    """What they did; None only where a server's draft does not say."""

    @signed
    def __init__(
        self,
        name: str | None = None,
        *,
        role: Role | str | Term,
        family_name: str | None = None,
        given_name: str | None = None,
        type: Literal["personal", "organizational"] = "personal",
        organization_name: str | None = None,
        orcid: str | None = None,
        gnd: str | None = None,
        isni: str | None = None,
        ror: str | None = None,
        identifiers: Sequence[Identifier] = (),
        affiliation: str | Affiliation | None = None,
        affiliations: Sequence[str | Affiliation] = (),
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...
