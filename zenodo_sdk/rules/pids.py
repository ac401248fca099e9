"""The persistent identifiers of a draft: its DOI, and the id that the server adds for OAI."""

from __future__ import annotations

from ..identifiers import schemes
from ..types import Path
from .report import GONE, Object, Report, as_object, legible, shown
from .shape import Obj, Part, Text, named
from .text import cleaned

_OWN_PREFIX = "10.5281"
# what the sandbox reserves is sent back with each save
_PREFIX_OF_SANDBOX = "10.5072"
_PID = Obj(
    {
        "identifier": Part(Text(), required=True, fix="Write the DOI: 10.1234/abc."),
        "provider": Part(
            Text(), required=True, fix='Write "external", which is any DOI from elsewhere.'
        ),
        "client": Part(Text()),
    },
    example='{"identifier": "10.1234/abc", "provider": "external"}',
)


def judge_pids(value: object, at: Path, report: Report) -> object:
    """Judge the identifiers of a draft, and give back what is stored of them.

    Args:
        value: What was written under ``pids``.
        at: Where that is.
        report: Takes the findings.
    """
    pids = as_object(value)
    if pids is None:
        report.wrong(
            at,
            "wrong-type",
            f"{named(at)} is an object, and {shown(value)} is none.",
            'Write {"doi": {"identifier": "10.1234/abc", "provider": "external"}}, or {}.',
            "Not a valid mapping type.",
        )
        return GONE
    kept: Object = {}
    for name in pids:
        found = Part(_PID).read(pids, (*at, name), report)
        scheme = cleaned(name)
        if scheme not in ("doi", "oai"):
            report.wrong(
                (*at, name),
                "unknown-scheme",
                f"{shown(name)} is no identifier that a record gets.",
                "Write 'doi'; other identifiers belong into 'metadata.identifiers'.",
                "Invalid persistent identifier scheme.",
            )
        elif pids[name] is not None:
            kept[scheme] = {} if found is GONE else found
    return kept


def check_pids(pids: Object, at: Path, report: Report) -> bool:
    """Judge the DOI that is left, as publication will.

    Args:
        pids: What is stored under ``pids``.
        at: Where that is.
        report: Takes the findings.

    Returns:
        Whether Zenodo is to register a DOI, for which it needs a publisher.
    """
    oai = as_object(pids.get("oai")) or {}
    if oai.get("provider") not in (None, "oai"):
        report.crashes((*at, "oai", "provider"), "The OAI id is the server's.", "Leave it out.")
    doi = as_object(pids.get("doi")) or {}
    text, provider = doi.get("identifier"), doi.get("provider")
    place = (*at, "doi", "identifier")
    if isinstance(text, str) and text and not schemes.is_valid(text, "doi"):
        _blocked(place, "bad-identifier", f"{shown(text)} is no DOI.", "Invalid DOI", report)
    elif isinstance(text, str):
        text = schemes.normalise(text, "doi")
        if text != doi["identifier"]:
            report.changed(place, "replaced", f"The server stores it as {shown(text)}.")
    if provider in (None, "datacite"):
        _check_own(text, place, report)
    elif provider == "external":
        _check_external(text, bool(doi.get("client")), place, report)
    else:
        report.crashes(
            (*at, "doi", "provider"),
            f"Zenodo knows no provider {shown(provider)}.",
            'Write "external" for any DOI from elsewhere.',
        )
    return provider != "external"


def _check_own(text: object, at: Path, report: Report) -> None:
    if not isinstance(text, str):
        return
    prefix, slash, _ = text.partition("/")
    if slash and prefix not in (_OWN_PREFIX, _PREFIX_OF_SANDBOX):
        _blocked(
            at,
            "forbidden",
            f"Zenodo registers DOIs that begin with {_OWN_PREFIX}, not with {shown(prefix)}.",
            f"Wrong DOI {legible(prefix)} prefix provided, it should be {_OWN_PREFIX} as defined "
            "in the rest client",
            report,
        )
    elif not slash and not schemes.is_valid(f"{_OWN_PREFIX}/{text}", "doi"):
        report.crashes(at, f"{shown(text)} is no DOI.", "Leave 'pids' out, to be given a DOI.")


def _check_external(text: object, has_client: bool, at: Path, report: Report) -> None:
    fix = 'Write {"identifier": "10.1234/abc", "provider": "external"} and no more.'
    if has_client:
        report.crashes(at, "A DOI from elsewhere has no 'client'.", fix)
    elif not isinstance(text, str):
        report.crashes(at, "The DOI is missing.", fix)
    elif not text:
        _blocked(at, "missing", "The DOI is empty.", "Missing DOI for required field.", report)
    elif text.startswith(_OWN_PREFIX):
        _blocked(
            at,
            "forbidden",
            f"DOIs that begin with {_OWN_PREFIX} are Zenodo's own.",
            f"The prefix '{_OWN_PREFIX}' is managed by Zenodo. Please supply an external DOI or "
            "select 'No' to have a DOI generated for you.",
            report,
        )


def _blocked(at: Path, code: str, message: str, server: str, report: Report) -> None:
    fix = (
        "Leave 'pids' out, to be given a DOI; or write the DOI that the work has elsewhere, as "
        '{"identifier": "10.1234/abc", "provider": "external"}.'
    )
    report.wrong(at, code, message, fix, server, "blocked")
