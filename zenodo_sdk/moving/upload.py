"""``python -m zenodo_sdk upload`` and ``sync``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from .. import Client
from ..bars.wording import printable
from ..errors import Refused
from ..transfer.overwrite import Overwrite
from .session import Moving, client_for, counted, moving, named


def upload(
    deposition: str,
    files: Sequence[Path],
    *,
    overwrite: Overwrite,
    host: str | None,
    sandbox: bool,
    quiet: bool,
) -> None:
    """Upload files to a draft.

    Args:
        deposition: What names the draft.
        files: The files.
        overwrite: What to do with what is there.
        host: The repository.
        sandbox: Whether it is the sandbox.
        quiet: Print nothing.

    Raises:
        ZenodoError: It failed.
        SystemExit: The user stopped it.
    """
    ref = named(deposition)
    identifier = _id(ref.id, deposition)
    for file in files:
        if file.is_dir():
            raise Refused(
                f"'{file}' is a folder; nothing was sent. This sends what is in it, and removes"
                f" from the draft what is not: sync {identifier} {file}"
            )
    with client_for(ref, host, sandbox=sandbox) as client, moving(quiet=quiet) as work:
        sent = client.depositions.files(identifier).upload_many(
            files, overwrite=overwrite, progress=work
        )
    work.tell(f"{counted(len(sent))} in the draft {identifier}", len(sent))
    _tell_where(work, client, identifier)


def sync(
    deposition: str,
    folder: Path,
    *,
    dry_run: bool,
    keep_removed: bool,
    host: str | None,
    sandbox: bool,
    quiet: bool,
) -> None:
    """Make the files of a draft those of a folder, or say what that would do.

    Args:
        deposition: What names the draft.
        folder: The folder.
        dry_run: Say what would be done.
        keep_removed: Keep what only the draft has.
        host: The repository.
        sandbox: Whether it is the sandbox.
        quiet: Print nothing.

    Raises:
        ZenodoError: It failed.
        SystemExit: The user stopped it.
    """
    ref = named(deposition)
    identifier = _id(ref.id, deposition)
    with client_for(ref, host, sandbox=sandbox) as client, moving(quiet=quiet) as work:
        files = client.depositions.files(identifier)
        plan = files.plan(folder, remove=not keep_removed, progress=work)
        if dry_run:
            typer.echo(printable(str(plan)))
            return
        there = plan.apply(progress=work)
        # where something was changed, it was a draft
        published = plan.is_in_step and client.depositions.get(identifier).state == "published"
    counts = (
        (len(plan.added), "added"),
        (len(plan.replaced), "replaced"),
        (len(plan.removed), "removed"),
        (len(plan.kept), "kept"),
    )
    told = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing to do"
    what = "record" if published else "draft"
    work.say(
        f"the {what} {identifier} has {counted(len(there))} of {printable(str(folder))}: {told}"
    )
    if work.moved:
        work.say(f"{work.speed()}, MD5 verified")
    for file in plan.removed:
        work.say(f"removed: {printable(file.name)}")
    if published:
        work.say(f"published: {client.base_url}/records/{identifier}")
    else:
        _tell_where(work, client, identifier)


def _tell_where(work: Moving, client: Client, identifier: str) -> None:
    work.say(f"not published yet: {client.base_url}/uploads/{identifier}")


def _id(found: str | None, text: str) -> str:
    if found is None:
        raise Refused(f"'{text}' does not tell a draft's id: give it, or the draft's address")
    return found
