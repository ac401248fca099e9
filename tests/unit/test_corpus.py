"""Everything that real servers were seen to answer can be read, and goes back as it came.

The material lies beside the repository, in a folder named ``shared`` or wherever
``ZENODO_SDK_SHARED`` says; without it these tests are skipped.
"""

from __future__ import annotations

import copy
import json
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.rdm import without_output_only
from zenodo_sdk import (
    Account,
    BadRequest,
    Conflict,
    Date,
    Gone,
    Metadata,
    NotFound,
    PermissionDenied,
    RateLimited,
    ResponseError,
    ServerError,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from zenodo_sdk.models.file import FileData, read_files
from zenodo_sdk.models.record import DepositionData, RecordData
from zenodo_sdk.wire.call import Answer, Call
from zenodo_sdk.wire.decode import error_of
from zenodo_sdk.wire.paging import read_hits

Json = Any
Count = Callable[[str, object], None]

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)

pytestmark = pytest.mark.skipif(
    not (SHARED / "recordings").is_dir(),
    reason=f"NO CORPUS: {SHARED} has no recordings; set ZENODO_SDK_SHARED",
)


@dataclass(frozen=True)
class Recording:
    """One recorded exchange."""

    name: str
    call: Call
    answer: Answer
    body: Json


def recordings() -> Iterator[Recording]:
    for path in sorted((SHARED / "recordings").glob("*.json")):
        exchange = json.loads(path.read_text())
        request, response = exchange["request"], exchange["response"]
        body = response["body"]
        content = body if isinstance(body, str) else json.dumps(body)
        yield Recording(
            path.stem,
            Call(request["method"], request["path"].partition("?")[0]),
            Answer(response["status"], response["headers"], content.encode()),
            body,
        )


def answers(kind: Callable[[Json], bool]) -> Iterator[tuple[str, Json]]:
    """Bodies of recorded successes."""
    for recording in recordings():
        if recording.answer.status < 300 and kind(recording.body):
            yield recording.name, recording.body


def is_work(body: Json) -> bool:
    """A record or a draft in the dialect that the SDK speaks."""
    return isinstance(body, dict) and {"id", "metadata", "parent", "revision_id"} <= body.keys()


def is_legacy(body: Json) -> bool:
    return isinstance(body, dict) and "conceptrecid" in body


def is_search(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("hits"), dict)


def is_file_list(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("entries"), list)


def is_file(body: Json) -> bool:
    return isinstance(body, dict) and "key" in body


def works() -> Iterator[tuple[str, Json]]:
    """Every recorded record and draft, those in lists as well."""
    yield from answers(is_work)
    for name, body in answers(is_search):
        for position, hit in enumerate(body["hits"]["hits"]):
            if is_work(hit):
                yield f"{name}[{position}]", hit


def real_records() -> Iterator[tuple[str, Json]]:
    for folder in ("records_rdm", "metadata_other"):
        for path in sorted((SHARED / "realdata" / folder).glob("*.json")):
            body = json.loads(path.read_text())
            if isinstance(body, dict) and is_search(body):
                yield from (
                    (f"{path.stem}[{n}]", hit) for n, hit in enumerate(body["hits"]["hits"])
                )
            elif isinstance(body, dict):
                yield path.stem, body


def judged() -> Iterator[tuple[str, Json]]:
    """Drafts and records that the real server made of bodies good and bad."""
    for path in sorted((SHARED / "oracle").glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines()):
            case = json.loads(line)
            for key in ("draft_rdm", "record_rdm"):
                if isinstance(case.get(key), dict):
                    yield f"{path.stem}:{number} {case.get('name', '')} {key}", case[key]


# ------------------------------------------------------------------------------------------------
# reading


