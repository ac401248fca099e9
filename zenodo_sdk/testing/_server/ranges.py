"""Parts of contents, as nginx gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ONE = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """416: nothing of the content is in the range."""


def asked_for(headers: Mapping[str, str], size: int, etag: str, changed: str) -> range | None:
    """The part of a content that a request asks for; None for the whole of it.

    Args:
        headers: The request's header fields, by lower-case name.
        size: How many bytes there are.
        etag: The content's ETag.
        changed: The content's Last-Modified.

    Raises:
        Unsatisfiable: There is no such part, or it is no range at all.
    """
    asked = headers.get("range", "")
    if not asked.lower().startswith("bytes="):
        return None
    if headers.get("if-range", etag) not in (etag, changed):
        return None
    if "," in asked:
        # nginx answers several at once with multipart/byteranges, which nobody here asks for
        return None
    found = _ONE.fullmatch(asked)
    if found is None:
        raise Unsatisfiable
    first, last = found.groups()
    if first:
        part = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            raise Unsatisfiable
    elif last:
        part = range(max(0, size - int(last)), size)
    else:
        raise Unsatisfiable
    if not part:
        raise Unsatisfiable
    return part
