"""The comparison with recordings sees what differs, and only that."""

from __future__ import annotations

from tests.recordings.compare import Marks, differences

_ONE = "8ad8c9cf-82bd-483c-ad20-e2a096cf5272"
_OTHER = "b8f16c38-7a8a-432f-a942-0698b43c965e"
_THIRD = "cc603aea-aa02-464d-9b09-be8d6145b206"


def test_moments_and_marks_may_differ() -> None:
    theirs = {"id": _ONE, "at": "2026-11-22T11:00:15.919841+00:00", "also": f"of {_ONE}"}
    ours = {"id": _OTHER, "at": "2026-11-22T10:40:00.001000+00:00", "also": f"of {_OTHER}"}
    assert not list(differences(theirs, ours, Marks()))


def test_a_mark_stands_for_the_same_everywhere() -> None:
    marks = Marks()
    assert not list(differences([_ONE], [_OTHER], marks))
    assert list(differences([_ONE], [_THIRD], marks))
    assert list(differences([_THIRD], [_OTHER], marks))
    assert marks.to_ours(f"/api/requests/{_ONE}") == f"/api/requests/{_OTHER}"


def test_types_keys_orders_and_lengths_matter() -> None:
    assert list(differences(1, 1.0, Marks()))
    assert list(differences(None, "", Marks()))
    assert list(differences({"a": 1}, {}, Marks()))
    assert list(differences({}, {"a": 1}, Marks()))
    assert list(differences({"a": 1, "b": 2}, {"b": 2, "a": 1}, Marks()))
    assert list(differences([1, 2], [1], Marks()))
    assert list(differences("2026-11-22T11:00:15.919841+00:00", None, Marks()))


def test_files_come_in_any_order() -> None:
    one, other = {"key": "a", "size": 1}, {"key": "b", "size": 2}
    assert not list(differences({"files": [one, other]}, {"files": [other, one]}, Marks()))
    assert list(differences({"hits": [one, other]}, {"hits": [other, one]}, Marks()))
