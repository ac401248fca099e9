"""What of the metadata does not come back when they are written as ``.zenodo.json`` and read."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from ...rules.finding import Finding
from ...types import JsonObject, Path
from ..common.values import EMPTY, id_of, numbered, object_of

_WHY = {
    "metadata.creators.role": "creators have no role",
    "metadata.creators": "a creator is a person with one affiliation in words, an ORCID and a GND",
    "metadata.contributors": (
        "a contributor is a person with one affiliation in words, an ORCID and a GND"
    ),
    "metadata.additional_descriptions": "there are notes and method, without a language",
    "metadata.rights": "there is one licence, by its id, and a default where there is none",
    "metadata.subjects": "keywords are words; terms of a vocabulary have no place",
    "metadata.languages": "there is one language",
    "metadata.dates": "a date is a day or a span, and has a type",
    "metadata.locations": (
        "a location has a name, and one point without a coordinate that is exactly 0"
    ),
    "metadata.identifiers": "the scheme of an identifier is told from its looks",
    "metadata.related_identifiers": "an entry is an identifier with a relation",
    "metadata.related_identifiers.scheme": "the scheme of an identifier is told from its looks",
    "metadata.funding": "a grant is an award of the vocabulary, by funder and number",
    "metadata.references": "a reference is a text alone",
    "metadata.publication_date": "a publication date is always set",
    "metadata.publisher": "a publisher is always set",
    "access": "there are open, embargoed and restricted files, without a reason",
    "pids": "only a DOI from elsewhere can be named",
    "files": "files have no settings",
}
_DEEPEST = 60  # below this, nothing is compared any more
_OPEN: JsonObject = {"record": "public", "files": "public"}


def lost(before: JsonObject, after: JsonObject, left_out: frozenset[Path]) -> tuple[Finding, ...]:
    """Tell what the format could not hold.

    Args:
        before: The RDM JSON that was written.
        after: The RDM JSON that is read back.
        left_out: The entries of lists that were not written.

    Returns:
        One finding with code ``unmapped`` for each value, with its path in `before`.
    """
    entries = [_finding(path, "lost") for path in sorted(left_out, key=str)]
    seen = _differences(_plain(before), _plain(after), (), left_out)
    return tuple(entries + [_finding(path, effect) for path, effect in seen])


def _finding(path: Path, effect: str) -> Finding:
    names = [step for step in path if isinstance(step, str)]
    why = next(
        (
            _WHY[known]
            for length in range(len(names), 0, -1)
            if (known := ".".join(names[:length])) in _WHY
        ),
        "it has no place for this",
    )
    what = "This is left out" if effect == "lost" else "This comes back as something else"
    return Finding(
        path,
        "unmapped",
        f"{what}: in .zenodo.json {why}.",
        "Keep the metadata as RDM JSON where nothing may be lost.",
        "lost" if effect == "lost" else "changed",
    )


def _plain(body: JsonObject) -> JsonObject:
    """Leave out of a body what goes without saying."""
    access = dict(object_of(body.get("access")))
    access.pop("status", None)
    embargo = object_of(access.get("embargo"))
    if not any(embargo.get(key) for key in ("active", "until", "reason")):
        access.pop("embargo", None)
    files = {key: value for key, value in object_of(body.get("files")).items() if value != []}
    media = object_of(body.get("media_files"))
    return {
        **body,
        "access": {} if access == _OPEN else access,
        "files": {} if files == {"enabled": True} else files,
        "media_files": {} if media == {"enabled": False} else media,
    }


def _differences(
    before: JsonValue, after: JsonValue, at: Path, left_out: frozenset[Path]
) -> Iterator[tuple[Path, str]]:
    if before in EMPTY and after in EMPTY:
        return
    if len(at) > _DEEPEST:
        yield at, "changed"
    elif isinstance(before, dict) and isinstance(after, dict):
        if id_of(before) and id_of(before) == id_of(after):
            return
        ignored = {"name"} if before.get("type") == "personal" else set[str]()
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in ignored:
                yield from _differences(before.get(key), after.get(key), (*at, key), left_out)
    elif isinstance(before, list) and (after is None or isinstance(after, list)):
        yield from _in_lists(before, after or [], at, left_out)
    elif before != after:
        yield at, "lost" if after in EMPTY else "changed"


def _in_lists(
    before: list[JsonValue], after: list[JsonValue], at: Path, left_out: frozenset[Path]
) -> Iterator[tuple[Path, str]]:
    kept = [(index, item) for index, item in numbered(before) if (*at, index) not in left_out]
    found = list(after)
    if at[-1] in ("identifiers", "additional_descriptions"):
        kept.sort(key=lambda pair: _kind(pair[1]))
        found.sort(key=_kind)
    if len(kept) != len(found):
        yield at, "changed"
        return
    for (index, item), other in zip(kept, found, strict=True):
        yield from _differences(item, other, (*at, index), left_out)


def _kind(item: JsonValue) -> str:
    entry = object_of(item)
    return str(entry.get("scheme") or id_of(entry.get("type")))
