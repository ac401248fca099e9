from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import flow_driver as sim
from tests.support.flow_driver import Server, completed, late
from zenodo_sdk.errors import (
    BadRequest,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimited,
    Refused,
    ServerError,
    ZenodoError,
)
from zenodo_sdk.flows._steps import Several
from zenodo_sdk.flows.upload import Upload
from zenodo_sdk.ledger import Ledger
from zenodo_sdk.models.file import FileData
from zenodo_sdk.retry import Retry
from zenodo_sdk.transfer.upload.preflight import Limits, Wanted
from zenodo_sdk.wire import endpoints

MINE = b"the content that is sent"
MD5 = hashlib.md5(MINE).hexdigest()
RETRY = Retry(attempts=4, base=0.5, settle=3.0)
LATE_AND_MANGLED = sim.Fault(after=4, spoils="mangled")


def server(faults=None, **known) -> Server:
    repository = Server(faults, content=MINE, **known)
    repository.draft(id="1")
    return repository


def flow(*names: str, overwrite="skip", retry=RETRY, ledger=None, **known) -> Upload:
    wanted = [Wanted(name, len(MINE), **known) for name in names]
    return Upload("1", wanted, overwrite, Limits(), ledger or Ledger(), retry)


def send(repository: Server, overwrite="error", retry=RETRY) -> FileData:
    [file] = repository.run(flow("a.csv", overwrite=overwrite, retry=retry).run())
    return file


def held(repository: Server):
    return repository.drafts["1"].files.get("a.csv")


def test_three_calls_and_no_pause_when_nothing_goes_wrong():
    repository = server()
    file = send(repository)
    assert file.md5 == MD5
    assert repository.calls == ["init", "content", "commit"]
    assert repository.paused == 0


@pytest.mark.parametrize(
    ("step", "fault", "contents", "commits"),
    [
        ("init", sim.ANSWER_LOST, 1, 1),
        ("init", sim.REQUEST_LOST, 1, 1),
        ("init", sim.CRASHED, 1, 1),
        ("init", sim.CRASHED_AFTER, 1, 1),
        ("init", sim.GATEWAY_AFTER, 1, 1),
        ("init", sim.TIMEOUT_408, 1, 1),
        ("init", sim.PAGE, 1, 1),
        ("init", late(1), 1, 1),
        ("init", late(2), 1, 1),
        ("init", late(3), 1, 1),
        ("init", late(4), 1, 1),
        ("content", sim.ANSWER_LOST, 1, 1),
        ("content", sim.GATEWAY_AFTER, 1, 1),
        ("content", sim.CRASHED_AFTER, 1, 1),
        ("content", sim.EMPTY, 1, 1),
        ("content", sim.PAGE, 1, 1),
        ("content", sim.REQUEST_LOST, 2, 2),
        ("content", sim.CRASHED, 2, 2),
        ("content", sim.TIMEOUT_408, 2, 2),
        ("content", sim.TRUNCATED, 2, 2),
        ("content", sim.MANGLED, 2, 2),
        ("content", sim.MANGLED_ANSWERED, 2, 2),
        ("content", late(1), 1, 1),
        ("content", late(2), 2, 2),
        ("content", late(4), 2, 2),
        ("content", late(9), 2, 2),
        ("content", LATE_AND_MANGLED, 2, 2),
        ("commit", sim.ANSWER_LOST, 1, 1),
        ("commit", sim.CRASHED_AFTER, 1, 1),
        ("commit", sim.GATEWAY_AFTER, 1, 1),
        ("commit", sim.EMPTY, 1, 1),
        ("commit", sim.PAGE, 1, 1),
        ("commit", late(1), 1, 1),
        ("commit", late(2), 1, 2),
        ("commit", late(3), 1, 2),
        ("commit", sim.REQUEST_LOST, 1, 2),
        ("commit", sim.GATEWAY, 1, 2),
        ("commit", sim.TIMEOUT_408, 1, 2),
        ("commit", sim.CRASHED, 2, 2),
    ],
)
def test_one_fault_is_mended(step, fault, contents, commits):
    repository = server({step: [fault]})
    assert send(repository).md5 == MD5
    assert held(repository).content == MINE
    assert held(repository).completed
    assert repository.count("content") == contents
    assert repository.count("commit") == commits


