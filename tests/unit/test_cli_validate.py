"""``python -m zenodo_sdk validate``, as people, hooks and programs meet it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenodo_sdk.interop.files.lines import line_of, lines
from zenodo_sdk.validating.checked import visible

ROOT = Path(__file__).parents[2]
GOOD = {
    "title": "Soil moisture grid 2025",
    "upload_type": "dataset",
    "creators": [{"name": "Okafor, Ada"}],
    "license": "cc-by-4.0",
    "publication_date": "2026-11-22",
    "imprint_publisher": "Zenodo",
}
BROKEN = """{
  "title": "Soil moisture grid 2025",
  "upload_type": "dataset",
  "license": "cc-by-4.0",
  "publication_date": "2026-11-22",
  "imprint_publisher": "Zenodo",
  "creators": [
    {"name": "Okafor, Ada",
     "orcid": "0000-0002-1825-0098"}
  ]
}
"""
LOSSY = json.dumps({**GOOD, "nonsense": 1})


def run(
    *arguments: str, folder: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    told = subprocess.run(
        [sys.executable, "-m", "zenodo_sdk", "validate", *arguments],
        capture_output=True,
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment},
        cwd=folder,
        timeout=60,
        check=False,
    )
    out, err = told.stdout.decode(), told.stderr.decode()
    return subprocess.CompletedProcess(told.args, told.returncode, out, err)


def test_a_good_file_says_what_it_will_be(tmp_path: Path) -> None:
    (tmp_path / ".zenodo.json").write_text(json.dumps(GOOD))
    told = run(".zenodo.json", folder=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == (
        ".zenodo.json: no problems. Zenodo would publish this.\n"
        '    "Soil moisture grid 2025"; Dataset; by Okafor, Ada; cc-by-4.0\n\n'
    )


def test_a_bad_file_says_where_and_how_to_repair_it(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(BROKEN)
    told = run("broken.json", folder=tmp_path)
    assert told.returncode == 1
    head, message, fix, *rest = told.stdout.splitlines()
    assert head == "broken.json:9: error: creators[0].orcid cannot be published"
    assert "0000-0002-1825-0098" in message
    assert fix.startswith("    fix: ")
    assert rest[-2] == ("broken.json: 1 error. Zenodo would save this and refuse to publish it.")


def test_warnings_pass_unless_they_are_meant_to_fail(tmp_path: Path) -> None:
    (tmp_path / "lossy.json").write_text(LOSSY)
    told = run("lossy.json", folder=tmp_path)
    assert told.returncode == 0
    assert "lossy.json:1: warning: nonsense is left out\n" in told.stdout
    assert "1 warning. Zenodo would publish this without some of it." in told.stdout
    assert run("--strict", "lossy.json", folder=tmp_path).returncode == 1


def test_several_files_are_counted(tmp_path: Path) -> None:
    for name, text in (("a.json", json.dumps(GOOD)), ("b.json", BROKEN), ("c.json", LOSSY)):
        (tmp_path / name).write_text(text)
    told = run("a.json", "b.json", "c.json", folder=tmp_path)
    assert told.returncode == 1
    assert told.stdout.endswith("3 files: 1 without problems, 1 with errors, 1 with warnings\n")


def test_of_many_problems_alike_some_are_told(tmp_path: Path) -> None:
    people = [{"name": f"Ada Okafor{number}"} for number in range(30)]
    (tmp_path / "many.json").write_text(json.dumps({**GOOD, "creators": people}))
    told = run("many.json", folder=tmp_path).stdout
    assert told.count("warning: creators[") == 5
    assert "many.json: 25 more of the kind name-comma; --json has all\n" in told
    assert "many.json: 30 warnings." in told


def test_problems_that_differ_in_their_place_alone_are_told_once(tmp_path: Path) -> None:
    people = [{"name": f"Okafor, Ada{number}", "email": "x"} for number in range(12)]
    (tmp_path / "many.json").write_text(json.dumps({**GOOD, "creators": people}, indent=1))
    told = run("many.json", folder=tmp_path).stdout
    assert told.count("email is left out") == 1
    assert "    the same at 11 more places, lines 11, 15, 19, 23, 27, 31, 35, 39, …\n" in told
    told = run("--format", "github", "many.json", folder=tmp_path).stdout
    assert told.count("::warning") == 1
    assert "%0AThe same at 11 more places.\n" in told


def test_a_syntax_error_is_shown_in_its_line(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"title": "Soil",\n "creators": [}')
    told = run("cut.json", folder=tmp_path)
    assert told.returncode == 1
    assert told.stdout.startswith("cut.json:2: error: line 2, column 15 cannot be read\n")
    assert "    ^" in told.stdout
    assert "Zenodo cannot read this, either." in told.stdout


def test_json_for_programs(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(BROKEN)
    told = run("--json", "broken.json", folder=tmp_path)
    assert told.returncode == 1
    answer = json.loads(told.stdout)
    [file] = answer["files"]
    [problem] = file["problems"]
    assert (answer["version"], file["file"], file["kind"], file["verdict"]) == (
        1,
        "broken.json",
        "zenodo_json",
        "blocked",
    )
    assert {key: problem[key] for key in ("path", "line", "severity", "effect")} == {
        "path": "creators[0].orcid",
        "line": 9,
        "severity": "error",
        "effect": "blocked",
    }
    assert set(problem) == {
        *("path", "line", "code", "severity", "effect", "message", "fix", "server")
    }
    assert run("--format", "json", "broken.json", folder=tmp_path).stdout == told.stdout


def test_annotations_for_github(tmp_path: Path) -> None:
    name = "a,b%:.json"
    (tmp_path / name).write_text(BROKEN)
    told = run("--format", "github", name, folder=tmp_path)
    assert told.returncode == 1
    place = "file=a%2Cb%25%3A.json,line=9,title=creators[0].orcid"
    assert told.stdout.startswith(f"::error {place}::")
    assert len(told.stdout.splitlines()) == 1


def test_standard_input(tmp_path: Path) -> None:
    told = run("-", folder=tmp_path, stdin=BROKEN.encode())
    assert told.returncode == 1
    assert told.stdout.startswith("<stdin>:9: error: creators[0].orcid ")


def test_without_files_it_takes_those_of_the_folder(tmp_path: Path) -> None:
    told = run(folder=tmp_path)
    assert told.returncode == 2
    assert ".zenodo.json" in told.stderr
    (tmp_path / ".zenodo.json").write_text(json.dumps(GOOD))
    assert ".zenodo.json: no problems" in run(folder=tmp_path).stdout
    (tmp_path / "CITATION.cff").write_text(
        "cff-version: 1.2.0\nmessage: Cite it.\ntitle: Soil\nauthors:\n- name: CERN\n"
    )
    both = run(folder=tmp_path).stdout
    assert both.startswith("Zenodo's GitHub integration reads .zenodo.json alone")
    assert "2 files:" in both
    assert "CITATION.cff:" not in run("--github", folder=tmp_path).stdout


def test_github_changes_the_verdict(tmp_path: Path) -> None:
    (tmp_path / ".zenodo.json").write_text('{"description": "Daily grid."}')
    assert run(".zenodo.json", folder=tmp_path).returncode == 1
    told = run("--github", ".zenodo.json", folder=tmp_path)
    assert told.returncode == 0
    assert "title from the release; Software; creators from the release" in told.stdout


def test_wrong_options_are_told(tmp_path: Path) -> None:
    assert run("--format", "xml", "a.json", folder=tmp_path).returncode == 2
    assert run("--nonsense", "a.json", folder=tmp_path).returncode == 2


def test_missing_files_are_told_and_the_others_judged(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(GOOD))
    told = run("absent.json", "a.json", folder=tmp_path)
    assert told.returncode == 1
    assert told.stdout.startswith("absent.json: error: cannot be read\n")
    assert "a.json: no problems" in told.stdout


HOSTILE = {**GOOD, "[red]\x1b[31m\u202e": 1, "creators": [{"name": "[/]\x1b]0;x\x07, [b]"}]}


@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_nothing_in_a_file_reaches_the_terminal(tmp_path: Path, style: str) -> None:
    name = "[red]\x1b[31m.json"
    (tmp_path / name).write_text(json.dumps(HOSTILE))
    told = run("--format", style, name, folder=tmp_path)
    assert told.stderr == ""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told.stdout)
    assert "[red]" in told.stdout


@pytest.mark.parametrize(("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_on_a_terminal_only(
    tmp_path: Path, setting: dict[str, str], coloured: bool
) -> None:
    (tmp_path / "broken.json").write_text(BROKEN)
    pty = pytest.importorskip("pty", reason="NO PSEUDO-TERMINALS on this system")
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "zenodo_sdk", "validate", "broken.json"],
        stdout=theirs,
        stdin=subprocess.DEVNULL,
        env={**environment, "TERM": "xterm", "PYTHONPATH": str(ROOT), "COLUMNS": "40", **setting},
        cwd=tmp_path,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # how Linux tells the end
    os.close(ours)
    assert process.wait(60) == 1
    assert (b"\x1b[1;31m" in shown) == coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
    assert max(map(len, plain.splitlines())) <= 40
    assert "\x1b[" not in run("broken.json", folder=tmp_path).stdout


def hook() -> dict[str, Any]:
    [entry] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return dict(entry)


def test_the_hook_has_what_pre_commit_asks_for() -> None:
    entry = hook()
    assert (entry["id"], entry["language"]) == ("zenodo-validate", "python")
    matches = re.compile(entry["files"]).search
    for name in (".zenodo.json", "sub/CITATION.cff", "codemeta.json", "ro-crate-metadata.json"):
        assert matches(name)
    for name in ("package.json", "x.zenodo.json", "CITATION.cff.bak"):
        assert not matches(name)


def test_the_hook_installs_extras_that_there_are() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [wanted] = hook()["additional_dependencies"]
    named = re.fullmatch(r"\.\[([\w,]+)\]", wanted)
    assert named
    assert set(named[1].split(",")) <= set(project["optional-dependencies"])


def test_the_hook_runs_as_pre_commit_runs_it(tmp_path: Path) -> None:
    (tmp_path / ".zenodo.json").write_text(BROKEN)
    python, *arguments = hook()["entry"].split()
    assert python == "python"
    told = subprocess.run(
        [sys.executable, *arguments, "--github", ".zenodo.json"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stderr) == (1, b"")


# On which line a value stands

values = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('ab"\\é', max_size=3), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.text("xyz", min_size=1), values))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_value_of_a_json_file_has_its_line(document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=1)
    found = lines(text)
    written = text.splitlines()
    for key, value in document.items():
        assert written[found[key] - 1].startswith(f' "{key}": {json.dumps(value)[:1]}')
        if isinstance(value, list):
            assert {f"{key}[{index}]" for index in range(len(value))} <= set(found)


def test_lines_of_yaml() -> None:
    text = "title: Soil\nauthors:\n- name: CERN\n  alias: &a\n    x: 1\nagain: *a\n"
    found = lines(text, yaml=True)
    assert (found["title"], found["authors"], found["authors[0].alias.x"]) == (1, 2, 5)
    assert line_of("authors[0].orcid", found) == 3
    assert line_of("nowhere", found) is None


def test_a_yaml_bomb_is_looked_through_once() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    assert len(lines(f"a0: &a0 x\n{levels}", yaml=True)) < 1000


def test_what_is_visible() -> None:
    assert visible("a\tb\x1b[0m\u200b\u2028é語") == "a\\tb\\x1b[0m\\u200b\\u2028é語"
