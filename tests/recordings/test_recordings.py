"""The embedded Zenodo answers every recorded request as Zenodo's own software did.

The recordings lie beside the repository, in a folder named ``shared`` or wherever
``ZENODO_SDK_SHARED`` says; without them these tests are skipped.
"""

from __future__ import annotations

import pytest

from tests.recordings.corpus import SHARED, Recording, load
from tests.recordings.differences import DIFFERENCES
from tests.recordings.stage import Clock, Stage
from tests.recordings.states import tell
from zenodo_sdk.testing.local import LocalZenodo

pytestmark = pytest.mark.skipif(
    not (SHARED / "recordings").is_dir(),
    reason=f"NO CORPUS: {SHARED} has no recordings; set ZENODO_SDK_SHARED",
)

_RECORDINGS: dict[str, Recording] = load()


@pytest.fixture(scope="module")
def results() -> dict[str, list[str]]:
    """The differences of every recording that was replayed, by name."""
    clock = Clock()
    with LocalZenodo(profile="zenodo", now=clock) as server:
        stage = Stage(server, clock, _RECORDINGS)
        tell(stage)
        return stage.results


@pytest.mark.parametrize("recording", _RECORDINGS.values(), ids=lambda each: each.name)
def test_answers_as_recorded(recording: Recording, results: dict[str, list[str]]) -> None:
    """Every recording is equal, or listed with the reason."""
    name = recording.name
    assert name in results, "nothing replays it"
    found = results[name]
    if name in DIFFERENCES:
        assert DIFFERENCES[name].explains(found), "\n".join(found)
    else:
        assert not found, "\n".join(found)


def test_count(results: dict[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    """What was compared, for whoever reads the output."""
    equal = sum(not found for found in results.values())
    with capsys.disabled():
        print(f"\nrecordings: {len(results)} compared, {equal} equal, {len(DIFFERENCES)} listed")
    assert set(DIFFERENCES) <= {recording.name for recording in _RECORDINGS.values()}
