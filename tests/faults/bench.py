"""What the matrix is made on: a server, a way to it that breaks, folders, and calls."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import io
import random
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx

from tests.support.folders import contents
from tests.support.threads import no_thread_is_left
from zenodo_sdk import AsyncClient, Client, Retry, Timeouts, ZenodoError
from zenodo_sdk.testing import FaultProxy, LocalZenodo
from zenodo_sdk.testing._server.state import File

Colour = Literal["async", "sync"]

_random = random.Random(20261122)
FILES = {
    "a.bin": _random.randbytes(200_000),
    "b.txt": b"a few bytes\n",
    "d.csv": _random.randbytes(33_000),
    "sub/c.bin": _random.randbytes(90_000),
}
"""What is uploaded, and what the record holds."""
OLD = {
    "a.bin": _random.randbytes(200_000),
    "d.csv": FILES["d.csv"],
    "old.txt": b"to be removed\n",
}
"""What the draft holds that is brought in line with a folder."""

METADATA = {
    "title": "The fault matrix",
    "publication_date": "2026-11-22",
    "resource_type": {"id": "dataset"},
    "publisher": "The tests",
    "creators": [{"person_or_org": {"type": "organizational", "name": "The tests"}}],
}

PATIENCE = Retry(attempts=3, base=0.01, cap=0.05)
STALLED = Timeouts(connect=5, read=0.4, write=0.4, stall=0.3)
"""For rows in which nothing comes any more; longer than a busy machine stands still."""

Run = Callable[[Any, "Bench"], Any]


@dataclass(frozen=True)
class Operation:
    """One call that moves files.

    Args:
        name: Its column.
        call: Makes the call; of the asynchronous client it gives an awaitable.
        sends: Whether it sends to a draft; else it receives from a record.
        files: What shall be there in the end.
        before: What was there before, and may be there until then.
        archive: What is there is one ZIP with the files.
    """

    name: str
    call: Run
    sends: bool
    files: Mapping[str, bytes]
    before: Mapping[str, bytes] = field(default_factory=dict)
    archive: str = ""


def members(content: bytes) -> dict[str, bytes] | None:
    """What a ZIP holds; None if it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {each: archive.read(each) for each in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, ValueError):
        return None


def _upload(client: Any, bench: Bench) -> Any:
    return client.depositions.files(bench.draft).upload(bench.source / "a.bin")


def _upload_many(client: Any, bench: Bench) -> Any:
    contents = {name: bench.source / name for name in FILES}
    return client.depositions.files(bench.draft).upload_many(contents)


def _sync(client: Any, bench: Bench) -> Any:
    return client.depositions.files(bench.draft).sync(bench.source)


def _upload_archive(client: Any, bench: Bench) -> Any:
    return client.depositions.files(bench.draft).upload_archive(bench.source, "data.zip")


def _download(client: Any, bench: Bench) -> Any:
    return client.records.files(bench.record).download("a.bin", bench.target)


def _download_all(client: Any, bench: Bench) -> Any:
    return client.records.files(bench.record).download_all(bench.target)


def _download_archive(client: Any, bench: Bench) -> Any:
    return client.records.files(bench.record).download_archive(bench.target / "record.zip")


_ONE = {"a.bin": FILES["a.bin"]}
OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("upload", _upload, True, _ONE),
        Operation("upload_many", _upload_many, True, FILES),
        Operation("sync", _sync, True, FILES, OLD),
        Operation("upload_archive", _upload_archive, True, FILES, archive="data.zip"),
        Operation("download", _download, False, _ONE),
        Operation("download_all", _download_all, False, FILES),
        Operation("download_archive", _download_archive, False, FILES, archive="record.zip"),
    )
}


