"""Identifiers of Software Heritage, which Zenodo takes for nothing, and not for handles either."""

from __future__ import annotations

import re

_CORE = r"swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-f]{40}"
_CHAR = r"(?:[^\x00-\x20\x7f-\x9f<>\"{}|\\^`%\[\]#?/@:]|%[0-9A-Fa-f]{2})"
_HOST = rf"//(?:(?:{_CHAR}|:)*@)?{_CHAR}*(?::[0-9]*)?(?![^/?#])"
_TAIL = rf"(?:{_CHAR}|[@:/?])*"
_QUALIFIER = (
    rf"(?:visit|anchor)={_CORE}|lines=\d+(?:-\d+)?"
    rf"|origin=[A-Za-z][A-Za-z0-9+.-]*:(?:{_HOST}|(?!//)){_TAIL}(?:#{_TAIL})?"
    rf"|path=/(?!/)(?:{_CHAR}|[@:/])*"
)


def is_swhid(text: str) -> bool:
    """Whether a text is a SWHID, with its qualifiers if it has any.

    Args:
        text: The identifier, without surrounding space.

    Returns:
        False also for an ``origin=`` whose host is an IPv6 address.

    Example:
        >>> is_swhid("swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d;lines=9-15")
        True
    """
    core, *qualifiers = text.split(";")
    return re.fullmatch(_CORE, core) is not None and all(
        re.fullmatch(_QUALIFIER, qualifier) for qualifier in qualifiers
    )
