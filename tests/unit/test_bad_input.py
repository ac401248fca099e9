"""Files that are broken, hostile or far too large, through every door that takes a file.

Each ends in a problem, an :class:`UnreadableDocument` or a correct result: never in an error of a
library, and within the memory and the processor time that small machines have.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from zenodo_sdk import Metadata, UnreadableDocument, check
from zenodo_sdk.cli import main
from zenodo_sdk.interop.zenodo_json.words import KEYS

GOOD = {"title": "Soil grid", "upload_type": "dataset", "creators": [{"name": "Okafor, Ada"}]}
JSON, CFF, CODE, CRATE = ".zenodo.json", "CITATION.cff", "codemeta.json", "ro-crate-metadata.json"
MEMORY = 2**30
SECONDS = 60
NUMBERS = range(5000)
PEOPLE = [{"name": f"Okafor, Ada{i}", "orcid": "0000-0002-1825-0097"} for i in NUMBERS]


def good(**fields: object) -> str:
    """A file that is right but for some fields."""
    return json.dumps({**GOOD, **fields})


def nested(text: str, times: int, end: str = "") -> str:
    return text * times + end * times


UNREADABLE = [
    ("cut off in a text", JSON, good()[:20]),
    ("cut off in an object", JSON, good()[:-1]),
    ("empty", JSON, ""),
    ("blank", JSON, " \n "),
    ("null bytes", JSON, b"\0" * 100),
    ("UTF-16", JSON, good().encode("utf-16")),
    ("UTF-16 without a mark", JSON, good().encode("utf-16-le")),
    ("UTF-32", JSON, good().encode("utf-32")),
    ("Latin-1", JSON, '{"title": "Bodé"}'.encode("latin-1")),
    ("a character cut off", JSON, '{"title": "é'.encode()[:-1]),
    ("two byte order marks", JSON, "\ufeff\ufeff" + good()),
    ("half a character", JSON, r'{"title": "a\ud800b"}'),
    ("half a character in bytes", JSON, b'{"title": "a\xed\xa0\x80b"}'),
    ("a raw control character", JSON, '{"title": "a\x01b"}'),
    ("a number of 5,000 digits", JSON, good(version=0).replace(": 0", ": " + "9" * 5000)),
    ("a number beyond all", JSON, '{"title": "Soil", "version": 1e400}'),
    ("not a number", JSON, '{"title": NaN}'),
    ("minus infinity", JSON, '{"title": "Soil", "version": -Infinity}'),
    ("100,000 objects deep", JSON, nested('{"a":', 100_000)),
    ("100,000 lists deep", JSON, nested("[", 100_000, "]")),
    ("a list", JSON, "[1, 2]"),
    ("a text", JSON, '"Soil"'),
    ("null", JSON, "null"),
    ("Python", JSON, "{'title': 'Soil', 'open': True}"),
    ("a comma too many", JSON, '{"title": "Soil",}'),
    ("a comment", JSON, '{"title": "Soil" // mine\n}'),
    ("a web page", JSON, "<!DOCTYPE html><html>"),
    ("a zip archive", JSON, b"PK\x03\x04abc"),
    ("3 million quotes", JSON, '"' * 3_000_001),
    ("3 million backslashes", JSON, '{"a": "' + "\\" * 3_000_000),
    ("a million commas", JSON, "{" + "," * 1_000_000),
    ("a million signs", JSON, "[" + "-" * 1_000_000),
    ("aliases of aliases", CFF, "cff-version: 1.2.0\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in pairwise("abcdefghi"))),
    ("an alias in itself", CFF, "cff-version: 1.2.0\na: &a [*a]\n"),
    ("an alias of nothing", CFF, "cff-version: 1.2.0\ntitle: *title\n"),
    ("a call of Python", CFF, "title: !!python/object/apply:os.system [exit]\n"),
    ("YAML 100,000 deep", CFF, "cff-version: 1.2.0\na: " + "[" * 100_000),
    ("YAML of two documents", CFF, "title: a\n---\ntitle: b"),
    ("YAML with a null byte", CFF, b"title: a\x00b"),
    ("YAML with half a character", CFF, r'title: "\ud800"'),
    ("YAML beyond Unicode", CFF, r'title: "\U00110000"'),
    ("YAML with a tab", CFF, "authors:\n\t- name: Ada"),
    ("YAML with a list as key", CFF, "? [a, b]\n: c\n"),
    ("YAML with an open quote", CFF, 'title: "abc\n'),
]  # fmt: skip

READABLE = [
    ("byte order mark", JSON, "\ufeff" + good()),
    ("keys twice", JSON, '{"title": "a", "title": "Soil", "custom": {"b": 1, "b": 2}}'),
    ("control characters", JSON, good(title="a\x00\x1b[31mb\u200b\u202e", keywords=["\x07"])),
    ("keys for terminals", JSON, good(**{"a\x00b": 1, "\x1b[31m[bold]red[/]": 2, "[link=x]": 3})),
    ("keys for GitHub", JSON, good(**{"::error::x\n::warning file=a::y": 1, "%0A::error::z": 2})),
    ("keys of nothing", JSON, good(**{"": 1, " ": 2})),
    ("a key of 100,000 letters", JSON, good(**{"k" * 100_000: 1})),
    ("a number of 4,000 digits", JSON, good(version=0).replace(": 0", ": " + "9" * 4000)),
    ("95 lists deep", JSON, good(custom=0).replace(": 0", ": " + nested("[", 95, "]"))),
    ("every type wrong", JSON, json.dumps({key: [[{}], 7] for key in KEYS})),
    ("RDM of wrong types", JSON, json.dumps({"access": 3, "pids": [], "files": "x", "metadata": {
        "title": [1], "resource_type": {"id": 7}, "creators": {"a": 1}, "rights": 3, "dates": [1],
        "funding": [None], "subjects": "x", "locations": {"features": [
            {"geometry": {"type": "Point", "coordinates": [1e308, "x", None]}}]}}})),
    ("YAML of wrong types", CFF, "cff-version: 1.2.0\ntitle: 0xff\nversion: .nan\nauthors: 3\n"
        "date-released: 2020-13-45\nkeywords: {a: [b]}\nreferences: [[1]]\nlicense: {}\n"),
    ("YAML that merges", CFF, "cff-version: 1.2.0\nx: &x {message: a}\n<<: *x\ntitle: Soil\n"),
    ("CodeMeta of wrong types", CODE, json.dumps({
        "@context": "x", "@type": ["A"] * 100, "name": {"@id": "#a"}, "identifier": {"a": 1},
        "author": [{"@id": "#b"}, 3, None], "license": [{"@type": "X"}]})),
    ("a crate in a circle", CRATE, json.dumps({"@graph": [
        {"@id": "./", "author": {"@id": "#a"}},
        {"@id": "#a", "affiliation": {"@id": "#a"}, "name": {"@id": "#a"}}, 3, None, {"@id": 5}]})),
    ("a crate without a graph", CRATE, '{"@graph": 7}'),
]  # fmt: skip

LARGE: dict[str, tuple[str, Callable[[], str]]] = {
    "a description of 10 MB": (JSON, lambda: good(description="Soil is wet. " * 800_000)),
    "a description of 1 MB of tags": (JSON, lambda: good(description="<p>a<b>" * 150_000)),
    "a description of 10 MB of &": (JSON, lambda: good(description="&" * 10_000_000)),
    "a title of 10 MB of accents": (JSON, lambda: good(title="a\u0301" * 3_000_000)),
    "a title after 10 MB of space": (JSON, lambda: good(title=" " * 10_000_000 + "Soil")),
    "5,000 creators": (JSON, lambda: good(creators=PEOPLE)),
    "5,000 bad creators": (JSON, lambda: good(
        creators=[{"name": f"Ada {i} x, y, z", "orcid": "1", "foo": 2} for i in range(5000)])),
    "5,000 bad relations": (JSON, lambda: good(
        related_identifiers=[{"identifier": f"10.12/{i}", "relation": "citess"} for i in NUMBERS])),
    "20,000 keywords": (JSON, lambda: good(keywords=[f"soil {i}" for i in range(20_000)])),
    "20,000 unknown keys": (JSON, lambda: good(**{f"creator{i}": i for i in range(20_000)})),
    "identifiers of 1 MB": (JSON, lambda: good(
        creators=[{"name": "A, B", "orcid": "0-" * 500_000}],
        related_identifiers=[{"identifier": text * 150_000, "relation": "cites"}
                             for text in ("https://a.", "10.1234/", "isbn ", "-", "1")])),
    "words of 1 MB": (JSON, lambda: good(
        language="x" * 10**6, license="y" * 10**6, access_right="q" * 10**6,
        publication_date="2020-01-01/" * 10**5,
        creators=[{"name": "," * 10**6}, {"name": "a b" * 10**6}])),
    "5,000 authors in YAML": (CFF, lambda: "cff-version: 1.2.0\nmessage: m\ntitle: Soil\nauthors:\n"
        + "- {family-names: Okafor, given-names: Ada, email: a@b.c, alias: z}\n" * 5000),
    "20,000 keywords in YAML": (CFF, lambda: "cff-version: 1.2.0\ntitle: Soil\nkeywords:\n"
        + "".join(f"- soil {i}\n" for i in range(20_000))),
    "a crate of 5,000 people": (CRATE, lambda: json.dumps({"@graph": [
        {"@id": "./", "@type": "Dataset", "author": [{"@id": f"#{i}"} for i in NUMBERS]},
        *({"@id": f"#{i}", "@type": "Person", "name": f"P {i}"} for i in NUMBERS)]})),
}  # fmt: skip


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def told(path: Path, style: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["zenodo_sdk", "validate", "--format", style, str(path)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(str(left.value.code))


@pytest.mark.parametrize(
    ("name", "content"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE]
)
def test_what_cannot_be_read_is_one_problem(
    name: str,
    content: str | bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = written(tmp_path, name, content)
    [problem] = check(path)
    assert (problem.code, problem.severity) == ("unreadable", "error")
    assert problem.fix
    assert len(problem.message) < 1000
    with pytest.raises(UnreadableDocument):
        Metadata.from_file(path)
    for style in ("text", "json", "github"):
        assert told(path, style, monkeypatch) == 1
        printed = capfd.readouterr().out
        assert "Traceback" not in printed
        assert printed.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("name", "content"), [case[1:] for case in READABLE], ids=[case[0] for case in READABLE]
)
def test_what_can_be_read_is_judged(
    name: str,
    content: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = written(tmp_path, name, content)
    problems = check(path)
    assert problems
    assert all(problem.code != "unreadable" for problem in problems)
    metadata = Metadata.from_file(path)
    metadata.problems()
    metadata.to_zenodo_json()
    metadata.to_citation_cff()
    metadata.to_codemeta()
    failed = int(any(problem.severity == "error" for problem in problems))
    for style in ("text", "json", "github"):
        assert told(path, style, monkeypatch) == failed
        printed = capfd.readouterr().out
        assert printed.replace("\n", "").isprintable()
        if style == "github":
            starts = {line.partition("file=")[0] for line in printed.splitlines()}
            assert starts <= {"::error ", "::warning "}


DOORS = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from zenodo_sdk import Metadata, check
from zenodo_sdk.cli import main
problems = check(sys.argv[1])
assert problems and all(len(problem.message) < 2000 for problem in problems), problems[:3]
metadata = Metadata.from_file(sys.argv[1])
metadata.problems()
metadata.to_zenodo_json(), metadata.to_citation_cff(), metadata.to_codemeta()
sys.argv[1:] = ["validate", sys.argv[1]]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits for a process")
@pytest.mark.parametrize("case", LARGE)
def test_what_is_far_too_large_takes_bounded_time_and_memory(case: str, tmp_path: Path) -> None:
    name, content = LARGE[case]
    path = written(tmp_path, name, content())
    run = subprocess.run(
        [sys.executable, "-c", DOORS, str(path)], capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, 1), run.stderr[-2000:]
    assert run.stderr == ""
    assert 0 < len(run.stdout) < 100_000


def odd(folder: Path) -> dict[str, Path]:
    paths = {name: folder / f"{name}.json" for name in ("pipe", "loop", "gone", "folder", "empty")}
    os.mkfifo(paths["pipe"])
    paths["loop"].symlink_to(paths["loop"])
    paths["gone"].symlink_to(folder / "nowhere")
    paths["folder"].mkdir()
    paths["empty"].touch()
    return {**paths, "zero": Path("/dev/zero"), "null": Path("a\0b"), "long": Path("a" * 5000)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize(
    "case", ["pipe", "loop", "gone", "folder", "empty", "zero", "null", "long"]
)
def test_what_is_no_file_is_one_problem(case: str, tmp_path: Path) -> None:
    [problem] = check(odd(tmp_path)[case])
    assert (problem.code, bool(problem.fix)) == ("unreadable", True)


MAPPINGS: dict[str, object] = {
    "itself": [],
    "a number of 5,000 digits": 10**5000,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a set": {1},
    "bytes": b"a",
    "200 deep": None,
    "90,000 deep": None,
}


@pytest.mark.parametrize("case", MAPPINGS)
def test_a_mapping_that_is_no_json_is_one_problem(case: str) -> None:
    source: dict[str, object] = {**GOOD, "custom": MAPPINGS[case]}
    if case == "itself":
        source["custom"] = source
    elif case.endswith("deep"):
        for _ in range(int(case.split()[0].replace(",", ""))):
            source["custom"] = [source["custom"]]
    [problem] = check(source)
    assert (problem.path, problem.code, bool(problem.fix)) == ("", "unreadable", True)
    with pytest.raises(UnreadableDocument, match=r"JSON|deep"):
        Metadata.from_zenodo_json(source)


def shell(command: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    (folder / JSON).write_text(good(title="Bodé grid", **{"x\x1b[31m日本": 1}), encoding="utf-8")
    python = f"'{sys.executable}' -m zenodo_sdk validate"
    return subprocess.run(
        ["sh", "-c", command.replace("validate", python)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        capture_output=True,
        check=False,
        encoding="latin-1",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell is needed")
@pytest.mark.parametrize(
    ("command", "settings", "code", "said"),
    [
        ("validate >&-", {}, 0, ""),
        ("validate - <&-", {}, 1, "is empty"),
        ("validate --json | head -n 1", {}, 0, "{"),
        ("validate > /dev/full", {}, 1, "No space left on device"),
        ("validate", {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, 0, '"Bod? grid"'),
        ("validate", {"PYTHONIOENCODING": "cp1252"}, 0, '"Bod\xe9 grid"'),
        ("validate", {"COLUMNS": "0"}, 0, "grid"),
        ("validate", {"COLUMNS": "1", "FORCE_COLOR": "1"}, 0, "grid"),
        ("validate ''", {}, 1, "folder"),
    ],
)
def test_the_command_stands_odd_surroundings(
    command: str, settings: dict[str, str], code: int, said: str, tmp_path: Path
) -> None:
    run = shell(command, tmp_path, **settings)
    assert (run.returncode, "Traceback" in run.stderr) == (code, False)
    assert said in run.stdout + run.stderr
    assert "\x1b[31m" not in run.stdout
