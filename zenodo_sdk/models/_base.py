"""What every model shares: strict towards callers, tolerant towards servers, lossless."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..types import JsonObject

T = TypeVar("T")


class Model(BaseModel):
    """Base of all models.

    A caller's values are validated, all at once, and an unknown name is answered with the
    nearest known one. What a server sends is never refused: the ``from_rdm`` constructors put
    whatever they do not know into :attr:`extra`, and ``to_rdm`` sends it back.
    """

    # built when first used: most programs use few of the models, and all import them
    model_config = ConfigDict(extra="forbid", validate_assignment=True, defer_build=True)

    extra: dict[str, JsonValue] = Field(default_factory=dict, repr=False)
    """What the server sent that this version does not model, kept and sent back unchanged."""

    @model_validator(mode="wrap")
    @classmethod
    def _did_you_mean(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        # a new object comes as its fields; when one is assigned to, the object itself comes
        given = cls._spelled_out(dict(cast("Any", data))) if isinstance(data, dict) else data
        try:
            return handler(given)
        except ValidationError as error:
            raise _with_suggestions(error, cls, _names_accepted(cls)) from None

    @classmethod
    def _read(cls, values: Mapping[str, Any]) -> Self:
        """Make one from values that need no validation."""
        return cls.model_construct(None, **values)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        # what is not there would drown what is
        return [
            (name, value) for name, value in super().__repr_args__() if value not in (None, [], {})
        ]

    @classmethod
    def _spelled_out(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Put fields in the place of what a caller may write in a shorter way."""
        return given

    @classmethod
    def _accepted(cls) -> tuple[str, ...]:
        """Names that the constructor takes beside the fields."""
        return ()


def _names_accepted(cls: type[Model]) -> list[str]:
    return [*(name for name in cls.model_fields if name != "extra"), *cls._accepted()]


def _with_suggestions(
    error: ValidationError, cls: type[Model], names: Sequence[str]
) -> ValidationError:
    details: list[InitErrorDetails] = []
    for found in error.errors(include_url=False):
        kind, text, location = found["type"], found["msg"], found["loc"]
        if kind in ("extra_forbidden", "no_such_attribute") and len(location) == 1:
            kind = "unknown_field"
            # a shorthand of the constructor is no attribute
            others = [name for name in names if name != location[0]]
            text = f"{cls.__name__} has no field '{location[0]}'{hint(location[0], others)}"
        details.append(
            InitErrorDetails(type=refusal(kind, text), loc=location, input=found["input"])
        )
    return ValidationError.from_exception_data(error.title, details)


def refusal(kind: str, text: str) -> PydanticCustomError:
    """Make the error by which a validator refuses a value.

    Args:
        kind: The error's machine-readable type.
        text: What is wrong, and what to write instead.
    """
    # pydantic asks for a literal here although it takes any text
    return PydanticCustomError(kind, "{text}", {"text": text})  # pyright: ignore[reportArgumentType]


def hint(word: object, known: Iterable[str]) -> str:
    """Say which known word the caller may have meant.

    Args:
        word: What the caller wrote.
        known: The words there are.

    Returns:
        ``"; did you mean 'title'?"``, or nothing where no word is near.
    """
    near = difflib.get_close_matches(str(word).lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


class Writable(Protocol):
    """A model that knows its wire form."""

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        ...


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
        if not isinstance(value, Mapping):
            raise Unreadable
        self.rest: JsonObject = dict(value)

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


def each_written(path: str, items: Iterable[Writable]) -> JsonValue:
    """Write the items of a list.

    Args:
        path: Where the list is, for the error.
        items: Models; a list can also be given others behind the validation's back.

    Raises:
        TypeError: One of them is no model.
    """
    rows: list[JsonValue] = []
    for position, item in enumerate(items):
        if not isinstance(item, Model):
            raise TypeError(
                f"{path}[{position}] is {item!r}: an item added to a list is not converted. Assign"
                f" the whole list ({path} = [...]), or add a model."
            )
        rows.append(item.to_rdm())
    return rows


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
