"""A whole Zenodo on this machine, and every fault of a network, for trying and for tests.

Needs the extra ``zenodo-sdk[local]``. In tests with pytest the fixtures ``zenodo_server``,
``zenodo_client``, ``async_zenodo_client`` and ``zenodo_faults`` are simply there.
"""

from __future__ import annotations

from ._server.limits import RateLimit
from ._server.profiles import ProfileName
from ._server.store import Snapshot, StoreError
from ._turns import Seen
from .faults import (
    Answer,
    CutAnswer,
    CutUpload,
    Delay,
    Fault,
    GoDown,
    HoldUpload,
    HtmlPage,
    LoseAnswer,
    LoseRequest,
    LyingChecksum,
    LyingLength,
    LyingSize,
    Rewrite,
    ServerFailure,
    Stall,
    StallUpload,
    Throttle,
    TooManyRequests,
)
from .local import LocalAccount, LocalZenodo
from .proxy import FaultProxy
from .range_faults import IgnoreRange, LyingRange, Meanwhile, OtherRange

__all__ = [
    "Answer",
    "CutAnswer",
    "CutUpload",
    "Delay",
    "Fault",
    "FaultProxy",
    "GoDown",
    "HoldUpload",
    "HtmlPage",
    "IgnoreRange",
    "LocalAccount",
    "LocalZenodo",
    "LoseAnswer",
    "LoseRequest",
    "LyingChecksum",
    "LyingLength",
    "LyingRange",
    "LyingSize",
    "Meanwhile",
    "OtherRange",
    "ProfileName",
    "RateLimit",
    "Rewrite",
    "Seen",
    "ServerFailure",
    "Snapshot",
    "Stall",
    "StallUpload",
    "StoreError",
    "Throttle",
    "TooManyRequests",
]
