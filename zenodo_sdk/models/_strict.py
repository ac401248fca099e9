"""How the models tell a caller what is wrong: everything at once, with the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from ._base import Model

Init = TypeVar("Init", bound=Callable[..., None])


def signed(init: Init) -> Init:
    """Make a constructor of its signature: what stands before the star needs no name.

    A constructor without it takes names alone. Values go to the validation as they were given;
    the signature is for readers, type checkers and ``help()``.

    Raises:
        TypeError: In the constructor: there are too many values, or one is given twice.
    """
    code = cast("FunctionType", init).__code__
    names = code.co_varnames[1 : code.co_argcount]

    @wraps(init)
    def constructor(self: Model, /, *values: object, **given: object) -> None:
        if values:
            given = _named(type(self).__name__, names, values, given)
        self.__pydantic_validator__.validate_python(given, self_instance=self)

    # pydantic then builds nested models without calling it, which is faster and keeps paths
    vars(constructor)["__pydantic_base_init__"] = True
    return cast("Init", constructor)


def _named(
    cls: str, names: Sequence[str], values: Sequence[object], given: dict[str, object]
) -> dict[str, object]:
    if len(values) > len(names):
        takes = f"takes {len(names)} without a name ({', '.join(names)})" if names else "takes none"
        raise TypeError(f"{cls}() got {len(values)} arguments without a name and {takes}")
    for name in names[: len(values)]:
        if name in given:
            raise TypeError(f"{cls}() got multiple values for argument '{name}'")
    return {**dict(zip(names, values, strict=False)), **given}


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


def details(
    cls: type[Model], error: ValidationError, given: Mapping[str, object] | None = None
) -> Iterator[InitErrorDetails]:
    """Tell the errors of pydantic with what to write instead.

    Args:
        cls: The model.
        error: What pydantic found.
        given: The values, where there are several.
    """
    # a model can be walked over, field by field, so pydantic takes one for a list of wrong items
    alone = {name: value for name, value in (given or {}).items() if isinstance(value, BaseModel)}
    fields = (name for name in cls.model_fields if name != "extra")
    names = [*fields, *cls._accepted()]
    for found in error.errors(include_url=False):
        kind, text, location = found["type"], found["msg"], found["loc"]
        if len(location) == 2 and isinstance(location[1], int) and location[0] in alone:
            if location[1] == 0:
                value = alone[str(location[0])]
                text = f"A list is wanted here: [{type(value).__name__}(…)]."
                yield InitErrorDetails(
                    type=refusal("wrong-type", text), loc=location[:1], input=value
                )
            continue
        if kind in ("extra_forbidden", "no_such_attribute") and len(location) == 1:
            kind = "unknown-field"
            # a shorthand of the constructor is no attribute
            others = [name for name in names if name != location[0]]
            text = f"{cls.__name__} has no field '{location[0]}'{hint(location[0], others)}"
        elif kind in _WANTED:
            text = _WANTED[kind](found["input"], found.get("ctx", {}).get("class_name", ""))
            kind = "wrong-type"
        yield InitErrorDetails(type=refusal(kind, text), loc=location, input=found["input"])


def everything(
    cls: type[Model], error: ValidationError, given: dict[str, Any], handler: Callable[[Any], Model]
) -> ValidationError:
    """Add to errors of type what the rules say about the other fields.

    Args:
        cls: The model.
        error: What pydantic found.
        given: The values.
        handler: Makes a model of values.
    """
    found = [*details(cls, error, given)]
    missing = {name for name in cls.model_fields if name not in given}
    bad = {_first(one) for one in found} - {None}
    rest = {name: value for name, value in given.items() if name not in bad}
    for name in bad & cls.model_fields.keys():
        field = cls.model_fields[str(name)]
        if field.is_required():
            rest[str(name)] = None if type(None) in get_args(field.annotation) else ""
    try:
        made = handler(rest)
    except ValidationError:
        return ValidationError.from_exception_data(error.title, found)
    made._settle(vars(made))
    judged = [one for one in made._errors() if _first(one) not in bad - missing]
    # what is missing is better said by the rules
    said = {_first(one) for one in judged}
    found = [one for one in found if not (_first(one) in missing and _first(one) in said)]
    return ValidationError.from_exception_data(error.title, [*found, *judged])


def _wanted_text(value: object, _: str) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"A text is wanted here: '{value}'." if number else "A text is wanted here."


def _wanted_list(value: object, _: str) -> str:
    return (
        f"A list is wanted here: [{value!r}]."
        if isinstance(value, str)
        else ("A list is wanted here: put it into square brackets.")
    )


def _wanted_object(value: object, name: str) -> str:
    text = repr(value) if isinstance(value, str) and name in _NAMED and len(value) < 60 else "…"
    return f"An object is wanted here: {name}({text})."


_NAMED = ("Affiliation", "Contributor", "Creator", "Subject")

# pydantic's own words say what came, and not what to write
_WANTED: dict[str, Callable[[object, str], str]] = {
    "string_type": _wanted_text,
    "list_type": _wanted_list,
    "model_type": _wanted_object,
    "float_parsing": lambda value, _: f"A number is wanted here, and {value!r} is none.",
}


def _first(error: InitErrorDetails) -> str | int | None:
    location = error.get("loc", ())
    return location[0] if location else None
