"""Embedded servers with three people: one of each profile for every file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.embedded import People, people


@pytest.fixture(scope="module", params=["inveniordm", "zenodo"])
def us(request: pytest.FixtureRequest) -> Iterator[People]:
    """People at a server of either profile."""
    with people(request.param) as found:
        yield found


@pytest.fixture(scope="module")
def stock() -> Iterator[People]:
    """People at a stock InvenioRDM."""
    with people("inveniordm") as found:
        yield found


@pytest.fixture(scope="module")
def zenodo() -> Iterator[People]:
    """People at Zenodo."""
    with people("zenodo") as found:
        yield found
