"""Parts of metadata: models that the server's rules are applied to."""

import json
from abc import abstractmethod
from collections.abc import Container, Iterable
from typing import Any, ClassVar, cast

from pydantic import JsonValue
from pydantic_core import InitErrorDetails

from ..rules.finding import Finding
from ..types import JsonObject, Path
from ._base import Model
from ._paths import inside, python_path
from ._strict import refusal

# what only the list around an item can tell
_AMONG_OTHERS = ("duplicate", "unknown-scheme")


class Part(Model):
    """A part of what a record says about itself.

    What a caller writes is judged by the same rules as in ``check()``: whatever the server would
    refuse, drop or break at is refused here. What it would only spell differently passes.
    """

    _place: ClassVar[Path] = ()
    """Where one of these stands in the server's JSON."""
    _depth: ClassVar[int] = 0
    """Length of the path that leads to it in Python, where that of the place is not it."""
    _may_lack: ClassVar[frozenset[str]] = frozenset()
    """Fields that a draft may lack although publication needs them."""

    @abstractmethod
    def to_rdm(self) -> JsonObject:
        """Write the server's form."""

    def _complete(self) -> bool:
        """Whether its own rules say all that is wrong with it, wherever it stands."""
        return True

    def _judged_at(self) -> Path:
        """Where to judge it."""
        return self._place

    def _fragment(self) -> JsonObject:
        """What to judge; parts that were judged when they were made can be left out."""
        return self.to_rdm()

    def _errors(
        self, changed: Container[str | int] | None = None, *, own_words: bool = True
    ) -> list[InitErrorDetails]:
        # not at import: the rules and their vocabularies are for those who write
        from ..rules.judge import judge
        from ..rules.lists import NOTE
        from ._wording import told

        place = self._judged_at()
        body = _around(place, self._fragment())
        if not own_words:
            body = json.loads(json.dumps(body))
        depth = self._depth or len(python_path(place, body))
        found: dict[tuple[Path, str], InitErrorDetails] = {}
        for finding in judge(body):
            if finding.effect == "changed" or finding.path[: len(place)] != place:
                continue
            path = python_path(finding.path, body)[depth:]
            if not self._own(path, finding):
                continue
            if changed is not None and not (path and path[0] in changed):
                continue
            problem = told(finding, body)
            # nothing was sent yet
            text = f"{problem.message.removesuffix(NOTE)} {problem.fix}".rstrip()
            found[path, text] = InitErrorDetails(
                type=refusal(finding.code, text), loc=path, input=_value_at(self, path)
            )
        return list(found.values())

    def _own(self, path: Path, finding: Finding) -> bool:
        """Whether a finding is about this object, and not about one that it was given."""
        if not path or path[0] not in type(self).model_fields:
            # the object as a whole, or something that its `extra` holds
            return not path
        if finding.code == "missing" and path[0] in self._may_lack:
            return False
        if finding.code == "forbidden" or (
            finding.code == "unknown-field" and path[0] == "custom_fields"
        ):
            # another repository may see that differently
            return False
        part: Any = vars(self)[path[0]]
        if len(path) > 1 and isinstance(part, list):
            part = inside(cast("object", part), path[1])
        if len(path) == 1 or not isinstance(part, Part):
            return True
        return finding.code in _AMONG_OTHERS or not part._complete()


def _around(place: Path, fragment: JsonValue) -> JsonObject:
    """Make the smallest body that has something at a place."""
    value: Any = fragment
    for step in reversed(place):
        value = {step: value} if isinstance(step, str) else [value]
    return cast("JsonObject", value)


def _value_at(model: Model, path: Path) -> object:
    value: Any = model
    for step in path:
        value = inside(vars(value) if isinstance(value, Model) else value, step)
    return value


def each_written(path: str, items: Iterable[object]) -> JsonValue:
    """Write the items of a list.

    Args:
        path: Where the list is, for the error.
        items: Models; a list can also be given others behind the validation's back.

    Raises:
        TypeError: One of them is no model.
    """
    rows: list[JsonValue] = []
    for position, item in enumerate(items):
        if not isinstance(item, Part):
            raise TypeError(
                f"{path}[{position}] is {item!r}: an item added to a list is not converted. Assign"
                f" the whole list ({path} = [...]), or add a model."
            )
        rows.append(item.to_rdm())
    return rows
