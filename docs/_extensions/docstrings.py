"""What the documentation build makes of the sources: marks that Markdown lacks, signatures."""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:class|meth|attr|func|mod):`~?([^`]+)`")
_LITERAL = re.compile(r"^(?P<indent> *)::\n\n(?P<block>(?:(?P=indent) +.*\n?|\n)+)", re.MULTILINE)
_MODELS = {"Model", "Part", "Namespace"}
_VALIDATED = re.compile(r"(?:Word|DateText)")


class Docstrings(griffe.Extension):
    """Write roles as code, literal blocks as fences, doctests as examples.

    Models whose constructor takes what their fields hold have no signature in the source; they
    get one from their fields.
    """

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change one object's docstring."""
        if obj.docstring is None:
            return
        text = _ROLE.sub(r"`\1`", obj.docstring.value)
        text = re.sub(r"^( *)Example:$", r"\1Examples:", text, flags=re.MULTILINE)
        obj.docstring.value = _LITERAL.sub(_fenced, text)

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Show what a field holds, not the name of its check; and what an alias stands for."""
        text = "" if attr.annotation is None else str(attr.annotation)
        if text == "TypeAlias":
            attr.annotation = attr.value
            return
        shown = _VALIDATED.sub("str", text).replace("Localized", "dict[str, str]")
        if shown != text:
            attr.annotation = shown

    def on_function_instance(self, *, func: griffe.Function, **_: Any) -> None:
        """Show lists as lists: in classes that have a method of that name they are spelt out."""
        if "builtins." in str(func.returns):
            func.returns = str(func.returns).replace("builtins.", "")

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        """Give a model its signature."""
        bases = {str(base).rpartition(".")[2] for base in cls.bases}
        if "__init__" in cls.members or not bases & _MODELS:
            return
        fields = [
            griffe.Parameter(
                name,
                annotation=attribute.annotation,
                kind=griffe.ParameterKind.keyword_only,
                default=None if attribute.value is None else str(attribute.value),
            )
            for name, attribute in cls.attributes.items()
            if not name.startswith("_") and attribute.annotation is not None
        ]
        if fields:
            init = griffe.Function("__init__", parameters=griffe.Parameters(*fields))
            cls.set_member("__init__", init)


def _fenced(match: re.Match[str]) -> str:
    indent, block = match["indent"], match["block"]
    lines = [line[4:] if line.strip() else "" for line in block.rstrip().split("\n")]
    return "\n".join([f"{indent}```python", *lines, f"{indent}```", ""])
