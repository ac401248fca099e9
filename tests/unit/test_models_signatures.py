"""What an editor completes is what exists: written-out signatures follow the fields."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap

import pytest

import zenodo_sdk.models
from zenodo_sdk import Creator, Metadata, RelatedIdentifier
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


SIGNED = [cls for cls in CLASSES if "__init__" in vars(cls)]


def test_there_are_signatures_to_check() -> None:
    assert len(SIGNED) >= 20


@pytest.mark.parametrize("cls", SIGNED, ids=lambda cls: cls.__name__)
def test_a_signature_names_the_fields_and_the_shorthands(cls: type[Model]) -> None:
    arguments = inspect.signature(cls).parameters
    assert sorted(arguments) == sorted([*cls.model_fields, *cls._accepted()])
    needed = {name for name, one in arguments.items() if one.default is one.empty}
    assert needed == {name for name, field in cls.model_fields.items() if field.is_required()}
    cls.model_rebuild()
    assert inspect.signature(cls).parameters.keys() == arguments.keys()


def test_what_stands_before_the_star_needs_no_name() -> None:
    def unnamed(cls: type[Model]) -> list[str]:
        arguments = inspect.signature(cls).parameters.values()
        return [one.name for one in arguments if one.kind is one.POSITIONAL_OR_KEYWORD]

    assert unnamed(Creator) == ["name"]
    assert unnamed(RelatedIdentifier) == ["identifier", "relation"]
    assert unnamed(Metadata) == []


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
