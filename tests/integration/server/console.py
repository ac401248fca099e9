"""What the server's commands tell the person who runs them."""

from __future__ import annotations

import sys
import time

_began = time.monotonic()


class Failure(Exception):
    """Something the user has to know about; its text is the whole message."""


def say(text: str) -> None:
    """Write one progress line, with the seconds since the command began, to stderr."""
    print(f"[{time.monotonic() - _began:6.1f} s] {text}", file=sys.stderr, flush=True)
