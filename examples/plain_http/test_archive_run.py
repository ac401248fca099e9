"""How a tool without the SDK is tested with its fixtures: no network, no account, every fault.

``zenodo_server`` is an embedded Zenodo, ``zenodo_faults`` stands before it and breaks what it is
told to break. Both come with ``pip install 'zenodo-sdk[local]'``.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

import pytest
from archive_run import Refused, archive

from zenodo_sdk.testing import (
    CutUpload,
    Fault,
    FaultProxy,
    HtmlPage,
    LocalZenodo,
    LoseAnswer,
    LyingChecksum,
    TooManyRequests,
)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """What the tool publishes."""
    path = tmp_path / "results.csv"
    path.write_text("day,moisture\n2026-11-22,0.31\n")
    return path


def published(server: LocalZenodo) -> list[str]:
    """The titles of all that was published, read as anybody reads it."""
    with urlopen(f"{server.url}/api/records") as answer:
        return [hit["title"] for hit in json.load(answer)["hits"]["hits"]]


def test_it_publishes(zenodo_server: LocalZenodo, results: Path) -> None:
    doi = archive(results, "Run 7", token=zenodo_server.token, url=zenodo_server.url)
    assert doi.startswith("10.5281/zenodo.")
    assert published(zenodo_server) == ["Run 7"]
    record = doi.rpartition(".")[2]
    with urlopen(f"{zenodo_server.url}/api/records/{record}/files/results.csv/content") as answer:
        assert answer.read() == results.read_bytes()


def test_it_tells_what_zenodo_finds_wrong(zenodo_server: LocalZenodo, results: Path) -> None:
    with pytest.raises(Refused, match=r"metadata\.title: \['Shorter than minimum length 3"):
        archive(results, "7", token=zenodo_server.token, url=zenodo_server.url)


def test_it_tells_that_a_token_is_wrong(zenodo_server: LocalZenodo, results: Path) -> None:
    with pytest.raises(Refused, match="403: Permission denied"):
        archive(results, "Run 7", token="mistyped", url=zenodo_server.url)


def test_an_empty_file_is_refused(zenodo_server: LocalZenodo, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(Refused):
        archive(empty, "Run 7", token=zenodo_server.token, url=zenodo_server.url)
    assert published(zenodo_server) == []


@pytest.mark.parametrize(
    "fault",
    [
        CutUpload("PUT", r"/content$", after=10),
        LyingChecksum("POST", r"/commit$"),
        TooManyRequests("POST", r"/records$", retry_after=30),
        LoseAnswer("POST", r"/draft/files$"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_nothing_is_published_when_something_breaks(
    zenodo_server: LocalZenodo, zenodo_faults: FaultProxy, results: Path, fault: Fault
) -> None:
    zenodo_faults.inject(fault)
    with pytest.raises(Refused):
        archive(results, "Run 7", token=zenodo_server.token, url=zenodo_faults.url)
    assert published(zenodo_server) == []


def test_a_lost_answer_hides_what_was_published(
    zenodo_server: LocalZenodo, zenodo_faults: FaultProxy, results: Path
) -> None:
    # this tool has no way to find out: it says no, and yet the record is there for good
    zenodo_faults.inject(LoseAnswer("POST", r"/publish$"))
    with pytest.raises(Refused, match="no answer"):
        archive(results, "Run 7", token=zenodo_server.token, url=zenodo_faults.url)
    assert published(zenodo_server) == ["Run 7"]


def test_a_page_of_the_front_end_is_no_json(
    zenodo_server: LocalZenodo, zenodo_faults: FaultProxy, results: Path
) -> None:
    # found with this test: the tool falls over what a blocked client gets
    zenodo_faults.inject(HtmlPage("POST", r"/records$", status=403))
    with pytest.raises(ValueError, match="Expecting value"):
        archive(results, "Run 7", token=zenodo_server.token, url=zenodo_faults.url)
