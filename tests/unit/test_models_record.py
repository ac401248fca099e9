"""Depositions, records, files and accounts as they are read; and objects without a client."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from zenodo_sdk import (
    Account,
    AsyncDeposition,
    AsyncDepositionFile,
    AsyncRecord,
    AsyncRecordFile,
    CommunityRef,
    Deposition,
    DepositionFile,
    Detached,
    Metadata,
    Problem,
    Record,
    RecordFile,
)
from zenodo_sdk.models._bound import Bound
from zenodo_sdk.models._paths import to_python_path
from zenodo_sdk.models.file import FileData, read_files
from zenodo_sdk.models.record import DepositionData, RecordData

ANSWER: dict[str, Any] = {
    "id": "12",
    "created": "2026-11-22T11:00:15.919841+00:00",
    "updated": "2026-11-22T12:00:00",
    "revision_id": 4,
    "is_published": True,
    "is_draft": False,
    "status": "published",
    "metadata": {"title": "Soil"},
    "access": {"record": "public", "files": "public", "status": "open"},
    "pids": {"doi": {"identifier": "10.5281/zenodo.12", "provider": "datacite"}},
    "files": {
        "enabled": True,
        "count": 1,
        "total_bytes": 3,
        "entries": {"a/b.txt": {"size": 3, "checksum": "md5:0CC1", "id": "f"}, "bad": None},
    },
    "links": {
        "self_html": "https://zenodo.example/uploads/12",
        "record_html": "https://zenodo.example/records/12",
        "thumbnails": {"10": "https://zenodo.example/t"},
    },
    "parent": {
        "id": "11",
        "access": {"owned_by": {"user": 7}},
        "pids": {"doi": {"identifier": "10.5281/zenodo.11", "provider": "datacite"}},
        "communities": {
            "ids": ["u-1", "u-2"],
            "entries": [{"id": "u-1", "slug": "soil", "metadata": {"title": "Soils"}}],
        },
    },
    "versions": {"index": 2, "is_latest": True},
    "stats": {"this_version": {"views": 3, "data_volume": 1.5}},
    "swh": {"swhid": "swh:1:dir:0"},
    "errors": [{"field": "metadata.creators.0.person_or_org.name", "messages": ["No.", "Nay."]}],
}


@pytest.mark.parametrize("kind", [DepositionData, RecordData])
def test_what_both_tell(kind: type[DepositionData] | type[RecordData]) -> None:
    work = kind.from_rdm(ANSWER)
    assert (work.id, work.concept_id) == ("12", "11")
    assert (work.doi, work.concept_doi) == ("10.5281/zenodo.12", "10.5281/zenodo.11")
    assert work.created == dt.datetime(2026, 11, 22, 11, 0, 15, 919841, tzinfo=dt.UTC)
    assert work.modified == dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    assert (work.revision, work.version_index, work.is_latest) == (4, 2, True)
    assert (work.owner_id, work.file_count, work.total_bytes) == ("7", 1, 3)
    assert (work.title, work.access_status, work.status) == ("Soil", "open", "published")
    assert work.url == "https://zenodo.example/uploads/12"
    assert "thumbnails" not in work.links
    assert work.raw == ANSWER
    assert work.communities == [
        CommunityRef(id="u-1", slug="soil", title="Soils"),
        CommunityRef(id="u-2"),
    ]
    (file,) = work.file_entries
    assert (file.name, file.size, file.md5, file.file_id) == ("a/b.txt", 3, "0cc1", "f")


def test_what_a_deposition_tells() -> None:
    deposition = DepositionData.from_rdm(ANSWER)
    assert deposition.record_url == "https://zenodo.example/records/12"
    assert deposition.problems == [
        Problem("metadata.creators[0].name", "No. Nay.", server="No. Nay.")
    ]


@pytest.mark.parametrize(
    ("published", "drafted", "state"),
    [
        (False, True, "draft"),
        (True, True, "editing"),
        (True, False, "published"),
        (None, None, "draft"),
    ],
)
def test_states(published: bool | None, drafted: bool | None, state: str) -> None:
    answer = {**ANSWER, "is_published": published, "is_draft": drafted}
    assert DepositionData.from_rdm(answer).state == state


def test_what_a_record_tells() -> None:
    record = RecordData.from_rdm(ANSWER)
    assert record.swhid == "swh:1:dir:0"
    assert record.stats is not None
    assert (record.stats.this_version.views, record.stats.this_version.data_volume) == (3, 1.5)
    assert record.stats.all_versions.downloads == 0


def test_odd_communities_are_no_reason_to_fail() -> None:
    for communities in ({"ids": ["u"], "entries": [{"id": ["u"]}]}, {"ids": "u"}, [], {"ids": [1]}):
        parent: Any = {"communities": communities}
        assert len(DepositionData.from_rdm({"parent": parent}).communities) <= 1


@pytest.mark.parametrize(
    ("status", "size", "complete"),
    [("completed", 3, True), ("pending", None, False), (None, 3, True), (None, None, False)],
)
def test_whether_a_file_is_complete(status: str | None, size: int | None, complete: bool) -> None:
    assert FileData(name="a", status=status, size=size).is_complete is complete


def test_files_of_any_answer() -> None:
    entry = {"key": "a", "size": 3, "access": {"hidden": True}, "metadata": {"width": 2}}
    (file,) = read_files({"entries": [entry]})
    assert (file.name, file.size, file.hidden, file.metadata) == ("a", 3, True, {"width": 2})
    for nothing in ({}, {"files": None}, {"entries": {}}, {"entries": None}, {"files": {}}):
        assert read_files(nothing) == []
    assert FileData(name="a", checksum="sha256:00").md5 is None


def test_an_account() -> None:
    account = Account.from_rdm({"id": 3, "email": "a@example.org", "roles": []})
    assert (account.id, account.email, account.extra) == ("3", "a@example.org", {"roles": []})
    assert Account.from_rdm({}).id == ""


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("metadata.creators.0.person_or_org.family_name", "metadata.creators[0].family_name"),
        ("metadata.creators.0.affiliations.1.id", "metadata.creators[0].affiliations[1].ror"),
        ("metadata.rights.0.title", "metadata.licenses[0].title"),
        ("metadata.locations.features.2.place", "metadata.locations[2].place"),
        (
            "metadata.related_identifiers.0.relation_type",
            "metadata.related_identifiers[0].relation",
        ),
        ("metadata.additional_titles.0.lang.id", "metadata.additional_titles[0].language"),
        ("custom_fields.journal:journal.title", "metadata.journal.title"),
        ("custom_fields.code:codeRepository", "metadata.software.repository"),
        ("custom_fields.dwc:genus.0", "metadata.domain.dwc.genus[0]"),
        ("custom_fields.own:field", "metadata.custom_fields.own:field"),
        ("files.enabled", "files"),
        ("pids.doi", "metadata.doi"),
        ("access.embargo.until", "metadata.access.embargo.until"),
        ("something.new.3", "something.new[3]"),
        ("", ""),
    ],
)
def test_paths_are_those_of_the_python_objects(field: str, path: str) -> None:
    assert to_python_path(field) == path


# ------------------------------------------------------------------------------------------------
# objects with a client, and without

BOUND: list[Callable[[], Any]] = [
    lambda: Deposition.from_rdm(ANSWER),
    lambda: AsyncDeposition.from_rdm(ANSWER),
    lambda: Record.from_rdm(ANSWER),
    lambda: AsyncRecord.from_rdm(ANSWER),
    lambda: DepositionFile(name="a.txt", size=3),
    lambda: AsyncDepositionFile(name="a.txt", size=3),
    lambda: RecordFile(name="a.txt", size=3),
    lambda: AsyncRecordFile(name="a.txt", size=3),
]
KINDS = [type(make()).__name__ for make in BOUND]


class Manager:
    """Stands for the manager of a client: it cannot be copied."""

    def __deepcopy__(self, memo: object) -> Manager:
        raise AssertionError("a connection is shared, never copied")

    def __reduce__(self) -> Any:
        raise AssertionError("a connection is never pickled")


@pytest.mark.parametrize("make", BOUND, ids=KINDS)
def test_equality_ignores_the_client(make: Callable[[], Any]) -> None:
    one, other = make()._bind(Manager()), make()._bind(Manager())
    assert one == other == make()
    assert one != "something else"
    assert "Manager" not in repr(one)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    if isinstance(one, Deposition | AsyncDeposition | Record | AsyncRecord):
        other.metadata.title = "Another"
    else:
        other.size = 4
    assert one != other


@pytest.mark.parametrize("make", BOUND, ids=KINDS)
def test_copies_share_the_client(make: Callable[[], Any]) -> None:
    manager = Manager()
    bound = make()._bind(manager)
    copies = (copy.copy(bound), copy.deepcopy(bound), bound.model_copy(deep=True))
    for other in (*copies, copy.deepcopy([bound])[0]):
        assert other == bound
        assert other is not bound
        assert other._manager is manager
    assert bound._manager is manager
    assert copy.deepcopy(make())._manager is None


@pytest.mark.parametrize("make", BOUND, ids=KINDS)
def test_a_pickle_leaves_the_client_behind(make: Callable[[], Any]) -> None:
    bound = make()._bind(Manager())
    back = pickle.loads(pickle.dumps(bound))
    assert back == bound
    assert type(back) is type(bound)
    assert back._manager is None
    assert bound._manager is not None


def _acts(cls: type[Bound]) -> list[str]:
    """Names of what the class adds to its data."""
    return sorted(
        name
        for base in cls.__mro__
        if issubclass(base, Bound) and base is not Bound
        for name, value in vars(base).items()
        if not name.startswith(("_", "model_")) and (callable(value) or isinstance(value, property))
    )


@pytest.mark.parametrize("make", BOUND, ids=KINDS)
def test_without_a_client_nothing_acts_and_the_error_says_why(make: Callable[[], Any]) -> None:
    detached = make()
    names = _acts(type(detached))
    assert names
    for name in names:
        arguments = [Metadata()] if name == "update" else []
        with pytest.raises(Detached) as caught:
            _run(lambda name=name, arguments=arguments: getattr(detached, name)(*arguments))
        assert str(caught.value).startswith(f"this {type(detached).__name__} has no client")
        assert "client.depositions.get(id)" in str(caught.value)


def test_what_can_be_done() -> None:
    assert _acts(Deposition) == [
        "delete",
        "discard",
        "edit",
        "files",
        "new_version",
        "publish",
        "refresh",
        "reserve_doi",
        "save",
        "update",
        "versions",
    ]
    assert _acts(AsyncDeposition) == _acts(Deposition)
    assert _acts(Record) == _acts(AsyncRecord) == ["files", "latest", "refresh", "versions"]
    assert _acts(DepositionFile) == _acts(AsyncDepositionFile) == ["delete", "download", "fetch"]
    assert _acts(RecordFile) == _acts(AsyncRecordFile) == ["download", "fetch"]


def _run(act: Callable[[], Any]) -> None:
    result = act()
    if inspect.iscoroutine(result):
        asyncio.run(result)


def test_an_attached_object_still_takes_values() -> None:
    deposition = Deposition.from_rdm(ANSWER)
    other = Deposition.from_rdm({**ANSWER, "revision_id": 5})
    manager = Manager()
    deposition._bind(manager)
    assert deposition._become(other) is deposition
    assert deposition.revision == 5
    assert deposition._manager is manager
