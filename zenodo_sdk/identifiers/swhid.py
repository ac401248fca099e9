"""Identifiers of Software Heritage, which Zenodo takes for nothing, and not for handles either."""

from __future__ import annotations

import re

_CORE = r"swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-f]{40}"
_QUALIFIER = (
    rf"(?:visit|anchor)={_CORE}|lines=\d+(?:-\d+)?"
    r"|origin=[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s<>\"{}|\\^`%]|%[0-9A-Fa-f]{2})*"
    r"|path=/(?:[^\s<>\"{}|\\^`%?#\[\]]|%[0-9A-Fa-f]{2})*"
)


def is_swhid(text: str) -> bool:
    """Whether a text is a SWHID, with its qualifiers if it has any.

    Args:
        text: The identifier, without surrounding space.

    Returns:
        True also for an ``origin=`` that only looks like an address.

    Example:
        >>> is_swhid("swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d;lines=9-15")
        True
    """
    core, *qualifiers = text.split(";")
    return re.fullmatch(_CORE, core) is not None and all(
        re.fullmatch(_QUALIFIER, qualifier) for qualifier in qualifiers
    )
