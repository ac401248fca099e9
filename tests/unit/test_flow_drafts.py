from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import flow_driver as sim
from tests.support.flow_driver import Server, completed, late
from zenodo_sdk.errors import (
    BadRequest,
    Conflict,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Refused,
    ServerError,
    ZenodoError,
)
from zenodo_sdk.flows.compare import editable
from zenodo_sdk.flows.drafts import delete, delete_draft, refuse_conflict, reserve_doi, save
from zenodo_sdk.retry import Retry
from zenodo_sdk.wire import endpoints

RETRY = Retry(settle=5.0)
NEVER_WAITS = Retry(settle=0.0)
BODY = {"metadata": {"title": "Soil grid", "description": "<p>Daily.</p>"}, "custom_fields": {}}
LOST_AND_DONE = [
    sim.ANSWER_LOST,
    sim.CRASHED_AFTER,
    sim.GATEWAY_AFTER,
    sim.EMPTY,
    sim.PAGE,
    late(1),
    late(2),
    late(3),
]
NOT_DONE = [sim.REQUEST_LOST, sim.CRASHED, sim.GATEWAY, sim.TIMEOUT_408]


def server(faults=None, **known) -> Server:
    repository = Server(faults, **known)
    repository.draft(id="1", body=copy.deepcopy(BODY))
    return repository


def keep(repository: Server, change=None, retry=RETRY):
    base = repository.drafts["1"].document()
    body = editable(base)
    body["metadata"] = {"title": "Soil grids"} if change is None else change
    return repository.run(save("1", body, base=base, retry=retry))


def title(repository: Server) -> str:
    return repository.drafts["1"].body["metadata"]["title"]


def test_one_call_with_the_bare_revision():
    repository = server()
    assert keep(repository)["metadata"]["title"] == "Soil grids"
    assert repository.calls == ["save"]
    assert repository.asked[0].headers == {"If-Match": "4"}


@pytest.mark.parametrize("fault", [*LOST_AND_DONE, *NOT_DONE])
def test_a_lost_answer(fault):
    repository = server({"save": [fault]})
    assert keep(repository)["metadata"]["title"] == "Soil grids"
    repository.settle()
    assert repository.drafts["1"].revision == 6, "it was carried out once"
    assert title(repository) == "Soil grids"


@pytest.mark.parametrize("settle", [0.0, 5.0])
def test_a_revision_that_nobody_edited_is_followed_once(settle):
    repository = server()
    base = repository.drafts["1"].document()
    repository.drafts["1"].revision += 2
    body = {**editable(base), "metadata": {"title": "Soil grids"}}
    answer = repository.run(save("1", body, base=base, retry=Retry(settle=settle)))
    assert answer["metadata"]["title"] == "Soil grids"
    assert [call.headers.get("If-Match") for call in repository.asked] == ["4", None, "6"]


def test_a_revision_that_keeps_running_away_is_a_conflict():
    def run_away(repository: Server, name: str) -> None:
        if name == "save":
            repository.drafts["1"].revision += 2

    repository = server(before_call=run_away)
    with pytest.raises(Conflict):
        keep(repository)
    assert repository.count("save") == 2


def somebody(repository: Server, **metadata) -> None:
    repository.drafts["1"].body["metadata"].update(metadata)
    repository.drafts["1"].revision += 2


@pytest.mark.parametrize("fault", [None, sim.REQUEST_LOST, sim.GATEWAY])
@pytest.mark.parametrize(
    "edit", [{"title": "Theirs"}, {"version": "2"}, {"description": "<p>Other.</p>"}]
)
def test_an_edit_of_someone_else_is_a_conflict_and_not_overwritten(fault, edit):
    repository = server({"save": [fault]})
    base = repository.drafts["1"].document()
    # ours takes something away: the draft still holds what is left of it
    body = {**editable(base), "metadata": {"title": "Soil grid"}}
    somebody(repository, **edit)
    with pytest.raises(Conflict, match=r"refresh\(\)") as caught:
        repository.run(save("1", body, base=base, retry=RETRY))
    assert [difference.path for difference in caught.value.differences] == [
        f"metadata.{name}" for name in edit
    ]
    assert repository.drafts["1"].revision == 6


