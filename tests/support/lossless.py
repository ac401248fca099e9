"""What an export lost without a word."""

from __future__ import annotations

from typing import Any

from zenodo_sdk.rules.finding import Finding

Json = Any


def missing(body: Json, back: Json, lost: tuple[Finding, ...]) -> list[Any]:
    """Values of a body that did not come back and are not reported."""
    reported = {one.path for one in lost}
    gone: list[Any] = []

    def walk(value: Json, other: Json, path: tuple[str | int, ...]) -> None:
        if value == other or value in (None, "", [], {}) or path in reported:
            return
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, other.get(key) if isinstance(other, dict) else None, (*path, key))
        elif isinstance(value, list):
            for at, item in enumerate(value):
                if not (isinstance(other, list) and item in other):
                    same = isinstance(other, list) and at < len(other)
                    walk(item, other[at] if same else None, (*path, at))
        else:
            gone.append((path, value, other))

    walk(body, back, ())
    return gone
