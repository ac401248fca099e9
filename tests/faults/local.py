"""The rows of the matrix that are made on this machine, or by others on the server."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from zenodo_sdk.testing import HtmlPage, Meanwhile, Rewrite

from .bench import FILES, Bench, Operation, Run

OTHER = bytes(255 - byte for byte in FILES["a.bin"])
"""As long as a.bin, and nowhere the same."""
LONG = FILES["a.bin"] * 120
"""More than what the buffers of a connection take."""

Mend = Callable[[], object]
Arrange = Callable[[Bench], Mend]
"""Brings the fault about, and tells how to take back what the proxy cannot."""


@dataclass(frozen=True)
class Row:
    """A fault.

    Args:
        name: What the matrix calls it.
        arrange: Brings it about.
        not_for: Why it cannot be, by the names of operations.
    """

    name: str
    arrange: Arrange
    not_for: dict[str, str] = field(default_factory=dict)

    def why_not(self, operation: Operation) -> str | None:
        """Why it cannot be for an operation; None if it can."""
        return self.not_for.get(operation.name)


_SENDING = ("upload", "upload_many", "sync", "upload_archive")
_RECEIVING = ("download", "download_all", "download_archive")
_ONLY_SENT = dict.fromkeys(_RECEIVING, "sends nothing")
_ONLY_RECEIVED = dict.fromkeys(_SENDING, "receives nothing")


def _nothing() -> None:
    pass


# --- the folder that is written to ------------------------------------------------------------


def _file_for_a_folder(bench: Bench) -> Mend:
    bench.target.rmdir()
    bench.target.write_bytes(b"a file")
    whole = bench.target / "a.bin"
    bench.make = partial(_to, target=whole) if bench.operation.name == "download" else None

    def mend() -> None:
        bench.target.unlink()
        bench.target.mkdir()

    return mend


def _to(client: Any, bench: Bench, target: Any) -> Any:
    return client.records.files(bench.record).download("a.bin", target)


def _taken_here(bench: Bench) -> Mend:
    path = bench.target / (bench.operation.archive or "a.bin")
    path.write_bytes(OTHER)
    bench.taken[path.name] = OTHER
    return path.unlink


def _folder_of_that_name(bench: Bench) -> Mend:
    path = bench.target / "a.bin"
    path.mkdir()
    return path.rmdir


def _link_of_that_name(bench: Bench) -> Mend:
    path = bench.target / (bench.operation.archive or "a.bin")
    path.symlink_to(bench.source / "nowhere")
    return path.unlink


# --- names ------------------------------------------------------------------------------------


def _rename(bench: Bench, old: str, new: str) -> None:
    def change(body: bytes) -> bytes:
        def look(part: dict[str, Any]) -> dict[str, Any]:
            return part | {"key": new} if part.get("key") == old else part

        return json.dumps(json.loads(body, object_hook=look)).encode()

    bench.proxy.inject(Rewrite("GET", r"/files(/a\.bin)?$", change, times=None))


def _hostile(name: str) -> Arrange:
    def arrange(bench: Bench) -> Mend:
        if not bench.operation.sends:
            _rename(bench, "a.bin", name)
        else:
            bench.make = _NAMED[bench.operation.name](name)
        return _nothing

    return arrange


def _upload_named(name: str) -> Run:
    return lambda client, bench: client.depositions.files(bench.draft).upload(
        bench.source / "a.bin", name=name
    )


def _upload_many_named(name: str) -> Run:
    def make(client: Any, bench: Bench) -> Any:
        contents = {each: bench.source / each for each in FILES} | {name: bench.source / "a.bin"}
        return client.depositions.files(bench.draft).upload_many(contents)

    return make


def _upload_archive_named(name: str) -> Run:
    return lambda client, bench: client.depositions.files(bench.draft).upload_archive(
        bench.source, f"{name}.zip"
    )


_NAMED: dict[str, Callable[[str], Run]] = {
    "upload": _upload_named,
    "upload_many": _upload_many_named,
    "upload_archive": _upload_archive_named,
}


def _same_but_for_case(bench: Bench) -> Mend:
    _rename(bench, "b.txt", "A.BIN")
    return _nothing


def _same_in_unicode(bench: Bench) -> Mend:
    names = [unicodedata.normalize(form, "é.csv") for form in ("NFC", "NFD")]
    if bench.operation.name == "upload_many":
        bench.make = lambda client, bench: client.depositions.files(bench.draft).upload_many(
            dict.fromkeys(names, b"content")
        )
        return _nothing
    for name in names:
        (bench.source / name).write_bytes(b"content")

    def mend() -> None:
        for name in names:
            (bench.source / name).unlink()

    return mend


def _one_name_twice(bench: Bench) -> Mend:
    paths = [bench.source / "a.bin", bench.target / "a.bin"]
    paths[1].write_bytes(OTHER)
    bench.make = lambda client, bench: client.depositions.files(bench.draft).upload_many(paths)
    return _nothing


def _taken_there(bench: Bench) -> Mend:
    name = bench.operation.archive or "a.bin"
    bench.put_on_server(name, OTHER)
    bench.taken[name] = OTHER
    return _nothing if bench.operation.name == "sync" else partial(bench.delete_on_server, name)


def _pending_there(bench: Bench) -> Mend:
    name = bench.operation.archive or "a.bin"
    bench.delete_on_server(name)
    bench.raw.post(bench.files, json=[{"key": name}]).raise_for_status()
    return _nothing


# --- the source -------------------------------------------------------------------------------


def _source(change: Callable[[Bench], bytes | None], sent: int) -> Arrange:
    """Change a.bin of the source for good when so many bytes of it are sent; 0 is at the init."""

    def arrange(bench: Bench) -> Mend:
        path = bench.source / "a.bin"
        path.write_bytes(LONG)
        bench.wanted["a.bin"] = LONG
        after: list[bytes | None] = []

        def meanwhile() -> None:
            after.append(change(bench))
            if not sent and after[0] is not None:
                bench.wanted["a.bin"] = after[0]

        place = ("PUT", _CONTENT) if sent else ("POST", r"/draft/files$")
        bench.proxy.inject(Meanwhile(*place, meanwhile, sent))

        def mend() -> None:
            assert after, "nothing was changed"
            if after[0] is None:
                path.write_bytes(LONG)
            else:
                bench.wanted["a.bin"] = after[0]

        return mend

    return arrange


def _overwritten(bench: Bench) -> bytes:
    changed = LONG[:-1000] + bytes(1000)
    with (bench.source / "a.bin").open("r+b") as file:
        file.seek(len(LONG) - 1000)
        file.write(bytes(1000))
    return changed


def _appended(bench: Bench) -> bytes:
    with (bench.source / "a.bin").open("ab") as file:
        file.write(b"more")
    return LONG + b"more"


def _shortened(bench: Bench) -> bytes:
    os.truncate(bench.source / "a.bin", len(LONG) - 1000)
    return LONG[:-1000]


def _removed(bench: Bench) -> None:
    (bench.source / "a.bin").unlink()


_CONTENT = r"/(a\.bin|data\.zip)/content$"


# --- others on the server ---------------------------------------------------------------------


def _changed(content: bytes, *, told: bool) -> Arrange:
    def arrange(bench: Bench) -> Mend:
        skip = 0 if bench.operation.archive else 2
        change = partial(bench.change_on_server, content, told=told)
        path = r"/a\.bin/content$|/files-archive$"
        bench.proxy.inject(Meanwhile("GET", path, change, skip=skip))
        return _nothing

    return arrange


def _gone_on_server(bench: Bench) -> Mend:
    skip = 0 if bench.operation.archive else 2
    path = r"/a\.bin/content$|/files-archive$"
    bench.proxy.inject(HtmlPage("GET", path, 404, skip=skip, times=None))
    return _nothing


def _deleted_before_commit(bench: Bench) -> Mend:
    name = bench.operation.archive or "a.bin"
    delete = partial(bench.delete_on_server, name)
    bench.proxy.inject(Meanwhile("POST", r"/(a\.bin|data\.zip)/commit$", delete))
    return _nothing


def _overwritten_before_commit(bench: Bench) -> Mend:
    name = bench.operation.archive or "a.bin"
    send = partial(bench.send, name, OTHER)
    bench.proxy.inject(Meanwhile("POST", r"/(a\.bin|data\.zip)/commit$", send))
    return _nothing


def _completed_before_upload(bench: Bench) -> Mend:
    name = bench.operation.archive or "a.bin"

    def complete() -> None:
        bench.send(name, OTHER)
        bench.raw.post(f"{bench.files}/{name}/commit").raise_for_status()

    bench.proxy.inject(Meanwhile("PUT", _CONTENT, complete))
    bench.taken[name] = OTHER
    return _nothing


_NAMES_ITSELF = {"sync": "the folder gives the names"}
_INTO = dict.fromkeys(("download", "download_archive"), "goes into a folder")
_NO_NAMES = {"download_archive": "keeps the names in the ZIP"}

ROWS = {
    row.name: row
    for row in (
        Row("a file where the folder should be", _file_for_a_folder, _ONLY_RECEIVED),
        Row("name taken here by other content", _taken_here, _ONLY_RECEIVED),
        Row("name taken here by a folder", _folder_of_that_name, _ONLY_RECEIVED | _INTO),
        Row("name taken here by a dead link", _link_of_that_name, _ONLY_RECEIVED),
        Row("name taken there by other content", _taken_there, _ONLY_SENT),
        Row("name begun there and never completed", _pending_there, _ONLY_SENT),
        Row(
            "names that differ in case only",
            _same_but_for_case,
            _ONLY_RECEIVED | _NO_NAMES | {"download": "takes one file"},
        ),
        Row(
            "names that differ in the form of Unicode only",
            _same_in_unicode,
            _ONLY_SENT | {"upload": "takes one file"},
        ),
        Row(
            "one name twice",
            _one_name_twice,
            _ONLY_SENT
            | {"upload": "takes one file"}
            | dict.fromkeys(("sync", "upload_archive"), "a folder has none twice"),
        ),
        *(
            Row(f"hostile name: {told}", _hostile(name), _NO_NAMES | _NAMES_ITSELF)
            for told, name in {
                "../../evil": "../../evil",
                "/etc/evil": "/etc/evil",
                "a NUL": "evil\0evil",
                "of 256 characters": "e" * 256,
            }.items()
        ),
        Row("source overwritten while it is sent", _source(_overwritten, 100_000), _ONLY_SENT),
        Row("source grows while it is sent", _source(_appended, 100_000), _ONLY_SENT),
        Row("source shrinks while it is sent", _source(_shortened, 100_000), _ONLY_SENT),
        Row("source vanishes while it is sent", _source(_removed, 100_000), _ONLY_SENT),
        Row("source overwritten before it is sent", _source(_overwritten, 0), _ONLY_SENT),
        Row("source vanishes before it is sent", _source(_removed, 0), _ONLY_SENT),
        Row(
            "file changes between pieces, its MD5 not",
            _changed(OTHER, told=False),
            _ONLY_RECEIVED,
        ),
        Row("file changes between pieces", _changed(OTHER, told=True), _ONLY_RECEIVED),
        Row("file shrinks between pieces", _changed(OTHER[:150_000], told=True), _ONLY_RECEIVED),
        Row("file is gone between pieces", _gone_on_server, _ONLY_RECEIVED),
        Row("entry deleted by others before the commit", _deleted_before_commit, _ONLY_SENT),
        Row("content replaced by others before the commit", _overwritten_before_commit, _ONLY_SENT),
        Row("entry completed by others before the content", _completed_before_upload, _ONLY_SENT),
    )
}
