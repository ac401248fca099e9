"""What importing the package brings in."""

from __future__ import annotations

import subprocess
import sys

LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

MODEL = """
from pydantic import BaseModel
class Model(BaseModel):
    text: str
"""

OPTIONAL = {"keyring", "starlette", "uvicorn", "typer", "vcr", "trio", "pytest", "yaml"}


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh process has after some code."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{LOADED}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_import_loads_only_what_it_stands_on() -> None:
    loaded = loaded_after("import zenodo_sdk")
    assert not loaded & OPTIONAL
    # httpx loads click and rich for its own command line where they are installed
    below = loaded_after("import httpx, anyio.to_thread, annotated_types, sysconfig\n" + MODEL)
    own = {name for name in loaded - below if name not in sys.stdlib_module_names}
    assert own == {"zenodo_sdk"}


def test_client_without_need_for_a_token_loads_no_keyring() -> None:
    for make in ("Client('abc')", "AsyncClient('abc')", "Client.sandbox()"):
        assert not loaded_after(f"import zenodo_sdk; zenodo_sdk.{make}") & OPTIONAL
