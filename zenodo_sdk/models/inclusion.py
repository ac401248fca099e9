"""What became of the wish to be in a community."""

from typing import Literal

from ._base import Model


class Inclusion(Model):
    """What became of the wish to be in a community."""

    community: str
    """The community, by the name in its address."""
    status: Literal["accepted", "submitted", "refused", "unknown"]
    """``submitted`` waits for the curators' review."""
    message: str = ""
    """Why, or what happens next."""
    request_id: str | None = None
    """Id of the request, where there is one."""
