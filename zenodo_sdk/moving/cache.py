"""``python -m zenodo_sdk cache``."""

from __future__ import annotations

import datetime as dt

import typer

from .. import FileCache
from ..bars.wording import as_bytes, printable


def list_cache() -> None:
    """Print what is in the cache."""
    cache = FileCache()
    files = cache.list()
    for file in files:
        used = file.last_used.astimezone().strftime("%Y-%m-%d")
        record = f"{file.host} {file.record_id}"
        typer.echo(f"{as_bytes(file.size):>8}  {used}  {record:<28}  {printable(file.name)}")
    typer.echo(f"{len(files)} file{_s(len(files))}, {as_bytes(cache.size)}, in {cache.path}")


def clean_cache(record: str | None, days: int | None) -> None:
    """Remove files from the cache.

    Args:
        record: Only those of this record.
        days: Only those not used for so many days.
    """
    older_than = None if days is None else dt.timedelta(days=days)
    freed = FileCache().clean(record=record, older_than=older_than)
    typer.echo(f"{as_bytes(freed)} freed")


def cache_path() -> None:
    """Print where the cache is."""
    typer.echo(FileCache().path)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
