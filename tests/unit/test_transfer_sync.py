"""A folder and a draft, compared: what a plan says, and that doing it brings them in step."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk.errors import Refused
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.folder import Folder, LocalFile, Skipped, folded
from zenodo_sdk.transfer.hashes import Stamp
from zenodo_sdk.transfer.upload.preflight import Limits
from zenodo_sdk.transfer.upload.sync import (
    PlannedFile,
    SyncChanges,
    catch_up,
    doubtful,
    make_plan,
    to_hash,
)

ROOT = Path("/data")
NO_LIMITS = Limits()


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def folder(contents: dict[str, bytes], **more) -> Folder:
    files = [
        LocalFile(name, ROOT / name, Stamp(len(content), 1, number, 1))
        for number, (name, content) in enumerate(sorted(contents.items()))
    ]
    return Folder(ROOT, tuple(files), **more)


def entry(name: str, content: bytes | None) -> FileData:
    if content is None:
        return FileData(name=name, status="pending")
    return FileData(
        name=name, status="completed", size=len(content), checksum=f"md5:{md5(content)}"
    )


def draft(contents: dict[str, bytes | None]) -> list[FileData]:
    return [entry(name, content) for name, content in contents.items()]


def plan(here: dict[str, bytes], there: dict[str, bytes | None], **more) -> SyncChanges:
    known = {"remove": True, "limits": NO_LIMITS} | {
        key: more.pop(key) for key in ("remove", "limits") if key in more
    }
    listing = folder(here, **more)
    hashed = {file.name: md5(here[file.name]) for file in to_hash(listing, draft(there))}
    return make_plan(listing, draft(there), hashed, **known)


def names(files: tuple[PlannedFile, ...]) -> list[str]:
    return [file.name for file in files]


def kinds(changes: SyncChanges) -> tuple[list[str], ...]:
    return tuple(
        names(files) for files in (changes.added, changes.replaced, changes.kept, changes.removed)
    )


def test_each_kind():
    changes = plan(
        {"new": b"1", "same": b"22", "other": b"333", "longer": b"4444", "begun": b"5"},
        {"same": b"22", "other": b"334", "longer": b"4", "begun": None, "gone": b"6", "rest": None},
    )
    assert kinds(changes) == (
        ["begun", "new"], ["longer", "other"], ["same"], ["gone", "rest"],
    )  # fmt: skip
    assert changes.bytes_to_send == 1 + 1 + 4 + 3
    assert not changes.problems
    assert not changes.is_in_step
    with pytest.raises(FrozenInstanceError):
        changes.added = ()


def test_only_what_has_the_same_size_is_read():
    here = {"new": b"1", "same": b"22", "longer": b"4444", "begun": b"5"}
    there = {"same": b"23", "longer": b"4", "begun": None, "gone": b"6"}
    assert [file.name for file in to_hash(folder(here), draft(there))] == ["same"]


def test_a_file_without_md5_is_sent_again():
    odd = FileData(name="a", status="completed", size=1, checksum="multipart:1-2")
    assert to_hash(folder({"a": b"1"}), [odd]) == []
    changes = make_plan(folder({"a": b"1"}), [odd], {}, remove=True, limits=NO_LIMITS)
    assert names(changes.replaced) == ["a"]


def test_nothing_is_removed_when_that_is_not_wanted():
    changes = plan({"a": b"1"}, {"b": b"2", "c": None}, remove=False)
    assert kinds(changes) == (["a"], [], [], [])


@pytest.mark.parametrize(
    ("more", "left_alone"),
    [
        ({"pattern": ("*.csv",)}, {"a.txt", "x/b.txt", ".hidden"}),
        ({}, {".hidden", "x/.git/c", ".a.csv.1f.part"}),
        ({"hidden": True}, {".a.csv.1f.part"}),
        ({"skipped": (Skipped("x", "is a link to a folder"),)}, {"x/b.txt", "x", ".hidden"}),
        (
            {"skipped": (Skipped("für", "is a link to a folder"),)},
            {unicodedata.normalize("NFD", "für/b.txt")},
        ),
    ],
)
def test_what_is_left_out_here_is_left_alone_there(more, left_alone):
    there = dict.fromkeys(left_alone, b"1") | {"xy/gone.csv": b"2"}
    changes = plan({"kept.csv": b"1"}, there, **more)
    assert names(changes.removed) == ["xy/gone.csv"]


def test_a_name_in_another_spelling_is_the_same_name():
    there = unicodedata.normalize("NFD", "für.csv")
    assert kinds(plan({"für.csv": b"1"}, {there: b"1"})) == ([], [], [there], [])
    changes = plan({"für.csv": b"1"}, {there: b"22"})
    assert names(changes.replaced) == [there]
    # and where both are there, one goes
    assert kinds(plan({"für.csv": b"1"}, {there: b"1", "für.csv": b"1"})) == (
        [], [], ["für.csv"], [there],
    )  # fmt: skip


def test_a_pattern_is_compared_without_the_spelling_of_accents():
    there = unicodedata.normalize("NFD", "für.csv")
    changes = plan({"für.txt": b"1"}, {there: b"1"}, pattern=("für.*",))
    assert names(changes.removed) == [there]


def test_a_name_that_changed_its_case():
    changes = plan({"Data.csv": b"1"}, {"data.csv": b"1"})
    assert kinds(changes) == (["Data.csv"], [], [], ["data.csv"])
    assert not changes.problems
    changes = plan({"Data.csv": b"1"}, {"data.csv": b"1"}, remove=False)
    assert [problem.code for problem in changes.problems] == ["clash"]
    # what clashes on the server alone is not ours to judge
    assert not plan({"a": b"1"}, {"B": b"1", "b": b"1"}, remove=False).problems


def test_an_empty_folder_removes_nothing():
    changes = plan({}, {"a": b"1"})
    with pytest.raises(Refused, match="every file of the draft would be removed"):
        changes.refuse_problems()
    assert not plan({}, {}).problems


@pytest.mark.parametrize("there", [{}, {"a.txt": b"1"}, {"gone.csv": b"1"}], ids=str)
@pytest.mark.parametrize("remove", [False, True])
def test_a_pattern_that_matches_nothing_here_is_a_problem(there, remove):
    listing = {"pattern": ("*.csv", "x/*"), "others": ("a.txt", "b.txt")}
    changes = plan({}, there, remove=remove, **listing)
    assert [problem.code for problem in changes.problems] == ["no-match"]
    with pytest.raises(Refused, match=r"'\*.csv' or 'x/\*'.*'a.txt', 'b.txt'"):
        changes.refuse_problems()


def test_a_pattern_that_matches_nothing_among_many_names_some_of_them():
    others = tuple(f"{number:03}" for number in range(50))
    [problem] = plan({}, {}, pattern=("*.csv",), others=others).problems
    assert "'019' and 30 more" in str(problem)
    [problem] = plan({}, {}, pattern=(), others=()).problems
    assert "no pattern" in str(problem)
    assert "holds no file" in str(problem)


def test_limits_count_what_stays():
    many = {f"{number:03}": b"1" for number in range(99)}
    limits = Limits(files=100, size=101)
    assert not plan(many, {".hidden": b"1"}, limits=limits).problems
    assert not plan(many, {"gone": b"1", "go": b"1"}, limits=limits).problems
    for there, codes in (
        ({".hidden": b"1", ".b": b"1"}, ["too-many"]),
        ({".hidden": b"123"}, ["too-large"]),
    ):
        changes = plan(many, there, limits=limits)
        assert [problem.code for problem in changes.problems] == codes
        with pytest.raises(Refused, match="nothing was changed"):
            changes.refuse_problems()


def test_it_can_be_read():
    changes = plan(
        {"new.csv": b"1" * 2500, "same": b"22", "other": b"333"},
        {"same": b"22", "other": b"334", "gone": b"6", "rest": None},
        skipped=(Skipped(".git", "is hidden"),),
    )
    assert str(changes) == (
        "action   to send    size  file\n"
        "add       2.5 kB  2.5 kB  new.csv\n"
        "replace      3 B     3 B  other\n"
        "remove       0 B     1 B  gone\n"
        "remove       0 B       ?  rest\n"
        "keep         0 B     2 B  same\n"
        "skipped: .git is hidden\n"
        "1 to add, 1 to replace, 2 to remove, 1 to keep; 2.5 kB to send"
    )
    many = plan({f"{number:03}": b"1" for number in range(50)}, {})
    assert "… and 30 more" in str(many)
    assert len(str(many).splitlines()) < 30


NAMES = st.sampled_from(["a", "b", "für", "für", "x/a", "x/b", "X/c", ".z", "d.part"])
CONTENTS = st.sampled_from([b"1", b"2", b"33", b"34"])
HERE = st.dictionaries(NAMES.map(lambda name: unicodedata.normalize("NFC", name)), CONTENTS)
THERE = st.dictionaries(NAMES, st.none() | CONTENTS)


def do(changes: SyncChanges, here, there, stop=99):
    """What a server has after so many steps of a plan."""
    now, steps = dict(there), stop
    by_path = {ROOT / name: content for name, content in here.items()}
    for file in changes.removed:
        if (steps := steps - 1) < 0:
            return now
        now.pop(file.name, None)
    for file in (*changes.replaced, *changes.added):
        for content in (None, by_path[file.path]):
            if (steps := steps - 1) < 0:
                return now
            now[file.name] = content
    return now


@given(here=HERE, there=THERE, hidden=st.booleans(), remove=st.booleans())
def test_done_it_is_in_step(here, there, hidden, remove):
    if not hidden:
        here = {name: content for name, content in here.items() if not name.startswith(".")}
    changes = plan(here, there, hidden=hidden, remove=remove)
    planned = [name for files in kinds(changes) for name in files]
    assert len(planned) == len(set(planned))
    now = do(changes, here, there)
    found = {folded(name): content for name, content in now.items()}
    assert found | {folded(name): content for name, content in here.items()} == found
    if remove:
        covered = {name: content for name, content in now.items() if hidden or name[0] != "."}
        assert {folded(name) for name in covered} == {folded(name) for name in here}
    again = plan(here, now, hidden=hidden, remove=remove)
    assert again.is_in_step
    assert again.bytes_to_send == 0


@given(here=HERE, there=THERE, steps=st.integers(0, 12))
def test_a_plan_that_was_begun_is_finished_by_itself(here, there, steps):
    changes = plan(here, there, hidden=True)
    now = do(changes, here, there, stop=steps)
    hashed = {file.name: md5(here[unicodedata.normalize("NFC", file.name)])
              for file in doubtful(changes, draft(now))}  # fmt: skip
    left, touched = catch_up(changes, draft(now), hashed)
    assert not touched
    assert left.bytes_to_send <= changes.bytes_to_send
    assert do(left, here, now) == do(changes, here, there)


@given(here=HERE, there=THERE, touched=NAMES, content=st.sampled_from([b"!", b"!!"]))
def test_what_somebody_changed_is_not_touched(here, there, touched, content):
    changes = plan(here, there, hidden=True)
    now = draft({**there, touched: content})
    hashed = {file.name: md5(here[unicodedata.normalize("NFC", file.name)])
              for file in doubtful(changes, now)}  # fmt: skip
    _, changed = catch_up(changes, now, hashed)
    concerned = [name for files in kinds(changes) for name in files]
    assert changed == ([touched] if touched in concerned else [])


def test_a_kept_file_that_somebody_removed_is_told():
    changes = plan({"a": b"1"}, {"a": b"1", "b": b"2"})
    _, changed = catch_up(changes, draft({"b": b"2"}), {})
    assert changed == ["a"]
    _, changed = catch_up(replace(changes, kept=()), draft({}), {})
    assert changed == []
