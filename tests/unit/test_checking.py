"""check(): anything in, the server's verdict out, and never an exception for what it says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenodo_sdk import Creator, Metadata, Problem
from zenodo_sdk.checking import Judged, Source, check, judged, judged_content, verdict

GOOD = {
    "title": "Soil moisture grid 2025",
    "upload_type": "dataset",
    "description": "<p>Daily grid.</p>",
    "creators": [{"name": "Okafor, Ada", "orcid": "0000-0002-1825-0097"}],
    "license": "cc-by-4.0",
    "publication_date": "2026-11-22",
    "imprint_publisher": "Zenodo",
}
RDM = {
    "metadata": {
        "title": "Soil moisture grid 2025",
        "resource_type": {"id": "dataset"},
        "publication_date": "2026-11-22",
        "publisher": "Zenodo",
        "creators": [
            {"person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ada"}}
        ],
    }
}
WRONG_ORCID = "0000-0002-1825-0098"


def changed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**document, **changes}


def without(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in keys}


def seen(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.path, problem.code, problem.effect) for problem in problems]


@pytest.mark.parametrize("document", [GOOD, {"metadata": GOOD}, RDM])
def test_what_is_good_has_no_problems(document: dict[str, Any]) -> None:
    assert check(document) == []


def test_paths_are_those_of_the_document() -> None:
    people = [{"name": "Okafor, Ada", "orcid": WRONG_ORCID}]
    [problem] = check(changed(GOOD, creators=people))
    assert (problem.path, problem.severity) == ("creators[0].orcid", "error")
    [problem] = check({"metadata": changed(GOOD, creators=people)})
    assert problem.path == "metadata.creators[0].orcid"


def test_paths_in_rdm_json_are_those_of_the_document() -> None:
    person = {"type": "personal", "given_name": "Ada"}
    problems = check({"metadata": changed(RDM["metadata"], creators=[{"person_or_org": person}])})
    assert [problem.path for problem in problems] == [
        "metadata.creators[0].person_or_org.family_name"
    ]


def test_paths_of_metadata_are_those_of_python() -> None:
    creator = Creator(family_name="Okafor", given_name="Ada")
    problems = check(Metadata(title="Soil", creators=[creator]))
    assert "metadata.resource_type" in [problem.path for problem in problems]
    assert verdict(problems) == "blocked"


@pytest.mark.parametrize(
    ("name", "kind"), [(".zenodo.json", "zenodo_json"), ("draft.json", "zenodo_json")]
)
def test_files_are_recognised(tmp_path: Path, name: str, kind: str) -> None:
    file = tmp_path / name
    file.write_text(json.dumps(GOOD))
    result = judged(file)
    assert (result.kind, result.problems) == (kind, ())
    assert judged(str(file)).kind == kind


def test_a_citation_file() -> None:
    content = b"cff-version: 1.2.0\nmessage: Cite it.\ntitle: Soil\nauthors:\n- name: CERN\n"
    result = judged_content("CITATION.cff", content)
    assert result.kind == "cff"
    assert result.body["metadata"]["title"] == "Soil"


def test_locate_tells_where_the_source_says_it() -> None:
    result = judged(GOOD)
    assert result.locate(("metadata", "resource_type", "id")).startswith("upload_type")
    assert judged(RDM).locate(("metadata", "title")) == "metadata.title"
    assert (
        judged(Metadata(title="Soil")).locate(("metadata", "rights", 0)) == "metadata.licenses[0]"
    )


def test_communities_are_handed_over() -> None:
    result = judged(changed(GOOD, communities=[{"identifier": "soil"}]))
    assert result.communities == ("soil",)


def test_the_day_decides_over_embargoes() -> None:
    closed = changed(GOOD, access_right="embargoed", embargo_date="2030-01-31")
    assert judged(closed, today=date(2026, 11, 22)).problems == ()
    assert verdict(judged(closed, today=date(2031, 1, 1)).problems) == "blocked"


def test_errors_come_first_then_the_order_of_the_document() -> None:
    document = {
        "creators": [{"name": "Ada Okafor"}, {"name": "Lee, Bo", "orcid": WRONG_ORCID}],
        "nonsense": 1,
        **without(GOOD, "creators", "upload_type"),
    }
    problems = check(document)
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities)
    paths = [problem.path for problem in problems]
    assert paths.index("creators[1].orcid") < paths.index("upload_type")
    assert paths.index("creators[0].name") < paths.index("nonsense")


def test_no_problem_is_told_twice() -> None:
    problems = check({"title": None, "creators": "Ada", "upload_type": 7, "license": []})
    assert len({(problem.path, problem.code) for problem in problems}) == len(problems)


def test_what_a_reader_refused_is_not_missing_as_well() -> None:
    [found] = check(changed(GOOD, title=None))
    assert (found.path, found.code) == ("title", "wrong-type")
    [found] = check(changed(GOOD, related_identifiers=[{"relation": "cites"}]))
    assert found.path.startswith("related_identifiers[0]")


def test_the_words_are_those_of_the_format() -> None:
    [found] = check(without(GOOD, "upload_type"))
    assert "upload_type" in found.message
    assert "upload_type" in found.fix
    result = judged_content("CITATION.cff", b"cff-version: 1.2.0\nmessage: Cite it.\ntitle: Soil\n")
    [found] = [one for one in result.problems if one.severity == "error"]
    assert (found.path, found.message) == ("authors", "There is nobody under authors.")
    assert "family-names" in found.fix


def test_metadata_tells_the_same_of_itself() -> None:
    metadata = Metadata(title="Soil", description="<script>x</script><p>Grid</p>")
    assert check(metadata) == metadata.problems() != []


def test_a_file_without_the_words_of_its_format(tmp_path: Path) -> None:
    (tmp_path / "codemeta.json").write_text('{"@context": "https://w3id.org/codemeta/3.0"}')
    paths = [found.path for found in check(tmp_path / "codemeta.json")]
    assert {"name", "author"} <= set(paths)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"", ""),
        (b'{"title": "Soil",\n "creators": [}', "line 2, column 15"),
        (b'{"title": "M\xfcller"}', "line 1, column 13"),
        (b"[1, 2]", ""),
        (b"\x00\x01\x02", ""),
        (b"[" * 100_000, None),
    ],
)
def test_what_cannot_be_read_is_one_problem(content: bytes, path: str | None) -> None:
    result = judged_content(".zenodo.json", content)
    [problem] = result.problems
    assert (problem.code, problem.severity, result.kind) == ("unreadable", "error", "unknown")
    assert problem.fix
    assert path in (None, problem.path)
    assert result.locate(("metadata",)) == ""


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "absent.json", "nul\0byte", "x" * 5000):
        [problem] = check(name)
        assert problem.code == "unreadable"


def test_a_mapping_that_is_no_json_is_one_problem() -> None:
    loop: dict[str, Any] = {"title": "Soil"}
    loop["loop"] = loop
    for value in (loop, {"a": {1, 2}}):
        [problem] = check(value)
        assert problem.code == "unreadable"


@pytest.mark.parametrize("source", [None, 7, b"{}", [GOOD], ("a",)])
def test_only_another_kind_of_source_raises(source: Any) -> None:
    with pytest.raises(TypeError, match="cannot be checked"):
        check(source)


def test_the_dialect_can_be_told() -> None:
    assert judged({"title": "Soil"}, dialect="rdm").kind == "rdm"
    assert judged({"title": "Soil"}, dialect="zenodo_json").kind == "zenodo_json"


def test_a_client_is_asked_instead() -> None:
    class Client:
        def check(self, source: Source, *, github: bool = False, dialect: Any = None) -> Any:
            return [Problem("funding", f"{github} {dialect}")]

    [problem] = check(GOOD, client=Client(), github=True, dialect="zenodo_json")
    assert problem.message == "True zenodo_json"


def problem(effect: Any) -> Problem:
    return Problem("title", "…", effect=effect)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ((), "clean"),
        (("changed",), "clean"),
        (("changed", "lost"), "loss"),
        (("lost", "blocked"), "blocked"),
        (("blocked", "refused"), "refused"),
        (("breaks",), "refused"),
    ],
)
def test_the_verdict_is_the_worst_effect(effects: tuple[str, ...], expected: str) -> None:
    assert verdict(map(problem, effects)) == expected


# What Zenodo's GitHub integration makes of files


def test_github_fills_in_what_a_release_knows() -> None:
    bare = without(GOOD, "title", "upload_type", "creators", "license", "publication_date")
    assert verdict(check(bare)) == "blocked"
    assert check(bare, github=True) == []
    assert verdict(check(Metadata(description="Grid."), github=True)) == "clean"


def test_github_fills_in_no_bad_value() -> None:
    assert verdict(check(changed(GOOD, title="S"), github=True)) == "blocked"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("access_right", "closed"),
        ("communities", [{"identifier": "soil"}]),
        ("doi", "10.1234/soil"),
        ("journal_title", "Soil"),
        ("thesis_university", "X"),
    ],
)
def test_github_ignores_what_is_outside_the_metadata(key: str, value: Any) -> None:
    document = changed(GOOD, **{key: value})
    assert seen(check(document, github=True)) == [(key, "github-ignored", "lost")]
    assert "github-ignored" not in [code for _, code, _ in seen(check(document))]


def test_github_reads_the_top_of_the_file() -> None:
    assert seen(check({"metadata": GOOD}, github=True)) == [("metadata", "github-ignored", "lost")]


def test_github_does_not_read_other_files() -> None:
    assert seen(check(RDM, github=True)) == [("", "github-ignored", "lost")]


def test_github_stops_at_a_byte_order_mark() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()
    assert verdict(judged_content(".zenodo.json", content, github=True).problems) == "refused"
    assert verdict(judged_content(".zenodo.json", content).problems) == "clean"


def cff(**keys: Any) -> Judged:
    person = {"family-names": "Okafor", "given-names": "Ada"}
    document = {"cff-version": "1.2.0", "message": "Cite it.", "title": "Soil grid"}
    content = json.dumps({**document, "authors": [person], "license": "MIT", **keys}).encode()
    return judged_content("CITATION.cff", content, github=True)


def test_github_takes_six_keys_of_a_citation_file() -> None:
    assert cff().problems == ()
    assert cff(version="1.0", **{"date-released": "2026-01-01"}).problems == ()
    [found] = cff(doi="10.1234/soil", url="https://example.org").problems
    assert (found.path, found.effect) == ("", "lost")
    assert "doi, url" in found.message
    assert seen(list(cff(type="dataset").problems)) == [("type", "github-replaced", "changed")]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"license": ["MIT", "Apache-2.0"]}, "license"),
        ({"license": "My own words"}, "license"),
        ({"title": "S"}, "title"),
        ({"authors": [{"name": "X", "orcid": WRONG_ORCID}]}, "authors[0].orcid"),
    ],
)
def test_github_gives_up_at_some_citation_files(keys: dict[str, Any], path: str) -> None:
    assert [
        (found.path, found.effect) for found in cff(**keys).problems if found.severity == "error"
    ] == [(path, "refused")]


# Nothing in a document makes it raise

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
WORDS = """metadata contributors keywords grants dates locations access_right related_identifiers
    language version communities custom subjects pids identifier relation id person_or_org @graph
    @context authors rights resource_type funding cff-version access custom_fields affiliations"""
KEYS = st.sampled_from([*GOOD, *WORDS.split()])
documents = st.dictionaries(
    KEYS | st.text(max_size=5),
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=8,
)


@given(documents, st.booleans(), st.sampled_from([None, "rdm", "zenodo_json"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mapping_raises(document: dict[str, Any], github: bool, dialect: Any) -> None:
    problems = check(document, github=github, dialect=dialect)
    assert all(found.message and found.effect for found in problems)


@given(st.dictionaries(st.sampled_from([*GOOD]), leaves | st.lists(leaves), min_size=1))
@settings(max_examples=100, deadline=None)
def test_no_value_of_a_good_document_raises(changes: dict[str, Any]) -> None:
    assert isinstance(check(changed(GOOD, **changes)), list)


@given(
    st.binary(max_size=200) | documents.map(lambda document: json.dumps(document).encode()),
    st.sampled_from([".zenodo.json", "CITATION.cff", "codemeta.json", "ro-crate-metadata.json"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_raises(content: bytes, name: str, github: bool) -> None:
    result = judged_content(name, content, github=github)
    assert result.kind != "unknown" or [found.code for found in result.problems] == ["unreadable"]
