"""``python -m zenodo_sdk download``."""

from __future__ import annotations

from collections.abc import Sequence
from glob import escape
from pathlib import Path

import typer

from .. import RecordFiles
from ..bars.wording import printable
from ..errors import Refused
from ..transfer.download.choice import names_told
from ..transfer.overwrite import Overwrite
from .session import client_for, counted, moving, named


def download(
    record: str,
    names: Sequence[str],
    *,
    pattern: str | None,
    folder: Path,
    dry_run: bool,
    overwrite: Overwrite,
    connections: int,
    host: str | None,
    sandbox: bool,
    quiet: bool,
) -> None:
    """Download files of a record, or say what that would do.

    Args:
        record: What names the record.
        names: The files; all, if there are none.
        pattern: Only files whose names are like this.
        folder: Where to.
        dry_run: Say what would be done.
        overwrite: What to do with what is there.
        connections: How many connections to use at most.
        host: The repository.
        sandbox: Whether it is the sandbox.
        quiet: Print nothing.

    Raises:
        ZenodoError: It failed.
        SystemExit: The user stopped it.
    """
    ref = named(record)
    with client_for(ref, host, sandbox=sandbox) as client, moving(quiet=quiet) as work:
        files = client.records.get(record).files
        wanted = _as_patterns(files, names) or pattern
        if dry_run:
            typer.echo(printable(str(files.plan_download(folder, pattern=wanted))))
            return
        paths = files.download_all(
            folder, pattern=wanted, overwrite=overwrite, progress=work, connections=connections
        )
    where = str(paths[0]) if len(paths) == 1 else f"{counted(len(paths))} in {folder}"
    work.tell(printable(where), len(paths))


def _as_patterns(files: RecordFiles, names: Sequence[str]) -> list[str]:
    """Turn names into patterns, after a look whether all of them are there."""
    if not names:
        return []
    listed = files.list()
    there = {file.name for file in listed}
    for name in names:
        if name not in there:
            told = names_told(listed, like=name)
            raise Refused(f"there is no file {name!r}; nothing was downloaded. There is {told}")
    return [escape(name) for name in names]