@pytest.mark.parametrize(
    ("step", "fault", "error"),
    [
        ("init", sim.UNREACHED, NoAnswer),
        ("init", sim.FORBIDDEN, PermissionDenied),
        ("init", sim.LIMITED, RateLimited),
        ("content", sim.UNREACHED, NoAnswer),
        ("content", sim.FORBIDDEN, PermissionDenied),
        ("content", sim.LIMITED, RateLimited),
        ("content", sim.Fault(does=False, status=400), BadRequest),
        ("content", sim.Fault(does=False, status=413), ZenodoError),
        ("commit", sim.FORBIDDEN, PermissionDenied),
        ("commit", sim.LIMITED, RateLimited),
        ("commit", sim.UNREACHED, NoAnswer),
    ],
)
def test_a_refusal_is_raised_at_once_and_leaves_nothing(step, fault, error):
    repository = server({step: [fault]})
    with pytest.raises(error):
        send(repository)
    assert held(repository) is None
    assert repository.count(step) == 1
    assert repository.paused == 0


@pytest.mark.parametrize(
    ("step", "fault", "error"),
    [
        ("content", sim.REQUEST_LOST, NoAnswer),
        ("content", sim.TRUNCATED, NoAnswer),
        ("content", sim.CRASHED, ServerError),
        ("content", sim.MANGLED_ANSWERED, ChecksumMismatch),
        ("commit", sim.REQUEST_LOST, NoAnswer),
        ("commit", sim.CRASHED, ServerError),
    ],
)
def test_what_never_works_ends_with_nothing_under_the_name(step, fault, error):
    repository = server({step: [fault] * 50})
    with pytest.raises(error) as caught:
        send(repository)
    assert held(repository) is None
    assert repository.count("content") == RETRY.attempts
    if error is ChecksumMismatch:
        assert caught.value.expected == f"md5:{MD5}"
        assert "Upload it again" in str(caught.value)


@pytest.mark.parametrize("fault", [sim.ANSWER_LOST, sim.CRASHED_AFTER, late(1), late(2), late(3)])
def test_the_second_entry_is_made_as_carefully_as_the_first(fault):
    repository = server({"content": [sim.REQUEST_LOST], "init": [None, fault]})
    assert send(repository).md5 == MD5
    assert held(repository).content == MINE


@pytest.mark.parametrize("fault", [sim.REQUEST_LOST, sim.CRASHED, sim.UNREACHED, sim.FORBIDDEN])
def test_what_cannot_be_removed_is_said(fault):
    repository = server({"content": [sim.MANGLED_ANSWERED] * 50, "delete_file": [fault] * 99})
    with pytest.raises(OutcomeUnknown) as caught:
        send(repository)
    assert caught.value.action == "upload"
    assert "overwrite='replace'" in str(caught.value)
    assert "before you publish" in str(caught.value)
    assert repository.count("content") == 1


def test_what_cannot_be_removed_for_any_reason_is_said():
    repository = server()
    steps = flow("a.csv", overwrite="error").run()
    assert repository.handle(next(steps), None).status == 201
    several = steps.send(repository.handle(endpoints.init_files("1", ["b.csv"]), None))
    assert isinstance(several, Several)
    [one] = several.flows.values()
    next(one)
    failure = LookupError("of a callback")
    assert one.throw(failure).method == "DELETE"
    with pytest.raises(OutcomeUnknown, match=r"of a callback.*the client is closed") as caught:
        one.throw(Refused("the client is closed"))
    assert caught.value.__cause__ is failure


def test_the_entry_of_a_vanished_draft_is_no_trouble():
    def delete_draft(repository: Server, name: str) -> None:
        if name == "content":
            repository.drafts.clear()

    repository = server(before_call=delete_draft)
    with pytest.raises(NotFound):
        send(repository)


