"""What every model shares: strict towards callers, tolerant towards servers, lossless."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import InitErrorDetails

from . import _strict

# Where the dump of an object keeps what its fields do not tell; validating the dump takes it back.
_AS_READ = "as_read"


class Model(BaseModel):
    """Base of all models.

    A caller's values are validated, all at once, and an unknown name is answered with the
    nearest known one. What a server sends is never refused: the ``from_rdm`` constructors put
    whatever they do not know into :attr:`extra`, and ``to_rdm`` sends it back.
    """

    # Built when first used: most programs use few of the models, and all import them. For the same
    # reason these modules do without `from __future__ import annotations`: pydantic would compile
    # each annotation anew, those of the parents too, and the import take 10 ms longer.
    model_config = ConfigDict(extra="forbid", validate_assignment=True, defer_build=True)

    _spellings: ClassVar[Mapping[str, Callable[[str], str]]] = {}
    """Fields that callers may spell in more ways than the server, and what makes them the same."""

    extra: dict[str, JsonValue] = Field(default_factory=dict, repr=False)
    """What the server sent that this version does not model, kept and sent back unchanged."""

    @model_validator(mode="wrap")
    @classmethod
    def _strictly(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        # a new object comes as its fields; when one is assigned to, the object itself comes
        if isinstance(data, Model):
            return cls._assigned(data, handler)
        if not isinstance(data, dict):
            return handler(data)
        given = cast("dict[str, Any]", {**data})
        as_read = given.pop(_AS_READ, None)
        if isinstance(as_read, dict):
            made = handler(given)
            made._recall(cast("dict[str, Any]", as_read))
            return made
        given = cls._spelled_out(given)
        try:
            made = handler(given)
        except ValidationError as error:
            raise _strict.everything(cls, error, given, handler) from None
        made._settle(vars(made))
        if errors := made._errors():
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return made

    @classmethod
    def _assigned(cls, data: "Model", handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Judge an assignment, for the field that changed; an object handed over is as it is."""
        before = vars(data)
        try:
            made = handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                error.title, [*_strict.details(cls, error)]
            ) from None
        after = vars(made)
        if after is before:
            return made
        changed = {name: after[name] for name in after if after[name] is not before.get(name)}
        made._settle(changed)
        after.update(changed)
        if errors := made._errors(changed):
            object.__setattr__(made, "__dict__", before)
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return made

    @model_serializer(mode="wrap")
    def _with_what_was_read(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Dump so that validating the dump gives the same, whatever a server sent."""
        dumped = handler(self)
        as_read = self._unspoken()
        respelled = {**vars(self)}
        self._settle(respelled)
        if as_read or respelled != vars(self) or self._errors(own_words=False):
            dumped[_AS_READ] = as_read
        return cast("dict[str, Any]", dumped)

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

    def _settle(self, values: dict[str, Any]) -> None:
        """Bring new values into the server's spelling, in place.

        Args:
            values: All fields of a new object, or the one that was assigned to.
        """
        for name, spell in self._spellings.items():
            value = values.get(name)
            # a Term, which is a str of its own kind, stays as the caller wrote it
            if type(value) is str:
                values[name] = spell(value)
            elif type(value) is list:
                items = cast("Sequence[Any]", value)
                values[name] = [spell(item) if type(item) is str else item for item in items]

    def _errors(
        self, changed: Container[str | int] | None = None, *, own_words: bool = True
    ) -> list[InitErrorDetails]:
        """Judge it.

        Args:
            changed: Which fields to judge; None for all.
            own_words: Whether a :class:`Term` passes where a vocabulary does not have it.
        """
        return []

    def _unspoken(self) -> dict[str, Any]:
        """What the fields do not tell, for a dump."""
        return {}

    def _recall(self, unspoken: Mapping[str, Any]) -> None:
        """Take back what :meth:`_unspoken` told."""
