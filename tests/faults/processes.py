"""The rows of the matrix that take processes."""

from __future__ import annotations

import signal

from .bench import Operation

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

KILLED = {
    "kill -9 while it is sent": (_KILL, "upload"),
    "kill -9 before the commit": (_KILL, "commit"),
    "kill -9 while it comes": (_KILL, "content"),
    "kill -9 at a later piece": (_KILL, "later piece"),
    "Ctrl-C while it is sent": (signal.SIGINT, "upload"),
    "Ctrl-C before the commit": (signal.SIGINT, "commit"),
    "Ctrl-C while it comes": (signal.SIGINT, "content"),
    "Ctrl-C at a later piece": (signal.SIGINT, "later piece"),
}
"""The signal, and the request that is under way then."""

HELD = {
    "two at once, the other before its content": "upload",
    "two at once, the other before its commit": "commit",
    "two at once, the other at its first request": "content",
    "two at once, the other at a later piece": "later piece",
}
"""Where one process waits until another has made the same call."""

ROWS = (*KILLED, *HELD, "disk full", "read-only disk")


def why_not(row: str, operation: Operation) -> str | None:
    """Why a row cannot be for an operation; None if it can."""
    place = KILLED[row][1] if row in KILLED else HELD.get(row, "")
    if operation.sends and place in ("content", "later piece"):
        return "receives no content"
    if not operation.sends and place in ("upload", "commit"):
        return "sends nothing"
    if operation.archive and place == "later piece":
        return "comes in one piece"
    return None