def test_a_locked_bucket_keeps_no_entry():
    repository = server()
    repository.drafts["1"].published = True
    with pytest.raises(PermissionDenied, match="locked"):
        send(repository)
    assert held(repository) is None


def test_retry_of_one_attempt_never_sends_twice():
    repository = server({"content": [sim.REQUEST_LOST]})
    with pytest.raises(NoAnswer):
        send(repository, retry=Retry(attempts=1, settle=0))
    assert repository.count("content") == 1
    assert held(repository) is None


OTHER = b"other content of someone"


@pytest.mark.parametrize(
    ("overwrite", "there", "outcome", "contents"),
    [
        ("error", completed("a.csv", OTHER), FileExists, 0),
        ("error", completed("a.csv", MINE), FileExists, 0),
        ("error", sim.Entry("a.csv"), "done", 1),
        ("error", sim.Entry("a.csv", b"?", whole=True), "done", 1),
        ("skip", completed("a.csv", OTHER), FileExists, 0),
        ("skip", completed("a.csv", MINE), "done", 0),
        ("skip", sim.Entry("a.csv"), "done", 1),
        ("replace", completed("a.csv", OTHER), "done", 1),
        ("replace", sim.Entry("a.csv", b"?", whole=True), "done", 1),
    ],
)
@pytest.mark.parametrize("fault", [None, sim.REQUEST_LOST, sim.CRASHED])
def test_a_name_that_is_taken(overwrite, there, outcome, contents, fault):
    repository = server({"init": [fault]})
    repository.drafts["1"].files["a.csv"] = there
    if outcome == "done":
        assert send(repository, overwrite).md5 == MD5
        assert held(repository).content == MINE
    else:
        with pytest.raises(outcome, match=r"replace|is there already"):
            send(repository, overwrite)
        assert held(repository) is there
    assert repository.count("content") == contents


def test_a_name_that_is_taken_in_words_that_nobody_knows():
    repository = server({"init": [sim.Fault(does=False, status=400)]})
    repository.drafts["1"].files["a.csv"] = completed("a.csv", OTHER)
    assert send(repository, "replace").md5 == MD5
    assert held(repository).content == MINE
    # nothing is there: it meant something else, and is asked once more
    repository = server({"init": [sim.Fault(does=False, status=400)] * 9})
    with pytest.raises(BadRequest):
        send(repository)
    assert repository.calls == ["init", "read_file", "init"]


def test_a_file_that_vanishes_between_init_and_look_is_simply_sent():
    def vanish(repository: Server, name: str) -> None:
        if name == "read_file":
            repository.drafts["1"].files.clear()

    repository = server(before_call=vanish)
    repository.drafts["1"].files["a.csv"] = completed("a.csv", OTHER)
    # it is gone when looked at, and again while committing nothing is asked of it
    assert send(repository).md5 == MD5


FAULTS = st.sampled_from(
    [
        None,
        None,
        sim.ANSWER_LOST,
        sim.REQUEST_LOST,
        sim.UNREACHED,
        sim.CRASHED,
        sim.CRASHED_AFTER,
        sim.GATEWAY,
        sim.GATEWAY_AFTER,
        sim.TIMEOUT_408,
        sim.EMPTY,
        sim.PAGE,
    ]
)
LATES = st.integers(1, 12).map(late)
CONTENTS = st.one_of(
    FAULTS,
    LATES,
    st.sampled_from([sim.TRUNCATED, sim.MANGLED, sim.MANGLED_ANSWERED]),
    st.builds(
        sim.Fault, after=st.integers(1, 12), spoils=st.sampled_from(["truncated", "mangled"])
    ),
)


