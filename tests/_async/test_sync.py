"""A folder and a draft kept in step, over real sockets, with faults on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.stub_server import Entry, Stub, held
from zenodo_sdk import (
    AsyncClient,
    AsyncDepositionFiles,
    AsyncSyncPlan,
    Creator,
    FilesLocked,
    Metadata,
    Progress,
    Refused,
    Retry,
    SourceChanged,
    ZenodoError,
)
from zenodo_sdk.settings import Settings
from zenodo_sdk.testing import LocalZenodo
from zenodo_sdk.testing.faults import CutUpload, LoseAnswer, LoseRequest
from zenodo_sdk.testing.proxy import FaultProxy
from zenodo_sdk.transfer.hashes import Hashing, Stamp

from .conftest import Connect

BIG = b"0123456789abcdef" * 40_000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_SDK_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read to compare them."""
    names: list[str] = []
    original = Hashing.open

    def count(self: Hashing) -> Stamp:
        names.append(self._path.name)
        return original(self)

    monkeypatch.setattr(Hashing, "open", count)
    return names


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def write(folder: Path, **contents: bytes) -> Path:
    """Write files, that were changed long ago; ``__`` stands for a folder."""
    for name, content in contents.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return folder


def serve(stub: Stub, **contents: bytes | None) -> None:
    files = stub.files.setdefault("1", {})
    for name, content in contents.items():
        files[name] = Entry() if content is None else Entry.of(content)


def sent(stub: Stub) -> list[str]:
    """What was sent or removed, in that order."""
    return [
        f"{got.method} {got.path.removeprefix('/api/records/1/draft/files/')}"
        for got in stub.got
        if got.method in ("PUT", "DELETE")
    ]


HERE = {"a": b"added", "r": b"replaced", "same": b"same", "sub__b": b"begun"}
THERE = {"r": b"replaceD", "same": b"same", "sub/b": None, "gone": b"gone", "rest": None}
DONE = {name.replace("__", "/"): content for name, content in HERE.items()}


async def test_a_plan_costs_one_request(stub: Stub, draft: AsyncDepositionFiles, data: Path):
    write(data, **HERE)
    serve(stub, **THERE)
    plan = await draft.plan(data)
    assert isinstance(plan, AsyncSyncPlan)
    assert stub.lines() == ["GET /api/records/1/draft/files"]
    assert [file.name for file in plan.added] == ["a", "sub/b"]
    assert [file.name for file in plan.replaced] == ["r"]
    assert [file.name for file in plan.kept] == ["same"]
    assert [file.name for file in plan.removed] == ["gone", "rest"]
    assert plan.added[1].path == data / "sub/b"
    assert plan.bytes_to_send == len(b"added" + b"begun" + b"replaced")
    assert "2 to add, 1 to replace, 2 to remove, 1 to keep; 18 B to send" in str(plan)
    assert "_files" not in repr(plan)


async def test_applied_it_is_in_step(stub: Stub, draft: AsyncDepositionFiles, data: Path):
    write(data, **HERE)
    serve(stub, **THERE)
    files = await (await draft.plan(data)).apply()
    assert held(stub) == DONE
    assert stub.files["1"].keys() == DONE.keys()
    assert [file.name for file in files] == sorted(DONE)
    assert [file.md5 for file in files] == [
        hashlib.md5(DONE[name]).hexdigest() for name in sorted(DONE)
    ]
    # what goes makes room first, what is replaced comes before what is added
    assert sent(stub)[:2] == ["DELETE gone", "DELETE rest"]
    contents = [line for line in sent(stub) if line.endswith("/content")]
    assert contents[0] == "PUT r/content"
    assert sorted(contents) == ["PUT a/content", "PUT r/content", "PUT sub/b/content"]


async def test_a_finished_sync_of_100_files_costs_one_request(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, read: list[str]
):
    write(data, **{f"file{number:02}": b"%d" % number for number in range(100)})
    assert len(await draft.sync(data)) == 100
    assert len(held(stub)) == 100
    stub.got.clear()
    seen: list[Progress] = []
    files = await draft.sync(data, progress=seen.append)
    assert len(files) == 100
    assert stub.lines() == ["GET /api/records/1/draft/files"]
    assert read == []
    assert [(event.phase, event.done) for event in seen] == [
        ("skipped", file.size) for file in files
    ]


