"""Which of the offered media types a client gets."""

from __future__ import annotations

import re

from ..answers import ApiError

_ITEM = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*")+')
_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)')
_QUALITY = re.compile(r"-?\d+(?:\.\d+)?")
_TOKEN = re.compile(r"[\w!#$%&'*+\-.^`|~]+", re.ASCII)


def negotiate(accept_header: str | None, offered: list[str], default: str) -> str:
    """The media type to answer with, by the rules of Flask-Resources.

    The first type of the client's list that is offered by exactly this name is taken; a wildcard
    for everything, or no list at all, means the default; other wildcards mean nothing.

    Raises:
        ApiError: 406, naming the offered types.
    """
    wanted = _accepted(accept_header or "")
    for media_type in wanted:
        if media_type in offered:
            return media_type
    if "*/*" in wanted or not wanted:
        return default
    expected = ", ".join(offered)
    raise ApiError(406, f"Invalid 'Accept' header. Expected one of: {expected}")


def _accepted(header: str) -> list[str]:
    """The client's types, the specific ones first, then by quality, then in its order."""
    items: list[tuple[str, float]] = []
    for match in _ITEM.finditer(header):
        item = match.group().strip()
        name = item.partition(";")[0].strip()
        found = _PARAMETER.findall(item) if name else []
        parameters = {key.lower(): value for key, value in found}
        quality = parameters.pop("q", "1").strip(' \t"')
        if not _QUALITY.fullmatch(quality) or not 0 <= float(quality) <= 1:
            continue
        # written anew with a blank after each semicolon, so that a type with parameters never
        # equals an offered one
        written = [name, *(f"{key}={_quoted(value)}" for key, value in parameters.items())]
        items.append(("; ".join(written), float(quality)))
    items.sort(key=lambda item: (_specificity(item[0]), item[1]), reverse=True)
    return [media_type for media_type, _ in items]


def _specificity(media_type: str) -> tuple[bool, ...]:
    return tuple(part != "*" for part in re.split(r"/|[ \t]*;[ \t]*", media_type))


def _quoted(value: str) -> str:
    bare = value.strip().removeprefix('"').removesuffix('"')
    return bare if _TOKEN.fullmatch(bare) else f'"{bare}"'