@settings(max_examples=600, deadline=None)
@given(
    init=st.lists(st.one_of(FAULTS, LATES), max_size=6),
    content=st.lists(CONTENTS, max_size=6),
    commit=st.lists(st.one_of(FAULTS, LATES), max_size=8),
    read=st.lists(FAULTS, max_size=4),
    delete=st.lists(FAULTS, max_size=4),
    there=st.sampled_from([None, OTHER, MINE]),
    overwrite=st.sampled_from(["error", "skip", "replace"]),
    attempts=st.integers(1, 5),
)
def test_whatever_happens_no_wrong_file_is_left_unsaid(
    init, content, commit, read, delete, there, overwrite, attempts
):
    repository = server(
        {
            "init": init,
            "content": content,
            "commit": commit,
            "read_file": read,
            "delete_file": delete,
        }
    )
    if there is not None:
        repository.drafts["1"].files["a.csv"] = completed("a.csv", there)
    retry = Retry(attempts=attempts, settle=2.0)
    try:
        file = send(repository, overwrite, retry)
    except OutcomeUnknown:
        assert delete, "only what cannot be removed is unknown"
        return
    except ZenodoError:
        repository.settle()
        entry = held(repository)
        if entry is not None and entry.completed:
            # what was there before is not ours to take away; and nobody can stop what arrives
            # after everything else, though it can only be the whole of what was sent
            assert there is not None or any(fault and fault.after for fault in [*init, *commit])
            assert entry.content in (there, MINE)
            assert not entry.offered
        return
    repository.settle()
    entry = held(repository)
    assert file.md5 == MD5
    assert file.size == len(MINE)
    assert entry.completed
    assert entry.content == MINE


# --- several files ------------------------------------------------------------------------------

NAMES = ["a", "b", "c", "d", "e"]


def many(repository: Server, overwrite="skip", retry=RETRY, ledger=None) -> list[FileData]:
    return repository.run(flow(*NAMES, overwrite=overwrite, retry=retry, ledger=ledger).run())


def is_all_mine(repository: Server) -> bool:
    files = repository.drafts["1"].files
    return sorted(files) == NAMES and all(
        entry.completed and entry.content == MINE for entry in files.values()
    )


def test_several_are_announced_together():
    repository, ledger = server(), Ledger()
    assert [file.name for file in many(repository, ledger=ledger)] == NAMES
    assert is_all_mine(repository)
    assert repository.calls[:2] == ["draft_files", "init"]
    assert len(repository.calls) == 2 + 2 * len(NAMES)
    assert ledger.unverified("1") == []
    repository.calls.clear()
    assert [file.md5 for file in many(repository)] == [MD5] * len(NAMES)
    assert repository.calls == ["draft_files"]


def test_a_draft_of_this_process_is_not_looked_at_first():
    repository, ledger = server(), Ledger()
    ledger.made("1", 4)
    many(repository, ledger=ledger)
    assert repository.calls[0] == "init"
    # and if it is not as thought, one look tells
    ledger = Ledger()
    ledger.made("1", 4)
    repository.calls.clear()
    many(repository, ledger=ledger)
    assert repository.calls == ["init", "draft_files"]
    assert repository.paused == 0


