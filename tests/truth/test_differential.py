"""Both servers are asked the same, and answer the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.truth import exchanges as _  # noqa: F401 (fills SCRIPTS)
from tests.truth.comparison import compare
from tests.truth.differences import unknown
from tests.truth.script import SCRIPTS
from tests.truth.server import Server
from tests.truth.transcript import transcribe

pytestmark = pytest.mark.live


@pytest.mark.parametrize("name", SCRIPTS)
def test_same_answers(
    name: str,
    live: Server,
    embedded: Server,
    record_property: Callable[[str, object], None],
) -> None:
    real, imitated = transcribe(live, name), transcribe(embedded, name)
    assert real.stopped is None, f"the script does not fit the real server: {real.stopped}"
    found = compare(real, imitated)
    new = unknown(found)
    record_property("exchanges", len(real.exchanges))
    record_property("known differences", len(found) - len(new))
    record_property("differences", len(new))
    assert not new, "\n".join(map(str, new))
