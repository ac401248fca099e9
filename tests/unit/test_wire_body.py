from __future__ import annotations

import json

import pytest

from zenodo_sdk.flows.compare import differences, editable, holds
from zenodo_sdk.models.metadata import FileOptions, Metadata
from zenodo_sdk.models.people import Creator
from zenodo_sdk.models.record import DepositionData
from zenodo_sdk.models.rights import Access
from zenodo_sdk.wire.body import draft_body, unsaved_changes
from zenodo_sdk.wire.call import Answer, Call
from zenodo_sdk.wire.preflight import problems_before_publish

EXTERNAL = {"doi": {"identifier": "10.1234/x", "provider": "external"}}
RESERVED = {"doi": {"identifier": "10.5281/zenodo.1", "provider": "datacite", "client": "datacite"}}
OAI = {"oai": {"identifier": "oai:zenodo.org:1", "provider": "oai"}}


def draft(**known):
    return {
        "id": "1",
        "metadata": {"title": "Soil grid", "publisher": "X"},
        "custom_fields": {},
        "access": {
            "record": "public",
            "files": "restricted",
            "embargo": {"active": False, "reason": None},
            "status": "restricted",
        },
        "files": {"enabled": True, "count": 1, "default_preview": "a.csv", "entries": {}},
        "pids": {},
        **known,
    }


def body_over(there, **known):
    metadata = Metadata(title="Soil grids", **known)
    return draft_body(metadata, is_zenodo=False, over=there)


def test_what_the_metadata_does_not_name_is_repeated():
    body = body_over(draft())
    assert body["access"]["files"] == "restricted"
    assert body["files"]["default_preview"] == "a.csv"
    assert "entries" not in body["files"]
    assert "status" not in body["access"]
    assert "pids" not in body


def test_what_the_metadata_names_counts():
    body = body_over(draft(), access=Access.open(), files=FileOptions(default_preview="b.csv"))
    assert body["access"]["files"] == "public"
    assert body["files"]["default_preview"] == "b.csv"


@pytest.mark.parametrize("pids", [{}, RESERVED, {**RESERVED, **OAI}, OAI, None])
def test_a_doi_of_the_servers_own_is_never_sent(pids):
    there = draft(pids=pids)
    assert "pids" not in body_over(there)
    assert "pids" not in draft_body(Metadata.from_rdm(there), is_zenodo=False)
    assert "10.5281" not in json.dumps(draft_body(Metadata.from_rdm(there), is_zenodo=False))


@pytest.mark.parametrize("others", [{}, OAI])
def test_an_external_doi_is_set_changed_and_removed(others):
    for before in ({}, RESERVED, EXTERNAL):
        body = body_over(draft(pids={**before, **others}), doi="10.9999/y")
        assert body["pids"] == {
            **others,
            "doi": {"identifier": "10.9999/y", "provider": "external"},
        }
    assert body_over(draft(pids={**EXTERNAL, **others}))["pids"] == others


def test_zenodo_is_the_publisher_on_zenodo_alone():
    assert draft_body(Metadata(), is_zenodo=True)["metadata"]["publisher"] == "Zenodo"
    assert "publisher" not in draft_body(Metadata(), is_zenodo=False)["metadata"]
    own = draft_body(Metadata(publisher="X"), is_zenodo=True)
    assert own["metadata"]["publisher"] == "X"


@pytest.mark.parametrize("pids", [{}, RESERVED, EXTERNAL])
def test_unsaved_changes(pids):
    there = draft(pids=pids)
    metadata = Metadata.from_rdm(there)
    assert not unsaved_changes(draft_body(metadata, is_zenodo=True, over=there), there)
    metadata.title = "Another"
    assert unsaved_changes(draft_body(metadata, is_zenodo=True, over=there), there)
    other = Metadata.from_rdm(there)
    other.doi = None if other.doi else "10.9999/y"
    assert unsaved_changes(draft_body(other, is_zenodo=True, over=there), there)


# --- preflight ----------------------------------------------------------------------------


def deposition(**known) -> DepositionData:
    metadata = {
        "title": "Soil grid",
        "resource_type": {"id": "dataset"},
        "creators": [{"person_or_org": {"type": "personal", "family_name": "O", "name": "O"}}],
        "publication_date": "2026-11-22",
        "publisher": "X",
        **known,
    }
    return DepositionData.from_rdm(
        {"id": "1", "metadata": {key: value for key, value in metadata.items() if value}}
    )


def test_nothing_stands_in_the_way():
    assert problems_before_publish(deposition(), unsaved=False, unverified=[]) == ()


@pytest.mark.parametrize(
    "field", ["title", "resource_type", "creators", "publication_date", "publisher"]
)
def test_what_is_missing_is_named(field):
    (problem,) = problems_before_publish(deposition(**{field: None}), unsaved=False, unverified=[])
    assert problem.path == f"metadata.{field}"
    assert problem.fix
    assert problem.severity == "error"


def test_everything_is_named_at_once():
    empty = DepositionData.from_rdm({"id": "1", "metadata": {}})
    problems = problems_before_publish(empty, unsaved=False, unverified=["a.csv"])
    assert len(problems) == 6
    assert problems[-1].path == "files['a.csv']"
    assert "overwrite='replace'" in problems[-1].fix