def test_a_removal_that_was_lost_is_not_taken_for_done():
    repository = server({"save": [sim.REQUEST_LOST]})
    base = repository.drafts["1"].document()
    body = {**editable(base), "metadata": {"title": "Soil grid"}}
    repository.drafts["1"].revision += 2  # a file was deleted
    answer = repository.run(save("1", body, base=base, retry=RETRY))
    assert "description" not in answer["metadata"]
    assert repository.count("save") == 2


def test_a_change_too_small_to_be_seen_through_the_servers_tidying_is_not_taken_for_done():
    repository = server({"save": [sim.REQUEST_LOST]})
    base = repository.drafts["1"].document()
    metadata = {"title": "Soil grid", "description": "<i>Daily.</i>"}
    somebody(repository, description="<b>Daily.</b>")
    with pytest.raises(Conflict):
        repository.run(save("1", {**editable(base), "metadata": metadata}, base=base, retry=RETRY))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (sim.FORBIDDEN, PermissionDenied),
        (sim.UNREACHED, NoAnswer),
    ],
)
def test_a_refusal_is_raised_at_once(fault, error):
    repository = server({"save": [fault]})
    with pytest.raises(error):
        keep(repository)
    assert repository.calls == ["save"]


# --- 400 without a field ----------------------------------------------------------------

SPURIOUS = sim.Fault(does=False, status=400)


@pytest.mark.parametrize("reads", [None, sim.GATEWAY, sim.Fault(does=False, status=404)])
def test_a_bad_request_is_raised_where_nothing_else_has_happened(reads):
    repository = server({"save": [SPURIOUS], "read_draft": [reads]})
    with pytest.raises(BadRequest):
        keep(repository)
    assert repository.calls == ["save", "read_draft"]


def test_a_bad_request_that_names_fields_is_raised_at_once():
    errors = [{"field": "metadata.title", "messages": ["Too long."]}]
    repository = server()
    repository._save = lambda call, identifier: (400, {"message": "Invalid", "errors": errors})
    with pytest.raises(BadRequest) as caught:
        keep(repository)
    assert caught.value.field_errors
    assert repository.calls == ["save"]


def at_the_first_save(act):
    def others(repository: Server, name: str) -> None:
        if repository.calls == ["save"]:
            act(repository)

    return others


def test_a_bad_request_while_the_revision_rose_is_followed_once():
    def import_files(repository: Server) -> None:
        repository.drafts["1"].revision += 2

    repository = server({"save": [SPURIOUS]}, before_call=at_the_first_save(import_files))
    assert keep(repository)["metadata"]["title"] == "Soil grids"
    assert [call.headers.get("If-Match") for call in repository.asked] == ["4", None, "6"]


def test_a_bad_request_of_two_saves_at_once_is_a_conflict():
    def edit(repository: Server) -> None:
        somebody(repository, version="theirs")

    repository = server({"save": [SPURIOUS]}, before_call=at_the_first_save(edit))
    with pytest.raises(Conflict, match=r"metadata\.version"):
        keep(repository)
    assert repository.drafts["1"].body["metadata"]["version"] == "theirs"


def test_a_bad_request_because_our_own_lost_save_landed_is_a_success():
    repository = server({"save": [late(2), SPURIOUS]})
    assert keep(repository)["metadata"]["title"] == "Soil grids"
    assert repository.calls == ["save", "read_draft", "save", "read_draft"]


# ----------------------------------------------------------------------------------------


def test_what_crashes_twice_is_not_sent_a_third_time():
    repository = server({"save": [sim.CRASHED] * 9})
    with pytest.raises(ServerError):
        keep(repository)
    assert repository.count("save") == 2


