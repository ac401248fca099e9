"""A program as users write it: only read by type checkers, never run.

``assert_type`` says what an editor shows; the second half holds what must not pass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Literal, assert_type

from pydantic import JsonValue

from zenodo_sdk import (
    Access,
    Account,
    AdditionalDescription,
    AdditionalTitle,
    Affiliation,
    AsyncClient,
    AsyncDeposition,
    AsyncDepositionFile,
    AsyncDepositionFiles,
    AsyncDepositions,
    AsyncDownloadPlan,
    AsyncPager,
    AsyncRecord,
    AsyncRecordFile,
    AsyncRecordFiles,
    AsyncRecords,
    AsyncSyncPlan,
    AudiovisualCore,
    Award,
    BadRequest,
    CachedFile,
    ChecksumMismatch,
    Client,
    CommunityRef,
    Conflict,
    Contributor,
    Creator,
    DarwinCore,
    Date,
    Deposition,
    DepositionData,
    DepositionFile,
    DepositionFiles,
    Depositions,
    Difference,
    Direction,
    DomainFields,
    DownloadPlan,
    DublinCore,
    Effect,
    Embargo,
    FieldError,
    FileCache,
    FileData,
    FileExists,
    FileOptions,
    Funder,
    Funding,
    Gbif,
    GbifDarwinCore,
    Geometry,
    Gone,
    HostRelation,
    Identifier,
    ImportedMetadata,
    Imprint,
    Inclusion,
    Journal,
    License,
    Location,
    Meeting,
    Member,
    Metadata,
    Mixs,
    NoAnswer,
    NotReadyToPublish,
    Obo,
    OpenBiodiv,
    OutcomeUnknown,
    Pager,
    Phase,
    PlannedDownload,
    PlannedFile,
    Problem,
    Progress,
    ProgressCallback,
    RateLimit,
    RateLimited,
    RateLimits,
    Record,
    RecordFile,
    RecordFiles,
    Records,
    Reference,
    RelatedIdentifier,
    ResponseError,
    Retry,
    ServerCopy,
    Skipped,
    Software,
    Stamp,
    Stats,
    Subject,
    SyncPlan,
    Term,
    Thesis,
    Timeouts,
    WorkData,
    ZenodoError,
    check,
)


def say(progress: Progress) -> None:
    assert_type(progress.name, str)
    assert_type(progress.done, int)
    assert_type(progress.total, int | None)
    assert_type(progress.direction, Direction)
    assert_type(progress.phase, Phase)
    assert_type(progress.rate, float | None)
    assert_type(progress.is_complete, bool)


callback: ProgressCallback = say


def describe() -> Metadata:
    creator = Creator(
        name="Okafor, Ada",
        orcid="0000-0002-1825-0097",
        affiliation="University X",
        role="datacollector",
    )
    assert_type(creator.name, str)
    assert_type(creator.family_name, str | None)
    assert_type(creator.orcid, str | None)
    assert_type(creator.affiliations, list[Affiliation])
    assert_type(creator.identifiers, list[Identifier])
    assert_type(creator.type, Literal["personal", "organizational"] | None)
    creator.name = "Okafor, Ada B."
    assert_type(Creator.organization("CERN", ror="01ggx4157"), Creator)
    metadata = Metadata(
        title="Soil moisture grid 2025",
        resource_type="dataset",
        creators=[creator, Creator("Lee, Bo"), Creator(organization_name="CERN")],
        contributors=[Contributor("Lee, Bo", role="editor")],
        publication_date=dt.date(2026, 11, 22),
        publisher="Zenodo",
        description="<p>Daily grid.</p>",
        additional_titles=[AdditionalTitle(title="Böden", type="translated-title", language="de")],
        additional_descriptions=[AdditionalDescription("How", "methods")],
        licenses=["cc-by-4.0", License.custom("Ours", link="https://example.org/licence")],
        keywords=["soil"],
        subjects=[Subject(id="s:1")],
        languages=["en"],
        dates=[Date("2025-01/2025-12", "collected"), Date(dt.date(2026, 1, 1), "valid")],
        version="1.0",
        references=["Doe 2020", Reference("Roe 2021", identifier="10.1234/x")],
        locations=[
            Location(lat=0, lon=6.05, place="CERN"),
            Location(geometry=Geometry("MultiPoint", [[0, 1], [2, 3]])),
            Location.points([(46.2, 6.05), (46, 7)]),
        ],
        identifiers=[Identifier("978-3-16-148410-0", "isbn")],
        related_identifiers=[RelatedIdentifier("10.1234/y", "isSupplementTo")],
        funding=[
            Funding.ec("101017452"),
            Funding.of("nsf", 1565068),
            Funding(funder=Funder(id="00k4n6c32"), award=Award(number="1", title="Ice")),
        ],
        journal=Journal("Soils"),
        meeting=Meeting("EGU"),
        imprint=Imprint(isbn="978-3-16-148410-0"),
        thesis=Thesis("X", date_defended=dt.date(2026, 5, 1)),
        software=Software("https://example.org/r", languages=["python", Term("brainfog")]),
        domain=DomainFields(dwc=DarwinCore(genus=["Apis"], decimal_latitude=[46.2])),
        custom_fields={"own:field": ["Apis"]},
        access=Access.embargoed(dt.date(2027, 1, 31), reason="Review"),
        doi="10.1234/mine",
        files=FileOptions(default_preview="grid.nc"),
    )
    assert_type(metadata.title, str | None)
    assert_type(metadata.resource_type, str | None)
    assert_type(metadata.creators, list[Creator])
    assert_type(metadata.contributors, list[Contributor])
    assert_type(metadata.publication_date, str | None)
    assert_type(metadata.licenses, list[License])
    assert_type(metadata.licenses[0].title, dict[str, str])
    assert_type(metadata.keywords, list[str])
    assert_type(metadata.dates[0].type, str | None)
    assert_type(metadata.references, list[Reference])
    assert_type(metadata.locations[0].lat, float | None)
    assert_type(metadata.related_identifiers[0].relation, str | None)
    assert_type(metadata.funding[0].award, Award | None)
    assert_type(metadata.journal, Journal | None)
    assert_type(metadata.software, Software | None)
    assert_type(metadata.custom_fields, dict[str, JsonValue])
    assert_type(metadata.access, Access | None)
    assert_type(metadata.to_rdm(), dict[str, JsonValue])
    assert_type(Metadata.from_rdm({}), Metadata)
    assert_type(Access.open(), Access)
    assert_type(Access.restricted().embargo, Embargo | None)
    metadata.resource_type = Term("drill-core")
    metadata.keywords.append("water")
    metadata.creators = [creator]
    assert_type(metadata.problems(), list[Problem])
    assert_type(metadata.problems()[0].effect, Effect)
    assert_type(metadata.domain, DomainFields | None)
    assert_type(check(metadata), list[Problem])
    assert_type(check("CITATION.cff", github=True), list[Problem])
    found = Metadata.from_zenodo_json(".zenodo.json")
    assert_type(found, ImportedMetadata)
    assert_type(found.communities, tuple[str, ...])
    assert_type(found.reserved_doi, str | None)
    assert_type(found.import_problems, list[Problem])
    assert_type(Metadata.from_file(Path("codemeta.json")), ImportedMetadata)
    assert_type(Metadata.from_citation_cff(b"title: Soil"), ImportedMetadata)
    assert_type(Metadata.from_codemeta({"name": "Soil"}), ImportedMetadata)
    assert_type(Metadata.from_ro_crate("ro-crate-metadata.json"), ImportedMetadata)
    assert_type(metadata.to_zenodo_json(), dict[str, JsonValue])
    assert_type(metadata.to_citation_cff(), dict[str, JsonValue])
    assert_type(metadata.to_codemeta(), dict[str, JsonValue])
    assert_type(metadata.export_problems("cff"), list[Problem])
    return metadata


def parts() -> None:
    assert_type(Affiliation("University X", ror="01ggx4157"), Affiliation)
    assert_type(Contributor.organization("CERN", role=Term("host")), Contributor)
    assert_type(License("mit").id, str | None)
    assert_type(License.custom("Ours", description="All rights reserved."), License)
    assert_type(Identifier("10.1234/x").scheme, str | None)
    assert_type(RelatedIdentifier("10.1234/x", "cites", resource_type="dataset"), RelatedIdentifier)
    assert_type(Reference("Doe 2020", identifier="10.1234/x", scheme="doi"), Reference)
    assert_type(Date("2026", "other", description="Harvest").description, str | None)
    assert_type(AdditionalTitle("Soils", "subtitle").type, str | None)
    assert_type(AdditionalDescription("How", "methods", language="en"), AdditionalDescription)
    assert_type(Subject("s:1").subject, str | None)
    assert_type(Geometry("Point", [6.05, 46.2]).coordinates, JsonValue)
    assert_type(Location.points([(46.2, 6.05)], place="CERN").geometry, Geometry | None)
    assert_type(Location.polygon([(0, 0), (0, 9), (9, 9)], [(1, 1), (1, 2), (2, 2)]), Location)
    assert_type(Funder(name="Soil Fund").id, str | None)
    assert_type(Award(title={"en": "Ice"}).title, dict[str, str])
    assert_type(Funding.of("nsf", 1565068).funder, Funder | None)
    assert_type(Journal("Soils", volume="1", issue="2", pages="3", issn="0378-5955"), Journal)
    assert_type(Meeting("EGU", url="https://example.org").identifiers, list[Identifier])
    assert_type(Imprint("Book", isbn="978-3-16-148410-0", edition="2").isbn, str | None)
    assert_type(Thesis("X", department="Soils", type="PhD").date_defended, str | None)
    assert_type(Software(languages=["python"], status="active").languages, list[str])
    assert_type(Embargo(active=True, until=dt.date(2999, 1, 1)).until, str | None)
    assert_type(Access(record="public", files="restricted").embargo, Embargo | None)
    domain = DomainFields(
        dwc=DarwinCore(event_date=["2026-05-01"]),
        gbif=Gbif(amplicon_size=[250]),
        gbif_dwc=GbifDarwinCore(recorded_by_id=["x"]),
        dc=DublinCore(creator=["Okafor"]),
        openbiodiv=OpenBiodiv(taxonomic_concept_label=["x"]),
        mixs=Mixs(env_medium=["soil"]),
        obo=Obo(host_of=[HostRelation(subject=["Apis"], object=["Varroa"])]),
        ac=AudiovisualCore(capture_device=["camera"]),
    )
    assert_type(domain.dwc, DarwinCore | None)
    assert_type(Gbif().amplicon_size, list[int])
    assert_type(Obo().host_of, list[HostRelation])


def look(deposition: Deposition | AsyncDeposition) -> None:
    assert_type(deposition.id, str)
    assert_type(deposition.concept_id, str | None)
    assert_type(deposition.state, Literal["draft", "published", "editing"])
    assert_type(deposition.doi, str | None)
    assert_type(deposition.concept_doi, str | None)
    assert_type(deposition.url, str | None)
    assert_type(deposition.record_url, str | None)
    assert_type(deposition.title, str | None)
    assert_type(deposition.metadata, Metadata)
    assert_type(deposition.created, dt.datetime | None)
    assert_type(deposition.revision, int)
    assert_type(deposition.problems, list[Problem])
    assert_type(deposition.problems[0].severity, Literal["error", "warning"])
    assert_type(deposition.inclusions, list[Inclusion])
    assert_type(deposition.communities, list[CommunityRef])
    assert_type(deposition.links, dict[str, str])
    assert_type(deposition.raw, dict[str, JsonValue])
    assert_type(deposition.extra, dict[str, JsonValue])


def missing(files: Sequence[FileData], plan: SyncPlan | AsyncSyncPlan) -> list[str]:
    assert_type(plan.skipped, tuple[Skipped, ...])
    assert_type(plan.added[0].on_server, ServerCopy | None)
    assert_type(plan.kept[0].stamp, Stamp | None)
    return [file.name for file in files if not file.is_complete]


def titles(*works: WorkData) -> list[str | None]:
    return [work.title for work in works]


def is_open(deposition: DepositionData) -> bool:
    return deposition.state == "draft"


def sync_program() -> None:
    with Client("token", timeout=Timeouts(), retry=Retry()) as client:
        assert_type(client, Client)
        assert_type(client.base_url, str)
        assert_type(client.whoami(), Account)
        assert_type(client.depositions, Depositions)
        assert_type(client.records, Records)
        assert_type(client.with_options(timeout=5.0), Client)

        deposition = client.depositions.create(describe())
        assert_type(deposition, Deposition)
        assert_type(client.depositions.create(), Deposition)
        assert_type(client.depositions.get(12), Deposition)
        assert_type(client.depositions.refresh("12"), Deposition)
        assert_type(client.depositions.update(12, describe()), Deposition)
        assert_type(client.depositions.files(12), DepositionFiles)
        look(deposition)

        drafts = client.depositions.list("soil", published=False, sort="newest", limit=10)
        assert_type(drafts, Pager[Deposition])
        assert_type(iter(drafts), Iterator[Deposition])
        for one in drafts:
            assert_type(one, Deposition)
        for page in drafts.pages():
            assert_type(page, list[Deposition])
        assert_type(drafts.first(), Deposition | None)
        assert_type(drafts.total(), int | None)

        files = deposition.files
        assert_type(files, DepositionFiles)
        file = files.upload("grid.nc", overwrite="replace", progress=say)
        assert_type(file, DepositionFile)
        assert_type(files.upload(b"1", name="a.txt", progress=callback), DepositionFile)
        assert_type(files.upload_many(["a.txt", Path("b.txt")]), list[DepositionFile])
        assert_type(files.upload_many({"x/a.txt": b"1"}, at_once=2), list[DepositionFile])
        assert_type(files.upload([b"1", b"2"], name="a.txt", size=2, quota=10**11), DepositionFile)
        assert_type(files.list(), list[DepositionFile])
        assert_type(files.get("grid.nc"), DepositionFile)
        assert_type(files.download("grid.nc", "data/", progress=say), Path)
        assert_type(files.download_all("data/"), list[Path])
        files.delete("grid.nc")
        missing(files.list(), files.plan("data/"))
        assert_type(client.rate_limit, RateLimits)
        assert_type(client.rate_limit.api, RateLimit)
        titles(deposition, client.records.get(12))
        is_open(deposition)
        sync_plan = files.plan("data/", pattern="*.csv", hidden=True, remove=False, progress=say)
        assert_type(sync_plan, SyncPlan)
        assert_type(sync_plan.added, tuple[PlannedFile, ...])
        assert_type(sync_plan.removed[0].path, Path | None)
        assert_type(sync_plan.problems, tuple[Problem, ...])
        assert_type(sync_plan.bytes_to_send, int)
        assert_type(sync_plan.apply(progress=say), list[DepositionFile])
        assert_type(files.sync(Path("data"), quota=200 * 10**9), list[DepositionFile])
        packed = files.upload_archive("data/", "data.zip", compress=True, progress=say)
        assert_type(packed, DepositionFile)
        assert_type(file.name, str)
        assert_type(file.size, int | None)
        assert_type(file.checksum, str | None)
        assert_type(file.md5, str | None)
        assert_type(file.is_complete, bool)
        assert_type(file.download(overwrite="replace"), Path)
        file.delete()

        deposition.metadata.title = "Another title"
        assert_type(deposition.save(), Deposition)
        assert_type(deposition.update(describe()), Deposition)
        assert_type(deposition.reserve_doi(), Deposition)
        assert_type(deposition.publish(communities=["soil"]), Deposition)
        assert_type(deposition.edit(), Deposition)
        assert_type(deposition.discard(), Deposition)
        assert_type(deposition.refresh(), Deposition)
        assert_type(deposition.new_version(import_files=False), Deposition)
        assert_type(deposition.new_version(files_from="data/", progress=say), Deposition)
        assert_type(deposition.versions(), Pager[Record])
        deposition.delete()

    record = Client.sandbox().records.get("10.5281/zenodo.8435696")
    assert_type(record, Record)
    assert_type(record.stats, Stats | None)
    assert_type(record.swhid, str | None)
    assert_type(record.files, RecordFiles)
    assert_type(record.files.list(), list[RecordFile])
    assert_type(record.files.get("a").download("b"), Path)
    assert_type(record.files.download_all("data/"), list[Path])
    plan = record.files.plan_download("data/", pattern="*.csv")
    assert_type(plan, DownloadPlan)
    assert_type(plan.entries, tuple[PlannedDownload, ...])
    assert_type(plan.entries[0].state, Literal["missing", "partial", "present", "differs"])
    assert_type(plan.bytes_to_move, int)
    assert_type(plan.apply(overwrite="replace", progress=say, connections=4), list[Path])
    assert_type(record.files.fetch("a", progress=say), Path)
    assert_type(record.files.download_archive("data/", overwrite="replace"), Path)
    members = record.files.members("data.zip")
    assert_type(members, list[Member])
    assert_type(members[0].modified, dt.datetime | None)
    assert_type(record.files.download_member("data.zip", members[0], progress=say), Path)
    cache = FileCache("folder")
    assert_type(record.files.get("a").fetch(offline=True, cache=cache), Path)
    assert_type(cache.list(), list[CachedFile])
    assert_type(cache.clean(record=12, older_than=dt.timedelta(days=3), host="zenodo.org"), int)
    assert_type((cache.path, cache.size), tuple[Path, int])
    assert_type(record.latest(), Record)
    assert_type(record.versions(), Pager[Record])
    assert_type(record.refresh(), Record)
    hits = client.records.search("soil", sort="newest", all_versions=True, page_size=5)
    assert_type(hits, Pager[Record])
    assert_type([hit.title for hit in hits], list[str | None])
    assert_type(hits.first(), Record | None)
    assert_type(client.records.latest(record), Record)
    assert_type(client.records.versions(12), Pager[Record])
    assert_type(client.records.files(12), RecordFiles)
    assert_type(client.records.files(12, share_token="eyJ"), RecordFiles)
    assert_type(client.depositions.new_version(record), Deposition)
    client.close()


async def async_program() -> None:
    async with AsyncClient.sandbox("token") as client:
        assert_type(client, AsyncClient)
        assert_type(await client.whoami(), Account)
        assert_type(client.depositions, AsyncDepositions)
        assert_type(client.records, AsyncRecords)

        deposition = await client.depositions.create(describe())
        assert_type(deposition, AsyncDeposition)
        assert_type(await client.depositions.get(12), AsyncDeposition)
        assert_type(await client.depositions.refresh("12"), AsyncDeposition)
        assert_type(client.depositions.files(12), AsyncDepositionFiles)
        look(deposition)

        drafts = client.depositions.list(editing=True)
        assert_type(drafts, AsyncPager[AsyncDeposition])
        assert_type(aiter(drafts), AsyncIterator[AsyncDeposition])
        async for one in drafts:
            assert_type(one, AsyncDeposition)
        async for page in drafts.pages():
            assert_type(page, list[AsyncDeposition])
        assert_type(await drafts.first(), AsyncDeposition | None)
        assert_type(await drafts.total(), int | None)

        files = deposition.files
        assert_type(files, AsyncDepositionFiles)
        file = await files.upload("grid.nc", progress=say)
        assert_type(file, AsyncDepositionFile)
        assert_type(await files.upload_many({"a": b"1"}), list[AsyncDepositionFile])
        assert_type(await files.upload(iter([b"1"]), name="a", size=1), AsyncDepositionFile)
        assert_type(await files.list(), list[AsyncDepositionFile])
        assert_type(await files.get("grid.nc"), AsyncDepositionFile)
        assert_type(await files.download(file), Path)
        assert_type(await files.download_all(), list[Path])
        assert_type(await file.download(), Path)
        await files.delete(file)
        sync_plan = await files.plan("data/")
        assert_type(sync_plan, AsyncSyncPlan)
        assert_type(await sync_plan.apply(), list[AsyncDepositionFile])
        assert_type(await files.sync("data/", remove=False), list[AsyncDepositionFile])
        await file.delete()

        assert_type(await deposition.save(), AsyncDeposition)
        assert_type(await deposition.update(describe()), AsyncDeposition)
        assert_type(await deposition.reserve_doi(), AsyncDeposition)
        assert_type(await deposition.publish(), AsyncDeposition)
        assert_type(await deposition.edit(), AsyncDeposition)
        assert_type(await deposition.discard(), AsyncDeposition)
        assert_type(await deposition.refresh(), AsyncDeposition)
        assert_type(await deposition.new_version(), AsyncDeposition)
        assert_type(await deposition.new_version(files_from=Path("data")), AsyncDeposition)
        assert_type(deposition.versions(), AsyncPager[AsyncRecord])
        await deposition.delete()

        record = await client.records.get(8435696)
        assert_type(record, AsyncRecord)
        assert_type(record.files, AsyncRecordFiles)
        assert_type(await record.files.list(), list[AsyncRecordFile])
        assert_type(await record.files.download_all(), list[Path])
        planned = await record.files.plan_download()
        assert_type(planned, AsyncDownloadPlan)
        assert_type(await planned.apply(), list[Path])
        assert_type(await record.files.fetch("a"), Path)
        assert_type(await record.files.download_archive(), Path)
        assert_type(await record.files.members("data.zip"), list[Member])
        assert_type(await record.files.download_member("data.zip", "a.csv"), Path)
        assert_type(await record.latest(), AsyncRecord)
        assert_type(record.versions(), AsyncPager[AsyncRecord])
        assert_type(await record.refresh(), AsyncRecord)
        assert_type(client.records.search("soil"), AsyncPager[AsyncRecord])
        assert_type([hit.id async for hit in client.records.search()], list[str])


def errors(deposition: Deposition) -> None:
    try:
        deposition.publish()
    except NotReadyToPublish as error:
        assert_type(error.problems, tuple[Problem, ...])
    except Conflict as error:
        assert_type(error.differences, tuple[Difference, ...])
    except RateLimited as error:
        assert_type(error.retry_after, float | None)
    except Gone as error:
        assert_type(error.tombstone, dict[str, JsonValue] | None)
    except BadRequest as error:
        assert_type(error.field_errors, tuple[FieldError, ...])
        assert_type(error.field_errors[0].messages, tuple[str, ...])
    except ResponseError as error:
        assert_type(error.status, int)
        assert_type(error.server_message, str)
        assert_type(error.request_id, str | None)
    except OutcomeUnknown as error:
        assert_type(error.candidates, tuple[str, ...])
        assert_type(error.look_at, str)
    except NoAnswer as error:
        assert_type(error.may_have_landed, bool)
    except ChecksumMismatch as error:
        assert_type(error.expected, str)
    except FileExists as error:
        assert_type(error.name, str)
    except ZenodoError as error:
        assert_type(error, ZenodoError)


# ------------------------------------------------------------------------------------------------
# what must not pass: an ignore that is not needed is an error of its own


def mistakes(client: Client, deposition: Deposition, record: Record) -> None:
    Metadata(titel="Soil")  # type: ignore[call-arg]
    Metadata(keywords=5)  # type: ignore[arg-type]
    Metadata("Soil")  # type: ignore[call-arg]
    Creator(nam="Okafor")  # type: ignore[call-arg]
    Creator(name="Okafor", type="robot")  # type: ignore[arg-type]
    Contributor("Lee, Bo")  # type: ignore[call-arg]
    Contributor("Lee, Bo", "editor")  # type: ignore[call-arg]
    Date("2026")  # type: ignore[call-arg]
    Date("2026", "valid", "why")  # type: ignore[call-arg]
    RelatedIdentifier("10.1234/x")  # type: ignore[call-arg]
    Location(1.0, 2.0)  # type: ignore[call-arg]
    Access.embargoed()  # type: ignore[call-arg]
    deposition.metadata.titel = "Soil"  # type: ignore[attr-defined]
    deposition.metadata.title = 5  # type: ignore[assignment]
    deposition.metadata.licenses.append("mit")  # type: ignore[arg-type]
    deposition.publsh()  # type: ignore[attr-defined]
    deposition.files.upload("a", overwrite="yes")  # type: ignore[arg-type]
    record.files.upload("a")  # type: ignore[attr-defined]
    client.depositions.create(title="Soil")  # type: ignore[call-arg]
    client.records.search(size=5)  # type: ignore[call-arg]
    client.deposits  # type: ignore[attr-defined]  # noqa: B018
