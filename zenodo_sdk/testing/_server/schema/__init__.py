"""What the server makes of the body of a draft, and what stands against its publication."""

from __future__ import annotations

from .load import Loaded, load_draft, publish_errors
from .lookup import Lookup

__all__ = ["Loaded", "Lookup", "load_draft", "publish_errors"]