@dataclass
class Bench:
    """One case's surroundings.

    Args:
        server: The server; it gives parts of files.
        raw: A connection to it that nothing disturbs.
        proxy: The way to it.
        colour: Which client is used.
        operation: What is done.
        source: What is sent.
        target: Where to receive.
        draft: The draft to send to.
        record: The record to receive from.
        timeouts: How long the client waits.
        wanted: What shall be there in the end.
        taken: What else may be there, by its name, until then.
        make: Makes the call, where it is not the usual one.
        seen: What is in the target, where only another process sees it.
    """

    server: LocalZenodo
    raw: httpx.Client
    proxy: FaultProxy
    colour: Colour
    operation: Operation
    source: Path
    target: Path
    draft: str
    record: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    wanted: dict[str, bytes] = field(init=False)
    taken: dict[str, bytes] = field(init=False)
    make: Run | None = None
    seen: Mapping[str, bytes] | None = None
    _before: File | None = None

    def __post_init__(self) -> None:
        self.wanted = dict(self.operation.files)
        self.taken = dict(self.operation.before)

    # --- doing ----------------------------------------------------------------

    def run(self) -> str:
        """Make the call once, with a client of its own.

        Returns:
            "completed", or the name of the error that it ended with.
        """
        settings: dict[str, Any] = {
            "base_url": self.proxy.url,
            "retry": PATIENCE,
            "timeout": self.timeouts,
        }
        try:
            make = self.make or self.operation.call
            call(self.colour, partial(make, bench=self), self.server.token, settings)
        except ZenodoError as error:
            failure = error
        else:
            return "completed"
        assert str(failure)
        assert self.server.token not in repr(failure)
        return type(failure).__name__

    # --- what is there --------------------------------------------------------

    def there(self) -> dict[str, bytes]:
        """What has its final name: complete files of the draft, or files in the folder."""
        return self.on_server() if self.operation.sends else self.on_disk()

    def on_server(self) -> dict[str, bytes]:
        """The complete files of the draft."""
        return {
            each["key"]: self._api(f"/{each['key']}/content").content
            for each in self._api("").json()["entries"]
            if each["status"] == "completed"
        }

    def on_disk(self) -> dict[str, bytes]:
        """What does not look like a part of a file."""
        here = self._in_target()
        return {name: here[name] for name in here if not name.endswith(".part")}

    def is_right(self, name: str, content: bytes) -> bool:
        """Whether a file may have this content under its final name."""
        if content == self.taken.get(name):
            return True
        if self.operation.archive:
            return name == self.operation.archive and members(content) == self.wanted
        return content == self.wanted.get(name)

    def is_complete(self) -> bool:
        """Whether everything is there, and nothing else: not under another name either."""
        there = self.there()
        if archive := self.operation.archive:
            whole = list(there) == [archive] and members(there[archive]) == self.wanted
        else:
            whole = there == self.wanted
        return whole and not self.left_over()

    def left_over(self) -> list[str]:
        """What was begun and is not there under its final name."""
        if self.operation.sends:
            entries = self._api("").json()["entries"]
            return [each["key"] for each in entries if each["status"] != "completed"]
        return [name for name in self._in_target() if name.endswith(".part")]

    def in_source(self) -> dict[str, bytes]:
        """What the folder holds that is sent."""
        return contents(self.source)

    def _in_target(self) -> Mapping[str, bytes]:
        return contents(self.target) if self.seen is None else self.seen

    @property
    def files(self) -> str:
        """Where the draft's files are."""
        return f"/api/records/{self.draft}/draft/files"

    def _api(self, path: str) -> httpx.Response:
        return self.raw.get(f"{self.files}{path}").raise_for_status()

    # --- what others do -------------------------------------------------------

    def send(self, name: str, content: bytes) -> None:
        """Send a content to an entry of the draft."""
        octets = {"Content-Type": "application/octet-stream"}
        address = f"{self.files}/{name}/content"
        self.raw.put(address, content=content, headers=octets).raise_for_status()

    def delete_on_server(self, name: str) -> None:
        """Remove a file of the draft, if it is there."""
        self.raw.delete(f"{self.files}/{name}")

    def put_on_server(self, name: str, content: bytes) -> None:
        """Complete a file of the draft anew."""
        self.delete_on_server(name)
        self.raw.post(self.files, json=[{"key": name}]).raise_for_status()
        self.send(name, content)
        self.raw.post(f"{self.files}/{name}/commit").raise_for_status()

    def change_on_server(self, content: bytes, *, told: bool) -> None:
        """Put other content in the place of the record's a.bin.

        Args:
            content: What is there from now on.
            told: Whether the server says so in size and MD5; else its storage is at fault.
        """
        store = self.server._store
        with store.transaction():
            file = self._stored()
            file.content = store.new_content()
            path = store.content_path(file.content)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if told:
                file.size, file.md5 = len(content), hashlib.md5(content).hexdigest()
            store.put(file)

    def mend_server(self) -> None:
        """Take the record's a.bin back to what it was."""
        if self._before is not None:
            with self.server._store.transaction():
                self.server._store.put(self._before)

    def _stored(self) -> File:
        md5 = hashlib.md5(FILES["a.bin"]).hexdigest()
        found = [each for each in self.server._store.all(File) if each.md5 == md5]
        [file] = [each for each in found if each.key == "a.bin"]
        self._before = copy.copy(file)
        return file


def call(
    colour: Colour, make: Callable[[Any], Any], token: str, settings: Mapping[str, Any]
) -> None:
    """Make a call with a client of one of the colours."""
    if colour == "sync":
        with Client(token, **settings) as client:
            make(client)
        return

    async def main() -> None:
        async with AsyncClient(token, **settings) as client:
            made: Awaitable[Any] = make(client)
            await made

    asyncio.run(main())


def draft_with(raw: httpx.Client, files: Mapping[str, bytes]) -> str:
    """A draft that holds files."""
    octets = {"Content-Type": "application/octet-stream"}
    made = raw.post("/api/records", json={"metadata": METADATA}).raise_for_status()
    address = f"/api/records/{made.json()['id']}/draft/files"
    for name, content in files.items():
        raw.post(address, json=[{"key": name}]).raise_for_status()
        sent = raw.put(f"{address}/{name}/content", content=content, headers=octets)
        sent.raise_for_status()
        raw.post(f"{address}/{name}/commit").raise_for_status()
    return str(made.json()["id"])


def assert_safe(bench: Bench) -> None:
    """Nothing that is partial or wrong has a final name, and nobody is at work any more."""
    for name, content in bench.there().items():
        assert bench.is_right(name, content), f"{name} is there with other content"
    assert no_thread_is_left()


def in_two_runs(bench: Bench, mend: Callable[[], object] | None = None) -> str:
    """Make the call with the fault and without it, and look after each.

    Args:
        bench: Where.
        mend: Takes back what the proxy cannot.

    Returns:
        What became of the first.
    """
    before = bench.in_source()
    outcome = bench.run()
    assert_safe(bench)
    if outcome == "completed":
        assert bench.is_complete(), (sorted(bench.there()), bench.left_over())
    bench.proxy.clear()
    bench.mend_server()
    bench.make = None
    if mend is None:
        assert bench.in_source() == before
    else:
        mend()
    again = bench.run()
    assert again == "completed", f"{outcome}, and then {again}"
    assert_safe(bench)
    assert bench.is_complete(), (outcome, sorted(bench.there()), bench.left_over())
    return outcome
