"""What an editor completes is what exists: written-out signatures follow the fields."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap

import pytest

import zenodo_sdk.models
from zenodo_sdk.models._base import Model

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.iter_modules(zenodo_sdk.models.__path__, "zenodo_sdk.models.")
]
CLASSES = [
    value
    for module in MODULES
    for value in vars(module).values()
    if inspect.isclass(value) and issubclass(value, Model) and value.__module__ == module.__name__
]


def written_signature(cls: type[Model]) -> ast.arguments | None:
    """The arguments of the ``__init__`` that stands under ``if TYPE_CHECKING``."""
    (definition,) = ast.parse(inspect.getsource(cls)).body
    assert isinstance(definition, ast.ClassDef)
    for statement in definition.body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
                    return inner.args
    return None


SIGNED = [cls for cls in CLASSES if written_signature(cls)]


def test_there_are_signatures_to_check() -> None:
    assert len(SIGNED) >= 12


@pytest.mark.parametrize("cls", SIGNED, ids=lambda cls: cls.__name__)
def test_a_signature_names_the_fields_and_the_shorthands(cls: type[Model]) -> None:
    arguments = written_signature(cls)
    assert arguments is not None
    # what stands before the star is what may be given without a name
    assert [argument.arg for argument in arguments.args] == ["self", *cls._positional]
    named = [*cls._positional, *(argument.arg for argument in arguments.kwonlyargs)]
    assert sorted(named) == sorted([*cls.model_fields, *cls._accepted()])
    needed = {
        argument.arg
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    }
    optional = len(arguments.defaults)
    needed |= {*cls._positional[: len(cls._positional) - optional]}
    assert needed == {name for name, field in cls.model_fields.items() if field.is_required()}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_shorthand_is_signed_and_no_field(cls: type[Model]) -> None:
    if cls._accepted():
        assert cls in SIGNED
        assert not {*cls._accepted()} & {*cls.model_fields}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_field_says_what_it_is(cls: type[Model]) -> None:
    assert inspect.getdoc(cls)
    # read as the documentation reads it: a string that follows the field
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(node, ast.ClassDef)
    undocumented = [
        statement.target.id
        for statement, following in zip(node.body, [*node.body[1:], None], strict=True)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not statement.target.id.startswith("_")
        and not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant))
    ]
    assert undocumented == []
