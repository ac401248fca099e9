"""The server's JSON, taken apart key by key and put together again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from pydantic import JsonValue

from ..types import JsonObject

T = TypeVar("T")


class Unreadable(Exception):
    """A wire value that does not have the shape its model expects."""


class Wire:
    """One JSON object of the server, taken apart key by key.

    Each method takes a key out when its value has the expected shape; a value of another
    shape stays where it is. What is left in :attr:`rest` becomes the model's ``extra``.

    Args:
        value: The JSON object.

    Raises:
        Unreadable: The value is not an object.
    """

    def __init__(self, value: JsonValue | Mapping[str, JsonValue]) -> None:
        # the quick question first: there are many objects, and nearly all are plain
        if type(value) is not dict and not isinstance(value, Mapping):
            raise Unreadable
        self.rest: JsonObject = dict(cast("JsonObject", value))

    def text(self, key: str) -> str | None:
        """Take a text."""
        value = self.rest.get(key)
        if not isinstance(value, str):
            return None
        del self.rest[key]
        return value

    def flag(self, key: str) -> bool | None:
        """Take a boolean."""
        value = self.rest.get(key)
        if not isinstance(value, bool):
            return None
        del self.rest[key]
        return value

    def integer(self, key: str) -> int | None:
        """Take a whole number."""
        value = self.rest.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        del self.rest[key]
        return value

    def term(self, key: str) -> str | None:
        """Take the id of a vocabulary term; its titles are output only."""
        value = self.rest.get(key)
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            return None
        del self.rest[key]
        return cast("str", value["id"])

    def localized(self, key: str) -> dict[str, str]:
        """Take a text by language."""
        value = self.rest.get(key)
        if not isinstance(value, dict) or not value:
            return {}
        texts = {language: text for language, text in value.items() if isinstance(text, str)}
        if len(texts) != len(value):
            return {}
        del self.rest[key]
        return texts

    def one(self, key: str, read: Callable[[JsonValue], T]) -> T | None:
        """Take an object that another model reads, if there is anything in it."""
        value = self.rest.get(key)
        if value in (None, {}):
            return None
        try:
            result = read(value)
        except Unreadable:
            return None
        del self.rest[key]
        return result

    def each(self, key: str, read: Callable[[JsonValue], T]) -> list[T]:
        """Take a list, if every item of it can be read and there is any."""
        value = self.rest.get(key)
        if not isinstance(value, list) or not value:
            return []
        try:
            items = [read(item) for item in value]
        except Unreadable:
            return []
        del self.rest[key]
        return items

    def drop(self, *keys: str) -> None:
        """Forget what is output only."""
        for key in keys:
            self.rest.pop(key, None)


def as_text(value: JsonValue) -> str:
    """Read a plain text."""
    if not isinstance(value, str):
        raise Unreadable
    return value


def as_term(value: JsonValue) -> str:
    """Read the id of a vocabulary term; its titles are output only."""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise Unreadable
    return str(value["id"])


def as_object(value: JsonValue) -> JsonObject:
    """Read an object as it is."""
    if not isinstance(value, dict):
        raise Unreadable
    return value


def copied(value: JsonValue) -> JsonValue:
    """Copy JSON, which is much simpler than what ``copy.deepcopy`` is for."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def beside(identifier: str | None, wire: Wire) -> JsonObject:
    """Say what to keep of an object that may name a vocabulary entry.

    Beside an id everything else is the vocabulary's: the server fills it in when read, and
    for licences refuses it when written.
    """
    return {} if identifier is not None else wire.rest


def written(extra: Mapping[str, JsonValue], /, **known: object) -> JsonObject:
    """Put together what goes to the server: known values that say something, over the rest.

    Args:
        extra: What the model does not know.
        known: JSON by key; nothing and empty lists and objects are left out.
    """
    told = {key: value for key, value in known.items() if value not in (None, [], {})}
    return {**extra, **cast("JsonObject", told)}


def undisplayed(value: JsonValue) -> JsonValue:
    """Reduce vocabulary terms to their ids, however deep they sit."""
    if isinstance(value, list):
        return [undisplayed(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("id"), str) and isinstance(value.get("title"), dict):
        return {"id": value["id"]}
    return {key: undisplayed(item) for key, item in value.items()}


def term(identifier: str | None) -> JsonValue:
    """Write the id of a vocabulary term."""
    return None if identifier is None else {"id": identifier}


def in_order(items: Iterable[tuple[str, T]], order: Sequence[str]) -> list[T]:
    """Bring named items into the order in which they came; new ones follow."""
    places: dict[str, list[int]] = {}
    for position, name in enumerate(order):
        places.setdefault(name, []).append(position)

    def place(pair: tuple[str, T]) -> int:
        # what came twice has two places
        left = places.get(pair[0])
        return left.pop(0) if left else len(order)

    return [item for _, item in sorted(items, key=place)]


def name_of(entry: JsonObject) -> str:
    """Name an item of a list by its content, for :func:`in_order`."""
    return json.dumps(entry, sort_keys=True)
