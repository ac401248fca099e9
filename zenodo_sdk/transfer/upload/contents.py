"""Several contents to upload, looked at before the first of them is sent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from ...errors import Refused
from .preflight import check_names
from .source import Source, Uploadable


def sources_of(
    contents: Iterable[str | os.PathLike[str]] | Mapping[str, Uploadable],
) -> list[Source]:
    """Make a source of each content; none is opened.

    Args:
        contents: Paths, which keep their names, or contents by the names they shall have.

    Raises:
        Refused: It is no list, two have the same name, or one is nothing that can be sent.
        UnsafeName: A name that cannot be uploaded.
    """
    if isinstance(contents, str | os.PathLike):
        raise Refused(f"upload_many wants a list: [{os.fspath(contents)!r}]")
    if isinstance(contents, Mapping):
        named = list(cast("Mapping[str, Uploadable]", contents).items())
    else:
        named = [(Path(path).name, cast("Uploadable", path)) for path in contents]
    check_names([name for name, _ in named])
    return [Source(content, name) for name, content in named]


def look_at(sources: Sequence[Source]) -> None:
    """Refuse what cannot be read, before anything is sent, and find how much there is.

    Pipes and streams are left alone: they can be read only once.
    """
    for source in sources:
        if source.is_kept:
            with source:
                source.open()