def test_what_never_answers_ends_after_the_watch():
    repository = server({"save": [sim.REQUEST_LOST] * 99})
    with pytest.raises(NoAnswer):
        keep(repository)
    assert repository.paused == pytest.approx(RETRY.settle)


def test_a_draft_that_is_gone():
    def vanish(repository: Server, name: str) -> None:
        repository.drafts.clear()

    repository = server()
    repository.before_call = vanish
    with pytest.raises(NotFound):
        keep(repository)


@settings(max_examples=300, deadline=None)
@given(
    saves=st.lists(
        st.one_of(st.sampled_from([None, *LOST_AND_DONE, *NOT_DONE]), st.integers(1, 20).map(late)),
        max_size=6,
    ),
    bumps=st.sets(st.integers(0, 12), max_size=2),
    edits=st.sets(st.integers(0, 12), max_size=1),
    change=st.sampled_from(
        [
            {"title": "Soil grids", "description": "<p>Daily.</p>"},
            {"title": "Soil grid"},
            {"title": "Soil grid", "description": "<p>Daily.</p>", "version": "1"},
        ]
    ),
)
def test_a_save_that_succeeds_was_carried_out_and_overwrote_nothing(saves, bumps, edits, change):
    seen = []

    def others(repository: Server, name: str) -> None:
        if len(repository.calls) in bumps:
            repository.drafts["1"].revision += 2
        if len(repository.calls) in edits:
            somebody(repository, version="theirs")
            seen.append(repository.drafts["1"].body["metadata"])

    repository = server({"save": saves}, before_call=others)
    try:
        keep(repository, change)
    except ZenodoError:
        return
    metadata = repository.drafts["1"].body["metadata"]
    if not seen:
        assert metadata == change


def test_a_conflict_is_refused_before_anything_is_sent():
    repository = server()
    base = repository.drafts["1"].document()
    refuse_conflict("1", base, {**base, "revision_id": 99})
    somebody(repository, version="theirs")
    with pytest.raises(Conflict, match=r"metadata\.version") as caught:
        refuse_conflict("1", base, repository.drafts["1"].document())
    assert [difference.now for difference in caught.value.differences] == ['"theirs"']


def test_differences_are_told_by_python_paths():
    def body(name: str, lang: str, doi: dict) -> dict:
        person = {"type": "personal", "family_name": name, "given_name": "A."}
        title = {"title": "T", "type": {"id": "subtitle"}, "lang": {"id": lang}}
        metadata = {"creators": [{"person_or_org": person}], "additional_titles": [title]}
        custom = {"code:codeRepository": f"https://example.org/{name}"}
        return {"metadata": metadata, "custom_fields": custom, "pids": doi}

    external = {"doi": {"identifier": "10.1/x", "provider": "external"}}
    with pytest.raises(Conflict) as caught:
        refuse_conflict("1", body("B", "eng", {}), body("C", "deu", external))
    assert {difference.path for difference in caught.value.differences} == {
        "metadata.creators[0].family_name",
        "metadata.additional_titles[0].language",
        "metadata.software.repository",
        "metadata.doi",
    }
    assert "metadata.creators[0].family_name" in str(caught.value)


# --- delete -----------------------------------------------------------------------------


def remove(repository: Server, retry=RETRY) -> None:
    call, look = endpoints.delete_file("1", "a"), endpoints.read_file("1", "a", draft=True)
    repository.run(delete(call, look, retry=retry))


def with_file(faults=None, **known) -> Server:
    repository = server(faults, **known)
    repository.drafts["1"].files["a"] = completed("a", b"one")
    return repository


@pytest.mark.parametrize("retry", [RETRY, NEVER_WAITS])
def test_a_deletion(retry):
    repository = with_file()
    remove(repository, retry)
    assert repository.calls == ["delete_file"]