@pytest.mark.parametrize(
    "fault",
    [
        sim.ANSWER_LOST,
        sim.REQUEST_LOST,
        sim.CRASHED,
        sim.CRASHED_AFTER,
        sim.GATEWAY_AFTER,
        sim.PAGE,
        late(1),
        late(2),
        late(3),
        late(8),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_several_whose_announcement_is_lost(fault, times):
    repository = server({"init": [fault] * times})
    many(repository)
    assert is_all_mine(repository)
    assert repository.count("content") == len(NAMES)
    assert repository.count("init") <= 2 + times, "again all with one request"


def test_phases():
    repository = server({"content": [sim.REQUEST_LOST]})
    repository.drafts["1"].files["b"] = completed("b", MINE)
    many(repository)
    told = {name: [phase for one, phase in repository.told if one == name] for name in NAMES}
    assert told["a"] == ["verifying", "retrying", "verifying", "done"]
    assert told["b"] == ["skipped"]
    assert told["c"] == ["verifying", "done"]


def test_other_content_is_refused_before_anything_changes():
    repository = server()
    files = repository.drafts["1"].files
    files |= {"a": completed("a", MINE), "b": sim.Entry("b"), "c": completed("c", MINE[::-1])}
    with pytest.raises(FileExists, match="'c' is there already"):
        many(repository)
    assert repository.calls == ["draft_files"]
    with pytest.raises(FileExists, match="'a' is there already"):
        many(repository, overwrite="error")
    assert repository.calls == ["draft_files"] * 2
    many(repository, overwrite="replace")
    assert is_all_mine(repository)


def test_replaced_files_are_removed_one_by_one_and_announced_in_one_request():
    calls: list[str] = []
    repository = server(before_call=lambda _, name: calls.append(name))
    repository.drafts["1"].files |= {name: completed(name, OTHER) for name in NAMES}
    many(repository, overwrite="replace")
    assert is_all_mine(repository)
    before = calls[: calls.index("content")]
    assert before == ["draft_files", *["delete_file"] * len(NAMES), "init"]


@pytest.mark.parametrize("fault", [None, sim.ANSWER_LOST, sim.REQUEST_LOST, sim.CRASHED])
def test_an_error_leaves_no_entry_waiting(fault):
    forbidden = [None, None, sim.FORBIDDEN]
    repository, ledger = server({"content": forbidden}), Ledger()
    ledger.begin("1", "of another call")
    with pytest.raises(PermissionDenied):
        many(repository, ledger=ledger)
    files = repository.drafts["1"].files
    assert all(entry.completed for entry in files.values())
    assert ledger.unverified("1") == ["of another call"]
    # where that fails, too, the call ends with its own error all the same
    repository = server({"content": forbidden, "delete_file": [None, fault, fault, fault]})
    with pytest.raises(PermissionDenied):
        many(repository)
    assert repository.count("delete_file") <= 1 + len(NAMES)


def test_what_can_be_read_only_once_is_sent_once():
    repository = server({"content": [sim.TRUNCATED]})
    with pytest.raises(NoAnswer, match="can be read only once"):
        repository.run(flow("a.csv", once=True).run())
    assert repository.count("content") == 1
    assert held(repository) is None
    repository = server({"content": [sim.ANSWER_LOST]})
    repository.run(flow("a.csv", once=True).run())
    assert held(repository).content == MINE


@settings(max_examples=400, deadline=None)
@given(
    init=st.lists(st.one_of(FAULTS, LATES), max_size=6),
    content=st.lists(CONTENTS, max_size=9),
    commit=st.lists(st.one_of(FAULTS, LATES), max_size=9),
    read=st.lists(FAULTS, max_size=4),
    listed=st.lists(FAULTS, max_size=2),
    delete=st.lists(FAULTS, max_size=6),
    there=st.lists(st.sampled_from([None, OTHER, MINE, "begun"]), min_size=5, max_size=5),
    overwrite=st.sampled_from(["error", "skip", "replace"]),
    attempts=st.integers(1, 5),
    fresh=st.booleans(),
)
def test_whatever_happens_to_several_no_wrong_file_is_left_unsaid(
    init, content, commit, read, listed, delete, there, overwrite, attempts, fresh
):
    repository, ledger = (
        server(
            {
                "init": init,
                "content": content,
                "commit": commit,
                "read_file": read,
                "draft_files": listed,
                "delete_file": delete,
            }
        ),
        Ledger(),
    )
    if fresh:
        ledger.made("1", 4)
    files = repository.drafts["1"].files
    for name, held_before in zip(NAMES, there, strict=True):
        if held_before == "begun":
            files[name] = sim.Entry(name)
        elif held_before is not None:
            files[name] = completed(name, held_before)
    try:
        found = many(repository, overwrite, Retry(attempts=attempts, settle=2.0), ledger)
    except ZenodoError:
        repository.settle()
        for name, held_before in zip(NAMES, there, strict=True):
            entry = files.get(name)
            if entry is None or not entry.completed:
                continue
            if entry.content not in (held_before, MINE):
                # bytes that nobody verified: then this process knows that, and refuses to publish
                assert name in ledger.unverified("1")
        return
    repository.settle()
    assert [file.md5 for file in found] == [MD5] * len(NAMES)
    assert is_all_mine(repository)
    assert ledger.unverified("1") == []
