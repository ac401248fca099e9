"""What a deposition's state forbids, refused before anything is sent."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..errors import Refused
from ..models.record import DepositionData, State

Action: TypeAlias = Literal["save", "publish", "discard", "delete", "new_version"]

_REFUSED: dict[tuple[Action, State], str] = {
    ("save", "published"): "is published: call edit() first, change it, then publish()",
    ("publish", "published"): "is published already; edit() opens it for changes",
    ("discard", "draft"): (
        "was never published: discarding it would delete it and its files. Call delete() if that"
        " is what you want."
    ),
    ("discard", "published"): "has no open edits",
    ("delete", "published"): "is published and cannot be deleted; discard() drops open edits",
    ("delete", "editing"): "is published and cannot be deleted; discard() drops open edits",
    ("new_version", "draft"): "is a draft: publish it before you make the next version",
}


def refuse_in_this_state(action: Action, deposition: DepositionData) -> None:
    """Refuse what would do harm in the deposition's state, or cannot succeed.

    Args:
        action: What shall be done.
        deposition: The deposition as the caller sees it.

    Raises:
        Refused: It cannot be; the message names the call that the caller wants.
    """
    why = _REFUSED.get((action, deposition.state))
    if why is not None:
        raise Refused(f"{deposition.id} {why}")