@pytest.mark.parametrize("fault", [*LOST_AND_DONE[:3], late(1), late(2), late(3), *NOT_DONE])
def test_a_lost_deletion_ends_with_absence(fault):
    repository = with_file({"delete_file": [fault]})
    remove(repository)
    assert repository.drafts["1"].files == {}


def test_what_was_never_there_is_not_found():
    repository = server()
    with pytest.raises(NotFound):
        remove(repository)


@pytest.mark.parametrize(
    ("fault", "error", "calls"),
    [
        (sim.FORBIDDEN, PermissionDenied, 1),
        (sim.UNREACHED, NoAnswer, 1),
        (sim.CRASHED, ServerError, 2),
        (sim.REQUEST_LOST, NoAnswer, None),
    ],
)
def test_a_deletion_that_fails(fault, error, calls):
    repository = with_file({"delete_file": [fault] * 99})
    with pytest.raises(error):
        remove(repository)
    assert calls is None or repository.count("delete_file") == calls
    assert repository.drafts["1"].files


# --- delete a draft ---------------------------------------------------------------------

EITHER = pytest.mark.parametrize("editing", [False, True], ids=["delete", "discard"])


def drop(repository: Server, editing: bool, retry=RETRY, meanwhile=None) -> None:
    repository.drafts["1"].published = editing
    base = repository.drafts["1"].document()
    if meanwhile is not None:
        meanwhile(repository)
    repository.run(delete_draft("1", base=base, editing=editing, retry=retry))


def sent(repository: Server) -> list[str | None]:
    """The revisions that the deletions named."""
    return [call.headers.get("If-Match") for call in repository.asked if call.method == "DELETE"]


@EITHER
@pytest.mark.parametrize("retry", [RETRY, NEVER_WAITS])
def test_a_draft_is_deleted_as_it_was_read(editing, retry):
    repository = server()
    drop(repository, editing, retry)
    assert repository.drafts == {}
    assert repository.calls == ["delete_draft"]
    assert sent(repository) == ["4"]


def test_a_draft_deleted_by_a_lost_call_is_no_error():
    repository = server({"delete_draft": [late(2)]})
    drop(repository, editing=False)
    # the second call met nothing, and that is the proof
    assert repository.calls == ["delete_draft", "read_draft", "delete_draft"]


@EITHER
@pytest.mark.parametrize("fault", [*LOST_AND_DONE[:3], late(1), late(2), late(3), *NOT_DONE])
def test_a_lost_deletion_of_a_draft_ends_with_absence(editing, fault):
    repository = server({"delete_draft": [fault]})
    drop(repository, editing)
    assert repository.drafts == {}


@EITHER
def test_a_draft_that_was_never_there_is_not_found(editing):
    repository = server()
    with pytest.raises(NotFound):
        drop(repository, editing, meanwhile=lambda server: server.drafts.clear())
    assert repository.calls == ["delete_draft"]


@pytest.mark.parametrize("fault", [None, sim.REQUEST_LOST, sim.GATEWAY])
def test_the_edit_of_what_was_published_meanwhile_is_not_deleted(fault):
    def publish(repository: Server) -> None:
        repository.drafts["1"].published = True
        repository.drafts["1"].revision += 4

    repository = server({"delete_draft": [fault]})
    with pytest.raises(Refused, match=r"published meanwhile.*refresh\(\)"):
        drop(repository, editing=False, meanwhile=publish)
    assert "1" in repository.drafts
    assert set(sent(repository)) == {"4"}


@EITHER
@pytest.mark.parametrize("fault", [None, sim.REQUEST_LOST, sim.GATEWAY])
def test_what_someone_else_edited_is_not_deleted(editing, fault):
    repository = server({"delete_draft": [fault]})
    word = "discard" if editing else "delete"
    with pytest.raises(Conflict, match=rf" not {word}.*refresh\(\) it, and {word}\(\)") as caught:
        drop(repository, editing, meanwhile=lambda server: somebody(server, version="2"))
    assert [difference.path for difference in caught.value.differences] == ["metadata.version"]
    assert (caught.value.status, caught.value.method) == (412, "DELETE")
    assert "1" in repository.drafts
    assert set(sent(repository)) == {"4"}


