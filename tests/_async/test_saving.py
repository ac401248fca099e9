"""What is told of a save, where it is told, and what is not sent at all."""

from __future__ import annotations

import copy
import inspect
import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.stub_server import Got, Reply, Stub
from zenodo_sdk import AsyncClient, InvalidMetadata, Metadata, MetadataChanged, ServerError

Json = Any
DRAFT = "/api/records/1/draft"


class Drafts:
    """A server that stores one draft, and does something to it first."""

    def __init__(self, stub: Stub, change: Callable[[Json], None]) -> None:
        self.change = change
        self.revision = 1
        self.stored: Json = {}
        stub.script("POST", "/api/records", self._save)
        stub.script("PUT", DRAFT, self._save)
        stub.script("GET", DRAFT, lambda got: Reply.json(self.stored))

    def _save(self, got: Got) -> Reply:
        self.revision += 1
        self.stored = {**json.loads(got.body), "id": "1", "revision_id": self.revision}
        self.change(self.stored["metadata"])
        return Reply.json(copy.deepcopy(self.stored), 200 if got.method == "PUT" else 201)


def no_change(metadata: Json) -> None:
    """Store what was sent."""


def without_version(metadata: Json) -> None:
    """Lose a value."""
    metadata.pop("version", None)


def line() -> int:
    """The line of the caller."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


async def test_each_way_to_save_warns_at_the_line_that_asked(
    client: AsyncClient, stub: Stub
) -> None:
    Drafts(stub, without_version)
    metadata = Metadata(title="Soil grid", version="1")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        deposition = await client.depositions.create(metadata)
        lines = [line() - 1]
        deposition.metadata.version = "2"
        await deposition.save()
        lines.append(line() - 1)
        await client.depositions.update(deposition, Metadata(title="Soil grid", version="3"))
        lines.append(line() - 1)
    assert [(warning.filename, warning.lineno) for warning in caught] == [
        (__file__, number) for number in lines
    ]
    for number, warning in enumerate(caught, 1):
        assert isinstance(warning.message, MetadataChanged)
        (change,) = warning.message.changes
        assert (change.path, change.before, change.now) == ("metadata.version", f'"{number}"', "")
        assert warning.message.id == "1"


async def test_a_save_that_is_stored_as_it_is_warns_of_nothing(
    client: AsyncClient, stub: Stub
) -> None:
    Drafts(stub, no_change)
    deposition = await client.depositions.create(Metadata(title="Soil grid", version="1"))
    deposition.metadata.version = "2"
    await deposition.save()
    assert stub.lines() == ["POST /api/records", f"PUT {DRAFT}"]


async def test_a_save_without_a_change_sends_nothing(client: AsyncClient, stub: Stub) -> None:
    Drafts(stub, no_change)
    deposition = await client.depositions.create(Metadata(title="Soil grid", keywords=["soil"]))
    sent = len(stub.got)
    await deposition.save()
    await client.depositions.save(deposition)
    await client.depositions.update(deposition, deposition.metadata)
    deposition.metadata.keywords = ["ice"]
    deposition.metadata.keywords = ["soil"]
    await deposition.save()
    assert len(stub.got) == sent
    read = await client.depositions.get("1")
    await read.save()
    assert stub.lines()[sent:] == [f"GET {DRAFT}"]


async def test_what_would_break_the_account_is_not_sent(client: AsyncClient, stub: Stub) -> None:
    Drafts(stub, no_change)
    broken = Metadata.from_rdm({"metadata": {"title": "Soil grid", "publication_date": "20XX"}})
    with pytest.raises(InvalidMetadata, match=r"metadata\.publication_date"):
        await client.depositions.create(broken)
    assert stub.lines() == []
    deposition = await client.depositions.create(Metadata(title="Soil grid"))
    vars(deposition.metadata)["publication_date"] = "20XX"
    with pytest.raises(InvalidMetadata):
        await deposition.save()
    with pytest.raises(InvalidMetadata):
        await client.depositions.update(deposition, broken)
    assert stub.lines() == ["POST /api/records"]


async def test_a_broken_list_says_how_to_find_the_cause(client: AsyncClient, stub: Stub) -> None:
    stub.script("GET", "/api/user/records", Reply.json({"message": "Oops"}, 500))
    with pytest.raises(ServerError, match=r"client\.depositions\.find_unreadable\(\)"):
        await client.depositions.list().first()
    stub.script("GET", "/api/records", Reply.json({"message": "Oops"}, 500))
    with pytest.raises(ServerError, match="narrow the query"):
        await client.records.search("soil").first()
