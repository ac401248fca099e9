"""Embedded servers with three people, one of each profile for every file of tests; part files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.embedded import People, people
from tests.support.parts import Parts
from tests.support.threads import no_thread_is_left
from zenodo_sdk.transfer.download import claim


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


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Makes part files, and leaves none open."""
    parts = Parts(tmp_path)
    before = set(claim._held)
    yield parts
    for made in parts.made:
        made.close(keep=False)
    assert claim._held == before, "what is left is held no more"
    assert no_thread_is_left()
