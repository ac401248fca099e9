"""Models that can act, because they know the manager they came from."""

from __future__ import annotations

from typing import Any, Self, TypeVar, cast

from pydantic import PrivateAttr

from ..errors import Detached
from ._base import Model

M = TypeVar("M")


class Bound(Model):
    """A model with a connection.

    The connection is no part of its value: it takes no part in comparison, is left out of a
    pickle, and is shared by copies.
    """

    _manager: Any = PrivateAttr(default=None)

    def _attached(self, kind: type[M]) -> M:
        """The manager, or an error that tells how to get one."""
        manager = self._manager
        if manager is None:
            name = type(self).__name__
            raise Detached(
                f"this {name} has no client to act through: it was unpickled or made by hand."
                " Get it from one, as in client.depositions.get(id) or client.records.get(id)."
            )
        return cast("M", manager)

    def _bind(self, manager: object) -> Self:
        self._manager = manager
        return self

    def _become(self, other: Model) -> Self:
        """Take another object's values in place; the connection and the class stay."""
        vars(self).update(vars(other))
        return self

    def __eq__(self, other: object) -> bool:
        """Equal are objects of one type with equal values, whatever client they came from."""
        if not isinstance(other, Bound) or type(self) is not type(other):
            return NotImplemented
        return bool(self.__dict__ == other.__dict__)

    __hash__ = None  # type: ignore[assignment]  # mutable, like every model

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        private = state.get("__pydantic_private__")
        return {**state, "__pydantic_private__": {**(private or {}), "_manager": None}}

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        memo = {} if memo is None else memo
        memo[id(self._manager)] = self._manager
        return super().__deepcopy__(memo)