def test_records_and_drafts_are_read(record_property: Count) -> None:
    read = 0
    for name, body in works():
        for work in (DepositionData.from_rdm(body), RecordData.from_rdm(body)):
            assert work.id == body["id"], name
            assert work.concept_id == body["parent"]["id"], name
            assert work.metadata.title == body["metadata"].get("title"), name
            assert work.revision == body["revision_id"], name
            assert work.created is not None, name
            assert work.modified is not None, name
            assert work.owner_id == body["parent"]["access"]["owned_by"]["user"], name
            assert work.version_index == body["versions"]["index"], name
            assert work.doi == body["pids"].get("doi", {}).get("identifier"), name
            assert work.file_count == body["files"].get("count"), name
            assert work.url == body["links"]["self_html"], name
        deposition = DepositionData.from_rdm(body)
        flags = {"draft": (False, True), "editing": (True, True), "published": (True, False)}
        assert flags[deposition.state] == (body["is_published"], body["is_draft"]), name
        told = [error for error in body.get("errors", ()) if error.get("field")]
        assert len(deposition.problems) == len(told), name
        assert all(problem.path and problem.message for problem in deposition.problems), name
        read += 1
    record_property("records and drafts read", read)
    assert read >= 26


def test_records_of_the_other_dialect_do_not_break_the_reader(record_property: Count) -> None:
    found = [DepositionData.from_rdm(body) for _, body in answers(is_legacy)]
    record_property("legacy records read", len(found))
    assert len(found) >= 5
    assert all(
        work.id and work.metadata.title for work in found if work.metadata.to_rdm()["metadata"]
    )


def test_searches_are_read(record_property: Count) -> None:
    read = hits = 0
    for name, body in answers(is_search):
        page = read_hits(body)
        assert page.items == body["hits"]["hits"], name
        assert page.total == body["hits"].get("total"), name
        hits += len([DepositionData.from_rdm(hit) for hit in page.items])
        read += 1
    record_property("searches read", f"{read}, {hits} hits")
    assert read >= 15
    assert hits >= 30


def test_files_are_read(record_property: Count) -> None:
    lists = files = 0
    entries = [(name, body) for name, body in answers(is_file)]
    for name, body in answers(is_file_list):
        assert [file.name for file in read_files(body)] == [one["key"] for one in body["entries"]]
        entries += [(name, entry) for entry in body["entries"]]
        lists += 1
    for name, body in works():
        stored = body["files"].get("entries", {})
        assert [file.name for file in DepositionData.from_rdm(body).file_entries] == list(stored)
        entries += [(name, {"key": key, **entry}) for key, entry in stored.items()]
    for name, entry in entries:
        file = FileData.from_rdm(entry)
        assert file.name == entry["key"], name
        assert file.size == entry.get("size"), name
        assert file.checksum == entry.get("checksum"), name
        assert file.is_complete == ("size" in entry and entry.get("status") != "pending"), name
        assert file.hidden == entry["access"]["hidden"], name
        if file.checksum is not None and file.checksum.startswith("md5:"):
            assert file.md5 == file.checksum[4:], name
        files += 1
    record_property("files read", f"{files} in {lists} lists and elsewhere")
    assert lists >= 6
    assert files >= 30


def test_the_account_is_read() -> None:
    ((_, body),) = answers(lambda body: isinstance(body, dict) and "confirmed_at" in body)
    account = Account.from_rdm(body)
    assert (account.id, account.email) == (str(body["id"]), body["email"])
    assert account.confirmed_at is not None


# ------------------------------------------------------------------------------------------------
# round trips


@pytest.mark.parametrize(("source", "at_least"), [(works, 30), (real_records, 30), (judged, 1900)])
def test_what_was_read_goes_back_as_it_came(
    source: Callable[[], Iterator[tuple[str, Json]]], at_least: int, record_property: Count
) -> None:
    differing: list[str] = []
    trips = 0
    for name, body in source():
        metadata = Metadata.from_rdm(body)
        sent = metadata.to_rdm()
        copies = (
            Metadata.from_rdm(sent),
            copy.deepcopy(metadata),
            pickle.loads(pickle.dumps(metadata)),
            Metadata.model_validate(metadata.model_dump()),
        )
        if sent != without_output_only(body) or any(one.to_rdm() != sent for one in copies):
            differing.append(name)
        trips += 1
    record_property(f"round trips: {source.__name__}", trips)
    assert differing == []
    assert trips >= at_least


def test_nearly_everything_real_is_understood(record_property: Count) -> None:
    """Round trips alone would also pass if everything were kept unread."""
    unread: list[str] = []
    known = {*Metadata.model_fields, "rights"}
    total = 0
    for source in (works, real_records, judged):
        for name, body in source():
            if not is_work(body):
                continue
            left = Metadata.from_rdm(body).extra
            total += 1
            unread += [f"{name}: {key}" for key in left if key in known and left[key]]
    record_property("with a list that cannot be read", len(unread))
    # drafts with items that lack the one key that makes them what they are
    assert len(unread) <= 15, unread
    assert total >= 1900


