"""Metadata files are read, or refused with what is wrong, where, and what to do."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_sdk import UnreadableDocument, ZenodoError
from zenodo_sdk.interop.documents import (
    LARGEST,
    Document,
    imported,
    parse_document,
    read_document,
    recognise,
)

SHARED = Path(
    os.environ.get("ZENODO_SDK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)
REAL = SHARED / "realdata"

needs_corpus = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"NO CORPUS: {REAL} is missing; set ZENODO_SDK_SHARED"
)


def refused(content: str | bytes, name: str = ".zenodo.json") -> UnreadableDocument:
    """What is said of content that cannot be read."""
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(UnreadableDocument) as caught:
        parse_document(name, raw)
    return caught.value


BROKEN_JSON = {
    "trailing comma, object": (
        '{"a": 1,\n "b": 2,\n}',
        2,
        8,
        "a comma stands before the closing }",
    ),
    "trailing comma, list": ('{"a": [1,]}', 1, 9, "a comma stands before the closing ]"),
    "line comment": ('{"a": 1 // why\n}', 1, 9, "no comments"),
    "hash comment": ('{\n# why\n"a": 1}', 2, 1, "no comments"),
    "block comment": ('{/* why */"a": 1}', 1, 2, "no comments"),
    "single quotes": ("{'a': 1}", 1, 2, "' is no quote"),
    "curly quotes": ("{“a”: 1}", 1, 2, "“ is no quote"),
    "missing comma": ('{"a": 1\n "b": 2}', 1, 8, "a comma is missing here"),
    "missing comma between objects": ('{"a": [{}\n {}]}', 1, 10, "a comma is missing here"),
    "missing colon": ('{"a" 1}', 1, 6, "colon after the key is missing"),
    "comma for colon": ('{"a", 1}', 1, 5, "where the colon after a key is due"),
    "missing value": ('{"a": , "b": 1}', 1, 7, "value after the colon is missing"),
    "double comma": ('{"a": [1,, 2]}', 1, 10, "a comma stands where a value is due"),
    "line break in text": ('{"a": "one\ntwo"}', 1, 11, "goes on in the next line"),
    "tab in text": ('{"a": "one\ttwo"}', 1, 11, "control character (U+0009)"),
    "unclosed text": ('{"a": "one', 1, 7, "never closed"),
    "bad escape": (r'{"a": "C:\dir"}', 1, 10, r"\d is no escape"),
    "python": ('{"a": True}', 1, 7, "True is not JSON"),
    "unquoted": ('{"a": yes it is}', 1, 7, "yes is not JSON"),
    "unquoted key": ("{a: 1}", 1, 2, "a is not JSON"),
    "quote inside": ('{"a": "the "best" one"}', 1, 13, "a quote inside a text"),
    "wrong bracket": ('{"a": [1}', 1, 9, "} closes nothing: the [ of line 1"),
    "pair in a list": ('["a": 1]', 1, 5, 'a "key": value pair stands in a list'),
    "object for a key": ('{"a": 1, {"b": 2}}', 1, 10, "{ stands where a key is due"),
    "truncated": ('{"a": [{"b": 1', 1, 15, "the file ends before the { of line 1"),
    "one bracket too many": ('{"a": 1}}', 1, 9, "} closes nothing"),
    "two objects": ('{"a": 1}\n{"b": 2}', 2, 1, "more follows"),
    "merge conflict": ('{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', 2, 1, "merge"),
    "web page": ("<!DOCTYPE html><html>", 1, 1, "a web page"),
    "nan": ('{"a": "NaN", "b": NaN}', 1, 19, "NaN is no number"),
    "infinity": ('{"a": -Infinity}', 1, 7, "-Infinity is no number"),
    "overflow": ('{"a": 1, "b": 1e999}', 1, 15, "1e999 is no number"),
    "digits": ('{"a": ' + "9" * 5000 + "}", 1, 7, "is no number"),
    "half a character": (r'{"a": "\ud83d"}', 1, 8, "one half of a character"),
    "deep": ("[" * 5000 + "]" * 5000, 1, 101, "more than 100 deep"),
}


@pytest.mark.parametrize("case", BROKEN_JSON)
def test_broken_json_is_named_and_placed(case: str):
    text, line, column, words = BROKEN_JSON[case]
    error = refused(text)
    assert (error.line, error.column) == (line, column)
    assert words in error.message
    assert f".zenodo.json, line {line}, column {column}" in str(error)
    assert error.fix
    assert error.fix in str(error)


def test_the_line_is_shown_with_a_mark_below_the_place():
    error = refused('{\n  "title": "Soil",\n}')
    line, mark = error.excerpt.splitlines()
    assert line.strip() == '"title": "Soil",'
    assert line[mark.index("^")] == ","


def test_of_a_long_line_what_is_near_is_shown():
    error = refused('{"a": "' + "x" * 100_000 + '", }')
    line, mark = error.excerpt.splitlines()
    assert len(line) < 100
    assert line[mark.index("^")] == ","


def test_the_error_is_one_of_ours():
    assert isinstance(refused("{"), ZenodoError)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_file_is_said_to_be_empty(content: bytes):
    assert "is empty" in refused(content).message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_unicode_encodings_are_named(encoding: str):
    error = refused('{"title": "Füße", "upload_type": "dataset"}'.encode(encoding))
    assert encoding[:6].upper() in error.message
    assert "iconv" in error.fix


def test_latin_1_is_named_and_the_line_shown_as_it_was_meant():
    error = refused('{\n "title": "Füße"}'.encode("latin-1"))
    assert "Latin-1" in error.message
    assert (error.line, error.column) == (2, 13)
    assert "Füße" in error.excerpt


def test_half_a_character_at_the_end_is_a_cut_off_file():
    assert "cut off" in refused('{"title": "Fü'.encode()[:-1]).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "a zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "a PNG"),
        (b"ab\x00\x01\x02\x03\x04\x05\x06\x07" * 9, "binary data"),
    ],
)
def test_other_files_are_named(content: bytes, words: str):
    assert words in refused(content).message


def test_a_byte_order_mark_is_read_and_reported():
    found = parse_document(".zenodo.json", b'\xef\xbb\xbf{"title": "Soil"}')
    assert found.data == {"title": "Soil"}
    assert [finding.code for finding in found.findings] == ["byte-order-mark"]


def test_of_keys_that_stand_twice_the_last_counts_and_each_is_reported():
    text = '{"title": "a", "creators": [{"name": "x", "name": "y"}], "title": "b", "title": "c"}'
    found = parse_document(".zenodo.json", text.encode())
    assert found.data == {"title": "c", "creators": [{"name": "y"}]}
    assert [(finding.path, finding.code, finding.effect) for finding in found.findings] == [
        (("creators", 0, "name"), "duplicate-key", "lost"),
        (("title",), "duplicate-key", "lost"),
    ]


@pytest.mark.parametrize("text", ["[]", '"text"', "12", "null", "[{}]"])
def test_json_that_is_no_object_is_refused(text: str):
    assert "not an object" in refused(text).message


def test_too_much_is_refused():
    assert "64 MiB" in refused(b" " * (LARGEST + 1)).message


def test_ten_megabytes_of_description_are_read():
    text = json.dumps({"title": "Soil", "upload_type": "dataset", "description": "x" * 10**7})
    assert len(str(parse_document(".zenodo.json", text.encode()).data["description"])) == 10**7


def test_there_must_be_a_file(tmp_path: Path):
    with pytest.raises(UnreadableDocument, match="There is no file"):
        read_document(tmp_path / "none.json")


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(UnreadableDocument, match="is a folder"):
        read_document(tmp_path)


def test_an_impossible_name_is_no_file():
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        read_document("a\x00b")
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        read_document("x" * 5000)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_a_file_may_have_to_be_made_readable(tmp_path: Path):
    file = tmp_path / ".zenodo.json"
    file.write_text("{}")
    file.chmod(0)
    with pytest.raises(UnreadableDocument, match="may not be read"):
        read_document(file)


def cff(text: str) -> Any:
    return parse_document("CITATION.cff", text.encode()).data


def test_yaml_scalars_stay_what_was_written():
    assert cff(
        "cff-version: 1.2.0\nversion: 1.10\ndate-released: 2020-01-02\ntitle: yes\nn: 010\n"
        "a: 1_000\nb: 12:30:45\nc: ~\nd:\ne: '~'\nf: !!str 2\n"
    ) == {
        "cff-version": "1.2.0",
        "version": "1.10",
        "date-released": "2020-01-02",
        "title": "yes",
        "n": "010",
        "a": "1_000",
        "b": "12:30:45",
        "c": None,
        "d": None,
        "e": "~",
        "f": "2",
    }


def test_yaml_aliases_and_merge_keys_are_followed():
    assert cff("cff-version: 1\na: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\n") == {
        "cff-version": "1",
        "a": {"b": "1", "c": "2"},
        "d": {"b": "1", "c": "2"},
        "e": {"b": "1", "c": "3"},
    }


BROKEN_YAML = {
    "colon": ("cff-version: 1\ntitle: Soil: a grid\n", 2, "a colon and a space"),
    "tab": ("cff-version: 1\nauthors:\n\t- name: x\n", 3, "a tab"),
    "list item": ("cff-version: 1\nauthors:\n  - name: x\n   alias: y\n", 4, ""),
    "unclosed quote": ('cff-version: 1\ntitle: "Soil\n', 3, "quote"),
    "two documents": ("cff-version: 1\n---\ntitle: x\n", 2, "second YAML document"),
    "unknown alias": ("cff-version: 1\na: *x\n", 2, "*x names an anchor"),
    "bold": ("cff-version: 1\nabstract: *bold* text\n", 2, ""),
    "at sign": ("cff-version: 1\nalias: @ada\n", 2, "cannot begin with this character"),
    "own alias": ("cff-version: 1\na: &x [*x]\n", 2, "inside of what it repeats"),
    "tag": ("cff-version: 1\na: !!python/object/apply:os.system [ls]\n", 2, "is not allowed"),
    "own tag": ("cff-version: 1\na: !Ref x\n", 2, "is not allowed"),
    "complex key": ("cff-version: 1\n? [a, b]\n: c\n", 2, "a key is not a text"),
    "control": ("cff-version: 1\ntitle: a\x07b\n", 2, "U+0007"),
    "deep": ("cff-version: 1\na: " + "[" * 2000 + "]" * 2000, 2, "more than 100 deep"),
    "no key": ("cff-version: 1\ntitle\n", 3, ""),
}


@pytest.mark.parametrize("case", BROKEN_YAML)
def test_broken_yaml_is_named_and_placed(case: str):
    text, line, words = BROKEN_YAML[case]
    error = refused(text, "CITATION.cff")
    assert error.line == line
    assert words in error.message
    assert error.fix


def test_yaml_keys_that_stand_twice_are_reported():
    text = "cff-version: 1\nauthors:\n- name: a\n  name: b\n"
    found = parse_document("CITATION.cff", text.encode())
    assert found.data["authors"] == [{"name": "b"}]
    assert [finding.path for finding in found.findings] == [("authors", 0, "name")]


def test_a_yaml_bomb_is_refused_before_it_bursts():
    lines = ["cff-version: 1", "a0: &a0 [" + ",".join(["x"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 40)]
    assert "once its aliases are followed" in refused("\n".join(lines), "CITATION.cff").message


def test_a_bomb_of_merge_keys_is_refused_too():
    lines = ["cff-version: 1", "a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}" for n in range(1, 60)]
    assert "once its aliases are followed" in refused("\n".join(lines), "CITATION.cff").message


def test_without_pyyaml_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert "zenodo-sdk[cff]" in refused("cff-version: 1", "CITATION.cff").fix


def test_json_in_a_cff_file_needs_no_yaml(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert cff('{"cff-version": "1.2.0"}') == {"cff-version": "1.2.0"}


RECOGNISED: list[tuple[str, dict[str, Any], str]] = [
    ("zenodo_json", {"upload_type": "dataset", "title": "x"}, "x.json"),
    ("zenodo_json", {"metadata": {"upload_type": "dataset"}}, "x.json"),
    ("zenodo_json", {"creators": [{"name": "x"}]}, "x.json"),
    ("zenodo_json", {"_comment": "none"}, ".zenodo.json"),
    ("rdm", {"metadata": {"resource_type": {"id": "dataset"}}}, "x.json"),
    ("rdm", {"metadata": {"creators": [{"person_or_org": {}}]}}, ".zenodo.json"),
    ("rdm", {"metadata": {}, "access": {}}, "draft.json"),
    ("rdm", {"resource_type": {"id": "dataset"}, "title": "x"}, "x.json"),
    ("rdm", {}, "x.json"),
    ("cff", {"cff-version": "1.2.0"}, "x.txt"),
    ("cff", {"title": "x"}, "CITATION.cff"),
    ("codemeta", {"@context": "https://w3id.org/codemeta/3.0"}, "x.json"),
    ("codemeta", {"type": "SoftwareSourceCode"}, "x.json"),
    ("codemeta", {"name": "x"}, "codemeta.json"),
    ("ro_crate", {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": []}, "x.json"),
    ("ro_crate", {"name": "x"}, "ro-crate-metadata.json"),
]


@pytest.mark.parametrize(("kind", "data", "name"), RECOGNISED)
def test_a_document_is_recognised(kind: str, data: dict[str, Any], name: str):
    assert recognise(data, name) == kind
    assert parse_document(name, json.dumps(data).encode()).kind == kind


def test_what_is_none_of_them_is_refused_with_what_it_has():
    with pytest.raises(UnreadableDocument, match="deposit_id"):
        recognise({"deposit_id": 1, "uploaded": []})


def test_yaml_in_an_oddly_named_file_is_recognised():
    assert parse_document("cite.txt", b"# mine\ncff-version: 1.2.0\ntitle: x\n").kind == "cff"


def test_the_kind_can_be_given():
    assert parse_document("notes", b'{"foo": 1}', kind="codemeta").kind == "codemeta"
    assert parse_document("notes", b"title: x", kind="cff").data == {"title": "x"}


def test_a_record_is_taken_as_it_is():
    data: Any = {"id": "1", "links": {}, "metadata": {"title": "x"}, "pids": {}, "access": {}}
    found = imported(Document("rdm", data))
    assert found.body == data
    assert found.source_of(("metadata", "title")) == ("metadata", "title")


def test_metadata_that_stands_bare_is_wrapped():
    found = imported(Document("rdm", {"title": "x", "resource_type": {"id": "dataset"}}))
    assert found.body == {"metadata": {"title": "x", "resource_type": {"id": "dataset"}}}
    assert found.source_of(("metadata", "title")) == ("title",)


def outcome(name: str, content: bytes) -> Document | str:
    """What is read, or what to do about it."""
    try:
        return parse_document(name, content)
    except UnreadableDocument as error:
        return error.fix


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".zenodo.json", "CITATION.cff", "x.yaml", "x"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str):
    assert outcome(name, content)


JSON_LIKE = st.text(alphabet="{}[]\":,\\ \n\tabu019.-eE/*#'“é\x00", max_size=60)
YAML_LIKE = st.text(alphabet="{}[]\"':,-?*&!|>%@`#~<= \n\tabc01.é\x85\u2028", max_size=60)


@settings(max_examples=300, deadline=None)
@given(JSON_LIKE)
def test_any_text_like_json_is_read_or_refused(text: str):
    assert outcome(".zenodo.json", text.encode())


@settings(max_examples=300, deadline=None)
@given(YAML_LIKE)
def test_any_text_like_yaml_is_read_or_refused(text: str):
    assert outcome("CITATION.cff", text.encode())


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=12,
    )
)
def test_readable_json_is_read_as_json_reads_it(value: Any):
    try:
        text = json.dumps({"title": "x", "v": value}, allow_nan=False, ensure_ascii=False).encode()
    except (UnicodeEncodeError, ValueError):
        return
    assert parse_document("x.json", text).data == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "' + '\\"' * 200_000,
        "[" + '"a",' * 100_000,
        "{" * 60 + " " * 300_000,
        '{"a": ' + "\n" * 300_000,
        '{"a": 1 ' + '"b" ' * 100_000,
        "//" * 200_000,
    ],
    ids=["quotes", "list", "braces", "lines", "commas", "comments"],
)
def test_errors_in_long_texts_are_found_in_time(text: str):
    assert refused(text).line


def readings(folder: str) -> tuple[dict[str, str], dict[str, UnreadableDocument]]:
    """Kinds of the files that are read, and what is said of the others."""
    read: dict[str, str] = {}
    errors: dict[str, UnreadableDocument] = {}
    for path in sorted((REAL / folder).iterdir()):
        try:
            read[path.name] = read_document(path).kind
        except UnreadableDocument as error:
            errors[path.name] = error
    return read, errors


@needs_corpus
def test_real_broken_files_get_a_message_with_a_place_and_a_fix():
    read, errors = readings("zenodo_json_invalid")
    assert not read
    assert len(errors) >= 37
    assert all(error.line and error.excerpt and error.fix for error in errors.values())
    assert not [name for name, error in errors.items() if "is not JSON" in error.message][1:]


@needs_corpus
def test_real_files_of_other_kinds_are_recognised():
    read, errors = readings("metadata_other")
    assert set(read.values()) == {"zenodo_json"}
    assert len(errors) == 1
    read, errors = readings("records_rdm")
    assert set(read.values()) == {"rdm"}
    assert len(errors) == 2
    read, errors = readings("zenodo_json")
    assert set(read.values()) == {"zenodo_json"}
    assert len(errors) == 2
    assert all(error.fix for error in errors.values())
