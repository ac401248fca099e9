"""A repository's own words are no problem there, whatever they are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import zenodo_sdk
from zenodo_sdk import NoAnswer, RateLimited, Retry
from zenodo_sdk.testing import LocalZenodo, RateLimit

OWN = "own-word"
TERM = {"id": OWN}
RECORD: dict[str, Any] = {
    "metadata": {
        "title": "Soil moisture grid 2025",
        "resource_type": TERM,
        "publication_date": "2026-11-22",
        "publisher": "The tests",
        "creators": [
            {
                "person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"},
                "affiliations": [TERM],
                "role": TERM,
            }
        ],
        "additional_descriptions": [{"description": "For all", "type": TERM}],
        "dates": [{"date": "2026", "type": TERM}],
        "rights": [TERM],
        "subjects": [TERM],
    }
}
KINDS = (
    "affiliations",
    "creatorsroles",
    "datetypes",
    "descriptiontypes",
    "licenses",
    "resourcetypes",
    "subjects",
)


@pytest.fixture
def repository() -> Iterator[LocalZenodo]:
    with LocalZenodo("inveniordm") as server:
        for kind in KINDS:
            server.add_term(kind, {"id": OWN, "title": {"en": "A word of ours"}})
        yield server


def test_what_the_repository_knows_is_no_problem(
    repository: LocalZenodo, caplog: pytest.LogCaptureFixture
) -> None:
    offline = {problem.path for problem in zenodo_sdk.check(RECORD)}
    assert "metadata.resource_type.id" in offline or "metadata.resource_type" in offline
    with repository.client() as client, caplog.at_level("DEBUG", logger="zenodo_sdk"):
        assert zenodo_sdk.check(RECORD, client=client) == []
    assert len(caplog.messages) == len(KINDS)


def test_what_it_does_not_know_either_stays_one(repository: LocalZenodo) -> None:
    other = {**RECORD, "metadata": {**RECORD["metadata"], "rights": [{"id": "no-such-licence"}]}}
    with repository.client() as client:
        (problem,) = zenodo_sdk.check(other, client=client)
    assert problem.path.startswith("metadata.rights[0]")
    assert problem.code == "unknown-term"


def test_a_server_that_does_not_tell_is_an_error(repository: LocalZenodo) -> None:
    with repository.client() as client:
        once = client.with_options(retry=Retry(attempts=1, obey=0))
        repository.rate_limit = RateLimit(guest=1, user=1)
        with pytest.raises(RateLimited):
            once.check(RECORD)
        repository.close()
        with pytest.raises(NoAnswer):
            once.check(RECORD)
