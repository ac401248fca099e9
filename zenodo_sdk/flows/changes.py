"""What a server silently made of what it was sent."""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from ..errors import Difference, MetadataChanged
from ..models._paths import python_path
from ..rules.finding import bracketed
from ..types import Path
from ._steps import Document
from .compare import comparable, editable, meaningful, plain, same_identifier

# what only frames a document or a table, and comes and goes with the parser
_FRAME = frozenset({"html", "head", "body", "tbody"})

# what a server tells beside what can be set
_COMPUTED = {("access", "status")} | {
    ("files", name) for name in ("count", "total_bytes", "entries", "links")
}

_Change = tuple[Path, JsonValue, JsonValue]
"""Where, what was sent, and what is stored."""


def silent_changes(sent: Document, stored: Document) -> tuple[Difference, ...]:
    """List what is stored as something else than was sent, or not at all.

    Overlooked is what nobody minds: composed names, detected schemes, other spellings of one
    identifier, tidied texts, and what the server added by itself. What its ``errors`` name is
    left out as well, for the deposition's ``problems`` tell it.

    Args:
        sent: The body.
        stored: The server's answer to it.
    """
    mine, there = comparable(sent), comparable(editable(stored))
    if "access" not in sent:
        mine.pop("access")
    if "files" not in sent:
        mine.pop("files")
    told = [*_errors(stored)]
    return tuple(
        Difference(bracketed(python_path(path, sent)), _json(before), _json(now))
        for path, before, now in _walk((), meaningful(mine), meaningful(there))
        if not any(_covers(error, path) for error in told)
    )


def warn_of_changes(sent: Document, stored: Document) -> None:
    """Warn of silent changes, at the line of the caller's that asked for the save.

    Args:
        sent: The body.
        stored: The server's answer to it.
    """
    if changes := silent_changes(sent, stored):
        warnings.warn(MetadataChanged(str(stored.get("id")), changes), stacklevel=_callers_level())


def _callers_level() -> int:
    """How far up the stack the first line outside of this package is."""
    package = __name__.partition(".")[0]
    level, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    return level


def _walk(path: Path, sent: JsonValue, stored: JsonValue) -> Iterator[_Change]:
    if sent in (None, "", [], {}) or sent == stored:
        return
    if isinstance(sent, dict) and (isinstance(stored, dict) or path[:1] == ("pids",)):
        # for the user a DOI is one field, however deep it sits
        yield from _walk_object(path, sent, stored if isinstance(stored, dict) else {})
    elif isinstance(sent, list) and isinstance(stored, list):
        yield from _walk_list(path, sent, stored)
    elif not isinstance(sent, str) or not isinstance(stored, str):
        if sent != stored and _word(sent) != _word(stored):
            yield path, sent, stored
    elif path[-1] == "description":
        yield from _html_changes(path, sent, stored)
    elif not _same_text(path, sent, stored):
        yield path, sent, stored


def _walk_object(path: Path, sent: Document, stored: Document) -> Iterator[_Change]:
    names: Iterable[str] = sent
    if path == ("access",):
        # here what comes unasked matters: a date that was not active may be so now
        names = {**sent, **stored}
        if "embargo" not in sent and "embargo" in stored:
            yield (*path, "embargo"), None, stored["embargo"]
    elif "id" in sent and sent["id"] == stored.get("id"):
        # beside an id everything else is the vocabulary's
        return
    for name in names:
        if (*path, name) in _COMPUTED:
            continue
        if name == "name" and "family_name" in sent:
            continue
        yield from _walk((*path, name), sent.get(name), stored.get(name))


def _walk_list(path: Path, sent: list[JsonValue], stored: list[JsonValue]) -> Iterator[_Change]:
    """Compare items in order; where some are missing, those that are not there are told."""
    missing, at = len(sent) - len(stored), 0
    for position, item in enumerate(sent):
        here = (*path, position)
        there = stored[at] if at < len(stored) else None
        changes = [*_walk(here, item, there)]
        if changes and missing > 0:
            missing -= 1
            yield here, item, None
            continue
        at += 1
        yield from changes


def _word(value: JsonValue) -> JsonValue:
    """Write a number or a truth as a text, which the server takes for one."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return value.strip().lower() if isinstance(value, str) else value


def _same_text(path: Path, sent: str, stored: str) -> bool:
    if path[-1] == "identifier":
        return same_identifier(sent, stored)
    if path[-1] == "scheme":
        return sent.casefold() == stored.casefold()
    return plain(sent) == plain(stored)


# --- HTML ---------------------------------------------------------------------


# Possessive, so that the time never grows faster than the text. The standard library's parser
# needs a minute for 100 KB of unfinished tags.
_MARKUP = re.compile(r"<(?:[/!?]|(?=[A-Za-z]))[^<>]*+>")
_TAG = re.compile(r"<([A-Za-z][^\s/<>]*+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s=/"']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"']++)))?+""")


def _text_of(source: str) -> str:
    """The text of a piece of HTML without white space."""
    return "".join(plain(_MARKUP.sub("", source)).split())


def _parts_of(source: str) -> Counter[str]:
    """How often each tag, attribute and rule of style is there."""
    parts: Counter[str] = Counter()
    for found in _TAG.finditer(source):
        tag = found[1].lower()
        if tag in _FRAME:
            continue
        parts[f"<{tag}>"] += 1
        for name, *values in _ATTRIBUTE.findall(found[2]):
            value = "".join(values)
            rules = value.lower().split(";") if name.lower() == "style" else [value]
            for rule in rules:
                if tidy := "".join(plain(rule).split()):
                    parts[f'<{tag} {name.lower()}="{tidy}">'] += 1
    return parts


def _html_changes(path: Path, sent: str, stored: str) -> Iterator[_Change]:
    if plain(sent) == plain(stored):
        return
    if _text_of(sent) != _text_of(stored):
        yield path, sent, stored
    elif lost := _parts_of(sent) - _parts_of(stored):
        # a tag says it all for its attributes
        gone = [
            part for part in lost if " " not in part or f"{part.partition(' ')[0]}>" not in lost
        ]
        yield path, " ".join(gone), None


# --- paths --------------------------------------------------------------------


def _errors(stored: Document) -> Iterator[Path]:
    errors = stored.get("errors")
    for error in errors if isinstance(errors, list) else ():
        field = error.get("field") if isinstance(error, dict) else None
        if isinstance(field, str):
            steps = field.removesuffix("._schema").split(".")
            yield tuple(int(step) if step.isdigit() else step for step in steps)


def _covers(error: Path, path: Path) -> bool:
    shared = min(len(error), len(path))
    return error[:shared] == path[:shared]


def _json(value: JsonValue) -> str:
    if value is None:
        return ""
    # half a character could not be shown
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
