"""On which line of a file a value stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator

from ...rules.finding import bracketed
from ...types import Path

_LARGEST = 1_000_000
"""Texts with more characters are not searched: nobody looks for a line in them."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


def lines(text: str, *, yaml: bool = False) -> dict[str, int]:
    r"""Tell on which line each value of a file begins.

    Args:
        text: The file, which is readable JSON or YAML.
        yaml: Whether it is YAML; that needs the extra ``[cff]``, and gives nothing without it.

    Returns:
        Lines from 1 on, by path (``creators[0].orcid``). Empty for a very long text.

    Example:
        >>> lines('{"title": "Soil",\n "creators": [{"name": "Okafor, Ada"}]}')
        {'title': 1, 'creators': 2, 'creators[0]': 2, 'creators[0].name': 2}
    """
    if len(text) > _LARGEST:
        return {}
    places = _yaml_places(text) if yaml else _json_places(text)
    return {bracketed(path): line for path, line in places if path}


def line_of(path: str, known: dict[str, int]) -> int | None:
    """Find the line of a path, or of the nearest place above it that is there.

    Args:
        path: A path as a problem has it.
        known: What :func:`lines` told.
    """
    while path:
        if path in known:
            return known[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None


def _json_places(text: str) -> Iterator[tuple[Path, int]]:
    ends = [found.start() for found in re.finditer("\n", text)]
    open_: list[str] = []
    path: list[str | int] = []
    for token in _TOKEN.finditer(text):
        symbol = token[0]
        line = bisect_left(ends, token.start()) + 1
        if symbol in "}]":
            # an empty one has put no step on the path
            if open_ and len(path) == len(open_):
                path.pop()
            open_ = open_[:-1]
        elif symbol == ",":
            if open_ and open_[-1] == "{":
                path.pop()
        elif symbol == ":":
            continue
        elif open_ and open_[-1] == "{" and len(path) < len(open_):
            path.append(str(json.loads(symbol)))
            yield tuple(path), line
        else:
            if open_ and open_[-1] == "[":
                if len(path) < len(open_):
                    path.append(0)
                else:
                    path[-1] = int(path[-1]) + 1
                yield tuple(path), line
            if symbol in "{[":
                open_.append(symbol)


def _yaml_places(text: str) -> Iterator[tuple[Path, int]]:
    try:
        from yaml import MappingNode, Node, SafeLoader, SequenceNode, YAMLError, compose
    except ImportError:
        return
    try:
        root: Node | None = compose(text, SafeLoader)
    except (YAMLError, RecursionError):
        return
    waiting: list[tuple[Path, int, Node]] = [((), 0, root)] if root is not None else []
    seen: set[int] = set()
    while waiting:
        path, line, node = waiting.pop()
        yield path, line + 1
        # what aliases point to is looked into once: a few lines can stand for billions
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner: list[tuple[Path, int, Node]] = []
        if isinstance(node, MappingNode):
            for key, value in node.value:
                inner.append(((*path, str(key.value)), key.start_mark.line, value))
        elif isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                inner.append(((*path, index), item.start_mark.line, item))
        waiting += reversed(inner)
