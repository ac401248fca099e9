"""What pytest loads in every environment that has zenodo_sdk: the fixtures, if they can work.

It brings nothing beside the SDK itself, for it is loaded in runs that never ask for a fixture; the
server is imported when a test does.
"""

from __future__ import annotations

from importlib.util import find_spec

import pytest

_NEEDED = ("starlette", "uvicorn", "marshmallow_utils", "idutils", "luqum", "pycountry")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option in ``pyproject.toml``: ``zenodo_profile``."""
    parser.addini(
        "zenodo_profile",
        "what the fixture zenodo_server imitates: zenodo or inveniordm",
        default="zenodo",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures where the extra ``zenodo-sdk[local]`` is installed."""
    if all(find_spec(name) for name in _NEEDED):
        from . import pytest_fixtures

        config.pluginmanager.register(pytest_fixtures, "zenodo_sdk-fixtures")
