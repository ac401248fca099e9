"""Names of files, whoever gave them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_sdk import UnsafeName
from zenodo_sdk.transfer import names
from zenodo_sdk.transfer.names import check_key, local_path

SPICY = st.text(st.sampled_from("ab./\\:~ \0\n\x7f\u202e\u2066\u00e9\ud800%"), max_size=12)


@given(st.one_of(st.text(max_size=40), SPICY))
def test_local_paths_stay_inside(name: str) -> None:
    folder = Path("folder")
    try:
        path = local_path(folder, name)
    except UnsafeName:
        return
    inside = path.relative_to(folder)
    assert inside.as_posix() == name
    assert not inside.is_absolute()
    assert not {"..", ".", ""} & set(name.split("/"))
    assert Path(os.path.normpath(path)) == path
    assert not set("\0\u202e\u2066") & set(name)
    if name.strip():
        assert check_key(name) == name, "what can be downloaded could be uploaded"


@pytest.mark.parametrize("name", ["", " ", "a" * 256, "/a", "a/", "a\\b", "a\tb", "ü" * 130])
def test_keys_that_are_refused(name: str) -> None:
    with pytest.raises(UnsafeName):
        check_key(name)


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_names_that_look_like_others(turn: str) -> None:
    for check in (check_key, partial(local_path, Path())):
        with pytest.raises(UnsafeName, match="direction of writing") as caught:
            check(f"report{turn}fdp.exe")
        assert turn not in str(caught.value)


@pytest.mark.parametrize("name", ["a", "a/b/c.txt", "ü" * 127, "/".join(["a" * 50] * 5), " a "])
def test_keys(name: str) -> None:
    assert check_key(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "C:x",
        "a<b",
        'a"b',
        "a|b",
        "a?b",
        "a*b",
        "CON",
        "con.txt",
        "nul/x",
        "LPT1",
        "a.",
        "a ",
        "COM¹",
        "nul .txt",
        "CONIN$",
    ],
)
def test_windows_takes_fewer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert check_key(name) == name
    monkeypatch.setattr(names, "_on_windows", lambda: True)
    with pytest.raises(UnsafeName):
        local_path(Path(), name)


@pytest.mark.parametrize(
    "name",
    [
        f".a.bin.{'0' * 16}.part",
        f"sub/.a.bin.{'0' * 16}.0123456789ab-77-89abcdef.part",
        ".a.whole.part",
        f".A.{'F' * 16}.PART",
    ],
)
def test_names_of_unfinished_downloads(name: str) -> None:
    """Downloading ``a.bin`` to the same folder would take it for its own, and remove it."""
    with pytest.raises(UnsafeName, match="is that of an unfinished download; give a path"):
        local_path(Path(), name)
    for other in (".hidden.part", "a.part", f"{name}s", f"{name}/x"):
        assert local_path(Path(), other) == Path(other)


def test_symbolic_links(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    (folder / "fine").symlink_to("inside")
    (folder / "out").symlink_to(tmp_path)
    (folder / "loop").symlink_to("loop")
    (tmp_path / "itself").symlink_to(folder)
    assert local_path(folder, "fine/a") == folder / "fine" / "a"
    assert local_path(tmp_path / "itself", "a/b") == tmp_path / "itself" / "a" / "b"
    for name in ("out/a", "out/folder/../a", "fine/../out/a", "loop/a"):
        with pytest.raises(UnsafeName):
            local_path(folder, name)
