from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import flow_driver as sim
from tests.support.flow_driver import Entry, Server, completed, late
from zenodo_sdk.errors import (
    BadRequest,
    NoAnswer,
    OutcomeUnknown,
    PermissionDenied,
    ServerError,
    ZenodoError,
)
from zenodo_sdk.flows.versions import import_files, new_version
from zenodo_sdk.retry import Retry

RETRY = Retry(settle=5.0)
LOST_AND_DONE = [
    sim.ANSWER_LOST,
    sim.CRASHED_AFTER,
    sim.GATEWAY_AFTER,
    sim.EMPTY,
    sim.PAGE,
    late(1),
    late(3),
]


def server(faults=None, **known) -> Server:
    repository = Server(faults, **known)
    repository.record("1", files={"a": completed("a", b"one"), "b": completed("b", b"two")})
    return repository


def make(repository: Server):
    return repository.run(new_version("1", "c1", look_at="the page", retry=RETRY))


def test_one_call():
    repository = server()
    assert make(repository)["status"] == "new_version_draft"
    assert repository.calls == ["new_version"]


@pytest.mark.parametrize("fault", LOST_AND_DONE)
def test_a_lost_answer_is_found_and_nothing_is_sent_again(fault):
    repository = server({"new_version": [fault]})
    made = make(repository)
    assert list(repository.drafts) == [made["id"]]
    assert repository.count("new_version") == 1


def test_the_draft_that_was_open_is_taken():
    repository = server({"new_version": [sim.REQUEST_LOST]})
    there = repository.draft(concept="c1", status="new_version_draft", base="1")
    assert make(repository)["id"] == there.id


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (sim.FORBIDDEN, PermissionDenied),
        (sim.UNREACHED, NoAnswer),
        (sim.CRASHED, ServerError),
        (sim.REQUEST_LOST, OutcomeUnknown),
        (sim.GATEWAY, OutcomeUnknown),
    ],
)
def test_none_was_made(fault, error):
    repository = server({"new_version": [fault]})
    with pytest.raises(error) as caught:
        make(repository)
    assert repository.count("new_version") == 1
    if error is OutcomeUnknown:
        assert "call new_version() again" in str(caught.value)
        assert "the page" in str(caught.value)
        assert repository.paused == pytest.approx(RETRY.settle)


def test_two_open_drafts_are_listed():
    repository = server({"new_version": [sim.ANSWER_LOST]})
    repository.draft(concept="c1", status="new_version_draft", base="1")
    repository.draft(concept="c1", status="new_version_draft", base="1")
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository)
    assert set(caught.value.candidates) == set(repository.drafts)


def test_other_works_and_open_edits_do_not_count():
    repository = server({"new_version": [sim.REQUEST_LOST]})
    repository.draft(concept="c2")
    repository.draft(id="1", concept="c1", published=True)
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository)
    assert caught.value.candidates == ()


def test_a_deleted_draft_that_the_index_still_lists_is_passed_over():
    gone = sim.Fault(does=False, status=404)
    repository = server({"new_version": [sim.REQUEST_LOST], "read_draft": [gone] * 99})
    repository.draft(concept="c1", status="new_version_draft", base="1")
    with pytest.raises(OutcomeUnknown) as caught:
        make(repository)
    assert caught.value.candidates == ()


def test_a_crash_is_not_believed_while_nothing_can_be_listed():
    repository = server({"new_version": [sim.CRASHED], "list": [sim.GATEWAY] * 99})
    with pytest.raises(OutcomeUnknown, match="could not be listed"):
        make(repository)


# --- files-import ---------------------------------------------------------------------


def with_draft(faults=None, files=None, **known) -> Server:
    repository = server(faults, **known)
    repository.draft(id="2", concept="c1", status="new_version_draft", base="1")
    repository.drafts["2"].files = files or {}
    return repository


def take(repository: Server, retry=RETRY) -> None:
    repository.run(import_files("2", "1", look_at="the page", retry=retry))


def contents(repository: Server):
    return {name: entry.content for name, entry in repository.drafts["2"].files.items()}


BOTH = {"a": b"one", "b": b"two"}


@pytest.mark.parametrize(
    ("faults", "posts"),
    [
        ([], 1),
        *(([fault], 1) for fault in LOST_AND_DONE),
        ([sim.REQUEST_LOST], 2),
        ([sim.CRASHED], 2),
        ([sim.GATEWAY], 2),
        ([sim.REQUEST_LOST, sim.ANSWER_LOST], 2),
        ([late(9)], 2),  # lands just before the second, which is then refused with 400
    ],
)
def test_files_are_imported(faults, posts):
    repository = with_draft({"import_files": faults})
    take(repository)
    assert contents(repository) == BOTH
    assert repository.count("import_files") == posts


@pytest.mark.parametrize("landing", range(1, 24))
def test_an_import_that_lands_at_any_time_is_seen(landing):
    repository = with_draft({"import_files": [late(landing)]})
    take(repository)
    assert contents(repository) == BOTH


def test_files_of_an_open_draft_are_kept():
    repository = with_draft(files={"mine": completed("mine", b"mine")})
    take(repository)
    assert contents(repository) == {"mine": b"mine"}
    assert repository.count("import_files") == 1


@pytest.mark.parametrize(
    "there",
    [
        {"mine": completed("mine", b"mine")},
        {"a": completed("a", b"one")},
        {"a": completed("a", b"one"), "b": completed("b", b"other")},
        {"a": Entry("a"), "b": Entry("b")},
    ],
)
def test_other_files_after_a_lost_answer_are_unknown_and_kept(there):
    repository = with_draft({"import_files": [sim.ANSWER_LOST]}, files=dict(there))
    with pytest.raises(OutcomeUnknown, match="keeps the files"):
        take(repository)
    assert repository.drafts["2"].files == there
    assert repository.count("import_files") == 1


@pytest.mark.parametrize(
    ("fault", "error", "posts"),
    [
        (sim.FORBIDDEN, PermissionDenied, 1),
        (sim.UNREACHED, NoAnswer, 1),
        (sim.Fault(does=False, status=400), BadRequest, 1),
        (sim.REQUEST_LOST, OutcomeUnknown, 2),
        (sim.CRASHED, ServerError, 2),
    ],
)
def test_no_import(fault, error, posts):
    repository = with_draft({"import_files": [fault] * 9})
    with pytest.raises(error):
        take(repository)
    assert repository.count("import_files") == posts


@pytest.mark.parametrize("step", ["latest", "record_files", "draft_files"])
def test_it_is_not_sent_again_while_nothing_can_be_read(step):
    repository = with_draft({"import_files": [sim.ANSWER_LOST], step: [sim.GATEWAY] * 99})
    with pytest.raises(OutcomeUnknown):
        take(repository)
    assert repository.count("import_files") == 1


@settings(max_examples=200, deadline=None)
@given(
    posts=st.lists(
        st.one_of(
            st.sampled_from([None, *LOST_AND_DONE, sim.REQUEST_LOST, sim.CRASHED]),
            st.integers(1, 20).map(late),
        ),
        max_size=3,
    ),
    reads=st.lists(st.sampled_from([None, sim.GATEWAY, sim.PAGE, sim.EMPTY]), max_size=9),
    step=st.sampled_from(["latest", "record_files", "draft_files"]),
)
def test_a_success_is_always_true(posts, reads, step):
    repository = with_draft({"import_files": posts, step: reads})
    try:
        take(repository)
    except ZenodoError:
        return
    assert contents(repository) == BOTH
