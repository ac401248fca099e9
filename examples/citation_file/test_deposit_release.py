"""The example, on an embedded Zenodo."""

from __future__ import annotations

from pathlib import Path

import pytest
from deposit_release import Unpublishable, deposit

from zenodo_sdk import Client

CITATION = """\
cff-version: 1.2.0
message: Please cite it.
title: Soil grid tools
type: software
version: 1.2.0
date-released: 2026-11-22
license: MIT
authors:
  - {family-names: Okafor, given-names: Ada, orcid: "https://orcid.org/0000-0002-1825-0097"}
"""


@pytest.fixture
def citation(tmp_path: Path) -> Path:
    path = tmp_path / "CITATION.cff"
    path.write_text(CITATION)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "soil.tar.gz"
    path.write_bytes(b"pretend that this is an archive")
    return path


def test_it_publishes_and_then_the_next_version(
    zenodo_client: Client, citation: Path, archive: Path
) -> None:
    first = deposit(zenodo_client, citation, archive)
    citation.write_text(CITATION.replace("1.2.0\ndate", "1.3.0\ndate"))
    second = deposit(zenodo_client, citation, archive, after=first)
    record = zenodo_client.records.get(second)
    assert (record.metadata.title, record.metadata.version) == ("Soil grid tools", "1.3.0")
    assert [version.doi for version in zenodo_client.records.versions(record)] == [second, first]


def test_it_sends_nothing_that_would_not_be_published(
    zenodo_client: Client, citation: Path, archive: Path
) -> None:
    citation.write_text(CITATION.replace("0097", "0098"))
    with pytest.raises(Unpublishable) as caught:
        deposit(zenodo_client, citation, archive)
    assert [problem.path for problem in caught.value.problems] == ["authors[0].orcid"]
    assert zenodo_client.depositions.list().total() == 0