def test_an_external_doi_needs_no_publisher():
    found = deposition(publisher=None)
    found.metadata.doi = "10.1234/x"
    assert problems_before_publish(found, unsaved=False, unverified=[]) == ()


# --- compare ------------------------------------------------------------------------------


def sent(**metadata):
    return draft_body(
        Metadata(
            title="Soil grid",
            creators=[Creator(name="Okafor, Ada", orcid="0000-0002-1825-0097")],
            publication_date="2026-11-22",
            **metadata,
        ),
        is_zenodo=True,
    )


def stored(body, **metadata):
    there = json.loads(json.dumps(body))
    there["metadata"].update(metadata)
    return {
        **there,
        "id": "1",
        "access": {
            "record": "public",
            "files": "public",
            "embargo": {"active": False, "reason": None},
            "status": "open",
        },
        "files": {"enabled": True, "order": [], "count": 0, "entries": {}},
        "media_files": {"enabled": False},
        "pids": {},
    }


def test_a_draft_holds_what_was_sent():
    body = sent(resource_type="dataset", keywords=["soil"], licenses=["cc-by-4.0"])
    there = stored(
        body,
        resource_type={"id": "dataset", "title": {"en": "Dataset"}},
        rights=[{"id": "cc-by-4.0", "title": {"en": "CC BY"}, "props": {"url": "https://x"}}],
    )
    assert holds(body, there)


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("title", "\u201cquoted\u201d \u2018x\u2019", "\"quoted\" 'x'"),
        ("title", "\ufb01nal \ufb02ow", "final flow"),
        ("title", "\uff21\uff22\uff23", "ABC"),
        ("title", "  Soil \n grid ", "Soil grid"),
        ("title", "Soil\u200b grid\ufeff", "Soil grid"),
        ("title", "R&amp;D grid", "R&D grid"),
        ("title", "e\u0301tude", "étude"),
        ("description", "A & B < C", "A &amp; B &lt; C"),
        ("description", "<p>Hi</p><script>x</script>", "<p>Hi</p>x"),
        ("description", "<h6>six</h6>", "six"),
    ],
)
def test_what_the_server_tidies_is_overlooked(field, mine, theirs):
    body = sent()
    body["metadata"][field] = mine
    assert holds(body, stored(body, **{field: theirs}))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("https://doi.org/10.1234/ABC", "10.1234/ABC"),
        ("10.1234/abc", "10.1234/abc"),
        ("hep-th/9901001", "arXiv:hep-th/9901001"),
    ],
)
def test_detected_schemes_and_prefixes_are_overlooked(mine, theirs):
    body = sent()
    body["metadata"]["related_identifiers"] = [
        {"identifier": mine, "relation_type": {"id": "cites"}}
    ]
    there = [{"identifier": theirs, "scheme": "doi", "relation_type": {"id": "cites"}}]
    assert holds(body, stored(body, related_identifiers=there))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Soil grids"},
        {"title": None},
        {"version": "1"},
        {"subjects": [{"subject": "soil"}]},
        {"creators": []},
        {"creators": [{"person_or_org": {"type": "personal", "family_name": "Okafor"}}]},
        {"publication_date": "2026-11-23"},
        {"publisher": None},
    ],
)
def test_what_differs_does_not_hold(change):
    assert not holds(sent(), stored(sent(), **change))


@pytest.mark.parametrize(
    "change",
    [
        {"access": {"record": "public", "files": "restricted"}},
        {"access": {"record": "restricted", "files": "public"}},
        {"access": {"record": "public", "files": "public", "embargo": {"active": True}}},
        {"files": {"enabled": False}},
        {"pids": EXTERNAL},
        {"custom_fields": {"code:codeRepository": "https://x"}},
    ],
)
def test_more_than_the_metadata_is_compared(change):
    assert not holds(sent(), {**stored(sent()), **change})


def test_differences_are_told_to_the_letter():
    before, now = stored(sent()), stored(sent(), title="Soil “grid”", version="2")
    found = differences(editable(before), editable(now))
    assert [(one.path, one.before, one.now) for one in found] == [
        ("metadata.title", '"Soil grid"', '"Soil “grid”"'),
        ("metadata.version", "", '"2"'),
    ]
    assert differences(editable(before), editable(before)) == ()


def test_differences_within_lists():
    first, second = stored(sent()), stored(sent())
    second["metadata"]["creators"][0]["affiliations"] = [{"name": "Lab"}]
    (found,) = differences(editable(first), editable(second))
    assert found.path == "metadata.creators[0].affiliations"


# --- call ---------------------------------------------------------------------------------


def test_a_calls_body():
    assert Call("POST", "/x").encoded() is None
    assert Call("POST", "/x", body={}).encoded() == b"{}"
    assert Call("POST", "/x", body=[{"key": "é"}]).encoded() == b'[{"key": "\\u00e9"}]'


@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/vnd.inveniordm.v1+json; charset=utf-8", b"{}", {}),
        ("application/json", b"", None),
        ("application/json", b"{", None),
        ("application/json", b"\xff", None),
        ("text/html", b"{}", None),
        ("", b"{}", None),
    ],
)
def test_an_answers_json(kind, content, value):
    answer = Answer(200, {"content-type": kind}, content)
    assert answer.json() == value
    assert answer.document() == value


def test_a_list_is_no_document():
    assert Answer(200, {"content-type": "application/json"}, b"[1]").document() is None
