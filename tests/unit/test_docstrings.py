"""The examples in docstrings do what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import zenodo_sdk

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(zenodo_sdk.__path__, "zenodo_sdk.")
    if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    scope = {**vars(module), **{name: getattr(zenodo_sdk, name) for name in zenodo_sdk.__all__}}
    assert doctest.testmod(module, extraglobs=scope).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for module in MODULES for test in finder.find(module) if test.examples]
    assert len(found) >= 15
