"""Every part of the metadata goes to the real server and comes back the same."""

from __future__ import annotations

from zenodo_sdk import (
    Access,
    AdditionalDescription,
    AdditionalTitle,
    Affiliation,
    AsyncClient,
    Award,
    Contributor,
    Creator,
    Date,
    Funder,
    Funding,
    Identifier,
    License,
    Location,
    Metadata,
    Reference,
    RelatedIdentifier,
)


def everything() -> Metadata:
    return Metadata(
        title="Everything at once",
        resource_type="publication-article",
        creators=[
            Creator(
                family_name="Okafor, Jr.",
                given_name="Ada",
                orcid="0000-0002-1825-0097",
                affiliations=[Affiliation(ror="01ggx4157"), "Laboratory of Soil"],
                role="datamanager",
            ),
            Creator.organization("CERN", ror="01ggx4157"),
        ],
        contributors=[Contributor(name="Lee, Bo", role="editor")],
        publication_date="2026-01/2026-06",
        publisher="The tests",
        description="<p>All of <em>it</em> &amp; more</p>",
        additional_titles=[
            AdditionalTitle(title="Alles auf einmal", type="translated-title", language="de")
        ],
        additional_descriptions=[
            AdditionalDescription(description="<p>How</p>", type="methods", language="eng")
        ],
        licenses=["cc-by-4.0", License(title="My own", link="https://example.org/licence")],
        copyright="(c) The tests",
        keywords=["soil", "moisture"],
        languages=["en", "deu"],
        dates=[Date(date="2025-03-04", type="collected", description="In the field")],
        version="1.0.0",
        sizes=["12 pages"],
        formats=["application/pdf"],
        references=[
            Reference(reference="Nielsen et al.", identifier="0000 0001 1456 7559", scheme="isni"),
            "Plain reference",
        ],
        locations=[Location(lat=0, lon=6.05, place="On the equator", description="A point")],
        identifiers=[Identifier(identifier="https://example.org/everything", scheme="url")],
        related_identifiers=[
            RelatedIdentifier(
                identifier="10.1234/other", relation="isSupplementTo", resource_type="dataset"
            )
        ],
        funding=[
            Funding(funder=Funder(id="00k4n6c32"), award=Award(id="00k4n6c32::101017452")),
            Funding(funder=Funder(name="A friend"), award=Award(number="7", title="For fun")),
        ],
        access=Access.open(),
    )


async def test_everything_comes_back(client: AsyncClient) -> None:
    metadata = everything()
    deposition = await client.depositions.create(metadata)
    assert deposition.problems == []
    assert deposition.metadata.to_rdm()["metadata"] == metadata.to_rdm()["metadata"]


async def test_editing_everything_changes_nothing_else(client: AsyncClient) -> None:
    deposition = await client.depositions.create(everything())
    await deposition.files.upload(b"content", name="a.txt")
    await deposition.publish()
    before = (await client.records.get(deposition.id)).metadata.to_rdm()
    await deposition.edit()
    deposition.metadata.version = "1.0.1"
    await deposition.save()
    await deposition.publish()
    after = (await client.records.get(deposition.id)).metadata.to_rdm()
    assert isinstance(before["metadata"], dict)
    assert after == {**before, "metadata": {**before["metadata"], "version": "1.0.1"}}
