"""Shapes that every layer speaks of."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]
"""One JSON object."""

Path: TypeAlias = tuple[str | int, ...]
"""Where a value sits in a JSON document: keys and positions, outermost first."""