async def test_each_file_is_read_once(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, read: list[str]
):
    write(data, **HERE)
    serve(stub, **{name: content[::-1] for name, content in DONE.items()})
    for _ in range(3):
        await draft.plan(data)
    assert sorted(read) == ["a", "b", "r", "same"]
    write(data, a=b"added!")
    os.utime(data / "same")
    serve(stub, a=b"!added")
    await draft.plan(data)
    assert sorted(read[4:]) == ["a", "same"]
    # the one that is too young to be trusted is read again
    await draft.plan(data)
    assert sorted(read[4:]) == ["a", "same", "same"]


async def test_reading_tells_how_far_it_is(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("zenodo_sdk.transfer.hashes.STEP", 1)
    write(data, big=b"1" * (3 << 20), small=b"22")
    serve(stub, big=b"2" * (3 << 20), small=b"22")
    seen: list[Progress] = []
    await draft.plan(data, progress=seen.append)
    assert {(event.name, event.phase) for event in seen[:2]} == {
        ("big", "waiting"), ("small", "waiting"),
    }  # fmt: skip
    big = [event for event in seen if event.name == "big" and event.phase == "hashing"]
    assert [event.done for event in big][:2] == [0, 1 << 20]
    assert big[-1].done == big[-1].total == 3 << 20


async def test_what_a_callback_raises_ends_the_reading(
    stub: Stub, draft: AsyncDepositionFiles, data: Path
):
    write(data, a=b"1")
    serve(stub, a=b"2")

    def stop(progress: Progress) -> None:
        if progress.phase == "hashing":
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        await draft.plan(data, progress=stop)


async def test_a_pattern_concerns_both_sides(stub: Stub, draft: AsyncDepositionFiles, data: Path):
    write(data, **{"a.csv": b"1", "b.txt": b"2"})
    serve(stub, **{"gone.csv": b"3", "gone.txt": b"4"})
    await draft.sync(data, pattern="*.csv")
    assert held(stub) == {"a.csv": b"1", "gone.txt": b"4"}
    await draft.sync(data, remove=False)
    assert held(stub) == {"a.csv": b"1", "b.txt": b"2", "gone.txt": b"4"}


async def test_several_patterns(stub: Stub, draft: AsyncDepositionFiles, data: Path):
    write(data, **{"a.csv": b"1", "b.txt": b"2", "c.nc": b"3"})
    serve(stub, **{"gone.csv": b"4", "gone.md": b"5"})
    await draft.sync(data, pattern=iter(["*.csv", "*.nc"]))
    assert held(stub) == {"a.csv": b"1", "c.nc": b"3", "gone.md": b"5"}


async def test_a_pattern_that_matches_nothing_here_changes_nothing(
    stub: Stub, draft: AsyncDepositionFiles, data: Path
):
    write(data, **{"a.csv": b"1", "x__b.txt": b"2"})
    serve(stub, **{"gone.cvs": b"3", "other": b"4"})
    plan = await draft.plan(data, pattern="*.cvs")
    assert [problem.code for problem in plan.problems] == ["no-match"]
    for act in (
        plan.apply,
        lambda: draft.sync(data, pattern="*.cvs"),
        lambda: draft.sync(data, pattern="*.nc", remove=False),
    ):
        with pytest.raises(Refused, match=r"'\*\.(cvs|nc)'.*'a.csv', 'x/b.txt'"):
            await act()
    assert sent(stub) == []


async def test_what_cannot_be_opened_stops_it_before_anything_is_changed(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, monkeypatch: pytest.MonkeyPatch
):
    write(data, **HERE)
    serve(stub, **THERE)
    original = Path.open

    def locked(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return original(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(Refused, match=r"(?s)nothing was changed.*'a'.*Permission denied"):
        await draft.sync(data)
    assert sent(stub) == [], "not even what is to be removed"


async def test_problems_are_told_before_anything_is_changed(
    stub: Stub, draft: AsyncDepositionFiles, data: Path
):
    write(data, **HERE, empty=b"", also__empty=b"")
    serve(stub, **THERE)
    plan = await draft.plan(data)
    assert len(plan.problems) == 2
    for act in (plan.apply, lambda: draft.sync(data)):
        with pytest.raises(Refused, match=r"(?s)'also/empty'.*is empty.*'empty'.*is empty"):
            await act()
    assert sent(stub) == []


async def test_limits_of_zenodo(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, monkeypatch: pytest.MonkeyPatch
):
    write(data, **{f"file{number:03}": b"1" for number in range(101)})
    assert not (await draft.plan(data)).problems
    monkeypatch.setattr(Settings, "is_zenodo", True)
    with pytest.raises(Refused, match="would be 101"):
        await draft.sync(data)
    with pytest.raises(Refused, match=r"quota="):
        await draft.sync(data, quota=50)
    assert sent(stub) == []


async def test_published_files_are_compared_and_not_changed(
    local: LocalZenodo, data: Path, connect: Connect
):
    client = connect(local.url, local.token)
    published = await publish(client, **HERE)
    write(data, **HERE, new=b"new")
    plan = await published.files.plan(data)
    assert [file.name for file in plan.added] == ["new"]
    for act in (plan.apply, lambda: published.files.sync(data)):
        with pytest.raises(FilesLocked, match="new_version"):
            await act()


# --- what happens between plan and apply ----------------------------------------------


@pytest.mark.parametrize(
    "there",
    [
        {"a": b"somebody's"},
        {"r": b"somebody's"},
        {"same": b"sam3"},
        {"gone": b"another"},
        {"rest": b"another"},
        {"sub/b": b"another"},
    ],
    ids=str,
)
async def test_what_somebody_changed_on_the_server_is_not_touched(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, there: dict[str, bytes]
):
    write(data, **HERE)
    serve(stub, **THERE)
    plan = await draft.plan(data)
    serve(stub, **there)
    with pytest.raises(Refused, match=rf"changed since .*\({next(iter(there))}\)"):
        await plan.apply()
    assert sent(stub) == []


async def test_what_is_there_already_is_kept(stub: Stub, draft: AsyncDepositionFiles, data: Path):
    write(data, **HERE)
    serve(stub, **THERE)
    plan = await draft.plan(data)
    serve(stub, a=b"added", r=b"replaced", other=b"nobody asked")
    del stub.files["1"]["gone"]
    assert len(await plan.apply()) == 4
    assert sent(stub) == ["DELETE rest", "DELETE sub/b", "PUT sub/b/content"]
    assert held(stub) == {**DONE, "other": b"nobody asked"}


@pytest.mark.parametrize("name", ["a", "r", "same"])
@pytest.mark.parametrize("how", ["written", "touched", "gone"])
async def test_a_local_file_that_changed_stops_it(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, name: str, how: str
):
    write(data, **HERE)
    serve(stub, **THERE)
    plan = await draft.plan(data)
    if how == "written":
        write(data, **{name: b"something else"})
    elif how == "touched":
        os.utime(data / name)
    else:
        (data / name).unlink()
    with pytest.raises(SourceChanged, match=name) as caught:
        await plan.apply()
    assert caught.value.name == name
    assert sent(stub) == []


async def test_a_disk_that_makes_up_inodes_is_no_change(
    stub: Stub, draft: AsyncDepositionFiles, data: Path, tmp_path: Path
):
    write(data, **HERE)
    serve(stub, **THERE)
    plan = await draft.plan(data)
    for name in ("a", "r", "same"):
        copy = write(tmp_path, copy=HERE[name]) / "copy"
        copy.replace(data / name)
    await plan.apply()
    assert held(stub) == DONE


async def test_a_file_that_changes_while_others_are_sent_is_told(
    stub: Stub, draft: AsyncDepositionFiles, data: Path
):
    write(data, a=b"1", b=b"2")
    plan = await draft.plan(data)

    def touch(progress: Progress) -> None:
        if progress.done:
            os.utime(data / progress.name)

    with pytest.raises(SourceChanged):
        await plan.apply(progress=touch)


# --- crashes --------------------------------------------------------------------------


STEPS = 16
"""Requests of an undisturbed run, the plan's left out."""


@pytest.mark.parametrize("again", ["plan", "sync"])
@pytest.mark.parametrize("fault", [LoseRequest, LoseAnswer])
@pytest.mark.parametrize("step", range(STEPS + 1))
async def test_cut_off_at_any_step_and_run_again(
    stub: Stub,
    proxy: FaultProxy,
    connect: Connect,
    data: Path,
    step: int,
    fault: type[LoseRequest | LoseAnswer],
    again: str,
):
    """From that request on nothing gets through, so nothing can be tidied up either."""
    write(data, **HERE)
    serve(stub, **THERE)
    once = Retry(attempts=1, settle=0)
    plan = await connect(stub.url).depositions.files("1").plan(data)
    files = connect(proxy.url, retry=once).depositions.files("1")
    through = await files.plan(data)
    assert through == plan
    proxy.inject(fault("*", ".*", times=None, skip=step))
    try:
        await through.apply()
    except ZenodoError:
        assert any(one.fault for one in proxy.seen)
        finished = False
    else:
        assert held(stub) == DONE
        finished = True
    assert finished or step < STEPS
    proxy.close()
    stub.got.clear()
    # What was given up is still on its way, and may arrive in the middle of the first of these:
    # no client can prevent that.
    for _ in range(1 if finished else 2):
        if again == "plan":
            await plan.apply()
        else:
            await connect(stub.url).depositions.files("1").sync(data)
    assert held(stub) == DONE
    assert stub.files["1"].keys() == DONE.keys()
    # what had arrived whole is not sent twice
    if finished:
        assert sent(stub) == []


async def test_an_upload_that_is_cut_heals_by_itself(
    stub: Stub, proxy: FaultProxy, shaky: AsyncClient, data: Path
):
    write(data, big=BIG, small=b"1")
    proxy.inject(CutUpload("PUT", "/big/content$", after=len(BIG) // 2))
    await shaky.depositions.files("1").sync(data)
    assert held(stub) == {"big": BIG, "small": b"1"}
    assert proxy.hits(CutUpload("PUT", "/big/content$", after=len(BIG) // 2)) == 1


# --- the next version -----------------------------------------------------------------


@pytest.fixture(scope="module")
def local() -> Iterator[LocalZenodo]:
    with LocalZenodo() as server:
        yield server


async def publish(client: AsyncClient, **contents: bytes):
    deposition = await client.depositions.create(
        Metadata(
            title="Kept in step",
            resource_type="dataset",
            creators=[Creator(name="Okafor, Ada")],
            publication_date="2026-11-22",
            publisher="The tests",
        )
    )
    named: Mapping[str, bytes] = {name.replace("__", "/"): data for name, data in contents.items()}
    await deposition.files.upload_many(named)
    return await deposition.publish()


async def test_a_version_from_a_folder_sends_only_what_is_new(
    local: LocalZenodo, connect: Connect, data: Path
):
    with FaultProxy(local.url) as proxy:
        client = connect(proxy.url, local.token)
        first = await publish(client, same=BIG, r=b"replaceD", gone=b"gone", sub__b=b"begun")
        write(data, same=BIG, r=b"replaced", new=b"new", sub__b=b"begun")
        before = len(proxy.seen)
        seen: list[Progress] = []
        draft = await first.new_version(files_from=data, progress=seen.append)
        contents = [
            one.target.rpartition("/files/")[2]
            for one in proxy.seen[before:]
            if one.method == "PUT"
        ]
        assert sorted(contents) == ["new/content", "r/content"]
        assert {one.name for one in seen if one.phase == "skipped"} == {"same", "sub/b"}
        assert draft.state == "draft"
        assert draft.previous_id == first.id
        assert {file.name for file in draft.file_entries} == {"same", "r", "new", "sub/b"}
        # again: the same draft, and nothing to do
        before = len(proxy.seen)
        again = await client.depositions.new_version(first.id, files_from=data)
        assert again.id == draft.id
        assert {one.method for one in proxy.seen[before:] if "/content" in one.target} == set()
        await again.publish()
        files = {file.name: file.md5 for file in await again.files.list()}
        assert files == {
            file.relative_to(data).as_posix(): hashlib.md5(file.read_bytes()).hexdigest()
            for file in data.rglob("*")
            if file.is_file()
        }


async def test_a_version_that_was_interrupted_goes_on(
    local: LocalZenodo, connect: Connect, data: Path
):
    with FaultProxy(local.url) as proxy:
        client = connect(proxy.url, local.token, retry=Retry(attempts=1, settle=0))
        first = await publish(client, same=b"same", r=b"replaceD", gone=b"gone")
        write(data, same=b"same", r=b"replaced", new=b"new")
        proxy.inject(LoseRequest("*", "/r/content", times=None))
        with pytest.raises(ZenodoError) as caught:
            await first.new_version(files_from=data)
        assert "the same call again takes it" in "".join(caught.value.__notes__)
        proxy.clear()
        before = len(proxy.seen)
        draft = await first.new_version(files_from=data)
        assert not [one for one in proxy.seen[before:] if one.target.endswith("/same/content")]
        assert {file.name for file in await draft.files.list() if file.is_complete} == {
            "same", "r", "new",
        }  # fmt: skip
        await draft.delete()


@pytest.mark.parametrize("trouble", ["empty", "none", "gone", "alone"])
async def test_no_version_is_made_of_a_folder_that_cannot_be_taken(
    stub: Stub, client: AsyncClient, data: Path, trouble: str
):
    folder, told = data, "holds no file"
    if trouble == "empty":
        write(data, good=b"1", bad=b"")
        told = "'bad'.*is empty"
    elif trouble == "gone":
        folder, told = data / "gone", "there is no folder"
    elif trouble == "alone":
        told = "leave one of the two out"
    with pytest.raises(Refused, match=told):
        await client.depositions.new_version(
            "1", files_from=folder, import_files=trouble != "alone"
        )
    assert stub.got == []
