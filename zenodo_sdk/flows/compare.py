"""Are two drafts the same, as far as a user can tell?"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator

from pydantic import JsonValue

from ..errors import Difference
from ..models._metadata_rdm import external_doi
from ..models._paths import to_python_path
from ..models.metadata import Metadata
from ._steps import Document

# what the server composes or detects where it was not sent (measured over 1,683 bodies)
_SERVERS_OWN = frozenset({"name", "scheme"})
_OPEN: Document = {"record": "public", "files": "public"}
_ISBN = re.compile(r"(?:^|isbn)(?:978)?(\d{9})[\dx]$")
_ARXIV_CLASS = re.compile(r"\b([a-z-]+)\.[A-Z]{2}(?=/\d{7})")
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def editable(record: Document) -> Document:
    """Take what a user can edit out of a server's draft."""
    return Metadata.from_rdm(record).to_rdm()


def differences(before: Document, now: Document) -> tuple[Difference, ...]:
    """List where two bodies differ, by Python path; to the letter, for both are the server's."""
    one, other = _object(meaningful(before)), _object(meaningful(now))
    # parts are told apart even where one is missing: a path that is only "pids" says little
    return tuple(
        difference
        for part in sorted({*one, *other})
        for difference in _walk(part, one.get(part, {}), other.get(part, {}))
    )


def holds(sent: Document, stored: Document) -> bool:
    """Whether a draft is what was sent, no less and no more.

    The server composes names, detects schemes and tidies texts and identifiers, which is
    overlooked; what it left out, or what someone else added, makes the answer no.

    Args:
        sent: The body.
        stored: The draft.
    """
    return _equal("", comparable(sent), comparable(editable(stored)))


def title_of(record: Document) -> str | None:
    """The title of a record or a body."""
    title = _object(record.get("metadata")).get("title")
    return title if isinstance(title, str) else None


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two texts are one, but for what the server tidies."""
    return one == other if one is None or other is None else plain(one) == plain(other)


def comparable(body: Document) -> Document:
    """Reduce a body to what a user can say in it, with the server's defaults filled in."""
    access = {**_OPEN, **_object(body.get("access"))}
    if not _object(access.get("embargo")).get("active"):
        access.pop("embargo", None)
    return {
        "metadata": body.get("metadata"),
        "custom_fields": body.get("custom_fields"),
        "access": access,
        "files": {"enabled": True, **_object(body.get("files"))},
        "pids": {"doi": {"identifier": external_doi(body.get("pids"))}},
    }


def _object(value: JsonValue) -> Document:
    return value if isinstance(value, dict) else {}


def _equal(key: str, sent: JsonValue, stored: JsonValue) -> bool:
    if isinstance(sent, dict) or isinstance(stored, dict):
        mine, there = _object(meaningful(sent)), _object(meaningful(stored))
        return all(
            _equal(name, mine.get(name), there.get(name))
            for name in {*mine, *there}
            if name in mine or name not in _SERVERS_OWN
        )
    if isinstance(sent, list) and isinstance(stored, list):
        return len(sent) == len(stored) and all(
            _equal(key, one, other) for one, other in zip(sent, stored, strict=True)
        )
    if isinstance(sent, str) and isinstance(stored, str):
        if key == "identifier":
            return same_identifier(sent, stored)
        if key == "description" and _bare(sent) == _bare(stored):
            return True
        return plain(sent) == plain(stored)
    return (sent in (None, []) and stored in (None, [])) or sent == stored


def plain(text: str) -> str:
    """Undo what the server does to every text: entities, quotes, Unicode form, white space."""
    composed = unicodedata.normalize("NFKC", html.unescape(text)).translate(_QUOTES)
    seen = "".join(
        character
        for character in re.sub(r"[^\S\x1c-\x1f\x85]", " ", composed)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )
    return re.sub(r" +", " ", seen).strip()


def _bare(text: str) -> str:
    """Take out tags, for the server takes out those that it does not know, and white space."""
    return re.sub(r"\s", "", plain(re.sub(r"(?is)<iframe\b.*?</iframe>|<[^>]*>", "", text)))


def same_identifier(sent: str, stored: str) -> bool:
    """Compare identifiers, whose prefix (``doi:``, an address) and ISBN form may be others now."""
    one, other = (
        re.sub(r"[\W_]", "", _ARXIV_CLASS.sub(r"\1", text).casefold()) for text in (sent, stored)
    )
    if one and other and (one.endswith(other) or other.endswith(one)):
        return True
    # the last digit is a checksum, another one in each form
    books = [_ISBN.search(text) for text in (one, other)]
    return all(books) and len({book[1] for book in books if book}) == 1


def meaningful(value: JsonValue) -> JsonValue:
    """Leave out what says nothing."""
    if isinstance(value, list):
        return [meaningful(item) for item in value]
    if isinstance(value, dict):
        told = {key: meaningful(item) for key, item in value.items()}
        return {key: item for key, item in told.items() if item not in (None, [], {})}
    return value


def _walk(path: str, before: JsonValue, now: JsonValue) -> Iterator[Difference]:
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _walk(f"{path}.{key}", before.get(key), now.get(key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for position, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _walk(f"{path}.{position}", one, other)
    else:
        yield Difference(to_python_path(path), _written(before), _written(now))


def _written(value: JsonValue) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
