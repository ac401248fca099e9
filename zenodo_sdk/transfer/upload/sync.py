"""What it takes to make the files of a draft those of a folder: a comparison, without any disk.

A file is the same where size and MD5 are. What the server holds of an upload that was begun and
never completed is no file: it is made anew where the folder has one of that name, and removed
where it has none, since a draft with such an entry cannot be published.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import Problem, Refused
from ...models.file import FileData
from ..download.plan import readable
from ..folder import Folder, LocalFile, Skipped, clashes, folded
from ..hashes import Stamp
from .preflight import Limits

_SHOWN = 20
"""Files of each kind that the table shows."""


@dataclass(frozen=True, slots=True)
class ServerCopy:
    """What the server held of a file when the plan was made.

    Attributes:
        size: Bytes; None if its upload was never completed.
        md5: In hexadecimal; None where the server tells none.
    """

    size: int | None
    md5: str | None

    @classmethod
    def of(cls, file: FileData) -> ServerCopy:
        """Of what the server says."""
        return cls(file.size, file.md5) if file.is_complete else cls(None, None)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of a plan.

    Attributes:
        name: Its name on the server.
        path: Where it is here; None for one that is removed.
        size: Bytes here; None for one that is removed.
        md5: Of the content here, in hexadecimal; None where it need not be known.
        on_server: What the server held of it; None if nothing.
        stamp: Size, times of change and inode of the file here; what changes later is told.
    """

    name: str
    path: Path | None = None
    size: int | None = None
    md5: str | None = None
    on_server: ServerCopy | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True)
