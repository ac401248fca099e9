"""Identifiers of things, their schemes, and how a scheme is recognised."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validates_schema

from ..answers import Json
from .fields import REQUIRED, Text

Rule = Callable[[str], object]

_EDMO = re.compile(r"(?:(?:https?://)?(?:edmo\.seadatanet\.org/report/)?|edmo:)(\d+)$", re.I)


def idutils(name: str) -> Callable[..., Any]:
    """A function of ``idutils``, a library that is slow to load."""
    function: Callable[..., Any] = getattr(import_module("idutils"), name)
    return function


@dataclass(frozen=True)
class Scheme:
    """How identifiers of one kind are called and checked.

    Args:
        label: The name in messages.
        rule: The function of ``idutils`` that checks a value, or a rule of its own; None takes all.
    """

    label: str
    rule: str | Rule | None = None

    def accepts(self, value: str) -> bool:
        """Whether this can be an identifier of this kind."""
        if self.rule is None:
            return True
        rule = idutils(self.rule) if isinstance(self.rule, str) else self.rule
        return bool(rule(value))


Schemes = Mapping[str, Scheme]

PEOPLE: Schemes = {
    "orcid": Scheme("ORCID", "is_orcid"),
    "isni": Scheme("ISNI", "is_isni"),
    "gnd": Scheme("GND", "is_gnd"),
    "ror": Scheme("ROR", "is_ror"),
}
ZENODO_PEOPLE: Schemes = {**PEOPLE, "edmo": Scheme("EDMO", _EDMO.match)}
WORKS: Schemes = {
    "ark": Scheme("ARK", "is_ark"),
    "arxiv": Scheme("arXiv", "is_arxiv"),
    "ads": Scheme("Bibcode", "is_ads"),
    "crossreffunderid": Scheme("Crossref Funder ID"),
    "cstr": Scheme("CSTR", "is_cstr"),
    "doi": Scheme("DOI", "is_doi"),
    "ean13": Scheme("EAN13", "is_ean13"),
    "eissn": Scheme("EISSN", "is_issn"),
    "grid": Scheme("GRID"),
    "handle": Scheme("Handle", "is_handle"),
    "igsn": Scheme("IGSN"),
    "isbn": Scheme("ISBN", "is_isbn"),
    "isni": Scheme("ISNI", "is_isni"),
    "issn": Scheme("ISSN", "is_issn"),
    "istc": Scheme("ISTC", "is_istc"),
    "lissn": Scheme("LISSN", "is_issn"),
    "lsid": Scheme("LSID", "is_lsid"),
    "pmid": Scheme("PMID", "is_pmid"),
    "purl": Scheme("PURL", "is_purl"),
    "rrid": Scheme("RRID", "is_rrid"),
    "upc": Scheme("UPC"),
    "url": Scheme("URL", "is_url"),
    "urn": Scheme("URN", "is_urn"),
    "wikidata": Scheme("Wikidata", "is_wikidata"),
    "w3id": Scheme("W3ID"),
    "other": Scheme("Other"),
}
PLACES: Schemes = {"wikidata": WORKS["wikidata"], "geonames": Scheme("GeoNames")}
AWARDS: Schemes = {"url": WORKS["url"], "doi": WORKS["doi"]}
SUBJECTS: Schemes = {"gnd": PEOPLE["gnd"], "url": WORKS["url"]}


class IdentifierSchema(Schema):
    """An identifier and its scheme, found by its looks if it is not said.

    Args:
        schemes: The schemes that may be used here.
        needed: An entry may not leave the identifier out.
    """

    identifier = Text()
    scheme = Text()

    def __init__(self, schemes: Schemes, *, needed: bool = True, **options: Any) -> None:
        self.schemes = schemes
        self.needed = needed
        super().__init__(**options)

    @pre_load
    def find_scheme(self, data: Json, **_: Any) -> Json:
        """Fill in the first scheme that the identifier looks like."""
        if not data.get("identifier") or data.get("scheme"):
            return data
        try:
            identifier: Any = self.fields["identifier"].deserialize(data["identifier"])
        except ValidationError:
            return data
        found: list[str] = idutils("detect_identifier_schemes")(identifier)
        if "edmo" in self.schemes and _EDMO.match(identifier):
            found = [*found, "edmo"]
        known = next((scheme for scheme in found if scheme in self.schemes), None)
        return {**data, "scheme": known} if known else data

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """Both parts are there and belong together."""
        identifier, scheme = data.get("identifier"), data.get("scheme")
        if not (self.needed or identifier or scheme):
            return
        errors: dict[str, str] = {}
        known = self.schemes.get(scheme) if scheme else None
        if not scheme:
            errors["scheme"] = (
                "No valid scheme recognized for identifier." if identifier else REQUIRED
            )
        elif not known:
            errors["scheme"] = "Invalid scheme."
        if not identifier:
            errors["identifier"] = REQUIRED
        elif known and not known.accepts(identifier):
            errors["identifier"] = f"Invalid {known.label} identifier."
        if errors:
            raise ValidationError(errors)

    @post_load
    def normalise(self, data: Json, **_: Any) -> Json:
        """Write it the usual way: a DOI without its address, an ISBN with hyphens."""
        identifier = data.get("identifier")
        if identifier and data["scheme"] == "edmo":
            match = _EDMO.match(identifier)
            data["identifier"] = f"edmo:{match[1]}" if match else identifier
        elif identifier:
            data["identifier"] = idutils("normalize_pid")(identifier, data["scheme"])
        return data


def identifier_of(schemes: Schemes, *, needed: bool = True) -> fields.Nested:
    """A field for one identifier."""
    return fields.Nested(partial(IdentifierSchema, schemes, needed=needed))


class DistinctIdentifiers(fields.List):
    """A list of identifiers that may not repeat.

    Args:
        item: The field for one of them.
        by: The parts that make two of them the same.
        error: What is said about a list with repetitions.
    """

    def __init__(self, item: fields.Nested, *, by: Sequence[str], error: str) -> None:
        super().__init__(item)
        self.by = by
        self.error = error

    def _validate(self, value: Any) -> None:
        if len(value) != len({tuple(item[part] for part in self.by) for item in value}):
            raise ValidationError(self.error)


def one_per_scheme(schemes: Schemes, *, needed: bool = True) -> DistinctIdentifiers:
    """A list with at most one identifier of each scheme."""
    return DistinctIdentifiers(
        identifier_of(schemes, needed=needed),
        by=("scheme",),
        error="Only one identifier per scheme is allowed.",
    )


def no_repetitions(schemes: Schemes) -> DistinctIdentifiers:
    """A list in which no identifier stands twice."""
    return DistinctIdentifiers(
        identifier_of(schemes),
        by=("scheme", "identifier"),
        error="Duplicated identifier entry is not allowed.",
    )
