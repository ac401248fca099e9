"""What a call may leave running behind it: nothing."""

from __future__ import annotations

import threading


def no_thread_is_left() -> bool:
    """Whether all threads of the SDK ended; they may still be about to."""
    mine = [each for each in threading.enumerate() if each.name.startswith("zenodo-sdk")]
    for each in mine:
        each.join(5)
    return not any(each.is_alive() for each in mine)