class SyncChanges:
    """What it takes to make the files of a draft those of a folder.

    Attributes:
        folder: The folder.
        added: Files that the server does not have.
        replaced: Files that it has with other content.
        kept: Files that it has with the same content; nothing is sent.
        removed: Files that only the server has.
        skipped: What is in the folder and is left out, with the reason.
        problems: What stands against it. While there is one, nothing is done.
    """

    folder: Path
    added: tuple[PlannedFile, ...] = ()
    replaced: tuple[PlannedFile, ...] = ()
    kept: tuple[PlannedFile, ...] = ()
    removed: tuple[PlannedFile, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def bytes_to_send(self) -> int:
        """Bytes of the files that are added or replaced."""
        return sum(file.size or 0 for file in (*self.added, *self.replaced))

    @property
    def is_in_step(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.replaced or self.removed)

    def __str__(self) -> str:
        kinds = {
            "add": self.added,
            "replace": self.replaced,
            "remove": self.removed,
            "keep": self.kept,
        }
        rows = [("action", "to send", "size", "file")]
        for kind, files in kinds.items():
            for file in files[:_SHOWN]:
                sent = file.size if kind in ("add", "replace") else 0
                rows.append((kind, readable(sent), readable(_size(file)), file.name))
            if len(files) > _SHOWN:
                rows.append((kind, "", "", f"… and {len(files) - _SHOWN} more"))
        widths = [max(len(row[at]) for row in rows) for at in range(3)]
        lines = [
            f"{kind:<{widths[0]}}  {sent:>{widths[1]}}  {size:>{widths[2]}}  {name}"
            for kind, sent, size, name in rows
        ]
        lines += [f"skipped: {each.name} {each.why}" for each in self.skipped]
        lines += [f"problem: {problem}" for problem in self.problems]
        counts = ", ".join(f"{len(files)} to {kind}" for kind, files in kinds.items())
        lines.append(f"{counts}; {readable(self.bytes_to_send)} to send")
        return "\n".join(lines)

    def refuse_problems(self) -> None:
        """Refuse to go on while there are problems.

        Raises:
            Refused: There are; all of them are named.
        """
        refuse(self.problems)


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse what stands against a synchronisation, all of it at once.

    Args:
        problems: What was found.

    Raises:
        Refused: There is something.
    """
    told = "".join(f"\n  {problem}" for problem in problems)
    if told:
        raise Refused(f"nothing was changed, because of the folder's files:{told}")


def to_hash(folder: Folder, on_server: Iterable[FileData]) -> list[LocalFile]:
    """Tell the files whose MD5 decides: those that the server has with the same size."""
    pairs, _ = _pair(folder, on_server)
    return [
        here
        for here, there in pairs
        if there is not None and there.is_complete and there.md5 and there.size == here.size
    ]


def make_plan(
    folder: Folder,
    on_server: Iterable[FileData],
    md5: Mapping[str, str],
    *,
    remove: bool,
    limits: Limits,
) -> SyncChanges:
    """Compare a folder with the files of a draft.

    Args:
        folder: What is in the folder.
        on_server: What the draft has.
        md5: Of the files that :func:`to_hash` told, by their names in the folder.
        remove: Whether what is not in the folder shall go.
        limits: What the record may hold.
    """
    pairs, rest = _pair(folder, on_server)
    added: list[PlannedFile] = []
    replaced: list[PlannedFile] = []
    kept: list[PlannedFile] = []
    for here, there in pairs:
        name = here.name if there is None else there.name
        copy = None if there is None else ServerCopy.of(there)
        planned = PlannedFile(name, here.path, here.size, md5.get(here.name), copy, here.stamp)
        _kind(planned, added, replaced, kept).append(planned)
    gone: list[FileData] = []
    stays: list[FileData] = []
    for file in rest:
        (gone if remove and folder.covers(file.name) else stays).append(file)
    removed = [PlannedFile(file.name, on_server=ServerCopy.of(file)) for file in gone]
    problems = list(folder.problems) or list(_no_match(folder))
    if not problems:
        sent = (*added, *replaced, *kept)
        problems += _problems(sent, stays, limits, wiped=bool(removed) and not pairs)
    return SyncChanges(
        folder.path,
        tuple(added),
        tuple(replaced),
        tuple(kept),
        tuple(removed),
        folder.skipped,
        tuple(problems),
    )


def catch_up(
    plan: SyncChanges, on_server: Iterable[FileData], md5: Mapping[str, str]
) -> tuple[SyncChanges, list[str]]:
    """Tell what of a plan is left to do, after it was begun once or somebody changed the draft.

    Args:
        plan: The plan.
        on_server: What the draft has now.
        md5: Of the local files that :func:`doubtful` told, by their names on the server.

    Returns:
        What is left, and names of files that somebody changed meanwhile: neither as the plan
        saw them, nor as it would have them.
    """
    now = {file.name: ServerCopy.of(file) for file in on_server}
    added: list[PlannedFile] = []
    replaced: list[PlannedFile] = []
    kept: list[PlannedFile] = []
    removed: list[PlannedFile] = []
    changed: list[str] = []
    were_kept = {file.name for file in plan.kept}
    for file in (*plan.added, *plan.replaced, *plan.kept):
        copy, content = now.get(file.name), file.md5 or md5.get(file.name)
        if copy is not None and content is not None and copy == ServerCopy(file.size, content):
            kept.append(file)
        elif file.name in were_kept:
            changed.append(file.name)
        elif copy is None or copy.size is None:
            added.append(file)
        elif copy == file.on_server:
            replaced.append(file)
        else:
            changed.append(file.name)
    for file in plan.removed:
        copy = now.get(file.name)
        if copy is not None and copy != file.on_server:
            changed.append(file.name)
        elif copy is not None:
            removed.append(file)
    left = SyncChanges(
        plan.folder,
        tuple(added),
        tuple(replaced),
        tuple(kept),
        tuple(removed),
        plan.skipped,
        plan.problems,
    )
    return left, changed


def doubtful(plan: SyncChanges, on_server: Iterable[FileData]) -> list[PlannedFile]:
    """Tell the files of a plan whose MD5 must be known now to tell what is left of it."""
    now = {file.name: ServerCopy.of(file) for file in on_server}
    return [
        file
        for file in (*plan.added, *plan.replaced)
        if file.md5 is None
        and (copy := now.get(file.name)) is not None
        and copy.size == file.size
        and copy != file.on_server
    ]


def _kind(
    file: PlannedFile,
    added: list[PlannedFile],
    replaced: list[PlannedFile],
    kept: list[PlannedFile],
) -> list[PlannedFile]:
    copy = file.on_server
    if copy is None or copy.size is None:
        return added
    same = file.md5 is not None and copy == ServerCopy(file.size, file.md5)
    return kept if same else replaced


def _pair(
    folder: Folder, on_server: Iterable[FileData]
) -> tuple[list[tuple[LocalFile, FileData | None]], list[FileData]]:
    """Find the server's file of each local one, and what only the server has.

    A name that is there in another spelling of its accents is the same name, and stays as it is.
    """
    left = {file.name: file for file in on_server}
    found = {here.name: left.pop(here.name, None) for here in folder.files}
    spelled = {unicodedata.normalize("NFC", name): name for name in left}
    for name, there in found.items():
        if there is None and name in spelled:
            found[name] = left.pop(spelled[name])
    return [(here, found[here.name]) for here in folder.files], list(left.values())


def _no_match(folder: Folder) -> Iterator[Problem]:
    """Tell of a pattern that no file here matches, as a mistyped one does."""
    if folder.pattern is None or folder.files:
        return
    names = [repr(name) for name in folder.others[:_SHOWN]]
    more = f" and {len(folder.others) - _SHOWN} more" if len(folder.others) > _SHOWN else ""
    yield Problem(
        "pattern",
        f"{' or '.join(map(repr, folder.pattern)) or 'no pattern'} matches no file of the folder,"
        f" which holds {', '.join(names) or 'no file'}{more}.",
        "Correct it, or take hidden files, too (hidden=True); what only the draft has goes with"
        " delete().",
        code="no-match",
    )


def _problems(
    files: tuple[PlannedFile, ...], stays: list[FileData], limits: Limits, *, wiped: bool
) -> Iterator[Problem]:
    if wiped:
        yield Problem(
            "folder",
            "holds no file that could be uploaded, and every file of the draft would be removed.",
            "Look whether it is the right one, and whether its disk is there.",
            code="no-files",
        )
    ours = {folded(file.name) for file in files}
    yield from clashes(
        [file.name for file in stays if folded(file.name) in ours] + [file.name for file in files]
    )
    count = len(files) + len(stays)
    if limits.files is not None and count > limits.files:
        yield Problem(
            "files",
            f"would be {count}; a record may have {limits.files}.",
            "Put some of them into one archive (upload_archive), or into another record.",
            code="too-many",
        )
    size = sum(file.size or 0 for file in files) + sum(file.size or 0 for file in stays)
    if limits.size is not None and size > limits.size:
        yield Problem(
            "files",
            f"would have {size:,} bytes; the record may have {limits.size:,}.",
            "Leave files out, or ask the repository for more; once it is granted, say so with"
            " quota= and the new total in bytes.",
            code="too-large",
        )


def _size(file: PlannedFile) -> int | None:
    if file.size is not None:
        return file.size
    return None if file.on_server is None else file.on_server.size
