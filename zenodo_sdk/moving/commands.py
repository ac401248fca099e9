"""``python -m zenodo_sdk download``, ``upload``, ``sync`` and ``cache``: what they take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..pacing import CONNECTIONS
from ..transfer.overwrite import Overwrite

app = typer.Typer()
cache = typer.Typer(no_args_is_help=True, help="Show or empty the cache of downloaded files.")
app.add_typer(cache, name="cache")

Host = Annotated[
    str | None, typer.Option(help="The repository's host or address.", show_default="zenodo.org")
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Use sandbox.zenodo.org.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the plan, and do nothing.")]
Deposition = Annotated[
    str, typer.Argument(metavar="DEPOSITION", help="The draft's id, or the address of its page.")
]


@app.command("download")
def download_command(
    record: Annotated[
        str,
        typer.Argument(metavar="RECORD", help="An id, a DOI, a page's address or a share link."),
    ],
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="Names of files; all, if none is named."),
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="Only files whose names match, as '*.nc' does.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where to; made if need be.")
    ] = Path(),
    dry_run: DryRun = False,
    overwrite: Annotated[
        Overwrite,
        typer.Option(
            help="What to do with what is there: skip keeps it if it is the same, replace"
            " fetches all anew, error refuses it."
        ),
    ] = "skip",
    connections: Annotated[
        int, typer.Option(min=1, max=CONNECTIONS, help="How many connections to use at most.")
    ] = CONNECTIONS,
    host: Host = None,
    sandbox: Sandbox = False,
    quiet: Quiet = False,
) -> None:
    """Download the files of a record, each verified by its MD5.

    The same command again goes on where it was stopped.
    """
    from .download import download

    if files and pattern is not None:
        raise typer.BadParameter("goes without names of files", param_hint="--pattern")
    download(
        record,
        files or [],
        pattern=pattern,
        folder=folder,
        dry_run=dry_run,
        overwrite=overwrite,
        connections=connections,
        host=host,
        sandbox=sandbox,
        quiet=quiet,
    )


@app.command("upload")
def upload_command(
    deposition: Deposition,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files to upload.")],
    overwrite: Annotated[
        Overwrite,
        typer.Option(
            help="What to do with what is there: skip keeps it if it is the same, replace"
            " sends it anew, error refuses it."
        ),
    ] = "skip",
    host: Host = None,
    sandbox: Sandbox = False,
    quiet: Quiet = False,
) -> None:
    """Upload files to a draft, each verified by its MD5; nothing is published."""
    from .upload import upload

    upload(deposition, files, overwrite=overwrite, host=host, sandbox=sandbox, quiet=quiet)


@app.command("sync")
def sync_command(
    deposition: Deposition,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder.")],
    dry_run: DryRun = False,
    keep_removed: Annotated[
        bool, typer.Option("--keep-removed", help="Keep what only the draft has.")
    ] = False,
    host: Host = None,
    sandbox: Sandbox = False,
    quiet: Quiet = False,
) -> None:
    """Make the files of a draft those of a folder; only what differs is sent.

    What is in the draft and not in the folder is removed from the draft: --dry-run shows it first.
    """
    from .upload import sync

    sync(
        deposition,
        folder,
        dry_run=dry_run,
        keep_removed=keep_removed,
        host=host,
        sandbox=sandbox,
        quiet=quiet,
    )


@cache.command("list")
def cache_list_command() -> None:
    """List the files that fetch() keeps on this machine."""
    from .cache import list_cache

    list_cache()


@cache.command("clean")
def cache_clean_command(
    record: Annotated[str | None, typer.Option(help="Only those of the record of this id.")] = None,
    days: Annotated[
        int | None,
        typer.Option("--older-than", min=0, metavar="DAYS", help="Only those unused for so long."),
    ] = None,
) -> None:
    """Remove files from the cache; all of them, unless you say which."""
    from .cache import clean_cache

    clean_cache(record, days)


@cache.command("path")
def cache_path_command() -> None:
    """Tell where the cache is."""
    from .cache import cache_path

    cache_path()
