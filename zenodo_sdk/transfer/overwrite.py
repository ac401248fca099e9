"""What to do where a file of that name is, on the server or here."""

from __future__ import annotations

from typing import Literal, TypeAlias

Overwrite: TypeAlias = Literal["error", "replace", "skip"]
"""Refuse, replace it, or keep it if it has the same content."""