@EITHER
@pytest.mark.parametrize("then", [None, sim.ANSWER_LOST, sim.REQUEST_LOST])
def test_a_draft_whose_revision_rose_by_itself_is_deleted(editing, then):
    repository = server({"delete_draft": [None, then]})
    drop(repository, editing, meanwhile=lambda server: somebody(server))
    assert repository.drafts == {}
    assert sent(repository)[:2] == ["4", "6"]


def test_a_draft_whose_revision_keeps_running_away_is_a_conflict():
    def run_away(repository: Server, name: str) -> None:
        if name == "delete_draft":
            somebody(repository)

    repository = server(before_call=run_away)
    with pytest.raises(Conflict, match=r"refresh\(\)"):
        drop(repository, editing=False)
    assert sent(repository) == ["4", "6"]


@EITHER
@settings(max_examples=200, deadline=None)
@given(
    faults=st.lists(
        st.one_of(st.sampled_from([None, *LOST_AND_DONE, *NOT_DONE]), st.integers(1, 20).map(late)),
        max_size=6,
    ),
    bumps=st.sets(st.integers(0, 12), max_size=2),
    edit=st.none() | st.integers(0, 12),
    publication=st.none() | st.integers(0, 12),
)
def test_nothing_that_others_did_is_ever_deleted(editing, faults, bumps, edit, publication):
    theirs = []

    def others(repository: Server, name: str) -> None:
        if (draft := repository.drafts.get("1")) is None:
            return
        if len(repository.calls) in bumps:
            draft.revision += 2
        if len(repository.calls) == edit:
            somebody(repository, version="theirs")
            theirs.append(draft)
        if len(repository.calls) == publication and not editing:
            draft.published, draft.revision = True, draft.revision + 4
            theirs.append(draft)

    repository = server({"delete_draft": faults}, before_call=others)
    try:
        drop(repository, editing)
    except ZenodoError:
        pass
    else:
        assert not repository.drafts
    repository.settle()
    assert not theirs or repository.drafts["1"] in theirs


# --- reserve ----------------------------------------------------------------------------


def reserve(repository: Server, retry=RETRY):
    return repository.run(reserve_doi("1", look_at="the page", retry=retry))


@pytest.mark.parametrize("fault", [None, *LOST_AND_DONE, *NOT_DONE])
def test_a_doi_is_reserved_once(fault):
    repository = server({"reserve_doi": [fault]})
    assert reserve(repository)["pids"]["doi"]["identifier"] == "10.5281/zenodo.1"
    repository.settle()
    assert repository.drafts["1"].revision == 6


def test_a_doi_that_is_there_stays():
    repository = server()
    repository.drafts["1"].pids = {"doi": {"identifier": "10.5281/zenodo.1"}}
    assert reserve(repository)["pids"]["doi"]["identifier"] == "10.5281/zenodo.1"
    assert repository.calls == ["reserve_doi", "read_draft"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (sim.FORBIDDEN, PermissionDenied),
        (sim.UNREACHED, NoAnswer),
        (sim.Fault(does=False, status=400), BadRequest),
        (sim.CRASHED, ServerError),
        (sim.REQUEST_LOST, OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("retry", [RETRY, NEVER_WAITS])
def test_no_doi(fault, error, retry):
    repository = server({"reserve_doi": [fault] * 99})
    if fault is sim.CRASHED and retry is NEVER_WAITS:
        error = OutcomeUnknown
    with pytest.raises(error) as caught:
        reserve(repository, retry)
    if error is OutcomeUnknown:
        assert "the page" in str(caught.value)
        assert "call it again" in str(caught.value)
