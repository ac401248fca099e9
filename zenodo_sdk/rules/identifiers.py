"""Identifiers of works, people and places; related works, and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..identifiers import schemes
from ..types import Path
from ..vocabularies import Term
from .report import Object, Report, as_object, shown
from .shape import REQUIRED, Check, ListOf, Obj, Part, Text
from .terms import term
from .text import cleaned

_LABELS = {
    "ark": "ARK",
    "arxiv": "arXiv",
    "ads": "Bibcode",
    "cstr": "CSTR",
    "doi": "DOI",
    "ean13": "EAN13",
    "edmo": "EDMO",
    "eissn": "EISSN",
    "gnd": "GND",
    "handle": "Handle",
    "isbn": "ISBN",
    "isni": "ISNI",
    "issn": "ISSN",
    "istc": "ISTC",
    "lissn": "LISSN",
    "lsid": "LSID",
    "orcid": "ORCID",
    "pmid": "PMID",
    "purl": "PURL",
    "ror": "ROR",
    "rrid": "RRID",
    "url": "URL",
    "urn": "URN",
    "wikidata": "Wikidata",
}
_EXAMPLES = {
    "orcid": "0000-0002-1825-0097",
    "doi": "10.1234/abc",
    "url": "https://example.org/page",
    "ror": "01ggx4157",
    "isbn": "978-3-16-148410-0",
    "issn": "0378-5955",
    "isni": "0000 0001 2103 2683",
    "arxiv": "arXiv:1501.00001",
    "ark": "ark:/12345/x1",
    "wikidata": "Q42",
    "pmid": "12082125",
    "handle": "2117/1234",
    "gnd": "gnd:4079154-3",
}


def identifier(
    allowed: Sequence[str],
    *,
    needed: bool = True,
    more: Mapping[str, Part] | None = None,
    checks: tuple[Check, ...] = (),
    example: str = '{"identifier": "10.1234/abc", "scheme": "doi"}',
) -> Obj:
    """Make the reader for an object that holds an identifier and perhaps its scheme.

    A scheme that is not said is the first one that the identifier looks like. The server looks
    for it before it knows that the entry is an object, and fails over one that is none.

    Args:
        allowed: The schemes that may be used here.
        needed: The identifier may not be left out.
        more: Further keys of the object.
        checks: Further rules for it.
        example: What to write instead of something else.
    """

    def detect(entry: Object, at: Path, report: Report) -> Object:
        return _with_scheme(entry, allowed, at, report)

    def check(entry: Object, at: Path, report: Report) -> None:
        if needed or entry.get("identifier") or entry.get("scheme"):
            _check(entry, allowed, at, report)

    return Obj(
        {"identifier": Part(Text()), "scheme": Part(Text()), **(more or {})},
        prepare=detect,
        checks=(check, *checks),
        settle=_normalised,
        example=example,
        crashes=True,
    )


def one_per_scheme(allowed: Sequence[str], *, needed: bool = True) -> ListOf:
    """Make the reader for a list with at most one identifier of each scheme."""

    def check(items: list[object], at: Path, report: Report) -> bool:
        return _are_distinct(
            items, ("scheme",), at, report, "Only one identifier per scheme is allowed."
        )

    return ListOf(identifier(allowed, needed=needed), check)


def no_repetitions(allowed: Sequence[str]) -> ListOf:
    """Make the reader for a list in which no identifier stands twice."""

    def check(items: list[object], at: Path, report: Report) -> bool:
        return _are_distinct(
            items,
            ("scheme", "identifier"),
            at,
            report,
            "Duplicated identifier entry is not allowed.",
        )

    return ListOf(identifier(allowed), check)


def _with_scheme(entry: Object, allowed: Sequence[str], at: Path, report: Report) -> Object:
    written, scheme = entry.get("identifier"), entry.get("scheme")
    if not isinstance(written, str) or not written:
        return entry
    text = cleaned(written)
    if schemes.crashes(text, cleaned(scheme) if isinstance(scheme, str) and scheme else None):
        report.crashes(
            (*at, "identifier"),
            f"{shown(text)} looks like a web address, and its host cannot be read.",
            "Write the address as the browser shows it.",
        )
    if scheme:
        return entry
    found = schemes.detect(text, allowed)
    return {**entry, "scheme": found} if found else entry


def _check(entry: Object, allowed: Sequence[str], at: Path, report: Report) -> None:
    if isinstance(entry.get("scheme"), Term):
        return
    text, scheme = str(entry.get("identifier", "")), str(entry.get("scheme", ""))
    if not scheme:
        _no_scheme(text, allowed, at, report)
    elif scheme not in allowed:
        near = report.did_you_mean(scheme, allowed)
        report.wrong(
            (*at, "scheme"),
            "unknown-scheme",
            f"{shown(scheme)} is no scheme that is used here.",
            near or f"Write one of {', '.join(allowed)}; or leave it out, to have it found.",
            "Invalid scheme.",
        )
    if not text:
        report.wrong(
            (*at, "identifier"),
            "too-short" if "identifier" in entry else "missing",
            f"The identifier is {'blank' if 'identifier' in entry else 'missing'}.",
            "Add it, or leave the whole entry out.",
            REQUIRED,
        )
    elif scheme in allowed and not schemes.is_valid(text, scheme):
        label = _LABELS.get(scheme, scheme)
        example = f" such as '{_EXAMPLES[scheme]}'" if scheme in _EXAMPLES else ""
        better = schemes.detect(text, allowed)
        report.wrong(
            (*at, "identifier"),
            "bad-identifier",
            f"{shown(text)} is no valid {label}.",
            f"It looks like scheme '{better}'."
            if better
            else f"Check its digits; write one{example}, or choose another scheme.",
            f"Invalid {label} identifier.",
        )


def _no_scheme(text: str, allowed: Sequence[str], at: Path, report: Report) -> None:
    if text:
        known = ", ".join(allowed)
        report.wrong(
            (*at, "scheme"),
            "unknown-scheme",
            f"{shown(text)} is no identifier of a kind that is known here.",
            f"Check it for typing errors (an ORCID iD or ISBN has a check digit), or say which "
            f"of these it is: {known}.",
            "No valid scheme recognized for identifier.",
        )
    else:
        report.wrong((*at, "scheme"), "missing", "The scheme is missing.", "Add it.", REQUIRED)


def _normalised(entry: Object, at: Path, report: Report) -> Object:
    text, scheme = entry.get("identifier"), entry.get("scheme")
    if not isinstance(text, str) or not isinstance(scheme, str) or not text:
        return entry
    stored = schemes.normalise(text, scheme)
    if stored != text:
        report.changed((*at, "identifier"), "replaced", f"The server stores it as {shown(stored)}.")
    return {**entry, "identifier": stored}


def _are_distinct(
    items: list[object], by: Sequence[str], at: Path, report: Report, server: str
) -> bool:
    """Whether no two are alike in these parts; the server drops the whole list otherwise."""
    seen: set[str] = set()
    for item in items:
        entry = as_object(item) or {}
        if not entry:
            report.crashes(at, "One of the identifiers is empty.", "Leave it out.")
        spelled = " ".join(str(entry.get(part)) for part in by)
        if spelled in seen:
            report.wrong(
                at,
                "duplicate",
                f"There are two of {shown(spelled)}, and the server drops the whole list.",
                "Leave one of them out.",
                server,
            )
            return False
        seen.add(spelled)
    return True


def _related(entry: Object, at: Path, report: Report) -> None:
    if not entry.get("relation_type"):
        report.wrong(
            (*at, "relation_type"),
            "missing",
            "It is not said how this work is related to the record.",
            'Add "relation_type": {"id": "issupplementto"}, or another relation.',
            REQUIRED,
        )


RELATED = ListOf(
    identifier(
        schemes.WORKS,
        more={
            "relation_type": Part(term("relations")),
            "resource_type": Part(term("resource_types")),
        },
        checks=(_related,),
        example='{"identifier": "10.1234/abc", "relation_type": {"id": "issupplementto"}}',
    )
)
"""The ``related_identifiers`` of a record."""

REFERENCES = ListOf(
    identifier(
        schemes.WORKS,
        needed=False,
        more={
            "reference": Part(
                Text(), required=True, fix="Write the reference as one would cite it."
            )
        },
        example='{"reference": "Okafor, A. (2025). Soil."}',
    )
)
"""The ``references`` of a record."""

ALTERNATE = no_repetitions(schemes.WORKS)
"""The ``identifiers`` of a record: its other names elsewhere."""
