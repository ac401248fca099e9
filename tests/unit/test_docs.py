"""What the documentation shows works, prints what it says, and names everything public.

The blocks of a page are one program. A block of text right after one is what it prints, and a
comment that begins like a value is the value of its expression. A block is left out where the
page says ``<!-- not run: why -->`` before it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import zenodo_sdk
from zenodo_sdk import AsyncClient, Client
from zenodo_sdk.settings import Settings
from zenodo_sdk.testing import LocalZenodo

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?P<skip><!-- not run: [^\n]+ -->\n+)?```(?P<kind>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_VALUE = re.compile(r"#\s+((?:None|True|False|['\[{(\d]).*)$")


class Block(NamedTuple):
    """Code of a page."""

    name: str
    line: int
    code: str
    output: str | None


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    found = list(_BLOCK.finditer(text))
    for block, after in zip_longest(found, found[1:]):
        if block["kind"] != "python" or block["skip"]:
            continue
        shown = after and after["kind"] == "text" and not text[block.end() : after.start()].strip()
        line = text[: block.start("code")].count("\n")
        yield Block(page.name, line, block["code"], after["code"] if shown else None)


def run(block: Block, scope: dict[str, Any]) -> None:
    lines = block.code.splitlines()
    for node in ast.parse(block.code).body:
        place = f"{block.name}, line {block.line + node.lineno}"
        if not isinstance(node, ast.Expr):
            exec(compile(ast.Module([node], []), place, "exec"), scope)
            continue
        value = eval(compile(ast.Expression(node.value), place, "eval"), scope)
        said = _VALUE.search(lines[(node.end_lineno or 1) - 1])
        if said and "print(" not in ast.unparse(node):
            assert said[1].startswith(repr(value)), f"{place}: it is {value!r}"


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS = {str(page.relative_to(ROOT)): found for page in PAGES if (found := [*blocks(page)])}


@pytest.mark.parametrize("page", PROGRAMS)
def test_blocks_run(
    page: str,
    zenodo_server: LocalZenodo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("grid.nc", "a.nc", "b.nc"):
        Path(name).write_bytes(b"netCDF")
    with ExitStack() as stack:
        monkeypatch.setattr(Client, "sandbox", lambda: stack.enter_context(zenodo_server.client()))
        monkeypatch.setattr(AsyncClient, "sandbox", zenodo_server.async_client)
        monkeypatch.setattr(Settings, "is_zenodo", True)
        scope: dict[str, Any] = {"__name__": "__main__"}
        for block in PROGRAMS[page]:
            run(block, scope)
            printed = capsys.readouterr().out
            if block.output is not None:
                assert printed == block.output, f"{block.name}, line {block.line}"


def test_every_public_name_is_in_the_reference() -> None:
    pages = (ROOT / "docs/reference").glob("*.md")
    words = {word for page in pages for word in re.findall(r"\w+", page.read_text("utf-8"))}
    whole_page = set(zenodo_sdk.errors.__all__)
    assert sorted(set(zenodo_sdk.__all__) - words - whole_page - {"__version__"}) == []


def test_the_page_of_errors_has_the_whole_tree() -> None:
    page = (ROOT / "docs/guides/errors.md").read_text("utf-8")
    bases: dict[str, str] = {}
    above: list[str] = []
    for line in page.partition("```text\n")[2].partition("```")[0].splitlines():
        lines, name = re.findall(r"^([ │├└─]*)(\w+)", line)[0]
        del above[len(lines) // 4 :]
        bases[name] = above[-1] if above else "Exception"
        above.append(name)
    every = [getattr(zenodo_sdk.errors, name) for name in zenodo_sdk.errors.__all__]
    errors = [one for one in every if isinstance(one, type) and issubclass(one, Exception)]
    shown = {kind for kind in errors if not issubclass(kind, Warning)}
    assert bases == {kind.__name__: kind.__base__.__name__ for kind in shown}
    table = page.partition("## What to do\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]+", table, re.MULTILINE))))
    assert set(bases) - told == {"ZenodoError", "CredentialError", "ResponseError"}
