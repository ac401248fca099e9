"""What metadata refers to is looked up on the server, each id once."""

from __future__ import annotations

import pytest

from tests.integration.conftest import Server
from zenodo_sdk import (
    Affiliation,
    AsyncClient,
    Award,
    Creator,
    Funder,
    Funding,
    License,
    Metadata,
    Subject,
)

COMMISSION = "00k4n6c32"


def _naming(affiliation: str, funder: str, award: str) -> Metadata:
    return Metadata(
        title="Soil moisture grid 2025",
        resource_type="dataset",
        creators=[
            Creator(name=name, affiliations=[Affiliation(ror=affiliation)])
            for name in ("Okafor, Ada", "Lee, Bo")
        ],
        publication_date="2026-11-22",
        publisher="The tests",
        languages=["eng"],
        licenses=["cc-by-4.0"],
        funding=[Funding(funder=Funder(id=funder), award=Award(id=award))],
    )


async def test_what_the_server_has_is_no_problem(
    guest: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    metadata = _naming("01ggx4157", COMMISSION, f"{COMMISSION}::101017452")
    with caplog.at_level("DEBUG", logger="zenodo_sdk"):
        assert await guest.check(metadata) == []
    asked = sorted(message.split(" ->")[0] for message in caplog.messages)
    assert asked == [
        "GET /api/affiliations/01ggx4157",
        "GET /api/awards/00k4n6c32%3A%3A101017452",
        "GET /api/funders/00k4n6c32",
        "GET /api/vocabularies/languages/eng",
        "GET /api/vocabularies/licenses/cc-by-4.0",
        "GET /api/vocabularies/resourcetypes/dataset",
    ]


async def test_what_it_does_not_have_is_named(guest: AsyncClient) -> None:
    metadata = _naming("03yrm5c26", "05gq02987", "05gq02987::12345")
    metadata.subjects = [Subject(id="https://example.org/subjects/none")]
    found = await guest.check(metadata)
    assert {(problem.path, problem.code, problem.effect) for problem in found} == {
        ("metadata.creators[0].affiliations[0].ror", "unknown-term", "refused"),
        ("metadata.creators[1].affiliations[0].ror", "unknown-term", "refused"),
        ("metadata.funding[0].funder.id", "unknown-term", "refused"),
        ("metadata.funding[0].award.id", "unknown-term", "refused"),
        ("metadata.subjects[0].id", "unknown-term", "refused"),
    }
    assert all(problem.fix for problem in found)


async def test_the_server_knows_its_own_words_best(guest: AsyncClient) -> None:
    metadata = _naming("01ggx4157", COMMISSION, f"{COMMISSION}::101017452")
    metadata.licenses = [License.from_rdm({"id": "no-such-licence"})]
    (problem,) = await guest.check(metadata)
    assert problem.path in ("metadata.licenses[0]", "metadata.licenses[0].id")
    assert problem.code == "unknown-term"


async def test_communities_that_are_wished_for(guest: AsyncClient, server: Server) -> None:
    wished = [{"identifier": server.community}, {"identifier": "no-such-community"}]
    document = {
        "title": "Soil moisture grid 2025",
        "upload_type": "dataset",
        "description": "Daily",
        "publication_date": "2026-11-22",
        "creators": [{"name": "Okafor, Ada"}],
        "communities": wished,
    }
    (problem,) = [
        problem
        for problem in await guest.check(document, dialect="zenodo_json")
        if problem.path.startswith("communities")
    ]
    assert problem.path.startswith("communities[1]")
    assert problem.effect == "lost"