# ------------------------------------------------------------------------------------------------
# the server's verdict on dates

# taken, and from then on every page that shows it fails
BREAKING = {"2020/", "/2020", "20XX", "202X"}


def test_dates_are_judged_as_the_server_does(record_property: Count) -> None:
    cases = map(json.loads, (SHARED / "oracle" / "rdm_cases.jsonl").read_text().splitlines())
    dates = [case for case in cases if ":edtf-" in case["name"]]
    for case in dates:
        metadata = case["body"]["metadata"]
        if case["group"] == "dates":
            text = metadata["dates"][0]["date"]
            make: Callable[[], object] = partial(Date, date=text, type="collected")
        else:
            text = metadata["publication_date"]
            make = partial(Metadata, publication_date=text)
        breaking = case["group"] != "dates" and text in BREAKING
        if case["verdict"] == "clean" and not breaking:
            make()
        else:
            with pytest.raises(ValidationError, match=r"type=(bad-date|breaks-lists|crashes)"):
                make()
    record_property("dates judged", len(dates))
    assert len(dates) >= 40


# ------------------------------------------------------------------------------------------------
# errors

KINDS: dict[int, type[ResponseError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: PermissionDenied,
    404: NotFound,
    405: ResponseError,
    406: UnexpectedAnswer,
    409: Conflict,
    410: Gone,
    412: Conflict,
    413: TooLarge,
    415: UnexpectedAnswer,
    429: RateLimited,
    500: ServerError,
    504: ServerError,
}


def check(name: str, call: Call, answer: Answer, body: Json) -> None:
    error = error_of(call, answer, host="zenodo.example", now=0.0)
    assert type(error) is KINDS[answer.status], name
    assert error.status == answer.status, name
    assert (error.method, error.path) == (call.method, call.path), name
    assert str(answer.status) in str(error), name
    if not isinstance(body, dict):
        assert error.server_message, name
        assert "<" not in error.server_message, name
        return
    if isinstance(body.get("message"), str):
        assert error.server_message == body["message"], name
        assert body["message"] in str(error), name
    told = body.get("errors") or []
    assert len(error.field_errors) == len(told), name
    for found, entry in zip(error.field_errors, told, strict=True):
        assert found.messages, name
        wanted = entry.get("messages") or [entry.get("message")]
        assert [str(message) for message in wanted if isinstance(message, str)] == [
            message for message in found.messages if message in wanted
        ], name
        assert str(found) in str(error), name
    if answer.status == 410:
        assert isinstance(error, Gone)
        assert error.tombstone == body["tombstone"], name


def test_recorded_errors_are_decoded(record_property: Count) -> None:
    decoded = 0
    for recording in recordings():
        if recording.answer.status >= 400:
            check(recording.name, recording.call, recording.answer, recording.body)
            decoded += 1
    record_property("recorded errors decoded", decoded)
    assert decoded >= 60


def test_errors_from_elsewhere_are_decoded(record_property: Count) -> None:
    decoded = 0
    for path in sorted((SHARED / "realdata" / "errors").iterdir()):
        status = int(path.name[:3]) if path.name[:3].isdigit() else None
        call = Call("PUT", "/api/somewhere")
        if path.suffix == ".json":
            told = json.loads(path.read_text())
            body = told.get("body", told)
            status = told.get("http_status") or status
            content = body if isinstance(body, str) else json.dumps(body)
            media = "text/plain" if isinstance(body, str) else "application/json"
        else:
            body = content = path.read_text()
            media = "text/html"
        if status is None or status < 400:
            continue
        check(path.name, call, Answer(status, {"content-type": media}, content.encode()), body)
        decoded += 1
    record_property("other errors decoded", decoded)
    assert decoded >= 10


def test_a_blocked_client_is_told_so() -> None:
    page = (SHARED / "realdata" / "errors" / "413_nginx.html").read_bytes()
    answer = Answer(413, {"content-type": "text/html"}, page)
    error = error_of(Call("PUT", "/x"), answer, host="zenodo.example", now=0.0)
    assert "gateway" in str(error)
