"""Are two drafts the same, as far as a user can tell?"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator

from pydantic import JsonValue

from ..errors import Difference
from ..models.metadata import Metadata
from ._steps import Document

# only these parts of a body are the user's; the rest follows from them
_PARTS = ("metadata", "custom_fields", "access", "files")


def editable(record: Document) -> Document:
    """Take what a user can edit out of a server's draft."""
    return Metadata.from_rdm(record).to_rdm()


def differences(before: Document, now: Document) -> tuple[Difference, ...]:
    """List where two bodies differ, by path."""
    return tuple(_walk("", _normal(before), _normal(now)))


def holds(sent: Document, stored: Document) -> bool:
    """Whether a draft holds all that was sent.

    The server adds defaults, composes names and tidies texts; what it left out or changed
    makes the answer no.
    """
    stored_body = editable(stored)
    return all(
        _contains(_normal(stored_body.get(part, {})), _normal(sent[part]))
        for part in _PARTS
        if part in sent
    )


def _contains(whole: JsonValue, part: JsonValue) -> bool:
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _contains(whole[key], value) for key, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(
            _contains(one, other) for one, other in zip(whole, part, strict=True)
        )
    return whole == part


def _normal(value: JsonValue) -> JsonValue:
    """Undo what the server does to every text: entities, white space, Unicode form."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", html.unescape(value))
        return re.sub(r"\s+", " ", text).strip()
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items() if item not in (None, [], {})}
    return value


def _walk(path: str, before: JsonValue, now: JsonValue) -> Iterator[Difference]:
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _walk(f"{path}.{key}" if path else key, before.get(key), now.get(key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for position, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _walk(f"{path}.{position}", one, other)
    else:
        yield Difference(path, _told(before), _told(now))


def _told(value: JsonValue) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
