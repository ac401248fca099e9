"""Options of the test run; they live here because pytest wants them before it collects."""

from __future__ import annotations

import os
import tempfile

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how the scenarios can be run."""
    group = parser.getgroup("integration")
    group.addoption("--live", action="store_true", help="run the scenarios on the real server")
    group.addoption(
        "--record", action="store_true", help="record their cassettes anew from the real server"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one file in which its workers gather the outcomes of lost answers."""
    if not hasattr(config, "workerinput"):
        handle, os.environ["ZENODO_SDK_TEST_OUTCOMES"] = tempfile.mkstemp(suffix=".outcomes")
        os.close(handle)
