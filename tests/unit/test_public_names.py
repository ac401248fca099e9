"""What signatures name can be imported; ``test_docs.py`` looks for it in the reference."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

import zenodo_sdk
import zenodo_sdk.checking
import zenodo_sdk.vocabularies

PUBLIC = {
    *zenodo_sdk.__all__,
    *zenodo_sdk.checking.__all__,
    *zenodo_sdk.vocabularies.__all__,
    "JsonObject",
}
CHECKED = {"Word", "DateText", "Localized"}
"""What fields of metadata hold is plain text, or a ``dict`` of texts; these check it."""
INTERNAL = {"Transport", "AsyncTransport", "Wire"}
"""What takes these is called by the SDK alone."""


def own_names(module: ModuleType) -> set[str]:
    """The names that a module has from this package, those for type checkers included."""
    tree = ast.parse(inspect.getsource(module))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def types_in(node: ast.AST) -> Iterator[ast.expr]:
    """What stands as a type in a public function or class."""
    match node:
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            each = [*args.posonlyargs, *args.args, *args.kwonlyargs]
            every: list[ast.expr | None] = [*(one.annotation for one in each), node.returns]
            yield from (one for one in every if one is not None)
        case ast.AnnAssign(target=ast.Name(id=name), annotation=type_) if name[0] != "_":
            yield type_
        case ast.ClassDef(body=body):
            for member in body:
                name = getattr(member, "name", "")
                found = list(types_in(member))
                if (name == "__init__" or name[:1] != "_") and not INTERNAL & {*names_in(found)}:
                    yield from found
        case _:
            pass


def names_in(found: list[ast.expr]) -> Iterator[str]:
    """The names in annotations, also in those that are written as text."""
    for each in found:
        match each:
            case ast.Constant(value=str(text)):
                yield from names_in([ast.parse(text, mode="eval").body])
            case _:
                yield from (node.id for node in ast.walk(each) if isinstance(node, ast.Name))


def classes_behind(cls: type) -> Iterator[type]:
    for base in cls.__mro__:
        if base.__module__.startswith("zenodo_sdk.") and not base.__module__.endswith("._base"):
            yield base


@pytest.mark.parametrize("name", zenodo_sdk.__all__)
def test_what_a_signature_names_can_be_imported(name: str) -> None:
    value = getattr(zenodo_sdk, name)
    behind = classes_behind(value) if inspect.isclass(value) else [value]
    for each in behind:
        if not isinstance(each, (type, FunctionType)):
            continue
        module = sys.modules[each.__module__]
        (node,) = (
            node
            for node in ast.parse(inspect.getsource(module)).body
            if getattr(node, "name", "") == each.__name__
        )
        named = {*names_in(list(types_in(node)))} & own_names(module)
        assert {one for one in named if len(one) > 1} - PUBLIC - CHECKED == set(), each.__name__


def test_the_test_sees_what_is_missing() -> None:
    (node,) = ast.parse(
        "class A:\n  def f(self, x: 'Gone | None', y: list[Lost]) -> Found: ..."
    ).body
    assert {"Gone", "Lost", "Found"} <= {*names_in(list(types_in(node)))}
